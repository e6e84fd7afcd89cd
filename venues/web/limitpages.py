"""The manager's page about limits: how often one holder may use the card at the place."""

from typing import Any

from flask import abort, flash, redirect, render_template, url_for
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from werkzeug.wrappers import Response
from wtforms import RadioField, SelectField
from wtforms.validators import InputRequired, NumberRange

from kaikukortti import clock, partners
from kaikukortti.errors import DomainError, NotFound
from kaikukortti.models.programme import Event
from kaikukortti.rules import period
from kaikukortti.rules.access import Role
from kaikukortti.rules.limit import MOST_USES, Limit, LimitPer
from kaikukortti.rules.programme import EventKind
from kaikukortti.web import choices, guard, language
from kaikukortti.web.forms import EmptyForm, Form, WholeNumberField
from venues import limits
from venues.web.eventpages import refuse

blueprint = guard.guarded_blueprint(
    "limitpages", __name__, roles=[Role.VENUE_MANAGER], url_prefix="/venue/place/limits"
)

EVERYTHING = "all"
PERS = {
    LimitPer.DAY.value: _l("A day"),
    LimitPer.MONTH.value: _l("A month"),
    LimitPer.TERM.value: _l("A term"),
    LimitPer.YEAR.value: _l("A year"),
}
FIELD_OF = {"limit_impossible": "most", "limit_there": "per", "too_many_limits": "most", "not_found": "reach"}

Page = str | Response | tuple[str, int]


class NewLimit(Form):
    """How many uses, in how long, of what."""

    most = WholeNumberField(
        _l("At most"),
        [InputRequired(_l("Write how many.")), NumberRange(1, MOST_USES, _l("Write a number between 1 and 1,000."))],
    )
    per = RadioField(_l("In how long"), [InputRequired(_l("This is needed."))])
    reach = SelectField(_l("Of what"), [InputRequired(_l("This is needed."))])

    def __init__(self, *args: Any, events: list[Event], **kwargs: Any) -> None:
        """Offer everything, each kind, and the events that have a date to come."""
        super().__init__(*args, **kwargs)
        self.per.choices = choices.options(PERS)
        kinds = [(f"kind-{kind.value}", str(choices.EVENT_KINDS[kind.value])) for kind in EventKind]
        titles = [(f"event-{event.id}", language.title(event)) for event in events]
        self.reach.choices = [(EVERYTHING, _("All visits to the place")), *kinds, *titles]

    @property
    def limit(self) -> Limit:
        """Return what was entered."""
        what, _dash, which = str(self.reach.data).partition("-")
        kind = EventKind(which) if what == "kind" else None
        return Limit(LimitPer(self.per.data), self.most.data, kind, int(which) if what == "event" else None)


@blueprint.route("", methods=["GET", "POST"])
def index() -> Page:
    """List the limits of the place; add one."""
    actor, now = guard.actor(), clock.now()
    venue = partners.get_venue(guard.own_venue(), actor=actor)
    form = NewLimit(events=limits.list_events(venue.id, from_on=period.day_of(now)), per=LimitPer.MONTH.value)
    if form.validate_on_submit():
        try:
            limits.add(venue.id, wanted=form.limit, actor=actor, now=now)
            flash(_("The limit is in force."), "success")
            return redirect(url_for("limitpages.index"), 303)
        except DomainError as error:
            refuse(form, error, FIELD_OF)
    page = render_template(
        "programme/limits.html",
        venue=venue,
        form=form,
        shown=limits.list_limits(venue.id, actor=actor),
        most_of=most_of,
        kinds=choices.EVENT_KINDS,
    )
    return page, 422 if form.is_submitted() else 200


@blueprint.post("/<int:limit_id>/remove")
def remove(limit_id: int) -> Response:
    """Remove a limit."""
    if not EmptyForm().validate():
        abort(400)
    try:
        limits.remove(limit_id, actor=guard.actor(), now=clock.now())
        flash(_("The limit is removed."), "success")
    except NotFound:
        abort(404)
    return redirect(url_for("limitpages.index"), 303)


def most_of(limit: Limit) -> str:
    """Return how many uses a limit allows in how long, in words."""
    match limit.per:
        case LimitPer.DAY:
            return language.ngettext("%(num)s time a day", "%(num)s times a day", limit.most)
        case LimitPer.MONTH:
            return language.ngettext("%(num)s time a month", "%(num)s times a month", limit.most)
        case LimitPer.TERM:
            return language.ngettext("%(num)s time a term", "%(num)s times a term", limit.most)
        case LimitPer.YEAR:
            return language.ngettext("%(num)s time a year", "%(num)s times a year", limit.most)
