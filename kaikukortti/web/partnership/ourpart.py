"""A unit's or venue's own part in the network: the commitment and the yearly instruction."""

from flask import flash, redirect, render_template, url_for
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from werkzeug.wrappers import Response
from wtforms import BooleanField, HiddenField
from wtforms.validators import InputRequired

from kaikukortti import clock
from kaikukortti.models.network import Unit
from kaikukortti.partnership import commitments, instruction, ours
from kaikukortti.rules import period
from kaikukortti.rules.access import UNIT_ROLES, VENUE_ROLES
from kaikukortti.web import forms, guard
from kaikukortti.web.partnership import commitmentwords, instructionwords
from kaikukortti.web.sentences import sentence_of

blueprint = guard.guarded_blueprint("ourpart", __name__, roles=[*UNIT_ROLES, *VENUE_ROLES], url_prefix="/our-part")

Page = str | Response | tuple[str, int]


class Agree(forms.Form):
    """The tick, and the version that was read."""

    version = HiddenField(validators=[InputRequired()])
    agrees = BooleanField(_l("We have read this and agree to it"), [InputRequired(_l("Tick this if you agree."))])


@blueprint.get("/")
def index() -> str:
    """Show how the own unit or venue stands."""
    actor, today = guard.actor(), period.day_of(clock.now())
    partner = ours.get_own(actor)
    return render_template(
        "partnership/our_part.html",
        partner=partner,
        agreed=commitments.find_current(partner),
        own_day=instruction.own_day(actor),
        is_due=instruction.is_due(partner.instructed_on, today=today),
        may_agree=actor.role in commitments.MAY_AGREE,
    )


@blueprint.route("/commitment", methods=["GET", "POST"])
def commitment() -> Page:
    """Read the commitment, and agree to it for the own unit or venue."""
    actor, form = guard.actor(), Agree()
    status = 200
    if form.is_submitted():
        status = 422
        if form.validate():
            try:
                commitments.agree(form.version.data, actor=actor, now=clock.now())
                flash(_("Thank you. The commitment is in force."), "success")
                return redirect(url_for("ourpart.index"), 303)
            except commitments.CommitmentChanged as error:
                form.refuse("agrees", sentence_of(error))
    form.version.data = commitments.VERSION
    partner = ours.get_own(actor)
    page = render_template(
        "partnership/commitment.html",
        partner=partner,
        points=commitmentwords.of(partner),
        version=commitments.VERSION,
        history=commitments.list_agreed(partner),
        form=form if actor.role in commitments.MAY_AGREE else None,
        back_url=url_for("ourpart.index"),
        back_label=_("Our part"),
    )
    return page, status


@blueprint.route("/instruction", methods=["GET", "POST"])
def instructed() -> Page:
    """Read the yearly instruction, and say that it was read."""
    actor, form = guard.actor(), forms.EmptyForm()
    if form.validate_on_submit():
        instruction.acknowledge(actor=actor, now=clock.now())
        flash(_("Thank you. It is noted that you have read the instruction."), "success")
        return redirect(url_for("ourpart.index"), 303)
    partner = ours.get_own(actor)
    points = instructionwords.UNIT if isinstance(partner, Unit) else instructionwords.VENUE
    return render_template(
        "partnership/instruction.html",
        partner=partner,
        points=points,
        own_day=instruction.own_day(actor),
        form=form,
        is_unit=isinstance(partner, Unit),
    )
