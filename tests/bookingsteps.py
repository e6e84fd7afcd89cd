"""Bookings for tests: by telephone and by a unit, and what they left behind. Inside an application context only."""

from collections.abc import Callable

import sqlalchemy as sa

from kaikukortti.db import db
from kaikukortti.models.bookings import Booking
from kaikukortti.models.network import Venue
from kaikukortti.models.trail import AuditEntry
from kaikukortti.rules.access import Actor
from kaikukortti.rules.booking import BookedBy
from kaikukortti.rules.counting import Counts
from tests import factories
from tests.factories import NOW
from venues import bookings


def phone_of(venue: Venue, staff: Actor) -> Callable[..., bookings.Booked]:
    """Return a function that books by telephone, one adult when nothing else is said."""

    def by_phone(card, occurrence, *, now=NOW, may_wait=False, actor=staff, **counts):
        return bookings.book(
            card if isinstance(card, str) else card.number,
            occurrence_id=occurrence.id,
            counts=Counts(**{"adult": 1} | counts),
            booked_by=BookedBy.VENUE,
            venue_id=venue.id,
            area_id=venue.area_id,
            actor=actor,
            may_wait=may_wait,
            now=now,
        )

    return by_phone


def book_as_unit(worker, card, occurrence, **counts) -> bookings.Booked:
    """Book for a holder at the unit, one adult when nothing else is said."""
    return bookings.book(
        card.number,
        occurrence_id=occurrence.id,
        counts=Counts(**{"adult": 1} | counts),
        booked_by=BookedBy.UNIT,
        venue_id=occurrence.venue_id,
        area_id=factories.the_area().id,
        actor=worker,
        unit_id=worker.unit_id,
        now=NOW,
    )


def row(booked: bookings.Booked) -> Booking:
    """Return the row of a booking as it is in the database now."""
    db.session.rollback()
    return db.session.execute(sa.select(Booking).where(Booking.ref == booked.ref)).scalar_one()


def entries(action: str) -> list[AuditEntry]:
    """Return the entries of the audit log with an action."""
    return list(db.session.scalars(sa.select(AuditEntry).where(AuditEntry.action == action)))
