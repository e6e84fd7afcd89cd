"""How a card stood on the day of a visit: what came later, a renewal or a block, does not count. Reads only."""

from datetime import date, datetime, timedelta

import sqlalchemy as sa

from kaikukortti.db import db
from kaikukortti.models.cards import CardEvent, CardPeriod
from kaikukortti.rules.card import State
from venues.lookup import FoundCard

LIVE_WITHIN = timedelta(minutes=1)


def validity_on(card: FoundCard, day: date) -> tuple[date | None, date | None]:
    """Return the first and last day of use that the card had on a day: a renewal since then is another matter.

    A day within the card's days of today, the common case, costs no statement.
    """
    if card.first_on is None or card.last_on is None or card.first_on <= day <= card.last_on:
        return card.first_on, card.last_on
    query = (
        sa.select(CardPeriod.first_on, CardPeriod.last_on)
        .where(CardPeriod.card_id == card.card_id, CardPeriod.first_on <= day, CardPeriod.withdrawn_at.is_(None))
        .order_by(CardPeriod.id.desc())
        .limit(1)
    )
    row = db.session.execute(query).one_or_none()
    return (card.first_on, card.last_on) if row is None else (row.first_on, row.last_on)


def state_at(card: FoundCard, moment: datetime, *, received_at: datetime) -> State:
    """Return the card's state at the moment of the visit: what came later does not count, neither block nor opening.

    A card in use that is read here and now, the common case, costs no statement; nor does a check, which asks for now.
    """
    age = received_at - moment
    if card.state is State.STOCK or not age or (card.state is State.ACTIVE and age < LIVE_WITHIN):
        return card.state
    query = (
        sa.select(CardEvent.state, CardEvent.effective_until)
        .where(CardEvent.card_id == card.card_id, CardEvent.effective_from <= moment)
        .order_by(CardEvent.id.desc())  # the newest word counts: a registration may be entered late, or undone
        .limit(1)
    )
    row = db.session.execute(query).one_or_none()
    if row is None:
        return State.STOCK
    is_pause_over = row.effective_until is not None and row.effective_until <= moment
    return State.ACTIVE if row.state is State.SUSPENDED and is_pause_over else row.state
