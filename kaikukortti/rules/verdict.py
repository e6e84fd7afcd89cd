"""What the door is told about one reading of a card: one of six classes, one reason, the tickets that may be given.

Classes, reasons and their order are those of peers.md D9 and D10; `tests/vectors/verdicts.json` drives this rule.
"""

from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum

from kaikukortti.rules.card import CardKind, State
from kaikukortti.rules.counting import Counts

MOST_HELPERS = 9
MOST_WORKERS = 9
MOST_UNDER16 = 30
MOST_CHILDREN_ELSEWHERE = 9


class VerdictClass(StrEnum):
    """The six screens of the door. None of them is red."""

    WELCOME = "welcome"
    COUNTS = "counts"
    ALREADY = "already"
    CHECK = "check"
    NOT_NOW = "not_now"
    TECHNICAL = "technical"


class Reason(StrEnum):
    """Why it is not a plain WELCOME. The first six stand in the order in which they are shown (D10)."""

    WRONG_TIME = "wrong_time"
    FULL = "full"
    LIMIT = "limit"
    ENDED = "ended"
    NOT_YET = "not_yet"
    NOT_IN_USE = "not_in_use"
    ELSEWHERE = "elsewhere"
    UNREGISTERED = "unregistered"
    MALFORMED = "malformed"
    NO_ANSWER = "no_answer"


@dataclass(frozen=True)
class CardFacts:
    """What the register knows of a card for the door: no person, no unit.

    `last_on` is the last day that counts, the area's days of grace included.
    """

    kind: CardKind
    state: State
    first_on: date | None = None
    last_on: date | None = None
    children: int = 0


@dataclass(frozen=True)
class Visit:
    """The visit that is asked about: its Helsinki day, whether it is a course, and an earlier visit to the same."""

    day: date
    is_course: bool = False
    earlier_at: datetime | None = None


@dataclass(frozen=True)
class Verdict:
    """The answer. `limits` are the most tickets of each kind; zero means that the kind is not offered."""

    klass: VerdictClass
    reason: Reason | None = None
    limits: Counts = Counts()
    earlier_at: datetime | None = None

    @property
    def admits(self) -> bool:
        """Return whether tickets may be registered."""
        return self.klass not in (VerdictClass.NOT_NOW, VerdictClass.TECHNICAL)


def judge(card: CardFacts | None, visit: Visit) -> Verdict:
    """Judge a card of ours on the day of the visit; None is a well-formed number that was never printed."""
    reason = _obstacle(card, visit.day)
    if reason is not None or card is None:
        return Verdict(VerdictClass.NOT_NOW, reason)
    limits = ticket_limits(card, is_course=visit.is_course)
    if visit.earlier_at is not None:
        return Verdict(VerdictClass.ALREADY, None, limits, visit.earlier_at)
    asks = card.kind is CardKind.COMMUNITY or limits.child > 0
    return Verdict(VerdictClass.COUNTS if asks else VerdictClass.WELCOME, None, limits)


def judge_elsewhere(*, is_course: bool) -> Verdict:
    """Judge a code that is not ours: the visitor is let in, the card is marked as not verified here."""
    children = 0 if is_course else MOST_CHILDREN_ELSEWHERE
    limits = Counts(adult=1, child=children, assistant=MOST_HELPERS, interpreter=MOST_HELPERS)
    return Verdict(VerdictClass.CHECK, Reason.ELSEWHERE, limits)


def ticket_limits(card: CardFacts, *, is_course: bool) -> Counts:
    """Return the most tickets of each kind that one reading of the card may give."""
    if card.kind is CardKind.COMMUNITY:
        return Counts(worker=MOST_WORKERS, under16=MOST_UNDER16, assistant=MOST_HELPERS, interpreter=MOST_HELPERS)
    children = 0 if is_course else card.children
    return Counts(adult=1, child=children, assistant=MOST_HELPERS, interpreter=MOST_HELPERS)


def _obstacle(card: CardFacts | None, day: date) -> Reason | None:
    if card is None:
        return Reason.NOT_IN_USE
    if card.state is State.STOCK:
        return Reason.NOT_YET
    if card.last_on is not None and day > card.last_on:
        return Reason.ENDED
    if card.first_on is not None and day < card.first_on:
        return Reason.NOT_YET
    return None if card.state is State.ACTIVE else Reason.NOT_IN_USE
