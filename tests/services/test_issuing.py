"""Handing out a card: what a registration writes, from which day the card is in use, and who may do it."""

from datetime import UTC, date, datetime

import pytest
import sqlalchemy as sa

from kaikukortti import audit, cards, issuing
from kaikukortti.db import db
from kaikukortti.errors import NotAllowed
from kaikukortti.models.cards import Card, CardEvent, CardPeriod, PeriodKind
from kaikukortti.models.trail import AuditEntry
from kaikukortti.profiles import Gender, HomeLanguage, LifeSituation, Profile
from kaikukortti.rules.access import Role
from kaikukortti.rules.card import Action, CardKind, State
from tests import factories
from tests.factories import NOW, TODAY

ANSWERS = issuing.Answers(birth_year=1984, postcode="53100", children=2)


def hand_out(card: Card | str, *, actor, answers=ANSWERS, is_eligible=True, accepts_other_unit=False, now=NOW) -> Card:
    number = card if isinstance(card, str) else card.number
    return issuing.register(
        number,
        actor=actor,
        answers=answers,
        is_eligible=is_eligible,
        accepts_other_unit=accepts_other_unit,
        now=now,
    )


def test_handed_out_card_is_in_use_from_today_for_a_year():
    unit = factories.make_unit()
    card = hand_out(factories.make_stock_card(unit), actor=factories.make_actor(Role.WORKER, unit))
    assert (card.state, card.unit_id, card.children) == (State.ACTIVE, unit.id, 2)
    assert (card.first_on, card.last_valid_on) == (TODAY, date(2027, 11, 19))
    assert card.line is not None and len(card.line) == 32


def test_registration_writes_one_period_one_event_one_profile():
    worker = factories.make_actor(Role.WORKER)
    stock = factories.make_stock_card(factories.unit_of(worker))
    card = hand_out(stock, actor=worker)
    days = db.session.scalars(sa.select(CardPeriod)).one()
    assert (days.card_id, days.kind, days.children) == (card.id, PeriodKind.REGISTRATION, 2)
    assert (days.first_on, days.last_on) == (TODAY, date(2027, 11, 19))
    assert (days.recorded_at, days.recorded_by) == (NOW, worker.user_id)
    event = db.session.scalars(sa.select(CardEvent)).one()
    assert (event.card_id, event.action, event.state, event.recorded_at) == (
        card.id,
        Action.REGISTER,
        State.ACTIVE,
        NOW,
    )
    assert event.effective_from == datetime(2026, 11, 19, 22, 0, tzinfo=UTC), "from midnight in Helsinki"
    profile = db.session.scalars(sa.select(Profile)).one()
    assert (profile.line, profile.birth_year, profile.postcode) == (card.line, 1984, "53100")
    assert (profile.gender, profile.life_situation, profile.language) == (None, None, None)


def test_voluntary_answers_are_kept():
    worker = factories.make_actor(Role.WORKER)
    answers = issuing.answers_of(
        birth_year=1990, postcode="53200", children=0, gender="other", life_situation="student", language="ru"
    )
    hand_out(factories.make_stock_card(factories.unit_of(worker)), actor=worker, answers=answers)
    profile = db.session.scalars(sa.select(Profile)).one()
    assert (profile.gender, profile.life_situation, profile.language) == (
        Gender.OTHER,
        LifeSituation.STUDENT,
        HomeLanguage.RUSSIAN,
    )


@pytest.mark.parametrize("field", ["gender", "life_situation", "language"])
def test_a_choice_that_is_not_offered_is_refused(field):
    given = {"gender": None, "life_situation": None, "language": None, field: "nonsense"}
    with pytest.raises(ValueError):
        issuing.answers_of(birth_year=1990, postcode="53200", children=0, **given)


def test_registration_is_written_down_without_number_and_background():
    worker = factories.make_actor(Role.WORKER)
    card = hand_out(factories.make_stock_card(factories.unit_of(worker)), actor=worker)
    entry = db.session.scalars(sa.select(AuditEntry)).one()
    assert (entry.organisation, entry.action, entry.user_id, entry.role, entry.at) == (
        f"unit:{worker.unit_id}",
        "card.register",
        worker.user_id,
        "worker",
        NOW,
    )
    assert entry.card_ref == audit.card_reference(card.number, year=2026)
    assert entry.detail == {}


def test_two_cards_have_two_lines():
    worker = factories.make_actor(Role.WORKER)
    stock = factories.make_stock_cards(2, factories.unit_of(worker))
    assert len({hand_out(card, actor=worker).line for card in stock}) == 2


def test_a_typed_number_is_forgiven_its_spaces_and_look_alikes():
    worker = factories.make_actor(Role.WORKER)
    stock = factories.make_stock_card(factories.unit_of(worker))
    stock.number = next(number for number in iter(factories.make_number, None) if {"0", "1"} <= set(number))
    db.session.commit()
    typed = f" {stock.number[:2].lower()}-{stock.number[2:].replace('0', 'o').replace('1', 'l')} "
    assert hand_out(typed, actor=worker).id == stock.id


def test_a_card_with_a_common_end_day_ends_on_it():
    unit = factories.make_unit(factories.make_area(fixed_end_on=date(2026, 12, 31)))
    card = hand_out(factories.make_stock_card(unit), actor=factories.make_actor(Role.WORKER, unit))
    assert (card.first_on, card.last_valid_on) == (TODAY, date(2026, 12, 31))


def test_the_day_is_the_helsinki_day():
    """Half past midnight in Helsinki is still yesterday in UTC."""
    worker = factories.make_actor(Role.WORKER)
    late = datetime(2026, 11, 20, 22, 30, tzinfo=UTC)
    card = hand_out(factories.make_stock_card(factories.unit_of(worker)), actor=worker, now=late)
    assert card.first_on == date(2026, 11, 21)


def test_stock_of_another_unit_becomes_the_own_once_accepted():
    worker = factories.make_actor(Role.WORKER)
    stock = factories.make_stock_card()
    found = issuing.check_stock(stock.number, actor=worker, today=TODAY, now=NOW)
    assert (found.number, found.is_other_units, found.first_on, found.last_on) == (
        stock.number,
        True,
        TODAY,
        date(2027, 11, 19),
    )
    card = hand_out(stock, actor=worker, accepts_other_unit=True)
    assert card.unit_id == worker.unit_id
    assert cards.look(card.id, actor=worker, now=NOW).number == stock.number


def test_own_stock_needs_no_acceptance():
    worker = factories.make_actor(Role.WORKER)
    stock = factories.make_stock_card(factories.unit_of(worker), kind=CardKind.COMMUNITY)
    found = issuing.check_stock(stock.number, actor=worker, today=TODAY, now=NOW)
    assert (found.is_other_units, found.kind) == (False, CardKind.COMMUNITY)


def test_community_card_has_no_profile():
    worker = factories.make_actor(Role.WORKER)
    stock = factories.make_stock_card(factories.unit_of(worker), kind=CardKind.COMMUNITY)
    card = issuing.register_community(stock.number, actor=worker, accepts_other_unit=False, now=NOW)
    assert (card.state, card.first_on, card.children) == (State.ACTIVE, TODAY, 0)
    assert card.line is not None
    assert db.session.scalars(sa.select(Profile)).all() == []
    assert db.session.scalars(sa.select(AuditEntry.action)).all() == ["card.register"]


@pytest.mark.parametrize("role", [role for role in Role if role is not Role.WORKER])
def test_only_a_worker_hands_out(role):
    stock = factories.make_stock_card()
    community = factories.make_stock_card(kind=CardKind.COMMUNITY)
    actor = factories.make_actor(role)
    with pytest.raises(NotAllowed):
        hand_out(stock, actor=actor)
    with pytest.raises(NotAllowed):
        issuing.register_community(community.number, actor=actor, accepts_other_unit=True, now=NOW)
    with pytest.raises(NotAllowed):
        issuing.check_stock(stock.number, actor=actor, today=TODAY, now=NOW)
