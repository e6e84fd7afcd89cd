"""K1, the quarter on one page: the few figures of an area that matter, in words, and beside a year before. Also for
viewers: nothing here is of a unit or of a person.
"""

from flask import Response, render_template

from kaikukortti.figuretable import FigureTable
from kaikukortti.followup.indicators.figures import Figures
from kaikukortti.followup.models.learning import Grain
from kaikukortti.rules.access import Role
from kaikukortti.web import guard
from kaikukortti.web.figures import exports, periods
from kaikukortti.web.followup import gate
from kaikukortti.web.followup.figures import (
    areawords,
    frozenperiods,
    hublinks,
    indicatortables,
    indicatorwords,
    yearbefore,
)
from kaikukortti.web.language import _

READERS = (Role.COORDINATOR, Role.VIEWER)

blueprint = gate.area_blueprint("quarter", __name__, url_prefix="/followup/area", roles=READERS)


@blueprint.get("/")
def index() -> str | Response:
    """Show the area's figures of a quarter or a year on one sheet, and lead on."""
    area_id = guard.own_area()
    choice = frozenperiods.choose(area_id, Grain.QUARTER, Grain.YEAR)
    figures = frozenperiods.figures_of(area_id, choice)
    wanted = exports.asked()
    if figures is None:
        return render_template("followup/quarter.html", choice=choice, figures=None, links=hublinks.area_links())
    before = frozenperiods.figures_before(area_id, choice)
    if wanted is not None:
        tables = [_table(figures, "quarter"), *([_table(before, "year-before")] if before is not None else [])]
        return exports.answer(tables, wanted)
    lines = yearbefore.beside(figures, before)
    return render_template(
        "followup/quarter.html",
        choice=choice,
        figures=figures,
        before_name=periods.name(choice.year_before) if choice.year_before else "",
        told=areawords.tell(figures),
        lines=[[line.name, line.now, line.likely, line.before, line.words] for line in lines],
        changes=yearbefore.changes(lines) if before is not None else "",
        definitions=indicatorwords.definitions(yearbefore.CODES),
        small_print=f"{indicatorwords.exactness(0)} {indicatorwords.WHY_HIDDEN}",
        links=hublinks.area_links(),
        export_links_found=exports.links(),
    )


def _table(figures: Figures, code: str) -> FigureTable:
    lines = [(one, dims, yearbefore.line_name(one, dims)) for one, dims in yearbefore.BESIDE]
    title = _("Follow-up of the area, %(period)s", period=periods.name(figures.period.span))
    return indicatortables.table(figures, f"follow-up-{code}", title, lines)
