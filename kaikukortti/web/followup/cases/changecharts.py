"""Geometry of change over time: start and now on a scale, lines over days, days of use on a strip. Shares are per cent
of the drawing area. A line never joins use and change, and no colour tells good from bad.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date

from kaikukortti.followup.changes import Course
from kaikukortti.rules import period

MOST_MARKS = 7
MONTH_STEPS = (1, 2, 3, 6, 12, 24)


@dataclass(frozen=True)
class Axis:
    """Days from left to right, the same for every line and for the strip."""

    first_on: date
    last_on: date

    def at(self, day: date) -> float:
        """Return where a day is, in per cent."""
        return _share((day - self.first_on).days, (self.last_on - self.first_on).days)

    def marks(self) -> list[tuple[date, float]]:
        """Return first days of months to be named below, few enough to be read."""
        months = [date(year, month, 1) for year, month in period.months_of(self.first_on, self.last_on)]
        inside = [day for day in months if day >= self.first_on]
        step = next((step for step in MONTH_STEPS if len(inside) / step <= MOST_MARKS), MONTH_STEPS[-1])
        return [(day, self.at(day)) for day in inside[::step]]


@dataclass(frozen=True)
class Dumbbell:
    """Where something was at the start and is now; `now` is None before there is a second point."""

    start: float
    now: float | None

    @property
    def left(self) -> float:
        """Return the left end of the bar."""
        return min(self.start, self.start if self.now is None else self.now)

    @property
    def length(self) -> float:
        """Return the length of the bar."""
        return 0.0 if self.now is None else round(abs(self.now - self.start), 3)


@dataclass(frozen=True)
class Line:
    """Points from left to right and from above, and the pieces that join them."""

    dots: tuple[tuple[float, float], ...]
    pieces: tuple[tuple[float, float, float, float], ...]


def axis(courses: Iterable[Course], *, days: Sequence[date] = (), first_on: date, last_on: date) -> Axis:
    """Return the axis that holds every point, every day of use and the episode's days."""
    held = [first_on, last_on, *days, *(day for course in courses for day, _ in course.points)]
    first, last = min(held), max(held)
    return Axis(first, last if last > first else period.add_months(first, 1))


def dumbbell(course: Course) -> Dumbbell:
    """Lay out the first and the newest point on the scale of their measure."""
    values = [_share(value - course.low, course.high - course.low) for _, value in course.points]
    return Dumbbell(values[0], values[-1] if len(values) > 1 else None)


def line(course: Course, along: Axis) -> Line:
    """Lay out every point over the days."""
    dots = tuple(
        (along.at(day), 100 - _share(value - course.low, course.high - course.low)) for day, value in course.points
    )
    return Line(dots, tuple((*dot, *after) for dot, after in zip(dots, dots[1:], strict=False)))


def _share(part: float, whole: float) -> float:
    return round(100 * part / whole, 3) if whole else 0.0
