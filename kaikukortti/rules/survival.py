"""How soon something happens, when some are not followed to the end: Kaplan and Meier's curve (followup.md §6.6)."""

import math
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from statistics import NormalDist

Z = NormalDist().inv_cdf(0.975)


@dataclass(frozen=True)
class Step:
    """The curve from a time on: the share to whom it has not happened, its standard error and its 95 % interval."""

    time: float
    at_risk: int
    events: int
    share: float
    error: float
    low: float
    high: float


@dataclass(frozen=True)
class Curve:
    """A step for each time at which something happened, in order. Before the first of them the share is 1."""

    steps: tuple[Step, ...]

    @property
    def median(self) -> float | None:
        """Return the first time at which it has happened to half, None where the curve stays above."""
        return next((step.time for step in self.steps if step.share <= 0.5), None)

    def at(self, time: float) -> Step | None:
        """Return the step that a time lies on, None before the first."""
        return next((step for step in reversed(self.steps) if step.time <= time), None)


def kaplan_meier(followed: Iterable[tuple[float, bool]]) -> Curve:
    """Return the curve of pairs (time, whether it happened then); without it, one was followed until that time.

    Who is lost at the time of an event still was at risk. The error is Greenwood's, the interval goes by log(-log).
    Linear in the number of different times, after sorting.
    """
    rows = list(followed)
    happened = Counter(time for time, did in rows if did)
    gone = Counter(time for time, _ in rows)
    at_risk, share, summed = len(rows), 1.0, 0.0
    steps = []
    for time in sorted(gone):
        events = happened[time]
        if events:
            share *= 1 - events / at_risk
            summed += events / (at_risk * (at_risk - events)) if at_risk > events else 0.0
            steps.append(_step(time, at_risk, events, share, summed))
        at_risk -= gone[time]
    return Curve(tuple(steps))


def _step(time: float, at_risk: int, events: int, share: float, summed: float) -> Step:
    if share == 0.0:
        return Step(time, at_risk, events, 0.0, 0.0, 0.0, 0.0)
    reach = Z * math.sqrt(summed) / abs(math.log(share))
    low, high = share ** math.exp(reach), share ** math.exp(-reach)
    return Step(time, at_risk, events, share, share * math.sqrt(summed), low, high)
