"""Days and months in Helsinki time, at their edges."""

from datetime import UTC, date, datetime, time, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kaikukortti.rules import period


@pytest.mark.parametrize(
    ("moment", "day"),
    [
        (datetime(2026, 11, 20, 21, 59, tzinfo=UTC), date(2026, 11, 20)),  # 23.59 in Helsinki
        (datetime(2026, 11, 20, 22, 1, tzinfo=UTC), date(2026, 11, 21)),  # 00.01
        (datetime(2026, 6, 20, 20, 59, tzinfo=UTC), date(2026, 6, 20)),  # summer time
        (datetime(2026, 6, 20, 21, 0, tzinfo=UTC), date(2026, 6, 21)),
    ],
)
def test_a_day_is_a_helsinki_day(moment: datetime, day: date) -> None:
    assert period.day_of(moment) == day


def test_the_hour_that_summer_time_skips_does_not_exist() -> None:
    with pytest.raises(ValueError):
        period.moment_of(date(2026, 3, 29), time(3, 30))
    assert period.moment_of(date(2026, 3, 29), time(4, 0)) == datetime(2026, 3, 29, 1, tzinfo=UTC)


@given(st.dates(date(1990, 1, 1), date(2060, 1, 1)), st.integers(0, 120))
def test_months_later_is_the_same_day_or_the_last(day: date, months: int) -> None:
    later = period.add_months(day, months)
    assert (later.year * 12 + later.month) - (day.year * 12 + day.month) == months
    assert later.day == min(day.day, period.days_in_month(later))


def test_months_of_a_span_include_both_ends() -> None:
    assert period.months_of(date(2025, 11, 30), date(2026, 2, 1)) == [(2025, 11), (2025, 12), (2026, 1), (2026, 2)]
    assert period.months_of(date(2026, 2, 1), date(2026, 2, 1)) == [(2026, 2)]


@pytest.mark.parametrize("day", [date(2026, 3, 29), date(2026, 10, 25), date(2026, 12, 31)])
def test_last_moment_of_a_day_is_just_before_the_next(day: date) -> None:
    last = period.last_moment_of(day)
    assert period.day_of(last) == day and period.day_of(last + timedelta(microseconds=1)) == day + timedelta(days=1)


def test_an_evening_that_ends_in_the_small_hours_ends_the_next_day() -> None:
    friday, saturday = date(2026, 12, 4), date(2026, 12, 5)
    assert period.last_day_of(friday, time(21), time(0, 30)) == saturday
    assert period.last_day_of(friday, time(21), time(6)) == saturday
    assert period.last_day_of(friday, time(21), time(6, 1)) == friday, "a slip: the end is before the start"
    assert period.last_day_of(friday, time(3), time(5)) == friday
