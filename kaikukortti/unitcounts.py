"""A unit's own cards and their visits as counts: for its team, beside its own year before, never beside another unit.

No card is named and no venue either: a unit and a venue never meet in a figure (security.md, rule S3).
"""

from dataclasses import dataclass
from datetime import date, datetime

import sqlalchemy as sa

from kaikukortti import cardcounts, cardregister
from kaikukortti.cardcounts import CardFigures, CardState
from kaikukortti.db import db
from kaikukortti.models import counted
from kaikukortti.models.cards import Card
from kaikukortti.models.ledger import Scan, ScanCard
from kaikukortti.models.network import Unit
from kaikukortti.models.programme import Event, Occurrence
from kaikukortti.rules import disclosure, period
from kaikukortti.rules.access import Actor
from kaikukortti.rules.card import CardKind
from kaikukortti.rules.span import QUARTER, Span


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


def read(span: Span, *, actor: Actor, now: datetime) -> UnitFigures:
    """Return the own unit's figures for a year or a quarter; visits for quarters alone, so that no two figures can be
    taken from one another. Linear in the unit's cards and their visits. Raises NotAllowed.
    """
    unit, today = cardregister.own_unit(actor), period.day_of(now)
    state = cardcounts.of_unit(unit.id, now=now)
    months = span.months if span.last_on < today else span.whole_months(today) or 1
    here, before = Span(span.first_on, months), Span(span.year_before.first_on, months)
    return UnitFigures(
        unit=unit,
        state=state,
        now=state.days.within(here.first_on, here.last_on),
        before=state.days.within(before.first_on, before.last_on),
        now_span=here,
        before_span=before,
        visits=_visits(unit.id, span, today=today),
        visits_before=_visits(unit.id, span.year_before, today=today),
    )


def find_first_day(*, actor: Actor) -> date | None:
    """Return the day on which the own unit handed out its first card. Raises NotAllowed."""
    unit = cardregister.own_unit(actor)
    return db.session.scalar(sa.select(sa.func.min(Card.first_on)).where(Card.unit_id == unit.id))


def _visits(unit_id: int, span: Span, *, today: date) -> Visits | None:
    """Return the visits of a closed quarter where nobody can be found in their number (S7)."""
    if span.months != QUARTER or span.last_on >= today:
        return None
    tickets = counted.used_by(counted.ADULTS + counted.CHILDREN)
    scans = (
        sa.select(ScanCard.line.label("line"), tickets.label("tickets"))
        .select_from(Scan)
        .join(ScanCard, ScanCard.scan_id == Scan.scan_id)
        .join(Card, Card.id == ScanCard.card_id)
        .outerjoin(Occurrence, sa.and_(Occurrence.id == Scan.occurrence_id, ~counted.is_detached()))
        .outerjoin(Event, Event.id == Occurrence.event_id)
        .where(
            Card.unit_id == unit_id,
            Card.kind == CardKind.PERSONAL,
            # SQLite would walk the whole network's scans of the quarter; this keeps it on those of the unit's cards.
            sa.func.coalesce(Scan.on_day, Scan.on_day).between(span.first_on, span.last_on),
            counted.is_counted(),
        )
        .cte("own_scans")
        .prefix_with("MATERIALIZED")  # or the tickets are reckoned once for each sum
    )
    total = sa.func.sum(scans.c.tickets)
    by_line = sa.select(total).group_by(scans.c.line).having(total > 0)
    shares = sorted((int(share) for share in db.session.scalars(by_line)), reverse=True)
    largest, second = (*shares, 0, 0)[:2]
    if not disclosure.may_show_tickets(sum(shares), cards=len(shares), largest=largest, second=second):
        return None
    return Visits(span, sum(shares), len(shares))
