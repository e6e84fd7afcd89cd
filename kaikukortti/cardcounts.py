"""How many cards an area or a unit has: handed out, taken into use, valid, asleep. Counts alone, no card is named.

A small area is counted at every look; a large one once a day (keptcounts), since each card's uses are looked for.
"""

from dataclasses import asdict, dataclass, field
from datetime import date, datetime, timedelta

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

COUNTED_LIVE = 1_000  # cards: about 15 ms of CPU
UNIT_COUNTED_LIVE = 100  # cards, with their visits: about 20 ms
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
    home = Unit.area_id == area_id
    if not _has_more(home, COUNTED_LIVE):
        return _count(home, now=now, is_area=True)
    return unpacked(keptcounts.of_today(area_id, "area", lambda: packed(_count(home, now=now, is_area=True)), now=now))


def of_unit(unit_id: int, *, now: datetime) -> CardState:
    """Return a unit's own cards, live. Linear in its cards."""
    return _count(Unit.id == unit_id, now=now)


def is_large_unit(unit_id: int) -> bool:
    """Return whether a unit has too many cards to count them, and their visits, at every look."""
    return _has_more(Unit.id == unit_id, UNIT_COUNTED_LIVE)


def days_of_area(area_id: int) -> CardDays:
    """Return an area's cards by day, live however many there are."""
    return CardDays(_handed_out(Unit.area_id == area_id), _renewed(Unit.area_id == area_id))


def packed(state: CardState) -> Figures:
    """Return cards as they are kept."""
    return {"today": asdict(state.today), "handed_out": state.days.handed_out, "renewed": state.days.renewed}


def unpacked(kept: Kept) -> CardState:
    """Return cards as they were kept."""
    figures = kept.figures
    days = CardDays(figures["handed_out"], figures["renewed"])
    return CardState(days, CardsToday(**figures["today"]), kept.counted_at)


def _has_more(home: sa.ColumnElement[bool], cards: int) -> bool:
    some = (
        sa.select(Card.id)
        .join(Unit, Unit.id == Card.unit_id)
        .where(home, Card.state.not_in([State.STOCK, State.DESTROYED]))
        .limit(cards + 1)
    )
    return (db.session.scalar(sa.select(sa.func.count()).select_from(some.subquery())) or 0) > cards


def _count(home: sa.ColumnElement[bool], *, now: datetime, is_area: bool = False) -> CardState:
    today = period.day_of(now)
    used_lately = _is_among_lately_used(today) if is_area else _is_used_lately(today)
    return CardState(CardDays(_handed_out(home), _renewed(home)), _today(home, today, used_lately), now)


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


def _is_used_lately(today: date) -> sa.ColumnElement[bool]:
    """Return the condition that a card's line was used within 90 days: a walk through all of its uses."""
    return sa.exists().where(ScanCard.line == Card.line, ScanCard.scan_id == Scan.scan_id, *_lately(today))


def _is_among_lately_used(today: date) -> sa.ColumnElement[bool]:
    """Return the same for all cards of an area: all uses of the 90 days are listed once, venue by venue."""
    lines = (
        sa.select(ScanCard.line)
        .join(Scan, Scan.scan_id == ScanCard.scan_id)
        .join(Venue, Venue.id == Scan.venue_id)
        .where(ScanCard.line.is_not(None), *_lately(today))
    )
    return Card.line.in_(lines)


def _lately(today: date) -> list[sa.ColumnElement[bool]]:
    within = Scan.on_day.between(today - IN_USE, today)
    return [within, counted.ADULTS + counted.CHILDREN > 0, counted.is_counted()]


def _today(home: sa.ColumnElement[bool], today: date, used_lately: sa.ColumnElement[bool]) -> CardsToday:
    other = aliased(Card)
    first_on = (
        sa.select(sa.func.min(CardPeriod.first_on))
        .join(other, other.id == CardPeriod.card_id)
        .where(other.line == Card.line, CardPeriod.withdrawn_at.is_(None))
        .scalar_subquery()
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
