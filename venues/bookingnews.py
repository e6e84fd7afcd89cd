"""What becomes of bookings when their date is called off or moved; units that made them are told until they have read.

Inside the transaction that changes the date. Making and cancelling one booking are bookings.py's.
"""

from collections.abc import Sequence
from datetime import date, datetime
from typing import Any

import sqlalchemy as sa

from kaikukortti.db import db
from kaikukortti.models.bookings import Booking
from kaikukortti.models.network import Venue
from kaikukortti.models.programme import Occurrence
from kaikukortti.rules import recurrence
from kaikukortti.rules.booking import OPEN, BookedBy, BookingNews, BookingState
from kaikukortti.rules.recurrence import Slot
from venues import bookingwords


def call_off(occurrence_ids: Sequence[int], *, now: datetime) -> int:
    """End the open bookings of dates that are called off, and return how many they were."""
    values: dict[str, Any] = {"state": BookingState.CANCELLED, "offered_until": None, "changed_at": now}
    told = sa.case((Booking.booked_by == BookedBy.UNIT, BookingNews.CALLED_OFF.value), else_=None)
    there = sa.and_(Booking.occurrence_id.in_(occurrence_ids), Booking.state.in_(OPEN))
    query = sa.update(Booking).where(there).values(**values, news=told).returning(Booking.id)
    return len(db.session.scalars(query, execution_options={"synchronize_session": False}).all())


def move(occurrence: Occurrence, *, before: datetime, now: datetime) -> int:
    """Take the open bookings of a date along to its new day, and return how many they were.

    `before` is when the date began until now: a group arrives as long before or after the start as it had planned. A
    booking keeps its word unless somebody has it there that day.
    """
    # A new booking of the venue's reads its row, which this keeps: so nobody takes a word of the new day meanwhile.
    db.session.execute(sa.select(Venue.id).where(Venue.id == occurrence.venue_id).with_for_update())
    query = sa.select(Booking).where(Booking.occurrence_id == occurrence.id, Booking.state.in_(OPEN))
    moved = db.session.scalars(query.order_by(Booking.id).with_for_update(of=Booking)).all()
    for booking in moved:
        if booking.on_day != occurrence.on_day:
            _change_day(booking, occurrence.on_day)
        booking.arrives_at = recurrence.shifted(Slot(before), booking.arrives_at, Slot(occurrence.starts_at))
        if booking.offered_until is not None:
            booking.offered_until = min(booking.offered_until, occurrence.starts_at)
        if booking.booked_by is BookedBy.UNIT:
            booking.news = BookingNews.MOVED
        booking.changed_at = now
    return len(moved)


def _change_day(booking: Booking, day: date) -> None:
    there = sa.and_(Booking.venue_id == booking.venue_id, Booking.on_day == day)
    used = set(db.session.scalars(sa.select(Booking.word).where(there)))
    booking.word = bookingwords.choose(used) if booking.word in used else booking.word
    booking.on_day = day
    db.session.flush()
