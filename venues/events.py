"""The programme of a venue: add an event with its evenings, cancel one, list what is on. Quotas come elsewhere."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta

import sqlalchemy as sa
from sqlalchemy.orm import joinedload

from kaikukortti import audit
from kaikukortti.db import db, transactional
from kaikukortti.errors import DomainError, NotFound
from kaikukortti.models.programme import Event, Occurrence
from kaikukortti.rules import access, period
from kaikukortti.rules.access import Actor
from kaikukortti.rules.programme import Category, EventKind, Planned

DAYS_SHOWN = 14
MOST_OCCURRENCES = 60


class InThePast(DomainError):
    """A new evening lies on a day that is over."""

    code = "occurrence_in_past"


class EndsBeforeStart(DomainError):
    """The end is not after the start."""

    code = "occurrence_order"


@dataclass(frozen=True)
class EventDetails:
    """What a manager enters about an event."""

    title_fi: str
    title_sv: str
    title_en: str
    category: Category
    kind: EventKind


@dataclass(frozen=True)
class Slot:
    """Start and end of one evening, in UTC; the end may be open."""

    starts_at: datetime
    ends_at: datetime | None = None


@transactional
def add_event(
    *, actor: Actor, venue_id: int, details: EventDetails, slots: Sequence[Slot], place: str, now: datetime
) -> Event:
    """Add an event with one or more evenings to the manager's venue.

    Raises NotFound for another venue, InThePast, EndsBeforeStart.
    """
    if not access.may_manage_venue(actor, venue_id=venue_id):
        raise NotFound()
    for slot in slots[:MOST_OCCURRENCES]:
        if period.day_of(slot.starts_at) < period.day_of(now):
            raise InThePast()
        if slot.ends_at is not None and slot.ends_at <= slot.starts_at:
            raise EndsBeforeStart()
    event = Event(venue_id=venue_id, created_at=now, **vars(details))
    event.occurrences = [
        Occurrence(
            venue_id=venue_id,
            starts_at=slot.starts_at,
            ends_at=slot.ends_at,
            on_day=period.day_of(slot.starts_at),
            place=place,
        )
        for slot in slots[:MOST_OCCURRENCES]
    ]
    db.session.add(event)
    db.session.flush()
    audit.record("event.added", actor=actor, now=now, detail={"event": event.id, "evenings": len(slots)})
    return event


@transactional
def cancel(occurrence_id: int, *, actor: Actor, now: datetime) -> Occurrence:
    """Cancel one evening; visits that were registered for it stay. Raises NotFound for another venue's."""
    occurrence = db.session.get(Occurrence, occurrence_id, with_for_update=True, populate_existing=True)
    if occurrence is None or not access.may_manage_venue(actor, venue_id=occurrence.venue_id):
        raise NotFound()
    if occurrence.state is Planned.ON:
        occurrence.state = Planned.CANCELLED
        audit.record("occurrence.cancelled", actor=actor, now=now, detail={"occurrence": occurrence.id})
    return occurrence


def list_coming(venue_id: int, *, from_on: date, days: int = DAYS_SHOWN) -> list[Occurrence]:
    """Return the evenings of a venue from a day on, in order, with their events; cancelled ones are left out."""
    query = (
        sa.select(Occurrence)
        .options(joinedload(Occurrence.event))
        .where(
            Occurrence.venue_id == venue_id,
            Occurrence.state == Planned.ON,
            Occurrence.on_day.between(from_on, from_on + timedelta(days=days)),
        )
        .order_by(Occurrence.starts_at, Occurrence.id)
    )
    return list(db.session.scalars(query))


def list_programme(venue_id: int, *, from_on: date, most: int = 100) -> list[Occurrence]:
    """Return the coming evenings of a venue for its own programme page, cancelled ones included."""
    query = (
        sa.select(Occurrence)
        .options(joinedload(Occurrence.event))
        .where(Occurrence.venue_id == venue_id, Occurrence.on_day >= from_on)
        .order_by(Occurrence.starts_at, Occurrence.id)
        .limit(most)
    )
    return list(db.session.scalars(query))
