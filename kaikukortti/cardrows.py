"""A registered card as its unit sees it in a list or on its page. Nothing here asks who may look."""

import functools
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import aliased

from kaikukortti import statements
from kaikukortti.db import db
from kaikukortti.models import counted
from kaikukortti.models.cards import Card
from kaikukortti.models.ledger import Scan, ScanCard
from kaikukortti.models.programme import Event, Occurrence
from kaikukortti.rules import card as card_rules
from kaikukortti.rules.card import CardKind, State


@dataclass(frozen=True)
class CardRow:
    """A registered card of the unit: its days, and the one fact that a unit learns about its use.

    `state` is that of the day of looking; `suspended_until` is there while a pause lasts. `replaced_by_id` and
    `replaces_id` name the next and the earlier card of the same holder, `replaced_by` is the next one's number. A
    community card shows how many tickets it has used in the calendar year beside its `ticket_budget` (None: no limit).
    """

    card_id: int
    number: str
    kind: CardKind
    state: State
    first_on: date
    last_on: date
    children: int
    is_used: bool
    suspended_until: date | None = None
    replaced_by_id: int | None = None
    replaced_by: str | None = None
    replaces_id: int | None = None
    ticket_budget: int | None = None
    tickets_used: int | None = None

    def has_ended(self, today: date) -> bool:
        """Return whether the last day has passed."""
        return today > self.last_on


def read(query: sa.Select[Any], *, today: date) -> list[CardRow]:
    """Return the rows of a query over cards, in two statements."""
    return of(db.session.scalars(query, execution_options={"populate_existing": True}).all(), today=today)


def of(cards: Sequence[Card], *, today: date) -> list[CardRow]:
    """Return the rows of cards, in one statement: a few index look-ups for each card, and for a community card its uses
    of the year.
    """
    asked = {"ids": [card.id for card in cards], "first": date(today.year, 1, 1), "last": date(today.year, 12, 31)}
    facts = {card_id: told for card_id, *told in statements.run(_facts(), asked)} if cards else {}
    return [_row(card, *facts[card.id], today=today) for card in cards]


@functools.cache
def _facts() -> sa.Select[Any]:
    """Return the query of what cards (`ids`) do not say themselves, and of the tickets that community cards have used
    from the day `first` to `last`. Made once, which costs more than asking it.
    """
    earlier, newer = aliased(Card), aliased(Card)
    replaces = (
        sa.select(earlier.id)
        .where(earlier.line == Card.line, earlier.replaced_by_id == Card.id)
        .correlate(Card)
        .scalar_subquery()
    )
    replaced_by = sa.select(newer.number).where(newer.id == Card.replaced_by_id).correlate(Card).scalar_subquery()
    asked = Card.id.in_(sa.bindparam("ids", expanding=True))
    return sa.select(Card.id, counted.is_used(Card.line), replaced_by, replaces, _tickets_used()).where(asked)


def _row(
    card: Card, is_used: bool, replaced_by: str | None, replaces_id: int | None, tickets: int | None, *, today: date
) -> CardRow:
    assert card.first_on is not None and card.last_valid_on is not None
    state = card_rules.state_on(card.state, card.suspended_until, today)
    return CardRow(
        card_id=card.id,
        number=card.number,
        kind=card.kind,
        state=state,
        first_on=card.first_on,
        last_on=card.last_valid_on,
        children=card.children,
        is_used=is_used,
        suspended_until=card.suspended_until if state is State.SUSPENDED else None,
        replaced_by_id=card.replaced_by_id,
        replaced_by=replaced_by,
        replaces_id=replaces_id,
        ticket_budget=card.ticket_budget,
        tickets_used=tickets,
    )


def _tickets_used() -> sa.ColumnElement[int | None]:
    """Return the tickets that a community card's line has used from `first` to `last`; null for a personal card."""
    first, last = (sa.bindparam(name, type_=sa.Date()) for name in ("first", "last"))
    used = (
        sa.select(sa.func.coalesce(sa.func.sum(counted.used_by(counted.ADULTS + counted.CHILDREN)), 0))
        .select_from(ScanCard)
        .join(Scan, Scan.scan_id == ScanCard.scan_id)
        .outerjoin(Occurrence, Occurrence.id == Scan.occurrence_id)
        .outerjoin(Event, Event.id == Occurrence.event_id)
        .where(ScanCard.line == Card.line, Scan.on_day.between(first, last), counted.is_counted())
        .correlate(Card)
        .scalar_subquery()
    )
    return sa.case((Card.kind == CardKind.COMMUNITY, used), else_=None)
