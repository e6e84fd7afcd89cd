"""A manager takes one registration back, with a reason from a list. The day's list itself is on the evening's page."""

from uuid import UUID

from flask import flash, redirect, render_template, url_for
from flask_babel import lazy_gettext as _l
from werkzeug.wrappers import Response
from wtforms import RadioField
from wtforms.validators import InputRequired

from kaikukortti import clock
from kaikukortti.rules.access import Role
from kaikukortti.rules.flag import WithdrawalReason
from kaikukortti.web import choices, forms, guard
from kaikukortti.web.language import _
from kaikukortti.web.sentences import sentence_of
from venues import decisions, registrations
from venues.registrations import Registration, Standing
from venues.web import visitwords

blueprint = guard.guarded_blueprint(
    "registrations", __name__, roles=[Role.VENUE_MANAGER], url_prefix="/venue/registrations"
)

Page = str | Response | tuple[str, int]


class TakeBack(forms.Form):
    """Why a registration is taken back."""

    reason = RadioField(_l("Why is it taken back?"), [InputRequired(_l("Choose a reason."))])


@blueprint.route("/<uuid:scan_id>/take-back", methods=["GET", "POST"])
def take_back(scan_id: UUID) -> Page:
    """Ask for the reason, and take the registration back."""
    actor = guard.actor()
    found = registrations.read(str(scan_id), actor=actor)
    if found.standing is not Standing.COUNTED:
        flash(_("This registration does not count any more. Nothing needs to be done."), "info")
        return _back(found)
    form = TakeBack()
    form.reason.choices = choices.options(choices.WITHDRAWAL_REASONS)
    if form.validate_on_submit():
        try:
            reason = WithdrawalReason(form.reason.data)
            decisions.withdraw(found.scan_id, reason=reason, actor=actor, now=clock.now())
            flash(_("The registration is taken back. It stays in the list, struck through."), "success")
        except decisions.VisitWithdrawn as over:
            flash(sentence_of(over), "info")
        return _back(found)
    page = render_template(
        "programme/take_back.html", found=found, form=form, tickets=visitwords.tickets, entries=choices.ENTRIES
    )
    return page, 422 if form.is_submitted() else 200


def _back(found: Registration) -> Response:
    return redirect(url_for("programme.evening", day=found.on_day.isoformat()) + "#registrations", 303)
