"""Care for stock: single cards and stolen batches go for good, counts stand beside the register, low stock is told."""

from datetime import timedelta

import pytest
import sqlalchemy as sa

from kaikukortti import cardregister, issuing, stock, stockcare
from kaikukortti.db import db
from kaikukortti.errors import NotAllowed, NotFound
from kaikukortti.models.cards import Batch, Card, CardEvent, StockCount
from kaikukortti.models.network import Unit
from kaikukortti.models.trail import AuditEntry
from kaikukortti.rules.access import Actor, Role
from kaikukortti.rules.card import Action, CardKind, CardReason, State, WrongState
from tests import factories
from tests.factories import NOW, TODAY

SPOILED, LOST_IN_POST, STOLEN = CardReason.SPOILED, CardReason.LOST_IN_POST, CardReason.STOLEN


@pytest.fixture
def unit() -> Unit:
    return factories.make_unit()


@pytest.fixture
def worker(unit) -> Actor:
    return factories.make_actor(Role.WORKER, unit)


@pytest.fixture
def coordinator(unit) -> Actor:
    return factories.make_actor(Role.COORDINATOR)


def entries() -> list[tuple[str, dict[str, object]]]:
    found = db.session.scalars(sa.select(AuditEntry).order_by(AuditEntry.id))
    return [(entry.action, dict(entry.detail)) for entry in found]


def events_of(card: Card) -> list[CardEvent]:
    return list(db.session.scalars(sa.select(CardEvent).where(CardEvent.card_id == card.id).order_by(CardEvent.id)))


@pytest.mark.parametrize(
    ("role", "reason"),
    [(Role.WORKER, SPOILED), (Role.COORDINATOR, SPOILED), (Role.COORDINATOR, LOST_IN_POST)],
)
def test_a_stock_card_is_taken_out_for_good(unit, worker, coordinator, role, reason):
    actor = worker if role is Role.WORKER else coordinator
    card, other = factories.make_stock_cards(2, unit)
    stockcare.destroy(card.number.lower(), reason=reason, actor=actor, now=NOW)
    assert (card.state, card.line, other.state) == (State.DESTROYED, None, State.STOCK)
    event = events_of(card)[0]
    assert (event.action, event.state, event.reason) == (Action.DESTROY, State.DESTROYED, reason)
    assert (event.effective_from, event.recorded_at, event.recorded_by) == (NOW, NOW, actor.user_id)
    assert entries() == [("card.destroy", {"reason": reason.value})]
    assert db.session.scalars(sa.select(AuditEntry.card_ref)).one() is not None
    with pytest.raises(WrongState):
        issuing.check_stock(card.number, actor=worker, today=TODAY, now=NOW)
    with pytest.raises(stockcare.DestroyedAlready):
        stockcare.destroy(card.number, reason=reason, actor=actor, now=NOW)


@pytest.mark.parametrize("state", [state for state in State if state not in (State.STOCK, State.DESTROYED)])
def test_a_card_that_was_handed_out_is_no_stock(unit, worker, state):
    card = factories.make_issued_card(unit, state=state)
    before = len(events_of(card))
    with pytest.raises(stockcare.NotInStock):
        stockcare.destroy(card.number, reason=SPOILED, actor=worker, now=NOW)
    assert card.state is state and len(events_of(card)) == before and entries() == []


def test_other_units_and_areas_cards_are_like_cards_that_do_not_exist(worker, coordinator):
    for other in (factories.make_unit(), factories.make_unit(factories.make_area("HX"))):
        stock_card, issued = factories.make_stock_card(other), factories.make_issued_card(other)
        for card in (stock_card, issued):
            with pytest.raises(cardregister.NumberUnknown):
                stockcare.destroy(card.number, reason=SPOILED, actor=worker, now=NOW)
    with pytest.raises(cardregister.NumberUnknown):
        stockcare.destroy(stock_card.number, reason=SPOILED, actor=coordinator, now=NOW)
    assert stock_card.state is State.STOCK


@pytest.mark.parametrize(
    ("role", "reason"),
    [(Role.WORKER, LOST_IN_POST), (Role.WORKER, STOLEN), (Role.COORDINATOR, CardReason.LOST), (Role.VIEWER, SPOILED)],
)
def test_reasons_belong_to_roles(unit, worker, role, reason):
    actor = worker if role is Role.WORKER else factories.make_actor(role)
    card = factories.make_stock_card(unit)
    with pytest.raises(NotAllowed):
        stockcare.destroy(card.number, reason=reason, actor=actor, now=NOW)
    assert card.state is State.STOCK


def test_a_stolen_batch_goes_in_one_step_and_handed_out_cards_stay(unit, worker, coordinator):
    stolen, kept = factories.make_stock_cards(5, unit), factories.make_stock_card(unit)
    answers = issuing.Answers(1980, "53100", 0)
    issued = issuing.register(
        stolen[0].number, actor=worker, answers=answers, is_eligible=True, accepts_other_unit=False, now=NOW
    )
    stockcare.destroy(stolen[1].number, reason=SPOILED, actor=worker, now=NOW)
    written = len(entries())
    batch_id = stolen[0].batch_id
    assert stockcare.mark_stolen(batch_id, actor=coordinator, now=NOW) == 3
    assert [card.state for card in stolen] == [State.ACTIVE, *[State.DESTROYED] * 4]
    assert (issued.state, kept.state) == (State.ACTIVE, State.STOCK)
    assert [[event.reason for event in events_of(card)] for card in stolen[1:]] == [[SPOILED], *[[STOLEN]] * 3]
    assert db.session.get_one(Batch, batch_id).stolen_at == NOW
    assert entries()[written:] == [("stock.stolen", {"batch": batch_id, "count": 3})]
    row = stock.look_at_batch(batch_id, actor=coordinator)
    assert (row.printed, row.left, row.handed_out, row.destroyed) == (5, 0, 1, 4)


def test_a_batch_is_stolen_once(unit, coordinator):
    batch_id = factories.make_stock_card(unit).batch_id
    stockcare.mark_stolen(batch_id, actor=coordinator, now=NOW)
    with pytest.raises(stockcare.StolenAlready):
        stockcare.mark_stolen(batch_id, actor=coordinator, now=NOW + timedelta(hours=1))
    assert db.session.get_one(Batch, batch_id).stolen_at == NOW
    assert len(entries()) == 1


def test_a_batch_with_nothing_left_is_marked_all_the_same(unit, coordinator):
    card = factories.make_issued_card(unit)
    assert stockcare.mark_stolen(card.batch_id, actor=coordinator, now=NOW) == 0
    assert db.session.get_one(Batch, card.batch_id).stolen_at == NOW and card.state is State.ACTIVE


def test_only_the_areas_coordinator_marks_a_batch(unit, worker):
    card = factories.make_stock_card(unit)
    for actor in (worker, factories.make_actor(Role.COORDINATOR, factories.make_area("HX"))):
        for batch_id in (card.batch_id, 10_000):
            with pytest.raises(NotFound):
                stockcare.mark_stolen(batch_id, actor=actor, now=NOW)
    assert card.state is State.STOCK


@pytest.mark.parametrize(("counted", "difference"), [(7, 0), (5, -2), (10, 3), (0, -7)])
def test_a_count_stands_beside_the_register(unit, worker, counted, difference):
    factories.make_stock_cards(4, unit)
    factories.make_stock_cards(3, unit, kind=CardKind.COMMUNITY)
    factories.make_issued_card(unit)
    factories.make_stock_card(factories.make_unit())
    count = stockcare.count_stock(counted, actor=worker, now=NOW)
    assert (count.counted, count.expected, count.difference) == (counted, 7, difference)
    row = db.session.scalars(sa.select(StockCount)).one()
    assert (row.unit_id, row.counted, row.expected, row.counted_at, row.counted_by) == (
        unit.id, counted, 7, NOW, worker.user_id,
    )  # fmt: skip
    assert entries() == [("stock.counted", {"counted": counted, "expected": 7})]
    assert stockcare.read_room(actor=worker).newest_count == count


@pytest.mark.parametrize("counted", [-1, 100_001])
def test_an_impossible_count_is_not_kept(worker, counted):
    with pytest.raises(stockcare.CountImpossible):
        stockcare.count_stock(counted, actor=worker, now=NOW)
    assert db.session.scalar(sa.select(sa.func.count()).select_from(StockCount)) == 0


def test_the_coordinator_sees_the_newest_count_of_each_unit(unit, worker, coordinator):
    second = factories.make_unit()
    for counted, hours in ((5, 0), (4, 1)):
        stockcare.count_stock(counted, actor=worker, now=NOW + timedelta(hours=hours))
    factories.make_stock_cards(3, second)
    factories.make_unit(factories.make_area("HX"))
    rows = {row.unit.id: row for row in stockcare.list_units(actor=coordinator)}
    assert set(rows) == {unit.id, second.id}
    newest = rows[unit.id].newest_count
    assert newest is not None and (newest.counted, newest.at) == (4, NOW + timedelta(hours=1))
    assert (rows[second.id].newest_count, rows[second.id].level.left) == (None, 3)
    with pytest.raises(NotAllowed):
        stockcare.list_units(actor=worker)


@pytest.mark.parametrize(("left", "limit", "is_low"), [(0, 0, True), (1, 0, False), (3, 3, True), (4, 3, False)])
def test_low_stock_is_told_at_the_units_own_limit(unit, worker, coordinator, left, limit, is_low):
    factories.make_stock_cards(left, unit)
    factories.make_stock_cards(20, unit, kind=CardKind.COMMUNITY)
    assert stockcare.set_limit(limit, actor=worker, now=NOW).is_low is is_low
    for level in (
        stockcare.level_of(unit.id),
        stockcare.read_room(actor=worker).level,
        stockcare.list_units(actor=coordinator)[0].level,
    ):
        assert (level.left, level.limit, level.is_low) == (left, limit, is_low)
    assert entries() == [("stock.limit_set", {"limit": limit})]


@pytest.mark.parametrize("limit", [-1, 1_001])
def test_an_impossible_limit_is_refused(unit, worker, limit):
    with pytest.raises(stockcare.CountImpossible):
        stockcare.set_limit(limit, actor=worker, now=NOW)
    assert unit.low_stock == 10


def test_only_workers_count_and_look_into_the_room(coordinator):
    for call in (
        lambda: stockcare.read_room(actor=coordinator),
        lambda: stockcare.count_stock(1, actor=coordinator, now=NOW),
        lambda: stockcare.set_limit(1, actor=coordinator, now=NOW),
    ):
        with pytest.raises(NotAllowed):
            call()


def test_the_room_shows_what_is_left_by_batch_and_the_newest_of_the_empty_ones(unit, worker):
    empty = [factories.make_issued_card(unit).batch_id for _ in range(stockcare.OLD_BATCHES + 2)]
    full = factories.make_stock_cards(2, unit)[0].batch_id
    factories.make_stock_card(factories.make_unit())
    rows = stockcare.read_room(actor=worker).batches
    assert [(row.batch.id, row.left, row.handed_out) for row in rows] == [
        (full, 2, 0),
        *[(batch_id, 0, 1) for batch_id in sorted(empty, reverse=True)[: stockcare.OLD_BATCHES]],
    ]
