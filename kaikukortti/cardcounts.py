"""How many cards an area or a unit has: handed out, taken into use, valid, asleep. Counts alone, no card is named.

A small area is counted at every look; a large one once a day (keptcounts), since each card's uses are looked for.
"""

import functools
from dataclasses import asdict, dataclass, field
from datetime import date, datetime, timedelta
from typing import Any, Literal

import sqlalchemy as sa
from sqlalchemy.orm import aliased

from kaikukortti import keptcounts
from kaikukortti.db import db
from kaikukortti.keptcounts import Figures, Kept
from kaikukortti.models import counted
from kaikukortti.models.cards import Card, CardPeriod, PeriodKind
from kaikukortti.models.ledger import Scan, ScanCard
from kaikukortti.models.network import Unit, Venue
from kaikukortti.rules import period
from kaikukortti.rules.card import RENEWED_WITHOUT_LOSS, CardKind, State

COUNTED_LIVE = 250  # cards: about 5 ms of CPU
UNIT_COUNTED_LIVE = 100  # cards, with their visits: about 20 ms
IN_USE = timedelta(days=90)
ASLEEP_AFTER = timedelta(days=30)
EXPIRES_WITHIN = timedelta(days=RENEWED_WITHOUT_LOSS)

Owner = Literal["area", "unit"]
_AREA: Owner = "area"
_UNIT: Owner = "unit"


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

    @property
    def by_month(self) -> "CardDays":
        """Return the same by the first day of each month: enough for periods that begin and end with a month."""
        handed_out: dict[str, list[int]] = {}
        for day, counts in self.handed_out.items():
            so_far = handed_out.get(f"{day[:7]}-01", [0, 0, 0])
            handed_out[f"{day[:7]}-01"] = [have + more for have, more in zip(so_far, counts, strict=True)]
        renewed: dict[str, int] = {}
        for day, count in self.renewed.items():
            renewed[f"{day[:7]}-01"] = renewed.get(f"{day[:7]}-01", 0) + count
        return CardDays(handed_out, renewed)

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
    if not _has_more(_AREA, area_id, COUNTED_LIVE):
        return _count(_AREA, area_id, now=now)
    return unpacked(keptcounts.of_today(area_id, "area", lambda: packed(_count(_AREA, area_id, now=now)), now=now))


def of_unit(unit_id: int, *, now: datetime) -> CardState:
    """Return a unit's own cards, live. Linear in its cards."""
    return _count(_UNIT, unit_id, now=now)


def is_large_unit(unit_id: int) -> bool:
    """Return whether a unit has too many cards to count them, and their visits, at every look."""
    return _has_more(_UNIT, unit_id, UNIT_COUNTED_LIVE)


def days_of_area(area_id: int) -> CardDays:
    """Return an area's cards by day, live however many there are."""
    return CardDays(_handed_out(_AREA, area_id), _renewed(_AREA, area_id))


def packed(state: CardState) -> Figures:
    """Return cards as they are kept."""
    return {"today": asdict(state.today), "handed_out": state.days.handed_out, "renewed": state.days.renewed}


def unpacked(kept: Kept) -> CardState:
    """Return cards as they were kept."""
    figures = kept.figures
    days = CardDays(figures["handed_out"], figures["renewed"])
    return CardState(days, CardsToday(**figures["today"]), kept.counted_at)


def _has_more(owner: Owner, owner_id: int, cards: int) -> bool:
    some = (
        sa.select(Card.id)
        .join(Unit, Unit.id == Card.unit_id)
        .where(_is_of(owner), Card.state.not_in([State.STOCK, State.DESTROYED]))
        .limit(cards + 1)
    )
    count = sa.select(sa.func.count()).select_from(some.subquery())
    return (db.session.scalar(count, {"owner": owner_id}) or 0) > cards


def _count(owner: Owner, owner_id: int, *, now: datetime) -> CardState:
    days = CardDays(_handed_out(owner, owner_id), _renewed(owner, owner_id))
    return CardState(days, _today(owner, owner_id, period.day_of(now)), now)


def _handed_out(owner: Owner, owner_id: int) -> dict[str, list[int]]:
    """Count lines by the day of their first registration; undone registrations and stock apart."""
    days: dict[str, list[int]] = {}
    for first_on, kind, lines_of_day, used_of_day in db.session.execute(_lines_by_day(owner), {"owner": owner_id}):
        counts = days.setdefault(first_on.isoformat(), [0, 0, 0])
        if kind == CardKind.COMMUNITY:
            counts[2] += lines_of_day
        else:
            counts[0] += lines_of_day
            counts[1] += int(used_of_day)
    return days


def _renewed(owner: Owner, owner_id: int) -> dict[str, int]:
    days: dict[str, int] = {}
    for recorded_at in db.session.scalars(_renewals(owner), {"owner": owner_id}):
        day = period.day_of(recorded_at).isoformat()
        days[day] = days.get(day, 0) + 1
    return days


def _today(owner: Owner, owner_id: int, today: date) -> CardsToday:
    days = {
        "today": today,
        "since": today - IN_USE,
        "asleep_since": today - ASLEEP_AFTER,
        "ends_by": today + EXPIRES_WITHIN,
    }
    numbers: list[int] = list(db.session.execute(_cards_of_today(owner), {"owner": owner_id, **days}).one())
    return CardsToday(*numbers)


# The queries are made once: to put one together takes longer than to run it for some hundred cards.


def _is_of(owner: Owner) -> sa.ColumnElement[bool]:
    column = Unit.area_id if owner == _AREA else Unit.id
    return column == sa.bindparam("owner", type_=sa.Integer())


@functools.cache
def _lines_by_day(owner: Owner) -> sa.Select[Any]:
    """Return the query of (first day, kind, lines, of these used)."""
    lines = _registered(owner).subquery()
    used = sa.case((counted.is_used(lines.c.line), 1), else_=0)
    key = (lines.c.first_on, lines.c.kind)
    return sa.select(*key, sa.func.count(), sa.func.sum(used)).group_by(*key)


def _registered(owner: Owner) -> sa.Select[str | None, CardKind, date]:
    return (
        sa.select(Card.line, Card.kind, sa.func.min(CardPeriod.first_on).label("first_on"))
        .join(CardPeriod, CardPeriod.card_id == Card.id)
        .join(Unit, Unit.id == Card.unit_id)
        .where(
            _is_of(owner),
            CardPeriod.kind == PeriodKind.REGISTRATION,
            CardPeriod.withdrawn_at.is_(None),
            Card.state.not_in([State.STOCK, State.DESTROYED]),
        )
        .group_by(Card.line, Card.kind)
    )


@functools.cache
def _renewals(owner: Owner) -> sa.Select[datetime]:
    return (
        sa.select(CardPeriod.recorded_at)
        .join(Card, Card.id == CardPeriod.card_id)
        .join(Unit, Unit.id == Card.unit_id)
        .where(
            _is_of(owner),
            CardPeriod.kind == PeriodKind.RENEWAL,
            CardPeriod.withdrawn_at.is_(None),
            Card.kind == CardKind.PERSONAL,
        )
    )


@functools.cache
def _cards_of_today(owner: Owner) -> sa.Select[*tuple[Any, ...]]:
    """Return the query of CardsToday's numbers, of the lines of cards that are valid today."""
    today, asleep_since, ends_by = (_day(name) for name in ("today", "asleep_since", "ends_by"))
    used_lately = _is_among_lately_used() if owner == _AREA else _is_used_lately()
    other = aliased(Card)
    first_on = (
        sa.select(sa.func.min(CardPeriod.first_on))
        .join(other, other.id == CardPeriod.card_id)
        .where(other.line == Card.line, CardPeriod.withdrawn_at.is_(None))
        .scalar_subquery()
    )
    asleep = sa.and_(first_on <= asleep_since, ~counted.is_used(Card.line))
    pause_is_over = sa.and_(Card.state == State.SUSPENDED, Card.suspended_until <= today)
    return (
        sa.select(
            sa.func.count(sa.distinct(Card.line)),
            *(_number(condition) for condition in (used_lately, asleep, Card.last_valid_on <= ends_by)),
        )
        .select_from(Card)
        .join(Unit, Unit.id == Card.unit_id)
        .where(
            _is_of(owner),
            Card.kind == CardKind.PERSONAL,
            sa.or_(Card.state == State.ACTIVE, pause_is_over),
            Card.first_on <= today,
            Card.last_valid_on >= today,
        )
    )


def _is_used_lately() -> sa.ColumnElement[bool]:
    """Return the condition that a card's line was used within 90 days: a walk through all of its uses."""
    return sa.exists().where(ScanCard.line == Card.line, ScanCard.scan_id == Scan.scan_id, *_lately())


def _is_among_lately_used() -> sa.ColumnElement[bool]:
    """Return the same for all cards of an area: all uses of the 90 days are listed once, venue by venue."""
    lines = (
        sa.select(ScanCard.line)
        .join(Scan, Scan.scan_id == ScanCard.scan_id)
        .join(Venue, Venue.id == Scan.venue_id)
        .where(ScanCard.line.is_not(None), *_lately())
    )
    return Card.line.in_(lines)


def _lately() -> list[sa.ColumnElement[bool]]:
    within = Scan.on_day.between(_day("since"), _day("today"))
    return [within, counted.ADULTS + counted.CHILDREN > 0, counted.is_counted()]


def _number(condition: sa.ColumnElement[bool]) -> sa.ColumnElement[int]:
    """Count the lines that meet a condition."""
    return sa.func.count(sa.distinct(sa.case((condition, Card.line))))


def _day(name: str) -> sa.BindParameter[date]:
    return sa.bindparam(name, type_=sa.Date())
