"""Replacement: the old card dies at once, the new one is the same holder's, with the same last day and children."""

import pytest
import sqlalchemy as sa

from kaikukortti import audit, cards, statistics
from kaikukortti.auditing import verification
from kaikukortti.db import db
from kaikukortti.models.cards import Card, PeriodKind
from kaikukortti.models.trail import AuditEntry
from kaikukortti.profiles import Profile
from kaikukortti.rules import card as card_rules
from kaikukortti.rules.access import Role
from kaikukortti.rules.card import Action, CardKind, State
from tests import cardlives, factories
from tests.cardlives import HANDED_OUT, LAST, dump, fresh, periods
from tests.factories import DAY, NOW, TODAY
from venues import scanning


@pytest.fixture
def worker():
    return factories.make_actor(Role.WORKER)


@pytest.fixture
def unit(worker):
    return factories.unit_of(worker)


@pytest.mark.parametrize("state", [State.ACTIVE, State.BLOCKED])
def test_the_new_card_inherits_and_the_old_one_dies(worker, unit, state):
    old = cardlives.make_card_in(state, unit, children=2)
    new = cardlives.replace(old, worker)
    assert (new.line, new.children, new.unit_id, new.state) == (old.line, 2, unit.id, State.ACTIVE)
    assert (new.first_on, new.last_valid_on) == (TODAY, LAST)
    assert (fresh(old).state, fresh(old).replaced_by_id) == (State.REPLACED, new.id)
    assert (old.first_on, old.last_valid_on) == (HANDED_OUT, LAST), "its own days stay as they were"
    [days] = periods(new)
    assert (days.kind, days.first_on, days.last_on, days.children) == (PeriodKind.REPLACEMENT, TODAY, LAST, 2)
    assert len(periods(old)) == 1
    died, born = cardlives.events(old)[-1], cardlives.events(new)[-1]
    assert (died.action, died.state, died.effective_from) == (Action.REPLACE, State.REPLACED, NOW)
    assert (born.action, born.state, born.effective_from) == (Action.REGISTER, State.ACTIVE, NOW)
    assert len(db.session.scalars(sa.select(Profile)).all()) == 1, "one holder, one set of answers"


def test_one_entry_in_the_log_names_both_cards(worker, unit):
    old = cardlives.make_card_in(State.ACTIVE, unit)
    new = cardlives.replace(old, worker)
    entry = db.session.scalars(sa.select(AuditEntry)).one()
    assert (entry.action, entry.card_ref) == ("card.replace", audit.card_reference(old.number, year=2026))
    assert entry.detail == {"onto": audit.card_reference(new.number, year=2026)}
    assert verification.find_break(worker.organisation) is None


def test_the_holder_counts_once_before_and_after(worker, unit):
    old = cardlives.make_card_in(State.ACTIVE, unit)
    tablet = factories.make_tablet().known
    scanning.record(factories.make_item(old), device=tablet, received_at=NOW)
    new = cardlives.replace(old, worker)
    assert cards.look(new.id, actor=worker, now=NOW).is_used, "use goes by holder, not by cardboard"
    figures = statistics.overview(unit.area_id, first_on=HANDED_OUT, last_on=TODAY).cards
    assert (figures.registered, figures.taken_into_use) == (1, 1)


def test_an_ended_card_is_replaced_by_one_that_has_ended_too(worker, unit):
    """The last day is inherited, whatever it is; a renewal is what gives days."""
    old = cardlives.make_card_in(State.ACTIVE, unit, last_on=TODAY - 3 * DAY)
    new = cardlives.replace(old, worker)
    assert (new.first_on, new.last_valid_on) == (TODAY - 3 * DAY, TODAY - 3 * DAY)
    assert cards.look(new.id, actor=worker, now=NOW).has_ended(TODAY)
    assert cardlives.renew(new, worker).first_on == TODAY


def test_a_replaced_card_is_final(worker, unit):
    old = cardlives.make_card_in(State.ACTIVE, unit)
    cardlives.replace(old, worker)
    spare = factories.make_stock_card(unit)
    before = dump()
    with pytest.raises(card_rules.WrongState) as caught:
        cardlives.replace(old, worker, new=spare)
    assert (caught.value.code, caught.value.details) == (
        "card_wrong_state",
        {"state": "replaced", "action": "replace"},
    )
    assert dump() == before


def test_a_chain_of_replacements_is_one_line(worker, unit):
    first = cardlives.make_card_in(State.ACTIVE, unit)
    second = cardlives.replace(first, worker)
    third = cardlives.replace(second, worker)
    assert first.line == second.line == third.line
    rows = [cards.look(card.id, actor=worker, now=NOW) for card in (first, second, third)]
    assert [(row.replaces_id, row.replaced_by_id) for row in rows] == [
        (None, second.id),
        (first.id, third.id),
        (second.id, None),
    ]
    live = db.session.scalars(sa.select(Card.id).where(Card.line == first.line, Card.state == State.ACTIVE)).all()
    assert live == [third.id]


def test_a_community_cards_budget_goes_with_it(worker, unit):
    old = factories.make_issued_card(unit, kind=CardKind.COMMUNITY)
    old.ticket_budget = 40
    db.session.commit()
    scanning.record(
        factories.make_item(old, adult=0, worker=1, under16=3), device=factories.make_tablet().known, received_at=NOW
    )
    new = cardlives.replace(old, worker)
    row = cards.look(new.id, actor=worker, now=NOW)
    assert (row.ticket_budget, row.tickets_used) == (40, 4)
