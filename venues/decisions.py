"""What becomes of a question about a scan: an answer, or the suggestion after thirty days; and of a withdrawal.

A question is a flag that somebody is asked about (`reconcile.ASKED`); `questions.py` lists the open ones.
"""

import hashlib
import uuid
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta

import sqlalchemy as sa
from sqlalchemy.orm import aliased

from kaikukortti import audit
from kaikukortti.db import db, transactional
from kaikukortti.errors import DomainError, NotFound
from kaikukortti.models import counted
from kaikukortti.models.ledger import Entry, Scan, ScanCard, ScanDecision
from kaikukortti.models.network import Venue
from kaikukortti.rules import access, period
from kaikukortti.rules.access import Actor, Role
from kaikukortti.rules.counting import Counts
from kaikukortti.rules.flag import UNVERIFIED, Answer, Flag, WithdrawalReason
from venues import bookings, reconcile
from venues.reconcile import Asked

OLDEST_DAY = timedelta(days=366)
MOST_APPLIED = 500
NOON = time(12)


class QuestionAnswered(DomainError):
    """Somebody has answered the question, or its suggestion was applied."""

    code = "question_answered"


class VisitWithdrawn(DomainError):
    """The visit has been taken back, or never counted."""

    code = "visit_withdrawn"


class DayImpossible(DomainError):
    """The day of a visit lies in the future or more than a year before it was sent."""

    code = "answer_day_impossible"


@dataclass(frozen=True)
class Given:
    """An answer to a flag; `on_day` dates a visit whose time was in doubt."""

    flag: Flag
    answer: Answer
    on_day: date | None = None
    is_suggested: bool = False


@transactional
def answer(scan_id: str, given: Given, *, actor: Actor, now: datetime) -> None:
    """Answer a question: the tickets count, are the same as another visit's, or nothing changes.

    Raises NotFound for another venue's or area's question and for one that was never asked, QuestionAnswered,
    VisitWithdrawn, DayImpossible.
    """
    scan, asked = _lock(scan_id), reconcile.ASKED.get(given.flag)
    if scan is None or asked is None or not _may_answer(actor, scan.venue_id, asked):
        raise NotFound()
    rows = _decisions(scan_id)
    raised = {row.flag for row in rows}
    if given.flag not in raised:
        raise NotFound()
    if _is_closed(given.flag, rows):
        raise QuestionAnswered()
    if Flag.WITHDRAWN in raised:
        raise VisitWithdrawn()
    if given.on_day is not None:
        _check_day(given.on_day, scan, now)
    _apply(scan, rows, given, actor=actor, now=now)


@transactional
def withdraw(scan_id: str, *, reason: WithdrawalReason, actor: Actor, now: datetime) -> None:
    """Take a registration of the manager's venue back, with a reason; a record of its own, nothing is erased. A booking
    that it redeemed keeps its places again.

    Raises NotFound for another venue's scan and for an undo, VisitWithdrawn where it does not count any more.
    """
    scan = _lock(scan_id)
    if scan is None or scan.undoes or not access.may_manage_venue(actor, venue_id=scan.venue_id):
        raise NotFound()
    if not db.session.scalar(sa.select(counted.is_counted()).where(Scan.scan_id == scan_id)):
        raise VisitWithdrawn()
    row = ScanDecision(
        scan_id=scan_id, flag=Flag.WITHDRAWN, counted=False, decided_at=now, decided_by=actor.user_id, reason=reason
    )
    db.session.add(row)
    bookings.reopen(scan_id, now=now)
    audit.record("visit.withdrawn", actor=actor, now=now, detail={"scan": scan_id, "reason": reason.value})


def apply_suggestions(*, now: datetime) -> int:
    """Apply the suggestion to every question that nobody has answered for thirty days, and return how many there were.

    Each is a transaction of its own; at most 500 at a time, the oldest first. For the daily task.
    """
    raised, closed = aliased(ScanDecision), aliased(ScanDecision)
    is_closed = sa.exists().where(
        closed.scan_id == raised.scan_id, closed.flag == raised.flag, closed.answer.is_not(None)
    )
    query = (
        sa.select(raised.scan_id, raised.flag)
        .where(raised.flag.in_(list(reconcile.ASKED)), raised.answer.is_(None), ~is_closed)
        .where(raised.decided_at <= now - reconcile.ANSWERED_WITHIN)
        .order_by(raised.id)
        .limit(MOST_APPLIED)
    )
    return sum(_apply_suggestion(scan_id, flag, now) for scan_id, flag in db.session.execute(query).all())


class Daily:
    """Applies the suggestions at most once on a Helsinki day: where no timer runs the command, whoever opens the inbox
    first on a day sets it off. One for each process.
    """

    def __init__(self) -> None:
        self._done_on: date | None = None

    def apply(self, *, now: datetime) -> int:
        """Apply what is due unless that was done today, and return how many there were."""
        today = period.day_of(now)
        if self._done_on == today:
            return 0
        applied = apply_suggestions(now=now)
        if applied < MOST_APPLIED:
            self._done_on = today
        return applied


@transactional
def _apply_suggestion(scan_id: str, flag: Flag, now: datetime) -> bool:
    scan = _lock(scan_id)
    rows = _decisions(scan_id)
    if scan is None or _is_closed(flag, rows):
        return False
    received_on = period.day_of(scan.received_at)
    on_day = reconcile.suggested_day(scan.on_day, received_on, jumped=scan.jumped) if flag is Flag.TIME else None
    actor = Actor(None, "suggestion", Role.VENUE_MANAGER, venue_id=scan.venue_id)
    _apply(scan, rows, Given(flag, reconcile.SUGGESTED[flag], on_day, is_suggested=True), actor=actor, now=now)
    return True


def _apply(scan: Scan, rows: Sequence[ScanDecision], given: Given, *, actor: Actor, now: datetime) -> None:
    stances = _stances(rows)
    counts = reconcile.combine({**stances, given.flag: reconcile.stance(given.flag, given.answer)}.values())
    is_dated = given.flag is Flag.TIME and given.answer is Answer.COUNT and given.on_day not in (None, scan.on_day)
    closed = [given]
    if is_dated:
        closed += [Given(flag, Answer.LEAVE, is_suggested=True) for flag in _open_flags(rows) if flag is not given.flag]
        refused = [stances[flag] for flag in stances if _is_closed(flag, rows) or flag is Flag.WITHDRAWN]
        if reconcile.combine(refused) is not False and not _is_undone(scan):
            _write_dated(scan, given.on_day or scan.on_day, rows, actor=actor, now=now)
        counts = False  # the ledger is never changed: the dated visit is a row of its own, this one stays set aside
    for one in closed:
        row = ScanDecision(scan_id=scan.scan_id, flag=one.flag, counted=counts, decided_at=now, answer=one.answer)
        row.decided_by, row.is_suggested = actor.user_id, one.is_suggested
        db.session.add(row)
    detail = {"scan": scan.scan_id, "flag": given.flag.value, "answer": given.answer.value}
    audit.record("question.answered", actor=actor, now=now, detail={**detail, "suggested": given.is_suggested})


def _write_dated(scan: Scan, on_day: date, rows: Sequence[ScanDecision], *, actor: Actor, now: datetime) -> None:
    """Write the visit down once more, on the day that it was given; of an event only where that is the event's day."""
    kept = ("venue_id", "device_id", "raw_code", "shown", "verdict", "reason", *vars(Counts()))
    dated = Scan(
        **{name: getattr(scan, name) for name in kept},
        scan_id=str(uuid.uuid4()),
        user_id=actor.user_id,
        occurred_at=period.moment_of(on_day, NOON),
        received_at=now,
        on_day=on_day,
        entry=Entry.BACKLOG,
        body_hash=hashlib.sha256(f"dated {scan.scan_id}".encode()).digest(),
    )
    db.session.add(dated)
    db.session.flush()
    link = db.session.get(ScanCard, scan.scan_id)
    if link is not None:
        db.session.add(ScanCard(scan_id=dated.scan_id, card_id=link.card_id, line=link.line))
    for flag in {row.flag for row in rows} & set(UNVERIFIED):
        db.session.add(ScanDecision(scan_id=dated.scan_id, flag=flag, decided_at=now))


def _check_day(on_day: date, scan: Scan, now: datetime) -> None:
    if not period.day_of(scan.received_at) - OLDEST_DAY <= on_day <= period.day_of(now):
        raise DayImpossible()


def _may_answer(actor: Actor, venue_id: int, asked: Asked) -> bool:
    if asked is Asked.VENUE:
        return access.may_manage_venue(actor, venue_id=venue_id)
    return access.may_coordinate(actor, area_id=db.session.get_one(Venue, venue_id).area_id)


def _lock(scan_id: str) -> Scan | None:
    return db.session.get(Scan, scan_id, with_for_update=True, populate_existing=True)


def _decisions(scan_id: str) -> list[ScanDecision]:
    query = sa.select(ScanDecision).where(ScanDecision.scan_id == scan_id).order_by(ScanDecision.id)
    return list(db.session.scalars(query, execution_options={"populate_existing": True}))


def _stances(rows: Sequence[ScanDecision]) -> dict[Flag, bool | None]:
    """Return what each flag of a scan says, by its newest row."""
    return {row.flag: reconcile.stance(row.flag, row.answer) for row in rows}


def _is_closed(flag: Flag, rows: Sequence[ScanDecision]) -> bool:
    return any(row.flag is flag and row.answer is not None for row in rows)


def _open_flags(rows: Sequence[ScanDecision]) -> list[Flag]:
    return [flag for flag in reconcile.ASKED if flag in {row.flag for row in rows} and not _is_closed(flag, rows)]


def _is_undone(scan: Scan) -> bool:
    query = sa.select(Scan.scan_id).where(Scan.undoes == scan.scan_id, Scan.venue_id + 0 == scan.venue_id)
    return db.session.scalar(query.limit(1)) is not None
