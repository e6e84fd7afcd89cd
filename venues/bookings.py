"""Book places of an event for a card, cancel, redeem at the door. Lists are in bookinglists, waiting in waitinglist.

A refusal never says why the card is refused; that a card was looked at is in the audit log even then.
"""

import secrets
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import joinedload

from kaikukortti import audit
from kaikukortti.db import db, transactional
from kaikukortti.errors import DomainError, NotFound
from kaikukortti.models.bookings import Booking
from kaikukortti.models.programme import Occurrence
from kaikukortti.rules import access
from kaikukortti.rules.access import Actor, Role
from kaikukortti.rules.booking import OPEN, BookedBy, BookingKind, BookingNews, BookingState, is_ref
from kaikukortti.rules.card import CardKind
from kaikukortti.rules.counting import Counts
from venues import bookingchecks, judging, quotas, waitinglist
from venues.bookingchecks import Asked, BookingEnded
from venues.bookinglists import standing
from venues.judging import Door, Reading


@dataclass(frozen=True)
class Booked:
    """A booking as its maker is told: the word for the door, and where it stands."""

    ref: str
    word: str
    state: BookingState
    offered_until: datetime | None = None


def book(
    code: str,
    *,
    occurrence_id: int,
    counts: Counts,
    booked_by: BookedBy,
    venue_id: int,
    area_id: int,
    actor: Actor | None = None,
    unit_id: int | None = None,
    api_key_id: int | None = None,
    may_wait: bool = False,
    ref: str | None = None,
    now: datetime,
) -> Booked:
    """Keep places of an event for a card, or with `may_wait` a turn on the waiting list where it is full.

    A community card's adults are its workers, its children its clients under 16. A unit books for its own holders. A
    seller names its bookings itself, by `ref`, so that a request which comes twice is one.
    Raises NotFound, lookup.OccurrenceElsewhere, cardregister.NumberMalformed, NumberUnknown, IsCommunityCard, and of
    bookingchecks OccurrenceOver, OccurrenceCancelled, BookingClosed, CardRefused, AlreadyBooked, TooManyTickets,
    NobodyComes, NoPlacesLeft.
    """
    by = actor or Actor(None, "", Role.VENUE_STAFF, venue_id=venue_id)
    name = ref or secrets.token_hex(8)
    asked = Asked(code, occurrence_id, counts, booked_by, venue_id, area_id, by, unit_id, api_key_id, may_wait, name)
    bookingchecks.check_asker(asked)
    found = _book(asked, now=now)
    if isinstance(found, DomainError):
        raise found
    return found


@transactional
def cancel(
    ref: str, *, venue_id: int | None = None, unit_id: int | None = None, actor: Actor | None = None, now: datetime
) -> Booking:
    """Cancel a booking of the venue's event, or one that the unit has made. Its places are free at once, and go to the
    first who waits. Raises NotFound, BookingEnded.
    """
    booking, occurrence = _lock(ref, venue_id=venue_id, unit_id=unit_id, actor=actor)
    if standing(booking, now=now) not in OPEN:
        raise BookingEnded()
    booking.state, booking.offered_until, booking.changed_at = BookingState.CANCELLED, None, now
    if unit_id is None and booking.booked_by is BookedBy.UNIT:
        booking.news = BookingNews.CALLED_OFF
    _note("booking.cancelled", booking, actor=actor, now=now)
    if occurrence is not None:
        db.session.flush()
        waitinglist.pass_on(occurrence, now=now)
    return booking


@transactional
def accept_offer(
    ref: str, *, venue_id: int | None = None, unit_id: int | None = None, actor: Actor | None = None, now: datetime
) -> Booking:
    """Take the place that is offered to one's booking on the waiting list. Raises NotFound, waitinglist.OfferGone."""
    booking, _ = _lock(ref, venue_id=venue_id, unit_id=unit_id, actor=actor)
    if unit_id is None and booking.booked_by is BookedBy.UNIT:
        raise NotFound()
    waitinglist.accept(booking, now=now)
    _note("booking.offer_accepted", booking, actor=actor, now=now)
    return booking


def redeem(booking_id: int, *, scan_id: str, now: datetime) -> None:
    """Write down that a registration, written before, is the visit that was booked. In the caller's transaction."""
    values = {"state": BookingState.REDEEMED, "scan_id": scan_id, "offered_until": None, "changed_at": now}
    db.session.execute(sa.update(Booking).where(Booking.id == booking_id, Booking.scan_id.is_(None)).values(values))


def reopen(scan_id: str, *, now: datetime) -> None:
    """Keep the places again where the registration that redeemed a booking is undone. In the caller's transaction."""
    values = {"state": BookingState.BOOKED, "scan_id": None, "changed_at": now}
    db.session.execute(sa.update(Booking).where(Booking.scan_id == scan_id).values(values))


@transactional
def mark_no_shows(venue_id: int, *, on_day: date, now: datetime) -> int:
    """Write down which bookings of a venue's day were not redeemed though their event is over, and return how many.

    Everybody who reads a list judges it by time already; this is for what is reckoned from the table.
    """
    query = (
        sa.select(Booking)
        .options(joinedload(Booking.occurrence))
        .where(Booking.venue_id == venue_id, Booking.on_day == on_day, Booking.state == BookingState.BOOKED)
        .order_by(Booking.id)
        .with_for_update(of=Booking)
    )
    missed = [one for one in db.session.scalars(query) if standing(one, now=now) is BookingState.NO_SHOW]
    for booking in missed:
        booking.state, booking.changed_at = BookingState.NO_SHOW, now
    return len(missed)


@transactional
def _book(asked: Asked, *, now: datetime) -> Booked | DomainError:
    """Return the booking; or what was refused about the card rather than raise, which would take the entry about the
    look out of the audit log.
    """
    occurrence = bookingchecks.lock_bookable(asked, now=now)
    place = waitinglist.place_of(occurrence)
    waitinglist.pass_on(occurrence, now=now)
    reading = judging.read(Door(asked.venue_id, asked.area_id, now, now), place, code=asked.code, ref=None)
    try:
        counts = bookingchecks.check_card(reading, asked, place, now=now)
        state = bookingchecks.find_state(reading, asked, place, counts, now=now)
    except DomainError as refused:
        detail = {"occurrence": occurrence.id, "reason": refused.code}
        audit.record("booking.refused", actor=asked.actor, now=now, card_number=_number(reading), detail=detail)
        return refused
    booked = _insert(reading, asked, occurrence, counts, state, now=now)
    detail = {"booking": booked.ref, "occurrence": occurrence.id, "state": state.value}
    if asked.api_key_id is not None:
        detail["api_key"] = asked.api_key_id
    audit.record("booking.made", actor=asked.actor, now=now, card_number=_number(reading), detail=detail)
    return booked


def _insert(
    reading: Reading, asked: Asked, occurrence: Occurrence, counts: Counts, state: BookingState, *, now: datetime
) -> Booked:
    card = reading.card
    is_group = card is not None and card.kind is CardKind.COMMUNITY
    values: dict[str, Any] = {
        "ref": asked.ref,
        "venue_id": asked.venue_id,
        "occurrence_id": occurrence.id,
        "on_day": occurrence.on_day,
        "kind": BookingKind.GROUP if is_group else BookingKind.SINGLE,
        "booked_by": asked.booked_by,
        "state": state,
        "holder": quotas.holder_of(card, reading.code),
        "card_id": None if card is None else card.card_id,
        "raw_code": reading.code if card is None else None,
        "unit_id": asked.unit_id,
        **vars(counts),
        "access_needs": [],
        "created_at": now,
        "created_by": asked.actor.user_id,
        "api_key_id": asked.api_key_id,
        "changed_at": now,
    }
    return Booked(asked.ref, waitinglist.insert(values), state)


def _lock(
    ref: str, *, venue_id: int | None, unit_id: int | None, actor: Actor | None
) -> tuple[Booking, Occurrence | None]:
    """Return a booking and its event, both locked, the event first. Raises NotFound for another's."""
    if not is_ref(ref):
        raise NotFound()
    seen = db.session.scalar(sa.select(Booking.occurrence_id).where(Booking.ref == ref))
    occurrence = waitinglist.lock_occurrence(seen)
    query = sa.select(Booking).where(Booking.ref == ref).with_for_update(of=Booking)
    booking = db.session.scalar(query.execution_options(populate_existing=True))
    if booking is None or not _is_theirs(booking, venue_id, unit_id, actor):
        raise NotFound()
    return booking, occurrence


def _is_theirs(booking: Booking, venue_id: int | None, unit_id: int | None, actor: Actor | None) -> bool:
    if unit_id is not None:
        is_worker = actor is not None and access.may_issue(actor, unit_id=unit_id)
        return is_worker and booking.unit_id == unit_id and booking.booked_by is BookedBy.UNIT
    if venue_id is None or booking.venue_id != venue_id:
        return False
    return actor is None or access.may_see_evening(actor, venue_id=venue_id)


def _note(action: str, booking: Booking, *, actor: Actor | None, now: datetime) -> None:
    by = actor or Actor(None, "", Role.VENUE_STAFF, venue_id=booking.venue_id)
    audit.record(action, actor=by, now=now, detail={"booking": booking.ref, "occurrence": booking.occurrence_id})


def _number(reading: Reading) -> str | None:
    return None if reading.card is None else reading.card.number
