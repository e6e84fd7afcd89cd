"""Stock: a print run holds exactly what was ordered, every number is new and sound, and goes to a unit of the area."""

import itertools
from collections.abc import Callable, Sequence

import pytest
import sqlalchemy as sa
from stdnum.iso7064 import mod_37_36

from kaikukortti import stock
from kaikukortti.db import db
from kaikukortti.errors import NotFound
from kaikukortti.models.cards import Batch, Card
from kaikukortti.models.trail import AuditEntry
from kaikukortti.rules.access import Role
from kaikukortti.rules.card import CardKind, State
from tests import factories
from tests.factories import NOW

LOOK_ALIKES = set("ILOU")


def count_of(table: type) -> int:
    return db.session.scalar(sa.select(sa.func.count()).select_from(table)) or 0


@pytest.mark.parametrize("count", [1, 7, 600])
def test_batch_holds_exactly_what_was_ordered(count):
    unit, coordinator = factories.make_unit(), factories.make_actor(Role.COORDINATOR)
    batch = stock.add_batch(actor=coordinator, unit_id=unit.id, count=count, now=NOW)
    cards = db.session.scalars(sa.select(Card)).all()
    assert len(cards) == count
    assert {(card.batch_id, card.unit_id, card.kind, card.state, card.line) for card in cards} == {
        (batch.id, unit.id, CardKind.PERSONAL, State.STOCK, None)
    }
    assert len({card.ref for card in cards}) == count


def test_numbers_are_sound_and_hold_no_look_alike():
    area = factories.make_area("HX")
    unit, coordinator = factories.make_unit(area), factories.make_actor(Role.COORDINATOR, area)
    batch = stock.add_batch(actor=coordinator, unit_id=unit.id, count=800, now=NOW)
    numbers = stock.list_numbers(batch.id)
    assert len(set(numbers)) == 800
    for number in numbers:
        assert len(number) == 11 and number.startswith("HX") and mod_37_36.is_valid(number)
        assert not LOOK_ALIKES & set(number), number
    assert len({number[-1] for number in numbers}) == 32, "every check symbol but the four look-alikes appears"


def test_a_number_that_exists_is_drawn_again():
    unit, coordinator = factories.make_unit(), factories.make_actor(Role.COORDINATOR)
    first = stock.add_batch(actor=coordinator, unit_id=unit.id, count=2, now=NOW, choose=choosing("AAAAAAA"))
    second = stock.add_batch(actor=coordinator, unit_id=unit.id, count=3, now=NOW, choose=choosing("AAAAAAA"))
    drawn = stock.list_numbers(first.id) + stock.list_numbers(second.id)
    assert len(drawn) == len(set(drawn)) == 5


def test_the_same_number_twice_in_one_draw_is_one_card():
    """The chooser says each number twice."""
    unit, coordinator = factories.make_unit(), factories.make_actor(Role.COORDINATOR)
    batch = stock.add_batch(actor=coordinator, unit_id=unit.id, count=4, now=NOW, choose=choosing("BBBBBBB", times=2))
    assert len(set(stock.list_numbers(batch.id))) == 4


@pytest.mark.parametrize("count", [0, -1, 2001])
def test_other_sizes_are_refused_and_leave_nothing(count):
    unit, coordinator = factories.make_unit(), factories.make_actor(Role.COORDINATOR)
    with pytest.raises(stock.BatchTooLarge):
        stock.add_batch(actor=coordinator, unit_id=unit.id, count=count, now=NOW)
    assert (count_of(Batch), count_of(Card), count_of(AuditEntry)) == (0, 0, 0)


def test_a_unit_of_another_area_is_like_one_that_does_not_exist():
    coordinator = factories.make_actor(Role.COORDINATOR)
    stranger = factories.make_unit(factories.make_area("HX"))
    for unit_id in (stranger.id, 10_000):
        with pytest.raises(NotFound):
            stock.add_batch(actor=coordinator, unit_id=unit_id, count=1, now=NOW)
    assert count_of(Card) == 0


@pytest.mark.parametrize("role", [Role.WORKER, Role.VENUE_MANAGER, Role.VIEWER, Role.ADMINISTRATOR])
def test_only_a_coordinator_prints(role):
    unit = factories.make_unit()
    actor = factories.make_actor(role, unit if role is Role.WORKER else None)
    with pytest.raises(NotFound):
        stock.add_batch(actor=actor, unit_id=unit.id, count=1, now=NOW)


def test_printing_is_written_down():
    unit, coordinator = factories.make_unit(), factories.make_actor(Role.COORDINATOR)
    batch = stock.add_batch(actor=coordinator, unit_id=unit.id, count=12, now=NOW)
    entry = db.session.scalars(sa.select(AuditEntry)).one()
    assert (entry.action, entry.user_id, entry.at) == ("stock.printed", coordinator.user_id, NOW)
    assert entry.detail == {"batch": batch.id, "unit": unit.id, "count": 12}


def test_list_says_what_is_left():
    unit, coordinator = factories.make_unit(), factories.make_actor(Role.COORDINATOR)
    batch = stock.add_batch(actor=coordinator, unit_id=unit.id, count=5, now=NOW)
    card = factories.make_issued_card(unit)
    community = stock.add_batch(actor=coordinator, unit_id=unit.id, count=3, kind=CardKind.COMMUNITY, now=NOW)
    factories.make_stock_cards(4, factories.make_unit(factories.make_area("HX")))
    rows = stock.list_batches(unit.area_id)
    assert [(row.batch.id, row.batch.unit.name_fi, row.printed, row.left) for row in rows] == [
        (community.id, unit.name_fi, 3, 3),
        (card.batch_id, unit.name_fi, 1, 0),
        (batch.id, unit.name_fi, 5, 5),
    ]
    assert stock.count_left(unit.id) == 5, "community cards are not handed out to clients"


def test_sheet_holds_the_cards_that_are_still_stock():
    area = factories.make_area(help_address="apu.example", help_phone="05 123")
    unit = factories.make_unit(area)
    cards = factories.make_stock_cards(3, unit, kind=CardKind.COMMUNITY)
    gone = factories.make_issued_card(unit)
    faces = stock.list_faces(db.session.get_one(Batch, cards[0].batch_id))
    assert [face.number for face in faces] == [card.number for card in cards]
    assert {(face.area_name, face.help_address, face.help_phone, face.community) for face in faces} == {
        (area.name_fi, "apu.example", "05 123", True)
    }
    assert stock.list_faces(db.session.get_one(Batch, gone.batch_id)) == []


def test_a_batch_of_another_area_is_not_found():
    batch_id = factories.make_stock_card().batch_id
    assert stock.get_batch(batch_id, actor=factories.make_actor(Role.COORDINATOR)).id == batch_id
    for actor in (factories.make_actor(Role.COORDINATOR, factories.make_area("HX")), factories.make_actor(Role.WORKER)):
        with pytest.raises(NotFound):
            stock.get_batch(batch_id, actor=actor)


def choosing(first: str, *, times: int = 1) -> Callable[[Sequence[str]], str]:
    """Return a chooser of symbols: `first` and each symbol in turn, every number said so many times."""
    symbols = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
    bodies = (first + last for last in symbols for _ in range(times))
    stream = itertools.chain.from_iterable(bodies)
    return lambda _symbols: next(stream)
