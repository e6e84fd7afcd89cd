"""Means and their change: the paired t test and Welch's (followup.md §6.7)."""

import math
from collections.abc import Sequence
from dataclasses import dataclass
from statistics import fmean, stdev, variance

LONGEST_FRACTION = 400
TINY = 1e-300


@dataclass(frozen=True)
class Paired:
    """The mean change of pairs with its 95 % interval; `response` is the standardised response mean, mean by deviation.

    `response` and `t` are None where all pairs changed alike: nothing can be said of chance.
    """

    pairs: int
    mean: float
    low: float
    high: float
    t: float | None
    p: float | None
    response: float | None


@dataclass(frozen=True)
class Welch:
    """The difference of two groups' means with its 95 % interval, where their spread may differ."""

    difference: float
    low: float
    high: float
    t: float
    freedom: float
    p: float


def paired(changes: Sequence[float]) -> Paired:
    """Return the mean of changes and how sure it is. Raises ValueError below two pairs."""
    if len(changes) < 2:
        raise ValueError("a change of a group needs two pairs at least")
    mean, spread, many = fmean(changes), stdev(changes), len(changes)
    if spread == 0:
        return Paired(many, mean, mean, mean, None, None, None)
    error = spread / math.sqrt(many)
    reach = t_quantile(0.975, many - 1) * error
    t = mean / error
    return Paired(many, mean, mean - reach, mean + reach, t, two_sided(t, many - 1), mean / spread)


def welch(first: Sequence[float], second: Sequence[float]) -> Welch:
    """Return the first group's mean less the second's, with Satterthwaite's degrees of freedom. Raises ValueError below
    two in a group, or where nobody differs.
    """
    if len(first) < 2 or len(second) < 2:
        raise ValueError("each group needs two at least")
    parts = variance(first) / len(first), variance(second) / len(second)
    squared = sum(parts)
    if squared == 0:
        raise ValueError("nobody differs")
    freedom = squared**2 / (parts[0] ** 2 / (len(first) - 1) + parts[1] ** 2 / (len(second) - 1))
    difference, error = fmean(first) - fmean(second), math.sqrt(squared)
    reach, t = t_quantile(0.975, freedom) * error, difference / error
    return Welch(difference, difference - reach, difference + reach, t, freedom, two_sided(t, freedom))


def two_sided(t: float, freedom: float) -> float:
    """Return how likely a t at least as far from zero is by chance."""
    return _beta_share(freedom / (freedom + t * t), freedom / 2, 0.5)


def t_quantile(share: float, freedom: float) -> float:
    """Return the t below which a share (0.5 to below 1) of Student's distribution lies, to twelve digits."""
    if not 0.5 <= share < 1 or freedom <= 0:
        raise ValueError("a share is 0.5 to below 1, and there is a degree of freedom")
    low, high = 0.0, 1.0
    while 1 - two_sided(high, freedom) / 2 < share:
        high *= 2
    for _ in range(80):
        middle = (low + high) / 2
        low, high = (middle, high) if 1 - two_sided(middle, freedom) / 2 < share else (low, middle)
    return (low + high) / 2


def _beta_share(x: float, a: float, b: float) -> float:
    """Return the regularised incomplete beta function by Lentz's continued fraction (Numerical Recipes §6.4)."""
    if x <= 0 or x >= 1:
        return 0.0 if x <= 0 else 1.0
    front = math.exp(math.lgamma(a + b) - math.lgamma(a) - math.lgamma(b) + a * math.log(x) + b * math.log1p(-x))
    if x < (a + 1) / (a + b + 2):
        return front * _fraction(x, a, b) / a
    return 1 - front * _fraction(1 - x, b, a) / b


def _fraction(x: float, a: float, b: float) -> float:
    c, d = 1.0, 1 / _away_from_zero(1 - (a + b) * x / (a + 1))
    value = d
    for m in range(1, LONGEST_FRACTION):
        for part in (
            m * (b - m) * x / ((a + 2 * m - 1) * (a + 2 * m)),
            -(a + m) * (a + b + m) * x / ((a + 2 * m) * (a + 2 * m + 1)),
        ):
            d = 1 / _away_from_zero(1 + part * d)
            c = _away_from_zero(1 + part / c)
            value *= c * d
        if abs(c * d - 1) < 1e-15:
            break
    return value


def _away_from_zero(value: float) -> float:
    return value if abs(value) > TINY else TINY
