"""A unit's cards: found, looked at and listed by the own unit alone, each look written down before the answer."""

import pytest
import sqlalchemy as sa

from kaikukortti import audit, cardrows, cards
from kaikukortti.cardregister import NumberMalformed, NumberUnknown
from kaikukortti.db import db
from kaikukortti.errors import NotAllowed, NotFound
from kaikukortti.models.cards import Card, CardEvent
from kaikukortti.models.trail import AuditEntry
from kaikukortti.rules import card as card_rules
from kaikukortti.rules.access import Role
from kaikukortti.rules.card import Action, CardKind, CardReason, State
from tests import factories
from tests.factories import DAY, NOW, TODAY
from venues import scanning


@pytest.fixture
def worker():
    return factories.make_actor(Role.WORKER)


@pytest.fixture
def unit(worker):
    return factories.unit_of(worker)


def entries() -> list[AuditEntry]:
    return list(db.session.scalars(sa.select(AuditEntry).order_by(AuditEntry.id)))


def test_look_shows_the_days_and_whether_the_card_is_used(worker, unit):
    card = factories.make_issued_card(unit, children=3)
    row = cards.look(card.id, actor=worker, now=NOW)
    assert (row.number, row.kind, row.state, row.children) == (card.number, CardKind.PERSONAL, State.ACTIVE, 3)
    assert (row.first_on, row.last_on) == (card.first_on, card.last_valid_on)
    assert not row.is_used
    scanning.record(factories.make_item(card), device=factories.make_tablet().known, received_at=NOW)
    assert cards.look(card.id, actor=worker, now=NOW).is_used


def test_ended_is_told_by_the_last_day(worker, unit):
    card = factories.make_issued_card(unit, first_on=TODAY - 100 * DAY, last_on=TODAY)
    row = cards.look(card.id, actor=worker, now=NOW)
    assert not row.has_ended(TODAY)
    assert row.has_ended(TODAY + DAY)


def test_a_look_is_written_down_before_the_answer(worker, unit, monkeypatch):
    """Whatever the read does, the entry is there: they are one transaction, and it is committed on return."""
    card = factories.make_issued_card(unit)
    seen: list[int] = []
    of = cardrows.of

    def spy(cards, *, today):
        seen.append(len(entries()))
        return of(cards, today=today)

    monkeypatch.setattr(cardrows, "of", spy)
    cards.look(card.id, actor=worker, now=NOW)
    assert seen == [1], "the entry was there when the card was read"
    db.session.rollback()
    entry = entries()[0]
    assert (entry.action, entry.user_id) == ("card.looked_at", worker.user_id)
    assert entry.card_ref == audit.card_reference(card.number, year=2026)


def test_find_names_the_own_units_card(worker, unit):
    card = factories.make_issued_card(unit)
    assert cards.find(f" {card.number.lower()} ", actor=worker, now=NOW) == card.id
    assert [(entry.action, entry.detail) for entry in entries()] == [("card.searched", {"found": True})]


def test_what_is_not_of_the_own_unit_is_like_what_does_not_exist(worker, unit):
    strangers = [
        factories.make_issued_card().number,
        factories.make_issued_card(factories.make_unit(factories.make_area("HX"))).number,
        factories.make_stock_card(unit).number,
        factories.make_number(),
    ]
    for number in strangers:
        with pytest.raises(NumberUnknown) as caught:
            cards.find(number, actor=worker, now=NOW)
        assert caught.value.details == {}
    written = [(entry.action, entry.card_ref, entry.detail) for entry in entries()]
    assert written == [("card.searched", None, {"found": False})] * 4


def test_find_says_what_is_wrong_with_a_number(worker):
    factories.the_area()
    with pytest.raises(NumberMalformed) as caught:
        cards.find("EK3F8M2X9T5", actor=worker, now=NOW)
    assert caught.value.details["problem"] == "checksum"


def test_another_units_card_is_not_found_by_any_use_case(worker):
    ids = [factories.make_issued_card().id, factories.make_stock_card(factories.unit_of(worker)).id, 999_999]
    for card_id in ids:
        with pytest.raises(NotFound):
            cards.look(card_id, actor=worker, now=NOW)
        with pytest.raises(NotFound):
            cards.block(card_id, actor=worker, reason=CardReason.LOST, now=NOW)
        with pytest.raises(NotFound):
            cards.unblock(card_id, actor=worker, now=NOW)
    assert {card.state for card in db.session.scalars(sa.select(Card))} == {State.ACTIVE, State.STOCK}
    assert entries() == []


@pytest.mark.parametrize("role", [role for role in Role if role is not Role.WORKER])
def test_other_roles_see_no_card(role):
    card = factories.make_issued_card()
    actor = factories.make_actor(role)
    with pytest.raises(NotFound):
        cards.look(card.id, actor=actor, now=NOW)
    with pytest.raises(NumberUnknown):
        cards.find(card.number, actor=actor, now=NOW)
    with pytest.raises(NotAllowed):
        cards.list_newest(actor=actor, now=NOW)


def test_list_holds_the_own_units_newest_cards_and_no_stock(worker, unit):
    old = factories.make_issued_card(unit, first_on=TODAY - 90 * DAY)
    new = factories.make_issued_card(unit, first_on=TODAY)
    middle = factories.make_issued_card(unit, kind=CardKind.COMMUNITY, first_on=TODAY - 7 * DAY)
    factories.make_stock_card(unit)
    factories.make_issued_card()
    tablet = factories.make_tablet().known
    scanning.record(factories.make_item(middle, adult=0, worker=1), device=tablet, received_at=NOW)
    rows = cards.list_newest(actor=worker, now=NOW)
    assert [(row.card_id, row.is_used) for row in rows] == [(new.id, False), (middle.id, True), (old.id, False)]
    assert [row.card_id for row in cards.list_newest(actor=worker, now=NOW, most=1)] == [new.id]
    assert [(entry.action, entry.detail) for entry in entries()] == [
        ("cards.listed", {"count": 3}),
        ("cards.listed", {"count": 1}),
    ]


BLOCKABLE = {State.ACTIVE: State.BLOCKED, State.SUSPENDED: State.BLOCKED}
OPENABLE = {State.BLOCKED: State.ACTIVE}
REGISTERED = [state for state in State if state not in (State.STOCK, State.DESTROYED)]


@pytest.mark.parametrize("state", REGISTERED)
@pytest.mark.parametrize(("action", "allowed"), [(Action.BLOCK, BLOCKABLE), (Action.UNBLOCK, OPENABLE)])
def test_every_pair_of_state_and_action(worker, unit, state, action, allowed):
    card = factories.make_issued_card(unit, state=state)
    events = db.session.scalar(sa.select(sa.func.count(CardEvent.id)))

    def change() -> Card:
        if action is Action.BLOCK:
            return cards.block(card.id, actor=worker, reason=CardReason.STOLEN, now=NOW)
        return cards.unblock(card.id, actor=worker, now=NOW)

    if state not in allowed:
        with pytest.raises(card_rules.WrongState):
            change()
        assert db.session.get_one(Card, card.id, populate_existing=True).state is state
        assert (db.session.scalar(sa.select(sa.func.count(CardEvent.id))), entries()) == (events, [])
        return
    assert change().state is allowed[state]
    event = db.session.scalars(sa.select(CardEvent).order_by(CardEvent.id.desc())).first()
    assert event is not None
    wanted = CardReason.STOLEN if action is Action.BLOCK else CardReason.FOUND
    assert (event.action, event.state, event.reason, event.effective_from, event.recorded_by) == (
        action,
        allowed[state],
        wanted,
        NOW,
        worker.user_id,
    )
    assert [(entry.action, entry.detail) for entry in entries()] == [(f"card.{action.value}", {"reason": wanted.value})]


def test_a_coordinator_blocks_and_unblocks_within_the_area_alone():
    card = factories.make_issued_card()
    coordinator = factories.make_actor(Role.COORDINATOR)
    stranger = factories.make_actor(Role.COORDINATOR, factories.make_area("HX"))
    with pytest.raises(NotFound):
        cards.block(card.id, actor=stranger, reason=CardReason.MISUSE, now=NOW)
    assert cards.block(card.id, actor=coordinator, reason=CardReason.MISUSE, now=NOW).state is State.BLOCKED
    with pytest.raises(NotFound):
        cards.unblock(card.id, actor=stranger, now=NOW)
    assert cards.unblock(card.id, actor=coordinator, now=NOW).state is State.ACTIVE
