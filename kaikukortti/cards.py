"""A unit's registered cards: find one, look at it, list the newest, block and unblock. One transaction each."""

from datetime import datetime

import sqlalchemy as sa

from kaikukortti import audit, cardregister, cardrows
from kaikukortti.cardrows import CardRow as CardRow
from kaikukortti.db import db, transactional
from kaikukortti.errors import NotFound
from kaikukortti.models.cards import Card
from kaikukortti.rules import access
from kaikukortti.rules import card as card_rules
from kaikukortti.rules import period
from kaikukortti.rules.access import Actor
from kaikukortti.rules.card import Action, CardReason


@transactional
def look(card_id: int, *, actor: Actor, now: datetime) -> CardRow:
    """Return a card of the own unit; the look is in the audit log before this returns. Raises NotFound."""
    card = cardregister.checked_own(db.session.get(Card, card_id, populate_existing=True), actor=actor)
    audit.record("card.looked_at", actor=actor, now=now, card_number=card.number)
    return cardrows.of([card], today=period.day_of(now))[0]


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
    query = query.order_by(Card.first_on.desc(), Card.id.desc()).limit(most)
    rows = cardrows.read(query, today=period.day_of(now))
    audit.record("cards.listed", actor=actor, now=now, detail={"count": len(rows)})
    return rows


@transactional
def block(card_id: int, *, actor: Actor, reason: CardReason, now: datetime) -> Card:
    """Close a card at once, whether its days are over or not.

    Raises NotFound, card_rules.WrongState, card_rules.ReasonImpossible unless it is one of BLOCK_REASONS.
    """
    if reason not in card_rules.BLOCK_REASONS:
        raise card_rules.ReasonImpossible(reason=reason.value)
    card = _lock(card_id, actor=actor)
    return _change(card, Action.BLOCK, actor=actor, reason=reason, now=now)


@transactional
def unblock(card_id: int, *, actor: Actor, reason: CardReason = CardReason.FOUND, now: datetime) -> Card:
    """Open a blocked card, found again or blocked by mistake, until its last day.

    Raises NotFound, card_rules.WrongState, CardEnded, ReasonImpossible unless it is one of OPENING_REASONS.
    """
    if reason not in card_rules.OPENING_REASONS:
        raise card_rules.ReasonImpossible(reason=reason.value)
    card = _lock(card_id, actor=actor)
    card_rules.next_state(card.state, Action.UNBLOCK)
    card_rules.check_not_ended(card.last_valid_on, today=period.day_of(now))
    return _change(card, Action.UNBLOCK, actor=actor, reason=reason, now=now)


@transactional
def _search(wanted: str, *, actor: Actor, now: datetime) -> int | None:
    """Return the id or None, rather than raise: a refused search would take its entry in the log back."""
    card = db.session.scalar(sa.select(Card).where(Card.number == wanted))
    if card is None or card.line is None or not access.may_see_card(actor, unit_id=card.unit_id):
        audit.record("card.searched", actor=actor, now=now, detail={"found": False})
        return None
    audit.record("card.searched", actor=actor, now=now, card_number=card.number, detail={"found": True})
    return card.id


def _lock(card_id: int, *, actor: Actor) -> Card:
    card = cardregister.lock_card(card_id)
    if card is None or card.line is None or card.unit is None:
        raise NotFound()
    if not access.may_block(actor, unit_id=card.unit_id, area_id=card.unit.area_id):
        raise NotFound()
    return card


def _change(card: Card, action: Action, *, actor: Actor, reason: CardReason, now: datetime) -> Card:
    state = cardregister.state_today(card, today=period.day_of(now))
    cardregister.enter(card, card_rules.next_state(state, action))
    cardregister.record_event(card, action, actor=actor, now=now, reason=reason)
    return card
