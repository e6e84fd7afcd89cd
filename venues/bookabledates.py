"""Dates that can be booked, with the places that are left: of a venue for its desk, of an area for its units."""

from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import joinedload

from kaikukortti.db import db
from kaikukortti.errors import NotFound
from kaikukortti.models.network import PartnerState, Venue
from kaikukortti.models.programme import Event, Occurrence
from kaikukortti.rules.programme import Planned
from venues import keptplaces

MOST_SHOWN = 30


@dataclass(frozen=True)
class Bookable:
    """A date with its event and venue; `left` is None where there is no limit."""

    occurrence: Occurrence
    left: int | None


@dataclass(frozen=True)
class Choice:
    """Which dates are meant: of one venue or of an area's venues, from a day on."""

    from_on: date
    area_id: int | None = None
    venue_id: int | None = None


def count(choice: Choice, *, now: datetime) -> int:
    """Return how many dates can be booked. One statement."""
    query = sa.select(sa.func.count(Occurrence.id)).join(Venue, Venue.id == Occurrence.venue_id)
    return db.session.scalar(query.where(*_meant(choice, now))) or 0


def list_them(choice: Choice, *, now: datetime, skip: int = 0) -> list[Bookable]:
    """Return dates that can be booked, MOST_SHOWN at a time in order of their start. One statement."""
    query = _with_left(now).where(*_meant(choice, now)).order_by(Occurrence.starts_at, Occurrence.id)
    return [_bookable(*row) for row in db.session.execute(query.offset(skip).limit(MOST_SHOWN))]


def find(occurrence_id: int, *, area_id: int | None = None, venue_id: int | None = None, now: datetime) -> Bookable:
    """Return a date of the venue or of the area, whether it can still be booked or not. Raises NotFound."""
    whose = Venue.id == venue_id if venue_id is not None else Venue.area_id == area_id
    row = db.session.execute(_with_left(now).where(Occurrence.id == occurrence_id, whose)).one_or_none()
    if row is None:
        raise NotFound()
    return _bookable(*row)


def _meant(choice: Choice, now: datetime) -> tuple[sa.ColumnElement[bool], ...]:
    whose: list[Any] = [] if choice.area_id is None else [Venue.area_id == choice.area_id]
    if choice.venue_id is not None:
        whose.append(Venue.id == choice.venue_id)
    is_open = sa.or_(Occurrence.closes_at.is_(None), Occurrence.closes_at > now)
    return (
        *whose,
        Venue.state == PartnerState.ACTIVE,
        Venue.is_there_on(Occurrence.on_day),
        Occurrence.state == Planned.ON,
        Occurrence.on_day >= choice.from_on,
        sa.func.coalesce(Occurrence.ends_at, Occurrence.starts_at) > now,
        is_open,
    )


def _with_left(now: datetime) -> sa.Select[Any]:
    given = keptplaces.given(Occurrence.id, Venue.children_take_places, now, Occurrence, Venue)
    left = sa.case((Occurrence.sold_out, 0), (Occurrence.quota.is_not(None), Occurrence.quota - given))
    return (
        sa.select(Occurrence, left)
        .join(Venue, Venue.id == Occurrence.venue_id)
        .options(joinedload(Occurrence.event).joinedload(Event.venue))
    )


def _bookable(occurrence: Occurrence, left: int | None) -> Bookable:
    return Bookable(occurrence, None if left is None else max(left, 0))
