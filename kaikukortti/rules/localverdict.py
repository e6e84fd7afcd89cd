"""What a tablet says alone, before or without the server's answer: the verdict, the age of its list, practice.

`static/door/rule.mjs` is the twin; both run `tests/vectors/verdicts.json`. The server judges with `verdict.py` alone.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum

from kaikukortti.rules import period, verdict
from kaikukortti.rules.number import Elsewhere, Malformed, Problem, Reading
from kaikukortti.rules.verdict import CardFacts, Reason, Verdict, VerdictClass, Visit

OLDEST_LIST_DAYS = 30  # peers.md D7 and D12: a list of 31 days is too old to judge with

# What an old list may still refuse: a card that was taken out of use seldom comes back, an ended one is renewed.
STANDS_ON_OLD_LIST = (Reason.WRONG_TIME, Reason.FULL, Reason.LIMIT, Reason.NOT_IN_USE)


class Mode(StrEnum):
    """Whether the tablet registers visits or rehearses with the practice deck."""

    LIVE = "live"
    PRACTICE = "practice"


@dataclass(frozen=True)
class Evening:
    """An occurrence as the tablet holds it."""

    id: int
    day: date
    is_course: bool = False
    opens_at: datetime | None = None
    closes_at: datetime | None = None
    places_left: int | None = None
    children_take_places: bool = True


@dataclass(frozen=True)
class Earlier:
    """A registration of the same card on this tablet: when, for which occurrence (None: a house visit)."""

    at: datetime
    occurrence: int | None
    is_undone: bool = False


def visit_of(
    evening: Evening | None, *, moment: datetime, earlier: Sequence[Earlier] = (), is_limit_reached: bool = False
) -> Visit:
    """Return the visit that a reading asks about; `moment` is the tablet's clock put right by the server's.

    Without an evening it is a house visit, and an earlier one counts on the same Helsinki day.
    """
    day = period.day_of(moment) if evening is None else evening.day
    same = [
        visit.at
        for visit in earlier
        if not visit.is_undone
        and visit.occurrence == (None if evening is None else evening.id)
        and (evening is not None or period.day_of(visit.at) == day)
    ]
    known = evening or Evening(0, day)
    return Visit(
        day,
        known.is_course,
        min(same, default=None),
        moment,
        known.opens_at,
        known.closes_at,
        known.places_left,
        known.children_take_places,
        is_limit_reached,
    )


def judge(
    reading: Reading, card: CardFacts | None, visit: Visit, *, list_days: int | None, mode: Mode = Mode.LIVE
) -> Verdict:
    """Judge a reading by what the tablet holds.

    `card` is what the list says of it, in practice what the deck says; None when it says nothing. `list_days` is the
    age of the list in whole days, None without a list.
    """
    if isinstance(reading, Malformed):
        return _judge_malformed(reading, card, visit, mode)
    if mode is Mode.PRACTICE:
        return Verdict(VerdictClass.TECHNICAL, Reason.LIVE_CARD)
    if card is None:
        return verdict.judge_elsewhere(visit, reason=_why_unknown(reading, list_days))
    judged = verdict.judge(card, visit)
    is_old = list_days is None or list_days > OLDEST_LIST_DAYS
    if not is_old or judged.klass is VerdictClass.ALREADY or judged.reason in STANDS_ON_OLD_LIST:
        return judged
    return Verdict(VerdictClass.CHECK, Reason.OLD_LIST, verdict.ticket_limits(card, visit))


def _judge_malformed(reading: Malformed, card: CardFacts | None, visit: Visit, mode: Mode) -> Verdict:
    if reading.problem is not Problem.PRACTICE:
        return Verdict(VerdictClass.TECHNICAL, Reason.MALFORMED)
    if mode is Mode.LIVE:
        return Verdict(VerdictClass.TECHNICAL, Reason.PRACTICE_CARD)
    if card is None:
        return verdict.judge_elsewhere(visit, reason=Reason.UNREGISTERED)
    return verdict.judge(card, visit)


def _why_unknown(reading: Reading, list_days: int | None) -> Reason:
    if isinstance(reading, Elsewhere):
        return Reason.ELSEWHERE
    if list_days is None:
        return Reason.NO_ANSWER
    return Reason.OLD_LIST if list_days > OLDEST_LIST_DAYS else Reason.UNREGISTERED
