"""Bookings after their day: the places and the state stay, the card and the code go with the links of visits."""

import secrets
from collections.abc import Sequence
from datetime import date, datetime

import sqlalchemy as sa

from kaikukortti.db import db, transactional
from kaikukortti.models.bookings import Booking
from kaikukortti.models.programme import Hold
from kaikukortti.retention.rules import in_parts
from kaikukortti.rules.booking import OPEN, BookingState


def find_old(until: date) -> list[int]:
    """Return the bookings of days before one that still name a card or a code."""
    named = sa.or_(Booking.card_id.is_not(None), Booking.raw_code.is_not(None))
    return list(db.session.scalars(sa.select(Booking.id).where(Booking.on_day < until, named).order_by(Booking.id)))


def cut(booking_ids: Sequence[int]) -> int:
    """Let bookings name nobody any more, a part at a time; return how many."""
    for part in in_parts(booking_ids):
        _cut(part)
    return len(booking_ids)


def cut_of_line(line: str, card_ids: Sequence[int], *, now: datetime) -> int:
    """Let a line's bookings and kept places name nobody any more, in the caller's transaction; those to come are
    cancelled. Return how many bookings there were.
    """
    db.session.execute(sa.delete(Hold).where(Hold.line == line))
    mine = sa.or_(Booking.holder == line, Booking.card_id.in_(card_ids))
    rows = db.session.scalars(sa.select(Booking).where(mine).order_by(Booking.id).with_for_update(of=Booking)).all()
    for row in rows:
        if row.state in OPEN:
            row.state, row.offered_until, row.changed_at = BookingState.CANCELLED, None, now
        row.holder, row.card_id, row.raw_code = _nobody(), None, None
    return len(rows)


@transactional
def _cut(booking_ids: Sequence[int]) -> None:
    rows = [{"id": booking_id, "holder": _nobody(), "card_id": None, "raw_code": None} for booking_id in booking_ids]
    db.session.execute(sa.update(Booking), rows)


def _nobody() -> str:
    """Return a name of nobody: the table wants one, and no two may be the same."""
    return secrets.token_hex(16)
