"""What the door is told about one reading of a card: one of six classes, one reason, the tickets that may be given.

Classes, reasons and their order are those of peers.md D9 and D10. `static/door/rule.mjs` is the twin for tablets; both
run `tests/vectors/verdicts.json`. What a tablet adds when it judges alone is in `localverdict.py`.
"""

from dataclasses import dataclass, replace
from datetime import date, datetime
from enum import StrEnum

from kaikukortti.rules import period
from kaikukortti.rules.card import CardKind, State, state_on
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
    OLD_LIST = "old_list"
    PRACTICE_CARD = "practice_card"
    LIVE_CARD = "live_card"


@dataclass(frozen=True)
class CardFacts:
    """What the register knows of a card for the door: no person, no unit.

    `last_on` is the last day that counts, the area's days of grace included; a paused card is in use again from
    `suspended_until`.
    """

    kind: CardKind
    state: State
    first_on: date | None = None
    last_on: date | None = None
    children: int = 0
    suspended_until: date | None = None


@dataclass(frozen=True)
class Visit:
    """The visit that is asked about: its Helsinki day, whether it is a course, and an earlier visit to the same.

    `moment`, `opens_at` and `closes_at` judge the door window where there is one; a ticket for a coming day is given
    out at any hour. `places_left` is what a quota has left, None without one; `children_take_places` whether a child's
    ticket needs one of them.
    """

    day: date
    is_course: bool = False
    earlier_at: datetime | None = None
    moment: datetime | None = None
    opens_at: datetime | None = None
    closes_at: datetime | None = None
    places_left: int | None = None
    children_take_places: bool = True
    is_limit_reached: bool = False


@dataclass(frozen=True)
class Verdict:
    """The answer. `limits` are the most tickets of each kind; zero means that the kind is not offered.

    `opens_at` is when the doors open, for WRONG_TIME before that hour; without it they have closed.
    """

    klass: VerdictClass
    reason: Reason | None = None
    limits: Counts = Counts()
    earlier_at: datetime | None = None
    opens_at: datetime | None = None

    @property
    def admits(self) -> bool:
        """Return whether tickets may be registered."""
        return self.klass not in (VerdictClass.NOT_NOW, VerdictClass.TECHNICAL)


def judge(card: CardFacts | None, visit: Visit) -> Verdict:
    """Judge a card of ours on the day of the visit; None is a well-formed number that was never printed."""
    refused = obstacle_of_visit(visit)
    if refused is not None:
        return refused
    reason = _obstacle(card, visit.day)
    if reason is not None or card is None:
        return Verdict(VerdictClass.NOT_NOW, reason)
    limits = ticket_limits(card, visit)
    if visit.earlier_at is not None:
        return Verdict(VerdictClass.ALREADY, None, limits, visit.earlier_at)
    asks = card.kind is CardKind.COMMUNITY or limits.child > 0
    return Verdict(VerdictClass.COUNTS if asks else VerdictClass.WELCOME, None, limits)


def judge_elsewhere(visit: Visit, *, reason: Reason = Reason.ELSEWHERE) -> Verdict:
    """Judge a code that nobody here can check: the visitor is let in where there is room, the card is marked."""
    refused = obstacle_of_visit(visit)
    if refused is not None:
        return refused
    unknown = CardFacts(CardKind.PERSONAL, State.ACTIVE, children=MOST_CHILDREN_ELSEWHERE)
    klass = VerdictClass.CHECK if visit.earlier_at is None else VerdictClass.ALREADY
    return Verdict(klass, reason, ticket_limits(unknown, visit), visit.earlier_at)


def obstacle_of_visit(visit: Visit) -> Verdict | None:
    """Return the NOT NOW of the visit itself, whatever the card: the easiest to put right comes first (D10)."""
    if visit.moment is not None and visit.opens_at is not None and period.day_of(visit.moment) == visit.day:
        if visit.moment < visit.opens_at:
            return Verdict(VerdictClass.NOT_NOW, Reason.WRONG_TIME, opens_at=visit.opens_at)
    if visit.moment is not None and visit.closes_at is not None and visit.moment > visit.closes_at:
        return Verdict(VerdictClass.NOT_NOW, Reason.WRONG_TIME)
    if visit.places_left is not None and visit.places_left < 1 and visit.earlier_at is None:
        return Verdict(VerdictClass.NOT_NOW, Reason.FULL)
    return Verdict(VerdictClass.NOT_NOW, Reason.LIMIT) if visit.is_limit_reached else None


def allows(limits: Counts, party: Counts) -> bool:
    """Return whether a party may be registered under these limits: somebody comes, and no kind is too many."""
    within = all(0 <= count <= getattr(limits, kind) for kind, count in vars(party).items())
    return within and party.tickets > 0


def ticket_limits(card: CardFacts, visit: Visit) -> Counts:
    """Return the most tickets of each kind that one reading of the card may give for this visit."""
    helpers = Counts(assistant=MOST_HELPERS, interpreter=MOST_HELPERS)
    if card.kind is CardKind.COMMUNITY:
        return _within_places(replace(helpers, worker=MOST_WORKERS, under16=MOST_UNDER16), visit)
    children = 0 if visit.is_course else card.children
    return _within_places(replace(helpers, adult=1, child=children), visit)


def _within_places(limits: Counts, visit: Visit) -> Counts:
    """Return the limits that the places left allow; assistants and interpreters take none."""
    if visit.places_left is None:
        return limits
    left = max(visit.places_left, 0)
    adult, worker = min(limits.adult, left), min(limits.worker, left)
    if not visit.children_take_places:
        return replace(limits, adult=adult, worker=worker)
    return replace(
        limits,
        adult=adult,
        worker=worker,
        child=min(limits.child, left - adult),
        under16=min(limits.under16, left),
    )


def _obstacle(card: CardFacts | None, day: date) -> Reason | None:
    if card is None:
        return Reason.NOT_IN_USE
    if card.state is State.STOCK:
        return Reason.NOT_YET
    if card.last_on is not None and day > card.last_on:
        return Reason.ENDED
    if card.first_on is not None and day < card.first_on:
        return Reason.NOT_YET
    is_active = state_on(card.state, card.suspended_until, day) is State.ACTIVE
    return None if is_active else Reason.NOT_IN_USE
