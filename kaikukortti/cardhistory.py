"""What happened to a card, for the workers of its unit: what, when, why and by whom; never what was entered."""

from dataclasses import dataclass
from datetime import date, datetime

import sqlalchemy as sa

from kaikukortti import audit, cardregister, cardrows
from kaikukortti.cardrows import CardRow
from kaikukortti.db import db, transactional
from kaikukortti.models.cards import Card, CardEvent
from kaikukortti.models.network import User
from kaikukortti.rules import period
from kaikukortti.rules.access import Actor
from kaikukortti.rules.card import Action, CardReason, State


@dataclass(frozen=True)
class HistoryRow:
    """One thing that happened: when it was written down, the state it led to, the day until which it holds.

    `fields` names what a correction or renewal changed; `by` is the person's name, None for the service itself.
    """

    at: datetime
    action: Action
    state: State
    reason: CardReason | None
    until_on: date | None
    fields: tuple[str, ...]
    by: str | None


@dataclass(frozen=True)
class Life:
    """A card as it is now, and what happened to it, the newest first."""

    row: CardRow
    history: list[HistoryRow]


@transactional
def look(card_id: int, *, actor: Actor, now: datetime) -> Life:
    """Return a card of the own unit with its past; the look is in the audit log before this returns.

    An earlier holder's days with the card, undone the same day, are told as they were. Raises NotFound.
    """
    card = cardregister.checked_own(db.session.get(Card, card_id, populate_existing=True), actor=actor)
    audit.record("card.looked_at", actor=actor, now=now, card_number=card.number)
    query = (
        sa.select(CardEvent, User.name)
        .outerjoin(User, User.id == CardEvent.recorded_by)
        .where(CardEvent.card_id == card_id)
        .order_by(CardEvent.id.desc())
    )
    (row,) = cardrows.of([card], today=period.day_of(now))
    return Life(row, [_row(event, by) for event, by in db.session.execute(query)])


def _row(event: CardEvent, by: str | None) -> HistoryRow:
    return HistoryRow(
        at=event.recorded_at,
        action=event.action,
        state=event.state,
        reason=event.reason,
        until_on=None if event.effective_until is None else period.day_of(event.effective_until),
        fields=tuple(event.fields.split(",")) if event.fields else (),
        by=by,
    )
