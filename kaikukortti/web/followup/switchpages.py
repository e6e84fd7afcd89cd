"""The coordinator's page that switches follow-up: of the area, of each unit. It is there while everything is off."""

from flask import flash, redirect, render_template, url_for
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from werkzeug.wrappers import Response
from wtforms import BooleanField, StringField
from wtforms.validators import Length, Optional

from kaikukortti import clock, partners
from kaikukortti.errors import DomainError
from kaikukortti.followup import switches
from kaikukortti.models.network import Unit
from kaikukortti.rules.access import Role
from kaikukortti.web import forms, guard
from kaikukortti.web.sentences import sentence_of

blueprint = guard.guarded_blueprint(
    "followupswitches", __name__, roles=[Role.COORDINATOR], url_prefix="/area/follow-up"
)

Page = str | Response | tuple[str, int]
MOST_REVIEWS, LAST_MONTH = 8, 36


class AreaSwitchForm(forms.Form):
    """What is on in the whole area."""

    followup = BooleanField(_l("Follow-up is in use in this area"))
    own_card = BooleanField(_l("Holders can open their own card with a key of their own"))


class UnitSwitchForm(forms.Form):
    """What is on in one unit."""

    followup = BooleanField(_l("Follow-up is in use in this unit"))
    episodes = BooleanField(_l("Clients may let a named worker see how they use their card"))
    decision = StringField(
        _l("The decision that allows it"),
        [Optional(), Length(max=200)],
        description=_l("The number and date of the data-protection officer's decision."),
    )
    review_months = StringField(
        _l("Review after, in months"),
        [Optional(), Length(max=40)],
        description=_l("Whole months from the start with commas between, for example 0, 3, 6, 12."),
    )


@blueprint.route("/", methods=["GET", "POST"])
def index() -> Page:
    """Show and change what is on in the area; name its units."""
    actor, area_id = guard.actor(), guard.own_area()
    found = switches.of_area(area_id)
    form = AreaSwitchForm(data={"followup": found.followup, "own_card": found.own_card})
    if form.validate_on_submit():
        switches.set_area(
            actor=actor,
            area_id=area_id,
            followup=bool(form.followup.data),
            own_card=bool(form.own_card.data),
            now=clock.now(),
        )
        flash(_("Saved."), "success")
        return redirect(url_for("followupswitches.index"), 303)
    status = 422 if form.errors else 200
    chosen = switches.list_units(area_id)
    unset = switches.Switches(area_id, followup=found.followup)
    units = [(row.unit, chosen.get(row.unit.id, unset)) for row in partners.list_units(area_id)]
    return render_template("followup/switches.html", form=form, units=units), status


@blueprint.route("/units/<int:unit_id>", methods=["GET", "POST"])
def unit(unit_id: int) -> Page:
    """Show and change what is on in a unit."""
    actor, area_id = guard.actor(), guard.own_area()
    row = partners.get_unit(unit_id, actor=actor)
    found = switches.of_unit(unit_id, area_id=area_id)
    form = UnitSwitchForm(data={**vars(found), "review_months": ", ".join(map(str, found.review_months))})
    if not form.is_submitted():
        return _unit_page(form, row, 200)
    months = _months(form) if form.validate() else None
    if months is None:
        return _unit_page(form, row, 422)
    try:
        switches.set_unit(
            unit_id,
            actor=actor,
            followup=bool(form.followup.data),
            episodes=bool(form.episodes.data),
            decision=form.decision.data or "",
            review_months=months,
            now=clock.now(),
        )
    except DomainError as error:
        if error.code != "decision_missing":
            raise
        form.refuse("decision", sentence_of(error))
        return _unit_page(form, row, 422)
    flash(_("Saved."), "success")
    return redirect(url_for("followupswitches.index"), 303)


def _unit_page(form: UnitSwitchForm, row: Unit, status: int) -> Page:
    return render_template("followup/unit_switch.html", form=form, unit=row), status


def _months(form: UnitSwitchForm) -> tuple[int, ...] | None:
    """Return the months of the reviews; None, with a sentence beside the field, for what are not months."""
    words = [word.strip() for word in (form.review_months.data or "").split(",") if word.strip()]
    months = tuple(sorted({int(word) for word in words if word.isdecimal()}))
    if len(words) > MOST_REVIEWS or not all(word.isdecimal() for word in words) or max(months, default=0) > LAST_MONTH:
        form.refuse("review_months", _("Write at most 8 whole numbers from 0 to 36, with commas between."))
        return None
    return months
