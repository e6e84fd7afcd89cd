"""The questions about scans: a venue sees its own, the coordinator those of the area that are no venue's business.

Facts of the visit, a suggested answer, and what it may be mixed up with: no card number and nobody's name.
"""

from collections import defaultdict
from collections.abc import Collection
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import aliased

from kaikukortti import audit
from kaikukortti.db import db, transactional
from kaikukortti.errors import NotFound
from kaikukortti.models import counted
from kaikukortti.models.cards import Batch, Card
from kaikukortti.models.ledger import Device, Entry, Scan, ScanCard, ScanDecision
from kaikukortti.models.network import Unit, Venue
from kaikukortti.models.programme import Event, Occurrence
from kaikukortti.rules import period
from kaikukortti.rules.access import Actor, Role
from kaikukortti.rules.counting import Counts
from kaikukortti.rules.flag import Answer, Flag
from venues import reconcile
from venues.reconcile import Asked

MOST_SHOWN, MOST_ANSWERED_SHOWN = 25, 50
ANSWERED_SHOWN_FOR = timedelta(days=30)
# An older one is asked no more: it has its suggested answer, or gets it at once, since opening the inbox applies what
# is due (decisions.Daily). So a look takes the decisions of some weeks, however many years there are.
OPEN_AT_MOST = reconcile.ANSWERED_WITHIN + timedelta(days=15)
Names = tuple[str, str, str]
LOOK_ALIKES = (Flag.DOUBLE, Flag.AGAIN, Flag.TWO_PLACES)


@dataclass(frozen=True)
class Seen:
    """A visit as a question shows it. `title` is the event's in fi, sv and en, None for a house visit; `arrived_on`
    the Helsinki day on which the server got it.
    """

    at: datetime
    on_day: date
    arrived_on: date
    venue: Names
    title: Names | None
    device: str | None
    entry: Entry
    counts: Counts


@dataclass(frozen=True)
class Question:
    """One open question. `beside` are the visits that this one may be mixed up with, or that an undo takes back.

    `day` is the day suggested for a visit whose time is in doubt; `unit` the one whose print run a card is of that
    nobody has registered.
    """

    scan_id: str
    flag: Flag
    raised_at: datetime
    visit: Seen
    suggested: Answer
    day: date | None = None
    beside: tuple[Seen, ...] = ()
    unit: Names | None = None


@dataclass(frozen=True)
class Answered:
    """A question that has its answer; `is_suggested` where nobody gave one and the suggestion was applied."""

    flag: Flag
    visit: Seen
    answer: Answer
    answered_at: datetime
    is_suggested: bool


def count_questions(*, actor: Actor, now: datetime) -> int:
    """Return how many questions `list_questions` has in all. Raises NotFound for other roles."""
    mine, asked = _scope(actor)
    raised = aliased(ScanDecision)
    count = sa.select(sa.func.count()).select_from(Scan).join(Venue, Venue.id == Scan.venue_id)
    return db.session.scalar(_open(count, raised, asked, now).where(mine)) or 0


@transactional
def list_questions(*, actor: Actor, now: datetime, skip: int = 0) -> list[Question]:
    """Return the open questions of the manager's venue or the coordinator's area, the oldest first, at most 25.

    What a coordinator sees joins visits of one card, so the look is written down. Raises NotFound for other roles.
    """
    mine, asked = _scope(actor)
    raised = aliased(ScanDecision)
    shown = _visits(raised.flag.label("flag"), raised.decided_at.label("decided_at"))
    query = _open(shown, raised, asked, now).where(mine).order_by(raised.decided_at, raised.id)
    rows = db.session.execute(query.offset(skip).limit(MOST_SHOWN)).all()
    beside = _look_alikes([row.Scan for row in rows if row.flag in LOOK_ALIKES], actor)
    undone = _by_id([row.Scan.undoes for row in rows if row.flag is Flag.UNDO_LATE])
    units = _units_of([row.Scan.raw_code for row in rows if row.flag is Flag.UNREGISTERED])
    if asked is Asked.COORDINATOR and rows:
        audit.record("questions.seen", actor=actor, now=now, detail={"count": len(rows)})
    return [_question(row, beside, undone, units) for row in rows]


def list_answered(*, actor: Actor, now: datetime) -> list[Answered]:
    """Return what was answered in the last thirty days, the newest first, at most fifty. Raises as `list_questions`."""
    mine, asked = _scope(actor)
    given = (ScanDecision.flag, ScanDecision.answer, ScanDecision.decided_at, ScanDecision.is_suggested)
    query = (
        _visits(*given)
        .join(ScanDecision, ScanDecision.scan_id == Scan.scan_id)
        .where(mine, ScanDecision.flag.in_(_flags_of(asked)), ScanDecision.answer.is_not(None))
        .where(ScanDecision.decided_at > now - ANSWERED_SHOWN_FOR)
        .order_by(ScanDecision.id.desc())
        .limit(MOST_ANSWERED_SHOWN)
    )
    return [
        Answered(row.flag, _seen(row), row.answer, row.decided_at, row.is_suggested)
        for row in db.session.execute(query)
    ]


def _question(row: Any, beside: dict[str, list[Seen]], undone: dict[str, Seen], units: dict[str, Names]) -> Question:
    scan, flag = row.Scan, row.flag
    near = tuple(beside.get(scan.scan_id, ())) if flag in LOOK_ALIKES else ()
    if flag is Flag.TWO_PLACES:
        near = tuple(seen for seen in near if abs(seen.at - scan.occurred_at) < reconcile.FAR_AWAY)
    elif flag is Flag.UNDO_LATE and scan.undoes in undone:
        near = (undone[scan.undoes],)
    day = None
    if flag is Flag.TIME:
        day = reconcile.suggested_day(scan.on_day, period.day_of(scan.received_at), jumped=scan.jumped)
    unit = units.get(scan.raw_code or "") if flag is Flag.UNREGISTERED else None
    return Question(scan.scan_id, flag, row.decided_at, _seen(row), reconcile.SUGGESTED[flag], day, near, unit)


def _scope(actor: Actor) -> tuple[sa.ColumnElement[bool], Asked]:
    if actor.role is Role.VENUE_MANAGER and actor.venue_id is not None:
        return Scan.venue_id == actor.venue_id, Asked.VENUE
    if actor.role is Role.COORDINATOR and actor.area_id is not None:
        return Venue.area_id == actor.area_id, Asked.COORDINATOR
    raise NotFound()


def _visits(*columns: Any) -> sa.Select[Any]:
    """Return a query over scans with all that a question shows of one."""
    return (
        sa.select(*columns, Scan, Venue, Event, Device.name.label("device"))
        .select_from(Scan)
        .join(Venue, Venue.id == Scan.venue_id)
        .outerjoin(Occurrence, Occurrence.id == Scan.occurrence_id)
        .outerjoin(Event, Event.id == Occurrence.event_id)
        .outerjoin(Device, Device.id == Scan.device_id)
    )


def _open(query: sa.Select[Any], raised: type[ScanDecision], asked: Asked, now: datetime) -> sa.Select[Any]:
    """Return a query over scans narrowed to the questions that are open; `raised` is the flag's own row."""
    other, undo = aliased(ScanDecision), aliased(Scan)
    is_closed = sa.exists().where(
        other.scan_id == raised.scan_id,
        sa.or_(sa.and_(other.flag == raised.flag, other.answer.is_not(None)), other.flag == Flag.WITHDRAWN),
    )
    is_undone = sa.exists().where(
        undo.undoes == Scan.scan_id, undo.venue_id + 0 == Scan.venue_id, ~counted.is_set_aside(undo)
    )
    is_linked = sa.exists().where(ScanCard.scan_id == Scan.scan_id)
    return (
        query.join(raised, raised.scan_id == Scan.scan_id)
        .where(raised.decided_at > now - OPEN_AT_MOST)
        .where(raised.flag.in_(_flags_of(asked)), raised.answer.is_(None), ~is_closed, ~is_undone)
        .where(sa.or_(raised.flag != Flag.UNREGISTERED, ~is_linked))
    )


def _flags_of(asked: Asked) -> list[Flag]:
    return [flag for flag, who in reconcile.ASKED.items() if who is asked]


def _look_alikes(scans: Collection[Scan], actor: Actor) -> dict[str, list[Seen]]:
    """Return the counted visits of the same cards; for a venue those to the same event, or to its house that day."""
    mine, theirs, asked = aliased(ScanCard), aliased(ScanCard), aliased(Scan)
    query = (
        _visits(mine.scan_id.label("asked_id"))
        .join(theirs, theirs.scan_id == Scan.scan_id)
        .join(mine, sa.and_(mine.line == theirs.line, mine.scan_id != theirs.scan_id))
        .join(asked, asked.scan_id == mine.scan_id)
        .where(mine.scan_id.in_([scan.scan_id for scan in scans]), counted.ADULTS + counted.CHILDREN > 0)
        .where(counted.is_counted())
        .order_by(Scan.occurred_at)
    )
    if actor.venue_id is not None:
        is_house = sa.and_(Scan.occurrence_id.is_(None), asked.occurrence_id.is_(None), Scan.on_day == asked.on_day)
        query = query.where(
            Scan.venue_id == actor.venue_id, sa.or_(Scan.occurrence_id == asked.occurrence_id, is_house)
        )
    else:
        query = query.where(Scan.venue_id != asked.venue_id)
    found: dict[str, list[Seen]] = defaultdict(list)
    for row in db.session.execute(query) if scans else ():
        found[row.asked_id].append(_seen(row))
    return found


def _by_id(scan_ids: Collection[str | None]) -> dict[str, Seen]:
    wanted = [scan_id for scan_id in scan_ids if scan_id]
    rows = db.session.execute(_visits().where(Scan.scan_id.in_(wanted))) if wanted else ()
    return {row.Scan.scan_id: _seen(row) for row in rows}


def _units_of(codes: Collection[str | None]) -> dict[str, Names]:
    wanted = [code for code in codes if code]
    query = sa.select(Card.number, Unit).join(Batch, Batch.id == Card.batch_id).join(Unit, Unit.id == Batch.unit_id)
    rows = db.session.execute(query.where(Card.number.in_(wanted))) if wanted else ()
    return {number: _names(unit.name_fi, unit.name_sv, unit.name_en) for number, unit in rows}


def _seen(row: Any) -> Seen:
    scan, venue, event = row.Scan, row.Venue, row.Event
    title = None if event is None else _names(event.title_fi, event.title_sv, event.title_en)
    counts = Counts(**{name: getattr(scan, name) for name in vars(Counts())})
    at_venue = _names(venue.name_fi, venue.name_sv, venue.name_en)
    arrived_on = period.day_of(scan.received_at)
    return Seen(scan.occurred_at, scan.on_day, arrived_on, at_venue, title, row.device, scan.entry, counts)


def _names(fi: str, sv: str, en: str) -> Names:
    return fi, sv or fi, en or fi
