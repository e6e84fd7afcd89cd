"""Cards in every state for tests, what the desk can do with one, and what the whole database holds before and after."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import date, datetime
from typing import Any

import sqlalchemy as sa

from kaikukortti import cards, corrections, issuing, lifecycle
from kaikukortti.db import Base, db
from kaikukortti.models.cards import Card, CardEvent, CardPeriod
from kaikukortti.models.network import Unit
from kaikukortti.rules.access import Actor
from kaikukortti.rules.card import Action, CardReason, State
from tests import factories
from tests.factories import DAY, NOW, TODAY

HANDED_OUT = TODAY - 30 * DAY
LAST = TODAY + 334 * DAY
ANSWERS = issuing.Answers(birth_year=1980, postcode="53100", children=0)

Act = Callable[[Card, Actor], Any]

ACTS: dict[str, tuple[Action, Act]] = {
    "register": (Action.REGISTER, lambda card, worker: register(card, worker)),
    "renew": (Action.RENEW, lambda card, worker: renew(card, worker)),
    "renew_onto": (Action.RENEW, lambda card, worker: renew_onto(card, worker)),
    "replace": (Action.REPLACE, lambda card, worker: replace(card, worker)),
    "suspend": (
        Action.SUSPEND,
        lambda card, worker: lifecycle.suspend(card.id, until_on=TODAY + DAY, actor=worker, now=NOW),
    ),
    "resume": (Action.RESUME, lambda card, worker: lifecycle.resume(card.id, actor=worker, now=NOW)),
    "block": (
        Action.BLOCK,
        lambda card, worker: cards.block(card.id, reason=CardReason.LOST, actor=worker, now=NOW),
    ),
    "unblock": (Action.UNBLOCK, lambda card, worker: cards.unblock(card.id, actor=worker, now=NOW)),
    "give_back": (Action.RETURN, lambda card, worker: lifecycle.give_back(card.id, actor=worker, now=NOW)),
    "correct": (Action.CORRECT, lambda card, worker: correct(card, worker, children=3)),
    "undo": (Action.UNDO, lambda card, worker: lifecycle.undo_registration(card.id, actor=worker, now=NOW)),
}


def register(
    card: Card, worker: Actor, *, answers: issuing.Answers = ANSWERS, now: datetime = NOW, **more: Any
) -> Card:
    """Hand out a personal card."""
    given: dict[str, Any] = {"is_eligible": True, "accepts_other_unit": False, **more}
    return issuing.register(card.number, actor=worker, answers=answers, now=now, **given)


def renew(card: Card, worker: Actor, *, now: datetime = NOW, **more: Any) -> Card:
    """Renew a card whose page was made just now."""
    seen = more.pop("seen_last_on", card.last_valid_on or TODAY)
    return lifecycle.renew(card.id, seen_last_on=seen, actor=worker, now=now, **more)


def renew_onto(card: Card, worker: Actor, *, new: Card | None = None, now: datetime = NOW, **more: Any) -> Card:
    """Renew a card onto a new one of the worker's unit."""
    onto = new or factories.make_stock_card(factories.unit_of(worker), kind=card.kind)
    seen = more.pop("seen_last_on", card.last_valid_on or TODAY)
    return lifecycle.renew_onto(card.id, onto.number, seen_last_on=seen, actor=worker, now=now, **more)


def replace(card: Card, worker: Actor, *, new: Card | None = None, now: datetime = NOW, **more: Any) -> Card:
    """Put a new card of the worker's unit in a card's place."""
    onto = new or factories.make_stock_card(factories.unit_of(worker), kind=card.kind)
    return lifecycle.replace(card.id, onto.number, actor=worker, now=now, **more)


def correct(card: Card, worker: Actor, *, now: datetime = NOW, **values: Any) -> Card:
    """Correct what was entered; what is not named stays as the factory made it."""
    given = {"birth_year": 1980, "postcode": "53100", "children": card.children, **values}
    return corrections.correct(card.id, actor=worker, now=now, **given)


def make_card_in(state: State, unit: Unit, *, last_on: date = LAST, **fields: Any) -> Card:
    """Add a card in a state; one that was registered was handed out on HANDED_OUT and entered today."""
    if state in (State.STOCK, State.DESTROYED):
        card = factories.make_stock_card(unit)
        card.state = state
        db.session.commit()
        return card
    card = factories.make_issued_card(unit, first_on=min(HANDED_OUT, last_on), last_on=last_on, state=state, **fields)
    db.session.execute(sa.update(CardPeriod).where(CardPeriod.card_id == card.id).values(recorded_at=NOW))
    if state is State.SUSPENDED:
        card.suspended_until = TODAY + 7 * DAY
    db.session.commit()
    return card


def dump() -> dict[str, list[Any]]:
    """Return every row of every table."""
    db.session.rollback()
    tables = Base.metadata.sorted_tables
    return {
        table.name: sorted(map(tuple, db.session.execute(sa.select(table))), key=repr)
        for table in tables
        if table.name != "alembic_version"
    }


def fresh(card: Card) -> Card:
    """Return the card as the database has it."""
    db.session.rollback()
    return db.session.get_one(Card, card.id, populate_existing=True)


def periods(card: Card) -> list[CardPeriod]:
    """Return a card's periods in the order of writing."""
    query = sa.select(CardPeriod).where(CardPeriod.card_id == card.id).order_by(CardPeriod.id)
    return list(db.session.scalars(query.execution_options(populate_existing=True)))


def events(card: Card) -> list[CardEvent]:
    """Return a card's events in the order of writing."""
    return list(db.session.scalars(sa.select(CardEvent).where(CardEvent.card_id == card.id).order_by(CardEvent.id)))


@contextmanager
def counted_statements() -> Iterator[list[str]]:
    """Collect the SQL that is sent meanwhile."""
    sent: list[str] = []

    def note(_connection: Any, _cursor: Any, statement: str, *_rest: Any) -> None:
        sent.append(statement)

    sa.event.listen(db.engine, "before_cursor_execute", note)
    try:
        yield sent
    finally:
        sa.event.remove(db.engine, "before_cursor_execute", note)
