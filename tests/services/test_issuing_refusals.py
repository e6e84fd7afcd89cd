"""Handing out a card: every bad input gets its own error, and nothing at all has changed after it."""

from collections.abc import Callable
from typing import Any

import pytest
import sqlalchemy as sa

from kaikukortti import issuing
from kaikukortti.cardregister import IsCommunityCard, IsPersonalCard, NumberMalformed, NumberUnknown, OtherUnitsStock
from kaikukortti.db import Base, db
from kaikukortti.issuing import Answers
from kaikukortti.rules import card as card_rules
from kaikukortti.rules.access import Actor, Role
from kaikukortti.rules.card import CardKind, State
from tests import factories
from tests.factories import NOW, TODAY

GOOD: dict[str, Any] = {"birth_year": 1984, "postcode": "53100", "children": 2}


def snapshot() -> dict[str, list[tuple[object, ...]]]:
    """Return every row of every table."""
    db.session.rollback()
    return {
        name: sorted((tuple(row) for row in db.session.execute(sa.select(table))), key=repr)
        for name, table in Base.metadata.tables.items()
    }


@pytest.fixture
def worker() -> Actor:
    return factories.make_actor(Role.WORKER)


@pytest.fixture
def refused(worker) -> Callable[..., None]:
    """Return a function that hands out and asserts the error, and that nothing has changed."""

    def check(error: type[Exception], number: str, *, accepts: bool = False, eligible: bool = True, **answers) -> None:
        before = snapshot()
        with pytest.raises(error) as caught:
            issuing.register(
                number,
                actor=worker,
                answers=Answers(**{**GOOD, **answers}),
                is_eligible=eligible,
                accepts_other_unit=accepts,
                now=NOW,
            )
        assert type(caught.value) is error
        assert snapshot() == before

    return check


def own_stock(worker: Actor) -> str:
    return factories.make_stock_card(factories.unit_of(worker)).number


@pytest.mark.parametrize(
    ("text", "problem"),
    [
        ("", "empty"),
        ("   ", "empty"),
        ("EK", "length"),
        ("EK3F8M2X9T", "length"),
        ("EK3F8M2X9TSS", "length"),
        ("EK3F8M2X9T5", "checksum"),
        ("EK3F8M2X9U5", "symbol"),
        ("EK3F8*2X9TS", "symbol"),
        ("EM3F8M2X9TS", "prefix"),
        ("KE3F8M2X9TS", "prefix"),
        ("VA12345", "elsewhere"),
        ("EK3F8M2X9TS\x00", "unreadable"),
        ("9" * 65, "unreadable"),
        ("ä", "symbol"),
    ],
)
def test_malformed_numbers(worker, text, problem):
    factories.make_stock_card(factories.unit_of(worker))
    before = snapshot()
    with pytest.raises(NumberMalformed) as caught:
        issuing.check_stock(text, actor=worker, today=TODAY, now=NOW)
    assert caught.value.details["problem"] == problem
    with pytest.raises(NumberMalformed):
        issuing.register(
            text, actor=worker, answers=Answers(**GOOD), is_eligible=True, accepts_other_unit=True, now=NOW
        )
    assert snapshot() == before


def test_a_number_that_was_never_printed(worker, refused):
    unknown = factories.make_number()
    refused(NumberUnknown, unknown)
    with pytest.raises(NumberUnknown):
        issuing.check_stock(unknown, actor=worker, today=TODAY, now=NOW)


@pytest.mark.parametrize("state", [State.ACTIVE, State.BLOCKED, State.SUSPENDED, State.REPLACED, State.RETURNED])
def test_a_card_that_is_in_use_already(worker, refused, state):
    card = factories.make_issued_card(factories.unit_of(worker), state=state)
    refused(card_rules.AlreadyRegistered, card.number)
    with pytest.raises(card_rules.AlreadyRegistered):
        issuing.check_stock(card.number, actor=worker, today=TODAY, now=NOW)


def test_the_second_registration_of_the_same_card(worker, refused):
    number = own_stock(worker)
    issuing.register(number, actor=worker, answers=Answers(**GOOD), is_eligible=True, accepts_other_unit=False, now=NOW)
    refused(card_rules.AlreadyRegistered, number, children=5)


def test_a_destroyed_card(worker, refused):
    card = factories.make_stock_card(factories.unit_of(worker))
    card.state = State.DESTROYED
    db.session.commit()
    refused(card_rules.WrongState, card.number)


def test_stock_of_another_unit_until_it_is_accepted(worker, refused):
    refused(OtherUnitsStock, factories.make_stock_card().number)


def test_a_community_card_takes_no_client(worker, refused):
    card = factories.make_stock_card(factories.unit_of(worker), kind=CardKind.COMMUNITY)
    refused(IsCommunityCard, card.number)


@pytest.mark.parametrize(
    ("error", "answers"),
    [
        (card_rules.ImpossibleBirthYear, {"birth_year": 2027}),
        (card_rules.ImpossibleBirthYear, {"birth_year": 1905}),
        (card_rules.ImpossibleBirthYear, {"birth_year": 0}),
        (card_rules.TooYoung, {"birth_year": 2026}),
        (card_rules.TooYoung, {"birth_year": 2011}),
        (card_rules.ImpossiblePostcode, {"postcode": "5310"}),
        (card_rules.ImpossiblePostcode, {"postcode": "531000"}),
        (card_rules.ImpossiblePostcode, {"postcode": "5310a"}),
        (card_rules.ImpossiblePostcode, {"postcode": "٥٣١٠٠"}),
        (card_rules.ImpossiblePostcode, {"postcode": ""}),
        (card_rules.TooManyChildren, {"children": 99}),
        (card_rules.TooManyChildren, {"children": 21}),
        (card_rules.TooManyChildren, {"children": -1}),
    ],
)
def test_answers_that_make_no_sense(worker, refused, error, answers):
    refused(error, own_stock(worker), **answers)
    with pytest.raises(error):
        issuing.check_answers(Answers(**{**GOOD, **answers}), today=TODAY)


@pytest.mark.parametrize(
    "answers", [{"birth_year": 2010}, {"birth_year": 1906}, {"children": 20}, {"children": 0}, {"postcode": "00100"}]
)
def test_answers_at_the_edge_are_taken(worker, answers):
    """Born in 2010: turns sixteen in 2026, whatever the day."""
    card = issuing.register(
        own_stock(worker),
        actor=worker,
        answers=Answers(**{**GOOD, **answers}),
        is_eligible=True,
        accepts_other_unit=False,
        now=NOW,
    )
    assert card.state is State.ACTIVE


def test_ticks_missing(worker, refused):
    refused(card_rules.TicksMissing, own_stock(worker), eligible=False)


def test_community_refusals(worker):
    cases = [
        (IsPersonalCard, own_stock(worker)),
        (OtherUnitsStock, factories.make_stock_card(kind=CardKind.COMMUNITY).number),
        (
            card_rules.AlreadyRegistered,
            factories.make_issued_card(factories.unit_of(worker), kind=CardKind.COMMUNITY).number,
        ),
        (NumberUnknown, factories.make_number()),
        (NumberMalformed, "EK"),
    ]
    before = snapshot()
    for error, number in cases:
        with pytest.raises(error) as caught:
            issuing.register_community(number, actor=worker, accepts_other_unit=False, now=NOW)
        assert type(caught.value) is error
    assert snapshot() == before
