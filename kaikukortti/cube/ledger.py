"""What is counted, streamed from the register and the ledger as they were known at a moment; SQL alone.

Nothing is kept in memory here, and no row leaves the package.
"""

import functools
from collections.abc import Iterator
from datetime import date, datetime
from typing import Any, NamedTuple

import sqlalchemy as sa
from sqlalchemy.orm import aliased

from kaikukortti.cube.periods import Grain, Period
from kaikukortti.db import UTCDateTime, db
from kaikukortti.models import counted, firstdays
from kaikukortti.models.cards import Card, CardEvent, CardPeriod
from kaikukortti.models.keeping import FirstUse
from kaikukortti.models.lateness import is_long_after
from kaikukortti.models.ledger import Entry, Scan, ScanCard
from kaikukortti.models.network import Area, Unit, Venue
from kaikukortti.models.programme import Event
from kaikukortti.profiles import LifeSituation, Profile
from kaikukortti.rules import period
from kaikukortti.rules.card import CardKind, State

AT_ONCE = 5_000
SITUATIONS = tuple(situation.value for situation in LifeSituation)
OLDEST_VISIT = date(2015, 1, 1)  # the card's first year: a tablet's clock may have said anything


class Visit(NamedTuple):
    """One counted registration with what is known of its card; `line` is None where no card is known. Nobody knows when
    one that was `is_imported` was first recorded.
    """

    line: str | None
    is_community: bool
    home_area_id: int | None
    venue_id: int
    category: str
    adults: int
    children: int
    on_day: date
    received_at: datetime
    is_late: bool
    is_first: bool
    birth_year: int | None
    postcode: str | None
    life_situation: str | None
    is_imported: bool = False


class Holder(NamedTuple):
    """A line of personal cards that is valid on a day, and where its holder lives."""

    line: str
    postcode: str | None


def stream_visits(connection: sa.Connection, area_id: int, at: Period, *, known_by: datetime) -> Iterator[Visit]:
    """Return the visits that a period counts at an area's venues, those of one line after another.

    They are the period's own, as far as they had arrived by `known_by`, and those of earlier periods that arrived in
    this one after their own had been revised.
    """
    one, two = at.previous, at.previous.previous
    given = {
        "area_id": area_id,
        "known_by": known_by,
        "first_on": at.first_on,
        "last_on": at.last_on,
        "begins_at": at.begins_at,
        "ends_at": at.next.begins_at,
        "one_on": one.first_on,
        "one_at": one.closes_at(1),
        "two_on": two.first_on,
        "two_at": two.closes_at(1),
    }
    for row in connection.execution_options(yield_per=AT_ONCE).execute(_query(at.grain), given):
        line, is_community, home, venue_id, category, is_use, adults, children, *rest = row
        yield Visit(line, is_community, home, venue_id, category, adults * is_use, children * is_use, *rest)


def stream_holders(connection: sa.Connection, area_id: int, *, on_day: date, known_by: datetime) -> Iterator[Holder]:
    """Return the lines of an area's personal cards that could be used on a day, each once, in order."""
    covering = sa.exists().where(
        CardPeriod.card_id == Card.id,
        CardPeriod.first_on <= on_day,
        CardPeriod.last_on >= on_day,
        CardPeriod.recorded_at < known_by,
        sa.or_(CardPeriod.withdrawn_at.is_(None), CardPeriod.withdrawn_at >= known_by),
    )
    query = (
        sa.select(Card.line, Profile.postcode)
        .join(Unit, Unit.id == Card.unit_id)
        .outerjoin(Profile, Profile.line == Card.line)
        .where(Unit.area_id == area_id, Card.kind == CardKind.PERSONAL)
        .where(covering, _state_on(on_day, known_by) == State.ACTIVE)
        .order_by(Card.line)
    )
    before = None
    for line, postcode in connection.execution_options(yield_per=AT_ONCE).execute(query):
        if line and line != before:
            yield Holder(line, postcode)
        before = line


def find_first_day(connection: sa.Connection, area_id: int) -> date | None:
    """Return the first day on which an area had a card or, if that was earlier, a visit; None for an empty area."""
    issued = (
        sa.select(sa.func.min(CardPeriod.first_on))
        .join(Card, Card.id == CardPeriod.card_id)
        .join(Unit, Unit.id == Card.unit_id)
        .where(Unit.area_id == area_id)
    )
    first_of_venue = (
        sa.select(sa.func.min(Scan.on_day))
        .where(Scan.venue_id == Venue.id, Scan.on_day >= OLDEST_VISIT)
        .correlate(Venue)
    ).scalar_subquery()
    used = sa.select(sa.func.min(first_of_venue)).where(Venue.area_id == area_id)
    found = [connection.execute(query).scalar() for query in (issued, used)]
    return min((day for day in found if day is not None), default=None)


def are_coarse(since: datetime) -> bool:
    """Return whether any profile was made coarse since a moment; whose is not asked."""
    query = sa.select(sa.exists().where(Profile.coarse_on >= period.day_of(since)))
    return bool(db.session.scalar(query))


def list_areas(connection: sa.Connection) -> dict[int, str]:
    """Return the prefix of every area by its id."""
    return {key: prefix for key, prefix in connection.execute(sa.select(Area.id, Area.prefix).order_by(Area.id))}


def _day(name: str) -> Any:
    return sa.bindparam(name, type_=sa.Date())


def _moment(name: str) -> Any:
    return sa.bindparam(name, type_=UTCDateTime())


@functools.cache
def _query(grain: Grain) -> sa.CompoundSelect[Any]:
    """Return the query of a period's visits with places for what differs: it takes 0.4 s of CPU to put together."""
    own = sa.and_(Scan.on_day.between(_day("first_on"), _day("last_on")), Scan.received_at < _moment("known_by"))
    return sa.union_all(
        _visits(grain, is_late=False).where(own),
        _visits(grain, is_late=True).where(_arrived_late(Scan), is_long_after()),
    ).order_by("line")


def _visits(grain: Grain, *, is_late: bool) -> sa.Select[Any]:
    text, known_by = sa.String(), _moment("known_by")
    is_first: Any = ~_earlier_use() if grain is Grain.MONTH else sa.literal(False)
    linked = sa.and_(ScanCard.scan_id == Scan.scan_id, *counted.is_linked(known_by=known_by))
    begun = None if is_late else _first_days()
    query = (
        counted.of_ledger(
            ScanCard.line.label("line"),
            sa.func.coalesce(Card.kind == CardKind.COMMUNITY, sa.false()).label("is_community"),
            Unit.area_id,
            Scan.venue_id,
            sa.type_coerce(counted.category(), text),
            _is_use(begun),
            counted.ADULTS,
            counted.CHILDREN,
            Scan.on_day,
            Scan.received_at,
            sa.literal(is_late),
            is_first,
            Profile.birth_year,
            Profile.postcode,
            sa.type_coerce(Profile.life_situation, text),
            Scan.entry == Entry.IMPORTED,
            known_by=known_by,
        )
        .outerjoin(ScanCard, linked)
        .outerjoin(Card, Card.id == ScanCard.card_id)
        .outerjoin(Unit, Unit.id == Card.unit_id)
        .outerjoin(Profile, Profile.line == ScanCard.line)
        .where(
            Venue.area_id == sa.bindparam("area_id", type_=sa.Integer()),
            counted.is_counted(known_by=known_by),
            counted.is_verified(known_by=known_by),
        )
    )
    if begun is None:
        return query
    return query.outerjoin(begun, sa.and_(begun.c.event_id == Event.id, begun.c.line == ScanCard.line))


def _first_days() -> sa.CTE:
    of_area = Venue.area_id == sa.bindparam("area_id", type_=sa.Integer())
    within = Scan.on_day.between(_day("first_on"), _day("last_on"))
    return firstdays.find(of_area, within, known_by=_moment("known_by"))


def _is_use(begun: sa.CTE | None) -> sa.ColumnElement[int]:
    """Return counted.used_by as 1 or 0; the few late visits have no first days looked up for them."""
    if begun is None:
        return counted.used_by(sa.literal_column("1", sa.Integer()), known_by=_moment("known_by"))
    return firstdays.is_use(begun, known_by=_moment("known_by"))


def _arrived_late(scan: type[Scan]) -> sa.ColumnElement[bool]:
    """Return the condition that a visit of an earlier period arrived in this one, after its own had been revised."""
    return sa.and_(scan.received_at < _moment("ends_at"), _is_late(scan))


def _is_late(scan: type[Scan]) -> sa.ColumnElement[bool]:
    """Return the condition that a visit of an earlier period arrived in this one or later, after its own had been
    revised. A revision may be within this one for the two periods before it, and was before it for all others.
    """
    return sa.and_(
        scan.received_at >= _moment("begins_at"),
        sa.or_(
            scan.on_day < _day("two_on"),
            sa.and_(scan.on_day < _day("one_on"), scan.received_at >= _moment("two_at")),
            sa.and_(scan.on_day < _day("first_on"), scan.received_at >= _moment("one_at")),
        ),
    )


def _earlier_use() -> sa.ColumnElement[bool]:
    """Return the condition that the line of a scan had a use that an earlier period counts."""
    link, scan = aliased(ScanCard), aliased(Scan)
    cut = sa.exists().where(FirstUse.line == ScanCard.line, FirstUse.month < _day("first_on"))
    linked = sa.exists().where(
        link.line == ScanCard.line,
        # Always so. Without it PostgreSQL lists the lines of all earlier uses first: the whole ledger for each month.
        link.scan_id != ScanCard.scan_id,
        scan.scan_id == link.scan_id,
        scan.on_day < _day("first_on"),
        scan.adult + scan.child + scan.worker + scan.under16 > 0,
        ~_is_late(scan),
        counted.is_counted(scan, known_by=_moment("known_by")),
    )
    return sa.or_(cut, linked)


def _state_on(on_day: date, known_by: datetime) -> sa.ScalarSelect[Any]:
    moment = period.last_moment_of(on_day)
    return (
        sa.select(CardEvent.state)
        .where(
            CardEvent.card_id == Card.id,
            CardEvent.effective_from <= moment,
            sa.or_(CardEvent.effective_until.is_(None), CardEvent.effective_until > moment),
            CardEvent.recorded_at < known_by,
        )
        .order_by(CardEvent.id.desc())
        .limit(1)
        .scalar_subquery()
    )
