"""The day and the event that a paper list may be about: how far back, whose venue, at which hour."""

from dataclasses import dataclass
from datetime import date, datetime, time, timedelta

import sqlalchemy as sa
from sqlalchemy.orm import joinedload

from kaikukortti import partners
from kaikukortti.db import db
from kaikukortti.errors import DomainError
from kaikukortti.models.network import Venue
from kaikukortti.models.programme import Occurrence
from kaikukortti.rules import period
from kaikukortti.rules.access import Actor, Role
from venues import lookup

OLDEST_OF_VENUES = timedelta(days=30)
OLDEST_OF_COORDINATORS = timedelta(days=366)
NOON = time(12)


class DayInFuture(DomainError):
    """Nobody has visited on a day to come."""

    code = "paper_day_in_future"


class DayTooOld(DomainError):
    """The day lies further back than a venue may enter by itself."""

    code = "paper_day_too_old"


class DayOverAYear(DayTooOld):
    """The day lies further back than a coordinator may enter."""

    code = "paper_day_over_a_year"


class VenueOver(DomainError):
    """The day comes after the last day of a pop-up venue."""

    code = "paper_venue_over"


class EventOfOtherDay(DomainError):
    """The event is not on the day of the list."""

    code = "paper_event_of_other_day"


@dataclass(frozen=True)
class Evening:
    """Where and when the visits of a list were; without an occurrence to the house."""

    venue: Venue
    on_day: date
    occurrence: Occurrence | None


def oldest_day(actor: Actor, *, today: date) -> date:
    """Return the first day that the actor may enter visits for."""
    return today - (OLDEST_OF_COORDINATORS if actor.role is Role.COORDINATOR else OLDEST_OF_VENUES)


def list_evenings(venue_id: int, *, on_day: date, actor: Actor, today: date) -> list[Occurrence]:
    """Return the events of a venue on a day, those called off as well.

    Raises NotFound, DayInFuture, DayTooOld, VenueOver.
    """
    venue = partners.get_venue(venue_id, actor=actor)
    _check_day(on_day, venue, actor, today)
    query = (
        sa.select(Occurrence)
        .options(joinedload(Occurrence.event))
        .where(Occurrence.venue_id == venue.id, Occurrence.on_day == on_day)
        .order_by(Occurrence.starts_at, Occurrence.id)
    )
    return list(db.session.scalars(query))


def find_evening(venue_id: int, *, on_day: date, occurrence: int | None, actor: Actor, today: date) -> Evening:
    """Return where and when the visits of a list were.

    Raises NotFound for a venue that is not the actor's own nor of the coordinator's area, DayInFuture, DayTooOld,
    VenueOver, lookup.OccurrenceElsewhere, EventOfOtherDay.
    """
    venue = partners.get_venue(venue_id, actor=actor)
    _check_day(on_day, venue, actor, today)
    if occurrence is None:
        return Evening(venue, on_day, None)
    found = db.session.get(Occurrence, occurrence)
    if found is None or found.venue_id != venue.id:
        raise lookup.OccurrenceElsewhere()
    if found.on_day != on_day:
        raise EventOfOtherDay()
    return Evening(venue, on_day, found)


def moment_of(evening: Evening, *, now: datetime) -> datetime:
    """Return a likely moment of the visits: the start of the event while its doors are open, noon for the house."""
    occurrence = evening.occurrence
    if occurrence is None:
        return min(period.moment_of(evening.on_day, NOON), now)
    at = occurrence.starts_at
    if occurrence.closes_at is not None:
        at = min(at, occurrence.closes_at)
    if occurrence.opens_at is not None:
        at = max(at, occurrence.opens_at)
    return min(at, now)


def _check_day(on_day: date, venue: Venue, actor: Actor, today: date) -> None:
    if venue.last_on is not None and on_day > venue.last_on:
        raise VenueOver()
    if on_day > today:
        raise DayInFuture()
    if on_day < oldest_day(actor, today=today):
        raise DayOverAYear() if actor.role is Role.COORDINATOR else DayTooOld()
