"""K3, how soon a card is first used: the curve of each issue year, with its band and its table. Also for viewers."""

from collections.abc import Sequence
from dataclasses import dataclass

from flask import Response, render_template

from kaikukortti.figuretable import FigureTable
from kaikukortti.followup.indicators import reading
from kaikukortti.followup.indicators.figures import Code, Figures
from kaikukortti.followup.models.learning import Grain
from kaikukortti.rules.span import Span
from kaikukortti.web import guard
from kaikukortti.web.figures import exports, periods
from kaikukortti.web.followup import gate
from kaikukortti.web.followup.figures import frozenperiods, indicatortables, indicatorwords, numbers, plots, tellings
from kaikukortti.web.followup.figures.frozenperiods import Choice
from kaikukortti.web.followup.figures.plots import Point, StepPlot
from kaikukortti.web.followup.figures.quarter import READERS
from kaikukortti.web.language import _

MOST_CURVES = 3
MARKS = (0, 90, 180, 270, 360)
LAST_DAY = 371
"""The curve is told week by week for a year (indicators/firstuse)."""

blueprint = gate.area_blueprint("curve", __name__, url_prefix="/followup/area/first-use", roles=READERS)


@dataclass(frozen=True)
class Drawn:
    """A period's curve: whose, what it says, the plot; None where too little is known to draw it."""

    key: str
    name: str
    words: str
    plot: StepPlot | None


@blueprint.get("/")
def index() -> str | Response:
    """Show the curves of the chosen year and the two before it; quarters while no year is frozen."""
    area_id = guard.own_area()
    choice = frozenperiods.choose(area_id, Grain.YEAR, Grain.QUARTER)
    found = [reading.read(area_id, period=one) for one in _spans(choice)]
    wanted = exports.asked()
    if wanted is not None and found:
        return exports.answer([_table(one) for one in found], wanted)
    return render_template(
        "followup/curve.html",
        choice=choice,
        figures=found[0] if found else None,
        finding=tellings.first_use(found[0]).words if found else "",
        curves=[draw(one) for one in found],
        lines=[_line(one) for one in found],
        days=[str(words) for words in tellings.WITHIN_DAYS.values()],
        definitions=indicatorwords.definitions([Code.FIRST_USE]),
        export_links_found=exports.links() if found else [],
    )


def _spans(choice: Choice) -> list[Span]:
    """Return the chosen period and the frozen ones of its length before it, the newest first."""
    if choice.here is None:
        return []
    here = choice.here
    same = [one.span for one in choice.frozen if one.span.months == here.months and one.span <= here]
    return same[:MOST_CURVES]


def draw(figures: Figures) -> Drawn:
    """Lay out the curve of a period."""
    told, name = tellings.first_use(figures), periods.name(figures.period.span)
    curve = figures.find(Code.FIRST_USE, "curve")
    key = f"curve-{figures.period.span.code.lower()}"
    if curve is None or curve.is_suppressed:
        return Drawn(key, name, told.words, None)
    until = min(int(curve.facts.get("followed_most", LAST_DAY)), LAST_DAY)
    points = [Point(step["day"], step["share"], step["low"], step["high"]) for step in curve.facts["steps"]]
    return Drawn(
        key, name, told.words, plots.step_plot(_within(points, until), until=LAST_DAY, last=until, times=MARKS)
    )


def _within(points: Sequence[Point], until: int) -> list[Point]:
    return [point for point in points if point.time <= until]


def _line(figures: Figures) -> list[str]:
    """Return a line of the table: the period, its cards, the share by each day with its interval, the middle day."""
    name = periods.name(figures.period.span)
    parts = [figures.find(Code.FIRST_USE, days) for days in tellings.WITHIN_DAYS]
    cards = next((numbers.whole(part.n) for part in parts if part is not None and part.n), numbers.NOTHING)
    shares = [
        numbers.value(part) if part is None or part.share is None else f"{numbers.share(part)} ({numbers.likely(part)})"
        for part in parts
    ]
    median = figures.find(Code.FIRST_USE, "median")
    half = numbers.cells(median)[0]
    return [name, cards, *shares, half]


def _table(figures: Figures) -> FigureTable:
    span = figures.period.span
    title = _("How soon a card is first used, cards of %(period)s", period=periods.name(span))
    lines = [(Code.FIRST_USE, days, str(words)) for days, words in tellings.WITHIN_DAYS.items()]
    lines.append((Code.FIRST_USE, "median", _("Days until half are used")))
    return indicatortables.table(figures, f"first-use-{span.code}", title, lines)
