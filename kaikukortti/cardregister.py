"""The card register under the desk: find the card that a text names, write down what happened to one.

Private to the use cases of issuing and cards: nothing here asks who may.
"""

from datetime import datetime, time

import sqlalchemy as sa

from kaikukortti import audit
from kaikukortti.db import db
from kaikukortti.errors import DomainError, NotAllowed
from kaikukortti.models.cards import Card, CardEvent
from kaikukortti.models.network import Area, Unit
from kaikukortti.rules import access, number, period
from kaikukortti.rules.access import Actor
from kaikukortti.rules.card import Action, BlockReason


class NumberMalformed(DomainError):
    """The text is no card number; details hold `problem` and `positions`."""

    code = "number_malformed"


class NumberUnknown(DomainError):
    """Well formed, but no such card was printed in this service."""

    code = "number_unknown"


def record_event(card: Card, action: Action, *, actor: Actor, now: datetime, reason: BlockReason | None = None) -> None:
    """Write down an action and the state that it led to, as a card event and an audit entry."""
    start = period.moment_of(period.day_of(now), time(0)) if action is Action.REGISTER else now
    db.session.add(
        CardEvent(
            card_id=card.id,
            action=action,
            state=card.state,
            effective_from=start,
            recorded_at=now,
            recorded_by=actor.user_id,
            reason=reason,
        )
    )
    detail = {"reason": reason.value} if reason else {}
    audit.record(f"card.{action.value}", actor=actor, now=now, card_number=card.number, detail=detail)


def own_unit(actor: Actor) -> Unit:
    """Return the worker's unit. Raises NotAllowed for anybody else."""
    if actor.unit_id is None or not access.may_issue(actor, unit_id=actor.unit_id):
        raise NotAllowed()
    unit = db.session.get(Unit, actor.unit_id)
    if unit is None:
        raise NotAllowed()
    return unit


def own_number(text: str) -> str:
    """Return the number of ours that a text names. Raises NumberMalformed."""
    reading = number.read(text, list(db.session.scalars(sa.select(Area.prefix))))
    if isinstance(reading, number.Malformed):
        raise NumberMalformed(problem=reading.problem.value, positions=reading.positions, text=reading.text)
    if isinstance(reading, number.Elsewhere):
        raise NumberMalformed(problem="elsewhere", positions=(), text=reading.code)
    return reading.number


def get_card(wanted: str, *, lock: bool = False) -> Card:
    """Return the card with a number, kept for this transaction if so asked. Raises NumberUnknown."""
    query = sa.select(Card).where(Card.number == wanted)
    if lock:
        query = query.with_for_update(of=Card).execution_options(populate_existing=True)
    card = db.session.scalar(query)
    if card is None:
        raise NumberUnknown()
    return card
