"""A unit's own cards and their visits as counts: for its team, beside its own year before, never beside another unit.

No card is named and no venue either: a unit and a venue never meet in a figure (security.md, rule S3). A small unit is
counted at every look, a large one once a day (keptcounts).
"""

import functools
from collections.abc import Collection, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime
from typing import Any

import sqlalchemy as sa

from kaikukortti import cardcounts, cardregister, keptcounts
from kaikukortti.cardcounts import CardFigures, CardState
from kaikukortti.db import db
from kaikukortti.keptcounts import Figures
from kaikukortti.ledgercounts import first_day
from kaikukortti.models import counted, firstdays
from kaikukortti.models.cards import Card
from kaikukortti.models.keeping import UnitQuarter
from kaikukortti.models.ledger import Scan, ScanCard
from kaikukortti.models.network import Unit
from kaikukortti.models.programme import Event, Occurrence
from kaikukortti.rules import disclosure, period
from kaikukortti.rules.access import Actor
from kaikukortti.rules.card import CardKind
from kaikukortti.rules.span import QUARTER, YEAR, Span, holding

BEGINNING = date(2000, 1, 1)  # no span is older


@dataclass(frozen=True)
class Visits:
    """The visits that a unit's own personal cards made in a closed quarter: tickets, and the cards that made them."""

    span: Span
    uses: int
    cards: int


@dataclass(frozen=True)
class UnitFigures:
    """A unit's cards as they are, in a span and in the same one a year before; of a span that runs, the whole months.
    `visits` are None where fewer than five cards stand behind them, or no quarter that is over was asked for.
    """

    unit: Unit
    state: CardState
    now: CardFigures
    before: CardFigures
    now_span: Span
    before_span: Span
    visits: Visits | None
    visits_before: Visits | None


@dataclass(frozen=True)
class _Counts:
    """A unit's cards, and what may be told of the visits of closed quarters by their first day."""

    state: CardState
    visits: dict[date, Visits]


def read(span: Span, *, actor: Actor, now: datetime) -> UnitFigures:
    """Return the own unit's figures for a year or a quarter; visits for quarters alone, so that no two figures can be
    taken from one another. Flat: linear in the cards of a small unit, as counted today where it is large. Raises
    NotAllowed.
    """
    unit, today = cardregister.own_unit(actor), period.day_of(now)
    asked = [each for each in (span, span.year_before) if each.months == QUARTER and each.last_on < today]
    counts = _count_today(unit, now) if cardcounts.is_large_unit(unit.id) else _count_now(unit, asked, now)
    visits = [counts.visits.get(each.first_on) if each in asked else None for each in (span, span.year_before)]
    months = span.months if span.last_on < today else span.whole_months(today) or 1
    here, before = Span(span.first_on, months), Span(span.year_before.first_on, months)
    days = counts.state.days
    return UnitFigures(
        unit=unit,
        state=counts.state,
        now=days.within(here.first_on, here.last_on),
        before=days.within(before.first_on, before.last_on),
        now_span=here,
        before_span=before,
        visits=visits[0],
        visits_before=visits[1],
    )


def prepare(area_id: int, *, now: datetime) -> None:
    """Count what an area's large units will look at today, so that nobody waits for it in the morning."""
    for unit in db.session.scalars(sa.select(Unit).where(Unit.area_id == area_id).order_by(Unit.id)).all():
        if cardcounts.is_large_unit(unit.id):
            _count_today(unit, now)


def find_first_day(*, actor: Actor) -> date | None:
    """Return the day on which the own unit handed out its first card. Raises NotAllowed."""
    unit = cardregister.own_unit(actor)
    return db.session.scalar(sa.select(sa.func.min(Card.first_on)).where(Card.unit_id == unit.id))


def keep(unit_id: int, quarters: Collection[date]) -> None:
    """Write down, in the caller's transaction, what the unit is told of some quarters (by first day) that are over: it
    stays so when links of visits to cards go. What is kept already stays as it is.
    """
    there = set(db.session.scalars(sa.select(UnitQuarter.quarter).where(UnitQuarter.unit_id == unit_id)))
    missing = sorted(set(quarters) - there)
    if not missing:
        return
    months = (missing[-1].year - missing[0].year) * YEAR + missing[-1].month - missing[0].month + QUARTER
    told = _visits(unit_id, [Span(missing[0], months)])
    for quarter in missing:
        visits = told.get(quarter)
        numbers = {"uses": visits and visits.uses, "cards": visits and visits.cards}
        db.session.add(UnitQuarter(unit_id=unit_id, quarter=quarter, **numbers))


def _count_now(unit: Unit, asked: Sequence[Span], now: datetime) -> _Counts:
    return _Counts(cardcounts.of_unit(unit.id, now=now), _visits(unit.id, asked) if asked else {})


def _count_today(unit: Unit, now: datetime) -> _Counts:
    kept = keptcounts.of_today(unit.area_id, f"unit {unit.id}", lambda: _pack(unit, now), now=now)
    visits = {
        date.fromisoformat(first): Visits(Span(date.fromisoformat(first), QUARTER), uses, cards)
        for first, (uses, cards) in kept.figures["visits"].items()
    }
    return _Counts(cardcounts.unpacked(kept), visits)


def _pack(unit: Unit, now: datetime) -> Figures:
    """Count a unit's cards, and the visits of all quarters that are over."""
    state = cardcounts.of_unit(unit.id, now=now)
    closed = holding(period.day_of(now), QUARTER).previous.last_on
    visits = _visits(unit.id, [Span(BEGINNING, (closed.year - BEGINNING.year) * YEAR + closed.month)])
    told = {first.isoformat(): [found.uses, found.cards] for first, found in visits.items()}
    return {**cardcounts.packed(replace(state, days=state.days.by_month)), "visits": told}


def _visits(unit_id: int, asked: Sequence[Span]) -> dict[date, Visits]:
    """Return the visits of quarters where nobody can be found in their number (S7), by first day. `asked` are one or
    two spans of whole quarters that are over.
    """
    ends = {"since": asked[0].first_on, "until": asked[0].last_on}
    ends |= {"since_too": asked[-1].first_on, "until_too": asked[-1].last_on}
    shares: dict[int, list[int]] = {}
    for quarter, share in db.session.execute(_shares(), {"unit_id": unit_id, **ends}):
        shares.setdefault(quarter, []).append(int(share))
    told: dict[date, Visits] = {}
    for quarter, by_line in shares.items():
        largest, second = (*sorted(by_line, reverse=True), 0)[:2]
        if disclosure.may_show_tickets(sum(by_line), cards=len(by_line), largest=largest, second=second):
            span = Span(first_day(quarter * QUARTER), QUARTER)
            told[span.first_on] = Visits(span, sum(by_line), len(by_line))
    for kept in db.session.scalars(sa.select(UnitQuarter).where(UnitQuarter.unit_id == unit_id)):
        told.pop(kept.quarter, None)
        if kept.uses is not None and kept.cards is not None:
            told[kept.quarter] = Visits(Span(kept.quarter, QUARTER), kept.uses, kept.cards)
    return told


@functools.cache
def _shares() -> sa.Select[Any]:
    """Return the query of a unit's tickets by quarter and line; made once, for it takes longer than to run it."""
    since, until, since_too, until_too = (
        sa.bindparam(name, type_=sa.Date()) for name in ("since", "until", "since_too", "until_too")
    )
    # SQLite would walk the whole network's scans of the quarters; this keeps it on those of the unit's cards.
    on_day = sa.func.coalesce(Scan.on_day, Scan.on_day)
    quarter, unit_id = counted.month_index() // QUARTER, sa.bindparam("unit_id", type_=sa.Integer())
    begun = firstdays.of_lines(sa.select(Card.line).where(Card.unit_id == unit_id))
    scans = (
        sa.select(
            ScanCard.line.label("line"),
            quarter.label("quarter"),
            ((counted.ADULTS + counted.CHILDREN) * firstdays.is_use(begun)).label("tickets"),
        )
        .select_from(Scan)
        .join(ScanCard, ScanCard.scan_id == Scan.scan_id)
        .join(Card, Card.id == ScanCard.card_id)
        .outerjoin(Occurrence, sa.and_(Occurrence.id == Scan.occurrence_id, ~counted.is_detached()))
        .outerjoin(Event, Event.id == Occurrence.event_id)
        .outerjoin(begun, sa.and_(begun.c.event_id == Event.id, begun.c.line == ScanCard.line))
        .where(
            Card.unit_id == unit_id,
            Card.kind == CardKind.PERSONAL,
            sa.or_(on_day.between(since, until), on_day.between(since_too, until_too)),
            counted.is_counted(),
        )
        .cte("own_scans")
        .prefix_with("MATERIALIZED")  # or the tickets are reckoned once for each sum
    )
    total = sa.func.sum(scans.c.tickets)
    return sa.select(scans.c.quarter, total).group_by(scans.c.line, scans.c.quarter).having(total > 0)
