"""What the door looks up to judge a reading: occurrence, card, earlier visits. Reads only, by prepared queries."""

from dataclasses import dataclass, replace
from datetime import UTC, date, datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import aliased

from kaikukortti import statements
from kaikukortti.db import db
from kaikukortti.errors import DomainError
from kaikukortti.models import counted
from kaikukortti.models.bookings import Booking
from kaikukortti.models.cards import Card
from kaikukortti.models.ledger import Entry, Scan, ScanCard, ScanDecision
from kaikukortti.models.network import Area, Unit, Venue
from kaikukortti.models.programme import Event, Occurrence, VisitLimit
from kaikukortti.rules import number
from kaikukortti.rules.card import CardKind, State
from kaikukortti.rules.counting import Counts
from kaikukortti.rules.limit import Offered
from kaikukortti.rules.programme import EventKind, Planned
from venues import reconcile
from venues.reconcile import Away, Earlier, Undone

_LONG_AGO = datetime.min.replace(tzinfo=UTC)
NOWHERE = (Entry.BACKLOG, Entry.SELLER, Entry.IMPORTED)  # their moments do not say where the holder was


class OccurrenceElsewhere(DomainError):
    """The event belongs to another venue, or to none."""

    code = "occurrence_elsewhere"


@dataclass(frozen=True)
class Place:
    """Where and when a visit is counted, with the door window and the quota of its event.

    `has_bookings` spares a look for bookings where the event has none. `is_over`: the venue's last day comes before it.
    """

    occurrence_id: int | None
    on_day: date
    is_course: bool = False
    is_cancelled: bool = False
    opens_at: datetime | None = None
    closes_at: datetime | None = None
    quota: int | None = None
    is_sold_out: bool = False
    children_take_places: bool = True
    has_bookings: bool = False
    offered: Offered | None = None
    is_over: bool = False

    def until(self, last_on: date | None) -> "Place":
        """Return the place as it is at a venue with a last day: after it the doors are closed, whatever the hour."""
        if last_on is None or self.on_day <= last_on:
            return self
        return replace(self, closes_at=_LONG_AGO, is_over=True)


@dataclass(frozen=True)
class FoundCard:
    """A card row with its area's days of grace, telephone and reach, and whether its line has ever been booked for.

    `meets_limits` tells that the venue which reads it has some.
    """

    card_id: int
    number: str
    ref: str
    kind: CardKind
    line: str | None
    state: State
    suspended_until: date | None
    first_on: date | None
    last_on: date | None
    children: int
    ticket_budget: int | None
    area_id: int
    grace_days: int
    contact: str
    is_local_only: bool
    has_bookings: bool
    meets_limits: bool


@dataclass(frozen=True)
class Visits:
    """The counted visits of a line of cards: to the same occurrence, and at other venues about the same time."""

    earlier: tuple[Earlier, ...] = ()
    away: tuple[Away, ...] = ()


def find_place(
    occurrence_id: int | None,
    venue_id: int,
    today: date,
    *,
    lock: bool = False,
    in_advance: bool = False,
    last_on: date | None = None,
) -> Place:
    """Return where and when a visit is counted; None is a house visit today. `lock` keeps the event's places for this
    transaction. What is given `in_advance` is for the event's own day, and does not wait for its doors. `last_on` is
    the venue's last day, where the caller knows of one.

    Raises OccurrenceElsewhere.
    """
    if occurrence_id is None:
        return Place(None, today).until(last_on)
    query = _LOCKED[_OCCURRENCE] if lock else _OCCURRENCE
    row = statements.run(query, {"occurrence_id": occurrence_id}).one_or_none()
    if row is None or row.venue_id != venue_id:
        raise OccurrenceElsewhere()
    # An evening that was moved did not take place on its former day: a visit of that day is one to the house (D6).
    has_moved = not in_advance and row.moved_from_on == today != row.on_day
    is_cancelled = row.state is Planned.CANCELLED or has_moved
    return Place(
        occurrence_id,
        # What has been cancelled is a visit to the house, on the day of the reading (D6).
        today if is_cancelled else row.on_day,
        row.kind is EventKind.COURSE,
        is_cancelled,
        None if in_advance else row.opens_at,
        row.closes_at,
        row.quota,
        row.sold_out,
        row.children_take_places,
        row.has_bookings,
        None if is_cancelled else Offered(row.id, row.kind, row.first_on, row.last_on, row.pass_days),
    ).until(row.venue_last_on)


def find_card(
    *, code: str | None, ref: str | None, venue_id: int | None = None, lock: bool = False
) -> FoundCard | None:
    """Return the card that an opaque ref or a code names, or None; `lock` keeps it for this transaction."""
    query, wanted = (_CARD_BY_REF, ref) if ref else (_CARD_BY_NUMBER, number.candidate(code or ""))
    query = _LOCKED[query] if lock else query
    row = statements.run(query, {"wanted": wanted, "venue_id": venue_id}).one_or_none()
    return None if row is None else FoundCard(*row)


def read_code(code: str) -> number.Reading:
    """Read a code by the prefixes and the earlier shapes of numbers of every area in the service."""
    areas = db.session.execute(sa.select(Area.prefix, Area.legacy_masks)).all()
    return number.read(code, [prefix for prefix, _ in areas], " ".join(masks for _, masks in areas))


def find_visits(line: str, place: Place, venue_id: int, moment: datetime) -> Visits:
    """Return the counted visits of a line to the same occurrence (or to the house that day), and those elsewhere about
    that moment. One statement.
    """
    values = {
        "line": line,
        "venue_id": venue_id,
        "from_at": moment - reconcile.FAR_AWAY,
        "until_at": moment + reconcile.FAR_AWAY,
        **({"on_day": place.on_day} if place.occurrence_id is None else {"occurrence_id": place.occurrence_id}),
    }
    query = _VISITS_HOUSE if place.occurrence_id is None else _VISITS_THERE
    earlier, away = [], []
    for at, device_id, entry, is_here, is_same_municipality, *tickets in statements.run(query, values):
        if is_here:
            earlier.append(Earlier(at, device_id, Counts(*tickets), entry is Entry.BACKLOG))
        else:
            away.append(Away(at, is_same_municipality))
    return Visits(tuple(earlier), tuple(away))


def find_visits_of_code(code: str | None, place: Place, venue_id: int) -> Visits:
    """Return the counted visits of a code that belongs to no registered card: it has no line. One statement."""
    if code is None:
        return Visits()
    query = _CODE_HOUSE if place.occurrence_id is None else _CODE_THERE
    there = {"on_day": place.on_day} if place.occurrence_id is None else {"occurrence_id": place.occurrence_id}
    rows = statements.run(query, {"code": code, "venue_id": venue_id, **there})
    visits = (Earlier(at, key, Counts(*tickets), entry is Entry.BACKLOG) for at, key, entry, *tickets in rows)
    return Visits(tuple(visits))


def find_undone(scan_id: str, venue_id: int) -> Undone | None:
    """Return the venue's scan that an undo names, or None while it has not arrived."""
    row = db.session.execute(_UNDONE, {"scan_id": scan_id, "venue_id": venue_id}).one_or_none()
    return None if row is None else Undone(*row)


def used_in_year(line: str, year: int) -> int:
    """Return the tickets that a line of community cards has used in a calendar year."""
    values = {"line": line, "first_on": date(year, 1, 1), "last_on": date(year, 12, 31)}
    return int(db.session.scalar(_USED, values) or 0)


_OCCURRENCE = (
    sa.select(
        Occurrence.venue_id,
        Occurrence.on_day,
        Occurrence.state,
        Occurrence.moved_from_on,
        Occurrence.opens_at,
        Occurrence.closes_at,
        Occurrence.quota,
        Occurrence.sold_out,
        Event.id,
        Event.kind,
        Event.first_on,
        Event.last_on,
        Event.pass_days,
        Venue.children_take_places,
        Venue.last_on.label("venue_last_on"),
        sa.exists().where(Booking.occurrence_id == Occurrence.id).label("has_bookings"),
    )
    .join(Event, Event.id == Occurrence.event_id)
    .join(Venue, Venue.id == Occurrence.venue_id)
    .where(Occurrence.id == sa.bindparam("occurrence_id"))
)
_CARD = (
    sa.select(
        Card.id,
        Card.number,
        Card.ref,
        Card.kind,
        Card.line,
        Card.state,
        Card.suspended_until,
        Card.first_on,
        Card.last_valid_on,
        Card.children,
        Card.ticket_budget,
        Area.id,
        Area.grace_days,
        Area.help_phone,
        Area.local_only,
        sa.exists().where(Booking.holder == Card.line),
        # Told with the card: a venue without limits, which most are, pays no statement for them.
        sa.exists().where(VisitLimit.venue_id == sa.bindparam("venue_id", type_=sa.Integer())),
    )
    .join(Unit, Unit.id == Card.unit_id)
    .join(Area, Area.id == Unit.area_id)
)
_CARD_BY_NUMBER = _CARD.where(Card.number == sa.bindparam("wanted"))
_CARD_BY_REF = _CARD.where(Card.ref == sa.bindparam("wanted"))
_LOCKED: dict[Any, Any] = {query: query.with_for_update(of=Card) for query in (_CARD_BY_NUMBER, _CARD_BY_REF)}
_LOCKED[_OCCURRENCE] = _OCCURRENCE.with_for_update(of=Occurrence, key_share=True)

_TICKETS = (Scan.adult, Scan.child, Scan.assistant, Scan.interpreter, Scan.worker, Scan.under16)
_Here = aliased(Venue)
# SQLite would walk the venue's whole day; adding nothing keeps it on the card's own few scans.
_IS_HERE = Scan.venue_id + 0 == sa.bindparam("venue_id")
_IS_ABOUT_THEN = sa.and_(
    Scan.occurred_at.between(sa.bindparam("from_at"), sa.bindparam("until_at")),
    *(Scan.entry != entry for entry in NOWHERE),  # a list of any length would be put together at each look
)


def _visits(is_same: sa.ColumnElement[bool]) -> sa.Select[*tuple[Any, ...]]:
    return (
        sa.select(
            Scan.occurred_at,
            Scan.device_id,
            Scan.entry,
            _IS_HERE,
            sa.and_(Venue.municipality == _Here.municipality, Venue.municipality != ""),
            *_TICKETS,
        )
        .join(ScanCard, ScanCard.scan_id == Scan.scan_id)
        .join(Venue, Venue.id == Scan.venue_id)
        .join(_Here, _Here.id == sa.bindparam("venue_id"))
        .where(ScanCard.line == sa.bindparam("line"), counted.ADULTS + counted.CHILDREN > 0, counted.is_counted())
        .where(sa.or_(sa.and_(_IS_HERE, is_same), sa.and_(~_IS_HERE, _IS_ABOUT_THEN)))
        .order_by(Scan.occurred_at)
    )


_VISITS_THERE = _visits(Scan.occurrence_id + 0 == sa.bindparam("occurrence_id"))
_VISITS_HOUSE = _visits(sa.and_(Scan.occurrence_id.is_(None), Scan.on_day == sa.bindparam("on_day")))
_OF_CODE = (
    sa.select(Scan.occurred_at, Scan.device_id, Scan.entry, *_TICKETS)
    .where(Scan.venue_id == sa.bindparam("venue_id"), Scan.raw_code == sa.bindparam("code"))
    .where(counted.ADULTS + counted.CHILDREN > 0, counted.is_counted())
    .order_by(Scan.occurred_at)
)
_CODE_THERE = _OF_CODE.where(Scan.occurrence_id == sa.bindparam("occurrence_id"))
_CODE_HOUSE = _OF_CODE.where(Scan.occurrence_id.is_(None), Scan.on_day == sa.bindparam("on_day"))
_IS_DECIDED = sa.exists().where(ScanDecision.scan_id == Scan.scan_id, ScanDecision.decided_by.is_not(None))
_UNDONE = sa.select(Scan.occurred_at, Scan.device_id, _IS_DECIDED).where(
    Scan.scan_id == sa.bindparam("scan_id"), Scan.venue_id == sa.bindparam("venue_id"), Scan.undoes.is_(None)
)
_USED = (
    sa.select(sa.func.sum(counted.ADULTS + counted.CHILDREN))
    .join(ScanCard, ScanCard.scan_id == Scan.scan_id)
    .where(ScanCard.line == sa.bindparam("line"), counted.is_counted())
    .where(Scan.on_day.between(sa.bindparam("first_on"), sa.bindparam("last_on")))
)
