"""Figures of indicators written into the cells of a page's tables."""

from collections.abc import Iterable

from kaikukortti.followup.indicators.figures import Code, Figure, Figures, Why
from kaikukortti.web import language
from kaikukortti.web.followup.figures import sharewords
from kaikukortti.web.followup.figures.indicatortables import Line
from kaikukortti.web.language import _

NOTHING = "–"


def lines(figures: Figures, wanted: Iterable[Line]) -> list[list[str]]:
    """Return lines of a table: name, number, of how many, share or rate, between; hidden ones say so."""
    return [[label, *cells(figures.find(code, dims))] for code, dims, label in wanted]


def cells(figure: Figure | None) -> list[str]:
    """Write a figure as number, of how many, share or rate, and its interval."""
    if figure is None:
        return [NOTHING] * 4
    if figure.is_suppressed:
        return [value(figure), NOTHING, NOTHING, NOTHING]
    return [whole(figure.number), whole(figure.n), share(figure), likely(figure)]


def value(figure: Figure | None) -> str:
    """Write a figure in one cell: its share or rate, otherwise its number, or why it is hidden."""
    if figure is None:
        return _("too little to tell")
    if figure.is_suppressed:
        return _("not yet known") if figure.facts.get("why") == Why.FOLLOW_UP else _("too little to tell")
    if figure.share is None and figure.n is not None:
        return _("too little to tell")  # a number of few: no share is made of it (S9 of security.md §4.4)
    return whole(figure.number) if figure.share is None else share(figure)


def share(figure: Figure) -> str:
    """Write a share in per cent, a rate with one decimal."""
    if figure.share is None:
        return NOTHING
    return one_decimal(figure.share) if figure.code == Code.USE_RATE else sharewords.percent(figure.share)


def likely(figure: Figure | None) -> str:
    """Write the interval of a share or a rate."""
    if figure is None or figure.low is None or figure.high is None:
        return NOTHING
    if figure.code == Code.USE_RATE:
        return f"{one_decimal(figure.low)}–{one_decimal(figure.high)}"
    return sharewords.percent_between(figure.low, figure.high)


def whole(number: float | None) -> str:
    """Write a number of things."""
    return NOTHING if number is None else language.number(round(number))


def one_decimal(number: float) -> str:
    """Write a figure with one decimal at most."""
    return language.number(round(number, 1))
