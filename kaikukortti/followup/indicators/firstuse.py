"""How soon cards are used for the first time: I-03, Kaplan and Meier's curve over the cards handed out in a period.

A unit reads three days of it, exact; the area's curve is made of rounded numbers, week by week.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from kaikukortti.cube.counting import Cell
from kaikukortti.followup.indicators.figures import Code, Figure, Why, hidden
from kaikukortti.followup.indicators.lives import Life
from kaikukortti.followup.indicators.publishing import Scope
from kaikukortti.rules import disclosure, suppression
from kaikukortti.rules.survival import Curve, Step, kaplan_meier

BY_DAY = (30, 90, 180)
LAST_WEEK = 53 * 7
GRID = tuple(sorted({*range(0, LAST_WEEK + 1, 7), *BY_DAY}))  # days at which the area's numbers are rounded


@dataclass(frozen=True)
class Followed:
    """A card from the day on which it was handed out: after how many days it was used or was lost from sight."""

    key: int
    days: int
    is_used: bool


def follow(life: Life, first_use: date | None, *, data_on: date) -> Followed:
    """Return what is known of a card until it ended, was lost for good or given back, or until the data's last day."""
    assert life.handed_out_on is not None
    until = min(life.followed_until() or life.handed_out_on, data_on)
    is_used = first_use is not None and first_use <= until
    last = first_use if is_used and first_use is not None else until
    return Followed(life.key, max((last - life.handed_out_on).days, 0), is_used)


def figures(followed: Sequence[Followed], *, scope: Scope) -> list[Figure]:
    """Return I-03 of a scope: by 30, 90 and 180 days, the median, and of the area the curve."""
    parts = [*(str(day) for day in BY_DAY), "median", *(["curve"] if scope.is_area else [])]
    if suppression.hides_rate(len(followed)):
        return [hidden(Code.FIRST_USE, dims) for dims in parts]
    rows, n = (_rounded(followed, scope)) if scope.is_area else (_pairs(followed), len(followed))
    curve = kaplan_meier(rows)
    fewest = disclosure.SMALLEST_DENOMINATOR if scope.is_area else suppression.FEWEST
    found = [_by_day(day, rows, curve, n, fewest) for day in BY_DAY]
    found.append(_median(curve, n))
    return [*found, _curve(rows, curve, n)] if scope.is_area else found


def _by_day(day: int, rows: Sequence[tuple[float, bool]], curve: Curve, n: int, fewest: int) -> Figure:
    """Return the share used by a day; hidden where some are lost from sight before and too few are followed."""
    followed = sum(days >= day for days, _ in rows)
    lost = sum(days < day for days, used in rows if not used)
    if lost and followed < fewest:
        return hidden(Code.FIRST_USE, str(day), why=Why.FOLLOW_UP if n >= fewest else Why.FEW)
    step = curve.at(day)
    number = sum(used and days <= day for days, used in rows)
    if step is None:
        return Figure(Code.FIRST_USE, str(day), number, n, 0.0)
    return Figure(Code.FIRST_USE, str(day), number, n, 1 - step.share, 1 - step.high, 1 - step.low)


def _median(curve: Curve, n: int) -> Figure:
    """Return the day by which half are used. It is somebody's own day, so that it takes more cards than a share."""
    if n < suppression.FEWEST_OF_MEDIAN:
        return hidden(Code.FIRST_USE, "median")
    return Figure(Code.FIRST_USE, "median", curve.median, n)


def _curve(rows: Sequence[tuple[float, bool]], curve: Curve, n: int) -> Figure:
    """Return the steps of the curve as long as enough are followed."""
    told = [step for step in curve.steps if step.at_risk >= disclosure.SMALLEST_DENOMINATOR]
    if not told:
        return hidden(Code.FIRST_USE, "curve")
    followed = max((days for days, _ in rows), default=0)
    facts: dict[str, Any] = {"steps": [_told(step) for step in told], "followed_most": int(followed)}
    return Figure(Code.FIRST_USE, "curve", n=n, facts=facts)


def _told(step: Step) -> dict[str, Any]:
    return {
        "day": int(step.time),
        "at_risk": step.at_risk,
        "share": 1 - step.share,
        "low": 1 - step.high,
        "high": 1 - step.low,
    }


def _pairs(followed: Sequence[Followed]) -> list[tuple[float, bool]]:
    return [(one.days, one.is_used) for one in followed]


def _rounded(followed: Sequence[Followed], scope: Scope) -> tuple[list[tuple[float, bool]], int]:
    """Return pairs made up from rounded numbers, and how many: how many were used and how many had gone out of sight by
    each day of the grid. Both grow, and together they are never more than there are cards.
    """
    everyone = Cell()
    for one in followed:
        everyone.add(one.key)
    n = scope.cards(everyone)
    rows: list[tuple[float, bool]] = []
    used, gone = Cell(), Cell()
    told = {True: 0, False: 0}
    left = sorted(followed, key=lambda one: one.days, reverse=True)
    for day in GRID:
        while left and left[-1].days <= day:
            one = left.pop()
            (used if one.is_used else gone).add(one.key)
        for is_used, cell in ((True, used), (False, gone)):
            more = min(scope.cards(cell) - told[is_used], n - told[True] - told[False])
            rows += [(day, is_used)] * max(more, 0)
            told[is_used] += max(more, 0)
    longest = max((one.days for one in followed), default=0)
    rows += [(longest, False)] * (n - told[True] - told[False])
    return rows, n
