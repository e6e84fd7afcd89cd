"""Reading frozen cells: what a page gets, and each "no" with its reason."""

from datetime import UTC, date, datetime

import pytest

from kaikukortti.cube import freezing, reading, tables
from kaikukortti.cube.periods import Grain, parse
from kaikukortti.cube.reading import CrossingNotPublished, NetworkTooSmall, PeriodNotClosed
from kaikukortti.cube.tables import Measure
from kaikukortti.errors import NotFound
from kaikukortti.figuretable import Missing
from kaikukortti.rules.disclosure import Refusal
from tests import factories
from tests.cubeledger import Ledger
from tests.factories import ROUNDING_KEY

NOW = datetime(2026, 11, 20, tzinfo=UTC)


def network(cards, *, visitors=20):
    """Freeze a network of so many cards, some of which were used in August and September, and return its area's id."""
    ledger = Ledger()
    venue = factories.make_venue(ledger.area)
    for holder in ledger.cards(cards, first_on=date(2026, 8, 3))[:visitors]:
        for month in (8, 9):
            ledger.visit(holder, venue, date(2026, month, 10))
    ledger.save()
    freezing.freeze(now=NOW, secret=ROUNDING_KEY)
    return ledger.area.id


def read(area_id, code, *codes):
    """Return a table for periods by their codes."""
    return reading.read(area_id, code, periods=[parse(one) for one in codes])


def test_two_periods_side_by_side():
    area_id = network(100)
    cells = read(area_id, "uses", "2026-09", "2026-08")
    assert [at.code for at in cells.periods] == ["2026-08", "2026-09"]
    assert list(cells.classes) == ["category", "ticket"]
    assert len(cells.values) == 2 * 4 * 2 and (cells.as_of, cells.revision) == (NOW, 1)
    assert cells.values[("2026-08", "culture", "adults")] == 20
    assert cells.values[("2026-08", "sport", "adults")] is Missing.TOO_FEW_CARDS


def test_no_true_zero_is_told_from_under_five():
    area_id = network(100, visitors=20)
    values = read(area_id, "cards_by_age", "2026-Q3").values
    assert values[("2026-Q3", "35_44")] is Missing.UNDER_FIVE, "nobody"
    assert 0 not in values.values()


def test_frozen_periods_are_listed():
    area_id = network(40)
    months = reading.list_periods(area_id, Grain.MONTH)
    assert [(one.period.code, one.revision) for one in months] == [("2026-08", 1), ("2026-09", 1), ("2026-10", 0)]
    assert months[0].first_on == date(2026, 8, 1) and months[0].last_on == date(2026, 8, 31)
    assert not any(one.has_late for one in months)
    assert reading.list_periods(area_id + 1, Grain.MONTH) == []


def test_a_period_that_is_not_closed_says_when_it_comes_out():
    area_id = network(100)
    with pytest.raises(PeriodNotClosed) as refused:
        read(area_id, "cards_by_age", "2026-Q3", "2026-Q4")
    assert refused.value.code == "period_not_closed"
    assert refused.value.details == {"period": "2026-Q4", "published_on": date(2027, 1, 15)}


@pytest.mark.parametrize(("cards", "table", "fewest"), [(99, "cards_by_age", 100), (39, "uses_total", 40)])
def test_a_network_that_is_too_small_says_so(cards, table, fewest):
    area_id = network(cards)
    period = "2026-Q3" if table == "cards_by_age" else "2026-09"
    with pytest.raises(NetworkTooSmall) as refused:
        read(area_id, table, period)
    assert refused.value.details == {"fewest": fewest}, "how many there are is not said"
    assert reading.why_not(area_id, tables.BY_CODE[table].variables) is Refusal.NETWORK_TOO_SMALL


def test_the_smallest_network_has_one_rounded_total():
    area_id = network(39, visitors=12)
    assert read(area_id, "uses_all", "2026-Q3").values[("2026-Q3",)] in (20, 25)
    large = network_of_another_area(100)
    assert read(large, "uses_all", "2026-Q3").values == {("2026-Q3",): Missing.NOT_APPLICABLE}


def network_of_another_area(cards, *, area=None):
    """Freeze a second area and return its id."""
    ledger = Ledger(area=area or factories.make_area("HX"))
    ledger.cards(cards, first_on=date(2026, 8, 3))
    freezing.freeze(now=NOW, secret=ROUNDING_KEY)
    return ledger.area.id


def test_cells_of_another_area_are_not_read():
    far = factories.make_area("HX")
    area_id, other = network(100), network_of_another_area(100, area=far)
    assert read(other, "uses_total", "2026-09").values[("2026-09", "adults")] is Missing.TOO_FEW_CARDS
    assert read(area_id, "uses_total", "2026-09").values[("2026-09", "adults")] == 20
    assert "area:HX" in read(area_id, "cards_by_origin", "2026-Q3").classes["origin"]


@pytest.mark.parametrize(
    ("variables", "reason"),
    [
        (["unit", "age"], Refusal.UNIT_APART),
        (["unit"], Refusal.UNIT_APART),
        (["venue", "situation"], Refusal.VENUE_WITH_TRAIT),
        (["venue"], Refusal.NOT_AMONG_TABLES),
        (["age", "situation"], Refusal.NOT_AMONG_TABLES),
        (["age", "situation", "origin"], Refusal.TOO_MANY_VARIABLES),
        (["income"], Refusal.UNKNOWN_VARIABLE),
    ],
)
def test_a_forbidden_crossing_says_why(variables, reason):
    area_id = network(100, visitors=0)
    assert reading.why_not(area_id, variables) is reason
    with pytest.raises(CrossingNotPublished) as refused:
        reading.find_table(area_id, Measure.CARDS, variables, grain=Grain.QUARTER)
    assert refused.value.details == {"reason": reason}


def test_published_tables_are_found():
    area_id = network(100, visitors=0)
    for table in tables.TABLES:
        if table.measure is not Measure.CARDS or table.variables:
            assert reading.find_table(area_id, table.measure, table.variables, grain=table.grain) is table
        if table is not tables.USES_ALL:
            assert reading.why_not(area_id, table.variables) is None


@pytest.mark.parametrize(("code", "period"), [("shoes", "2026-09"), ("uses", "2026-Q3"), ("cards_by_age", "2026-09")])
def test_what_is_no_table_of_that_grain_is_not_found(code, period):
    with pytest.raises(NotFound):
        read(network(100, visitors=0), code, period)
    with pytest.raises(NotFound):
        read(1, "uses")
