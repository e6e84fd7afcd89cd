"""The manager's keys for ticket sellers' systems: make one, which is shown once, rotate it, revoke it."""

from typing import Any

from flask import abort, flash, redirect, render_template, url_for
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from werkzeug.wrappers import Response
from wtforms import RadioField, SelectField, StringField
from wtforms.validators import DataRequired, InputRequired, Length, Optional

from kaikukortti import clock, partners
from kaikukortti.errors import DomainError
from kaikukortti.rules.access import Role
from kaikukortti.web import choices, forms, guard, pages
from kaikukortti.web.deskforms import DayField
from kaikukortti.web.sentences import sentence_of
from venues import apikeys, keycare
from venues.apikeys import Scope
from venues.keycare import Made

blueprint = guard.guarded_blueprint("apikeypages", __name__, roles=[Role.VENUE_MANAGER], url_prefix="/venue/keys")

SCOPES: dict[str, Any] = {
    Scope.CHECKS: _l("Check a card"),
    Scope.USES: _l("Give tickets and take them back"),
    Scope.BOOKINGS: _l("Book places"),
}
STANDINGS = {
    "in_use": _l("In use"),
    "ending": _l("In use until its end"),
    "over": _l("Over"),
    "revoked": _l("Out of use"),
}
BADGES = {"in_use": "good", "ending": "good", "over": "muted", "revoked": "muted"}
CARDS = {
    "live": _l("Real cards: tickets are given and counted"),
    "sandbox": _l("Practice cards only, for building and trying out: nothing is counted"),
}
OVERLAPS = {"0": _l("At once"), "1": _l("After a day"), "7": _l("After 7 days"), "30": _l("After 30 days")}
FIELD_OF = {
    "api_key_name_impossible": "name",
    "api_key_scopes_impossible": "scopes",
    "api_key_end_impossible": "last_on",
}

Page = str | Response | tuple[str, int]


class NewKey(forms.Form):
    """What a key is for."""

    name = StringField(
        _l("Name of the system"),
        [DataRequired(_l("This is needed.")), Length(max=keycare.LONGEST_NAME)],
        description=_l("For example the ticket system that uses the key. The name of no person."),
    )
    cards = RadioField(
        _l("Which cards"),
        [InputRequired(_l("Choose one."))],
        default="live",
    )
    scopes = forms.Checkboxes(
        _l("What the system may do"),
        [DataRequired(_l("Choose one at least."))],
        default=[Scope.CHECKS.value, Scope.USES.value],
    )
    last_on = DayField(
        _l("Last day of the key"), [Optional()], description=_l("Left empty, the key is good until you end it.")
    )

    def __init__(self, **options: Any) -> None:
        super().__init__(**options)
        self.cards.choices = choices.options(CARDS)
        self.scopes.choices = choices.options(SCOPES)


class Rotate(forms.Form):
    """When the former key stops working."""

    overlap = SelectField(_l("The former key stops working"), [InputRequired(_l("Choose one."))], coerce=int, default=7)

    def __init__(self, **options: Any) -> None:
        super().__init__(**options)
        self.overlap.choices = choices.options(OVERLAPS)


@blueprint.get("/")
def index() -> str:
    """List the venue's keys."""
    now = clock.now()
    keys = keycare.list_keys(guard.own_venue(), actor=guard.actor())
    rows = [(key, apikeys.standing(key, now=now)) for key in keys]
    return render_template("apikeys/index.html", rows=rows, standings=STANDINGS, badges=BADGES)


@blueprint.route("/new", methods=["GET", "POST"])
@guard.confirmed
def new() -> Page:
    """Make a key, and show it this once."""
    form = NewKey()
    if form.validate_on_submit():
        try:
            made = keycare.make(
                form.name.data,
                actor=guard.actor(),
                venue_id=guard.own_venue(),
                scopes={Scope(scope) for scope in form.scopes.data},
                is_sandbox=form.cards.data == "sandbox",
                last_on=form.last_on.data,
                now=clock.now(),
            )
            return _made_page(made)
        except DomainError as error:
            form.refuse(FIELD_OF.get(error.code, "name"), sentence_of(error))
    return render_template("apikeys/new.html", form=form), 422 if form.is_submitted() else 200


@blueprint.get("/<int:key_id>")
def show(key_id: int) -> Page:
    """Show how one key stands, and what can be done with it."""
    return _key_page(key_id, Rotate(formdata=None), 200)


@blueprint.post("/<int:key_id>/rotate")
@guard.confirmed
def rotate(key_id: int) -> Page:
    """Make a key that takes over from this one, and show it this once."""
    form = Rotate()
    if form.validate():
        try:
            made = keycare.rotate(key_id, actor=guard.actor(), overlap_days=form.overlap.data, now=clock.now())
            return _made_page(made)
        except (keycare.KeyOver, keycare.TooManyKeys) as error:
            form.refuse("overlap", sentence_of(error))
    return _key_page(key_id, form, 422)


@blueprint.post("/<int:key_id>/revoke")
@guard.confirmed
def revoke(key_id: int) -> Response:
    """Take a key out of use at once."""
    if not forms.EmptyForm().validate():
        abort(400)
    key = keycare.revoke(key_id, actor=guard.actor(), now=clock.now())
    flash(_("The key “%(name)s” works no more.", name=key.name), "success")
    return redirect(url_for("apikeypages.show", key_id=key_id), 303)


def _key_page(key_id: int, form: Rotate, status: int) -> Page:
    key = keycare.get(key_id, actor=guard.actor())
    standing = apikeys.standing(key, now=clock.now())
    page = render_template(
        "apikeys/show.html",
        key=key,
        standing=standing.value,
        form=form,
        standings=STANDINGS,
        badges=BADGES,
        scopes=SCOPES,
    )
    return page, status


def _made_page(made: Made) -> str:
    """Show the whole key: it is kept nowhere, so the page cannot be asked for again."""
    return render_template(
        "apikeys/made.html",
        key=made.key,
        token=made.token,
        venue=partners.get_venue(guard.own_venue(), actor=guard.actor()),
        address=pages.public_url() + "/api/v1",
    )
