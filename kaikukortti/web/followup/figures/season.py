"""K5, the seasons: each month of a year beside the year's mean. Only with 24 months behind it. Also for viewers."""

from datetime import date

from babel import dates
from flask import Response, render_template

from kaikukortti.figuretable import FigureTable
from kaikukortti.followup.indicators import reading
from kaikukortti.followup.indicators.figures import Code, Figure, Figures
from kaikukortti.followup.models.learning import Grain
from kaikukortti.rules import period
from kaikukortti.web import guard, language
from kaikukortti.web.figures import charts, exports
from kaikukortti.web.followup import gate
from kaikukortti.web.followup.figures import frozenperiods, indicatortables, indicatorwords, numbers, plots
from kaikukortti.web.followup.figures.quarter import READERS
from kaikukortti.web.language import _

MONTHS = tuple(f"{month:02d}" for month in range(1, 13))
FEWEST_MONTHS = 24
NEAR = 10
"""Months within so many points of the mean are told as usual."""

blueprint = gate.area_blueprint("season", __name__, url_prefix="/followup/area/season", roles=READERS)


@blueprint.get("/")
def index() -> str | Response:
    """Show the months of a year as a line, or say how long to wait."""
    area_id = guard.own_area()
    choice = frozenperiods.choose(area_id, Grain.YEAR)
    figures = frozenperiods.figures_of(area_id, choice)
    wanted = exports.asked()
    if wanted is not None and figures is not None:
        return exports.answer(_table(figures), wanted)
    parts = [figures.find(Code.SEASON, month) for month in MONTHS] if figures is not None else []
    values = [None if part is None else part.share for part in parts]
    has_line = any(value is not None for value in values)
    return render_template(
        "followup/season.html",
        choice=choice,
        figures=figures,
        plot=plots.month_plot(values) if has_line else None,
        key=charts.chart_key("season"),
        finding=finding(values) if has_line else "",
        labels=[month_word(month, "LLL") for month in MONTHS],
        lines=[_line(month, part) for month, part in zip(MONTHS, parts, strict=True)] if figures is not None else [],
        wait_until=None if has_line else _wait_until(area_id),
        fewest=FEWEST_MONTHS,
        definitions=indicatorwords.definitions([Code.SEASON]),
        export_links_found=exports.links() if figures is not None else [],
    )


def finding(values: list[float | None]) -> str:
    """Say which month stands out, and how far; a year without one is told as even."""
    known = [(value, month) for value, month in zip(values, MONTHS, strict=True) if value is not None]
    quietest, busiest = min(known), max(known)
    if busiest[0] - 100 < NEAR and 100 - quietest[0] < NEAR:
        return _("The months are much alike.")
    return _(
        "Busiest in %(busiest)s (%(most)s), quietest in %(quietest)s (%(least)s); 100 is the mean of the year.",
        busiest=month_word(busiest[1], "LLLL"),
        most=language.number(round(busiest[0])),
        quietest=month_word(quietest[1], "LLLL"),
        least=language.number(round(quietest[0])),
    )


def month_word(month: str, pattern: str) -> str:
    """Return the name of a month in the reader's language: "03" as March."""
    locale = language.locale_name(language.language_now())
    return str(dates.format_date(date(2000, int(month), 1), pattern, locale=locale))


def _line(month: str, part: Figure | None) -> list[str]:
    name = month_word(month, "LLLL")
    if part is None:
        return [name, *[numbers.NOTHING] * 3]
    if part.is_suppressed:
        return [name, _("too little to tell"), *[numbers.NOTHING] * 2]
    index = numbers.NOTHING if part.share is None else language.number(round(part.share))
    return [name, numbers.whole(part.number), numbers.whole(part.n), index]


def _wait_until(area_id: int) -> int | None:
    """Return in which year's January a year with 24 months behind it is told first; None with no quarter."""
    quarters = reading.list_periods(area_id, Grain.QUARTER)
    if not quarters:
        return None
    over = period.add_months(quarters[0].first_on, FEWEST_MONTHS)
    return over.year if over.month == 1 else over.year + 1


def _table(figures: Figures) -> FigureTable:
    lines = [(Code.SEASON, month, month_word(month, "LLLL")) for month in MONTHS]
    return indicatortables.table(figures, "season", _("The seasons"), lines)
