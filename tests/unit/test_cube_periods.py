"""Months and quarters: where they begin, when they close, how they are named; and the classes of the cube."""

from datetime import UTC, date, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kaikukortti.cube import classes, periods
from kaikukortti.cube.periods import Grain

DAYS = st.dates(date(2015, 1, 1), date(2060, 12, 31))


@given(DAYS, st.sampled_from(Grain))
def test_a_day_lies_in_its_period_and_codes_lead_back(day, grain):
    found = periods.holding(day, grain)
    assert found.first_on <= day <= found.last_on
    assert periods.parse(found.code) == found
    assert found.next.previous == found and found.next.first_on > found.last_on


@pytest.mark.parametrize(
    ("code", "closes", "revised"),
    [
        ("2026-09", datetime(2026, 10, 14, 21, tzinfo=UTC), datetime(2026, 11, 14, 22, tzinfo=UTC)),
        ("2026-Q3", datetime(2026, 10, 14, 21, tzinfo=UTC), datetime(2026, 11, 14, 22, tzinfo=UTC)),
        ("2026-12", datetime(2027, 1, 14, 22, tzinfo=UTC), datetime(2027, 2, 14, 22, tzinfo=UTC)),
    ],
)
def test_closes_fourteen_and_forty_five_days_after_the_end(code, closes, revised):
    """Helsinki midnights: the first and the last hours of summer time are among them."""
    found = periods.parse(code)
    assert (found.closes_at(), found.closes_at(1)) == (closes, revised)
    assert found.revision_at(closes) == 0 and found.revision_at(revised) == 1
    assert found.revision_at(closes.replace(year=2025)) is None


@pytest.mark.parametrize(
    "text", ["", "2026", "2026-13", "2026-00", "2026-Q5", "2026-Q0", "26-10", "2026-10 ", "1999-01"]
)
def test_texts_that_are_no_period(text):
    with pytest.raises(ValueError, match="neither a month"):
        periods.parse(text)


def test_list_of_closed_periods():
    now = datetime(2026, 11, 22, tzinfo=UTC)
    codes = [at.code for at in periods.list_closed(date(2026, 8, 20), Grain.MONTH, now=now)]
    assert codes == ["2026-08", "2026-09", "2026-10"]
    assert [at.code for at in periods.list_closed(date(2026, 8, 20), Grain.QUARTER, now=now)] == ["2026-Q3"]


def test_classes():
    assert [classes.age_class(year, year=2026) for year in (2010, 2002, 2001, 1961, 1900, None)] == [
        *("under_25", "under_25", "25_34", "65_over", "65_over", "not_told")
    ]
    assert [classes.delay_class(days, is_late=False) for days in (-1, 0, 1, 2, 7, 8, 31, 32)] == [
        *("same_day", "same_day", "next_day", "within_week", "within_week", "within_month", "within_month", "longer")
    ]
    assert classes.delay_class(3, is_late=True) == "late"
    assert [classes.venues_class(venues) for venues in (1, 2, 3, 5, 6)] == [
        *("one", "two", "three_to_five", "three_to_five", "six_or_more")
    ]
    assert [classes.categories_class(number) for number in (1, 2)] == ["one", "two_or_more"]
    known = ("post:531",)
    assert [classes.residence_class(code, classes=known) for code in ("53100", "99999", None)] == [
        *("post:531", "elsewhere", "not_told")
    ]
