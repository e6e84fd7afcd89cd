"""Geometry of a chart of pairs: two columns beside each other in each place, for two periods. Plain values."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from kaikukortti.web.figures import charts
from kaikukortti.web.figures.charts import Tick

PAIR_FILL = 0.76
"""Share of a place's width that is ink; the rest is air."""

Slot = tuple[str, tuple[int, int]]


@dataclass(frozen=True)
class PairColumn:
    """One column: its series from 1, the rest in per cent of the plot."""

    number: int
    value: int
    start: float
    width: float
    middle: float
    top: float
    height: float


@dataclass(frozen=True)
class Place:
    """A label with its columns; an empty column is left out. `group` (a year, say) stands where it begins; is_minor: no
    label on narrow screens.
    """

    label: str
    group: str
    is_minor: bool
    columns: tuple[PairColumn, ...]


@dataclass(frozen=True)
class PairChart:
    """Columns in pairs: the same month of two periods, or adults and children. `lines` are the table, each a label and
    its figures, which may be words in place of a figure.
    """

    key: str
    title: str
    finding: str
    unit: str
    series: tuple[str, ...]
    places: tuple[Place, ...]
    ticks: tuple[Tick, ...]
    is_dense: bool
    heading: str
    lines: tuple[tuple[str | int, ...], ...]


def pair_chart(
    *,
    title: str,
    finding: str,
    series: Sequence[str],
    slots: Sequence[Slot],
    heading: str,
    groups: Sequence[str] = (),
    lines: Sequence[Sequence[str | int]] = (),
) -> PairChart:
    """Lay out pairs of columns; `groups` names what each label belongs to, `lines` are the table where the figures are
    not what is drawn. Raises ValueError for negative values and for other than two series.
    """
    if len(series) != 2 or any(value < 0 for _, pair in slots for value in pair):
        raise ValueError("a chart of pairs has two series of counts")
    ticks = charts.nice_ticks(max((max(pair) for _, pair in slots), default=0))
    width = 100 / max(len(slots), 1)
    return PairChart(
        key=charts.chart_key(title),
        title=title,
        finding=finding,
        unit="",
        series=tuple(series),
        places=tuple(
            Place(
                label,
                group=groups[at] if groups and (at == 0 or groups[at] != groups[at - 1]) else "",
                is_minor=len(slots) >= charts.DENSE_FROM and at % charts.LABEL_STEP != 0,
                columns=_columns(pair, at * width, width, ticks[-1]),
            )
            for at, (label, pair) in enumerate(slots)
        ),
        ticks=tuple(Tick(value, charts.from_above(value, ticks[-1])) for value in ticks),
        is_dense=len(slots) > charts.DENSE_FROM // 2,
        heading=heading,
        lines=tuple(tuple(line) for line in lines or [(label, *pair) for label, pair in slots]),
    )


def _columns(pair: tuple[int, int], start: float, width: float, scale: int) -> tuple[PairColumn, ...]:
    each = min(width, charts.WIDEST_SLOT) * PAIR_FILL / 2
    found = []
    for place, value in enumerate(pair):
        if value:
            left = start + width / 2 + (place - 1) * each
            top = charts.from_above(value, scale)
            bottom = charts.from_above(0, scale)
            found.append(
                PairColumn(
                    number=place + 1,
                    value=value,
                    start=round(left, 3),
                    width=round(each, 3),
                    middle=round(left + each / 2, 3),
                    top=top,
                    height=round(bottom - top, 3),
                )
            )
    return tuple(found)
