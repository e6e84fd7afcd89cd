"""A booking at the door: found by its card or by its word, redeemed by a scan, given back by an undo.

Called inside the transaction that records the scan, with the date locked. Booking and cancelling are bookings.py's.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

import sqlalchemy as sa

from kaikukortti.db import db
from kaikukortti.errors import DomainError
from kaikukortti.models import counted
from kaikukortti.models.bookings import Booking
from kaikukortti.models.cards import Card
from kaikukortti.models.ledger import Scan, ScanCard
from kaikukortti.rules.booking import KEEPING, OPEN, BookingKind, BookingState
from kaikukortti.rules.card import CardKind, State
from kaikukortti.rules.counting import Counts
from venues import bookings, judging, quotas
from venues.judging import Door, Reading
from venues.lookup import Place

# Whoever comes in has redeemed what may still become a visit, also where the tablet's word came after the evening.
REDEEMABLE = (*OPEN, BookingState.NO_SHOW)
TOLD = (*KEEPING, BookingState.REDEEMED)


class BookingElsewhere(DomainError):
    """The booking is one of another venue."""

    code = "booking_elsewhere"


@dataclass(frozen=True)
class Named:
    """What names the card of a reading: a code as it was read, a card's opaque ref, or the ref of a booking."""

    code: str | None = None
    ref: str | None = None
    booking: str | None = None


@dataclass(frozen=True)
class Booked:
    """A booking as the door needs it. `card_ref` or `raw_code` names its card; neither, once the link was cut."""

    id: int
    ref: str
    word: str
    venue_id: int
    occurrence_id: int | None
    on_day: date
    kind: BookingKind
    state: BookingState
    counts: Counts
    own_cards: int
    access_needs: Sequence[str]
    arrives_at: datetime | None
    offered_until: datetime | None
    unit_id: int | None
    raw_code: str | None
    scan_id: str | None
    redeemed_at: datetime | None = None
    card_ref: str | None = None

    def state_at(self, now: datetime) -> BookingState:
        """Return where it stands at a moment: an offer runs out by itself."""
        is_over = self.state is BookingState.OFFERED and self.offered_until is not None and self.offered_until <= now
        return BookingState.EXPIRED if is_over else self.state

    def is_for(self, place: Place) -> bool:
        """Return whether it is for this date, or for this day at the house."""
        is_same_day = place.occurrence_id is not None or self.on_day == place.on_day
        return self.occurrence_id == place.occurrence_id and is_same_day


@dataclass(frozen=True)
class Sighting:
    """A reading and the booking that belongs to it; `is_by_word` when the booking's word was said and no card shown."""

    reading: Reading
    booked: Booked | None = None
    is_by_word: bool = False

    def may_show(self, now: datetime) -> bool:
        """Return whether the door may show it: it keeps its places, or was redeemed."""
        return self.booked is not None and self.booked.state_at(now) in TOLD

    def is_doubtful(self, place: Place, now: datetime) -> bool:
        """Return whether a word was said that keeps no places there any more: unknown, cancelled, for another date, or
        used before. What was redeemed and is still counted shows as an earlier visit.
        """
        if not self.is_by_word:
            return False
        if self.booked is None or not self.booked.is_for(place):
            return True
        state = self.booked.state_at(now)
        is_used = state is BookingState.REDEEMED and not self.reading.visits.earlier
        return is_used or state not in (*REDEEMABLE, BookingState.REDEEMED)


def look(door: Door, place: Place, named: Named, *, lock: bool = False) -> Sighting:
    """Look up the card that a reading or a booking names, and the booking that a card has there.

    Where nothing names a card any more, the reading is one of a card that nobody can check. Raises BookingElsewhere.
    """
    if named.booking is None:
        reading = judging.read(door, place, code=named.code, ref=named.ref, lock=lock)
        return Sighting(reading, _of_holder(reading, place, door.venue_id))
    booked = _by_ref(named.booking, door.venue_id)
    if booked is None or (booked.card_ref is None and booked.raw_code is None):
        return Sighting(judging.read_nothing(), booked, is_by_word=True)
    code = None if booked.card_ref else booked.raw_code
    reading = judging.read(door, place, code=code, ref=booked.card_ref, lock=lock)
    return Sighting(reading, booked, is_by_word=True)


def redeem(found: Sighting, place: Place, scan_id: str, *, now: datetime) -> None:
    """Redeem a booking by a scan that gave tickets; one whose undo has come before it redeems nothing."""
    booked = found.booked
    if booked is None or not booked.is_for(place) or booked.state_at(now) not in REDEEMABLE:
        return
    if not db.session.scalar(sa.select(sa.exists().where(Scan.undoes == scan_id))):
        bookings.redeem(booked.id, scan_id=scan_id, now=now)


def give_back(found: Sighting, scan_id: str, *, now: datetime) -> None:
    """Keep the places again of a booking that a scan had redeemed, now that the scan is undone."""
    if found.booked is not None and found.booked.scan_id == scan_id:
        bookings.reopen(scan_id, now=now)


def count_own_cards(booked: Booked) -> int | None:
    """Return how many holders of the group's unit have come with cards of their own; None where none are expected.

    One statement, for groups only.
    """
    if booked.kind is not BookingKind.GROUP or not booked.own_cards:
        return None
    there = Scan.occurrence_id == booked.occurrence_id
    if booked.occurrence_id is None:
        there = sa.and_(Scan.occurrence_id.is_(None), Scan.on_day == booked.on_day)
    query = (
        sa.select(sa.func.count(sa.distinct(ScanCard.line)))
        .join(Scan, Scan.scan_id == ScanCard.scan_id)
        .join(Card, Card.id == ScanCard.card_id)
        .where(there, Scan.venue_id == booked.venue_id, counted.ADULTS + counted.CHILDREN > 0, counted.is_counted())
        .where(Card.kind == CardKind.PERSONAL, Card.unit_id == booked.unit_id)
    )
    return db.session.scalar(query) or 0


def list_for_tablet(venue_id: int, *, first_on: date, last_on: date, now: datetime) -> list[Booked]:
    """Return the bookings of a venue's days that keep places or were redeemed, by their words. One statement."""
    query = (
        _BOOKED.add_columns(Scan.occurred_at.label("redeemed_at"))
        .outerjoin(Scan, Scan.scan_id == Booking.scan_id)
        .where(Booking.venue_id == venue_id, Booking.on_day.between(first_on, last_on))
        .where(Booking.state.in_(TOLD))
        .order_by(Booking.word, Booking.id)
    )
    rows = [_read(row) for row in db.session.execute(query)]
    return [booked for booked in rows if booked.state_at(now) in TOLD]


def _by_ref(ref: str, venue_id: int) -> Booked | None:
    query = _BOOKED.add_columns(_CARD_NOW).where(Booking.ref == ref)
    row = db.session.execute(query).one_or_none()
    if row is not None and row.venue_id != venue_id:
        raise BookingElsewhere()
    return None if row is None else _read(row)


def _of_holder(reading: Reading, place: Place, venue_id: int) -> Booked | None:
    """Return the booking that a card has there, the one that keeps places first; no statement where there is none."""
    is_known_house = place.occurrence_id is None and reading.card is not None and reading.card.has_bookings
    if not (place.has_bookings or is_known_house):
        return None
    there = Booking.occurrence_id == place.occurrence_id
    if place.occurrence_id is None:
        there = sa.and_(Booking.occurrence_id.is_(None), Booking.venue_id == venue_id, Booking.on_day == place.on_day)
    query = (
        _BOOKED.where(there, Booking.holder == quotas.holder_of(reading.card, reading.code))
        .where(Booking.state.in_((*REDEEMABLE, BookingState.REDEEMED)))
        .order_by(sa.case((Booking.state.in_(KEEPING), 0), else_=1), Booking.id.desc())
        .limit(1)
    )
    row = db.session.execute(query).one_or_none()
    return None if row is None else _read(row)


def _read(row: Any) -> Booked:
    values = row._asdict()
    counts = Counts(**{kind: values.pop(kind) for kind in _TICKETS})
    return Booked(counts=counts, **values)


_TICKETS = ("adult", "child", "assistant", "interpreter", "worker", "under16")
_BOOKED = sa.select(
    Booking.id,
    Booking.ref,
    Booking.word,
    Booking.venue_id,
    Booking.occurrence_id,
    Booking.on_day,
    Booking.kind,
    Booking.state,
    Booking.own_cards,
    Booking.access_needs,
    Booking.arrives_at,
    Booking.offered_until,
    Booking.unit_id,
    Booking.raw_code,
    Booking.scan_id,
    *(getattr(Booking, kind) for kind in _TICKETS),
)
# A card that was replaced since has handed its line on.
_CARD_NOW = (
    sa.select(Card.ref)
    .where(Card.line == Booking.holder, Booking.card_id.is_not(None))
    .order_by(sa.case((Card.state == State.REPLACED, 1), else_=0), Card.id.desc())
    .limit(1)
    .scalar_subquery()
    .label("card_ref")
)
