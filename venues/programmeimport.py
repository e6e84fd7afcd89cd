"""A programme that a venue sends as a file: what would become of each row, and the run that takes it in, all at once.

What the file says is programmecsv's and programmeical's; here it meets the programme. An event is known again by its
UID, or by its title and a time; what was taken in before changes nothing.
"""

from collections.abc import Iterable, Sequence
from dataclasses import fields, replace
from datetime import date, datetime
from typing import Any

import sqlalchemy as sa

from kaikukortti import audit
from kaikukortti.db import db, transactional
from kaikukortti.errors import DomainError, NotFound
from kaikukortti.models.network import Venue
from kaikukortti.models.programme import Event, Occurrence
from kaikukortti.rules import access, period
from kaikukortti.rules.access import Actor
from kaikukortti.rules.programme import EventKind, Planned
from kaikukortti.rules.quota import Quota
from kaikukortti.rules.recurrence import MOST_DATES, SeriesTooLong, Slot
from venues import datefacts, events, programmecells, programmecsv, programmeical
from venues.events import EventDetails
from venues.programmecells import Contents, Entry, Problem
from venues.programmereport import Outcome, Report, Row


class _OnlyPlanned(Exception):
    """Ends a trial run, so that nothing of it stays."""

    def __init__(self, report: Report) -> None:
        super().__init__()
        self.report = report


def read(data: bytes, *, now: datetime) -> Contents:
    """Return what a file says, a calendar or a table. Raises tables.Unreadable."""
    if programmeical.is_calendar(data):
        today = period.day_of(now)
        return programmeical.read(data, from_on=today, last_on=events.last_plannable(today))
    return programmecsv.read(data)


def plan(contents: Contents, *, venue_id: int, actor: Actor, now: datetime) -> Report:
    """Return what a run would do: the run itself, of which nothing stays. Raises NotFound for another venue."""
    try:
        _try(contents, venue_id=venue_id, actor=actor, now=now)
    except _OnlyPlanned as planned:
        return planned.report
    raise AssertionError("a trial run always ends so")


@transactional
def run(contents: Contents, *, venue_id: int, actor: Actor, now: datetime) -> Report:
    """Take a file into the programme of the manager's venue, but for what is skipped or refused: all at once.

    Raises NotFound for another venue.
    """
    report = _take_in(contents, venue_id=venue_id, actor=actor, now=now)
    if report.is_any_taken:
        detail = {
            "events": list(report.event_ids),
            "new": sum(row.new for row in report.rows),
            "changed": sum(row.changed for row in report.rows),
            "refused": report.count(Outcome.REFUSED),
        }
        audit.record("programme.imported", actor=actor, now=now, detail=detail)
    return report


@transactional
def _try(contents: Contents, *, venue_id: int, actor: Actor, now: datetime) -> None:
    raise _OnlyPlanned(_take_in(contents, venue_id=venue_id, actor=actor, now=now))


def _take_in(contents: Contents, *, venue_id: int, actor: Actor, now: datetime) -> Report:
    if not access.may_manage_venue(actor, venue_id=venue_id):
        raise NotFound()
    venue = db.session.get_one(Venue, venue_id, with_for_update={"of": Venue}, populate_existing=True)
    programme = _Programme(venue, now)
    rows = [Row(entry) for entry in contents.entries]
    for row in rows:
        _check(row, period.day_of(now))
    changed = [event_id for group in _groups(rows) if (event_id := programme.take(group)) is not None]
    return Report(tuple(rows), contents.unread, tuple(changed))


def _check(row: Row, today: date) -> None:
    """Set aside what can be told from the entry alone."""
    entry = row.entry
    if entry.problem is not None:
        row.refuse(entry.problem, Outcome.SKIPPED if entry.problem.code == "past" else Outcome.REFUSED)
        return
    try:
        for slot in entry.slots:
            events.check_slot(slot, today=today)
    except events.InThePast:
        row.refuse(Problem("past"), Outcome.SKIPPED)
    except DomainError as error:
        row.refuse(Problem(error.code, "starts", error.details))


def _groups(rows: Iterable[Row]) -> list[list[Row]]:
    """Return the entries of each event, in the order of the file, without those that contradict or repeat another."""
    groups: dict[str, list[Row]] = {}
    for row in rows:
        if row.is_open():
            key = row.entry.uid or "title " + row.entry.title.casefold()
            groups.setdefault(key, []).append(row)
    for group in groups.values():
        head = next((row for row in group if row.entry.facts), group[0])
        seen: dict[datetime, Row] = {}
        for row in group:
            shared = row.entry.facts.keys() & head.entry.facts.keys()
            if any(row.entry.facts[name] != head.entry.facts[name] for name in shared):
                row.refuse(Problem("differs", details={"row": head.entry.row}))
                continue
            twin = next((seen[slot.starts_at] for slot in row.entry.slots if slot.starts_at in seen), None)
            if twin is not None:
                row.refuse(Problem("twice", "starts", {"row": twin.entry.row}))
                continue
            seen |= {slot.starts_at: row for slot in row.entry.slots}
    return [kept for group in groups.values() if (kept := [row for row in group if row.is_open()])]


class _Programme:
    """The coming programme of a venue, and what an import makes of it."""

    def __init__(self, venue: Venue, now: datetime) -> None:
        self._venue, self._now, self._today = venue, now, period.day_of(now)
        query = (
            sa.select(Occurrence)
            .where(Occurrence.venue_id == venue.id, Occurrence.on_day >= self._today)
            .order_by(Occurrence.id)
            .with_for_update(of=Occurrence)
        )
        self._dates: dict[int, dict[datetime, Occurrence]] = {}
        for one in db.session.scalars(query, execution_options={"populate_existing": True}):
            self._dates.setdefault(one.event_id, {}).setdefault(one.starts_at, one)
        known = sa.or_(Event.imported_uid.is_not(None), Event.id.in_(list(self._dates)))
        rows = db.session.scalars(sa.select(Event).where(Event.venue_id == venue.id, known).order_by(Event.id)).all()
        self._by_uid = {programmecells.uid_of(event): event for event in reversed(rows)}
        self._by_time: dict[tuple[str, datetime], Event] = {}
        for event in reversed(rows):
            for starts_at in self._dates.get(event.id, {}):
                self._by_time[event.title_fi.casefold(), starts_at] = event

    def take(self, group: Sequence[Row]) -> int | None:
        """Take in the entries of one event; return its number where something is new."""
        event = self._find(group)
        there = self._dates.get(event.id, {}) if event is not None else {}
        if group[0].entry.uid:
            self._find_moved(group, there)
        count = len(there)
        for row in group:
            count += self._check_dates(row, there, count)
        kept = [row for row in group if row.is_open()]
        head = next((row for row in kept if row.entry.facts), None) or (kept[0] if kept else None)
        if head is None:
            return None
        try:
            is_changed = self._change(event, head.entry) if event is not None else False
            event = event or self._add(head.entry)
        except DomainError as error:
            for row in kept:
                row.refuse(Problem(error.code, details=error.details))
            return None
        self._dates[event.id] = there
        for row in kept:
            self._take_dates(row, event, there)
            row.settle(is_event_changed=is_changed and row is head)
        return event.id if is_changed or any(row.new or row.changed for row in kept) else None

    def _find_moved(self, group: Sequence[Row], there: dict[datetime, Occurrence]) -> None:
        """Know a date again that has another time now: of all dates of an event with a UID the only one that the file
        does not name, where it names but one that is not there.
        """
        wanted = {slot.starts_at for row in group for slot in row.entry.slots}
        left = [starts_at for starts_at, one in there.items() if starts_at not in wanted and one.state is Planned.ON]
        unknown = [starts_at for starts_at in wanted if starts_at not in there]
        if len(left) == len(unknown) == 1:
            there[unknown[0]] = there.pop(left[0])

    def _find(self, group: Sequence[Row]) -> Event | None:
        found = self._by_uid.get(group[0].entry.uid) if group[0].entry.uid else None
        if found is not None:
            return found
        times = ((row.entry.title.casefold(), slot.starts_at) for row in group for slot in row.entry.slots)
        return next((self._by_time[time] for time in times if time in self._by_time), None)

    def _change(self, event: Event, entry: Entry) -> bool:
        if entry.uid and not event.imported_uid and entry.uid != programmecells.uid_of(event):
            event.imported_uid = entry.uid
        details = replace(events.details_of(event), **entry.facts)
        return bool(events.change_facts(event, details, now=self._now))

    def _add(self, entry: Entry) -> Event:
        given: dict[str, Any] = {one.name: "" for one in fields(EventDetails) if one.name.startswith("title_")}
        given |= {"category": self._venue.category, "kind": EventKind.PERFORMANCE, "title_fi": entry.title}
        given |= {"place": entry.date.get("place", ""), **entry.facts}
        details = events.fitting(EventDetails(**given))
        event = Event(venue_id=self._venue.id, created_at=self._now, imported_uid=entry.uid or None, **vars(details))
        db.session.add(event)
        db.session.flush()
        return event

    def _check_dates(self, row: Row, there: dict[datetime, Occurrence], count: int) -> int:
        """Refuse an entry, before anything of it is taken, where one of its dates cannot be; return how many are new.

        `count` is how many dates the event has by then.
        """
        venue, new = self._venue, 0
        base = Quota(venue.quota, venue.quota_percent, venue.capacity)
        try:
            for slot, said in _dates_of(row.entry):
                if slot.starts_at in there:
                    datefacts.check_change(there[slot.starts_at], slot, said, now=self._now)
                else:
                    datefacts.check(slot, said, base)
                    new += 1
            if new and count + new > MOST_DATES:
                raise SeriesTooLong(most=MOST_DATES)
            return new
        except datefacts.CalledOff as error:
            row.refuse(Problem(error.code, "status"), Outcome.SKIPPED)
        except DomainError as error:
            row.refuse(Problem(error.code, details=error.details))
        return 0

    def _take_dates(self, row: Row, event: Event, there: dict[datetime, Occurrence]) -> None:
        for slot, said in _dates_of(row.entry):
            one = there.get(slot.starts_at)
            if one is None:
                there[slot.starts_at] = self._plan(event, slot, said)
                row.new += 1
                continue
            if one.starts_at != slot.starts_at:
                row.moved_from = one.starts_at
            row.changed += datefacts.change(one, slot, said, now=self._now)

    def _plan(self, event: Event, slot: Slot, said: dict[str, Any]) -> Occurrence:
        made = events.make_date(self._venue, slot, place=event.place)
        datefacts.fill(made, slot, said)
        made.event_id = event.id
        db.session.add(made)
        return made


def _dates_of(entry: Entry) -> list[tuple[Slot, dict[str, Any]]]:
    """Return the dates of an entry, each with what is said of it."""
    return [(slot, datefacts.said_of(entry.date, entry.slots[0], slot)) for slot in entry.slots]
