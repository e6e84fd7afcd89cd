"""The mobile card: a page with a card's code for the holder's own telephone, behind a long random address.

Only the hash of the address is kept, so it can be shown once. Whoever has the address sees the page: the holder is no
user, and an opening is not written down, for that would be a diary of the holder.
"""

import hashlib
import secrets
from dataclasses import dataclass
from datetime import date, datetime

import sqlalchemy as sa

from kaikukortti import audit
from kaikukortti.db import db, transactional
from kaikukortti.errors import DomainError, NotFound
from kaikukortti.models.cards import Card, MobileCard
from kaikukortti.models.network import Area, Unit
from kaikukortti.rules import access
from kaikukortti.rules import card as card_rules
from kaikukortti.rules.access import Actor
from kaikukortti.rules.card import CardKind, State

TOKEN_BYTES = 24  # 192 random bits


class MobileForPersonalCards(DomainError):
    """A community card stays in the unit and has no mobile card."""

    code = "card_is_community"


@dataclass(frozen=True)
class Shown:
    """What the page shows. Without a number the card is not in use now, for whatever reason."""

    area: Area
    number: str | None = None
    last_on: date | None = None
    children: int = 0
    has_ended: bool = False


@transactional
def make(card_id: int, *, actor: Actor, now: datetime) -> str:
    """Open a mobile card for a personal card of the own unit, close the ones before, return the new address's token.

    Raises NotFound, MobileForPersonalCards, card_rules.WrongState for a card that is not in use.
    """
    card = _lock(card_id, actor)
    if card.kind is CardKind.COMMUNITY:
        raise MobileForPersonalCards()
    if card.state not in (State.ACTIVE, State.SUSPENDED):
        raise card_rules.WrongState(state=card.state.value)
    _close(card, now)
    token = secrets.token_urlsafe(TOKEN_BYTES)
    db.session.add(
        MobileCard(card_id=card.id, token_hash=_hash(token), created_at=now, created_by=actor.user_id),
    )
    audit.record("card.mobile_made", actor=actor, now=now, card_number=card.number)
    return token


@transactional
def withdraw(card_id: int, *, actor: Actor, now: datetime) -> int:
    """Close the mobile cards of a card of the own unit; return how many were open. Raises NotFound."""
    card = _lock(card_id, actor)
    closed = _close(card, now)
    audit.record("card.mobile_withdrawn", actor=actor, now=now, card_number=card.number, detail={"count": closed})
    return closed


def made_at(card_id: int, *, actor: Actor) -> datetime | None:
    """Return when the open mobile card of a card of the own unit was made, None without one."""
    return db.session.scalar(
        sa.select(sa.func.max(MobileCard.created_at))
        .join(Card, Card.id == MobileCard.card_id)
        .where(Card.id == card_id, Card.unit_id == actor.unit_id, MobileCard.withdrawn_at.is_(None))
    )


def open(token: str, *, today: date) -> Shown | None:
    """Return what a token's page shows, None once it was withdrawn. Raises NotFound for a token that never was."""
    row = db.session.execute(
        sa.select(MobileCard.withdrawn_at, Card, Area)
        .join(Card, Card.id == MobileCard.card_id)
        .join(Unit, Unit.id == Card.unit_id)
        .join(Area, Area.id == Unit.area_id)
        .where(MobileCard.token_hash == _hash(token))
    ).one_or_none()
    if row is None:
        raise NotFound()
    withdrawn_at, card, area = row
    if withdrawn_at is not None:
        return None
    last_on = card.last_valid_on
    if last_on is None or card_rules.state_on(card.state, card.suspended_until, today) is not State.ACTIVE:
        return Shown(area)
    return Shown(area, card.number, last_on, card.children, today > last_on)


def _lock(card_id: int, actor: Actor) -> Card:
    card = db.session.get(Card, card_id, with_for_update=True, populate_existing=True)
    if card is None or card.line is None or not access.may_see_card(actor, unit_id=card.unit_id):
        raise NotFound()
    return card


def _close(card: Card, now: datetime) -> int:
    still_open = sa.update(MobileCard).where(MobileCard.card_id == card.id, MobileCard.withdrawn_at.is_(None))
    closing = still_open.values(withdrawn_at=now).returning(MobileCard.id)
    return len(db.session.scalars(closing).all())


def _hash(token: str) -> str:
    return hashlib.sha256(token.encode()).hexdigest()
