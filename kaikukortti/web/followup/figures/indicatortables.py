"""Frozen indicators as tables that leave the service: one line a figure, hidden ones with their reason."""

from collections.abc import Iterable

from kaikukortti.figuretable import Dimension, FigureTable, Missing
from kaikukortti.followup.indicators.figures import Code, Figure, Figures, Why
from kaikukortti.web import pages
from kaikukortti.web.figures import words
from kaikukortti.web.figures.words import Frame, Value
from kaikukortti.web.followup.figures import indicatorwords
from kaikukortti.web.language import _

DECIMALS = 4

Line = tuple[Code, str, str]
"""Indicator, part, and what the line is called."""


def frame(figures: Figures) -> Frame:
    """Return what all tables of a page have in common."""
    here = figures.period
    exact = indicatorwords.exactness(figures.unit_id)
    return Frame(here.first_on, here.last_on, here.frozen_at, pages.organisation_name(), exact)


def table(figures: Figures, code: str, title: str, lines: Iterable[Line]) -> FigureTable:
    """Return some indicators of a period with all their numbers: number, of how many, share or rate, 95 % limits."""
    listed = list(lines)
    columns = (
        ("number", _("How many")),
        ("n", _("Of")),
        ("share", _("Share or rate")),
        ("low", _("At least (95 of 100)")),
        ("high", _("At most (95 of 100)")),
    )
    values: dict[tuple[str, ...], Value] = {}
    for indicator, dims, _name in listed:
        figure = figures.find(indicator, dims)
        for column, _words in columns:
            values[_key(indicator, dims), column] = cell(figure, column)
    return words.table(
        frame(figures),
        code,
        title,
        rows=Dimension(
            "indicator", _("Figure"), words.categories((_key(one, dims), label) for one, dims, label in listed)
        ),
        columns=Dimension("measure", _("Measure"), words.categories(columns), is_measure=True),
        values=values,
        definition=" ".join(indicatorwords.meaning(one) for one in dict.fromkeys(one for one, *_rest in listed)),
    )


def cell(figure: Figure | None, column: str) -> Value:
    """Return a number of a figure, or the reason why there is none."""
    if figure is None:
        return Missing.NOT_APPLICABLE
    if figure.is_suppressed:
        return Missing.NOT_FROZEN if figure.facts.get("why") == Why.FOLLOW_UP else Missing.TOO_FEW_CARDS
    value = getattr(figure, column)
    return Missing.NOT_APPLICABLE if value is None else round(value, DECIMALS)


def _key(code: Code, dims: str) -> str:
    return f"{code}:{dims}" if dims else str(code)
