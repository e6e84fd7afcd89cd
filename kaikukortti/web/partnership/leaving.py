"""A unit or a venue leaves: what goes where is shown before, and done in one step."""

from flask import flash, redirect, render_template, url_for
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from werkzeug.wrappers import Response
from wtforms import SelectField

from kaikukortti import clock, partners
from kaikukortti.errors import DomainError
from kaikukortti.partnership import leaving
from kaikukortti.rules.access import Role
from kaikukortti.web import forms, guard, language, openwork
from kaikukortti.web.sentences import sentence_of

blueprint = guard.guarded_blueprint("leaving", __name__, roles=[Role.COORDINATOR], url_prefix="/partners")

Page = str | Response | tuple[str, int]
NOBODY = 0


class Leave(forms.Form):
    """Which unit takes over; nobody, where there is nothing to take over."""

    to_unit = SelectField(_l("The unit that takes over"), coerce=int)


@blueprint.route("/units/<int:unit_id>/leave", methods=["GET", "POST"])
@guard.confirmed
def unit(unit_id: int) -> Page:
    """Show what a unit would hand over; let it leave."""
    actor, form = guard.actor(), Leave()
    found = partners.get_unit(unit_id, actor=actor)
    successors = leaving.list_successors(found)
    form.to_unit.choices = [(NOBODY, _("Choose a unit")), *((one.id, language.name(one)) for one in successors)]
    cases = openwork.count(unit_id)
    if form.validate_on_submit():
        try:
            to = form.to_unit.data or None
            leaving.leave_unit(unit_id, to_unit_id=to, open_cases=cases, actor=actor, now=clock.now())
            flash(_("The unit has left. Nobody signs in for it any more."), "success")
            return redirect(url_for("partners.unit", unit_id=unit_id), 303)
        except DomainError as error:
            form.refuse("to_unit", sentence_of(error))
    there = leaving.count_belongings(unit_id)
    page = render_template("partnership/leave_unit.html", unit=found, there=there, cases=cases, form=form)
    return page, 422 if form.is_submitted() else 200


@blueprint.route("/venues/<int:venue_id>/leave", methods=["GET", "POST"])
@guard.confirmed
def venue(venue_id: int) -> Page:
    """Say what it means that a venue leaves; let it leave."""
    actor, form = guard.actor(), forms.EmptyForm()
    found = partners.get_venue(venue_id, actor=actor)
    if form.validate_on_submit():
        leaving.leave_venue(venue_id, actor=actor, now=clock.now())
        flash(_("The venue has left. Nobody signs in for it any more."), "success")
        return redirect(url_for("partners.venue", venue_id=venue_id), 303)
    return render_template("partnership/leave_venue.html", venue=found, form=form)
