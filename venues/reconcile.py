"""Plain Python: settle what the door did against what the server knows (peers.md D6).

A visit that happened is a fact and never refused. What does not fit raises a flag for a person, and the flag
says whether the tickets count until somebody has answered.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from kaikukortti.rules.counting import Counts
from kaikukortti.rules.flag import Flag
from kaikukortti.rules.verdict import Reason, Verdict, VerdictClass

DOUBLE_WITHIN = timedelta(minutes=10)
FUTURE_TOLERATED = timedelta(minutes=5)
OLDEST_TOLERATED = timedelta(days=30)

# Flags under which tickets wait for an answer before they count.
HOLDS_BACK = frozenset({Flag.DOUBLE, Flag.AGAIN, Flag.TIME})


@dataclass(frozen=True)
class Earlier:
    """A counted visit of the same card to the same occurrence."""

    at: datetime
    device_id: int | None
    counts: Counts


@dataclass(frozen=True)
class Arrived:
    """A scan as it arrived: who sent it, when it happened by the server's clock, what the door showed and gave.

    `is_registered` is whether its code belongs to a card that a unit has registered: without one, whatever the verdict
    says, the tickets are the venue's alone until a card is linked.
    """

    device_id: int | None
    occurred_at: datetime
    received_at: datetime
    jumped: bool
    shown: VerdictClass | None
    counts: Counts
    is_registered: bool = True


def settle(arrived: Arrived, verdict: Verdict, *, earlier: Sequence[Earlier], is_cancelled: bool) -> tuple[Flag, ...]:
    """Return the flags of a scan, in a fixed order; `verdict` is the server's own for the day of the visit."""
    if arrived.counts.tickets == 0:
        return ()
    flags = [
        _by_card(arrived, verdict),
        _by_earlier(arrived, earlier),
        Flag.CHILDREN if verdict.admits and arrived.counts.children > verdict.limits.children else None,
        Flag.CANCELLED if is_cancelled else None,
        Flag.TIME if is_time_doubtful(arrived) else None,
    ]
    return tuple(flag for flag in flags if flag is not None)


def is_held_back(flags: Sequence[Flag]) -> bool:
    """Return whether the tickets wait for an answer before they count."""
    return any(flag in HOLDS_BACK for flag in flags)


def is_time_doubtful(arrived: Arrived) -> bool:
    """Return whether the moment of the visit cannot be believed: future, very old, or the clock jumped."""
    age = arrived.received_at - arrived.occurred_at
    return arrived.jumped or age < -FUTURE_TOLERATED or age > OLDEST_TOLERATED


def _by_card(arrived: Arrived, verdict: Verdict) -> Flag | None:
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
            return None


def _by_earlier(arrived: Arrived, earlier: Sequence[Earlier]) -> Flag | None:
    if not earlier or arrived.shown is VerdictClass.ALREADY:
        return None  # the door knew, and staff added tickets on purpose
    for visit in earlier:
        near = abs(arrived.occurred_at - visit.at) <= DOUBLE_WITHIN
        if near and visit.device_id != arrived.device_id and visit.counts == arrived.counts:
            return Flag.DOUBLE
    return Flag.AGAIN
