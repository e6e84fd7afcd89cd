"""A lost card without its number, and the hint that a client may have a card: both by what was entered, in one unit."""

import pytest
import sqlalchemy as sa

from kaikukortti import cards, issuing, lostcards
from kaikukortti.db import db
from kaikukortti.errors import NotAllowed
from kaikukortti.models.cards import Card
from kaikukortti.models.trail import AuditEntry
from kaikukortti.profiles import Profile
from kaikukortti.rules import card as card_rules
from kaikukortti.rules.access import Role
from kaikukortti.rules.card import CardKind, CardReason, State
from tests import cardlives, factories
from tests.cardlives import dump
from tests.factories import DAY, NOW, TODAY

REGISTERED = [state for state in State if state not in (State.STOCK, State.DESTROYED)]


@pytest.fixture
def worker():
    return factories.make_actor(Role.WORKER)


@pytest.fixture
def unit(worker):
    return factories.unit_of(worker)


def find(worker, **asked):
    return lostcards.find(actor=worker, now=NOW, **{"birth_year": 1980, "postcode": "53100", **asked})


def set_profile(card: Card, **values) -> Card:
    db.session.execute(sa.update(Profile).where(Profile.line == card.line).values(**values))
    db.session.commit()
    return card


def test_the_own_units_cards_are_found_the_newest_first(worker, unit):
    old = factories.make_issued_card(unit, first_on=TODAY - 90 * DAY, children=1)
    new = factories.make_issued_card(unit, first_on=TODAY - 9 * DAY)
    ended = factories.make_issued_card(unit, first_on=TODAY - 400 * DAY, last_on=TODAY - 30 * DAY)
    set_profile(factories.make_issued_card(unit), birth_year=1981)
    set_profile(factories.make_issued_card(unit), postcode="53200")
    factories.make_issued_card(unit, kind=CardKind.COMMUNITY)
    factories.make_issued_card()
    rows = find(worker)
    assert [(row.card_id, row.children) for row in rows] == [(new.id, 0), (old.id, 1), (ended.id, 0)]
    assert find(worker, birth_year=1950) == []


@pytest.mark.parametrize("state", REGISTERED)
def test_only_what_can_be_blocked_is_offered(worker, unit, state):
    card = cardlives.make_card_in(state, unit)
    found = [row.card_id for row in find(worker)]
    assert found == ([card.id] if state in (State.ACTIVE, State.SUSPENDED) else [])
    for card_id in found:
        assert cards.block(card_id, reason=CardReason.LOST, actor=worker, now=NOW).state is State.BLOCKED


def test_a_replaced_holder_is_found_by_the_newest_card(worker, unit):
    new = cardlives.replace(cardlives.make_card_in(State.ACTIVE, unit), worker)
    assert [row.card_id for row in find(worker)] == [new.id]


def test_the_search_is_written_down_without_what_was_asked(worker, unit):
    factories.make_issued_card(unit)
    find(worker)
    find(worker, postcode="53999")
    entries = db.session.scalars(sa.select(AuditEntry).order_by(AuditEntry.id)).all()
    assert [(entry.action, entry.card_ref, entry.detail) for entry in entries] == [
        ("cards.lost_searched", None, {"count": 1}),
        ("cards.lost_searched", None, {"count": 0}),
    ]


@pytest.mark.parametrize(
    ("asked", "error"),
    [
        ({"birth_year": 2030}, card_rules.ImpossibleBirthYear),
        ({"birth_year": 2015}, card_rules.TooYoung),
        ({"postcode": "5310"}, card_rules.ImpossiblePostcode),
    ],
)
def test_impossible_questions_are_refused(worker, asked, error):
    before = dump()
    with pytest.raises(error):
        find(worker, **asked)
    assert dump() == before


@pytest.mark.parametrize("role", [role for role in Role if role is not Role.WORKER])
def test_no_other_role_searches_by_what_was_entered(role):
    actor = factories.make_actor(role)
    with pytest.raises(NotAllowed):
        find(actor)
    with pytest.raises(NotAllowed):
        issuing.find_twins(cardlives.ANSWERS, actor=actor, now=NOW)


# --- the second-card hint


def twins(worker, **values) -> int:
    given = {"birth_year": 1980, "postcode": "53100", "children": 2, **values}
    return issuing.find_twins(issuing.Answers(**given), actor=worker, now=NOW)


@pytest.mark.parametrize("state", REGISTERED)
def test_twins_are_valid_cards(worker, unit, state):
    cardlives.make_card_in(state, unit, children=2)
    assert twins(worker) == (1 if state in (State.ACTIVE, State.SUSPENDED) else 0)


def test_twins_are_of_the_own_unit_and_alike_in_all_three(worker, unit):
    for _ in range(2):
        factories.make_issued_card(unit, children=2)
    factories.make_issued_card(children=2)
    factories.make_issued_card(unit, children=2, last_on=TODAY - DAY)
    factories.make_issued_card(unit, children=2, kind=CardKind.COMMUNITY)
    assert twins(worker) == 2
    assert (twins(worker, birth_year=1981), twins(worker, postcode="53200"), twins(worker, children=1)) == (0, 0, 0)
    entries = db.session.scalars(sa.select(AuditEntry).order_by(AuditEntry.id)).all()
    assert {(entry.action, entry.card_ref) for entry in entries} == {("cards.compared", None)}
    assert [entry.detail for entry in entries] == [{"count": count} for count in (2, 0, 0, 0)]


def test_a_twin_is_a_hint_and_never_a_refusal(worker, unit):
    factories.make_issued_card(unit)
    assert twins(worker, children=0) == 1
    assert cardlives.register(factories.make_stock_card(unit), worker).state is State.ACTIVE
    assert twins(worker, children=0) == 2
