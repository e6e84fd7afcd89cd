"""The counted visits of an area's personal cards, wherever they were made, as they were known at a moment; SQL alone.

What counts is said in models/counted. Two statements a period, linear in the scans of its days at all venues.
"""

import functools
from collections.abc import Iterator
from datetime import date, datetime
from typing import Any, NamedTuple

import sqlalchemy as sa

from kaikukortti.db import UTCDateTime
from kaikukortti.models import counted, firstdays
from kaikukortti.models.cards import Card, CardPeriod
from kaikukortti.models.keeping import FirstUse
from kaikukortti.models.ledger import CUT_BY_AGE, Entry, Scan, ScanCard
from kaikukortti.models.network import Unit, Venue
from kaikukortti.models.programme import Event
from kaikukortti.rules.card import CardKind

AT_ONCE = 5_000
HOUSE_VISIT = "house_visit"


class Visit(NamedTuple):
    """One registration at a venue: its tickets, and whether they are uses (of a course the first day's are)."""

    line: str
    unit_id: int
    on_day: date
    received_at: datetime
    adults: int
    children: int
    is_use: bool
    category: str
    kind: str
    venue_in: str
    issued_in: str
    is_imported: bool


def stream_visits(
    connection: sa.Connection, area_id: int, *, first_on: date, last_on: date, known_by: datetime
) -> Iterator[Visit]:
    """Return the visits of some days, those of one line after another."""
    given = {"area_id": area_id, "known_by": known_by, "first_on": first_on, "last_on": last_on}
    for row in connection.execution_options(yield_per=AT_ONCE).execute(_visits(), given):
        yield Visit(*row)


def first_uses(
    connection: sa.Connection, area_id: int, *, first_on: date, last_on: date, data_on: date, known_by: datetime
) -> dict[str, date]:
    """Return the day of the first use, until `data_on`, of the lines that got a period or came to an end in some days.

    Linear in those lines and their visits. Of a line whose first visit is linked to it no more, the first day of that
    month is told: retention cuts it only when no day of that month matters to any period.
    """
    given = {"area_id": area_id, "known_by": known_by, "first_on": first_on, "last_on": last_on, "data_on": data_on}
    found = {str(line): day for line, day in connection.execute(_first_uses(), given)}
    for line, month in connection.execute(_cut_uses(), given):
        found[line] = min(month, found.get(line, month))
    return found


def find_lost_day(connection: sa.Connection, area_id: int) -> date | None:
    """Return the newest day at an area's venues with a visit whose link to its card has gone by age; None: all are
    there. Linear in the area's scans.
    """
    by_age = sa.and_(Scan.undoes.is_(None), Scan.entry != Entry.IMPORTED, Scan.cut_as.in_(CUT_BY_AGE))
    return _newest(connection, area_id, sa.or_(by_age, _is_forgotten()))


def find_forgotten_day(connection: sa.Connection, area_id: int) -> date | None:
    """Return the same of visits of which not even the line's first use is known any more (models/keeping)."""
    return _newest(connection, area_id, _is_forgotten())


def _newest(connection: sa.Connection, area_id: int, lost: sa.ColumnElement[bool]) -> date | None:
    of_area = sa.select(sa.func.max(Scan.on_day)).join(Venue, Venue.id == Scan.venue_id)
    return connection.execute(of_area.where(Venue.area_id == area_id, lost)).scalar()


def _is_forgotten() -> sa.ColumnElement[bool]:
    return sa.and_(
        Scan.cut_as.is_(None),
        Scan.raw_code.is_(None),
        Scan.undoes.is_(None),
        Scan.entry != Entry.IMPORTED,  # an earlier record never named a card
        ~sa.exists().where(ScanCard.scan_id == Scan.scan_id),
    )


def _day(name: str) -> Any:
    return sa.bindparam(name, type_=sa.Date())


def _known_by() -> Any:
    return sa.bindparam("known_by", type_=UTCDateTime())


def _of_area() -> list[sa.ColumnElement[bool]]:
    return [Unit.area_id == sa.bindparam("area_id", type_=sa.Integer()), Card.kind == CardKind.PERSONAL]


@functools.cache
def _visits() -> sa.Select[Any]:
    known_by, text = _known_by(), sa.String()
    within = Scan.on_day.between(_day("first_on"), _day("last_on"))
    begun = firstdays.find(within, known_by=known_by)
    kind = sa.func.coalesce(sa.type_coerce(Event.kind, text), sa.literal(HOUSE_VISIT))
    linked = sa.and_(ScanCard.scan_id == Scan.scan_id, *counted.is_linked(known_by=known_by))
    return (
        counted.of_ledger(
            ScanCard.line.label("line"),
            Card.unit_id,
            Scan.on_day,
            Scan.received_at,
            counted.ADULTS,
            counted.CHILDREN,
            firstdays.is_use(begun, known_by=known_by) == 1,
            sa.type_coerce(counted.category(), text),
            kind,
            Venue.municipality,
            Unit.municipality,
            Scan.entry == Entry.IMPORTED,
            known_by=known_by,
        )
        .join(ScanCard, linked)
        .join(Card, Card.id == ScanCard.card_id)
        .join(Unit, Unit.id == Card.unit_id)
        .outerjoin(begun, sa.and_(begun.c.event_id == Event.id, begun.c.line == ScanCard.line))
        .where(*_of_area(), within, counted.is_counted(known_by=known_by), counted.ADULTS + counted.CHILDREN > 0)
        .order_by("line")
    )


def _cohort() -> sa.Select[str | None]:
    days = _day("first_on"), _day("last_on")
    return (
        sa.select(Card.line)
        .join(CardPeriod, CardPeriod.card_id == Card.id)
        .join(Unit, Unit.id == Card.unit_id)
        .where(*_of_area(), sa.or_(CardPeriod.first_on.between(*days), CardPeriod.last_on.between(*days)))
    )


@functools.cache
def _cut_uses() -> sa.Select[str, date]:
    of_cohort = sa.select(FirstUse.line, FirstUse.month).where(FirstUse.line.in_(_cohort()))
    return of_cohort.where(FirstUse.month <= _day("data_on"))


@functools.cache
def _first_uses() -> sa.Select[str | None, date]:
    known_by = _known_by()
    return (
        sa.select(ScanCard.line, sa.func.min(Scan.on_day))
        .join(Scan, Scan.scan_id == ScanCard.scan_id)
        .where(
            ScanCard.line.in_(_cohort()),
            # Linked by its line, a visit is looked up by its key; the days of all venues are never walked.
            sa.func.coalesce(Scan.on_day, Scan.on_day) <= _day("data_on"),
            counted.ADULTS + counted.CHILDREN > 0,
            counted.is_counted(known_by=known_by),
            *counted.is_linked(known_by=known_by),
        )
        .group_by(ScanCard.line)
    )
