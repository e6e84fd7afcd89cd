"""How often one holder may use the card at a venue: the limits that its manager sets, and whether one is reached."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

import sqlalchemy as sa

from kaikukortti import audit
from kaikukortti.db import db, transactional
from kaikukortti.errors import DomainError, NotFound
from kaikukortti.models import counted
from kaikukortti.models.ledger import Scan, ScanCard
from kaikukortti.models.network import Venue
from kaikukortti.models.programme import Event, Occurrence, VisitLimit
from kaikukortti.rules import access, limit
from kaikukortti.rules.access import Actor
from kaikukortti.rules.card import CardKind
from kaikukortti.rules.limit import Hindrance, Limit, LimitPer, Offered, PassDays, Reached, Use
from kaikukortti.rules.programme import ONE_USE_IN_ALL, EventKind
from venues.lookup import FoundCard, Place, Visits

MOST_LIMITS = 20


class LimitImpossible(DomainError):
    """A limit allows 1 to MOST_USES uses, and is of a kind or of an event, not of both."""

    code = "limit_impossible"


class LimitThere(DomainError):
    """The venue has a limit of this reach and this length already."""

    code = "limit_there"


class TooManyLimits(DomainError):
    """The venue has MOST_LIMITS limits already; details hold `most`."""

    code = "too_many_limits"


@dataclass(frozen=True)
class Standing:
    """What the venue has for a card on a day: `hindrance` is why it has nothing. `pass_ended_on` is the last day of the
    holder's former pass, where this visit would begin another.
    """

    hindrance: Hindrance | None = None
    pass_ended_on: date | None = None


@dataclass(frozen=True)
class Shown:
    """A limit with the event that it is about, where it is about one."""

    limit_id: int
    limit: Limit
    event: Event | None


def look_up(card: FoundCard | None, place: Place, visits: Visits, *, venue_id: int) -> Standing:
    """Return how a reading stands with the venue's limits and the days of its passes.

    At a venue without limits only a course and a pass cost a statement; elsewhere at most three. Community cards have a
    budget instead of limits. More tickets for an evening that the card has been to are no further use.
    """
    day, offered = place.on_day, place.offered
    outside = _outside(offered, day)
    if outside is not None or card is None or card.line is None:
        return Standing(outside)
    ended_on = None
    if offered is not None and _asks_for_days(card, offered):
        begun_on = _begun_on(card.line, offered, day)
        if begun_on is not None and (offered.pass_days is None or day <= limit.pass_ends(begun_on, offered.pass_days)):
            return Standing()  # attendance: the first day was the use
        if begun_on is not None and offered.pass_days is not None:
            ended_on = limit.pass_ends(begun_on, offered.pass_days)
    is_same = place.occurrence_id is not None and bool(visits.earlier)
    if not card.meets_limits or card.kind is not CardKind.PERSONAL or is_same:
        return Standing(None, ended_on)
    return Standing(reached(card.line, place, venue_id=venue_id, day=day), ended_on)


def reached(line: str, place: Place, *, venue_id: int, day: date) -> Reached | None:
    """Return the limit that leaves nothing for a line of cards, None while there is room under all. Two statements.

    A holder's own uses at this venue count, as counted.used_by has them; children who come along do not.
    """
    kind, event_id = (None, None) if place.offered is None else (place.offered.kind, place.offered.event_id)
    limits = [one for one in _of_venue(venue_id) if one.is_about(kind, event_id)]
    if not limits:
        return None
    first_on, last_on = limit.widest(limits, day)
    values = {"line": line, "venue_id": venue_id, "first_on": first_on, "last_on": last_on}
    uses = [Use(*row) for row in db.session.execute(_USES, values)]
    return limit.find_reached(limits, uses, day=day)


def list_limits(venue_id: int, *, actor: Actor) -> list[Shown]:
    """Return the limits of the manager's venue, the widest first. Raises NotFound for another venue."""
    if not access.may_manage_venue(actor, venue_id=venue_id):
        raise NotFound()
    query = sa.select(VisitLimit, Event).outerjoin(Event, Event.id == VisitLimit.event_id)
    rows = db.session.execute(query.where(VisitLimit.venue_id == venue_id).order_by(VisitLimit.id))
    shown = [Shown(row.id, _limit(row), event) for row, event in rows]
    return sorted(
        shown, key=lambda one: (one.event is not None, one.limit.kind is not None, list(LimitPer).index(one.limit.per))
    )


def list_events(venue_id: int, *, from_on: date) -> list[Event]:
    """Return the events of a venue that have a date to come, by title."""
    coming = sa.exists().where(Occurrence.event_id == Event.id, Occurrence.on_day >= from_on)
    query = sa.select(Event).where(Event.venue_id == venue_id, coming)
    return list(db.session.scalars(query.order_by(Event.title_fi, Event.id).limit(200)))


@transactional
def add(venue_id: int, *, wanted: Limit, actor: Actor, now: datetime) -> VisitLimit:
    """Add a limit to the manager's venue; what was registered before counts under it, too.

    Raises NotFound for another venue and for an event of another, LimitImpossible, LimitThere, TooManyLimits.
    """
    if not access.may_manage_venue(actor, venue_id=venue_id):
        raise NotFound()
    if not 1 <= wanted.most <= limit.MOST_USES or (wanted.kind is not None and wanted.event_id is not None):
        raise LimitImpossible()
    db.session.get_one(Venue, venue_id, with_for_update={"of": Venue}, populate_existing=True)
    if wanted.event_id is not None:
        event = db.session.get(Event, wanted.event_id)
        if event is None or event.venue_id != venue_id:
            raise NotFound()
    there = _of_venue(venue_id)
    if any((one.per, one.kind, one.event_id) == (wanted.per, wanted.kind, wanted.event_id) for one in there):
        raise LimitThere()
    if len(there) >= MOST_LIMITS:
        raise TooManyLimits(most=MOST_LIMITS)
    row = VisitLimit(venue_id=venue_id, **vars(wanted))
    db.session.add(row)
    db.session.flush()
    audit.record("limit.added", actor=actor, now=now, detail={"limit": row.id, "per": row.per.value, "most": row.most})
    return row


@transactional
def remove(limit_id: int, *, actor: Actor, now: datetime) -> None:
    """Remove a limit of the manager's venue. Raises NotFound for another's, and for one that is gone."""
    row = db.session.get(VisitLimit, limit_id, with_for_update=True, populate_existing=True)
    if row is None or not access.may_manage_venue(actor, venue_id=row.venue_id):
        raise NotFound()
    detail = {"limit": row.id, "per": row.per.value, "most": row.most}
    db.session.delete(row)
    audit.record("limit.removed", actor=actor, now=now, detail=detail)


def _outside(offered: Offered | None, day: date) -> PassDays | None:
    if offered is None or offered.kind is not EventKind.PERIOD_PASS:
        return None
    if offered.first_on is None or offered.last_on is None or offered.first_on <= day <= offered.last_on:
        return None
    return PassDays(offered.first_on, offered.last_on, day)


def _asks_for_days(card: FoundCard, offered: Offered) -> bool:
    """Return whether it matters on which days the card was there before."""
    return offered.kind in ONE_USE_IN_ALL and (card.meets_limits or offered.pass_days is not None)


def _begun_on(line: str, offered: Offered, day: date) -> date | None:
    """Return the day on which the line's course or newest pass was begun, of those before a day. One statement."""
    days = db.session.scalars(_DAYS, {"line": line, "event_id": offered.event_id, "day": day}).all()
    if offered.pass_days is None:
        return min(days, default=None)
    return max(limit.passes_begun(days, offered.pass_days), default=None)


def _of_venue(venue_id: int) -> Sequence[Limit]:
    return [_limit(row) for row in db.session.scalars(_LIMITS, {"venue_id": venue_id})]


def _limit(row: VisitLimit) -> Limit:
    return Limit(row.per, row.most, row.kind, row.event_id)


def _of_line(*columns: Any) -> sa.Select[Any]:
    return (
        sa.select(*columns)
        .select_from(ScanCard)
        .join(Scan, Scan.scan_id == ScanCard.scan_id)
        .outerjoin(Occurrence, sa.and_(Occurrence.id == Scan.occurrence_id, ~counted.is_detached()))
        .outerjoin(Event, Event.id == Occurrence.event_id)
        .where(ScanCard.line == sa.bindparam("line"), counted.is_counted())
    )


_LIMITS = sa.select(VisitLimit).where(VisitLimit.venue_id == sa.bindparam("venue_id"))
_OWN = counted.used_by(sa.type_coerce(Scan.adult, sa.Integer))
_USES = _of_line(Scan.on_day, _OWN, Event.kind, Event.id).where(
    Scan.venue_id + 0 == sa.bindparam("venue_id"),  # as in lookup: SQLite is kept on the card's own few scans
    Scan.on_day.between(sa.bindparam("first_on"), sa.bindparam("last_on")),
)
_DAYS = (
    _of_line(Scan.on_day)
    .where(Event.id == sa.bindparam("event_id"), Scan.on_day < sa.bindparam("day"))
    .where(counted.ADULTS + counted.CHILDREN > 0)
)
