"""Plain Python: settle what the door did against what the server knows (peers.md D6).

A visit that happened is a fact and never refused. What does not fit raises a flag for a person, and the flag
says whether the tickets count until somebody has answered.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from enum import Enum

from kaikukortti.rules.counting import Counts
from kaikukortti.rules.flag import Answer, Flag
from kaikukortti.rules.verdict import Reason, Verdict, VerdictClass

DOUBLE_WITHIN = timedelta(minutes=10)
FUTURE_TOLERATED = timedelta(minutes=5)
OLDEST_TOLERATED = timedelta(days=30)
UNDONE_WITHIN = timedelta(minutes=15)
ANSWERED_WITHIN = timedelta(days=30)  # then the suggested answer to a question is applied
# The least time between two visits of one card at two venues: in the same municipality, and in two.
NEAR_BY, FAR_AWAY = timedelta(minutes=15), timedelta(minutes=60)

# Flags under which tickets, or an undo, wait for an answer before they count.
HOLDS_BACK = frozenset({Flag.DOUBLE, Flag.AGAIN, Flag.TIME, Flag.UNDO_LATE})
# Where else a card was is nobody's business at a venue.
NEVER_TOLD_TO_VENUES = frozenset({Flag.TWO_PLACES})


class Asked(Enum):
    """Who is asked about a flag; nobody about those that are not in ASKED."""

    VENUE = "venue"
    COORDINATOR = "coordinator"


ASKED = {
    Flag.DOUBLE: Asked.VENUE,
    Flag.AGAIN: Asked.VENUE,
    Flag.CANCELLED: Asked.VENUE,
    Flag.TIME: Asked.VENUE,
    Flag.UNDO_LATE: Asked.VENUE,
    Flag.LIMIT: Asked.VENUE,
    Flag.BOOKING: Asked.VENUE,
    Flag.BLOCKED: Asked.COORDINATOR,
    Flag.UNREGISTERED: Asked.COORDINATOR,
    Flag.TWO_PLACES: Asked.COORDINATOR,
    Flag.DEVICE: Asked.COORDINATOR,
}
# What is done when nobody answers in time. The same people read twice count once; all else that happened, happened.
SUGGESTED = {
    Flag.DOUBLE: Answer.MERGE,
    Flag.AGAIN: Answer.COUNT,
    Flag.CANCELLED: Answer.LEAVE,
    Flag.TIME: Answer.COUNT,
    Flag.UNDO_LATE: Answer.COUNT,
    Flag.LIMIT: Answer.COUNT,
    Flag.BOOKING: Answer.COUNT,
    Flag.BLOCKED: Answer.COUNT,
    Flag.UNREGISTERED: Answer.LEAVE,
    Flag.TWO_PLACES: Answer.COUNT,
    Flag.DEVICE: Answer.COUNT,
}
OLDEST_BELIEVED = timedelta(days=365)


class Repeat(Enum):
    """What an upload under an attempt id is, beside what is stored under it."""

    NEW = "new"
    REPLAY = "replay"
    CONFLICT = "conflict"


@dataclass(frozen=True)
class Earlier:
    """A counted visit of the same card to the same occurrence."""

    at: datetime
    device_id: int | None
    counts: Counts
    is_from_paper: bool = False


@dataclass(frozen=True)
class Away:
    """A counted visit of the same card at another venue, about the same time."""

    at: datetime
    is_same_municipality: bool


@dataclass(frozen=True)
class Arrived:
    """A scan as it arrived: who sent it, when it happened by the server's clock, what the door showed and gave.

    `is_registered` is whether its code belongs to a card that a unit has registered: without one, whatever the verdict
    says, the tickets are the venue's alone until a card is linked. `is_from_paper`: its hour was written by hand.
    `is_dated_by_person`: somebody chose the day, so that no clock can be wrong. `is_sold`: tickets that a seller gives
    out, or takes back, by the day of the event.
    """

    device_id: int | None
    occurred_at: datetime
    received_at: datetime
    jumped: bool
    shown: VerdictClass | None
    counts: Counts
    is_registered: bool = True
    is_from_paper: bool = False
    is_from_revoked: bool = False
    is_dated_by_person: bool = False
    is_sold: bool = False


@dataclass(frozen=True)
class Found:
    """What the server found beside a scan.

    `places_left` are those of the event's quota for this card, None without a quota; `takes` are the places that the
    tickets need. `has_grace` tells that the card's last day had passed and its area's days of grace had not;
    `is_booking_doubtful` that the word of a booking was said which keeps no places there any more; `is_limit_reached`
    that the venue had nothing left to give to the holder, or that the pass was not of that day.
    """

    earlier: Sequence[Earlier] = ()
    away: Sequence[Away] = ()
    is_cancelled: bool = False
    has_grace: bool = False
    places_left: int | None = None
    takes: int = 0
    is_booking_doubtful: bool = False
    is_limit_reached: bool = False


@dataclass(frozen=True)
class Undone:
    """The scan that an undo names; `is_decided` when a person of the venue has decided about it."""

    at: datetime
    device_id: int | None
    is_decided: bool


def compare(stored: bytes | None, body_hash: bytes) -> Repeat:
    """Tell a repeated upload from another one with the same attempt id, by the hashes of their bodies."""
    if stored is None:
        return Repeat.NEW
    return Repeat.REPLAY if stored == body_hash else Repeat.CONFLICT


def settle(arrived: Arrived, verdict: Verdict, found: Found) -> tuple[Flag, ...]:
    """Return the flags of a scan, in a fixed order.

    `verdict` is the server's own for the card on the day of the visit, whatever the event's places and doors.
    """
    if arrived.counts.tickets == 0:
        return ()
    by_earlier = _by_earlier(arrived, found.earlier)
    # A child's ticket is no use of the holder's; and whoever may have been read twice is asked about once.
    is_beyond = found.is_limit_reached and arrived.counts.adult > 0 and by_earlier is None
    flags = [
        _by_card(arrived, verdict, found),
        by_earlier,
        Flag.CHILDREN if verdict.admits and arrived.counts.children > verdict.limits.children else None,
        Flag.CANCELLED if found.is_cancelled else None,
        Flag.TIME if is_time_doubtful(arrived) else None,
        Flag.TWO_PLACES if _is_in_two_places(arrived, found.away) else None,
        Flag.OVER if found.places_left is not None and found.takes > max(found.places_left, 0) else None,
        Flag.BOOKING if found.is_booking_doubtful else None,
        Flag.LIMIT if is_beyond else None,
        Flag.DEVICE if arrived.is_from_revoked else None,
    ]
    return tuple(flag for flag in flags if flag is not None)


def settle_undo(arrived: Arrived, undone: Undone | None) -> tuple[Flag, ...]:
    """Return the flags of an undo; `undone` is None while its scan has not arrived: it is applied when that does."""
    if undone is None:
        flag: Flag | None = Flag.UNDO_WITHOUT_SCAN
    else:
        flag = Flag.UNDO_LATE if undone.is_decided or _is_undo_late(arrived, undone) else None
    return tuple(one for one in (flag, Flag.DEVICE if arrived.is_from_revoked else None) if one is not None)


def is_held_back(flags: Sequence[Flag]) -> bool:
    """Return whether the tickets wait for an answer before they count."""
    return any(flag in HOLDS_BACK for flag in flags)


def stance(flag: Flag, answer: Answer | None) -> bool | None:
    """Return what a flag says about whether its scan counts, unanswered or with its answer; None: it says nothing."""
    if answer is Answer.COUNT:
        return True
    if answer is Answer.MERGE:
        return False
    return False if flag in HOLDS_BACK or flag is Flag.WITHDRAWN else None


def combine(stances: Iterable[bool | None]) -> bool | None:
    """Return what all flags of a scan say together: one no is a no."""
    said = set(stances)
    return False if False in said else True if True in said else None


def suggested_day(on_day: date, received_on: date, *, jumped: bool) -> date:
    """Return the day for a visit whose time is in doubt: its own where that can be, or else that of its arrival."""
    is_likely = not jumped and received_on - OLDEST_BELIEVED <= on_day <= received_on
    return on_day if is_likely else received_on


def told(flags: Sequence[Flag]) -> tuple[Flag, ...]:
    """Return the flags that a venue may hear of."""
    return tuple(flag for flag in flags if flag not in NEVER_TOLD_TO_VENUES)


def is_time_doubtful(arrived: Arrived) -> bool:
    """Return whether the moment of the visit cannot be believed: future, very old, or the clock jumped."""
    if arrived.is_dated_by_person:
        return False
    age = arrived.received_at - arrived.occurred_at
    return arrived.jumped or age < -FUTURE_TOLERATED or age > OLDEST_TOLERATED


def _by_card(arrived: Arrived, verdict: Verdict, found: Found) -> Flag | None:
    if verdict.reason is Reason.ELSEWHERE:
        return Flag.ELSEWHERE
    if not arrived.is_registered:
        return Flag.UNREGISTERED
    match verdict.reason:
        case Reason.NOT_YET | Reason.UNREGISTERED:
            return Flag.UNREGISTERED
        case Reason.ENDED:
            return Flag.ENDED
        case Reason.NOT_IN_USE:
            return Flag.BLOCKED
        case _:
            return Flag.ENDED if found.has_grace else None


def _by_earlier(arrived: Arrived, earlier: Sequence[Earlier]) -> Flag | None:
    if not earlier or arrived.shown is VerdictClass.ALREADY:
        return None  # the door knew, and staff added tickets on purpose
    for visit in earlier:
        # Paper knows no hour, and the same list may be entered twice: equal tickets are the same visit.
        is_paper = arrived.is_from_paper or visit.is_from_paper
        near = is_paper or abs(arrived.occurred_at - visit.at) <= DOUBLE_WITHIN
        if near and (is_paper or visit.device_id != arrived.device_id) and visit.counts == arrived.counts:
            return Flag.DOUBLE
    return Flag.AGAIN


def _is_in_two_places(arrived: Arrived, away: Sequence[Away]) -> bool:
    if arrived.is_from_paper:
        return False
    return any(
        abs(arrived.occurred_at - visit.at) < (NEAR_BY if visit.is_same_municipality else FAR_AWAY) for visit in away
    )


def _is_undo_late(arrived: Arrived, undone: Undone) -> bool:
    """A quarter of an hour on the same tablet needs no question; a clock that jumped says nothing about the time. A
    ticket may be given back to its seller by the day of the event.
    """
    if arrived.is_sold:
        return False
    is_same = arrived.device_id == undone.device_id
    return not is_same or (not arrived.jumped and arrived.occurred_at - undone.at > UNDONE_WITHIN)
