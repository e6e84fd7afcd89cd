"""Live, trait-free counts for their owners: the coordinator's area and the venue's evening (DESIGN decision 6).

Nothing here reads a profile. Definitions are those of DESIGN §4 *Counting*.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

import sqlalchemy as sa

from kaikukortti.db import db
from kaikukortti.models import counted
from kaikukortti.models.cards import Card, CardPeriod, PeriodKind
from kaikukortti.models.ledger import Scan
from kaikukortti.models.network import Unit, Venue
from kaikukortti.models.programme import Event, Occurrence
from kaikukortti.rules import period
from kaikukortti.rules.card import CardKind, State
from kaikukortti.rules.programme import Category

Conditions = Sequence[sa.ColumnElement[bool]]
USES = (sa.func.sum(counted.used_by(counted.ADULTS)), sa.func.sum(counted.used_by(counted.CHILDREN)))


@dataclass(frozen=True)
class Uses:
    """Admission tickets given: adults and children of the national table."""

    adults: int = 0
    children: int = 0

    @property
    def total(self) -> int:
        """Return adults and children together."""
        return self.adults + self.children


@dataclass(frozen=True)
class CardFigures:
    """Personal cards by line: first registered in the period, of them used and never used; community cards apart."""

    registered: int
    taken_into_use: int
    community: int

    @property
    def never_used(self) -> int:
        """Return the registered cards without a single counted use."""
        return self.registered - self.taken_into_use


@dataclass(frozen=True)
class VenueUses:
    """The uses of one venue, with its names."""

    name_fi: str
    name_sv: str
    name_en: str
    uses: Uses


@dataclass(frozen=True)
class Overview:
    """The coordinator's first page for a period, both days included."""

    first_on: date
    last_on: date
    cards: CardFigures
    by_category: dict[Category, Uses]
    by_venue: list[VenueUses]
    by_month: list[tuple[tuple[int, int], Uses]]
    helpers: int
    unverified: int

    @property
    def uses(self) -> Uses:
        """Return all uses of the period."""
        parts = self.by_category.values()
        return Uses(sum(part.adults for part in parts), sum(part.children for part in parts))


@dataclass(frozen=True)
class EveningRow:
    """What was registered for one occurrence, or for house visits when `title` is None."""

    title: tuple[str, str, str] | None
    starts_at: datetime | None
    uses: Uses
    helpers: int


@dataclass(frozen=True)
class Evening:
    """A venue's own registrations of one day, cards from elsewhere included."""

    on_day: date
    rows: list[EveningRow]

    @property
    def uses(self) -> Uses:
        """Return all uses of the day."""
        return Uses(sum(row.uses.adults for row in self.rows), sum(row.uses.children for row in self.rows))

    @property
    def helpers(self) -> int:
        """Return the assistants and interpreters of the day."""
        return sum(row.helpers for row in self.rows)


def overview(area_id: int, *, first_on: date, last_on: date) -> Overview:
    """Count an area's cards and uses over a period of whole days.

    Reads the ledger of the period: linear in its scans until the cube takes over.
    """
    in_area = (Venue.area_id == area_id, Scan.on_day.between(first_on, last_on), counted.is_counted())
    verified = (*in_area, counted.is_verified())
    categories = dict(_uses_by(_category(), verified))
    months = _uses_by_month(verified)
    return Overview(
        first_on=first_on,
        last_on=last_on,
        cards=_card_figures(area_id, first_on=first_on, last_on=last_on),
        by_category={category: categories.get(category, Uses()) for category in Category},
        by_venue=sorted(_venue_rows(area_id, verified), key=lambda row: (-row.uses.total, row.name_fi)),
        by_month=[(month, months.get(month, Uses())) for month in period.months_of(first_on, last_on)],
        helpers=_sum(Scan.assistant + Scan.interpreter, verified),
        unverified=_sum(counted.used_by(counted.ADULTS + counted.CHILDREN), (*in_area, ~counted.is_verified())),
    )


def evening(venue_id: int, *, on_day: date) -> Evening:
    """Return a venue's own registrations of a day by occurrence; an occurrence without any is listed with zeros."""
    mine = (Scan.venue_id == venue_id, Scan.on_day == on_day, counted.is_counted())
    sums = {
        occurrence_id: (Uses(adults, children), helpers)
        for occurrence_id, adults, children, helpers in db.session.execute(
            _added(Occurrence.id, *USES, sa.func.sum(Scan.assistant + Scan.interpreter))
            .where(*mine)
            .group_by(Occurrence.id)
        )
    }
    planned = db.session.execute(
        sa.select(Occurrence.id, Occurrence.starts_at, Event.title_fi, Event.title_sv, Event.title_en)
        .join(Event)
        .where(Occurrence.venue_id == venue_id, Occurrence.on_day == on_day)
        .order_by(Occurrence.starts_at)
    )
    rows = [
        EveningRow((fi, sv or fi, en or fi), starts_at, *sums.get(key, (Uses(), 0)))
        for key, starts_at, fi, sv, en in planned
    ]
    return Evening(on_day, [*rows, EveningRow(None, None, *sums.get(None, (Uses(), 0)))])


def find_first_day(area_id: int, *, today: date) -> date:
    """Return the first day that has anything to show for an area; today when there is nothing yet."""
    issued = db.session.scalar(
        sa.select(sa.func.min(Card.first_on)).join(Unit, Unit.id == Card.unit_id).where(Unit.area_id == area_id)
    )
    used = db.session.scalar(sa.select(sa.func.min(Scan.on_day)).join(Venue).where(Venue.area_id == area_id))
    return min(day for day in (issued, used, today) if day is not None)


def _card_figures(area_id: int, *, first_on: date, last_on: date) -> CardFigures:
    base = (
        sa.select(Card.line)
        .join(CardPeriod, CardPeriod.card_id == Card.id)
        .join(Unit, Unit.id == Card.unit_id)
        .where(
            Unit.area_id == area_id,
            CardPeriod.kind == PeriodKind.REGISTRATION,
            CardPeriod.withdrawn_at.is_(None),
            CardPeriod.first_on.between(first_on, last_on),
            Card.state.not_in([State.STOCK, State.DESTROYED]),
        )
    )
    personal = base.where(Card.kind == CardKind.PERSONAL).distinct().subquery()
    community = base.where(Card.kind == CardKind.COMMUNITY).distinct().subquery()
    count = sa.func.count()
    return CardFigures(
        registered=db.session.scalar(sa.select(count).select_from(personal)) or 0,
        taken_into_use=db.session.scalar(sa.select(count).select_from(personal).where(counted.is_used(personal.c.line)))
        or 0,
        community=db.session.scalar(sa.select(count).select_from(community)) or 0,
    )


def _category() -> sa.ColumnElement[Category]:
    return sa.func.coalesce(Event.category, Venue.category, type_=Event.category.type)


def _uses_by(key: sa.ColumnElement[Any], conditions: Conditions) -> list[tuple[Any, Uses]]:
    rows = db.session.execute(_added(key, *USES).where(*conditions).group_by(key))
    return [(label, Uses(int(adults), int(children))) for label, adults, children in rows]


def _uses_by_month(conditions: Conditions) -> dict[tuple[int, int], Uses]:
    month = sa.extract("year", Scan.on_day) * 12 + sa.extract("month", Scan.on_day) - 1
    found = _uses_by(sa.cast(month, sa.Integer), conditions)
    return {(index // 12, index % 12 + 1): uses for index, uses in found}


def _venue_rows(area_id: int, conditions: Conditions) -> list[VenueUses]:
    used = dict(_uses_by(sa.cast(Venue.id, sa.Integer), conditions))
    names = sa.select(Venue.id, Venue.name_fi, Venue.name_sv, Venue.name_en).where(Venue.area_id == area_id)
    return [VenueUses(fi, sv, en, used.get(key, Uses())) for key, fi, sv, en in db.session.execute(names)]


def _sum(amount: sa.ColumnElement[int], conditions: Conditions) -> int:
    return int(db.session.scalar(_added(sa.func.sum(amount)).where(*conditions)) or 0)


def _added(*columns: Any) -> sa.Select[Any]:
    """Return a query over the ledger with each scan's venue, and its event where it has one that took place."""
    return (
        sa.select(*columns)
        .select_from(Scan)
        .join(Venue, Venue.id == Scan.venue_id)
        .outerjoin(Occurrence, sa.and_(Occurrence.id == Scan.occurrence_id, ~counted.is_detached()))
        .outerjoin(Event, Event.id == Occurrence.event_id)
    )


def venue_total(venue_id: int, *, first_on: date, last_on: date) -> Uses:
    """Return a venue's own uses over a period of whole days, cards from elsewhere included."""
    query = _added(*USES).where(Scan.venue_id == venue_id, Scan.on_day.between(first_on, last_on), counted.is_counted())
    adults, children = db.session.execute(query).one()
    return Uses(int(adults or 0), int(children or 0))
