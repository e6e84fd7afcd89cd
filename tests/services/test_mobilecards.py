"""The mobile card: one open address a card, of which only the hash is kept; what it shows follows the card."""

import base64
from datetime import date

import pytest
import sqlalchemy as sa

from kaikukortti import mobilecards
from kaikukortti.db import db
from kaikukortti.errors import NotFound
from kaikukortti.models.cards import MobileCard
from kaikukortti.models.trail import AuditEntry
from kaikukortti.rules.access import Role
from kaikukortti.rules.card import CardKind, State, WrongState
from tests import factories
from tests.factories import DAY, NOW, TODAY


@pytest.fixture
def worker():
    return factories.make_actor()


@pytest.fixture
def card(worker):
    return factories.make_issued_card(factories.unit_of(worker), children=2)


def make(card, worker) -> str:
    return mobilecards.make(card.id, actor=worker, now=NOW)


def change(card, **fields) -> None:
    for name, value in fields.items():
        setattr(card, name, value)
    db.session.commit()


def test_the_address_is_long_random_and_kept_as_a_hash(worker, card):
    tokens = {make(card, worker) for _ in range(20)}
    assert len(tokens) == 20
    assert all(len(base64.urlsafe_b64decode(token)) * 8 >= 128 for token in tokens)
    stored = " ".join(str(vars(row)) for row in db.session.scalars(sa.select(MobileCard)))
    trail = " ".join(str(vars(row)) for row in db.session.scalars(sa.select(AuditEntry)))
    assert not [token for token in tokens if token in stored or token in trail]


def test_it_shows_the_card_of_today(worker, card):
    token = make(card, worker)
    shown = mobilecards.open(token, today=TODAY)
    assert shown is not None
    assert (shown.number, shown.last_on, shown.children) == (card.number, card.last_valid_on, 2)
    assert shown.area.prefix == "EK" and not shown.has_ended
    change(card, last_valid_on=date(2028, 1, 31), children=3)
    shown = mobilecards.open(token, today=TODAY)
    assert shown and (shown.last_on, shown.children) == (date(2028, 1, 31), 3)
    ended = [mobilecards.open(token, today=day) for day in (date(2028, 1, 31), date(2028, 2, 1))]
    assert [shown and shown.has_ended for shown in ended] == [False, True]


@pytest.mark.parametrize("state", [State.BLOCKED, State.REPLACED, State.RETURNED, State.SUSPENDED])
def test_a_card_out_of_use_shows_nothing_of_itself(worker, card, state):
    token = make(card, worker)
    change(card, state=state, suspended_until=TODAY + DAY if state is State.SUSPENDED else None)
    shown = mobilecards.open(token, today=TODAY)
    assert shown and (shown.number, shown.last_on, shown.children) == (None, None, 0)
    if state is State.SUSPENDED:
        shown = mobilecards.open(token, today=TODAY + DAY)
        assert shown and shown.number == card.number


def test_withdrawn_and_unknown(worker, card):
    token = make(card, worker)
    assert mobilecards.made_at(card.id, actor=worker) == NOW
    assert mobilecards.withdraw(card.id, actor=worker, now=NOW) == 1
    assert mobilecards.open(token, today=TODAY) is None
    assert mobilecards.made_at(card.id, actor=worker) is None
    assert mobilecards.withdraw(card.id, actor=worker, now=NOW) == 0
    for stranger in ("x", "", token[:-1], token.swapcase()):
        with pytest.raises(NotFound):
            mobilecards.open(stranger, today=TODAY)


def test_a_new_one_closes_the_one_before(worker, card):
    other = factories.make_issued_card(factories.unit_of(worker))
    first, apart, second = make(card, worker), make(other, worker), make(card, worker)
    assert mobilecards.open(first, today=TODAY) is None
    assert mobilecards.open(second, today=TODAY) and mobilecards.open(apart, today=TODAY)


def test_each_change_is_written_down(worker, card):
    make(card, worker)
    mobilecards.withdraw(card.id, actor=worker, now=NOW)
    entries = list(db.session.scalars(sa.select(AuditEntry).order_by(AuditEntry.id)))
    assert [entry.action for entry in entries] == ["card.mobile_made", "card.mobile_withdrawn"]
    assert all(entry.card_ref and entry.user_id == worker.user_id for entry in entries)


@pytest.mark.parametrize("role", list(Role))
def test_only_the_own_unit_makes_and_withdraws(role, worker, card):
    token = make(card, worker)
    actor = factories.make_actor(role)
    stock = factories.make_stock_card()
    for card_id in (card.id, stock.id, 999_999):
        with pytest.raises(NotFound):
            mobilecards.make(card_id, actor=actor, now=NOW)
        with pytest.raises(NotFound):
            mobilecards.withdraw(card_id, actor=actor, now=NOW)
    assert mobilecards.made_at(card.id, actor=actor) is None
    assert mobilecards.open(token, today=TODAY)


@pytest.mark.parametrize("state", [State.BLOCKED, State.REPLACED, State.RETURNED])
def test_no_new_one_for_a_card_out_of_use_but_the_old_one_can_be_closed(worker, card, state):
    token = make(card, worker)
    change(card, state=state)
    with pytest.raises(WrongState):
        make(card, worker)
    assert mobilecards.open(token, today=TODAY), "a refused one leaves the one before open"
    mobilecards.withdraw(card.id, actor=worker, now=NOW)
    assert mobilecards.open(token, today=TODAY) is None


def test_a_community_card_has_none(worker):
    community = factories.make_issued_card(factories.unit_of(worker), kind=CardKind.COMMUNITY)
    with pytest.raises(mobilecards.MobileForPersonalCards):
        make(community, worker)
