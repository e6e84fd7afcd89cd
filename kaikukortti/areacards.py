"""A card of the area as its coordinator sees it: by number alone, to block it or open it again. No profile, no use.

Blocking and opening are in cards.py, for workers and coordinators alike.
"""

from dataclasses import dataclass
from datetime import date, datetime

import sqlalchemy as sa

from kaikukortti import audit, cardregister
from kaikukortti.db import db, transactional
from kaikukortti.errors import NotAllowed, NotFound
from kaikukortti.models.cards import Card
from kaikukortti.models.network import Unit
from kaikukortti.rules import access, period
from kaikukortti.rules.access import Actor
from kaikukortti.rules.card import CardKind, State


@dataclass(frozen=True)
class AreaCard:
    """A registered card of the area: whose it is and whether it works; `state` is that of the day of looking."""

    card_id: int
    number: str
    kind: CardKind
    unit: Unit
    state: State
    suspended_until: date | None
    last_on: date
    is_used: None = None  # the unit's to know

    def has_ended(self, today: date) -> bool:
        """Return whether the last day has passed."""
        return today > self.last_on


def find(text: str, *, actor: Actor, now: datetime) -> int:
    """Return the id of the area's card that a text names; the search is in the audit log, found or not.

    Raises NotAllowed, cardregister.NumberMalformed, and NumberUnknown alike for no card, stock and other areas' cards.
    """
    card_id = _search(cardregister.own_number(text), actor=actor, now=now)
    if card_id is None:
        raise cardregister.NumberUnknown()
    return card_id


@transactional
def look(card_id: int, *, actor: Actor, now: datetime) -> AreaCard:
    """Return a card of the area; the look is in the audit log before this returns. Raises NotFound."""
    card = db.session.get(Card, card_id)
    if not _is_seen(card, actor):
        raise NotFound()
    assert card is not None and card.unit is not None and card.last_valid_on is not None
    audit.record("card.looked_at", actor=actor, now=now, card_number=card.number)
    state = cardregister.state_today(card, today=period.day_of(now))
    until = card.suspended_until if state is State.SUSPENDED else None
    return AreaCard(card.id, card.number, card.kind, card.unit, state, until, card.last_valid_on)


@transactional
def _search(wanted: str, *, actor: Actor, now: datetime) -> int | None:
    """Return the id or None, rather than raise: a refused search would take its entry in the log back."""
    if actor.area_id is None or not access.may_coordinate(actor, area_id=actor.area_id):
        raise NotAllowed()
    card = db.session.scalar(sa.select(Card).where(Card.number == wanted))
    if card is None or not _is_seen(card, actor):
        audit.record("card.searched", actor=actor, now=now, detail={"found": False})
        return None
    audit.record("card.searched", actor=actor, now=now, card_number=card.number, detail={"found": True})
    return card.id


def _is_seen(card: Card | None, actor: Actor) -> bool:
    if card is None or card.line is None or card.unit is None:
        return False
    return access.may_coordinate(actor, area_id=card.unit.area_id)
