"""Further dates of an event: one, or a series by a rule; the rest called off. One date is changed in dates."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta

import sqlalchemy as sa

from kaikukortti import audit
from kaikukortti.db import db, transactional
from kaikukortti.models.network import Venue
from kaikukortti.models.programme import Event, Occurrence
from kaikukortti.rules import period, recurrence
from kaikukortti.rules.access import Actor
from kaikukortti.rules.programme import Planned
from kaikukortti.rules.recurrence import MOST_DATES, Recurrence, SeriesTooLong, Slot
from venues import bookingnews, events
from venues.events import InThePast, TooFarAhead


@dataclass(frozen=True)
class Added:
    """How many dates are new, how many were there already, and the days whose hour does not exist."""

    new: int
    there: int
    skipped: tuple[date, ...] = ()


@transactional
def add_date(event_id: int, *, slot: Slot, place: str, actor: Actor, now: datetime) -> Added:
    """Add one date to an event of the manager's venue; an empty place is the event's own.

    Raises NotFound, InThePast, TooFarAhead, EndsBeforeStart, SeriesTooLong.
    """
    event = events.lock_event(event_id, actor=actor)
    return _add(event, [slot], place=place, actor=actor, now=now)


@transactional
def add_series(
    event_id: int,
    *,
    wanted: Recurrence,
    place: str = "",
    opens_before: timedelta | None = None,
    closes_after: timedelta | None = None,
    actor: Actor,
    now: datetime,
) -> Added:
    """Add the dates of a rule: those that are there already are left as they are.

    `opens_before` and `closes_after` count from the start of each. An event has at most MOST_DATES to come.
    Raises NotFound, InThePast, TooFarAhead, EndsBeforeStart, SeriesTooLong, SeriesEmpty.
    """
    event, today = events.lock_event(event_id, actor=actor), period.day_of(now)
    if wanted.first_on < today:
        raise InThePast()
    if max(wanted.first_on, wanted.until_on) > events.last_plannable(today):
        raise TooFarAhead(years=events.YEARS_AHEAD)
    found = recurrence.expand(wanted)
    window = (opens_before, closes_after)
    return _add(event, found.slots, place=place, window=window, skipped=found.skipped, actor=actor, now=now)


@transactional
def cancel_rest(event_id: int, *, from_on: date, actor: Actor, now: datetime) -> int:
    """Call off the dates of an event from a day on, today at the earliest, and return how many they were.

    Raises NotFound.
    """
    event = events.lock_event(event_id, actor=actor)
    rest = sa.and_(
        Occurrence.event_id == event.id,
        Occurrence.state == Planned.ON,
        Occurrence.on_day >= max(from_on, period.day_of(now)),
    )
    ids = list(db.session.scalars(sa.select(Occurrence.id).where(rest).order_by(Occurrence.id).with_for_update()))
    if ids:
        values = {"state": Planned.CANCELLED}
        db.session.execute(sa.update(Occurrence).where(Occurrence.id.in_(ids)).values(values))
        ended = bookingnews.call_off(ids, now=now)
        detail = {"event": event.id, "occurrences": ids, "bookings": ended}
        audit.record("event.rest_cancelled", actor=actor, now=now, detail=detail)
    return len(ids)


def _add(
    event: Event,
    slots: Sequence[Slot],
    *,
    place: str,
    window: tuple[timedelta | None, timedelta | None] = (None, None),
    skipped: tuple[date, ...] = (),
    actor: Actor,
    now: datetime,
) -> Added:
    today = period.day_of(now)
    for slot in slots:
        events.check_slot(slot, today=today)
    coming = events.list_dates(event.id, from_on=today)
    there = {date.starts_at for date in coming}
    new = [slot for slot in slots if slot.starts_at not in there]
    if len(coming) + len(new) > MOST_DATES:
        raise SeriesTooLong(most=MOST_DATES)
    venue = db.session.get_one(Venue, event.venue_id)
    before, after = window
    for slot in new:
        made = events.make_date(venue, slot, place=place or event.place)
        made.event_id = event.id
        made.opens_at = None if before is None else slot.starts_at - before
        made.closes_at = None if after is None else slot.starts_at + after
        db.session.add(made)
    if new:
        detail = {"event": event.id, "evenings": len(new), "skipped": len(skipped)}
        audit.record("event.dates_added", actor=actor, now=now, detail=detail)
    return Added(len(new), len(slots) - len(new), skipped)
