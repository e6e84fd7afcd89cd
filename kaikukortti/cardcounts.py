"""How many cards an area or a unit has: handed out, taken into use, valid, asleep. Counts alone, no card is named.

A small area is counted at every look; a large one once a day, since each card's uses are looked for.
"""

from dataclasses import asdict, dataclass, field
from datetime import date, datetime, timedelta
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import aliased

from kaikukortti.db import db, is_writing, transactional
from kaikukortti.models import counted
from kaikukortti.models.cards import Card, CardPeriod, PeriodKind
from kaikukortti.models.figures import CardCount
from kaikukortti.models.ledger import Scan, ScanCard
from kaikukortti.models.network import Area, Unit
from kaikukortti.rules import period
from kaikukortti.rules.card import RENEWED_WITHOUT_LOSS, CardKind, State

COUNTED_LIVE = 1_000  # cards: about 15 ms of CPU
IN_USE = timedelta(days=90)
ASLEEP_AFTER = timedelta(days=30)
EXPIRES_WITHIN = timedelta(days=RENEWED_WITHOUT_LOSS)


@dataclass(frozen=True)
class CardFigures:
    """Personal cards by line: first registered in the period, of them used and never used; community cards apart."""

    registered: int
    taken_into_use: int
    community: int
    renewed: int = 0

    @property
    def never_used(self) -> int:
        """Return the registered cards without a single counted use."""
        return self.registered - self.taken_into_use


@dataclass(frozen=True)
class CardsToday:
    """Personal cards as they stand: valid, of them used within 90 days, never used though handed out 30 days ago or
    more, and ending within 60 days.
    """

    valid: int
    in_use: int
    asleep: int
    expiring: int


@dataclass(frozen=True)
class CardDays:
    """Cards by day, written as in a file: [registered, of these used by now, community] and how many were renewed."""

    handed_out: dict[str, list[int]] = field(default_factory=dict)
    renewed: dict[str, int] = field(default_factory=dict)

    @property
    def first_on(self) -> date | None:
        """Return the day on which the first card was handed out."""
        return date.fromisoformat(min(self.handed_out)) if self.handed_out else None

    def within(self, first_on: date, last_on: date) -> CardFigures:
        """Return the figures of a period, both days included."""
        first, last = first_on.isoformat(), last_on.isoformat()
        days = [counts for day, counts in self.handed_out.items() if first <= day <= last]
        registered, used, community = (sum(counts[place] for counts in days) for place in range(3))
        renewed = sum(count for day, count in self.renewed.items() if first <= day <= last)
        return CardFigures(registered, used, community, renewed)


@dataclass(frozen=True)
class CardState:
    """The cards of an area or a unit: by day, and as they stood when they were counted."""

    days: CardDays
    today: CardsToday
    counted_at: datetime


def of_area(area_id: int, *, now: datetime) -> CardState:
    """Return an area's cards: live while there are few, as counted today at the first look where there are many."""
    if not _is_large(area_id):
        return _count(Unit.area_id == area_id, now=now)
    kept = db.session.get(CardCount, area_id, populate_existing=True)
    if kept is not None and period.day_of(kept.counted_at) == period.day_of(now):
        return _unpacked(kept)
    return _keep(area_id, now) if is_writing() else refresh(area_id, now=now)


def of_unit(unit_id: int, *, now: datetime) -> CardState:
    """Return a unit's own cards, live. Linear in its cards."""
    return _count(Unit.id == unit_id, now=now)


def days_of_area(area_id: int) -> CardDays:
    """Return an area's cards by day, live however many there are."""
    return CardDays(_handed_out(Unit.area_id == area_id), _renewed(Unit.area_id == area_id))


@transactional
def refresh(area_id: int, *, now: datetime) -> CardState:
    """Count an area's cards and keep the count for the rest of the day."""
    return _keep(area_id, now)


def _keep(area_id: int, now: datetime) -> CardState:
    db.session.execute(sa.select(Area.id).where(Area.id == area_id).with_for_update(key_share=True))
    found = _count(Unit.area_id == area_id, now=now)
    figures: dict[str, Any] = {
        "today": asdict(found.today),
        "handed_out": found.days.handed_out,
        "renewed": found.days.renewed,
    }
    db.session.merge(CardCount(area_id=area_id, counted_at=now, figures=figures))
    return found


def _unpacked(kept: CardCount) -> CardState:
    figures = kept.figures
    return CardState(
        CardDays(figures["handed_out"], figures["renewed"]), CardsToday(**figures["today"]), kept.counted_at
    )


def _is_large(area_id: int) -> bool:
    some = (
        sa.select(Card.id)
        .join(Unit, Unit.id == Card.unit_id)
        .where(Unit.area_id == area_id, Card.state.not_in([State.STOCK, State.DESTROYED]))
        .limit(COUNTED_LIVE + 1)
    )
    return (db.session.scalar(sa.select(sa.func.count()).select_from(some.subquery())) or 0) > COUNTED_LIVE


def _count(home: sa.ColumnElement[bool], *, now: datetime) -> CardState:
    return CardState(CardDays(_handed_out(home), _renewed(home)), _today(home, period.day_of(now)), now)


def _handed_out(home: sa.ColumnElement[bool]) -> dict[str, list[int]]:
    """Count lines by the day of their first registration; undone registrations and stock apart."""
    lines = _registered(home).subquery()
    used = sa.case((counted.is_used(lines.c.line), 1), else_=0)
    query = sa.select(lines.c.first_on, lines.c.kind, sa.func.count(), sa.func.sum(used)).group_by(
        lines.c.first_on, lines.c.kind
    )
    days: dict[str, list[int]] = {}
    for first_on, kind, lines_of_day, used_of_day in db.session.execute(query):
        counts = days.setdefault(first_on.isoformat(), [0, 0, 0])
        if kind == CardKind.COMMUNITY:
            counts[2] += lines_of_day
        else:
            counts[0] += lines_of_day
            counts[1] += int(used_of_day)
    return days


def _registered(home: sa.ColumnElement[bool]) -> sa.Select[str | None, CardKind, date]:
    return (
        sa.select(Card.line, Card.kind, sa.func.min(CardPeriod.first_on).label("first_on"))
        .join(CardPeriod, CardPeriod.card_id == Card.id)
        .join(Unit, Unit.id == Card.unit_id)
        .where(
            home,
            CardPeriod.kind == PeriodKind.REGISTRATION,
            CardPeriod.withdrawn_at.is_(None),
            Card.state.not_in([State.STOCK, State.DESTROYED]),
        )
        .group_by(Card.line, Card.kind)
    )


def _renewed(home: sa.ColumnElement[bool]) -> dict[str, int]:
    query = (
        sa.select(CardPeriod.recorded_at)
        .join(Card, Card.id == CardPeriod.card_id)
        .join(Unit, Unit.id == Card.unit_id)
        .where(
            home,
            CardPeriod.kind == PeriodKind.RENEWAL,
            CardPeriod.withdrawn_at.is_(None),
            Card.kind == CardKind.PERSONAL,
        )
    )
    days: dict[str, int] = {}
    for recorded_at in db.session.scalars(query):
        day = period.day_of(recorded_at).isoformat()
        days[day] = days.get(day, 0) + 1
    return days


def _today(home: sa.ColumnElement[bool], today: date) -> CardsToday:
    other = aliased(Card)
    first_on = (
        sa.select(sa.func.min(CardPeriod.first_on))
        .join(other, other.id == CardPeriod.card_id)
        .where(other.line == Card.line, CardPeriod.withdrawn_at.is_(None))
        .scalar_subquery()
    )
    used_lately = sa.exists().where(
        ScanCard.line == Card.line,
        ScanCard.scan_id == Scan.scan_id,
        Scan.on_day.between(today - IN_USE, today),
        counted.ADULTS + counted.CHILDREN > 0,
        counted.is_counted(),
    )
    asleep = sa.and_(first_on <= today - ASLEEP_AFTER, ~counted.is_used(Card.line))
    pause_is_over = sa.and_(Card.state == State.SUSPENDED, Card.suspended_until <= today)
    query = (
        sa.select(
            sa.func.count(sa.distinct(Card.line)),
            *(_number(condition) for condition in (used_lately, asleep, Card.last_valid_on <= today + EXPIRES_WITHIN)),
        )
        .select_from(Card)
        .join(Unit, Unit.id == Card.unit_id)
        .where(
            home,
            Card.kind == CardKind.PERSONAL,
            sa.or_(Card.state == State.ACTIVE, pause_is_over),
            Card.first_on <= today,
            Card.last_valid_on >= today,
        )
    )
    numbers: list[int] = list(db.session.execute(query).one())
    return CardsToday(*numbers)


def _number(condition: sa.ColumnElement[bool]) -> sa.ColumnElement[int]:
    """Count the lines that meet a condition."""
    return sa.func.count(sa.distinct(sa.case((condition, Card.line))))
