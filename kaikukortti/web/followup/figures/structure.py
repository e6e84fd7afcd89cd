"""K2's other half: a unit tells how many clients of each class it had in a year, or the coordinator does for it.

Numbers of classes, never a person; the area sees only the sum of its units.
"""

from datetime import datetime
from typing import Any

from flask import flash, redirect, render_template, url_for
from flask_babel import lazy_gettext as _l
from werkzeug.wrappers import Response
from wtforms.validators import NumberRange, Optional

from kaikukortti import clock, partners
from kaikukortti.errors import DomainError, NotFound
from kaikukortti.followup import structures
from kaikukortti.followup.models.answers import ClientTrait
from kaikukortti.models.network import Unit
from kaikukortti.rules import period
from kaikukortti.rules.access import Role
from kaikukortti.web import forms, guard
from kaikukortti.web.followup import gate
from kaikukortti.web.followup.figures import clientclasses
from kaikukortti.web.language import _
from kaikukortti.web.sentences import sentence_of

OFFERED_YEARS = 3
"""How many years are offered to tell of: this one and those before. Older ones stay where they have been told."""

Page = str | Response | tuple[str, int]

blueprint = gate.area_blueprint(
    "structure", __name__, url_prefix="/followup/clients", roles=[Role.WORKER, Role.COORDINATOR]
)


@blueprint.get("/")
def index() -> Page:
    """Lead a worker to the own unit; list the units to the coordinator."""
    actor = guard.actor()
    if actor.unit_id is not None:
        return redirect(url_for("structure.of_unit", unit_id=actor.unit_id))
    last_year = period.day_of(clock.now()).year - 1
    area_id = guard.own_area()
    return render_template(
        "followup/structures.html",
        units=[row.unit for row in partners.list_units(area_id)],
        told=structures.count_units(area_id, last_year),
        year=last_year,
    )


@blueprint.get("/units/<int:unit_id>")
def of_unit(unit_id: int) -> str:
    """Show what a unit has told, year by year, and what it can tell."""
    actor = guard.actor()
    unit = partners.get_unit(unit_id, actor=actor)
    told = {(one.year, one.trait): one.total for one in structures.list_of_unit(unit_id, actor=actor)}
    this_year = period.day_of(clock.now()).year
    years = sorted({year for year, _trait in told} | {this_year - back for back in range(OFFERED_YEARS)}, reverse=True)
    return render_template(
        "followup/structure.html",
        unit=unit,
        rows=[
            (year, trait, clientclasses.trait_word(trait), told.get((year, trait)))
            for year in years
            for trait in ClientTrait
        ],
        is_own=actor.unit_id is not None,
    )


@blueprint.route("/units/<int:unit_id>/<int:year>/<trait>", methods=["GET", "POST"])
def tell(unit_id: int, year: int, trait: str) -> Page:
    """Take in the numbers of a year by one trait; all empty takes away what was told."""
    actor, now, asked = guard.actor(), clock.now(), _trait(trait)
    unit = partners.get_unit(unit_id, actor=actor)
    if not structures.EARLIEST_YEAR <= year <= period.day_of(now).year:
        raise NotFound()
    form = _form(asked)(data=_known(unit_id, year, asked))
    if not form.validate_on_submit():
        return _form_page(form, unit, year, asked, 422 if form.errors else 200)
    clients = {field.name: field.data for field in _fields(form) if field.data is not None}
    try:
        _keep(unit_id, year, asked, clients, now)
    except DomainError as error:
        form.refuse(_fields(form)[0].name, sentence_of(error))
        return _form_page(form, unit, year, asked, 422)
    flash(_("Saved."), "success")
    return redirect(url_for("structure.of_unit", unit_id=unit_id), 303)


def _keep(unit_id: int, year: int, trait: ClientTrait, clients: dict[str, int], now: datetime) -> None:
    actor = guard.actor()
    if any(clients.values()):
        structures.keep(unit_id, year=year, trait=trait, clients=clients, actor=actor, now=now)
    else:
        structures.forget(unit_id, year=year, trait=trait, actor=actor, now=now)


def _known(unit_id: int, year: int, trait: ClientTrait) -> dict[str, int]:
    found = structures.list_of_unit(unit_id, actor=guard.actor())
    return next((one.clients for one in found if (one.year, one.trait) == (year, trait)), {})


def _form(trait: ClientTrait) -> type[forms.Form]:
    """Return a form with a number for each class of a trait."""
    most = structures.MOST_CLIENTS
    within = NumberRange(0, most, _l("Write a whole number from 0 to %(most)s.", most=most))
    words = clientclasses.words(trait)
    fields: dict[str, Any] = {
        code: forms.WholeNumberField(words[code], [Optional(), within]) for code in structures.CLASSES[trait]
    }
    return type("StructureForm", (forms.Form,), fields)


def _fields(form: forms.Form) -> list[Any]:
    return [field for field in form if isinstance(field, forms.WholeNumberField)]


def _form_page(form: forms.Form, unit: Unit, year: int, trait: ClientTrait, status: int) -> Page:
    page = render_template(
        "followup/structure_form.html",
        form=form,
        fields=_fields(form),
        unit=unit,
        year=year,
        trait=clientclasses.trait_word(trait),
    )
    return page, status


def _trait(code: str) -> ClientTrait:
    try:
        return ClientTrait(code)
    except ValueError:
        raise NotFound() from None
