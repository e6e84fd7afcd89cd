"""The places of an event with a quota: how many are left beside bookings and holds, and holds taken by a check.

Called inside the caller's transaction, with the occurrence locked: so a place is given once, however many ask.
"""

import hashlib
import secrets
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import joinedload

from kaikukortti.db import UTCDateTime, db
from kaikukortti.models.bookings import Booking
from kaikukortti.models.network import PartnerState, Venue
from kaikukortti.models.programme import Event, Hold, Occurrence
from kaikukortti.rules.card import CardKind
from kaikukortti.rules.counting import Counts
from kaikukortti.rules.programme import Planned
from venues import keptplaces
from venues.lookup import FoundCard, Place

HOLD_LASTS = timedelta(minutes=2)
SOON = timedelta(hours=48)


@dataclass(frozen=True)
class Room:
    """What an event has left for one card: `left` places, its own hold and booking counted as free; `held` are those
    that are kept for it, by a check, a booking, or its unit's group that comes with cards of their own. `bookable` are
    the places that it may still book: those of its unit's group are not.
    """

    left: int
    held: int
    bookable: int


@dataclass(frozen=True)
class Held:
    """Places kept for one card until a moment."""

    id: str
    places: int
    expires_at: datetime


@dataclass(frozen=True)
class Free:
    """A date with the places that nobody has taken yet."""

    occurrence: Occurrence
    places: int


def holder_of(card: FoundCard | None, code: str | None) -> str:
    """Return the name under which places are kept: the card's line, or a digest of a code that is not ours."""
    if card is not None and card.line is not None:
        return card.line
    return hashlib.sha256((code or "").encode()).hexdigest()[:32]


def places_wanted(card: FoundCard | None, place: Place) -> int:
    """Return how many places a check keeps: the card's own and those of its registered children.

    A community card keeps one: how many come along is known when staff have counted, and keeping all that it might
    bring would close the door to everybody else meanwhile.
    """
    if card is None or card.kind is CardKind.COMMUNITY or place.is_course or not place.children_take_places:
        return 1
    return 1 + card.children


def count_room(place: Place, holder: str, *, now: datetime) -> Room | None:
    """Return what the event has left for one card, None where it has no quota. One statement."""
    if place.is_sold_out:
        return _count(place, place.quota or 0, holder, now, is_closed=True)
    return None if place.quota is None else _count(place, place.quota, holder, now)


def hold(place: Place, holder: str, *, places: int, device_id: int | None, now: datetime) -> Held:
    """Keep places for one card for two minutes, instead of what it kept before."""
    mine, gone = sa.and_(Hold.line == holder, Hold.used_at.is_(None)), Hold.expires_at <= now
    db.session.execute(sa.delete(Hold).where(Hold.occurrence_id == place.occurrence_id, sa.or_(mine, gone)))
    held = Held(secrets.token_hex(16), places, now + HOLD_LASTS)
    values = {**vars(held), "occurrence_id": place.occurrence_id, "device_id": device_id, "line": holder}
    db.session.execute(sa.insert(Hold), values)
    return held


def use(place: Place, holder: str, *, now: datetime) -> None:
    """Use up the places that a card keeps: its registration takes them, or gives the rest back."""
    mine = sa.and_(Hold.occurrence_id == place.occurrence_id, Hold.line == holder, Hold.used_at.is_(None))
    db.session.execute(sa.update(Hold).where(mine).values(used_at=now))


def list_left(venue_id: int, *, from_on: date, children_take_places: bool, now: datetime) -> dict[int, int]:
    """Return what a venue's events with a quota have left, by occurrence, what is kept taken off. One statement."""
    children = sa.true() if children_take_places else sa.false()
    left = Occurrence.quota - keptplaces.given(Occurrence.id, children, now, Occurrence)
    query = sa.select(Occurrence.id, sa.case((Occurrence.sold_out, 0), else_=left)).where(
        Occurrence.venue_id == venue_id,
        Occurrence.on_day >= from_on,
        sa.or_(Occurrence.quota.is_not(None), Occurrence.sold_out),
    )
    return {occurrence_id: max(left, 0) for occurrence_id, left in db.session.execute(query)}


def count_given(occurrence_id: int, *, now: datetime) -> int:
    """Return the places of an event that are given out or kept. One statement."""
    return int(
        db.session.scalar(
            sa.select(_given(now)).select_from(Occurrence).join(Venue).where(Occurrence.id == occurrence_id)
        )
        or 0
    )


def list_free(area_id: int, *, now: datetime) -> list[Free]:
    """Return the places that are left at the area's events with a quota that are on now or begin within 48 hours, in
    order of their start. One statement.
    """
    left = (sa.func.coalesce(Occurrence.quota, 0) - _given(now)).label("places")
    is_soon = sa.and_(
        sa.func.coalesce(Occurrence.ends_at, Occurrence.starts_at) > now, Occurrence.starts_at <= now + SOON
    )
    query = (
        sa.select(Occurrence, left)
        .join(Venue, Venue.id == Occurrence.venue_id)
        .options(joinedload(Occurrence.event).joinedload(Event.venue))
        .where(Venue.area_id == area_id, Venue.state == PartnerState.ACTIVE, is_soon)
        .where(Venue.is_there_on(Occurrence.on_day))
        .where(Occurrence.state == Planned.ON, Occurrence.quota.is_not(None), ~Occurrence.sold_out)
        .order_by(Occurrence.starts_at, Occurrence.id)
    )
    return [Free(occurrence, places) for occurrence, places in db.session.execute(query) if places > 0]


def takes(counts: Counts, place: Place) -> int:
    """Return the places that tickets take at the event's venue."""
    return counts.places(children_take_places=place.children_take_places)


def _count(place: Place, quota: int, holder: str, now: datetime, *, is_closed: bool = False) -> Room:
    query = _ALL_PLACES if place.children_take_places else _ADULT_PLACES
    values = {"occurrence_id": place.occurrence_id, "holder": holder, "now": now}
    found = db.session.execute(query, values).one()
    others = found.taken + found.booked_by_others + found.held_by_others + found.kept_by_others
    own = max(found.own_hold, found.own_booking, found.kept_by_own_unit)
    left = 0 if is_closed else quota - others
    bookable = max(left - found.kept_by_own_unit, found.own_hold, found.own_booking)
    return Room(max(left, own), own, bookable)


def _given(now: datetime) -> sa.ColumnElement[int]:
    """Return the places given out or kept, for a query about Occurrence and its Venue."""
    return keptplaces.given(Occurrence.id, Venue.children_take_places, now, Occurrence, Venue)


def _query(children: sa.ColumnElement[bool]) -> sa.Select[*tuple[Any, ...]]:
    there, holder = sa.bindparam("occurrence_id", type_=sa.Integer()), sa.bindparam("holder", type_=sa.String())
    now = sa.bindparam("now", type_=UTCDateTime())
    held, booked = keptplaces.held(there, children, now), keptplaces.booked(there, children, now)
    kept, is_own = keptplaces.kept_for_own_cards(there, children, now), keptplaces.is_of_unit_of(holder)
    own_hold = sa.select(sa.func.coalesce(sa.func.sum(Hold.places), 0)).where(
        Hold.occurrence_id == there, Hold.line == holder, keptplaces.is_live(now)
    )
    parts = {
        "taken": keptplaces.taken(there, children),
        "booked_by_others": booked.where(Booking.holder != holder),
        "held_by_others": held.where(Hold.line != holder),
        "kept_by_others": kept.where(~is_own),
        "own_hold": own_hold,
        "own_booking": booked.where(Booking.holder == holder),
        "kept_by_own_unit": kept.where(is_own),
    }
    return sa.select(*(part.scalar_subquery().label(name) for name, part in parts.items()))


_ALL_PLACES, _ADULT_PLACES = _query(sa.true()), _query(sa.false())
