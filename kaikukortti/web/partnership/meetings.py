"""The coordinator records a meeting at which partners were instructed, and sees who is due."""

from flask import flash, redirect, render_template, url_for
from flask_babel import lazy_gettext as _l
from werkzeug.wrappers import Response
from wtforms import DateField
from wtforms.validators import InputRequired

from kaikukortti import clock, partners
from kaikukortti.errors import DomainError
from kaikukortti.models.network import PartnerState
from kaikukortti.partnership import instruction
from kaikukortti.rules import period
from kaikukortti.rules.access import Role
from kaikukortti.web import forms, guard, language
from kaikukortti.web.language import ngettext
from kaikukortti.web.sentences import sentence_of

blueprint = guard.guarded_blueprint("meetings", __name__, roles=[Role.COORDINATOR], url_prefix="/partners")

Page = str | Response | tuple[str, int]


class Meeting(forms.Form):
    """The day of a meeting and who was there."""

    on_day = DateField(_l("Day of the meeting"), [InputRequired(_l("Choose a day."))])
    units = forms.Checkboxes(_l("Units that were there"), coerce=int)
    venues = forms.Checkboxes(_l("Venues that were there"), coerce=int)


@blueprint.route("/instruction", methods=["GET", "POST"])
def record() -> Page:
    """Record a meeting; those who are due are named first."""
    area_id, now, form = guard.own_area(), clock.now(), Meeting()
    form.units.choices, form.venues.choices = _choices(area_id)
    if form.validate_on_submit():
        try:
            chosen = {"unit_ids": form.units.data, "venue_ids": form.venues.data}
            many = instruction.record_meeting(form.on_day.data, **chosen, actor=guard.actor(), now=now)
            flash(ngettext("%(num)s partner is noted.", "%(num)s partners are noted.", many), "success")
            return redirect(url_for("meetings.record"), 303)
        except DomainError as error:
            form.refuse("on_day" if error.code == "meeting_day_impossible" else "units", sentence_of(error))
    due = instruction.list_due(area_id, today=period.day_of(now))
    page = render_template("partnership/meeting.html", form=form, due=due)
    return page, 422 if form.is_submitted() else 200


def _choices(area_id: int) -> tuple[list[tuple[int, str]], list[tuple[int, str]]]:
    units = [row.unit for row in partners.list_units(area_id)]
    venues = [row.venue for row in partners.list_venues(area_id)]
    gone = PartnerState.LEFT
    return (
        [(unit.id, language.name(unit)) for unit in units if unit.state is not gone],
        [(venue.id, language.name(venue)) for venue in venues if venue.state is not gone],
    )
