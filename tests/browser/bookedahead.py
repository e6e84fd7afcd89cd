"""Bookings behind the running service, written beside it, as its desk and its units make them by their own pages."""

import secrets
from datetime import UTC, datetime
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import sqlalchemy as sa
from sqlalchemy.orm import Session

from kaikukortti import config
from kaikukortti.models import counted
from kaikukortti.models.bookings import Booking
from kaikukortti.models.cards import Card
from kaikukortti.models.ledger import Scan, ScanCard
from kaikukortti.models.network import Venue
from kaikukortti.models.programme import Event, Occurrence
from kaikukortti.rules.booking import BookedBy, BookingKind, BookingState
from kaikukortti.rules.card import CardKind

TODAY = datetime.now(ZoneInfo("Europe/Helsinki")).date


def book(instance: Path, number: str, venue: str, word: str, *, title: str = "", **fields: Any) -> str:
    """Book for a card at a venue's event of today (the one with a title, the first, or the house); return the ref."""
    with _session(instance) as session:
        home = session.scalars(sa.select(Venue).where(Venue.name_fi == venue)).one()
        today = sa.select(Occurrence).join(Event).where(Occurrence.venue_id == home.id, Occurrence.on_day == TODAY())
        named = today.where(Event.title_fi == title) if title else today
        occurrence = session.scalars(named.order_by(Occurrence.starts_at)).first()
        card = session.scalars(sa.select(Card).where(Card.number == number)).one()
        row = {**_row(card, home, occurrence), "word": word, **fields}
        session.execute(sa.insert(Booking), row)
        session.commit()
        return str(row["ref"])


def cancel(instance: Path, ref: str) -> None:
    """Cancel a booking."""
    with _session(instance) as session:
        session.execute(sa.update(Booking).where(Booking.ref == ref).values(state=BookingState.CANCELLED))
        session.commit()


def state_of(instance: Path, ref: str) -> tuple[str, int, int | None]:
    """Return where a booking stands, how many it was made for, and how many came; None while nobody has."""
    with _session(instance) as session:
        query = sa.select(Booking, Scan).outerjoin(Scan, Scan.scan_id == Booking.scan_id).where(Booking.ref == ref)
        booking, scan = session.execute(query).one()
        return booking.state.value, _uses(booking), None if scan is None else _uses(scan)


def own_cards_at(instance: Path, number: str, title: str) -> int:
    """Return how many personal cards of a card's unit other tests have read at today's event with a title."""
    with _session(instance) as session:
        unit = sa.select(Card.unit_id).where(Card.number == number).scalar_subquery()
        query = (
            sa.select(sa.func.count(sa.distinct(Card.line)))
            .join(ScanCard, ScanCard.card_id == Card.id)
            .join(Scan, Scan.scan_id == ScanCard.scan_id)
            .join(Occurrence, Occurrence.id == Scan.occurrence_id)
            .join(Event)
            .where(Event.title_fi == title, Occurrence.on_day == TODAY())
            .where(Card.kind == CardKind.PERSONAL, Card.unit_id == unit)
            .where(counted.is_counted(), Scan.adult + Scan.child > 0)
        )
        return session.scalar(query) or 0


def _uses(row: Booking | Scan) -> int:
    return row.adult + row.child + row.worker + row.under16


def _session(instance: Path) -> Session:
    return Session(sa.create_engine(config.sqlite_url(instance), poolclass=sa.NullPool))


def _row(card: Card, venue: Venue, occurrence: Occurrence | None) -> dict[str, Any]:
    now, is_group = datetime.now(UTC), card.kind is CardKind.COMMUNITY
    return {
        "ref": secrets.token_hex(8),
        "venue_id": venue.id,
        "occurrence_id": None if occurrence is None else occurrence.id,
        "on_day": TODAY(),
        "kind": BookingKind.GROUP if is_group else BookingKind.SINGLE,
        "booked_by": BookedBy.UNIT if is_group else BookedBy.VENUE,
        "state": BookingState.BOOKED,
        "holder": card.line,
        "card_id": card.id,
        "unit_id": card.unit_id if is_group else None,
        "access_needs": [],
        "created_at": now,
        "changed_at": now,
    }
