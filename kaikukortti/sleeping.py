"""Cards that sleep: a unit's personal cards that nobody has used yet, and the talks about them. Codes, no profile.

The list is read live and never pushed at anybody: of other pages the unit's own figures alone show its length.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta

import sqlalchemy as sa
from sqlalchemy.orm import aliased, joinedload

from kaikukortti import audit, cardregister, nearby
from kaikukortti.db import db, transactional
from kaikukortti.errors import DomainError
from kaikukortti.models import counted
from kaikukortti.models.bookings import Booking
from kaikukortti.models.cards import Card, CardPeriod, CardTalk
from kaikukortti.models.network import Unit, Venue
from kaikukortti.models.programme import Event, Occurrence
from kaikukortti.rules import period, suggestion
from kaikukortti.rules.access import Actor
from kaikukortti.rules.booking import BookingKind, BookingState
from kaikukortti.rules.card import CardKind, State
from kaikukortti.rules.programme import Planned
from kaikukortti.rules.suggestion import Coming

BANDS = (120, 60, 30)  # days since the card was handed out: peers.md (c) 1
AHEAD = timedelta(days=14)


class CardNotSleeping(DomainError):
    """The card has been used, or cannot be used now: it is on the list no more."""

    code = "card_not_sleeping"


class NoTalkToday(DomainError):
    """A talk is taken back on the day on which it was noted, or not at all."""

    code = "talk_not_today"


@dataclass(frozen=True)
class Idea:
    """What to suggest to the holder: an event at a venue near home, and when."""

    kind: suggestion.Kind
    event: Event
    venue: Venue
    starts_at: datetime


@dataclass(frozen=True)
class SleepingCard:
    """An unused card: its code, the day on which its holder got a first card, the day of the last talk, an idea."""

    card_id: int
    number: str
    handed_out_on: date
    talked_on: date | None
    idea: Idea | None


@dataclass(frozen=True)
class Band:
    """The cards handed out at least `days` ago and not in an older band: those not talked about first, oldest first."""

    days: int
    cards: list[SleepingCard]


@dataclass(frozen=True)
class _Row:
    card: Card
    handed_out_on: date
    talked_on: date | None


@transactional
def list_cards(*, actor: Actor, now: datetime) -> list[Band]:
    """Return the own unit's sleeping cards by band, the oldest band first; one entry in the audit log for the look.

    A card is here while it is valid today and no card of its line has a counted use. Eight statements however many
    cards; linear in the unit's cards and in the area's next fortnight. Raises NotAllowed.
    """
    unit, today = cardregister.own_unit(actor), period.day_of(now)
    rows = [
        _Row(card, handed_out_on, None if talked_at is None else period.day_of(talked_at))
        for card, handed_out_on, talked_at in db.session.execute(_sleeping(unit.id, today))
    ]
    ideas = _ideas(rows, unit, today=today)
    audit.record("cards.sleeping_listed", actor=actor, now=now, detail={"count": len(rows)})
    return [Band(days, _band(rows, ideas, days, today)) for days in BANDS]


@transactional
def note_talk(card_id: int, *, actor: Actor, now: datetime) -> None:
    """Note that the holder was talked with today; a second time on the same day changes nothing.

    Raises NotFound, CardNotSleeping.
    """
    card, today = cardregister.own_card(card_id, actor=actor), period.day_of(now)

    if db.session.scalar(_sleeping(card.unit_id or 0, today).where(Card.id == card.id)) is None:
        raise CardNotSleeping()
    if _talks_of(card, today):
        return

    db.session.add(CardTalk(card_id=card.id, talked_at=now, recorded_by=actor.user_id))
    audit.record("card.talked_about", actor=actor, now=now, card_number=card.number)


@transactional
def take_back_talk(card_id: int, *, actor: Actor, now: datetime) -> None:
    """Take today's talk back, which was noted by mistake. Raises NotFound, NoTalkToday."""
    card = cardregister.own_card(card_id, actor=actor)

    talks = _talks_of(card, period.day_of(now))
    if not talks:
        raise NoTalkToday()

    for talk in talks:
        db.session.delete(talk)
    audit.record("card.talk_taken_back", actor=actor, now=now, card_number=card.number)


def count_cards(unit_id: int, *, today: date) -> int:
    """Return how many cards `list_cards` has for a unit. Who may be told is the caller's business."""
    found = _sleeping(unit_id, today).with_only_columns(Card.id).subquery()
    return db.session.scalar(sa.select(sa.func.count()).select_from(found)) or 0


def _sleeping(unit_id: int, today: date) -> sa.Select[Card, date, datetime]:
    """Return the query of a unit's sleeping cards: the card, the first day of its line, the moment of the last talk."""
    other = aliased(Card)
    handed_out_on = (
        sa.select(sa.func.min(CardPeriod.first_on))
        .join(other, other.id == CardPeriod.card_id)
        .where(other.line == Card.line, CardPeriod.withdrawn_at.is_(None))
        .scalar_subquery()
    )
    talked_at = (
        sa.select(sa.func.max(CardTalk.talked_at))
        .join(other, other.id == CardTalk.card_id)
        .where(other.line == Card.line)
        .scalar_subquery()
    )
    pause_is_over = sa.and_(Card.state == State.SUSPENDED, Card.suspended_until <= today)
    return sa.select(Card, handed_out_on, talked_at).where(
        Card.unit_id == unit_id,
        Card.kind == CardKind.PERSONAL,
        sa.or_(Card.state == State.ACTIVE, pause_is_over),
        Card.first_on <= today,
        Card.last_valid_on >= today,
        handed_out_on <= today - timedelta(days=min(BANDS)),
        ~counted.is_used(Card.line),
    )


def _talks_of(card: Card, day: date) -> Sequence[CardTalk]:
    morning, next_morning = (period.moment_of(each, time(0)) for each in (day, day + timedelta(days=1)))
    return db.session.scalars(
        sa.select(CardTalk).where(
            CardTalk.card_id == card.id, CardTalk.talked_at >= morning, CardTalk.talked_at < next_morning
        )
    ).all()


def _band(rows: Sequence[_Row], ideas: dict[int, Idea], days: int, today: date) -> list[SleepingCard]:
    younger = next((other for other in sorted(BANDS) if other > days), None)
    mine = [
        row
        for row in rows
        if days <= (today - row.handed_out_on).days and (younger is None or (today - row.handed_out_on).days < younger)
    ]
    mine.sort(key=lambda row: (row.talked_on or date.min, row.handed_out_on, row.card.number))
    return [
        SleepingCard(row.card.id, row.card.number, row.handed_out_on, row.talked_on, ideas.get(row.card.id))
        for row in mine
    ]


def _ideas(rows: Sequence[_Row], unit: Unit, *, today: date) -> dict[int, Idea]:
    """Return an idea for each card that there is one for, by the card's id."""
    if not rows:
        return {}
    near = nearby.near_holders([row.card.line or "" for row in rows], area_id=unit.area_id)
    offered = list(db.session.scalars(_offers(unit.area_id, today)))
    together = list(db.session.scalars(_group_visits(unit.id, today)))
    coming = {occurrence.id: occurrence for occurrence in (*offered, *together)}
    ahead = suggestion.look_ahead(list(map(_coming, offered)), group_visits=list(map(_coming, together)))
    found = {}
    for row in rows:
        venues = near[row.card.line or ""]
        chosen = suggestion.suggest(ahead, children=row.card.children, venues=[venue.id for venue in venues])
        if chosen is not None:
            occurrence = coming[chosen.coming.key]
            venue = next(venue for venue in venues if venue.id == occurrence.venue_id)
            found[row.card.id] = Idea(chosen.kind, occurrence.event, venue, occurrence.starts_at)
    return found


def _group_visits(unit_id: int, today: date) -> sa.Select[Occurrence]:
    """Return the query of the events that a unit goes to as a group in the next fortnight, accepted by the place."""
    return (
        sa.select(Occurrence)
        .join(Booking, Booking.occurrence_id == Occurrence.id)
        .where(
            Booking.unit_id == unit_id,
            Booking.kind == BookingKind.GROUP,
            Booking.state == BookingState.BOOKED,
            Booking.on_day.between(today + timedelta(days=1), today + AHEAD),
        )
        .options(joinedload(Occurrence.event))
        .order_by(Occurrence.starts_at, Occurrence.id)
    )


def _offers(area_id: int, today: date) -> sa.Select[Occurrence]:
    """Return the query of what an area's venues have from tomorrow on for a fortnight, for which there are places."""
    return (
        sa.select(Occurrence)
        .join(Venue, Venue.id == Occurrence.venue_id)
        .where(
            Venue.area_id == area_id,
            Occurrence.on_day.between(today + timedelta(days=1), today + AHEAD),
            Occurrence.state == Planned.ON,
            Occurrence.sold_out.is_(False),
            sa.func.coalesce(Occurrence.quota, 1) > 0,
        )
        .options(joinedload(Occurrence.event))
        .order_by(Occurrence.starts_at, Occurrence.id)
    )


def _coming(occurrence: Occurrence) -> Coming:
    return Coming(occurrence.id, occurrence.venue_id, occurrence.starts_at, occurrence.event.kind)
