"""What can be said of a change between two results: clear, possible or not certain, by which published threshold."""

from dataclasses import dataclass

from kaikukortti.rules import scores
from kaikukortti.rules.measure import MEASURES, Measure
from kaikukortti.rules.scores import Change

NEARLY = 1e-9  # two results typed with decimals miss their difference by a rounding

__all__ = ["Change", "Label", "label"]


@dataclass(frozen=True)
class Label:
    """A change in words. `threshold` is the one that was reached, or the one that was not; None where none is
    published. `is_better` is None where nothing changed.
    """

    change: Change
    size: float
    threshold: float | None
    source: str
    is_better: bool | None


def label(code: str, before: float, after: float) -> Label:
    """Return what can be said of a change of a measure, or of one of its domains, from `before` to `after`.

    Without a published threshold nothing is more than not certain. Raises KeyError for an unknown measure.
    """
    measure = MEASURES[code]
    size = after - before
    change = scores.name_change(
        abs(size) + NEARLY,
        possible=measure.possible if measure.possible is not None else float("inf"),
        reliable=measure.reliable if measure.reliable is not None else float("inf"),
    )
    is_better = None if abs(size) <= NEARLY else (size > 0) is measure.higher_is_better
    threshold = _threshold(measure, change)
    return Label(change, size, threshold, measure.source if threshold is not None else "", is_better)


def _threshold(measure: Measure, change: Change) -> float | None:
    if change is Change.CLEAR:
        return measure.reliable
    if change is Change.POSSIBLE:
        return measure.possible
    return measure.possible if measure.possible is not None else measure.reliable
