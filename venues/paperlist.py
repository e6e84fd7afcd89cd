"""A paper list of a venue that is entered afterwards: what each line will do, then the lines into the ledger.

Each line is judged by the card's state on the day of the visit (peers.md (c) 15); the door's rules are in scanning.
"""

import hashlib
import json
import uuid
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum

import sqlalchemy as sa

from kaikukortti import audit, partners
from kaikukortti.db import db, transactional
from kaikukortti.errors import DomainError, NotFound
from kaikukortti.models.ledger import Entry, Scan, ScanDecision
from kaikukortti.models.programme import Occurrence
from kaikukortti.rules import number, period
from kaikukortti.rules.access import Actor
from kaikukortti.rules.counting import Counts
from kaikukortti.rules.flag import Flag
from kaikukortti.rules.number import Malformed
from kaikukortti.rules.verdict import VerdictClass
from venues import paperday, reconcile, scanning, scanrows, sync
from venues.judging import Source
from venues.paperday import Evening
from venues.scanning import Foreseen
from venues.scanrows import Item

MOST_LINES = 60
MOST_TICKETS = 99  # of a kind on one line, as the door's API takes them
_OURS = uuid.UUID("6f4f1c0a-9a52-4a7e-8a3e-0d3f6b1c2e77")


class ListImpossible(DomainError):
    """More lines than a form has, a line without tickets, or more tickets than a line can hold."""

    code = "paper_list_impossible"


class Choice(StrEnum):
    """What a person says of a line that looks like a visit that is there already."""

    LEAVE_OUT = "leave"
    ENTER = "enter"


class Outcome(StrEnum):
    """What becomes of a line."""

    ENTERED = "entered"
    FLAGGED = "flagged"
    BEFORE = "before"
    CHANGED = "changed"
    UNREADABLE = "unreadable"
    LEFT_OUT = "left_out"


@dataclass(frozen=True)
class Sheet:
    """One list: `form_id` makes the same form, sent twice, one entry. Without an occurrence it is of house visits."""

    form_id: uuid.UUID
    venue_id: int
    on_day: date
    occurrence: int | None = None


@dataclass(frozen=True)
class Line:
    """One line as it was typed. `choice` is there when look-alikes were shown, and `seen` is how many."""

    no: int
    code: str
    counts: Counts
    choice: Choice | None = None
    seen: int = 0


@dataclass(frozen=True)
class LookAlike:
    """A visit that a line may be the same as: in the ledger `at` a moment, or an earlier `line` of the list itself."""

    counts: Counts
    at: datetime | None = None
    is_from_paper: bool = False
    line: int | None = None


@dataclass(frozen=True)
class LineResult:
    """What will become of a line, or what became of it."""

    no: int
    outcome: Outcome
    counts: Counts
    flags: tuple[Flag, ...] = ()
    malformed: Malformed | None = None
    look_alikes: tuple[LookAlike, ...] = ()


@transactional
def preview(sheet: Sheet, lines: Sequence[Line], *, actor: Actor, now: datetime) -> list[LineResult]:
    """Return what will become of each line, with the visits that it may be the same as; nothing but the look is stored.

    Raises as paperday.find_evening, and ListImpossible.
    """
    evening, source = _begin(sheet, lines, actor, now)
    earlier_lines: dict[str, list[LookAlike]] = defaultdict(list)
    results = []
    for line in lines:
        try:
            foreseen = scanning.foresee(_item(sheet, line, evening, actor, now), source=source, now=now)
        except scanrows.ScanConflict:
            results.append(LineResult(line.no, Outcome.CHANGED, line.counts))
            continue
        results.append(_told(line, foreseen, earlier_lines[foreseen.holder]))
        if foreseen.malformed is None and not foreseen.is_replay:
            earlier_lines[foreseen.holder].append(LookAlike(line.counts, line=line.no))
    audit.record("paper.checked", actor=actor, now=now, detail={**_detail(sheet), "lines": len(lines)})
    return results


def enter(sheet: Sheet, lines: Sequence[Line], *, actor: Actor, now: datetime) -> list[LineResult]:
    """Write the lines into the ledger, each a transaction of its own, and return what became of each.

    A line that looks like another visit and carries no choice is recorded and asked about, as at the door. What is no
    card number is not recorded. Raises as preview does, before the first line.
    """
    evening, source = _begin(sheet, lines, actor, now)
    results = [_enter(line, _item(sheet, line, evening, actor, now), source, now) for line in lines]
    new = [result for result in results if result.outcome in (Outcome.ENTERED, Outcome.FLAGGED)]
    if new:
        _note_entry(sheet, new, actor=actor, now=now)
    return results


def read_entered(venue_id: int, form_id: uuid.UUID, *, actor: Actor) -> tuple[Evening, list[LineResult]]:
    """Return what the actor has entered with a form, line by line, without any number. Raises NotFound."""
    venue = partners.get_venue(venue_id, actor=actor)
    numbers = {_scan_id(form_id, venue_id, actor, no): no for no in range(1, MOST_LINES + 1)}
    scans = db.session.scalars(sa.select(Scan).where(Scan.scan_id.in_(numbers), Scan.user_id == actor.user_id)).all()
    if not scans:
        raise NotFound()
    raised = sa.select(ScanDecision).where(ScanDecision.scan_id.in_(numbers), ScanDecision.answer.is_(None))
    flags: dict[str, list[Flag]] = defaultdict(list)
    for decision in db.session.scalars(raised.where(ScanDecision.flag != Flag.WITHDRAWN).order_by(ScanDecision.id)):
        flags[decision.scan_id].append(decision.flag)
    results = []
    for scan in sorted(scans, key=lambda scan: numbers[scan.scan_id]):
        counts = Counts(**{kind: getattr(scan, kind) for kind in vars(Counts())})
        results.append(_settled(numbers[scan.scan_id], counts, tuple(flags[scan.scan_id])))
    occurrence_id = scans[0].occurrence_id
    occurrence = None if occurrence_id is None else db.session.get(Occurrence, occurrence_id)
    return Evening(venue, scans[0].on_day, occurrence), results


def _begin(sheet: Sheet, lines: Sequence[Line], actor: Actor, now: datetime) -> tuple[Evening, Source]:
    today = period.day_of(now)
    evening = paperday.find_evening(
        sheet.venue_id, on_day=sheet.on_day, occurrence=sheet.occurrence, actor=actor, today=today
    )
    if not lines or len(lines) > MOST_LINES or any(not _is_possible(line) for line in lines):
        raise ListImpossible()
    if actor.user_id is None:
        raise NotFound()
    return evening, Source(evening.venue.id, evening.venue.area_id, user_id=actor.user_id)


def _is_possible(line: Line) -> bool:
    is_within = all(0 <= count <= MOST_TICKETS for count in vars(line.counts).values())
    return is_within and line.counts.tickets > 0 and 1 <= line.no <= MOST_LINES


def _item(sheet: Sheet, line: Line, evening: Evening, actor: Actor, now: datetime) -> Item:
    """Return the scan that a line describes. Its body is what was typed: neither the choice nor the hour is in it."""
    code = number.candidate(line.code) or line.code
    body = [sheet.venue_id, sheet.occurrence, sheet.on_day.isoformat(), code, vars(line.counts)]
    is_another = line.choice is Choice.ENTER
    return Item(
        scan_id=_scan_id(sheet.form_id, sheet.venue_id, actor, line.no),
        occurred=paperday.moment_of(evening, now=now),
        counts=line.counts,
        body_hash=hashlib.sha256(json.dumps(body, sort_keys=True).encode()).digest(),
        code=line.code,
        occurrence=sheet.occurrence,
        entry=Entry.BACKLOG,
        shown=VerdictClass.ALREADY if is_another else None,
        knew=line.seen if is_another else None,
    )


def _scan_id(form_id: uuid.UUID, venue_id: int, actor: Actor, no: int) -> str:
    """Return the same id for the same line of the same form; nobody's form can reach into another person's."""
    return str(uuid.uuid5(_OURS, f"{actor.user_id}:{venue_id}:{form_id}:{no}"))


def _told(line: Line, foreseen: Foreseen, earlier_lines: Sequence[LookAlike]) -> LineResult:
    if foreseen.malformed is not None:
        return LineResult(line.no, Outcome.UNREADABLE, line.counts, malformed=foreseen.malformed)
    if foreseen.is_replay:
        return LineResult(line.no, Outcome.BEFORE, line.counts, reconcile.told(foreseen.flags))
    stored = [LookAlike(visit.counts, visit.at, visit.is_from_paper) for visit in foreseen.earlier]
    return _settled(line.no, line.counts, foreseen.flags, (*stored, *earlier_lines))


def _settled(no: int, counts: Counts, flags: tuple[Flag, ...], beside: tuple[LookAlike, ...] = ()) -> LineResult:
    told = reconcile.told(flags)
    return LineResult(no, Outcome.FLAGGED if told else Outcome.ENTERED, counts, told, look_alikes=beside)


def _enter(line: Line, item: Item, source: Source, now: datetime) -> LineResult:
    if line.choice is Choice.LEAVE_OUT:
        return LineResult(line.no, Outcome.LEFT_OUT, line.counts)
    try:
        foreseen = scanning.foresee(item, source=source, now=now)
        if foreseen.malformed is not None:
            return LineResult(line.no, Outcome.UNREADABLE, line.counts, malformed=foreseen.malformed)
        recorded = sync.once(lambda: scanning.record_from(item, source=source, received_at=now))
    except scanrows.ScanConflict:
        return LineResult(line.no, Outcome.CHANGED, line.counts)
    if recorded.is_replay:
        return LineResult(line.no, Outcome.BEFORE, line.counts, reconcile.told(recorded.flags))
    return _settled(line.no, line.counts, recorded.flags)


@transactional
def _note_entry(sheet: Sheet, new: Sequence[LineResult], *, actor: Actor, now: datetime) -> None:
    counted = {
        "lines": len(new),
        "flagged": sum(result.outcome is Outcome.FLAGGED for result in new),
        "tickets": sum(result.counts.tickets for result in new),
    }
    audit.record("paper.entered", actor=actor, now=now, detail={**_detail(sheet), **counted})


def _detail(sheet: Sheet) -> dict[str, object]:
    return {"venue": sheet.venue_id, "day": sheet.on_day.isoformat(), "occurrence": sheet.occurrence}
