"""Geometry of lines: step curves with a band around them, and a line of months. Plain values, nothing translated.

A plot is a square of 1000 by 1000 that is stretched to its place (templates/followup/_plots.html); y runs from above.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from kaikukortti.web.figures import charts

SIDE = 1000
SHARE_TICKS = (0, 25, 50, 75, 100)
FLAT = 100
"""The index of a month as usual as the year's mean (followup.md I-13)."""


@dataclass(frozen=True)
class Point:
    """A curve from a time on: the share and the ends of its interval, 0 to 1. The curve is level until the next."""

    time: int
    share: float
    low: float
    high: float


@dataclass(frozen=True)
class Mark:
    """A line of a scale: its value, and where it is in per cent of the plot, from the left or from above."""

    value: int
    at: float


@dataclass(frozen=True)
class StepPlot:
    """One step curve: its line and its band as paths, and both scales."""

    line: str
    band: str
    shares: tuple[Mark, ...]
    times: tuple[Mark, ...]


@dataclass(frozen=True)
class MonthPlot:
    """A line of months: the runs between gaps as paths, a dot for each figure, the scale, the height of the mean."""

    runs: tuple[str, ...]
    dots: tuple[tuple[float, float], ...]
    places: tuple[float, ...]
    values: tuple[Mark, ...]
    mean_at: float


def step_plot(points: Sequence[Point], *, until: int, times: Sequence[int], last: int | None = None) -> StepPlot:
    """Lay out a step curve that starts at none, on a scale up to `until`; it is drawn up to the time `last`, from which
    on nothing is known. `times` are the marks below it.

    Raises ValueError for points out of order or beyond `last`.
    """
    known_until = until if last is None else last
    before = 0
    for point in points:
        if not before <= point.time <= known_until <= until:
            raise ValueError("the points of a curve are in order and within its time")
        before = point.time
    ends = [*(point.time for point in points[1:]), known_until][: len(points)]
    first = points[0].time if points else known_until

    def corners(values: Sequence[float]) -> list[str]:
        found = [_at(0, until, 0.0), _at(first, until, 0.0)]
        for point, end, value in zip(points, ends, values, strict=True):
            found += [_at(point.time, until, value), _at(end, until, value)]
        return found

    above, below = corners([point.high for point in points]), corners([point.low for point in points])
    return StepPlot(
        line="M" + " L".join(corners([point.share for point in points])),
        band="M" + " L".join([*above, *reversed(below)]) + " Z" if points else "",
        shares=tuple(Mark(share, float(100 - share)) for share in SHARE_TICKS),
        times=tuple(Mark(time, round(100 * time / until, 3)) for time in times),
    )


def month_plot(values: Sequence[float | None]) -> MonthPlot:
    """Lay out a line of months; None leaves a gap. The scale starts at 0 and has the year's mean in it."""
    ticks = charts.nice_ticks(max(FLAT, *(round(value) for value in values if value is not None), FLAT))
    slot, top = SIDE / max(len(values), 1), ticks[-1]
    places = [round((index + 0.5) * slot, 1) for index in range(len(values))]
    known = [
        None if value is None else (place, round(SIDE - SIDE * value / top, 1))
        for place, value in zip(places, values, strict=True)
    ]
    return MonthPlot(
        runs=tuple(_runs(known)),
        dots=tuple((round(dot[0] / 10, 3), round(dot[1] / 10, 3)) for dot in known if dot is not None),
        places=tuple(round(place / 10, 3) for place in places),
        values=tuple(Mark(tick, round(100 - 100 * tick / top, 3)) for tick in ticks),
        mean_at=round(100 - 100 * FLAT / top, 3),
    )


def _at(time: int, until: int, share: float) -> str:
    return f"{round(SIDE * time / until, 1):g} {round(SIDE - SIDE * share, 1):g}"


def _runs(known: Sequence[tuple[float, float] | None]) -> list[str]:
    """Return a path for each run of two figures and more without a gap."""
    runs: list[list[tuple[float, float]]] = [[]]
    for dot in known:
        if dot is None:
            runs.append([])
        else:
            runs[-1].append(dot)
    return ["M" + " L".join(f"{x:g} {y:g}" for x, y in run) for run in runs if len(run) > 1]
