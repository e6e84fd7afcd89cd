"""One date of an event: what was registered, moved to another time, its door window, its places for card holders."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

import sqlalchemy as sa
from sqlalchemy.orm import joinedload

from kaikukortti import audit
from kaikukortti.db import db, transactional
from kaikukortti.errors import DomainError, NotFound
from kaikukortti.models.network import Venue
from kaikukortti.models.programme import Event, Occurrence
from kaikukortti.rules import access, period, quota, recurrence
from kaikukortti.rules.access import Actor
from kaikukortti.rules.programme import Planned
from kaikukortti.rules.quota import Quota
from kaikukortti.rules.recurrence import Slot
from venues import bookingnews, events, lastday, quotas, snapshot, waitinglist

WINDOW_WITHIN = timedelta(hours=24)


class OccurrenceOver(DomainError):
    """The day of the date is over, or it has been called off."""

    code = "occurrence_over"


class OccurrenceThere(DomainError):
    """The event has another date at this very time."""

    code = "occurrence_there"


class DoorImpossible(DomainError):
    """The doors close before they open, or one of the two is more than a day from the start."""

    code = "door_impossible"


class QuotaBelowGiven(DomainError):
    """More places have been given already; details hold `given`."""

    code = "quota_below_given"


@dataclass(frozen=True)
class Shown:
    """A date with its event and venue, the tickets registered for it by kind, and the places given out and kept."""

    occurrence: Occurrence
    tickets: dict[str, int]
    given: int

    @property
    def left(self) -> int | None:
        """Return the places that are left for card holders, None without a limit."""
        if self.occurrence.sold_out:
            return 0
        return None if self.occurrence.quota is None else max(self.occurrence.quota - self.given, 0)


def read(occurrence_id: int, *, actor: Actor, now: datetime) -> Shown:
    """Return a date of the manager's venue with what was registered. Raises NotFound for another's."""
    with_event = joinedload(Occurrence.event).joinedload(Event.venue)
    occurrence = db.session.get(Occurrence, occurrence_id, options=[with_event])
    if occurrence is None or not access.may_manage_venue(actor, venue_id=occurrence.venue_id):
        raise NotFound()
    tickets = snapshot.count_tickets([occurrence.id]).get(occurrence.id, {})
    return Shown(occurrence, tickets, quotas.count_given(occurrence.id, now=now))


@transactional
def move(occurrence_id: int, *, slot: Slot, place: str, actor: Actor, now: datetime) -> Occurrence:
    """Move a date to another time or place. Its visits stay, its bookings go along, its doors keep their distance from
    the start.

    Raises NotFound, OccurrenceOver, OccurrenceThere, InThePast, TooFarAhead, EndsBeforeStart, lastday.AfterLastDay.
    """
    occurrence = _lock(occurrence_id, actor=actor, now=now)
    events.check_slot(slot, today=period.day_of(now))
    lastday.check(db.session.get_one(Venue, occurrence.venue_id), slot)
    twin = sa.exists().where(
        Occurrence.event_id == occurrence.event_id,
        Occurrence.id != occurrence.id,
        Occurrence.starts_at == slot.starts_at,
        Occurrence.state == Planned.ON,
    )
    if db.session.scalar(sa.select(twin)):
        raise OccurrenceThere()
    before = Slot(occurrence.starts_at, occurrence.ends_at)
    if before == slot and occurrence.place == place:
        return occurrence
    occurrence.opens_at = recurrence.shifted(before, occurrence.opens_at, slot)
    occurrence.closes_at = recurrence.shifted(before, occurrence.closes_at, slot)
    day = period.day_of(slot.starts_at)
    if day != occurrence.on_day:
        occurrence.moved_from_on = occurrence.on_day
    occurrence.starts_at, occurrence.ends_at, occurrence.on_day = slot.starts_at, slot.ends_at, day
    occurrence.place = place
    moved = bookingnews.move(occurrence, before=before.starts_at, now=now)
    times = {"from": before.starts_at.isoformat(), "to": slot.starts_at.isoformat()}
    detail = {"occurrence": occurrence.id, **times, "bookings": moved}
    audit.record("occurrence.moved", actor=actor, now=now, detail=detail)
    return occurrence


@transactional
def set_door(
    occurrence_id: int,
    *,
    opens_at: datetime | None,
    closes_at: datetime | None,
    and_later: bool = False,
    actor: Actor,
    now: datetime,
) -> int:
    """Set when the doors open and close, None for at any time; `and_later` does the same for the event's later dates.

    Returns how many dates were set. Raises NotFound, OccurrenceOver, DoorImpossible.
    """
    first = _lock(occurrence_id, actor=actor, now=now)
    if opens_at is not None and closes_at is not None and closes_at <= opens_at:
        raise DoorImpossible()
    if any(at is not None and abs(at - first.starts_at) > WINDOW_WITHIN for at in (opens_at, closes_at)):
        raise DoorImpossible()
    model, rows = Slot(first.starts_at), _and_later(first, and_later)
    for row in rows:
        to = Slot(row.starts_at)
        row.opens_at = recurrence.shifted(model, opens_at, to)
        row.closes_at = recurrence.shifted(model, closes_at, to)
    detail = {"occurrence": first.id, "dates": len(rows)}
    audit.record("occurrence.door_set", actor=actor, now=now, detail=detail)
    return len(rows)


@transactional
def set_places(
    occurrence_id: int, *, given: Quota, sold_out: bool, and_later: bool = False, actor: Actor, now: datetime
) -> int:
    """Set how many places are for card holders; `and_later` does the same for the event's later dates.

    `sold_out` is of this date alone; places that come free are offered to who waits. Returns how many dates were set.
    Raises NotFound, OccurrenceOver, CapacityImpossible, QuotaImpossible, QuotaBelowGiven; then no date is changed.
    """
    first = _lock(occurrence_id, actor=actor, now=now)
    quota.check(given)
    rows = _and_later(first, and_later)
    places = given.places
    for row in rows:
        out = 0 if places is None else quotas.count_given(row.id, now=now)
        if places is not None and places < out:
            raise QuotaBelowGiven(given=out, day=row.on_day)
        row.quota, row.quota_percent, row.capacity = places, given.percent, given.capacity
    first.sold_out = sold_out
    db.session.flush()
    for row in rows:
        waitinglist.pass_on(row, now=now)
    detail = {"occurrence": first.id, "dates": len(rows), "quota": places, "sold_out": sold_out}
    audit.record("occurrence.places_set", actor=actor, now=now, detail=detail)
    return len(rows)


@transactional
def set_house_rule(venue_id: int, *, given: Quota, children_take_places: bool, actor: Actor, now: datetime) -> Venue:
    """Set what a new date of the venue gives when nothing is said of it, and whether children take places.

    Raises NotFound, CapacityImpossible, QuotaImpossible.
    """
    if not access.may_manage_venue(actor, venue_id=venue_id):
        raise NotFound()
    quota.check(given)
    venue = db.session.get_one(Venue, venue_id, with_for_update={"of": Venue}, populate_existing=True)
    venue.quota, venue.quota_percent, venue.capacity = given.number, given.percent, given.capacity
    venue.children_take_places = children_take_places
    detail = {**vars(given), "children_take_places": children_take_places}
    audit.record("venue.places_set", actor=actor, now=now, detail=detail)
    return venue


def _lock(occurrence_id: int, *, actor: Actor, now: datetime) -> Occurrence:
    """Return a date that can still be changed, locked. Raises NotFound for another venue's, OccurrenceOver."""
    occurrence = db.session.get(Occurrence, occurrence_id, with_for_update={"of": Occurrence}, populate_existing=True)
    if occurrence is None or not access.may_manage_venue(actor, venue_id=occurrence.venue_id):
        raise NotFound()
    if occurrence.state is Planned.CANCELLED or occurrence.on_day < period.day_of(now):
        raise OccurrenceOver()
    return occurrence


def _and_later(first: Occurrence, and_later: bool) -> Sequence[Occurrence]:
    if not and_later:
        return [first]
    later = sa.and_(Occurrence.event_id == first.event_id, Occurrence.starts_at > first.starts_at)
    query = sa.select(Occurrence).where(later, Occurrence.state == Planned.ON).order_by(Occurrence.id)
    return [first, *db.session.scalars(query.with_for_update(of=Occurrence))]
