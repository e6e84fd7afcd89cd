"""An area's figures beside those of the same period a year before: what differs clearly, and what chance could make.

No difference is called an effect, none is called good or bad.
"""

from dataclasses import dataclass
from enum import Enum

from kaikukortti.followup.indicators.figures import Code, Figure, Figures
from kaikukortti.rules import intervals
from kaikukortti.web.followup.figures import indicatorwords, numbers, tellings
from kaikukortti.web.language import _


class Difference(Enum):
    """What can be said of a figure beside itself a year before."""

    LOWER = "lower"
    HIGHER = "higher"
    UNCLEAR = "unclear"
    UNKNOWN = "unknown"  # one of the two is not told
    UNSAID = "unsaid"  # it has no interval, so that nobody knows what chance does


CLEAR = {Difference.LOWER, Difference.HIGHER}


@dataclass(frozen=True)
class Beside:
    """An indicator beside itself a year before, in words, and how they differ."""

    name: str
    now: str
    likely: str
    before: str
    words: str
    difference: Difference


BESIDE = (
    (Code.VALID, ""),
    (Code.TAKEN_INTO_USE, ""),
    (Code.FIRST_USE, "90"),
    (Code.NO_RECORDED_USE, ""),
    (Code.ACTIVE, ""),
    (Code.RETENTION, ""),
    (Code.USE_RATE, ""),
    (Code.WITH_CHILDREN, ""),
    (Code.DISTANCE, "elsewhere"),
    (Code.MOOD, ""),
)
"""The lines of the quarter's table: indicator and part."""
CODES = (*(code for code, _dims in BESIDE), Code.BARRIERS)
"""What a reader of the quarter's page may want defined."""


def beside(figures: Figures, before: Figures | None) -> list[Beside]:
    """Return the quarter's figures beside those of the same quarter a year before."""
    return [
        _beside(code, dims, figures.find(code, dims), before.find(code, dims) if before else None)
        for code, dims in BESIDE
    ]


def changes(lines: list[Beside]) -> str:
    """Say in one sentence what differs clearly from a year before."""
    if all(line.difference in (Difference.UNKNOWN, Difference.UNSAID) for line in lines):
        return _("The year before has too little to put beside these.")
    clear = [f"{line.name.lower()} ({line.words})" for line in lines if line.difference in CLEAR]
    if not clear:
        return _("Nothing differs clearly from the same period a year before: chance could make differences as large.")
    return _("Differs clearly from the same period a year before: %(figures)s.", figures=", ".join(clear))


def line_name(code: Code, dims: str) -> str:
    """Return what a line of the table is called."""
    return str(tellings.WITHIN_DAYS[dims]) if code is Code.FIRST_USE else indicatorwords.name(code)


def _beside(code: Code, dims: str, now: Figure | None, then: Figure | None) -> Beside:
    found, was = _compare(now, then), numbers.value(then)
    words = {
        Difference.LOWER: _("lower, was %(before)s", before=was),
        Difference.HIGHER: _("higher, was %(before)s", before=was),
        Difference.UNCLEAR: _("no clear difference"),
        Difference.UNKNOWN: _("not known"),
        Difference.UNSAID: numbers.NOTHING,
    }
    return Beside(line_name(code, dims), numbers.value(now), numbers.likely(now), was, words[found], found)


def _compare(now: Figure | None, then: Figure | None) -> Difference:
    """Return whether two figures differ by more than chance could make: the interval of their difference without 0."""
    if now is None or then is None or now.is_suppressed or then.is_suppressed:
        return Difference.UNKNOWN
    if now.low is None or then.low is None or now.high is None or then.high is None:
        return Difference.UNSAID
    if _is_share(now) and _is_share(then):
        found = intervals.newcombe(*_counts(now), *_counts(then))
        lower, higher = found.high < 0, found.low > 0
    else:
        lower, higher = now.high < then.low, now.low > then.high
    if lower:
        return Difference.LOWER
    return Difference.HIGHER if higher else Difference.UNCLEAR


def _is_share(figure: Figure) -> bool:
    """Return whether a figure is cards of cards: a curve's share and a rate have other intervals."""
    return figure.code not in (Code.FIRST_USE, Code.USE_RATE) and figure.number is not None and bool(figure.n)


def _counts(figure: Figure) -> tuple[int, int]:
    cases = figure.n or 0
    return min(round(figure.number or 0), cases), cases
