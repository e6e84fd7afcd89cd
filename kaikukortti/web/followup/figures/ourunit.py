"""W1, the own unit in words: what its cards have meant in a frozen quarter or year. A worker's first page here."""

from flask import Response, render_template

from kaikukortti.figuretable import FigureTable
from kaikukortti.followup.indicators.figures import Code, Figures
from kaikukortti.followup.models.learning import Grain
from kaikukortti.web import choices, guard
from kaikukortti.web.figures import exports
from kaikukortti.web.followup import gate
from kaikukortti.web.followup.figures import (
    frozenperiods,
    hublinks,
    indicatortables,
    indicatorwords,
    numbers,
    tellings,
    unitwords,
)
from kaikukortti.web.followup.figures.indicatortables import Line
from kaikukortti.web.followup.figures.tellings import WITHIN_DAYS
from kaikukortti.web.language import _

blueprint = gate.unit_blueprint("ourunit", __name__, url_prefix="/followup")


@blueprint.get("/")
def index() -> str | Response:
    """Show the own unit's indicators in words and as a table, and lead on."""
    actor = guard.actor()
    area_id, unit_id = gate.area_of(actor), actor.unit_id or 0
    choice = frozenperiods.choose(area_id, Grain.QUARTER, Grain.YEAR)
    figures = frozenperiods.figures_of(area_id, choice, unit_id=unit_id)
    wanted = exports.asked()
    if wanted is not None and figures is not None:
        return exports.answer(_table(figures), wanted)
    return render_template(
        "followup/unit.html",
        choice=choice,
        figures=figures,
        told=unitwords.tell(figures) if figures is not None else [],
        lines=numbers.lines(figures, _lines(figures)) if figures is not None else [],
        definitions=indicatorwords.definitions(unitwords.CODES, unit_id=unit_id),
        links=hublinks.unit_links(has_episodes=gate.own_switches().episodes),
        export_links_found=exports.links() if figures is not None else [],
    )


def _lines(figures: Figures) -> list[Line]:
    """Return the lines of the unit's table; a reason that nobody named has none."""
    plain = [
        (Code.VALID, "", indicatorwords.name(Code.VALID)),
        (Code.TAKEN_INTO_USE, "", indicatorwords.name(Code.TAKEN_INTO_USE)),
        *((Code.FIRST_USE, days, str(words)) for days, words in WITHIN_DAYS.items()),
        *((code, "", indicatorwords.name(code)) for code in (Code.NO_RECORDED_USE, Code.ACTIVE, Code.RETENTION)),
    ]
    reasons: list[Line] = [
        (Code.BARRIERS, part.dims, choices.word(choices.BARRIERS, part.dims))
        for part in figures.list_parts(Code.BARRIERS)
        if part.dims in choices.BARRIERS
    ]
    asked: list[Line] = [(Code.BARRIERS, "asked", _("Meetings in which barriers were asked"))]
    is_any_told = any(tellings.is_shown(figures.find(code, dims)) for code, dims, _label in reasons)
    return [*plain, *asked, *(reasons if is_any_told else [])]


def _table(figures: Figures) -> FigureTable:
    return indicatortables.table(figures, "own-follow-up", _("Our unit in figures"), _lines(figures))
