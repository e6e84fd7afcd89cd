"""A card's history at the desk: every change in order, with reason, day and person, without a single value."""

import pytest
import sqlalchemy as sa

from kaikukortti import cardhistory, cards, lifecycle
from kaikukortti.db import db
from kaikukortti.errors import NotFound
from kaikukortti.models.trail import AuditEntry
from kaikukortti.rules.access import Role
from kaikukortti.rules.card import Action, CardReason, State
from tests import cardlives, factories
from tests.factories import DAY, NOW, TODAY


@pytest.fixture
def worker():
    return factories.make_actor(Role.WORKER)


@pytest.fixture
def unit(worker):
    return factories.unit_of(worker)


def test_a_whole_life_is_told_newest_first(worker, unit):
    card = cardlives.register(factories.make_stock_card(unit), worker, handed_out_on=TODAY - DAY)
    until_on = TODAY + 3 * DAY
    lifecycle.suspend(card.id, until_on=until_on, actor=worker, now=NOW + DAY)
    lifecycle.resume(card.id, actor=worker, now=NOW + DAY)
    cardlives.correct(card, worker, now=NOW + 2 * DAY, birth_year=1970, children=1)
    coordinator = factories.make_actor(Role.COORDINATOR, unit.area)
    cards.block(card.id, reason=CardReason.MISUSE, actor=coordinator, now=NOW + 3 * DAY)
    cards.unblock(card.id, reason=CardReason.MISTAKE, actor=coordinator, now=NOW + 4 * DAY)
    cardlives.renew(card, worker, now=NOW + 5 * DAY, children=2)
    cardlives.replace(card, worker, now=NOW + 6 * DAY)
    rows = cardhistory.look(card.id, actor=worker, now=NOW + 7 * DAY).history
    assert [(row.action, row.state, row.reason, row.until_on, row.fields) for row in rows] == [
        (Action.REPLACE, State.REPLACED, None, None, ()),
        (Action.RENEW, State.ACTIVE, None, None, ("children",)),
        (Action.UNBLOCK, State.ACTIVE, CardReason.MISTAKE, None, ()),
        (Action.BLOCK, State.BLOCKED, CardReason.MISUSE, None, ()),
        (Action.CORRECT, State.ACTIVE, None, None, ("birth_year", "children")),
        (Action.RESUME, State.ACTIVE, None, None, ()),
        (Action.SUSPEND, State.SUSPENDED, None, until_on, ()),
        (Action.REGISTER, State.ACTIVE, None, None, ()),
    ]
    assert [row.at for row in rows][0] == NOW + 6 * DAY
    assert {row.by for row in rows} == {worker.name}


def test_what_the_service_wrote_itself_has_no_person(worker, unit):
    card = factories.make_issued_card(unit)
    assert [row.by for row in cardhistory.look(card.id, actor=worker, now=NOW).history] == [None]


def test_the_look_is_written_down(worker, unit):
    card = factories.make_issued_card(unit)
    cardhistory.look(card.id, actor=worker, now=NOW)
    entry = db.session.scalars(sa.select(AuditEntry)).one()
    assert (entry.action, entry.detail) == ("card.looked_at", {})


@pytest.mark.parametrize("role", Role)
def test_nobody_else_reads_it(role):
    card, stock = factories.make_issued_card(), factories.make_stock_card()
    actor = factories.make_actor(role)
    for card_id in (card.id, stock.id, 999_999):
        with pytest.raises(NotFound):
            cardhistory.look(card_id, actor=actor, now=NOW)
    assert db.session.scalars(sa.select(AuditEntry)).all() == []
