"""Limits of visits: the stretch that a day falls in, which limit is reached, on which days passes begin."""

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kaikukortti.rules import limit
from kaikukortti.rules.limit import Limit, LimitPer, Use
from kaikukortti.rules.programme import EventKind

DAYS = st.dates(date(2015, 1, 1), date(2099, 12, 31))
DAY = timedelta(days=1)
FRIDAY = date(2026, 11, 20)
COURSE, PASS = EventKind.COURSE, EventKind.PERIOD_PASS


@given(day=DAYS, per=st.sampled_from(LimitPer))
def test_stretches_part_the_calendar_without_a_gap(day, per):
    first_on, last_on = limit.stretch_of(day, per)
    assert first_on <= day <= last_on
    assert limit.stretch_of(first_on, per) == limit.stretch_of(last_on, per) == (first_on, last_on)
    assert limit.stretch_of(last_on + DAY, per)[0] == last_on + DAY
    assert limit.stretch_of(first_on - DAY, per)[1] == first_on - DAY


@given(day=DAYS)
def test_a_longer_stretch_holds_the_shorter(day):
    found = [limit.stretch_of(day, per) for per in LimitPer]
    for (first, last), (outer_first, outer_last) in zip(found, found[1:], strict=False):
        assert outer_first <= first and last <= outer_last


@pytest.mark.parametrize(
    ("day", "first_on", "last_on"),
    [
        (date(2026, 1, 1), date(2026, 1, 1), date(2026, 7, 31)),
        (date(2026, 7, 31), date(2026, 1, 1), date(2026, 7, 31)),
        (date(2026, 8, 1), date(2026, 8, 1), date(2026, 12, 31)),
        (date(2026, 12, 31), date(2026, 8, 1), date(2026, 12, 31)),
    ],
)
def test_the_terms(day, first_on, last_on):
    assert limit.stretch_of(day, LimitPer.TERM) == (first_on, last_on)


def test_the_month_of_a_leap_year():
    assert limit.stretch_of(date(2028, 2, 10), LimitPer.MONTH) == (date(2028, 2, 1), date(2028, 2, 29))


def test_a_limit_is_reached_when_nothing_is_left():
    monthly = Limit(LimitPer.MONTH, 2)
    uses = [Use(date(2026, 10, 31), 9), Use(date(2026, 11, 1), 1)]
    assert limit.find_reached([monthly], uses, day=FRIDAY) is None
    reached = limit.find_reached([monthly], [*uses, Use(date(2026, 11, 30), 1)], day=FRIDAY)
    assert reached is not None and (reached.used, reached.last_on) == (2, date(2026, 11, 30))


def test_of_several_the_one_that_lasts_longest_is_told():
    both = [Limit(LimitPer.YEAR, 1), Limit(LimitPer.DAY, 1), Limit(LimitPer.MONTH, 2)]
    reached = limit.find_reached(both, [Use(FRIDAY, 1)], day=FRIDAY)
    assert reached is not None and reached.limit.per is LimitPer.YEAR


def test_what_a_limit_is_about():
    every, courses, one = Limit(LimitPer.YEAR, 1), Limit(LimitPer.YEAR, 1, COURSE), Limit(LimitPer.YEAR, 1, None, 7)
    asked = [(None, None), (COURSE, 7), (COURSE, 8), (PASS, 9)]
    assert [[each.is_about(*what) for what in asked] for each in (every, courses, one)] == [
        [True, True, True, True],
        [False, True, True, False],
        [False, True, False, False],
    ]
    assert limit.find_reached([courses], [Use(FRIDAY, 5, PASS, 9), Use(FRIDAY, 5)], day=FRIDAY) is None


@given(days=st.lists(st.dates(date(2026, 1, 1), date(2027, 12, 31)), max_size=30), lasts=st.integers(1, 90))
def test_passes_cover_every_visit_and_do_not_overlap(days, lasts):
    begun = limit.passes_begun(days, lasts)
    assert begun == sorted(set(begun)) and set(begun) <= set(days)
    for day in days:
        assert sum(first <= day <= limit.pass_ends(first, lasts) for first in begun) == 1
    assert all(later > limit.pass_ends(first, lasts) for first, later in zip(begun, begun[1:], strict=False))
