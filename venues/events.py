"""The events of a venue: add one, change what is known of it, list what is on. Further dates are in series."""

from collections.abc import Sequence
from dataclasses import dataclass, fields, replace
from datetime import date, datetime, time, timedelta

import sqlalchemy as sa
from sqlalchemy.orm import joinedload

from kaikukortti import audit
from kaikukortti.db import db, transactional
from kaikukortti.errors import DomainError, NotFound
from kaikukortti.models.ledger import Scan
from kaikukortti.models.network import Venue
from kaikukortti.models.programme import Event, Occurrence
from kaikukortti.rules import access, period
from kaikukortti.rules.access import Actor
from kaikukortti.rules.limit import MOST_PASS_DAYS
from kaikukortti.rules.programme import ONE_USE_IN_ALL, Category, EventKind, Planned
from kaikukortti.rules.quota import Quota
from kaikukortti.rules.recurrence import Slot
from venues import bookingnews, lastday

DAYS_SHOWN = 14
YEARS_AHEAD = 3
MOST_PLACES = 1000
MOST_CENTS = 100_000


class InThePast(DomainError):
    """A new date lies on a day that is over."""

    code = "occurrence_in_past"


class TooFarAhead(DomainError):
    """A new date lies more than YEARS_AHEAD years ahead; details hold `years`."""

    code = "occurrence_too_far"


class EndsBeforeStart(DomainError):
    """The end is not after the start."""

    code = "occurrence_order"


class CalmHoursImpossible(DomainError):
    """Calm hours have a start and an end, in this order."""

    code = "calm_hours_impossible"


class TermImpossible(DomainError):
    """The last day of a term or a pass comes before the first, or one of them is missing."""

    code = "term_impossible"


class CourseImpossible(DomainError):
    """A course takes 1 to MOST_PLACES, and a holder pays at most MOST_CENTS."""

    code = "course_impossible"


class PassImpossible(DomainError):
    """A pass lasts 1 to MOST_PASS_DAYS days."""

    code = "pass_impossible"


class PassFixed(DomainError):
    """Visits have been registered, and a pass of another length would count them in another way."""

    code = "pass_days_fixed"


class KindFixed(DomainError):
    """Visits have been registered, and the other kind would count them in another way."""

    code = "event_kind_fixed"


@dataclass(frozen=True)
class EventDetails:
    """What a manager enters about an event; see models.programme.Event for the meaning of each."""

    title_fi: str
    title_sv: str
    title_en: str
    category: Category
    kind: EventKind
    place: str = ""
    bus_stop: str = ""
    step_free: bool | None = None
    hearing_loop: bool | None = None
    calm_from: time | None = None
    calm_until: time | None = None
    first_on: date | None = None
    last_on: date | None = None
    places: int | None = None
    own_share_cents: int | None = None
    pass_days: int | None = None


@transactional
def add_event(
    *, actor: Actor, venue_id: int, details: EventDetails, slots: Sequence[Slot], place: str, now: datetime
) -> Event:
    """Add an event with one or more dates to the manager's venue; `place` is that of the event and its dates.

    Raises NotFound for another venue, what check_slot, lastday.check and change_event raise.
    """
    if not access.may_manage_venue(actor, venue_id=venue_id):
        raise NotFound()
    for slot in slots:
        check_slot(slot, today=period.day_of(now))
    event = Event(venue_id=venue_id, created_at=now, **vars(fitting(replace(details, place=place))))
    venue = db.session.get_one(Venue, venue_id)
    event.occurrences = [make_date(venue, slot, place=place) for slot in slots]
    db.session.add(event)
    db.session.flush()
    audit.record("event.added", actor=actor, now=now, detail={"event": event.id, "evenings": len(slots)})
    return event


@transactional
def change_event(event_id: int, *, actor: Actor, details: EventDetails, now: datetime) -> Event:
    """Change what is known of an event. Coming dates at its usual place go along when that changes.

    Raises NotFound for another venue's, CalmHoursImpossible, TermImpossible, CourseImpossible, PassImpossible,
    KindFixed, PassFixed.
    """
    event = lock_event(event_id, actor=actor)
    changed = change_facts(event, details, now=now)
    if changed:
        audit.record("event.changed", actor=actor, now=now, detail={"event": event.id, "fields": changed})
    return event


def change_facts(event: Event, details: EventDetails, *, now: datetime) -> list[str]:
    """Change what is known of an event inside the caller's transaction, and return the names of what is new.

    Raises as `change_event`.
    """
    details = fitting(details)
    if (details.kind in ONE_USE_IN_ALL) != (event.kind in ONE_USE_IN_ALL) and _has_visits(event.id):
        raise KindFixed()
    if details.pass_days != event.pass_days and _has_visits(event.id):
        raise PassFixed()
    changed = [one.name for one in fields(details) if getattr(event, one.name) != getattr(details, one.name)]
    if "place" in changed:
        usual = sa.and_(Occurrence.event_id == event.id, Occurrence.place == event.place)
        coming = sa.and_(usual, Occurrence.on_day >= period.day_of(now))
        db.session.execute(sa.update(Occurrence).where(coming).values(place=details.place))
    for name in changed:
        setattr(event, name, getattr(details, name))
    return changed


@transactional
def cancel(occurrence_id: int, *, actor: Actor, now: datetime) -> Occurrence:
    """Cancel one date; visits that were registered for it stay, bookings end. Raises NotFound for another venue's."""
    occurrence = db.session.get(Occurrence, occurrence_id, with_for_update=True, populate_existing=True)
    if occurrence is None or not access.may_manage_venue(actor, venue_id=occurrence.venue_id):
        raise NotFound()
    if occurrence.state is Planned.ON:
        occurrence.state = Planned.CANCELLED
        ended = bookingnews.call_off([occurrence.id], now=now)
        detail = {"occurrence": occurrence.id, "bookings": ended}
        audit.record("occurrence.cancelled", actor=actor, now=now, detail=detail)
    return occurrence


def details_of(event: Event) -> EventDetails:
    """Return what is known of an event."""
    return EventDetails(**{one.name: getattr(event, one.name) for one in fields(EventDetails)})


def get_event(event_id: int, *, actor: Actor) -> Event:
    """Return an event of the manager's venue. Raises NotFound for another's."""
    event = db.session.get(Event, event_id, options=[joinedload(Event.venue)])
    if event is None or not access.may_manage_venue(actor, venue_id=event.venue_id):
        raise NotFound()
    return event


def lock_event(event_id: int, *, actor: Actor) -> Event:
    """Return an event of the manager's venue, locked for this transaction. Raises NotFound for another's."""
    event = db.session.get(Event, event_id, with_for_update={"of": Event}, populate_existing=True)
    if event is None or not access.may_manage_venue(actor, venue_id=event.venue_id):
        raise NotFound()
    return event


def make_date(venue: Venue, slot: Slot, *, place: str) -> Occurrence:
    """Return a new date with the places that its venue gives when nothing is said. Raises lastday.AfterLastDay."""
    lastday.check(venue, slot)
    given = Quota(venue.quota, venue.quota_percent, venue.capacity)
    return Occurrence(
        venue_id=venue.id,
        starts_at=slot.starts_at,
        ends_at=slot.ends_at,
        on_day=period.day_of(slot.starts_at),
        place=place,
        quota=given.places,
        quota_percent=given.percent,
        capacity=given.capacity,
    )


def check_slot(slot: Slot, *, today: date) -> None:
    """Check that a date may be planned. Raises InThePast, TooFarAhead, EndsBeforeStart."""
    if period.day_of(slot.starts_at) < today:
        raise InThePast()
    if period.day_of(slot.starts_at) > last_plannable(today):
        raise TooFarAhead(years=YEARS_AHEAD)
    if slot.ends_at is not None and slot.ends_at <= slot.starts_at:
        raise EndsBeforeStart()


def last_plannable(today: date) -> date:
    """Return the last day on which a date may be planned."""
    return period.add_months(today, 12 * YEARS_AHEAD)


def list_coming(venue_id: int, *, from_on: date, days: int = DAYS_SHOWN) -> list[Occurrence]:
    """Return the evenings of a venue from a day on, in order, with their events; cancelled ones are left out."""
    query = (
        sa.select(Occurrence)
        .options(joinedload(Occurrence.event))
        .where(
            Occurrence.venue_id == venue_id,
            Occurrence.state == Planned.ON,
            Occurrence.on_day.between(from_on, from_on + timedelta(days=days)),
            sa.exists().where(Venue.id == Occurrence.venue_id, Venue.is_there_on(Occurrence.on_day)),
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


def list_dates(event_id: int, *, from_on: date) -> list[Occurrence]:
    """Return the dates of an event from a day on, in order, cancelled ones included."""
    query = sa.select(Occurrence).where(Occurrence.event_id == event_id, Occurrence.on_day >= from_on)
    return list(db.session.scalars(query.order_by(Occurrence.starts_at, Occurrence.id)))


def list_over(venue_id: int, *, today: date, most: int = 50) -> list[Event]:
    """Return the events of a venue without a date to come, the newest first."""
    coming = sa.exists().where(Occurrence.event_id == Event.id, Occurrence.on_day >= today)
    query = sa.select(Event).where(Event.venue_id == venue_id, ~coming).order_by(Event.id.desc()).limit(most)
    return list(db.session.scalars(query))


def fitting(details: EventDetails) -> EventDetails:
    """Return the details without what their kind does not have.

    Raises CalmHoursImpossible, TermImpossible, CourseImpossible, PassImpossible.
    """
    is_course = details.kind is EventKind.COURSE
    if not is_course:
        details = replace(details, places=None, own_share_cents=None)
    if details.kind is not EventKind.PERIOD_PASS:
        details = replace(details, pass_days=None)
    if details.kind not in ONE_USE_IN_ALL:
        details = replace(details, first_on=None, last_on=None)
    if (details.calm_from is None) != (details.calm_until is None):
        raise CalmHoursImpossible()
    if details.calm_from and details.calm_until and details.calm_until <= details.calm_from:
        raise CalmHoursImpossible()
    if (details.first_on is None) != (details.last_on is None):
        raise TermImpossible()
    if details.first_on and details.last_on and details.last_on < details.first_on:
        raise TermImpossible()
    if details.places is not None and not 1 <= details.places <= MOST_PLACES:
        raise CourseImpossible()
    if details.own_share_cents is not None and not 0 <= details.own_share_cents <= MOST_CENTS:
        raise CourseImpossible()
    if details.pass_days is not None and not 1 <= details.pass_days <= MOST_PASS_DAYS:
        raise PassImpossible()
    return details


def _has_visits(event_id: int) -> bool:
    dates = sa.select(Occurrence.id).where(Occurrence.event_id == event_id)
    return db.session.scalar(sa.select(sa.exists().where(Scan.occurrence_id.in_(dates)))) or False
