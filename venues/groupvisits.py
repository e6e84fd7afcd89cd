"""Visits that a unit plans as a group with its community card: asked for, answered by the venue, cancelled.

The door reads one code and corrects the heads (redeeming.py). The venue learns heads, needs and time, and no unit.
"""

import secrets
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

import sqlalchemy as sa

from kaikukortti import audit
from kaikukortti.db import db, transactional
from kaikukortti.errors import DomainError, NotFound
from kaikukortti.models.bookings import Booking
from kaikukortti.models.cards import Card
from kaikukortti.models.network import PartnerState, Unit, Venue
from kaikukortti.models.programme import Occurrence
from kaikukortti.rules import access, period
from kaikukortti.rules.access import Actor
from kaikukortti.rules.booking import OPEN, AccessNeed, BookedBy, BookingKind, BookingNews, BookingState
from kaikukortti.rules.card import CardKind
from kaikukortti.rules.counting import Counts
from kaikukortti.rules.verdict import MOST_UNDER16, MOST_WORKERS
from venues import bookingchecks, judging, lookup, quotas, waitinglist
from venues.bookingchecks import AlreadyBooked, Asked, CardRefused, NoPlacesLeft
from venues.judging import Door, Reading
from venues.lookup import Place

MOST_OWN_CARDS = 30
MOST_DAYS_AHEAD = 366


class HeadsImpossible(DomainError):
    """More workers, clients under 16 or own cards than a group may have; details hold the most of each."""

    code = "group_heads_impossible"


class WorkerNeeded(DomainError):
    """A worker of the unit comes along: the card is the worker's to show."""

    code = "group_worker_needed"


class ClientNeeded(DomainError):
    """A group has one client at least, under 16 or with a card of the own."""

    code = "group_client_needed"


class ArrivalImpossible(DomainError):
    """The time of arrival is over, on another day than the event, or more than a year ahead."""

    code = "group_arrival_impossible"


class BudgetTooSmall(DomainError):
    """The community card has fewer tickets left this year, planned visits counted; details hold `left`."""

    code = "group_budget_too_small"


class GroupPlanned(DomainError):
    """The unit has a group at this date already: own cards of its clients could not be told apart between two."""

    code = "group_already_planned"


class AlreadyAnswered(DomainError):
    """The visit has been answered, or cancelled, meanwhile."""

    code = "group_already_answered"


@dataclass(frozen=True)
class Plan:
    """Who comes and when: workers and clients under 16 on the community card, `own_cards` clients with their own."""

    workers: int
    under16: int
    own_cards: int
    arrives_at: datetime
    access_needs: tuple[AccessNeed, ...] = ()

    @property
    def counts(self) -> Counts:
        """Return the tickets on the community card."""
        return Counts(worker=self.workers, under16=self.under16)


@transactional
def ask(
    card_id: int,
    *,
    plan: Plan,
    occurrence_id: int | None = None,
    venue_id: int | None = None,
    actor: Actor,
    now: datetime,
) -> Booking:
    """Ask a venue for a visit as a group: to a date of its programme, or to the house on the day of arrival.

    No place is kept before the venue has accepted. Raises NotFound, HeadsImpossible, WorkerNeeded, ClientNeeded,
    ArrivalImpossible, BudgetTooSmall, and of bookingchecks OccurrenceOver, OccurrenceCancelled, BookingClosed,
    CardRefused, AlreadyBooked. A unit has one group at a date: GroupPlanned.
    """
    unit, card = _own_card(card_id, actor=actor)
    check_heads(plan)
    venue, place = _where(unit, card, plan, occurrence_id, venue_id, actor=actor, now=now)
    reading = judging.read(Door(venue.id, venue.area_id, now, now), place, code=card.number, ref=None, lock=True)
    if not judging.judge(reading, place, moment=now, places_left=None).admits:
        raise CardRefused()
    _check_budget(reading, plan, place.on_day, now=now)
    holder = quotas.holder_of(reading.card, reading.code)
    if db.session.scalar(sa.select(sa.exists().where(_is_there(place, venue.id), Booking.holder == holder))):
        raise AlreadyBooked()
    is_ours = sa.and_(Booking.unit_id == unit.id, Booking.kind == BookingKind.GROUP)
    if db.session.scalar(sa.select(sa.exists().where(_is_there(place, venue.id), is_ours))):
        raise GroupPlanned()
    booking = _insert(card, unit, venue, place, plan, holder=holder, actor=actor, now=now)
    detail = {"booking": booking.ref, "occurrence": place.occurrence_id}
    audit.record("group.asked", actor=actor, now=now, card_number=card.number, detail=detail)
    return booking


@transactional
def accept(ref: str, *, actor: Actor, now: datetime) -> Booking:
    """Accept a group: its places are kept from now on. Raises NotFound, AlreadyAnswered, NoPlacesLeft."""
    booking, occurrence = _lock_asked(ref, actor=actor, now=now)
    if occurrence is not None:
        place = waitinglist.place_of(occurrence)
        room = quotas.count_room(place, booking.holder, now=now)
        if room is not None and waitinglist.places_of(booking, place) > room.bookable:
            raise NoPlacesLeft(left=max(room.bookable, 0))
    return _answer(booking, BookingState.BOOKED, BookingNews.ACCEPTED, actor=actor, now=now)


@transactional
def decline(ref: str, *, actor: Actor, now: datetime) -> Booking:
    """Say that the group cannot come then; no reason is asked. Raises NotFound, AlreadyAnswered."""
    booking, _ = _lock_asked(ref, actor=actor, now=now)
    return _answer(booking, BookingState.DECLINED, BookingNews.DECLINED, actor=actor, now=now)


def check_heads(plan: Plan) -> None:
    """Check who comes. Raises HeadsImpossible, WorkerNeeded, ClientNeeded."""
    most = {"workers": MOST_WORKERS, "under16": MOST_UNDER16, "own_cards": MOST_OWN_CARDS}
    if any(not 0 <= getattr(plan, kind) <= limit for kind, limit in most.items()):
        raise HeadsImpossible(**most)
    if plan.workers == 0:
        raise WorkerNeeded()
    if plan.under16 + plan.own_cards == 0:
        raise ClientNeeded()


def _own_card(card_id: int, *, actor: Actor) -> tuple[Unit, Card]:
    card = db.session.get(Card, card_id)
    if card is None or card.unit is None or card.kind is not CardKind.COMMUNITY or card.line is None:
        raise NotFound()
    if not access.may_issue(actor, unit_id=card.unit.id):
        raise NotFound()
    return card.unit, card


def _where(
    unit: Unit,
    card: Card,
    plan: Plan,
    occurrence_id: int | None,
    venue_id: int | None,
    *,
    actor: Actor,
    now: datetime,
) -> tuple[Venue, Place]:
    day = period.day_of(plan.arrives_at)
    if occurrence_id is None:
        venue = db.session.get(Venue, venue_id)
        if venue is None or venue.area_id != unit.area_id or venue.state is not PartnerState.ACTIVE:
            raise NotFound()
        if plan.arrives_at <= now or (day - period.day_of(now)).days > MOST_DAYS_AHEAD:
            raise ArrivalImpossible()
        return venue, lookup.find_place(None, venue.id, day)
    seen = db.session.get(Occurrence, occurrence_id)
    venue = None if seen is None else db.session.get(Venue, seen.venue_id)
    if venue is None or venue.area_id != unit.area_id:
        raise NotFound()
    wanted = Asked(
        card.number, occurrence_id, plan.counts, BookedBy.UNIT, venue.id, venue.area_id, actor, unit.id, None, False, ""
    )
    occurrence = bookingchecks.lock_bookable(wanted, now=now)
    last_day = period.day_of(occurrence.ends_at or occurrence.starts_at)
    if plan.arrives_at <= now or not occurrence.on_day <= day <= last_day:
        raise ArrivalImpossible()
    return venue, waitinglist.place_of(occurrence)


def _check_budget(reading: Reading, plan: Plan, day: date, *, now: datetime) -> None:
    """Check what the card has left in the year of the visit, the visits that are planned taken off."""
    if reading.budget_left is None:
        return
    planned = sa.select(sa.func.coalesce(sa.func.sum(Booking.worker + Booking.under16), 0)).where(
        Booking.holder == quotas.holder_of(reading.card, reading.code),
        Booking.state.in_(OPEN),
        Booking.on_day >= period.day_of(now),
        Booking.on_day.between(date(day.year, 1, 1), date(day.year, 12, 31)),
    )
    left = reading.budget_left - (db.session.scalar(planned) or 0)
    if plan.counts.uses > left:
        raise BudgetTooSmall(left=max(left, 0))


def _is_there(place: Place, venue_id: int) -> sa.ColumnElement[bool]:
    at_house = sa.and_(Booking.occurrence_id.is_(None), Booking.venue_id == venue_id, Booking.on_day == place.on_day)
    there = at_house if place.occurrence_id is None else Booking.occurrence_id == place.occurrence_id
    return sa.and_(there, Booking.state.in_(OPEN))


def _insert(
    card: Card, unit: Unit, venue: Venue, place: Place, plan: Plan, *, holder: str, actor: Actor, now: datetime
) -> Booking:
    ref = secrets.token_hex(8)
    values: dict[str, Any] = {
        "ref": ref,
        "venue_id": venue.id,
        "occurrence_id": place.occurrence_id,
        "on_day": place.on_day,
        "kind": BookingKind.GROUP,
        "booked_by": BookedBy.UNIT,
        "state": BookingState.ASKED,
        "holder": holder,
        "card_id": card.id,
        "unit_id": unit.id,
        **vars(plan.counts),
        "own_cards": plan.own_cards,
        "arrives_at": plan.arrives_at,
        "access_needs": [need.value for need in plan.access_needs],
        "created_at": now,
        "created_by": actor.user_id,
        "changed_at": now,
    }
    waitinglist.insert(values)
    return db.session.scalars(sa.select(Booking).where(Booking.ref == ref)).one()


def _lock_asked(ref: str, *, actor: Actor, now: datetime) -> tuple[Booking, Occurrence | None]:
    seen = db.session.scalar(sa.select(Booking.occurrence_id).where(Booking.ref == ref))
    occurrence = waitinglist.lock_occurrence(seen)
    query = sa.select(Booking).where(Booking.ref == ref).with_for_update(of=Booking)
    booking = db.session.scalar(query.execution_options(populate_existing=True))
    is_ours = booking is not None and access.may_see_evening(actor, venue_id=booking.venue_id)
    if booking is None or not is_ours or booking.kind is not BookingKind.GROUP:
        raise NotFound()
    if booking.state is not BookingState.ASKED or period.last_moment_of(booking.on_day) <= now:
        raise AlreadyAnswered()
    return booking, occurrence


def _answer(booking: Booking, state: BookingState, news: BookingNews, *, actor: Actor, now: datetime) -> Booking:
    booking.state, booking.news, booking.changed_at = state, news, now
    detail = {"booking": booking.ref, "occurrence": booking.occurrence_id}
    audit.record(f"group.{news.value}", actor=actor, now=now, detail=detail)
    return booking
