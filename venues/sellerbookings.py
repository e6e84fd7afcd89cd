"""Bookings of a ticket seller's system: made as everybody's are (bookings), seen and changed by this seller alone.

A sandbox key's are made of nothing and remembered by the answers that it was given.
"""

from dataclasses import dataclass
from datetime import datetime

import sqlalchemy as sa

from kaikukortti.db import db
from kaikukortti.errors import NotFound
from kaikukortti.models.bookings import Booking
from kaikukortti.rules.booking import BookedBy, BookingState
from kaikukortti.rules.counting import Counts
from venues import apikeys, bookings, sandbox, sellers, waitinglist
from venues.apikeys import KnownKey
from venues.bookingchecks import BookingEnded
from venues.bookinglists import counts_of, standing
from venues.idempotency import Attempt
from venues.waitinglist import OfferGone

SANDBOX_WORD = "harjoitus"


@dataclass(frozen=True)
class SellerBooking:
    """A booking as its seller sees it: no card, nothing of others."""

    ref: str
    word: str
    state: BookingState
    occurrence_id: int | None
    counts: Counts
    offered_until: datetime | None = None


def book(
    code: str, *, occurrence: int, counts: Counts, may_wait: bool, key: KnownKey, attempt: Attempt, now: datetime
) -> SellerBooking:
    """Keep places for a card; a request that is made again under the same attempt finds its booking.

    Raises as bookings.book; for a sandbox key as sellers.check and scanning.NotAdmitted.
    """
    ref = attempt.id.hex[:16]
    if key.is_sandbox:
        sellers.find_event(occurrence, key=key, now=now)
        sandbox.use(code, counts, again=True, was_given=False, now=now)
        return SellerBooking(ref, SANDBOX_WORD, BookingState.BOOKED, occurrence, counts)
    made = _find(ref, key)
    if made is not None:
        return _view(made, now)
    booked = bookings.book(
        code,
        occurrence_id=occurrence,
        counts=counts,
        booked_by=BookedBy.SELLER,
        venue_id=key.venue_id,
        area_id=key.area_id,
        api_key_id=key.key_id,
        may_wait=may_wait,
        ref=ref,
        now=now,
    )
    return look(booked.ref, key=key, now=now)


def look(ref: str, *, key: KnownKey, now: datetime) -> SellerBooking:
    """Return where a booking of this seller stands. Raises NotFound for another's."""
    if key.is_sandbox:
        return _remembered(ref, key)
    booking = _find(ref, key)
    if booking is None:
        raise NotFound()
    if booking.state in (BookingState.WAITING, BookingState.OFFERED):
        waitinglist.settle(venue_id=key.venue_id, now=now)
        db.session.refresh(booking)
    return _view(booking, now)


def accept(ref: str, *, key: KnownKey, now: datetime) -> SellerBooking:
    """Take the places that a booking of this seller is offered. Raises NotFound, OfferGone."""
    if key.is_sandbox:
        _remembered(ref, key)
        raise OfferGone()  # none of these ever waits
    _check_own(ref, key)
    return _view(bookings.accept_offer(ref, venue_id=key.venue_id, now=now), now)


def cancel(ref: str, *, key: KnownKey, now: datetime) -> SellerBooking:
    """Cancel a booking of this seller; its places are free at once. Raises NotFound, BookingEnded."""
    if key.is_sandbox:
        former = _remembered(ref, key)
        if former.state is not BookingState.BOOKED:
            raise BookingEnded()
        return SellerBooking(ref, former.word, BookingState.CANCELLED, former.occurrence_id, former.counts)
    _check_own(ref, key)
    return _view(bookings.cancel(ref, venue_id=key.venue_id, now=now), now)


def _check_own(ref: str, key: KnownKey) -> None:
    if _find(ref, key) is None:
        raise NotFound()


def _find(ref: str, key: KnownKey) -> Booking | None:
    mine = Booking.api_key_id.in_(apikeys.list_line(key))
    return db.session.scalar(sa.select(Booking).where(Booking.ref == ref, Booking.venue_id == key.venue_id, mine))


def _remembered(ref: str, key: KnownKey) -> SellerBooking:
    answers = sandbox.list_answers(ref, of="booking", api_key_id=apikeys.list_line(key)[0])
    said = next((one for one in answers if one["state"] == BookingState.CANCELLED), answers[0])
    counts = Counts(**said["tickets"])
    return SellerBooking(ref, said["word"], BookingState(said["state"]), said["occurrence"], counts)


def _view(booking: Booking, now: datetime) -> SellerBooking:
    state = standing(booking, now=now)
    until = booking.offered_until if state is BookingState.OFFERED else None
    return SellerBooking(booking.ref, booking.word, state, booking.occurrence_id, counts_of(booking), until)
