"""Totals of measures, and when a change is more than chance. Formulas and check values: followup.md §6.1-§6.4.

No text of any measure is here: these need permission, the arithmetic does not.
"""

import math
from collections.abc import Sequence
from enum import StrEnum

GAS_CORRELATION = 0.3
GAS_LEVELS = range(-2, 3)
GAS_WEIGHTS = range(1, 4)
# Warwick's conversion of the raw sums 7-35 to a metric scale; it has to be used.
SWEMWBS = (
    (7.00, 9.51, 11.25, 12.40, 13.33, 14.08, 14.75, 15.32, 15.84, 16.36, 16.88, 17.43, 17.98, 18.59, 19.25)
    + (19.98, 20.73, 21.54, 22.35, 23.21, 24.11, 25.03, 26.02, 27.03, 28.13, 29.31, 30.70, 32.55, 35.00)
)  # fmt: skip
SWEMWBS_ITEMS = 7
# One standard error of measurement, and 2.77 of them as published (not recomputed).
SWEMWBS_POSSIBLE, SWEMWBS_RELIABLE = 1.03, 2.87
ESIS_ITEMS, EUROHIS_ITEMS, WHO5_ITEMS = 10, 8, 5
EUROHIS_GOOD = 4.0
RELIABLE_BEYOND = 1.96


class Change(StrEnum):
    """What can be said of a change between two measurements."""

    CLEAR = "clear"
    POSSIBLE = "possible"
    UNSURE = "unsure"


def gas_t(levels: Sequence[int], weights: Sequence[int]) -> float:
    """Return the T score of a person's goals: levels -2 to 2, weights 1 to 3, one of each for a goal.

    Kiresuk and Sherman's formula as in the erratum of Turner-Stokes 2009. It is for groups and for change: a level is
    ordinal, so T is never shown to a client. Raises ValueError without a goal or with an impossible level or weight.
    """
    if not levels or len(levels) != len(weights):
        raise ValueError("each goal has a level and a weight, and there is a goal")
    if any(level not in GAS_LEVELS for level in levels) or any(weight not in GAS_WEIGHTS for weight in weights):
        raise ValueError("levels are -2 to 2 and weights 1 to 3")
    reached = sum(weight * level for weight, level in zip(weights, levels, strict=True))
    alone = (1 - GAS_CORRELATION) * sum(weight * weight for weight in weights)
    together = GAS_CORRELATION * sum(weights) ** 2
    return 50 + 10 * reached / math.sqrt(alone + together)


def swemwbs(answers: Sequence[int | None]) -> float | None:
    """Return the converted score of seven answers 1-5, None where one is missing. Raises ValueError."""
    raw = _total(answers, SWEMWBS_ITEMS, 1, 5)
    return None if raw is None else swemwbs_of(raw)


def swemwbs_of(raw: int) -> float:
    """Return the converted score of a raw sum 7-35. Raises ValueError."""
    if not SWEMWBS_ITEMS <= raw < SWEMWBS_ITEMS + len(SWEMWBS):
        raise ValueError("a raw sum is 7 to 35")
    return SWEMWBS[raw - SWEMWBS_ITEMS]


def esis(answers: Sequence[int | None]) -> float | None:
    """Return 0-100 from ten answers 1-5, None where one is missing. Raises ValueError.

    The map is inferred from the published scale (followup.md §6.3) and awaits the owner's guide.
    """
    total = _total(answers, ESIS_ITEMS, 1, 5)
    return None if total is None else (total - ESIS_ITEMS) * 2.5


def eurohis(answers: Sequence[int | None]) -> float | None:
    """Return the mean of eight answers 1-5, None where one is missing; from EUROHIS_GOOD on it is good. Raises
    ValueError.
    """
    total = _total(answers, EUROHIS_ITEMS, 1, 5)
    return None if total is None else total / EUROHIS_ITEMS


def who5(answers: Sequence[int | None]) -> int | None:
    """Return 0-100 from five answers 0-5, None where one is missing. Raises ValueError."""
    total = _total(answers, WHO5_ITEMS, 0, 5)
    return None if total is None else 4 * total


def measurement_error(deviation: float, reliability: float) -> float:
    """Return the standard error of measurement of a scale: its standard deviation, its reliability 0-1."""
    return deviation * math.sqrt(1 - reliability)


def reliable_change(before: float, after: float, *, deviation: float, reliability: float) -> float:
    """Return Jacobson and Truax's index: beyond 1.96 either way a change is more than chance. Raises ValueError where
    the reliability is not below 1 or the deviation not above 0.
    """
    if not 0 <= reliability < 1 or deviation <= 0:
        raise ValueError("a deviation is above 0 and a reliability 0 to below 1")
    return (after - before) / (math.sqrt(2) * measurement_error(deviation, reliability))


def name_change(change: float, *, possible: float, reliable: float) -> Change:
    """Return what can be said of a change, whichever way it went, by the thresholds of its measure."""
    size = abs(change)
    if size >= reliable:
        return Change.CLEAR
    return Change.POSSIBLE if size >= possible else Change.UNSURE


def drift(selected_mean: float, *, mean: float, reliability: float) -> float:
    """Return how far a group that was chosen for its low or high scores drifts back without any effect (§6.9)."""
    return (1 - reliability) * (mean - selected_mean)


def _total(answers: Sequence[int | None], items: int, lowest: int, highest: int) -> int | None:
    if len(answers) != items:
        raise ValueError(f"there are {items} answers")
    given = [answer for answer in answers if answer is not None]
    if any(not lowest <= answer <= highest for answer in given):
        raise ValueError(f"an answer is {lowest} to {highest}")
    return sum(given) if len(given) == items else None
