"""What has to be true of a booking before it is written: the event, the card on the event's day, tickets, places.

A refusal never says why the card is refused. Called by bookings.py inside its transaction; nothing is written here.
"""

from dataclasses import dataclass, replace
from datetime import datetime

import sqlalchemy as sa

from kaikukortti.cardregister import IsCommunityCard, NumberMalformed, NumberUnknown
from kaikukortti.db import db
from kaikukortti.errors import DomainError, NotFound
from kaikukortti.models.bookings import Booking
from kaikukortti.models.cards import Card
from kaikukortti.models.network import PartnerState, Venue
from kaikukortti.models.programme import Occurrence
from kaikukortti.rules import access, verdict
from kaikukortti.rules.access import Actor
from kaikukortti.rules.booking import OPEN, BookedBy, BookingState
from kaikukortti.rules.card import CardKind
from kaikukortti.rules.counting import Counts
from kaikukortti.rules.programme import Planned
from venues import judging, lookup, quotas, waitinglist
from venues.judging import Reading
from venues.lookup import FoundCard, Place


class OccurrenceOver(DomainError):
    """The event has ended."""

    code = "booking_occurrence_over"


class OccurrenceCancelled(DomainError):
    """The event has been called off."""

    code = "occurrence_cancelled"


class BookingClosed(DomainError):
    """The doors have closed, or the venue takes no visits with the card now."""

    code = "booking_closed"


class CardRefused(DomainError):
    """The card cannot be used for this event; details hold `reason`, for machines only."""

    code = "booking_card_refused"


class AlreadyBooked(DomainError):
    """The card has a booking for this event."""

    code = "already_booked"


class TooManyTickets(DomainError):
    """The card brings fewer; details hold the most `adults` and `children`."""

    code = "booking_too_many_tickets"


class NoPlacesLeft(DomainError):
    """The event has fewer places left; details hold `left`."""

    code = "no_places_left"


class NobodyComes(DomainError):
    """A booking is for one adult or child at least."""

    code = "booking_nobody"


class BookingEnded(DomainError):
    """The booking has been used, cancelled, or its event is over."""

    code = "booking_ended"


@dataclass(frozen=True)
class Asked:
    """What is asked for, by whom."""

    code: str
    occurrence_id: int
    counts: Counts
    booked_by: BookedBy
    venue_id: int
    area_id: int
    actor: Actor
    unit_id: int | None
    api_key_id: int | None
    may_wait: bool
    ref: str


def check_asker(asked: Asked) -> None:
    """Check that the venue books at its own desk, the unit for itself, a seller with a key. Raises NotFound."""
    match asked.booked_by:
        case BookedBy.VENUE:
            is_allowed = access.may_see_evening(asked.actor, venue_id=asked.venue_id)
        case BookedBy.UNIT:
            is_allowed = asked.unit_id is not None and access.may_issue(asked.actor, unit_id=asked.unit_id)
        case BookedBy.SELLER:
            is_allowed = asked.api_key_id is not None
    if not is_allowed:
        raise NotFound()


def lock_bookable(asked: Asked, *, now: datetime) -> Occurrence:
    """Return the event, locked, if it can be booked.

    Raises lookup.OccurrenceElsewhere, OccurrenceOver, OccurrenceCancelled, BookingClosed.
    """
    occurrence = waitinglist.lock_occurrence(asked.occurrence_id)
    if occurrence is None or occurrence.venue_id != asked.venue_id:
        raise lookup.OccurrenceElsewhere()
    if (occurrence.ends_at or occurrence.starts_at) <= now:
        raise OccurrenceOver()
    if occurrence.state is Planned.CANCELLED:
        raise OccurrenceCancelled()
    is_closed = occurrence.closes_at is not None and occurrence.closes_at <= now
    venue = db.session.get_one(Venue, asked.venue_id)
    is_over = venue.last_on is not None and occurrence.on_day > venue.last_on
    if is_closed or is_over or venue.state is not PartnerState.ACTIVE:
        raise BookingClosed()
    return occurrence


def check_card(reading: Reading, asked: Asked, place: Place, *, now: datetime) -> Counts:
    """Return the tickets, after a look at the card.

    Raises NumberMalformed, NumberUnknown, IsCommunityCard, CardRefused, NobodyComes, TooManyTickets, AlreadyBooked.
    """
    card = reading.card
    if reading.malformed is not None:
        raise NumberMalformed(**vars(reading.malformed) | {"problem": reading.malformed.problem.value})
    if asked.booked_by is BookedBy.UNIT:
        _check_own(card, asked)
    judged = judging.judge(reading, place, moment=now, places_left=None)
    if not judged.admits:
        raise CardRefused(reason=judged.reason.value if judged.reason else None)
    counts = asked.counts
    if card is not None and card.kind is CardKind.COMMUNITY:
        counts = replace(counts, adult=0, child=0, worker=counts.adults, under16=counts.children)
    if counts.uses == 0:
        raise NobodyComes()
    if not verdict.allows(judged.limits, counts):
        raise TooManyTickets(adults=judged.limits.adults, children=judged.limits.children)
    here = sa.and_(Booking.occurrence_id == place.occurrence_id, Booking.state.in_(OPEN))
    holder = quotas.holder_of(card, reading.code)
    if db.session.scalar(sa.select(sa.exists().where(here, Booking.holder == holder))):
        raise AlreadyBooked()
    return counts


def _check_own(card: FoundCard | None, asked: Asked) -> None:
    """Check that a card is a holder's card of the unit: for everybody else's, the unit hears the same."""
    unit_id = None if card is None else db.session.scalar(sa.select(Card.unit_id).where(Card.id == card.card_id))
    if card is None or card.line is None or unit_id != asked.unit_id:
        raise NumberUnknown()
    if card.kind is CardKind.COMMUNITY:
        raise IsCommunityCard()


def find_state(reading: Reading, asked: Asked, place: Place, counts: Counts, *, now: datetime) -> BookingState:
    """Return whether the places are there, or a turn on the waiting list is. Raises NoPlacesLeft."""
    room = quotas.count_room(place, quotas.holder_of(reading.card, reading.code), now=now)
    if room is None or quotas.takes(counts, place) <= room.bookable:
        return BookingState.BOOKED
    if asked.may_wait:
        return BookingState.WAITING
    raise NoPlacesLeft(left=max(room.bookable, 0))
