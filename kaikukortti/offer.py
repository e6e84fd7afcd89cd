"""What can be visited with the card, as anybody may read it: dates of the programme, places, one place.

Nothing is changed here: the programme is `venues`' business. No card or holder is known. A page costs an index walk
from its first day on, O(log n + dates passed over), and reads what it shows.
"""

from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from enum import StrEnum
from typing import Any

import sqlalchemy as sa

from kaikukortti.db import db
from kaikukortti.errors import NotFound
from kaikukortti.models.network import PartnerState, Venue
from kaikukortti.models.programme import Event, Occurrence
from kaikukortti.rules import period
from kaikukortti.rules.programme import Category, EventKind, Planned

DATES_A_PAGE = 20
PLACES_A_PAGE = 24
LAST_PAGE = 500
FORTNIGHT = 14
AHEAD_DAYS = 366
FEED_BACK_DAYS, FEED_MOST = 14, 400
# Own children and grandchildren come along to everything but courses (domain.md §2.5).
WITHOUT_CHILDREN = (EventKind.COURSE,)


class Span(StrEnum):
    """How far a reader looks ahead."""

    TODAY = "today"
    WEEK = "week"
    FORTNIGHT = "fortnight"


@dataclass(frozen=True)
class Filters:
    """What a reader looks for. Each `True` leaves out what is not known to be so: unknown is not step-free."""

    area_id: int | None = None
    category: Category | None = None
    with_children: bool = False
    step_free: bool = False
    has_stop: bool = False


@dataclass(frozen=True)
class Place:
    """An active venue and how people get there."""

    id: int
    name_fi: str
    name_sv: str
    name_en: str
    municipality: str
    category: Category
    street: str
    postcode: str
    bus_stop: str
    ticket_phone: str
    website: str
    step_free: bool | None
    hearing_loop: bool | None


@dataclass(frozen=True)
class Showing:
    """One date of an event. Facts that the event does not say are those of its place. `is_full`: no ticket is left."""

    id: int
    title_fi: str
    title_sv: str
    title_en: str
    kind: EventKind
    category: Category
    own_share_cents: int | None
    calm_from: time | None
    calm_until: time | None
    planned_at: datetime
    starts_at: datetime
    ends_at: datetime | None
    on_day: date
    is_cancelled: bool
    is_full: bool
    where: str
    bus_stop: str
    step_free: bool | None
    hearing_loop: bool | None
    place: Place


@dataclass(frozen=True)
class Dates:
    """One page of dates in the order of their starts."""

    showings: list[Showing]
    page: int
    has_more: bool


@dataclass(frozen=True)
class Places:
    """One page of places by name, of `total` in all."""

    places: list[Place]
    total: int
    page: int
    has_more: bool


@dataclass(frozen=True)
class PlacePage:
    """A place and one page of what is coming there."""

    place: Place
    coming: Dates


def days_of(span: Span, today: date) -> tuple[date, date]:
    """Return the first and the last day of a span: a week ends on its Sunday, a fortnight is fourteen days."""
    ahead = {Span.TODAY: 0, Span.WEEK: 6 - today.weekday(), Span.FORTNIGHT: FORTNIGHT - 1}
    return today, today + timedelta(days=ahead[span])


def list_dates(filters: Filters, *, first_on: date, last_on: date, page: int = 1, now: datetime) -> Dates:
    """Return a page of what is on between two days. Left out: cancelled, past, of places that have no part now.

    An exhibition is there until it closes, everything else until it begins.
    """
    found = _shown(now).where(
        Occurrence.starts_at >= period.moment_of(first_on, time(0)),
        Occurrence.starts_at <= period.last_moment_of(last_on),
        *_of_place(filters),
    )
    if filters.category is not None:
        found = found.where(Event.category == filters.category)
    if filters.with_children:
        found = found.where(Event.kind.not_in(WITHOUT_CHILDREN))
    if filters.step_free:
        found = found.where(sa.func.coalesce(Event.step_free, Venue.step_free).is_(True))
    if filters.has_stop:
        found = found.where(sa.or_(Event.bus_stop != "", Venue.bus_stop != ""))
    return _page_of(found, page)


def list_places(filters: Filters, *, page: int = 1, most: int = PLACES_A_PAGE) -> Places:
    """Return a page of the active places by name. Each can be visited in its opening hours, children too."""
    wanted = [Venue.state == PartnerState.ACTIVE, *_of_place(filters)]
    if filters.category is not None:
        wanted.append(Venue.category == filters.category)
    if filters.step_free:
        wanted.append(Venue.step_free.is_(True))
    if filters.has_stop:
        wanted.append(Venue.bus_stop != "")
    count = sa.select(sa.func.count()).select_from(Venue).where(*wanted).scalar_subquery()
    rows = db.session.execute(
        sa.select(*_PLACE, count.label("total"))
        .where(*wanted)
        .order_by(Venue.name_fi, Venue.id)
        .limit(most)
        .offset((page - 1) * most)
    ).all()
    total = rows[0].total if rows else db.session.scalar(sa.select(count)) or 0
    return Places([Place(*row[:-1]) for row in rows], total, page, page * most < total)


def read_place(venue_id: int, *, page: int = 1, now: datetime) -> PlacePage:
    """Return an active place and a page of what is coming there within a year. Raises NotFound."""
    place = _find_place(venue_id)
    last_on = period.day_of(now) + timedelta(days=AHEAD_DAYS)
    found = _shown(now).where(
        Occurrence.venue_id == venue_id,
        Occurrence.on_day.between(period.day_of(now), last_on),
    )
    return PlacePage(place, _page_of(found, page))


def list_feed(venue_id: int, *, now: datetime) -> tuple[Place, list[Showing]]:
    """Return a place and its dates for a calendar, cancelled ones too, a fortnight back and a year ahead at most.

    Raises NotFound for a place that is not active.
    """
    place = _find_place(venue_id)
    today = period.day_of(now)
    days = Occurrence.on_day.between(today - timedelta(days=FEED_BACK_DAYS), today + timedelta(days=AHEAD_DAYS))
    found = _dates().where(Occurrence.venue_id == venue_id, days).limit(FEED_MOST)
    return place, [_showing(row) for row in db.session.execute(found)]


def _find_place(venue_id: int) -> Place:
    wanted = sa.select(*_PLACE).where(Venue.id == venue_id, Venue.state == PartnerState.ACTIVE)
    row = db.session.execute(wanted).one_or_none()
    if row is None:
        raise NotFound()
    return Place(*row)


def _dates() -> sa.Select[Any]:
    return (
        sa.select(*_SHOWING, *_PLACE)
        .select_from(Occurrence)
        .join(Event, Event.id == Occurrence.event_id)
        .join(Venue, Venue.id == Occurrence.venue_id)
        .order_by(Occurrence.starts_at, Occurrence.id)
    )


def _shown(now: datetime) -> sa.Select[Any]:
    """Return the dates that a reader may still go to."""
    is_open = sa.and_(Event.kind == EventKind.EXHIBITION, Occurrence.ends_at > now)
    return _dates().where(
        Venue.state == PartnerState.ACTIVE,
        Venue.is_there_on(Occurrence.on_day),
        Occurrence.state == Planned.ON,
        sa.or_(Occurrence.starts_at >= now, is_open),
    )


def _of_place(filters: Filters) -> list[sa.ColumnElement[bool]]:
    return [] if filters.area_id is None else [Venue.area_id == filters.area_id]


def _page_of(found: sa.Select[Any], page: int) -> Dates:
    """Read one row more than a page holds: whether there is another page costs no count."""
    rows = db.session.execute(found.limit(DATES_A_PAGE + 1).offset((page - 1) * DATES_A_PAGE)).all()
    return Dates([_showing(row) for row in rows[:DATES_A_PAGE]], page, len(rows) > DATES_A_PAGE)


def _showing(row: sa.Row[Any]) -> Showing:
    said, place = row[: len(_SHOWING)], Place(*row[len(_SHOWING) :])
    state, sold_out, quota, where, event_where, stop, step_free, hearing_loop = said[len(_AS_SAID) :]
    as_said: dict[str, Any] = dict(zip(_AS_SAID, said, strict=False))
    return Showing(
        **as_said,
        is_cancelled=state is Planned.CANCELLED,
        is_full=sold_out or quota == 0,
        where=_room(where or event_where, place),
        bus_stop=stop or place.bus_stop,
        step_free=place.step_free if step_free is None else step_free,
        hearing_loop=place.hearing_loop if hearing_loop is None else hearing_loop,
        place=place,
    )


def _room(where: str, place: Place) -> str:
    """Return where in a place something is; nothing where only the place's own name is said again."""
    return "" if where in (place.name_fi, place.name_sv, place.name_en) else where


# In the order of the fields that they fill.
_PLACE: tuple[Any, ...] = (
    Venue.id,
    Venue.name_fi,
    Venue.name_sv,
    Venue.name_en,
    Venue.municipality,
    Venue.category,
    Venue.street,
    Venue.postcode,
    Venue.bus_stop,
    Venue.ticket_phone,
    Venue.website,
    Venue.step_free,
    Venue.hearing_loop,
)
_AS_SAID = (
    "id title_fi title_sv title_en kind category own_share_cents calm_from calm_until planned_at"
    " starts_at ends_at on_day"
).split()
_SHOWING: tuple[Any, ...] = (
    Occurrence.id,
    Event.title_fi,
    Event.title_sv,
    Event.title_en,
    Event.kind,
    Event.category,
    Event.own_share_cents,
    Event.calm_from,
    Event.calm_until,
    Event.created_at,
    Occurrence.starts_at,
    Occurrence.ends_at,
    Occurrence.on_day,
    Occurrence.state,
    Occurrence.sold_out,
    Occurrence.quota,
    Occurrence.place,
    Event.place.label("event_place"),
    Event.bus_stop.label("event_bus_stop"),
    Event.step_free.label("event_step_free"),
    Event.hearing_loop.label("event_hearing_loop"),
)
