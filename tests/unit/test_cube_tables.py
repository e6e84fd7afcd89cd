"""The fixed set of tables: few variables, no unit, no venue; and one fact in at most four cells (S8), counted."""

import itertools
import random
from datetime import UTC, datetime, timedelta

import pytest

from kaikukortti.cube import counting, tables
from kaikukortti.cube.ledger import Holder, Visit
from kaikukortti.cube.periods import Grain, parse
from kaikukortti.profiles import LifeSituation
from kaikukortti.rules import disclosure
from kaikukortti.rules.disclosure import NetworkSize
from kaikukortti.rules.programme import Category

QUARTER = parse("2026-Q3")
FIRST_AT = datetime(2026, 7, 1, 15, tzinfo=UTC)


def visits_of(chance, cards=130):
    """Return the visits of a made-up quarter, by line; some venues have events of several categories."""
    made = []
    for place in range(cards):
        line = f"{chance.getrandbits(128):032x}"
        told = (1940 + chance.randrange(68), f"53{chance.randrange(3)}00", chance.choice([*LifeSituation, None]))
        for _ in range(chance.choice([1, 1, 2, 3, 8])):
            day = FIRST_AT + timedelta(days=chance.randrange(90))
            goal = (chance.randrange(6), chance.choice(list(Category)).value, 1, chance.choice([0, 0, 1, 2]))
            made.append(Visit(line, False, 1 + place % 2, *goal, day.date(), day, False, True, *told))
    return made


def count(visits):
    """Return the cells of the quarter, before rounding."""
    lines = sorted({visit.line for visit in visits})
    ordered = sorted(visits, key=lambda visit: visit.line)
    holders = [Holder(line, "53100") for line in lines]
    prefixes = {1: "EK", 2: "HX"}
    return counting.count(QUARTER, holders=holders, visits=ordered, area_id=1, prefixes=prefixes).cells


def test_one_fact_lies_in_four_cells_at_most():
    """S8: take the whole of one card at one venue in the quarter out, and see in how many cells it had been."""
    visits = visits_of(random.Random(8))
    facts = sorted({(visit.line, visit.venue_id) for visit in visits})
    worst = 0
    for line, venue_id in facts:
        mine = [visit for visit in visits if (visit.line, visit.venue_id) == (line, venue_id)]
        alone = count([*mine, *(visit for visit in visits if visit.line != line)])
        without = count([visit for visit in visits if visit.line != line])
        lies_in = [
            (code, key)
            for code, cells in alone.items()
            if code != tables.CARDS_VALID.code
            for key, cell in cells.items()
            if cell != without[code].get(key)
        ]
        worst = max(worst, len(lies_in))
    assert worst == disclosure.MOST_CELLS_OF_FACT == 4


def test_quarters_hold_four_tables_of_one_cell_each():
    """The same by construction: four tables, in each of which a line of cards adds to exactly one cell."""
    for size in NetworkSize:
        found = [table for table in tables.TABLES if table.grain is Grain.QUARTER and size in table.sizes]
        assert len(found) <= disclosure.MOST_CELLS_OF_FACT, size
    counted = count(visits_of(random.Random(9)))
    for code, cells in counted.items():
        assert sum(cell.cards for cell in cells.values()) == 130, code


def test_months_hold_no_trait():
    for table in tables.TABLES:
        traits = {tables.AGE, tables.SITUATION, tables.ORIGIN, tables.VENUES, tables.CATEGORIES}
        assert table.grain is Grain.QUARTER or not traits & set(table.variables), table.code


def test_every_table_keeps_the_rules():
    for table in tables.TABLES:
        assert len(table.variables) <= 2 and not {"unit", "venue", "event"} & set(table.variables), table.code
        assert disclosure.why_never(table.variables, known=tables.VARIABLES) is None
        assert table.measure is not tables.Measure.CARDS or table.code.startswith(("cards", "first"))
    assert len(tables.BY_CODE) == len(tables.TABLES)


@pytest.mark.parametrize(("size", "grain"), list(itertools.product(NetworkSize, Grain)))
def test_small_networks_have_few_tables(size, grain):
    codes = {table.code for table in tables.TABLES if size in table.sizes and table.grain is grain}
    if size is NetworkSize.ONE_TOTAL:
        assert codes == ({"uses_all"} if grain is Grain.QUARTER else set())
    if size is NetworkSize.TOTALS:
        assert codes <= {"uses_total", "cards_valid", "cards_in_use", "first_visits"}


def test_same_cards_give_the_same_number_in_every_table_and_period():
    """S6, through the whole counting: all cards are students, so two tables and two quarters hold one set."""
    chance = random.Random(3)
    lines = [f"{chance.getrandbits(128):032x}" for _ in range(103)]
    for at in (QUARTER, QUARTER.next):
        day = at.first_on
        moment = datetime(day.year, day.month, 1, 15, tzinfo=UTC)
        visits = [
            Visit(line, False, 1, 1, "culture", 1, 0, day, moment, False, True, 2003, "53100", "student")
            for line in sorted(lines)
        ]
        holders = [Holder(line, "53100") for line in sorted(lines)]
        counted = counting.count(at, holders=holders, visits=visits, area_id=1, prefixes={1: "EK"})
        shown = counting.publish(counted, secret=b"k" * 32)
        numbers = {number for cells in shown.values() for number in cells.values()}
        assert len(numbers) == 1 and numbers <= {100, 105}, shown
