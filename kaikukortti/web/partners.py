"""The coordinator's register: open and change units and venues, invite their people."""

from typing import Any

from flask import flash, redirect, render_template, url_for
from flask_babel import gettext as _
from werkzeug.wrappers import Response

from kaikukortti import accounts, clock, partners
from kaikukortti.errors import DomainError
from kaikukortti.models.network import PartnerState, Unit, Venue
from kaikukortti.partnership import commitments, instruction, people
from kaikukortti.rules import period
from kaikukortti.rules.access import Role
from kaikukortti.rules.programme import Category
from kaikukortti.web import choices, forms, guard, inviting, language, pages, placeforms
from kaikukortti.web.sentences import sentence_of

blueprint = guard.guarded_blueprint("partners", __name__, roles=[Role.COORDINATOR], url_prefix="/partners")

Page = str | Response | tuple[str, int]


@blueprint.get("/")
def index() -> str:
    """List the units and venues of the area."""
    area_id = guard.own_area()
    return render_template(
        "partners/index.html",
        units=partners.list_units(area_id),
        venues=partners.list_venues(area_id),
        states=choices.PARTNER_STATES,
        categories=choices.CATEGORIES,
    )


@blueprint.route("/units/new", methods=["GET", "POST"])
def new_unit() -> Page:
    """Open a unit."""
    form = _with_states(forms.Partner())
    if form.validate_on_submit():
        try:
            unit = partners.open_unit(actor=guard.actor(), details=_details(form), now=clock.now())
            flash(_("The unit is in the register. Invite its people next."), "success")
            return redirect(url_for("partners.unit", unit_id=unit.id), 303)
        except partners.NameInUse as error:
            form.refuse("name_fi", sentence_of(error))
    return _form_page(form, _("Open a unit"))


@blueprint.route("/venues/new", methods=["GET", "POST"])
def new_venue() -> Page:
    """Open a venue."""
    form = _with_categories(_with_states(placeforms.VenuePartner()))
    if form.validate_on_submit():
        try:
            category = Category(form.category.data)
            venue = partners.open_venue(
                actor=guard.actor(),
                details=_details(form),
                category=category,
                facts=form.facts,
                last_on=form.last_on.data,
                now=clock.now(),
            )
            flash(_("The venue is in the register. Invite its people next."), "success")
            return redirect(url_for("partners.venue", venue_id=venue.id), 303)
        except DomainError as error:
            _refuse(form, error)
    return _form_page(form, _("Open a venue"))


@blueprint.get("/units/<int:unit_id>")
def unit(unit_id: int) -> str:
    """Show a unit and its people."""
    found = partners.get_unit(unit_id, actor=guard.actor())
    return _partner_page(found)


@blueprint.get("/venues/<int:venue_id>")
def venue(venue_id: int) -> str:
    """Show a venue and its people."""
    found = partners.get_venue(venue_id, actor=guard.actor())
    return _partner_page(found)


@blueprint.route("/units/<int:unit_id>/change", methods=["GET", "POST"])
def change_unit(unit_id: int) -> Page:
    """Change names, contact or state of a unit."""
    actor = guard.actor()
    found = partners.get_unit(unit_id, actor=actor)
    form = _with_states(forms.Partner(obj=found), found)
    if form.validate_on_submit():
        try:
            partners.change_unit(unit_id, actor=actor, details=_details(form), now=clock.now())
            flash(_("Saved."), "success")
            return redirect(url_for("partners.unit", unit_id=unit_id), 303)
        except partners.NameInUse as error:
            form.refuse("name_fi", sentence_of(error))
    return _form_page(form, _("Change the unit"))


@blueprint.route("/venues/<int:venue_id>/change", methods=["GET", "POST"])
def change_venue(venue_id: int) -> Page:
    """Change names, contact, category or state of a venue."""
    actor = guard.actor()
    found = partners.get_venue(venue_id, actor=actor)
    form = _with_categories(_with_states(placeforms.VenuePartner(obj=found, facts=partners.facts_of(found)), found))
    if form.validate_on_submit():
        details, category = _details(form), Category(form.category.data)
        try:
            partners.change_venue(
                venue_id,
                actor=actor,
                details=details,
                category=category,
                facts=form.facts,
                last_on=form.last_on.data,
                now=clock.now(),
            )
            flash(_("Saved."), "success")
            return redirect(url_for("partners.venue", venue_id=venue_id), 303)
        except DomainError as error:
            _refuse(form, error)
    return _form_page(form, _("Change the venue"))


@blueprint.route("/units/<int:unit_id>/people", methods=["GET", "POST"])
@guard.confirmed
def invite_to_unit(unit_id: int) -> Page:
    """Invite a worker."""
    found = partners.get_unit(unit_id, actor=guard.actor())
    return _invite(found, choices.UNIT_ROLES, accounts.Home(unit_id=unit_id))


@blueprint.route("/venues/<int:venue_id>/people", methods=["GET", "POST"])
@guard.confirmed
def invite_to_venue(venue_id: int) -> Page:
    """Invite a manager or staff of a venue."""
    found = partners.get_venue(venue_id, actor=guard.actor())
    return _invite(found, choices.VENUE_ROLES, accounts.Home(venue_id=venue_id))


def _invite(partner: Unit | Venue, roles: dict[str, Any], home: accounts.Home) -> Page:
    form, status = forms.Invite(), 200
    form.role.choices = choices.options(roles)
    back_url, back_label = _url_of(partner), language.name(partner)
    if form.is_submitted():
        status = 422
        if form.validate():
            try:
                return inviting.invite(form, home, back_url=back_url, back_label=back_label)
            except DomainError as error:
                form.refuse("email", sentence_of(error))
                status = 409
    return render_template("partners/invite.html", form=form, back_url=back_url, back_label=back_label), status


def _url_of(partner: Unit | Venue) -> str:
    if isinstance(partner, Unit):
        return url_for("partners.unit", unit_id=partner.id)
    return url_for("partners.venue", venue_id=partner.id)


def _partner_page(partner: Unit | Venue) -> str:
    return render_template(
        "partners/partner.html",
        partner=partner,
        is_unit=isinstance(partner, Unit),
        people=people.list_of_partner(partner),
        agreed=commitments.find_current(partner),
        is_due=instruction.is_due(partner.instructed_on, today=period.day_of(clock.now())),
        states=choices.PARTNER_STATES,
        meanings=choices.PARTNER_STATE_MEANINGS,
        categories=choices.CATEGORIES,
        role_names=pages.ROLE_NAMES,
    )


def _form_page(form: forms.Partner, title: str) -> Page:
    status = 422 if form.is_submitted() else 200
    return render_template("partners/form.html", form=form, title=title), status


def _details(form: forms.Partner) -> partners.PartnerDetails:
    return partners.PartnerDetails(
        name_fi=form.name_fi.data,
        name_sv=form.name_sv.data or "",
        name_en=form.name_en.data or "",
        municipality=form.municipality.data or "",
        contact_person=form.contact_person.data or "",
        state=PartnerState(form.state.data),
    )


def _refuse(form: placeforms.VenuePartner, error: DomainError) -> None:
    """Put a no beside the field that it is about; what is about none goes on as it came."""
    if error.code not in placeforms.FIELD_OF:
        raise error
    form.refuse(placeforms.FIELD_OF[error.code], sentence_of(error))


def _with_states(form: Any, partner: Unit | Venue | None = None) -> Any:
    """Offer the states; who has left may stay so, others leave from a page of its own."""
    has_left = partner is not None and partner.state is PartnerState.LEFT
    words = {state: word for state, word in choices.PARTNER_STATES.items() if has_left or state != "left"}
    form.state.choices = choices.options(words)
    return form


def _with_categories(form: Any) -> Any:
    form.category.choices = choices.options(choices.CATEGORIES)
    return form
