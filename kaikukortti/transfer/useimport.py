"""Brings earlier uses into the ledger: a row is one scan with the entry `imported`, of a card or of many visits.

A row's scan has the same id whenever it is taken in, so that nothing is counted twice.
"""

import hashlib
import uuid
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time
from typing import Any

import sqlalchemy as sa

from kaikukortti.db import db
from kaikukortti.models.cards import Card
from kaikukortti.models.ledger import Entry, Scan, ScanCard, ScanDecision
from kaikukortti.models.network import Area, Venue
from kaikukortti.models.programme import Event, Occurrence
from kaikukortti.rules import number, period
from kaikukortti.rules.flag import Flag
from kaikukortti.rules.number import Elsewhere, Malformed, Own
from kaikukortti.rules.programme import Category, EventKind
from kaikukortti.rules.verdict import Reason, VerdictClass
from kaikukortti.transfer import usedraft
from kaikukortti.transfer.cells import Problem
from kaikukortti.transfer.columns import USES, Column, plain
from kaikukortti.transfer.importing import Judged, Outcome, frozen_days
from kaikukortti.transfer.rowfile import Line
from kaikukortti.transfer.seen import Seen
from kaikukortti.transfer.usedraft import UseDraft

NAMESPACE = uuid.UUID("5b0f7c8e-6a53-5e0b-9a0f-1d1c6f0a8b11")
NOON = time(12)
ENDS = time(14)
# The event of uses whose category is not their venue's and that name no event.
KnownCard = sa.Row[str, int, str | None]
EventKey = tuple[int, str, Category | None]
UNNAMED = {
    Category.CULTURE: ("Aiempia käyntejä: kulttuuri", "Tidigare besök: kultur", "Earlier visits: culture"),
    Category.EDUCATION: ("Aiempia käyntejä: koulutus", "Tidigare besök: utbildning", "Earlier visits: education"),
    Category.SCIENCE: ("Aiempia käyntejä: tiede", "Tidigare besök: vetenskap", "Earlier visits: science"),
    Category.SPORT: ("Aiempia käyntejä: liikunta", "Tidigare besök: motion", "Earlier visits: sport"),
}


@dataclass(frozen=True)
class _Place:
    id: int
    category: Category


@dataclass(frozen=True)
class _Use:
    """A sound row with what the register knows about it."""

    draft: UseDraft
    scan_id: str
    venue: _Place
    card: KnownCard | None
    code: str | None
    flag: Flag | None

    @property
    def titles(self) -> tuple[str, str, str] | None:
        """Return the titles of the event; None for a visit to the house."""
        if self.draft.event:
            return (self.draft.event, "", "")
        category = self.draft.category
        return None if category in (None, self.venue.category) else UNNAMED[category]

    @property
    def event_key(self) -> EventKey:
        """Return how the event is found: venue, title, and the category where the row names one."""
        assert self.titles is not None
        return (self.venue.id, self.titles[0], self.draft.category)


class UseImport:
    """The shape of uses, for an area."""

    columns: tuple[Column, ...] = USES
    action: str = "uses.imported"

    def __init__(self, area: Area, *, today: date) -> None:
        self._area_id, self._today = area.id, today
        self._prefixes = frozenset(db.session.scalars(sa.select(Area.prefix)))
        self._masks = " ".join(db.session.scalars(sa.select(Area.legacy_masks)))
        self._venues = _venues(area.id)
        self._is_frozen = frozen_days(area.id)
        self._space = uuid.uuid5(NAMESPACE, area.prefix)

    def draft(self, line: Line, seen: Seen) -> UseDraft:
        """Return what a row says."""
        return usedraft.read(line, seen, today=self._today)

    def judge(self, drafts: Sequence[UseDraft]) -> list[Judged]:
        """Return what becomes of each of some sound rows."""
        return self._judge(drafts)[0]

    def take(self, drafts: Sequence[UseDraft], now: datetime) -> list[Judged]:
        """Take some rows in: new events and dates, a scan each, its card or the question why there is none."""
        judged, uses = self._judge(drafts)
        if uses and all(each.outcome is not Outcome.REFUSED for each in judged):
            dates = _dates(uses, now)
            db.session.execute(sa.insert(Scan), [self._scan(use, dates, now) for use in uses])
            linked = [
                {"scan_id": use.scan_id, "card_id": use.card.id, "line": use.card.line} for use in uses if use.card
            ]
            asked = [
                {"scan_id": use.scan_id, "flag": use.flag, "counted": None, "decided_at": now}
                for use in uses
                if use.flag is not None
            ]
            for table, rows in ((ScanCard, linked), (ScanDecision, asked)):
                if rows:
                    db.session.execute(sa.insert(table), rows)
        return judged

    def finish(self, now: datetime) -> None:
        """Nothing is left to do."""

    def _judge(self, drafts: Sequence[UseDraft]) -> tuple[list[Judged], list[_Use]]:
        """Return what becomes of the rows, and those that are new."""
        ids = {id(draft): self._scan_id(draft) for draft in drafts}
        known = set(db.session.scalars(sa.select(Scan.scan_id).where(Scan.scan_id.in_(ids.values()))))
        readings = {draft.card: number.read(draft.card, self._prefixes, self._masks) for draft in drafts if draft.card}
        cards = _cards(reading.number for reading in readings.values() if isinstance(reading, Own))
        judged, uses = [], []
        for draft in drafts:
            scan_id, venue, reading = ids[id(draft)], self._venues.get(draft.venue), readings.get(draft.card)
            if venue is None:
                judged.append(_refused(draft, "venue_unknown", "venue", draft.venue))
            elif isinstance(reading, Malformed):
                judged.append(_refused(draft, f"card_{reading.problem.value}", "card", draft.card))
            elif scan_id in known:
                judged.append(Judged(draft.row, Outcome.THERE))
            else:
                judged.append(Judged(draft.row, Outcome.NEW))
                uses.append(self._use(draft, scan_id, venue, reading, cards))
        return judged, uses

    def _use(
        self,
        draft: UseDraft,
        scan_id: str,
        venue: _Place,
        reading: Own | Elsewhere | None,
        cards: dict[str, KnownCard],
    ) -> _Use:
        if reading is None:
            return _Use(draft, scan_id, venue, None, None, None)
        if isinstance(reading, Elsewhere):
            return _Use(draft, scan_id, venue, None, reading.code, Flag.ELSEWHERE)
        card = cards.get(reading.number)
        if card is None:
            return _Use(draft, scan_id, venue, None, reading.number, Flag.UNREGISTERED)
        return _Use(draft, scan_id, venue, card, None, None)

    def _scan_id(self, draft: UseDraft) -> str:
        return draft.record or str(uuid.uuid5(self._space, f"{draft.content}\x1f{draft.nth}"))

    def _scan(self, use: _Use, dates: dict[tuple[EventKey, date], int], now: datetime) -> dict[str, Any]:
        """Return the row of a scan. It arrived on its own day, unless the figures of that day are out already."""
        draft = use.draft
        at = period.moment_of(draft.on_day, NOON)
        verdict = VerdictClass.WELCOME if use.flag is None else VerdictClass.CHECK
        reasons = {Flag.ELSEWHERE: Reason.ELSEWHERE, Flag.UNREGISTERED: Reason.UNREGISTERED}
        return {
            "scan_id": use.scan_id,
            "venue_id": use.venue.id,
            "occurrence_id": use.titles and dates[use.event_key, draft.on_day],
            "occurred_at": at,
            "received_at": now if self._is_frozen(draft.on_day) else min(at, now),
            "on_day": draft.on_day,
            "entry": Entry.IMPORTED,
            "raw_code": use.code,
            "verdict": verdict,
            "reason": use.flag and reasons[use.flag],
            **vars(draft.counts),
            "body_hash": hashlib.sha256(draft.content.encode()).digest(),
        }


def _venues(area_id: int) -> dict[str, _Place]:
    """Return an area's venues by each of their names."""
    query = sa.select(Venue).where(Venue.area_id == area_id).order_by(Venue.id.desc())
    return {
        plain(name): _Place(venue.id, venue.category)
        for venue in db.session.scalars(query)
        for name in (venue.name_en, venue.name_sv, venue.name_fi)
        if name
    }


def _cards(numbers: Iterable[str]) -> dict[str, KnownCard]:
    """Return the cards in the register that have been handed out, by number."""
    query = sa.select(Card.number, Card.id, Card.line).where(Card.number.in_(list(numbers)), Card.line.is_not(None))
    return {card.number: card for card in db.session.execute(query)}


def _refused(draft: UseDraft, code: str, column: str, text: str) -> Judged:
    shown = "" if code == "card_identity" else text
    return Judged(draft.row, Outcome.REFUSED, (Problem(code, column, shown),))


def _dates(uses: Sequence[_Use], now: datetime) -> dict[tuple[EventKey, date], int]:
    """Return the dates that uses belong to by event and day, added where there are none."""
    wanted = {(use.event_key, use.draft.on_day): use for use in uses if use.titles}
    events = _events({event: use for (event, _), use in wanted.items()}, now)
    query = sa.select(Occurrence.event_id, Occurrence.on_day, sa.func.min(Occurrence.id))
    query = query.where(
        Occurrence.event_id.in_(set(events.values())), Occurrence.on_day.in_({day for _, day in wanted})
    )
    there = {
        (event_id, day): key
        for event_id, day, key in db.session.execute(query.group_by(Occurrence.event_id, Occurrence.on_day))
    }
    added = {
        (events[event], day): Occurrence(
            event_id=events[event],
            venue_id=event[0],
            starts_at=period.moment_of(day, NOON),
            ends_at=period.moment_of(day, ENDS),
            on_day=day,
        )
        for event, day in wanted
        if (events[event], day) not in there
    }
    db.session.add_all(added.values())
    db.session.flush()
    there.update({key: occurrence.id for key, occurrence in added.items()})
    return {(event, day): there[events[event], day] for event, day in wanted}


def _events(wanted: dict[EventKey, _Use], now: datetime) -> dict[EventKey, int]:
    """Return events by their keys, added where there are none. Any of an event's three titles names it."""
    titles = {key[1] for key in wanted}
    named = sa.or_(Event.title_fi.in_(titles), Event.title_sv.in_(titles), Event.title_en.in_(titles))
    query = sa.select(Event).where(Event.venue_id.in_({key[0] for key in wanted}), named).order_by(Event.id.desc())
    there: dict[EventKey, int] = {}
    for event in db.session.scalars(query):
        for title in (event.title_en, event.title_sv, event.title_fi):
            there[event.venue_id, title, event.category] = there[event.venue_id, title, None] = event.id
    for key, use in sorted(wanted.items(), key=lambda item: item[0][2] is None):
        if key in there:
            continue
        fi, sv, en = use.titles or ("", "", "")
        category = key[2] or use.venue.category
        event = Event(
            venue_id=key[0],
            title_fi=fi,
            title_sv=sv,
            title_en=en,
            category=category,
            kind=EventKind.PERFORMANCE,
            created_at=now,
        )
        db.session.add(event)
        db.session.flush()
        there[key] = there[key[0], fi, category] = event.id
        there.setdefault((key[0], fi, None), event.id)
    return {key: there[key] for key in wanted}
