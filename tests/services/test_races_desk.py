"""Two workers at one card at once, in real threads: one wins, the other is told, and the register stays whole."""

import threading
from collections.abc import Callable
from typing import Any

import pytest
import sqlalchemy as sa

from kaikukortti import cardregister, cards, lifecycle
from kaikukortti.auditing import verification
from kaikukortti.db import db
from kaikukortti.models.cards import Card, CardEvent, CardPeriod
from kaikukortti.models.trail import AuditEntry
from kaikukortti.rules.access import Actor, Role
from kaikukortti.rules.card import Action, CardReason, State
from tests import cardlives, factories
from tests.cardlives import fresh
from tests.factories import DAY, NOW, TODAY
from venues import scanning

PATIENCE = 0.4


@pytest.fixture
def gate(monkeypatch) -> None:
    """Hold whoever has found a card until the other one has as well, or can come no further for the lock."""
    barrier = threading.Barrier(2)
    for name in ("lock_card", "own_card_and_new"):
        monkeypatch.setattr(cardregister, name, _gated(getattr(cardregister, name), barrier))


def _gated(original: Callable[..., Any], barrier: threading.Barrier) -> Callable[..., Any]:
    def gated(*args: Any, **kwargs: Any) -> Any:
        answer = original(*args, **kwargs)
        try:
            barrier.wait(PATIENCE)
        except threading.BrokenBarrierError:
            pass  # the other one waits for the lock, which is what should happen
        return answer

    return gated


@pytest.fixture
def workers() -> list[Actor]:
    unit = factories.make_unit()
    return [factories.make_actor(Role.WORKER, unit) for _ in range(2)]


@pytest.fixture
def card(workers) -> Card:
    return factories.make_issued_card(
        factories.unit_of(workers[0]), first_on=TODAY - 350 * DAY, last_on=TODAY + 10 * DAY
    )


def names(outcomes: list[Any]) -> list[str]:
    return sorted(type(outcome).__name__ for outcome in outcomes)


def count(table: type) -> int:
    db.session.rollback()  # what the threads wrote lies behind the moment at which this thread began to read
    return db.session.scalar(sa.select(sa.func.count()).select_from(table)) or 0


def test_two_workers_renew_one_card(workers, card, together, gate):
    card_id, seen = card.id, card.last_valid_on

    def renew(worker: Actor) -> Card:
        return lifecycle.renew(card_id, seen_last_on=seen, actor=worker, now=NOW)

    outcomes = together(*[lambda worker=worker: renew(worker) for worker in workers])
    assert names(outcomes) == ["Card", "CardChanged"]
    assert (count(CardPeriod), count(CardEvent), count(AuditEntry)) == (2, 2, 1)


def test_two_workers_renew_onto_two_new_cards(workers, card, together, gate):
    card_id, seen = card.id, card.last_valid_on
    stock = factories.make_stock_cards(2, factories.unit_of(workers[0]))
    numbers = [new.number for new in stock]

    def renew(place: int) -> Card:
        return lifecycle.renew_onto(card_id, numbers[place], seen_last_on=seen, actor=workers[place], now=NOW)

    outcomes = together(lambda: renew(0), lambda: renew(1))
    assert names(outcomes) == ["Card", "WrongState"]
    states = sorted(fresh(new).state for new in stock)
    assert states == [State.ACTIVE, State.STOCK], "the other new card is still to be handed out"
    assert verification.find_break(workers[0].organisation) is None


def test_two_cards_are_replaced_by_the_same_new_one(workers, together, gate):
    unit = factories.unit_of(workers[0])
    olds = [factories.make_issued_card(unit).id for _ in range(2)]
    number = factories.make_stock_card(unit).number

    def replace(place: int) -> Card:
        return lifecycle.replace(olds[place], number, actor=workers[place], now=NOW)

    outcomes = together(lambda: replace(0), lambda: replace(1))
    assert names(outcomes) == ["AlreadyRegistered", "Card"]
    states = sorted(fresh(db.session.get_one(Card, old)).state for old in olds)
    assert states == [State.ACTIVE, State.REPLACED]


def test_one_replaces_while_the_other_blocks(workers, card, together, gate):
    """Whoever comes first: the old card never works again, and the new one is not blocked with it."""
    new = factories.make_stock_card(factories.unit_of(workers[0]))
    card_id, number = card.id, new.number
    outcomes = together(
        lambda: lifecycle.replace(card_id, number, actor=workers[0], now=NOW),
        lambda: cards.block(card_id, reason=CardReason.LOST, actor=workers[1], now=NOW),
    )
    assert names(outcomes) in (["Card", "Card"], ["Card", "WrongState"])
    assert (fresh(card).state, fresh(card).replaced_by_id) == (State.REPLACED, new.id)
    assert fresh(new).state is State.ACTIVE
    actions = [event.action for event in cardlives.events(card)[1:]]
    assert actions in ([Action.REPLACE], [Action.BLOCK, Action.REPLACE])


def test_one_undoes_while_a_door_lets_in(workers, together, gate):
    """Either the visit came first and the registration stays, or the card was stock when it was read."""
    stock = cardlives.register(factories.make_stock_card(factories.unit_of(workers[0])), workers[0])
    card_id, tablet = stock.id, factories.make_tablet().known
    item = factories.make_item(stock)
    together(
        lambda: lifecycle.undo_registration(card_id, actor=workers[0], now=NOW),
        lambda: scanning.record(item, device=tablet, received_at=NOW),
    )
    row = cards.look(card_id, actor=workers[0], now=NOW) if fresh(stock).line else None
    assert row is None or row.is_used
    linked = db.session.execute(sa.text("SELECT count(*) FROM scan_cards WHERE line IS NULL")).scalar_one()
    assert linked == 0
    assert (row is not None) == bool(db.session.execute(sa.text("SELECT count(*) FROM scan_cards")).scalar_one())
