"""Who waits for a place of an event that is full: freed places are offered to the first who fits, for a while.

No job runs: an offer has run out when its moment is over, and the next one is asked when anybody looks or books.
"""

from datetime import datetime, timedelta
from typing import Any

import sqlalchemy as sa
from sqlalchemy.dialects import postgresql, sqlite

from kaikukortti.db import db, transactional
from kaikukortti.errors import DomainError
from kaikukortti.models.bookings import Booking
from kaikukortti.models.programme import Occurrence
from kaikukortti.rules.booking import BookingState
from kaikukortti.rules.programme import Planned
from venues import bookinglists, bookingwords, lookup, quotas
from venues.lookup import Place

OFFER_LASTS = timedelta(hours=24)
OFFERS_END = timedelta(hours=2)  # before the start: what is not taken by then goes to the door
NOBODY = ""


class OfferGone(DomainError):
    """The place was offered to somebody else meanwhile, or nothing was offered."""

    code = "offer_gone"


def lock_occurrence(occurrence_id: int | None) -> Occurrence | None:
    """Return an event's date, its places kept for this transaction, as the door locks them."""
    if occurrence_id is None:
        return None
    query = sa.select(Occurrence).where(Occurrence.id == occurrence_id)
    locked = query.with_for_update(of=Occurrence, key_share=True).execution_options(populate_existing=True)
    return db.session.scalar(locked)


def place_of(occurrence: Occurrence) -> Place:
    """Return where and when a booked visit will be counted; the doors have no hours for a booking."""
    return lookup.find_place(occurrence.id, occurrence.venue_id, occurrence.on_day, in_advance=True)


def places_of(booking: Booking, place: Place) -> int:
    """Return the places that a booking takes, own cards of a group included."""
    return quotas.takes(bookinglists.counts_of(booking), place) + booking.own_cards


def insert(values: dict[str, Any]) -> str:
    """Write a booking and return its word, which nobody else has at the venue that day. In the caller's transaction."""
    dialect = sqlite if db.session.get_bind().dialect.name == "sqlite" else postgresql
    there = (Booking.venue_id == values["venue_id"], Booking.on_day == values["on_day"])
    while True:
        word = bookingwords.choose(set(db.session.scalars(sa.select(Booking.word).where(*there))))
        query = dialect.insert(Booking).values(**values, word=word).returning(Booking.word)
        # Another event of the same day may take the same word at the same moment.
        unless_taken = query.on_conflict_do_nothing(index_elements=["venue_id", "on_day", "word"])
        if db.session.scalar(unless_taken) is not None:
            return word


def pass_on(occurrence: Occurrence, *, now: datetime) -> list[str]:
    """End the offers that have run out, offer what is free to those who wait, and return the refs of new offers.

    In the order of their asking; who needs more than is free is passed over. Inside the caller's transaction, with the
    occurrence locked.
    """
    here = Booking.occurrence_id == occurrence.id
    gone = sa.and_(here, Booking.state == BookingState.OFFERED, Booking.offered_until <= now)
    db.session.execute(sa.update(Booking).where(gone).values(state=BookingState.EXPIRED, changed_at=now))
    query = sa.select(Booking).where(here, Booking.state == BookingState.WAITING)
    waiting = list(db.session.scalars(query.order_by(Booking.created_at, Booking.id)))
    until = min(now + OFFER_LASTS, occurrence.starts_at - OFFERS_END)
    if not waiting or until <= now or occurrence.state is Planned.CANCELLED:
        return []
    place = place_of(occurrence)
    room = quotas.count_room(place, NOBODY, now=now)
    left = None if room is None else room.left
    offered = []
    for booking in waiting:
        wanted = places_of(booking, place)
        if left is not None and wanted > left:
            continue
        booking.state, booking.offered_until, booking.changed_at = BookingState.OFFERED, until, now
        offered.append(booking.ref)
        left = None if left is None else left - wanted
    return offered


def settle(*, venue_id: int | None = None, unit_id: int | None = None, now: datetime) -> None:
    """Pass on what is free at the events that somebody of a venue or a unit waits for. Called before a list is read."""
    whose = Booking.venue_id == venue_id if venue_id is not None else Booking.unit_id == unit_id
    is_open = Booking.state.in_((BookingState.WAITING, BookingState.OFFERED))
    query = (
        sa.select(Booking.occurrence_id)
        .join(Occurrence, Occurrence.id == Booking.occurrence_id)
        .where(whose, is_open, Occurrence.starts_at > now)
        .distinct()
    )
    for occurrence_id in sorted(filter(None, db.session.scalars(query))):
        _settle_one(occurrence_id, now=now)


def accept(booking: Booking, *, now: datetime) -> None:
    """Take the place that is offered. Inside the caller's transaction. Raises OfferGone."""
    is_open = booking.offered_until is not None and booking.offered_until > now
    if booking.state is not BookingState.OFFERED or not is_open:
        raise OfferGone()
    booking.state, booking.offered_until, booking.changed_at = BookingState.BOOKED, None, now


@transactional
def _settle_one(occurrence_id: int, *, now: datetime) -> None:
    occurrence = lock_occurrence(occurrence_id)
    if occurrence is not None:
        pass_on(occurrence, now=now)
