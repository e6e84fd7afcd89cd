"""Corrections in mid-period: what changes, what is written about it, and that no value ever is."""

import pytest
import sqlalchemy as sa

from kaikukortti import corrections
from kaikukortti.cardregister import IsCommunityCard
from kaikukortti.corrections import Entered
from kaikukortti.db import db
from kaikukortti.errors import NotFound
from kaikukortti.models.cards import PeriodKind
from kaikukortti.models.trail import AuditEntry
from kaikukortti.profiles import Profile
from kaikukortti.rules import card as card_rules
from kaikukortti.rules.access import Role
from kaikukortti.rules.card import CardKind, State
from tests import cardlives, factories
from tests.cardlives import LAST, dump, fresh, periods
from tests.factories import DAY, NOW, TODAY


@pytest.fixture
def worker():
    return factories.make_actor(Role.WORKER)


@pytest.fixture
def unit(worker):
    return factories.unit_of(worker)


def test_all_three_are_corrected(worker, unit):
    card = cardlives.make_card_in(State.ACTIVE, unit, children=1)
    cardlives.correct(card, worker, birth_year=1975, postcode="54100", children=2)
    profile = db.session.get_one(Profile, card.line, populate_existing=True)
    assert (profile.birth_year, profile.postcode, fresh(card).children) == (1975, "54100", 2)
    assert corrections.read_entered(card.id, actor=worker, now=NOW) == Entered(1975, "54100", 2)
    assert cardlives.events(card)[-1].fields == "birth_year,postcode,children"


def test_other_children_hold_from_today_and_the_days_before_stay(worker, unit):
    card = cardlives.make_card_in(State.ACTIVE, unit, children=1)
    cardlives.correct(card, worker, children=4)
    first, second = periods(card)
    assert (first.kind, first.children, first.last_on) == (PeriodKind.REGISTRATION, 1, LAST)
    assert (second.kind, second.children, second.first_on, second.last_on) == (PeriodKind.CORRECTION, 4, TODAY, LAST)


@pytest.mark.parametrize(("field", "value"), [("birth_year", 1960), ("postcode", "00100")])
def test_what_is_about_the_person_alone_opens_no_period(worker, unit, field, value):
    card = cardlives.make_card_in(State.ACTIVE, unit)
    cardlives.correct(card, worker, **{field: value})
    assert len(periods(card)) == 1
    assert cardlives.events(card)[-1].fields == field


def test_the_log_names_fields_and_never_values(worker, unit):
    card = cardlives.make_card_in(State.ACTIVE, unit)
    cardlives.correct(card, worker, birth_year=1961, postcode="54321")
    entry = db.session.scalars(sa.select(AuditEntry)).one()
    assert (entry.action, entry.detail) == ("card.correct", {"fields": ["birth_year", "postcode"]})
    written = repr({name: rows for name, rows in dump().items() if name != "profiles"})
    assert "1961" not in written and "54321" not in written


def test_what_is_the_same_writes_nothing(worker, unit):
    card = cardlives.make_card_in(State.ACTIVE, unit, children=2)
    before = dump()
    cardlives.correct(card, worker)
    assert dump() == before


@pytest.mark.parametrize(
    ("values", "error"),
    [
        ({"birth_year": 2011}, card_rules.TooYoung),
        ({"birth_year": 2027}, card_rules.ImpossibleBirthYear),
        ({"postcode": "5310"}, card_rules.ImpossiblePostcode),
        ({"children": 21}, card_rules.TooManyChildren),
        ({"birth_year": 1990, "postcode": "53200", "children": -1}, card_rules.TooManyChildren),
    ],
)
def test_impossible_values_correct_nothing(worker, unit, values, error):
    card = cardlives.make_card_in(State.ACTIVE, unit)
    before = dump()
    with pytest.raises(error):
        cardlives.correct(card, worker, **values)
    assert dump() == before


def test_a_look_at_what_was_entered_is_written_down(worker, unit):
    card = cardlives.make_card_in(State.ACTIVE, unit)
    corrections.read_entered(card.id, actor=worker, now=NOW)
    entry = db.session.scalars(sa.select(AuditEntry)).one()
    assert (entry.action, entry.detail, entry.card_ref is None) == ("card.entered_read", {}, False)


def test_what_cannot_be_corrected_is_not_shown_either(worker, unit):
    ended = cardlives.make_card_in(State.ACTIVE, unit, last_on=TODAY - DAY)
    community = factories.make_issued_card(unit, kind=CardKind.COMMUNITY)
    forgotten = cardlives.make_card_in(State.ACTIVE, unit)
    db.session.execute(sa.delete(Profile).where(Profile.line == forgotten.line))
    db.session.commit()
    cases = [
        (ended, card_rules.CardEnded),
        (cardlives.make_card_in(State.BLOCKED, unit), card_rules.WrongState),
        (cardlives.make_card_in(State.STOCK, unit), NotFound),
        (factories.make_issued_card(), NotFound),
        (community, IsCommunityCard),
        (forgotten, NotFound),
    ]
    before = dump()
    for card, error in cases:
        with pytest.raises(error):
            corrections.read_entered(card.id, actor=worker, now=NOW)
        with pytest.raises(error):
            cardlives.correct(card, worker, birth_year=1970)
    assert dump() == before


@pytest.mark.parametrize("role", [role for role in Role if role is not Role.WORKER])
def test_no_other_role_sees_what_was_entered(role):
    card = factories.make_issued_card()
    with pytest.raises(NotFound):
        corrections.read_entered(card.id, actor=factories.make_actor(role), now=NOW)


def test_a_correction_after_an_early_renewal_reaches_to_the_new_end(worker, unit):
    card = factories.make_issued_card(unit, first_on=TODAY - 340 * DAY, last_on=TODAY + 10 * DAY)
    cardlives.renew(card, worker)
    cardlives.correct(card, worker, children=2)
    added = periods(card)[-1]
    assert (added.first_on, added.last_on) == (TODAY, fresh(card).last_valid_on)
