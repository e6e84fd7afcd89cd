"""Geometry of charts as plain values: bars and columns in per cent of their drawing area.

Nothing is drawn or translated here; templates/components/chart.html does both.
"""

from __future__ import annotations

import math
import re
import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass

MOST_SERIES = 4
COLUMN_FILL = 0.68
WIDEST_SLOT = 25.0  # a year alone is a column, not a wall
"""Share of a column's slot that is ink; the rest is air."""
HEADROOM = 12.0
"""Per cent of a column chart's height kept free above the highest column, for its figure."""
DIGIT_SHARE = 4.2
"""Per cent of a narrow chart's width that one digit of a figure needs inside a bar."""
DENSE_FROM = 9
"""Columns from which a narrow screen leaves labels out."""
LABEL_STEP = 3
"""Every which label it then keeps, counted from where a group begins."""

Row = tuple[str, Sequence[int]]


@dataclass(frozen=True)
class Table:
    """The figures of a chart: a line is (label, values, total of the line)."""

    heading: str
    rows: tuple[tuple[str, tuple[int, ...], int], ...]
    totals: tuple[int, ...]
    grand_total: int
    with_total: bool


@dataclass(frozen=True)
class BarSegment:
    """One series of a bar; number counts series from 1, the rest is per cent of the width."""

    number: int
    value: int
    start: float
    length: float
    has_room: bool

    @property
    def middle(self) -> float:
        """Give the place of the figure inside the segment."""
        return _rounded(self.start + self.length / 2)


@dataclass(frozen=True)
class BarRow:
    """One bar with its label and the sum of its series."""

    label: str
    total: int
    segments: tuple[BarSegment, ...]


@dataclass(frozen=True)
class BarChart:
    """Horizontal bars, one row a thing, series laid end to end."""

    key: str
    title: str
    finding: str
    unit: str
    series: tuple[str, ...]
    rows: tuple[BarRow, ...]
    table: Table


@dataclass(frozen=True)
class ColumnSegment:
    """One series of a column; top and height in per cent of the plot, counted from above."""

    number: int
    value: int
    top: float
    height: float


@dataclass(frozen=True)
class Column:
    """One column; its group (a year, say) where the group begins; is_minor: no label on narrow screens."""

    label: str
    group: str
    total: int
    start: float
    width: float
    middle: float
    top: float
    is_minor: bool
    segments: tuple[ColumnSegment, ...]


@dataclass(frozen=True)
class Tick:
    """A line of the scale: its value, and its height in per cent counted from above."""

    value: int
    at: float


@dataclass(frozen=True)
class ColumnChart:
    """Columns over time, series piled up."""

    key: str
    title: str
    finding: str
    unit: str
    series: tuple[str, ...]
    columns: tuple[Column, ...]
    ticks: tuple[Tick, ...]
    is_dense: bool
    table: Table


def bar_chart(
    *,
    title: str,
    finding: str,
    series: Sequence[str],
    rows: Sequence[Row],
    heading: str = "",
    unit: str = "",
) -> BarChart:
    """Lay out horizontal bars; heading names the first column of the table.

    Raises ValueError for rows that do not fit the series, and for negative values.
    """
    _check_shape(series, rows)
    longest = max((sum(values) for _, values in rows), default=0) or 1
    return BarChart(
        key=chart_key(title),
        title=title,
        finding=finding,
        unit=unit,
        series=tuple(series),
        rows=tuple(BarRow(label, sum(values), _bar_segments(values, longest)) for label, values in rows),
        table=_table(heading, series, rows),
    )


def column_chart(
    *,
    title: str,
    finding: str,
    series: Sequence[str],
    rows: Sequence[Row],
    heading: str = "",
    unit: str = "",
    groups: Sequence[str] = (),
) -> ColumnChart:
    """Lay out columns; groups names what each label belongs to, such as its year.

    Raises ValueError for rows or groups that do not fit, and for negative values.
    """
    _check_shape(series, rows)
    if groups and len(groups) != len(rows):
        raise ValueError("one group for each row, or none")
    highest = max((sum(values) for _, values in rows), default=0)
    ticks = nice_ticks(highest)
    return ColumnChart(
        key=chart_key(title),
        title=title,
        finding=finding,
        unit=unit,
        series=tuple(series),
        columns=_columns(rows, groups, ticks[-1]),
        ticks=tuple(Tick(value, from_above(value, ticks[-1])) for value in ticks),
        is_dense=len(rows) >= DENSE_FROM,
        table=_table(heading, series, _named_by_group(rows, groups)),
    )


def nice_ticks(highest: int, most: int = 4) -> tuple[int, ...]:
    """Give round whole numbers from 0 to `highest` or above, in at most `most` even steps."""
    step = 1
    rough = max(highest, 1) / most
    if rough > 1:
        power = 10 ** math.floor(math.log10(rough))
        step = next(
            int(factor * power)
            for factor in (1, 2, 2.5, 5, 10)
            if factor * power >= rough and float(factor * power).is_integer()
        )
    steps = math.ceil(max(highest, 1) / step)
    return tuple(step * number for number in range(steps + 1))


def chart_key(title: str) -> str:
    """Make an id for a chart from its title: plain letters, digits and hyphens."""
    plain = unicodedata.normalize("NFKD", title).encode("ascii", "ignore").decode("ascii").lower()
    return "chart-" + (re.sub(r"[^a-z0-9]+", "-", plain).strip("-") or "untitled")


def _check_shape(series: Sequence[str], rows: Sequence[Row]) -> None:
    if not 1 <= len(series) <= MOST_SERIES:
        raise ValueError(f"a chart has 1 to {MOST_SERIES} series")
    for label, values in rows:
        if len(values) != len(series):
            raise ValueError(f"{label}: one value for each series")
        if any(value < 0 for value in values):
            raise ValueError(f"{label}: values are counts, never negative")


def _bar_segments(values: Sequence[int], longest: int) -> tuple[BarSegment, ...]:
    segments = []
    before = 0
    for number, value in enumerate(values, start=1):
        if value:
            length = 100 * value / longest
            has_room = len(values) > 1 and length >= DIGIT_SHARE * (len(str(value)) + 1)
            start = _rounded(100 * before / longest)
            segments.append(BarSegment(number, value, start, _rounded(length), has_room))
        before += value
    return tuple(segments)


def _columns(rows: Sequence[Row], groups: Sequence[str], scale: int) -> tuple[Column, ...]:
    slot = 100 / len(rows) if rows else 100.0
    width = min(slot, WIDEST_SLOT) * COLUMN_FILL
    begins = [bool(groups) and (index == 0 or groups[index] != groups[index - 1]) for index in range(len(rows))]
    shown = _labels_when_narrow(begins)
    return tuple(
        Column(
            label=label,
            group=groups[index] if begins[index] else "",
            total=sum(values),
            start=_rounded(slot * (index + 0.5) - width / 2),
            width=_rounded(width),
            middle=_rounded(slot * (index + 0.5)),
            top=from_above(sum(values), scale),
            is_minor=not shown[index],
            segments=_column_segments(values, scale),
        )
        for index, (label, values) in enumerate(rows)
    )


def _labels_when_narrow(begins: Sequence[bool]) -> list[bool]:
    if len(begins) < DENSE_FROM:
        return [True] * len(begins)
    shown = []
    since = 0
    for index, is_first in enumerate(begins):
        since = 0 if is_first else since
        crowded = any(begins[index + 1 : index + LABEL_STEP])
        shown.append(is_first or (since % LABEL_STEP == 0 and not crowded))
        since += 1
    return shown


def _column_segments(values: Sequence[int], scale: int) -> tuple[ColumnSegment, ...]:
    segments = []
    before = 0
    for number, value in enumerate(values, start=1):
        if value:
            top = from_above(before + value, scale)
            height = _rounded(from_above(before, scale) - top)
            segments.append(ColumnSegment(number, value, top, height))
        before += value
    return tuple(segments)


def from_above(value: int, scale: int) -> float:
    """Return the height of a value on a scale, in per cent counted from above."""
    return _rounded(100 - (100 - HEADROOM) * value / scale)


def _named_by_group(rows: Sequence[Row], groups: Sequence[str]) -> Sequence[Row]:
    if not groups:
        return rows
    return [(f"{label} {group}".strip(), values) for (label, values), group in zip(rows, groups, strict=True)]


def _table(heading: str, series: Sequence[str], rows: Sequence[Row]) -> Table:
    return Table(
        heading=heading,
        rows=tuple((label, tuple(values), sum(values)) for label, values in rows),
        totals=tuple(sum(values[index] for _, values in rows) for index in range(len(series))),
        grand_total=sum(sum(values) for _, values in rows),
        with_total=len(series) > 1,
    )


def _rounded(share: float) -> float:
    return round(share, 3)
