"""Group visits to read: a unit's own with what was planned and who came, a venue's with heads, needs and time.

They are asked for and answered in groupvisits.py.
"""

from dataclasses import dataclass
from datetime import date, datetime

import sqlalchemy as sa
from sqlalchemy.orm import joinedload

from kaikukortti import audit
from kaikukortti.db import db, transactional
from kaikukortti.errors import NotFound
from kaikukortti.models.bookings import Booking
from kaikukortti.models.cards import Card
from kaikukortti.models.ledger import Scan
from kaikukortti.models.network import PartnerState, Unit, Venue
from kaikukortti.models.programme import Event, Occurrence
from kaikukortti.rules import access, card, period
from kaikukortti.rules.access import Actor
from kaikukortti.rules.booking import OPEN, BookingKind, BookingState
from kaikukortti.rules.card import CardKind, State
from kaikukortti.rules.counting import Counts
from venues import bookinglists

MOST_SHOWN = 100
PAST_SHOWN = 20


@dataclass(frozen=True)
class GroupVisit:
    """A visit as its unit reads it: `planned` and, once the door has read the card, `came` on it (None before).

    Both stay: figures count who came.
    """

    booking: Booking
    planned: Counts
    came: Counts | None
    state: BookingState


@dataclass(frozen=True)
class GroupCard:
    """A community card of the unit that works today."""

    card_id: int
    number: str
    last_on: date
    ticket_budget: int | None


@transactional
def list_of_unit(*, actor: Actor, now: datetime) -> tuple[list[GroupVisit], list[GroupVisit]]:
    """Return the unit's group visits: those to come, soonest first, and the last ones that are over.

    The look is in the audit log. Raises NotFound for anybody but a worker.
    """
    unit = own_unit(actor)
    today = period.day_of(now)
    query = _groups().add_columns(Scan).outerjoin(Scan, Scan.scan_id == Booking.scan_id)
    query = query.where(Booking.unit_id == unit.id)
    coming = query.where(Booking.on_day >= today).order_by(Booking.on_day, Booking.arrives_at, Booking.id)
    over = query.where(Booking.on_day < today).order_by(Booking.on_day.desc(), Booking.id.desc())
    lists = [
        [_visit(booking, scan, now) for booking, scan in db.session.execute(one)]
        for one in (coming.limit(MOST_SHOWN), over.limit(PAST_SHOWN))
    ]
    audit.record("groups.listed", actor=actor, now=now, detail={"count": sum(map(len, lists))})
    return lists[0], lists[1]


def list_of_venue(*, actor: Actor, now: datetime) -> list[Booking]:
    """Return the group visits that a venue is asked for or has accepted, soonest first. Raises NotFound."""
    if actor.venue_id is None or not access.may_see_evening(actor, venue_id=actor.venue_id):
        raise NotFound()
    query = _groups().where(
        Booking.venue_id == actor.venue_id,
        Booking.state.in_((*OPEN, BookingState.REDEEMED)),
        Booking.on_day >= period.day_of(now),
    )
    order = (Booking.on_day, Booking.arrives_at, Booking.id)
    return list(db.session.scalars(query.order_by(*order).limit(MOST_SHOWN)))


def count_asked(venue_id: int, *, now: datetime) -> int:
    """Return how many groups wait for a venue's answer."""
    query = sa.select(sa.func.count(Booking.id)).where(
        Booking.venue_id == venue_id, Booking.state == BookingState.ASKED, Booking.on_day >= period.day_of(now)
    )
    return db.session.scalar(query) or 0


@transactional
def list_cards(*, actor: Actor, now: datetime) -> list[GroupCard]:
    """Return the unit's community cards that work today; the look is in the audit log. Raises NotFound for anybody but
    a worker.
    """
    unit, today = own_unit(actor), period.day_of(now)
    query = (
        sa.select(Card)
        .where(Card.unit_id == unit.id, Card.kind == CardKind.COMMUNITY, Card.last_valid_on >= today)
        .order_by(Card.number)
    )
    cards = [
        GroupCard(one.id, one.number, one.last_valid_on, one.ticket_budget)
        for one in db.session.scalars(query)
        if card.state_on(one.state, one.suspended_until, today) is State.ACTIVE and one.last_valid_on is not None
    ]
    audit.record("cards.listed", actor=actor, now=now, detail={"count": len(cards)})
    return cards


def list_venues(*, actor: Actor) -> list[Venue]:
    """Return the venues of the unit's area that take visits. Raises NotFound for anybody but a worker."""
    unit = own_unit(actor)
    query = sa.select(Venue).where(Venue.area_id == unit.area_id, Venue.state == PartnerState.ACTIVE)
    return list(db.session.scalars(query.order_by(Venue.name_fi)))


def own_unit(actor: Actor) -> Unit:
    """Return the unit that an actor works in. Raises NotFound."""
    unit = None if actor.unit_id is None else db.session.get(Unit, actor.unit_id)
    if unit is None or not access.may_issue(actor, unit_id=unit.id):
        raise NotFound()
    return unit


def _groups() -> sa.Select[Booking]:
    event = joinedload(Booking.occurrence).joinedload(Occurrence.event).joinedload(Event.venue)
    return sa.select(Booking).options(event, joinedload(Booking.venue)).where(Booking.kind == BookingKind.GROUP)


def _visit(booking: Booking, scan: Scan | None, now: datetime) -> GroupVisit:
    came = None if scan is None else Counts(**{kind: getattr(scan, kind) for kind in vars(Counts())})
    return GroupVisit(booking, bookinglists.counts_of(booking), came, bookinglists.standing(booking, now=now))
