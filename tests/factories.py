"""Rows for tests: plain functions with defaults. What is not named is made up, what is not given is made along.

They write straight into the tables, so that a test of one use case does not lean on another. Inside an application
context only; each leaves its rows committed.
"""

import functools
import hashlib
import itertools
import random
import uuid
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from typing import Any

import sqlalchemy as sa

from kaikukortti import accounts, cardregister
from kaikukortti.db import db
from kaikukortti.models.cards import Batch, Card, CardEvent, CardPeriod, PeriodKind
from kaikukortti.models.ledger import Device
from kaikukortti.models.network import Area, Membership, PartnerState, Unit, User, Venue
from kaikukortti.models.programme import Event, Occurrence
from kaikukortti.profiles import Profile
from kaikukortti.rules import number, period
from kaikukortti.rules.access import AREA_ROLES, NEEDS_FACTOR, UNIT_ROLES, Actor, Role
from kaikukortti.rules.card import Action, CardKind, CardReason, State
from kaikukortti.rules.programme import Category, EventKind, Planned
from tests import secondfactors
from tests.people import Person as Person  # part of these factories
from venues import devices
from venues.devices import KnownDevice
from venues.scanrows import Item
from venues.sync import Unreadable
from venues.web import schemas

NOW = datetime(2026, 11, 20, 16, 30, tzinfo=UTC)  # a Friday, 18.30 in Helsinki: the moment of the fixture `now`
TODAY = date(2026, 11, 20)
TONIGHT = NOW + timedelta(minutes=30)
SECRET_KEY = "only-for-tests-" + "0" * 32
ROUNDING_KEY = "only-for-tests-" + "1" * 32
LIST_KEY = bytes(range(32))  # of every tablet that `make_tablet` makes
PASSWORD = "seitsemän kissaa katolla"
DAY = timedelta(days=1)

_serial = itertools.count(1)
_chance = random.Random(2017)


@dataclass(frozen=True)
class Tablet:
    """An enrolled tablet with its credential."""

    credential: str
    known: KnownDevice


def make_area(prefix: str = "EK", **fields: Any) -> Area:
    """Add an area."""
    named = {"name_fi": f"Alue {prefix}", "help_address": "kaikukortti.example/apu", "help_phone": "05 000 0000"}
    return _saved(Area(prefix=prefix, **{**named, **fields}))


def the_area() -> Area:
    """Return the area EK, added when it is not there."""
    return db.session.scalar(sa.select(Area).where(Area.prefix == "EK")) or make_area()


def make_unit(area: Area | None = None, **fields: Any) -> Unit:
    """Add a unit."""
    named = {"name_fi": f"Yksikkö {next(_serial)}", "state": PartnerState.ACTIVE}
    return _saved(Unit(area_id=(area or the_area()).id, **{**named, **fields}))


def make_venue(area: Area | None = None, **fields: Any) -> Venue:
    """Add a venue; of culture when nothing else is said."""
    named = {"name_fi": f"Kohde {next(_serial)}", "state": PartnerState.ACTIVE, "category": Category.CULTURE}
    return _saved(Venue(area_id=(area or the_area()).id, **{**named, **fields}))


def make_user(*, email: str = "", name: str = "Maija Mallikas", password: str | None = PASSWORD) -> User:
    """Add a person without any role."""
    user = User(
        email=email or f"henkilo{next(_serial)}@kaikukortti.example",
        name=name,
        password_hash=None if password is None else _hash(password),
        session_key=uuid.uuid4().hex,
        created_at=NOW,
    )
    return _saved(user)


def make_person(
    role: Role, home: Area | Unit | Venue | None = None, *, user: User | None = None, factor: bool | None = None
) -> Person:
    """Add a member of staff with a role in an organisation (made when not given) and PASSWORD.

    `factor` is whether there is a second factor: by default one for a role that needs one.
    """
    if home is None:
        home = the_area() if role in AREA_ROLES else make_unit() if role in UNIT_ROLES else make_venue()
    found = user or make_user()
    kind = {Area: "area_id", Unit: "unit_id", Venue: "venue_id"}[type(home)]
    held = {"area_id": None, "unit_id": None, "venue_id": None, kind: home.id}
    _saved(Membership(user_id=found.id, role=role, created_at=NOW, **held))
    if (role in NEEDS_FACTOR if factor is None else factor) and user is None:
        _save(secondfactors.app_of(found.id, now=NOW, secret_key=SECRET_KEY))
    return Person(found.email, Actor(user_id=found.id, name=found.name, role=role, **held))


def make_actor(role: Role = Role.WORKER, home: Area | Unit | Venue | None = None) -> Actor:
    """Add a member of staff and return who acts."""
    return make_person(role, home).actor


def unit_of(worker: Actor) -> Unit:
    """Return the unit of a worker."""
    return db.session.get_one(Unit, worker.unit_id)


def make_number(prefix: str = "EK") -> str:
    """Return a sound card number that no test has used."""
    return number.make(prefix, _chance.choice)


def make_stock_cards(count: int, unit: Unit | None = None, *, kind: CardKind = CardKind.PERSONAL) -> list[Card]:
    """Add a batch of printed cards that nobody has registered."""
    home = unit or make_unit()
    area = db.session.get_one(Area, home.area_id)
    batch = _saved(Batch(area_id=home.area_id, unit_id=home.id, kind=kind, created_at=NOW - 400 * DAY))
    cards = [Card(number=make_number(area.prefix), batch_id=batch.id, kind=kind, unit_id=home.id) for _ in range(count)]
    _save(*cards)
    return cards


def make_stock_card(unit: Unit | None = None, *, kind: CardKind = CardKind.PERSONAL) -> Card:
    """Add one printed card that nobody has registered."""
    return make_stock_cards(1, unit, kind=kind)[0]


def make_issued_card(
    unit: Unit | None = None,
    *,
    kind: CardKind = CardKind.PERSONAL,
    children: int = 0,
    first_on: date = TODAY - 30 * DAY,
    last_on: date | None = None,
    state: State = State.ACTIVE,
    blocked_at: datetime | None = None,
    line: str = "",
    period_kind: PeriodKind = PeriodKind.REGISTRATION,
) -> Card:
    """Add a card in use with its period, its events and, for a personal card, its profile.

    `line` of an earlier card makes it that card's replacement; `blocked_at` blocks it then.
    """
    card = make_stock_card(unit, kind=kind)
    card.line, card.children = line or uuid.uuid4().hex, children
    card.first_on, card.last_valid_on = first_on, last_on or first_on + 364 * DAY
    card.state = state if blocked_at is None else State.BLOCKED
    card.n = cardregister.take_numbers()
    midnight = period.moment_of(first_on, time(0))
    _save(
        CardPeriod(
            card_id=card.id,
            kind=period_kind,
            first_on=first_on,
            last_on=card.last_valid_on,
            children=children,
            recorded_at=midnight,
        ),
    )
    add_card_event(card, Action.REGISTER, State.ACTIVE, at=midnight)
    if blocked_at is not None:
        add_card_event(card, Action.BLOCK, State.BLOCKED, at=blocked_at, reason=CardReason.LOST)
    if kind is CardKind.PERSONAL and not line:
        _save(Profile(line=card.line, birth_year=1980, postcode="53100"))
    return card


def add_card_event(
    card: Card, action: Action, state: State, *, at: datetime, reason: CardReason | None = None
) -> CardEvent:
    """Write one more event of a card's past; its state of today stays."""
    event = CardEvent(card_id=card.id, action=action, state=state, effective_from=at, recorded_at=at, reason=reason)
    return _saved(event)


def make_event(
    venue: Venue | None = None,
    *,
    kind: EventKind = EventKind.PERFORMANCE,
    category: Category | None = None,
    title: str = "Tähtien tarina",
) -> Event:
    """Add an event without evenings, of its venue's category when nothing else is said."""
    home = venue or make_venue()
    event = Event(
        venue_id=home.id, title_fi=title, category=category or home.category, kind=kind, created_at=NOW - 90 * DAY
    )
    return _saved(event)


def make_occurrence(
    event: Event | None = None,
    *,
    venue: Venue | None = None,
    starts_at: datetime = TONIGHT,
    state: Planned = Planned.ON,
    kind: EventKind = EventKind.PERFORMANCE,
    **facts: Any,
) -> Occurrence:
    """Add an evening, tonight when nothing else is said, and its event when it is not given.

    `facts` are quota, sold_out and the door window.
    """
    found = event or make_event(venue, kind=kind)
    occurrence = Occurrence(
        event_id=found.id,
        venue_id=found.venue_id,
        starts_at=starts_at,
        ends_at=starts_at + timedelta(hours=2),
        on_day=period.day_of(starts_at),
        state=state,
        **facts,
    )
    return _saved(occurrence)


def make_tablet(venue: Venue | None = None, *, name: str = "Pääovi", last_contact_at: datetime = NOW) -> Tablet:
    """Add an enrolled tablet of a venue."""
    credential = uuid.uuid4().hex
    _save(
        Device(
            venue_id=(venue or make_venue()).id,
            name=name,
            credential_hash=hashlib.sha256(credential.encode()).hexdigest(),
            list_key=_sealed(LIST_KEY),
            enrolled_at=NOW - 10 * DAY,
            last_contact_at=last_contact_at,
        )
    )
    return Tablet(credential, devices.recognise(credential))


def scan_body(card: Card | str, *, occurrence: Occurrence | int | None = None, **fields: Any) -> dict[str, Any]:
    """Return one item as a tablet sends it: one adult, now, read by camera. `card` may be any code.

    Counts are given by their names (`child=2`); every other field by its own.
    """
    kinds = ("adult", "child", "assistant", "interpreter", "worker", "under16")
    body = {
        "scan_id": str(uuid.UUID(int=_chance.getrandbits(128), version=4)),
        "occurred": NOW.isoformat(),
        "counts": {"adult": 1} | {kind: fields.pop(kind) for kind in kinds if kind in fields},
        "code": card.number if isinstance(card, Card) else card,
        "occurrence": occurrence.id if isinstance(occurrence, Occurrence) else occurrence,
        "entry": "camera",
    }
    given = {name: value.isoformat() if isinstance(value, datetime) else value for name, value in fields.items()}
    return {**body, **given}


def undo_body(first: dict[str, Any], **fields: Any) -> dict[str, Any]:
    """Return the item that undoes another, as a tablet sends it."""
    body = scan_body(first["code"], occurrence=first["occurrence"], undoes=first["scan_id"], adult=0)
    return {**body, **fields}


def item_of(body: dict[str, Any]) -> Item:
    """Return the scan that an item's body describes."""
    item = schemas.item_of(body)
    assert not isinstance(item, Unreadable), body
    return item


def make_item(card: Card | str, **fields: Any) -> Item:
    """Return a scan, ready to be recorded; the fields are those of `scan_body`."""
    return item_of(scan_body(card, **fields))


def _saved(row: Any) -> Any:
    _save(row)
    return row


def _save(*rows: Any) -> None:
    db.session.add_all(rows)
    db.session.commit()


@functools.cache
def _sealed(list_key: bytes) -> bytes:
    return devices.seal(list_key, secret_key=SECRET_KEY)


@functools.cache
def _hash(password: str) -> str:
    return accounts.hash_password(password)
