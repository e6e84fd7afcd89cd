"""The places of an event that are given out or kept, as SQL: registered tickets, holds, bookings, groups' own cards.

One definition for everything that reckons what is left; what is left is reckoned in quotas.py.
"""

from datetime import datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import aliased

from kaikukortti.models import counted
from kaikukortti.models.bookings import Booking
from kaikukortti.models.cards import Card
from kaikukortti.models.ledger import Scan, ScanCard
from kaikukortti.models.programme import Hold
from kaikukortti.rules.booking import BookingKind, BookingState
from kaikukortti.rules.card import CardKind

Number = sa.ColumnElement[int]
Truth = sa.SQLColumnExpression[bool]


def tickets(scan: type[Scan], children: Truth) -> Number:
    """Return the places that a scan's tickets take; `children` says whether a child's takes one."""
    return scan.adult + scan.worker + sa.case((children, scan.child + scan.under16), else_=0)


def heads(booking: type[Booking], children: Truth) -> Number:
    """Return the places that a booking keeps, those of own cards apart."""
    return booking.adult + booking.worker + sa.case((children, booking.child + booking.under16), else_=0)


def is_kept(booking: type[Booking], now: Any) -> Truth:
    """Return the condition that a booking keeps its places: it is booked, or an offer that has not run out."""
    is_offered = sa.and_(booking.state == BookingState.OFFERED, booking.offered_until > now)
    return sa.or_(booking.state == BookingState.BOOKED, is_offered)


def is_live(now: Any) -> Truth:
    """Return the condition that a hold keeps its places."""
    return sa.and_(Hold.used_at.is_(None), Hold.expires_at > now)


def taken(occurrence: Any, children: Truth) -> sa.Select[int]:
    """Return the query for the places of an event that registered tickets take."""
    return _total(tickets(Scan, children)).where(Scan.occurrence_id == occurrence, counted.is_counted())


def booked(occurrence: Any, children: Truth, now: Any) -> sa.Select[int]:
    """Return the query for the places of an event that bookings keep, those of own cards apart."""
    return _total(heads(Booking, children)).where(Booking.occurrence_id == occurrence, is_kept(Booking, now))


def held(occurrence: Any, children: Truth, now: Any, *beside: Any) -> sa.Select[int]:
    """Return the query for the places that holds keep beyond what the same card has booked; `beside` are tables of the
    query around.
    """
    return _total(_beyond(children, now, *beside)).where(Hold.occurrence_id == occurrence, is_live(now))


def kept_for_own_cards(occurrence: Any, children: Truth, now: Any, *beside: Any) -> sa.Select[int]:
    """Return the query for the places that groups keep for their own cards, less those that such cards have taken.

    They stay after the group's code was read: own cards are read one by one. `beside` is as for `held`.
    """
    left = Booking.own_cards - _used_by_own_cards(children, now, *beside)
    is_open = sa.or_(is_kept(Booking, now), Booking.state == BookingState.REDEEMED)
    return _total(sa.case((left > 0, left), else_=0)).where(
        Booking.occurrence_id == occurrence, Booking.kind == BookingKind.GROUP, Booking.own_cards > 0, is_open
    )


def is_of_unit_of(holder: Any) -> Truth:
    """Return the condition that a booking is that of a card's unit, and the card a holder's own."""
    return sa.exists().where(Card.line == holder, Card.kind == CardKind.PERSONAL, Card.unit_id == Booking.unit_id)


def given(occurrence: Any, children: Truth, now: datetime, *around: Any) -> Number:
    """Return all places of an event that are given out or kept, for a query about `around`."""
    parts = (
        taken(occurrence, children),
        booked(occurrence, children, now),
        held(occurrence, children, now, *around),
        kept_for_own_cards(occurrence, children, now, *around),
    )
    first, *rest = (part.correlate(*around).scalar_subquery() for part in parts)
    total: Number = first
    for part in rest:
        total = total + part
    return total


def _beyond(children: Truth, now: Any, *beside: Any) -> Number:
    """Return what a hold keeps beyond its card's booking: who has booked two and brings three keeps three, not five."""
    mine = aliased(Booking)
    has_booked = (
        _total(heads(mine, children))
        .where(mine.occurrence_id == Hold.occurrence_id, mine.holder == Hold.line, is_kept(mine, now))
        .correlate(Hold, *beside)
        .scalar_subquery()
    )
    return sa.case((Hold.places > has_booked, Hold.places - has_booked), else_=0)


def _used_by_own_cards(children: Truth, now: Any, *beside: Any) -> Number:
    """Return the places that holders' own cards of the booking's unit have taken there, or hold at this moment."""
    scan, redeemed = aliased(Scan), aliased(Booking)
    is_their_own = sa.and_(Card.kind == CardKind.PERSONAL, Card.unit_id == Booking.unit_id)
    has_booked = sa.exists().where(redeemed.scan_id == scan.scan_id)
    visited = (
        _total(tickets(scan, children))
        .join_from(scan, ScanCard, ScanCard.scan_id == scan.scan_id)
        .join(Card, Card.id == ScanCard.card_id)
        .where(scan.occurrence_id == Booking.occurrence_id, is_their_own, ~has_booked, counted.is_counted(scan))
    )
    # A card that was replaced has two rows of one line: a hold is counted once.
    is_held_by_own = sa.exists().where(Card.line == Hold.line, is_their_own)
    holding = _total(_beyond(children, now, *beside)).where(
        Hold.occurrence_id == Booking.occurrence_id, is_live(now), is_held_by_own
    )
    around = (Booking, *beside)
    return visited.correlate(*around).scalar_subquery() + holding.correlate(*around).scalar_subquery()


def _total(places: Number) -> sa.Select[int]:
    # PostgreSQL would make the sum of a sum a decimal number.
    return sa.select(sa.cast(sa.func.coalesce(sa.func.sum(places), 0), sa.Integer))
