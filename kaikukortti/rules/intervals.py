"""How sure a share or a rate is: 95 % intervals. Formulas and check values: followup.md §6.5 and §6.8."""

import math
from dataclasses import dataclass
from statistics import NormalDist

Z = NormalDist().inv_cdf(0.975)


@dataclass(frozen=True)
class Interval:
    """An estimate with the lowest and the highest value that are likely."""

    value: float
    low: float
    high: float


def wilson(hits: int, cases: int) -> Interval:
    """Return the share `hits` of `cases` with Wilson's score interval (Newcombe 1998, method 3).

    Raises ValueError unless 0 <= hits <= cases and there is a case.
    """
    if cases < 1 or not 0 <= hits <= cases:
        raise ValueError("a share needs 0 <= hits <= cases and a case")
    share, spread = hits / cases, Z * Z / cases
    middle = (share + spread / 2) / (1 + spread)
    half = math.sqrt(share * (1 - share) * spread + spread * spread / 4) / (1 + spread)
    # At none and at all the end is 0 or 1 exactly; the roots miss it by a rounding.
    low = 0.0 if hits == 0 else middle - half
    return Interval(share, low, 1.0 if hits == cases else middle + half)


def newcombe(hits: int, cases: int, other_hits: int, other_cases: int) -> Interval:
    """Return the first share less the second with Newcombe's hybrid score interval (1998, method 10).

    Raises ValueError as `wilson`.
    """
    first, second = wilson(hits, cases), wilson(other_hits, other_cases)
    difference = first.value - second.value
    below = math.hypot(first.value - first.low, second.high - second.value)
    above = math.hypot(first.high - first.value, second.value - second.low)
    return Interval(difference, difference - below, difference + above)


def byar(count: int) -> Interval:
    """Return a count of events with Byar's approximation of its Poisson interval; divide all three by the time at risk
    for a rate. Raises ValueError below zero.
    """
    if count < 0:
        raise ValueError("a count is not negative")
    more = count + 1
    high = more * (1 - 1 / (9 * more) + Z / (3 * math.sqrt(more))) ** 3
    if count == 0:
        return Interval(0.0, 0.0, high)
    low = count * (1 - 1 / (9 * count) - Z / (3 * math.sqrt(count))) ** 3
    return Interval(float(count), max(low, 0.0), high)
