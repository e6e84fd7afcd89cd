"""A unit's registered cards: find one, look at it, list the newest, block and unblock. One transaction each."""

from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

import sqlalchemy as sa

from kaikukortti import audit, cardregister
from kaikukortti.db import db, transactional
from kaikukortti.errors import NotFound
from kaikukortti.models import counted
from kaikukortti.models.cards import Card
from kaikukortti.models.network import Unit
from kaikukortti.rules import access
from kaikukortti.rules import card as card_rules
from kaikukortti.rules.access import Actor
from kaikukortti.rules.card import Action, BlockReason, CardKind, State


@dataclass(frozen=True)
class CardRow:
    """A registered card of the unit: its days, and the one fact that a unit learns about its use."""

    card_id: int
    number: str
    kind: CardKind
    state: State
    first_on: date
    last_on: date
    children: int
    is_used: bool

    def has_ended(self, today: date) -> bool:
        """Return whether the last day has passed."""
        return today > self.last_on


@transactional
def look(card_id: int, *, actor: Actor, now: datetime) -> CardRow:
    """Return a card of the own unit; the look is in the audit log before this returns. Raises NotFound."""
    card = db.session.get(Card, card_id)
    if card is None or card.line is None or not access.may_see_card(actor, unit_id=card.unit_id):
        raise NotFound()
    audit.record("card.looked_at", actor=actor, now=now, card_number=card.number)
    return _rows(sa.select(Card).where(Card.id == card_id))[0]


def find(text: str, *, actor: Actor, now: datetime) -> int:
    """Return the id of the own unit's card that a text names; the search is in the audit log, found or not.

    Raises cardregister.NumberMalformed, and NumberUnknown alike for no card, for stock and for another unit's card.
    """
    card_id = _search(cardregister.own_number(text), actor=actor, now=now)
    if card_id is None:
        raise cardregister.NumberUnknown()
    return card_id


@transactional
def list_newest(*, actor: Actor, now: datetime, most: int = 20) -> list[CardRow]:
    """Return the cards that the actor's unit registered last; the look is in the audit log."""
    unit = cardregister.own_unit(actor)
    query = sa.select(Card).where(Card.unit_id == unit.id, Card.line.is_not(None))
    rows = _rows(query.order_by(Card.first_on.desc(), Card.id.desc()).limit(most))
    audit.record("cards.listed", actor=actor, now=now, detail={"count": len(rows)})
    return rows


@transactional
def block(card_id: int, *, actor: Actor, reason: BlockReason, now: datetime) -> Card:
    """Close a card at once. Raises NotFound, card_rules.WrongState."""
    return _change(card_id, Action.BLOCK, actor=actor, reason=reason, now=now)


@transactional
def unblock(card_id: int, *, actor: Actor, now: datetime) -> Card:
    """Open a blocked card that was found again. Raises NotFound, card_rules.WrongState."""
    return _change(card_id, Action.UNBLOCK, actor=actor, reason=BlockReason.FOUND, now=now)


@transactional
def _search(wanted: str, *, actor: Actor, now: datetime) -> int | None:
    """Return the id or None, rather than raise: a refused search would take its entry in the log back."""
    card = db.session.scalar(sa.select(Card).where(Card.number == wanted))
    if card is None or card.line is None or not access.may_see_card(actor, unit_id=card.unit_id):
        audit.record("card.searched", actor=actor, now=now, detail={"found": False})
        return None
    audit.record("card.searched", actor=actor, now=now, card_number=card.number, detail={"found": True})
    return card.id


def _change(card_id: int, action: Action, *, actor: Actor, reason: BlockReason, now: datetime) -> Card:
    card = db.session.get(Card, card_id, with_for_update=True, populate_existing=True)
    if card is None or card.line is None:
        raise NotFound()
    area_id = db.session.scalar(sa.select(Unit.area_id).where(Unit.id == card.unit_id)) or 0
    if not access.may_block(actor, unit_id=card.unit_id, area_id=area_id):
        raise NotFound()

    card.state = card_rules.next_state(card.state, action)

    cardregister.record_event(card, action, actor=actor, now=now, reason=reason)
    return card


def _rows(query: sa.Select[Any]) -> list[CardRow]:
    shown = query.add_columns(counted.is_used(Card.line))
    return [
        CardRow(card.id, card.number, card.kind, card.state, card.first_on, card.last_valid_on, card.children, used)
        for card, used in db.session.execute(shown)
    ]
