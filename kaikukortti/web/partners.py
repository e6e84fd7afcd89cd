"""The coordinator's register: open and change units and venues, invite their people."""

from typing import Any

from flask import flash, redirect, render_template, url_for
from flask_babel import gettext as _
from werkzeug.wrappers import Response

from kaikukortti import accounts, clock, partners
from kaikukortti.errors import DomainError
from kaikukortti.models.network import PartnerState, Unit, Venue
from kaikukortti.rules.access import Role
from kaikukortti.rules.programme import Category
from kaikukortti.web import choices, forms, guard, language, pages, placeforms
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
                actor=guard.actor(), details=_details(form), category=category, facts=form.facts, now=clock.now()
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
    return _partner_page(found, _with_roles(forms.Invite(), choices.UNIT_ROLES))


@blueprint.get("/venues/<int:venue_id>")
def venue(venue_id: int) -> str:
    """Show a venue and its people."""
    found = partners.get_venue(venue_id, actor=guard.actor())
    return _partner_page(found, _with_roles(forms.Invite(), choices.VENUE_ROLES))


@blueprint.route("/units/<int:unit_id>/change", methods=["GET", "POST"])
def change_unit(unit_id: int) -> Page:
    """Change names, contact or state of a unit."""
    actor = guard.actor()
    form = _with_states(forms.Partner(obj=partners.get_unit(unit_id, actor=actor)))
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
    form = _with_categories(_with_states(placeforms.VenuePartner(obj=found, facts=partners.facts_of(found))))
    if form.validate_on_submit():
        details, category = _details(form), Category(form.category.data)
        try:
            partners.change_venue(
                venue_id, actor=actor, details=details, category=category, facts=form.facts, now=clock.now()
            )
            flash(_("Saved."), "success")
            return redirect(url_for("partners.venue", venue_id=venue_id), 303)
        except DomainError as error:
            _refuse(form, error)
    return _form_page(form, _("Change the venue"))


@blueprint.post("/units/<int:unit_id>/people")
def invite_to_unit(unit_id: int) -> Page:
    """Invite a worker; shows the link once."""
    found = partners.get_unit(unit_id, actor=guard.actor())
    form = _with_roles(forms.Invite(), choices.UNIT_ROLES)
    return _invite(found, form, accounts.Home(unit_id=unit_id))


@blueprint.post("/venues/<int:venue_id>/people")
def invite_to_venue(venue_id: int) -> Page:
    """Invite a manager or staff of a venue; shows the link once."""
    found = partners.get_venue(venue_id, actor=guard.actor())
    form = _with_roles(forms.Invite(), choices.VENUE_ROLES)
    return _invite(found, form, accounts.Home(venue_id=venue_id))


def _invite(partner: Unit | Venue, form: forms.Invite, home: accounts.Home) -> Page:
    if not form.validate():
        return _partner_page(partner, form), 422
    try:
        token = accounts.invite(
            actor=guard.actor(),
            email=form.email.data,
            name=form.name.data,
            role=Role(form.role.data),
            home=home,
            language=language.language_now(),
            now=clock.now(),
        )
    except DomainError as error:
        form.refuse("email", sentence_of(error))
        return _partner_page(partner, form), 409
    if token is None:
        flash(_("%(name)s has a password already and signs in with it.", name=form.name.data), "success")
        return redirect(_url_of(partner), 303)
    link = pages.public_url() + url_for("accounts.invitation", token=token)
    return render_template("partners/invited.html", partner=partner, name=form.name.data, link=link, home=home)


def _url_of(partner: Unit | Venue) -> str:
    if isinstance(partner, Unit):
        return url_for("partners.unit", unit_id=partner.id)
    return url_for("partners.venue", venue_id=partner.id)


def _partner_page(partner: Unit | Venue, form: forms.Invite) -> str:
    is_unit = isinstance(partner, Unit)
    people = partners.list_people(**{"unit_id" if is_unit else "venue_id": partner.id})
    return render_template(
        "partners/partner.html",
        partner=partner,
        is_unit=is_unit,
        people=people,
        form=form,
        states=choices.PARTNER_STATES,
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


def _with_states(form: Any) -> Any:
    form.state.choices = choices.options(choices.PARTNER_STATES)
    return form


def _with_categories(form: Any) -> Any:
    form.category.choices = choices.options(choices.CATEGORIES)
    return form


def _with_roles(form: forms.Invite, roles: dict[str, Any]) -> forms.Invite:
    form.role.choices = choices.options(roles)
    return form
