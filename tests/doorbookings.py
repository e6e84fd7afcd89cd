"""Bookings for tests of the door: rows that keep places, and the items of tablets that were told a word."""

import secrets
from typing import Any

from kaikukortti.db import db
from kaikukortti.models.bookings import Booking
from kaikukortti.models.cards import Card
from kaikukortti.models.network import Venue
from kaikukortti.models.programme import Occurrence
from kaikukortti.rules.booking import BookedBy, BookingKind, BookingState
from kaikukortti.rules.card import CardKind
from tests import factories
from tests.factories import DAY, NOW, TODAY
from venues import quotas


def make_booking(card: Card | str, at: Occurrence | Venue, *, word: str = "Omena", **fields: Any) -> Booking:
    """Add a booking of a card, or a code from elsewhere, for a date or for today at the house; one adult when no counts
    are given, for a community card two workers and six young clients.
    """
    is_ours = isinstance(card, Card)
    is_group = isinstance(card, Card) and card.kind is CardKind.COMMUNITY
    is_event = isinstance(at, Occurrence)
    counts = {"worker": 2, "under16": 6} if is_group else {"adult": 1}
    row = {
        "ref": secrets.token_hex(8),
        "venue_id": at.venue_id if isinstance(at, Occurrence) else at.id,
        "occurrence_id": at.id if is_event else None,
        "on_day": at.on_day if isinstance(at, Occurrence) else TODAY,
        "word": word,
        "kind": BookingKind.GROUP if is_group else BookingKind.SINGLE,
        "booked_by": BookedBy.UNIT if is_group else BookedBy.VENUE,
        "state": BookingState.BOOKED,
        "holder": card.line if isinstance(card, Card) else quotas.holder_of(None, card),
        "card_id": card.id if isinstance(card, Card) else None,
        "raw_code": None if is_ours else card,
        "unit_id": card.unit_id if isinstance(card, Card) and is_group else None,
        "created_at": NOW - DAY,
        "changed_at": NOW - DAY,
    }
    booking = Booking(**{**row, **counts, **fields})
    db.session.add(booking)
    db.session.commit()
    return booking


def word_body(booking: Booking | str, *, occurrence: Occurrence | int | None = None, **fields: Any) -> dict[str, Any]:
    """Return the item of a tablet that was told the word of a booking; `occurrence` is the booking's own."""
    ref = booking.ref if isinstance(booking, Booking) else booking
    there = booking.occurrence_id if isinstance(booking, Booking) and occurrence is None else occurrence
    body = factories.scan_body("", occurrence=there, entry="typed", shown="counts", **fields)
    del body["code"]
    return {**body, "booking": ref}
