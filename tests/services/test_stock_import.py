"""Codes printed elsewhere become stock: a plan changes nothing, a run does what the plan said, all of it or nothing."""

import random

import hypothesis
import pytest
import sqlalchemy as sa
from hypothesis import strategies as st

from kaikukortti import audit, cardregister, cards, issuing, stock, stockimport
from kaikukortti.db import db
from kaikukortti.errors import NotFound
from kaikukortti.models.cards import Batch, BatchSource, Card, CardEvent
from kaikukortti.models.network import Unit
from kaikukortti.models.trail import AuditEntry
from kaikukortti.rules import number
from kaikukortti.rules.access import Actor, Role
from kaikukortti.rules.card import CardKind, State
from kaikukortti.stockcodes import Line, Problem, Sheet
from kaikukortti.stockimport import ImportRefused, Plan, Taken
from tests import factories
from tests.factories import NOW, TODAY
from venues import lookup

PERSONAL, COMMUNITY = CardKind.PERSONAL, CardKind.COMMUNITY
MASKS = "AAA9999 99999999"


@pytest.fixture
def unit() -> Unit:
    return factories.make_unit(factories.make_area(legacy_masks=MASKS))


@pytest.fixture
def coordinator(unit) -> Actor:
    return factories.make_actor(Role.COORDINATOR)


def sheet_of(*texts: str, kind: CardKind = PERSONAL, problems: tuple[Problem, ...] = ()) -> Sheet:
    return Sheet(tuple(Line(row, text, kind) for row, text in enumerate(texts, 2)), problems)


def everything() -> list[object]:
    """Return all that an import may touch; audit entries apart."""
    tables = (Batch, Card, CardEvent)
    return [db.session.execute(sa.select(table.__table__).order_by(table.id)).all() for table in tables]


def kinds() -> set[tuple[str, CardKind]]:
    return {(code, kind) for code, kind in db.session.execute(sa.select(Card.number, Card.kind))}


def actions() -> list[str]:
    return list(db.session.scalars(sa.select(AuditEntry.action).order_by(AuditEntry.id)))


def numbers_of(count: int, seed: int = 7) -> list[str]:
    chance = random.Random(seed)
    return [number.make("EK", chance.choice) for _ in range(count)]


def test_codes_become_stock_of_the_unit(unit, coordinator):
    new = numbers_of(3)
    lines = (Line(2, new[0]), Line(3, f" {new[1].lower()} ", COMMUNITY), Line(4, new[2]))
    taken = stockimport.run(Sheet(lines), unit_id=unit.id, actor=coordinator, now=NOW)
    assert (taken.added, taken.here, len(taken.batch_ids)) == (3, 0, 2)
    batches = [db.session.get_one(Batch, batch_id) for batch_id in taken.batch_ids]
    assert [(batch.kind, batch.source, batch.unit_id, batch.created_at) for batch in batches] == [
        (PERSONAL, BatchSource.IMPORTED, unit.id, NOW),
        (COMMUNITY, BatchSource.IMPORTED, unit.id, NOW),
    ]
    assert [stock.list_numbers(batch.id) for batch in batches] == [[new[0], new[2]], [new[1]]]
    found = db.session.scalars(sa.select(Card)).all()
    assert {(card.unit_id, card.state, card.line, card.n) for card in found} == {(unit.id, State.STOCK, None, None)}
    assert len({card.ref for card in found}) == 3
    entry = db.session.scalars(sa.select(AuditEntry)).one()
    detail = {"unit": unit.id, "batches": list(taken.batch_ids), "count": 3, "here": 0}
    assert (entry.action, entry.user_id, entry.detail) == ("stock.imported", coordinator.user_id, detail)


def test_a_plan_changes_nothing_and_is_written_down_as_a_look(unit, coordinator):
    factories.make_stock_cards(2, unit)
    before = everything()
    planned = stockimport.plan(sheet_of(*numbers_of(2), "x"), unit_id=unit.id, actor=coordinator, now=NOW)
    assert (len(planned.new), planned.here, planned.problems) == (2, 0, (Problem("shape", 4, "A", "x"),))
    assert everything() == before
    entry = db.session.scalars(sa.select(AuditEntry)).one()
    assert entry.detail == {"unit": unit.id, "new": 2, "here": 0, "problems": 1}


def test_the_same_codes_again_change_nothing(unit, coordinator):
    sheet = sheet_of(*numbers_of(5))
    stockimport.run(sheet, unit_id=unit.id, actor=coordinator, now=NOW)
    before, written = everything(), actions()
    assert stockimport.run(sheet, unit_id=unit.id, actor=coordinator, now=NOW) == Taken((), 0, 5)
    assert (everything(), actions()) == (before, written)
    assert stockimport.plan(sheet, unit_id=unit.id, actor=coordinator, now=NOW) == Plan((), 5, ())


def test_a_longer_list_adds_what_is_new(unit, coordinator):
    codes = numbers_of(6)
    stockimport.run(sheet_of(*codes[:4]), unit_id=unit.id, actor=coordinator, now=NOW)
    taken = stockimport.run(sheet_of(*codes), unit_id=unit.id, actor=coordinator, now=NOW)
    assert (taken.added, taken.here) == (2, 4)
    assert stock.count_left(unit.id) == 6


def test_each_clash_with_the_register_is_told_by_its_row(unit, coordinator):
    mine, community = factories.make_stock_card(unit), factories.make_stock_card(unit, kind=COMMUNITY)
    gone = factories.make_stock_card(unit)
    gone.state = State.DESTROYED
    db.session.commit()
    others = factories.make_stock_card(factories.make_unit())
    issued = factories.make_issued_card(unit)
    elsewhere = factories.make_stock_card(factories.make_unit(factories.make_area("HX")))
    cards_of = (mine, community, gone, others, issued, elsewhere)
    new = numbers_of(1)[0]
    sheet = sheet_of(*(card.number for card in cards_of), new, new.lower(), "oops", problems=(Problem("kind", 1, "B"),))
    planned = stockimport.plan(sheet, unit_id=unit.id, actor=coordinator, now=NOW)
    assert [(problem.row, problem.code, problem.other_row) for problem in planned.problems] == [
        (1, "kind", 0),
        (3, "other_kind", 0),
        (4, "destroyed", 0),
        (5, "other_unit", 0),
        (6, "handed_out", 0),
        (7, "other_area", 0),
        (9, "twice", 8),
        (10, "shape", 0),
    ]
    assert (len(planned.new), planned.here) == (1, 1)


@pytest.mark.parametrize("bad", ["EK3F8M2X9TT", "KAI-12345", ""])
def test_one_problem_refuses_the_whole_file(unit, coordinator, bad):
    before = everything()
    with pytest.raises(ImportRefused) as caught:
        stockimport.run(sheet_of(*numbers_of(50), bad), unit_id=unit.id, actor=coordinator, now=NOW)
    assert [problem.row for problem in caught.value.problems] == [52]
    assert (everything(), actions()) == (before, [])


def test_a_code_of_earlier_days_is_found_at_the_desk_and_at_the_door(unit, coordinator):
    stockimport.run(sheet_of("KOI-1234", "00123456"), unit_id=unit.id, actor=coordinator, now=NOW)
    worker = factories.make_actor(Role.WORKER, unit)
    for typed in ("koi 1234", "KOI-1234", "KO11234"):
        card = issuing.check_stock(typed, actor=worker, today=TODAY, now=NOW)
        assert card.number == "KO11234" and not card.is_other_units
        found = lookup.find_card(code=typed, ref=None)
        assert found is not None and (found.number, found.state) == ("KO11234", State.STOCK)
    answers = issuing.Answers(1980, "53100", 0)
    issued = issuing.register(
        "KOI-1234", actor=worker, answers=answers, is_eligible=True, accepts_other_unit=False, now=NOW
    )
    assert cards.find("koi-1234", actor=worker, now=NOW) == issued.id


def test_a_code_in_the_shape_of_earlier_days_that_nobody_has_is_unknown(unit):
    worker = factories.make_actor(Role.WORKER, unit)
    with pytest.raises(cardregister.NumberUnknown):
        issuing.check_stock("KAI-9999", actor=worker, today=TODAY, now=NOW)
    for text in ("KAI-99999", "EK3F8M2X9TT", "131052-308T"):
        with pytest.raises(cardregister.NumberMalformed):
            issuing.check_stock(text, actor=worker, today=TODAY, now=NOW)


def test_a_card_whose_mask_was_taken_back_is_found_all_the_same(unit, coordinator):
    stockimport.run(sheet_of("KAI-1234"), unit_id=unit.id, actor=coordinator, now=NOW)
    unit.area.legacy_masks = ""
    db.session.commit()
    worker = factories.make_actor(Role.WORKER, unit)
    assert issuing.check_stock("kai1234", actor=worker, today=TODAY, now=NOW).number == "KA11234"


@pytest.mark.parametrize("role", [Role.WORKER, Role.VENUE_MANAGER, Role.VIEWER, Role.ADMINISTRATOR, Role.COORDINATOR])
def test_only_the_areas_coordinator_takes_in_codes(unit, role):
    home = unit if role is Role.WORKER else factories.make_area("HX") if role is Role.COORDINATOR else None
    actor = factories.make_actor(role, home)
    for use_case in (stockimport.plan, stockimport.run):
        for unit_id in (unit.id, 10_000):
            with pytest.raises(NotFound):
                use_case(sheet_of(*numbers_of(1)), unit_id=unit_id, actor=actor, now=NOW)
    assert everything() == [[], [], []]


@pytest.mark.parametrize("broken", ["record", "second batch"])
def test_a_fault_in_the_middle_leaves_nothing(unit, coordinator, monkeypatch, broken):
    """The first batch is written already when the second, or the entry in the log, fails."""

    def fail(*_args, **_kwargs):
        raise OSError("the disk is full")

    if broken == "record":
        monkeypatch.setattr(audit, "record", fail)
    else:
        whole = stockimport._add_batch

        def add(unit, kind, cards, now):
            return whole(unit, kind, cards, now) if kind is PERSONAL else fail()

        monkeypatch.setattr(stockimport, "_add_batch", add)
    lines = tuple(Line(row, code, (PERSONAL, COMMUNITY)[row % 2]) for row, code in enumerate(numbers_of(40)))
    before = everything()
    with pytest.raises(OSError):
        stockimport.run(Sheet(lines), unit_id=unit.id, actor=coordinator, now=NOW)
    db.session.rollback()
    assert (everything(), actions()) == (before, [])


def test_a_code_that_somebody_took_in_meanwhile_stops_the_whole_run(unit, coordinator, monkeypatch):
    """The other one comes between the look and the writing, as another process might."""
    code = numbers_of(1)[0]
    other = factories.make_unit()
    seen = stockimport._find_cards

    def find_and_be_overtaken(numbers):
        found = list(seen(numbers))
        batch = Batch(area_id=other.area_id, unit_id=other.id, kind=PERSONAL, created_at=NOW)
        db.session.add(batch)
        db.session.flush()
        db.session.add(Card(number=code, batch_id=batch.id, kind=PERSONAL, unit_id=other.id))
        return iter(found)

    monkeypatch.setattr(stockimport, "_find_cards", find_and_be_overtaken)
    with pytest.raises(stockimport.ImportOvertaken):
        stockimport.run(sheet_of(*numbers_of(9, seed=8), code), unit_id=unit.id, actor=coordinator, now=NOW)
    assert everything() == [[], [], []]


CODE = st.sampled_from([*numbers_of(4, seed=3), "KAI-1234", "KAI 1234", "12345678", "EK3F8M2X9TT", "x", "HX12"])
KIND = st.sampled_from([PERSONAL, COMMUNITY])


@pytest.mark.parametrize("seed", range(3))
def test_a_run_does_exactly_what_the_plan_said(unit, coordinator, seed):
    """Whatever register and file hold: the plan has problems and nothing changes, or its cards are there."""
    factories.make_stock_card(unit)

    @hypothesis.seed(seed)
    @hypothesis.settings(max_examples=25, derandomize=False)
    @hypothesis.given(st.lists(st.tuples(CODE, KIND), max_size=6))
    def check(codes: list[tuple[str, CardKind]]) -> None:
        sheet = Sheet(tuple(Line(row, code, kind) for row, (code, kind) in enumerate(codes, 1)))
        planned = stockimport.plan(sheet, unit_id=unit.id, actor=coordinator, now=NOW)
        before = everything()
        known = kinds()
        try:
            taken = stockimport.run(sheet, unit_id=unit.id, actor=coordinator, now=NOW)
        except ImportRefused as refused:
            assert refused.problems == planned.problems and everything() == before
            return
        assert not planned.problems and (taken.added, taken.here) == (len(planned.new), planned.here)
        now_known = kinds()
        assert now_known - known == {(card.number, card.kind) for card in planned.new} and known <= now_known

    check()
