"""Geometry of bars of rounded figures: one bar for each series in a row; what has no figure says why. Plain values."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from kaikukortti.figuretable import Missing
from kaikukortti.web import language
from kaikukortti.web.figures import charts, exports

Value = int | Missing


@dataclass(frozen=True)
class Bar:
    """One bar: its length in per cent, and its figure or the reason why there is none."""

    length: float
    words: str


@dataclass(frozen=True)
class Row:
    """A label with the bar of each series."""

    label: str
    bars: tuple[Bar, ...]


@dataclass(frozen=True)
class RoundedChart:
    """Bars of rounded figures; `lines` are the table: a label and its figures in words. Nothing is added up."""

    key: str
    title: str
    finding: str
    unit: str
    heading: str
    series: tuple[str, ...]
    rows: tuple[Row, ...]
    lines: list[list[str]]


def rounded_chart(
    *, title: str, finding: str, heading: str, series: Sequence[str], rows: Sequence[tuple[str, Sequence[Value]]]
) -> RoundedChart:
    """Lay out bars from the left. Raises ValueError for rows that do not fit the series."""
    if any(len(values) != len(series) for _label, values in rows):
        raise ValueError("one value for each series")
    longest = max((number(value) for _label, values in rows for value in values), default=0) or 1
    return RoundedChart(
        key=charts.chart_key(title),
        title=title,
        finding=finding,
        unit="",
        heading=heading,
        series=tuple(series),
        rows=tuple(
            Row(label, tuple(Bar(round(100 * number(value) / longest, 3), words(value)) for value in values))
            for label, values in rows
        ),
        lines=[[label, *(words(value) for value in values)] for label, values in rows],
    )


def words(value: Value) -> str:
    """Write a figure, or the reason why there is none."""
    return exports.reasons()[value] if isinstance(value, Missing) else language.number(value)


def number(value: Value) -> int:
    """Return a figure as a length: nothing where there is none."""
    return 0 if isinstance(value, Missing) else value
