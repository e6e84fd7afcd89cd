"""The calls that a network makes all day, with a card, a unit and a venue that are there, for `bench plans`.

They are the use cases themselves, as pages and tablets call them; nothing here knows a statement.
"""

import functools
import secrets
import uuid
from collections.abc import Callable, Iterator
from contextlib import suppress
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

import sqlalchemy as sa

from kaikukortti import areacards, cards, lostcards, offer, renewals, sleeping
from kaikukortti.auditing import cardlog, verification
from kaikukortti.db import db
from kaikukortti.errors import DomainError
from kaikukortti.models.cards import Card, ListCounter
from kaikukortti.models.ledger import Device, Scan
from kaikukortti.models.network import Unit, Venue
from kaikukortti.models.programme import Occurrence
from kaikukortti.retention import links, places
from kaikukortti.rules import keeping, period
from kaikukortti.rules.access import Actor, Role
from kaikukortti.rules.card import CardKind, State
from kaikukortti.rules.counting import Counts
from kaikukortti.signin import sessions
from kaikukortti.transfer import exporting
from venues import devicecare, devices, events, questions, quotas, redeeming, registrations, scanning, snapshot
from venues.devices import KnownDevice
from venues.scanrows import Item

BIRTH_YEAR, POSTCODE = 1980, "53100"  # of a lost card: of anybody's
CHANGES = 10  # of the tablets' list
LATELY = timedelta(days=30)


class NothingThere(Exception):
    """The database has no visit by a tablet, or no card in use: there is nothing to measure with."""


@dataclass(frozen=True)
class Call:
    """A call by its name. `most_statements` of it are looked at, where it goes on as long as there are rows;
    `reads_all` are the tables that it may read whole: it is made to, or as many look-ups would cost more.
    """

    name: str
    work: Callable[[], object]
    most_statements: int | None = None
    reads_all: frozenset[str] = frozenset()


@dataclass(frozen=True)
class Sample:
    """The busiest venue of late with its tablet and evening, the largest unit with a card in use; `now` is just after
    the venue's last visit.
    """

    now: datetime
    device: KnownDevice
    occurrence_id: int | None
    area_id: int
    unit_id: int
    card_id: int
    number: str
    list_n: int

    @property
    def today(self) -> date:
        """Return the day of `now` in Finland."""
        return period.day_of(self.now)

    @property
    def worker(self) -> Actor:
        """Return a worker of the unit."""
        return Actor(None, "bench", Role.WORKER, unit_id=self.unit_id)

    @property
    def manager(self) -> Actor:
        """Return a manager of the venue."""
        return Actor(None, "bench", Role.VENUE_MANAGER, venue_id=self.device.venue_id)

    @property
    def coordinator(self) -> Actor:
        """Return a coordinator of the area."""
        return Actor(None, "bench", Role.COORDINATOR, area_id=self.area_id)

    def told(self) -> str:
        """Return what was chosen, as one line: ids and sizes, no card number."""
        return f"Venue {self.device.venue_id}, unit {self.unit_id}, as if it were {self.now:%Y-%m-%d %H:%M} UTC"


def find_sample() -> Sample:
    """Choose whom to measure with; reads the visits of a month and all cards in use. Raises NothingThere."""
    newest = db.session.scalar(sa.select(sa.func.max(Scan.on_day)).where(Scan.cut_as.is_(None)))
    if newest is None:
        raise NothingThere()
    by_tablet = (Scan.on_day > newest - LATELY, Scan.device_id.is_not(None))
    device_id, venue_id = _most(sa.select(Scan.device_id, Scan.venue_id).where(*by_tablet), Scan.device_id)
    device = db.session.get_one(Device, device_id)
    area_id, last_on = db.session.execute(sa.select(Venue.area_id, Venue.last_on).where(Venue.id == venue_id)).one()
    known = KnownDevice(device.id, device.name, venue_id, area_id, device.last_contact_at, last_on=last_on)
    there = (Scan.venue_id == venue_id, Scan.on_day > newest - LATELY, Scan.on_day <= newest)
    now = db.session.execute(sa.select(sa.func.max(Scan.occurred_at)).where(*there)).scalar_one() + timedelta(minutes=5)
    (unit_id,) = _most(sa.select(Card.unit_id).where(_is_in_use(now)), Card.unit_id)
    one = sa.select(Card.id, Card.number).where(_is_in_use(now), Card.unit_id == unit_id).order_by(Card.id).limit(1)
    card_id, number = db.session.execute(one).one()
    tonight = sa.select(Occurrence.id).where(Occurrence.venue_id == venue_id, Occurrence.on_day <= period.day_of(now))
    occurrence_id = db.session.scalar(tonight.order_by(Occurrence.on_day.desc(), Occurrence.id.desc()).limit(1))
    area_of_unit = db.session.execute(sa.select(Unit.area_id).where(Unit.id == unit_id)).scalar_one()
    list_n = db.session.execute(sa.select(ListCounter.n)).scalar_one()
    return Sample(now, known, occurrence_id, area_of_unit, unit_id, card_id, number, list_n)


def _most(query: sa.Select[*tuple[Any, ...]], owner: Any) -> tuple[Any, ...]:
    """Return the row whose owner has most. Raises NothingThere."""
    columns = list(query.selected_columns)
    row = db.session.execute(query.group_by(*columns).order_by(sa.func.count().desc(), owner).limit(1)).one_or_none()
    if row is None:
        raise NothingThere()
    return tuple(row)


def _is_in_use(now: datetime) -> sa.ColumnElement[bool]:
    today = period.day_of(now)
    is_open = sa.and_(Card.first_on <= today, Card.last_valid_on >= today)
    return sa.and_(Card.state == State.ACTIVE, Card.kind == CardKind.PERSONAL, is_open)


def calls(sample: Sample) -> Iterator[Call]:
    """Yield the calls to make, the door's first."""
    yield from _at_the_door(sample)
    yield from _at_the_desk(sample)
    yield from _at_the_area(sample)
    yield from _beside_them(sample)


def _at_the_door(sample: Sample) -> Iterator[Call]:
    device, now, today = sample.device, sample.now, sample.today
    check = functools.partial(scanning.check, code=sample.number, device=device, now=now)
    yield Call("tablet: who it is", lambda: _refused(lambda: devices.recognise("nobody")))
    yield Call("tablet: check, an evening", lambda: check(occurrence=sample.occurrence_id))
    yield Call("tablet: check, a house visit", lambda: check(occurrence=None))
    yield Call("tablet: registration", lambda: _register(sample, sample.occurrence_id))
    yield Call("tablet: registration, house", lambda: _register(sample, None))
    yield Call("tablet: programme and counts", lambda: _evening(sample))
    yield Call("tablet: whole list", lambda: _list(sample, None), reads_all=_CARDS)
    yield Call("tablet: list of changes", lambda: _list(sample, sample.list_n - CHANGES), reads_all=_CARDS)
    venue_id, manager = device.venue_id, sample.manager
    yield Call("venue: registrations of a day", lambda: registrations.list_day(venue_id, on_day=today, actor=manager))
    yield Call("venue: how many that day", lambda: registrations.count_day(venue_id, on_day=today, actor=manager))
    yield Call("venue: open questions", lambda: questions.list_questions(actor=manager, now=now))
    yield Call("venue: how many questions", lambda: questions.count_questions(actor=manager, now=now))
    yield Call("venue: answered questions", lambda: questions.list_answered(actor=manager, now=now))
    yield Call("venue: its tablets", lambda: devicecare.list_devices(venue_id, actor=manager, now=now))


_CARDS = frozenset({"cards"})
_PROFILES = frozenset({"profiles"})  # of one year and postcode, for a unit with tens of thousands of cards
_DECISIONS = frozenset({"scan_decisions"})  # about a thousand visits, eight pages a look-up


def _at_the_desk(sample: Sample) -> Iterator[Call]:
    worker, now = sample.worker, sample.now
    lost = functools.partial(lostcards.find, birth_year=BIRTH_YEAR, postcode=POSTCODE)
    yield Call("desk: find a card", lambda: cards.find(sample.number, actor=worker, now=now))
    yield Call("desk: a card's page", lambda: cards.look(sample.card_id, actor=worker, now=now))
    yield Call("desk: newest cards", lambda: cards.list_newest(actor=worker, now=now))
    yield Call("desk: a lost card", lambda: lost(actor=worker, now=now), reads_all=_PROFILES)
    yield Call("desk: renewals", lambda: renewals.list_due(actor=worker, now=now))
    yield Call("desk: sleeping cards", lambda: sleeping.list_cards(actor=worker, now=now))
    yield Call("desk: log of a card", lambda: cardlog.read(sample.card_id, actor=worker, now=now))


def _at_the_area(sample: Sample) -> Iterator[Call]:
    coordinator, now = sample.coordinator, sample.now
    yield Call("area: find a card", lambda: areacards.find(sample.number, actor=coordinator, now=now))
    yield Call("area: a card's page", lambda: areacards.look(sample.card_id, actor=coordinator, now=now))
    yield Call("area: open questions", lambda: questions.list_questions(actor=coordinator, now=now))
    yield Call("area: how many questions", lambda: questions.count_questions(actor=coordinator, now=now))
    trail = coordinator.organisation
    yield Call("area: audit trail, 2 pages", lambda: verification.verify(trail), most_statements=4)


def _beside_them(sample: Sample) -> Iterator[Call]:
    now, until = sample.now, keeping.links_until(sample.today)
    dates = functools.partial(
        offer.list_dates, offer.Filters(), first_on=sample.today, last_on=sample.today + timedelta(days=6), now=now
    )
    yield Call("public: the offer's dates", dates)
    yield Call("public: the offer's places", lambda: offer.list_places(offer.Filters()))
    yield Call("everybody: the session", lambda: sessions.find(secrets.token_urlsafe(), now=now))
    cut = functools.partial(links.cut, until, is_dry=False)
    yield Call("night: a thousand links cut", cut, most_statements=6, reads_all=_DECISIONS)
    yield Call("night: old bookings", lambda: places.find_old(until))
    yield Call("export: 10,000 uses", lambda: next(exporting.uses(sample.area_id)))
    yield Call("export: 2,000 cards", lambda: next(exporting.cards(sample.area_id)))


def _register(sample: Sample, occurrence: int | None) -> None:
    scan_id, body_hash = str(uuid.uuid4()), secrets.token_bytes(32)
    item = Item(scan_id, sample.now, Counts(adult=1), body_hash, code=sample.number, occurrence=occurrence)
    scanning.record(item, device=sample.device, received_at=sample.now)


def _evening(sample: Sample) -> None:
    venue_id, today = sample.device.venue_id, sample.today
    coming = events.list_coming(venue_id, from_on=today)
    snapshot.count_tickets([occurrence.id for occurrence in coming])
    quotas.list_left(venue_id, from_on=today, children_take_places=True, now=sample.now)
    last_on = today + timedelta(days=events.DAYS_SHOWN)
    redeeming.list_for_tablet(venue_id, first_on=today, last_on=last_on, now=sample.now)


def _list(sample: Sample, since: int | None) -> None:
    area_id, areas = sample.device.area_id, snapshot.list_areas()
    snapshot.read_cursor(sample.device.device_id)
    snapshot.read_cards(list_key=secrets.token_bytes(32), area_id=area_id, areas=areas, since=since)


def _refused(work: Callable[[], object]) -> None:
    with suppress(DomainError):
        work()
