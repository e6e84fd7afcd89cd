"""Bookings to read: the list of an evening, a unit's own, one alone. They are made and changed in bookings.py.

The venue reads words and counts; cards stand on the unit's own list alone.
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
from kaikukortti.models.programme import Event, Occurrence
from kaikukortti.rules import access, period
from kaikukortti.rules.access import Actor
from kaikukortti.rules.booking import OPEN, BookedBy, BookingKind, BookingNews, BookingState, is_ref, state_now
from kaikukortti.rules.counting import Counts

MOST_SHOWN = 200
PAST_SHOWN = 20


@dataclass(frozen=True)
class Tonight:
    """One line of an evening's list. Nothing in it leads to a card or to a unit.

    `is_ours`: the venue has made it, and takes or leaves the place that is offered to it.
    """

    ref: str
    word: str
    occurrence_id: int | None
    on_day: date
    counts: Counts
    kind: BookingKind
    own_cards: int
    access_needs: tuple[str, ...]
    arrives_at: datetime | None
    state: BookingState
    offered_until: datetime | None
    is_ours: bool


@dataclass(frozen=True)
class OfUnit:
    """A booking as the unit that made it reads it; `number` is the card's, None where the link has been cut."""

    booking: Booking
    counts: Counts
    state: BookingState
    number: str | None


def counts_of(booking: Booking) -> Counts:
    """Return the tickets that were booked."""
    return Counts(**{kind: getattr(booking, kind) for kind in vars(Counts())})


def standing(booking: Booking, *, now: datetime) -> BookingState:
    """Return where a booking stands at this moment, written down or not."""
    ends_at = None if booking.occurrence is None else booking.occurrence.ends_at
    over_at = ends_at or period.last_moment_of(booking.on_day)
    return state_now(booking.state, offered_until=booking.offered_until, ends_at=over_at, now=now)


def list_evenings(venue_id: int, *, on_day: date, now: datetime) -> list[tuple[Occurrence | None, list[Tonight]]]:
    """Return the bookings of a venue's day by event, with their events; those without an event come last.

    As list_tonight. One statement.
    """
    event = joinedload(Booking.occurrence).joinedload(Occurrence.event)
    evenings: dict[int | None, tuple[Occurrence | None, list[Tonight]]] = {}
    for booking in db.session.scalars(_of_days(venue_id, on_day, on_day).options(event)):
        line = _tonight(booking, now)
        if line.state is not BookingState.EXPIRED:
            evenings.setdefault(booking.occurrence_id, (booking.occurrence, []))[1].append(line)
    return sorted(evenings.values(), key=lambda evening: evening[0] is None)


def list_tonight(venue_id: int, *, on_day: date, until: date | None = None, now: datetime) -> list[Tonight]:
    """Return the bookings of a venue's day, or of the days until another, by event and word; without what was
    cancelled, declined or has run out. One statement.
    """
    query = _of_days(venue_id, on_day, until or on_day).options(joinedload(Booking.occurrence))
    lines = [_tonight(booking, now) for booking in db.session.scalars(query)]
    return [line for line in lines if line.state is not BookingState.EXPIRED]


def read_tonight(ref: str, *, actor: Actor, now: datetime) -> tuple[Tonight, Booking]:
    """Return one booking of the actor's venue with its event. Raises NotFound for another's."""
    booking = _find(ref)
    if booking is None or not access.may_see_evening(actor, venue_id=booking.venue_id):
        raise NotFound()
    return _tonight(booking, now), booking


@transactional
def list_of_unit(*, actor: Actor, now: datetime) -> tuple[list[OfUnit], list[OfUnit]]:
    """Return the unit's bookings: those to come or with news, soonest first, and the last ones that are over.

    The look is in the audit log. Raises NotFound for anybody but a worker.
    """
    unit_id = _unit_of(actor)
    is_coming = sa.or_(Booking.on_day >= period.day_of(now), Booking.news.is_not(None))
    query = _with_cards().where(Booking.unit_id == unit_id, Booking.booked_by == BookedBy.UNIT)
    coming = query.where(is_coming).order_by(Booking.on_day, Booking.id).limit(MOST_SHOWN)
    over = query.where(~is_coming).order_by(Booking.on_day.desc(), Booking.id.desc()).limit(PAST_SHOWN)
    lists = [_of_unit(booking, now) for booking in db.session.scalars(coming)]
    past = [_of_unit(booking, now) for booking in db.session.scalars(over)]
    audit.record("bookings.listed", actor=actor, now=now, detail={"count": len(lists) + len(past)})
    return lists, past


@transactional
def read_of_unit(ref: str, *, actor: Actor, now: datetime) -> OfUnit:
    """Return one booking that the actor's unit has made; the look is in the audit log. Raises NotFound."""
    unit_id = _unit_of(actor)
    booking = _find(ref)
    if booking is None or booking.unit_id != unit_id or booking.booked_by is not BookedBy.UNIT:
        raise NotFound()
    found = _of_unit(booking, now)
    audit.record("booking.looked_at", actor=actor, now=now, card_number=found.number, detail={"booking": ref})
    return found


@transactional
def note_read(ref: str, *, actor: Actor, now: datetime) -> BookingNews | None:
    """Write down that the unit has read what became of a booking's date, and return what it was. Raises NotFound."""
    unit_id = _unit_of(actor)
    query = sa.select(Booking).where(Booking.ref == ref).with_for_update(of=Booking)
    booking = db.session.scalar(query) if is_ref(ref) else None
    if booking is None or booking.unit_id != unit_id:
        raise NotFound()
    news, booking.news = booking.news, None
    if news is not None:
        audit.record("booking.news_read", actor=actor, now=now, detail={"booking": ref, "news": news.value})
    return news


def count_news(unit_id: int, *, now: datetime) -> int:
    """Return how many of a unit's bookings have news: called off, moved, or a place that is offered."""
    is_offered = sa.and_(Booking.state == BookingState.OFFERED, Booking.offered_until > now)
    query = sa.select(sa.func.count(Booking.id)).where(
        Booking.unit_id == unit_id, sa.or_(Booking.news.is_not(None), is_offered)
    )
    return db.session.scalar(query) or 0


def _unit_of(actor: Actor) -> int:
    if actor.unit_id is None or not access.may_issue(actor, unit_id=actor.unit_id):
        raise NotFound()
    return actor.unit_id


def _of_days(venue_id: int, first_on: date, last_on: date) -> sa.Select[Booking]:
    shown = (*OPEN, BookingState.REDEEMED, BookingState.NO_SHOW)
    return (
        sa.select(Booking)
        .outerjoin(Occurrence, Occurrence.id == Booking.occurrence_id)
        .where(Booking.venue_id == venue_id, Booking.on_day.between(first_on, last_on), Booking.state.in_(shown))
        .order_by(Booking.on_day, Occurrence.starts_at, Booking.occurrence_id, Booking.word)
    )


def _with_cards() -> sa.Select[Booking]:
    event = joinedload(Booking.occurrence).joinedload(Occurrence.event).joinedload(Event.venue)
    return sa.select(Booking).options(event, joinedload(Booking.venue), joinedload(Booking.card).load_only(Card.number))


def _find(ref: str) -> Booking | None:
    if not is_ref(ref):
        return None
    return db.session.scalar(_with_cards().where(Booking.ref == ref).execution_options(populate_existing=True))


def _of_unit(booking: Booking, now: datetime) -> OfUnit:
    number = None if booking.card is None else booking.card.number
    return OfUnit(booking, counts_of(booking), standing(booking, now=now), number)


def _tonight(booking: Booking, now: datetime) -> Tonight:
    return Tonight(
        booking.ref,
        booking.word,
        booking.occurrence_id,
        booking.on_day,
        counts_of(booking),
        booking.kind,
        booking.own_cards,
        tuple(booking.access_needs),
        booking.arrives_at,
        standing(booking, now=now),
        booking.offered_until,
        booking.booked_by is not BookedBy.UNIT,
    )
