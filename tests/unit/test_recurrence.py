"""Series of dates: as dateutil reads the rules, on Helsinki's clock, over both changes of the clock."""

from datetime import UTC, date, datetime, time, timedelta

import pytest
from dateutil import tz
from dateutil.rrule import rrulestr
from hypothesis import given
from hypothesis import strategies as st

from kaikukortti.rules import recurrence
from kaikukortti.rules.recurrence import Hours, Pace, Recurrence, SeriesEmpty, SeriesTooLong

HELSINKI = tz.gettz("Europe/Helsinki")
EVENING = Hours(time(19), time(21, 30))
FORWARD, BACK = date(2027, 3, 28), date(2026, 10, 25)


def starts(wanted: Recurrence) -> list[datetime]:
    return [slot.starts_at for slot in recurrence.expand(wanted).slots]


@given(
    first_on=st.dates(date(2026, 9, 1), date(2027, 4, 30)),
    weeks=st.integers(1, 45),
    weekdays=st.sets(st.integers(0, 6), min_size=1),
    clock_time=st.times().map(lambda at: at.replace(second=0, microsecond=0)),
    pace=st.sampled_from(Pace),
)
def test_a_series_is_what_dateutil_makes_of_its_rule(first_on, weeks, weekdays, clock_time, pace):
    until_on = first_on + timedelta(weeks=weeks)
    wanted = Recurrence(dict.fromkeys(weekdays, Hours(clock_time)), first_on, until_on, pace)
    rules = list(recurrence.rules_of(wanted).values())
    assert len(rules) == 1, "one rule for all days with the same hours"
    until = datetime.combine(until_on, time(23, 59), tzinfo=HELSINKI).astimezone(UTC)
    zoned = rules[0].rpartition("UNTIL=")[0] + f"UNTIL={until:%Y%m%dT%H%M%SZ}"
    wall = list(rrulestr(zoned, dtstart=datetime.combine(first_on, clock_time, tzinfo=HELSINKI)))
    try:
        found = recurrence.expand(wanted)
    except SeriesEmpty:
        assert not [at for at in wall if tz.datetime_exists(at)]
        return
    assert [slot.starts_at for slot in found.slots] == [at.astimezone(UTC) for at in wall if tz.datetime_exists(at)]
    assert list(found.skipped) == [at.date() for at in wall if not tz.datetime_exists(at)]


def test_seven_o_clock_stays_seven_o_clock():
    over_both = Recurrence({6: EVENING}, date(2026, 10, 18), date(2026, 11, 1))
    assert [at.hour for at in starts(over_both)] == [16, 17, 17], "UTC, before and after 25 October"
    spring = Recurrence({6: EVENING}, date(2027, 3, 21), date(2027, 4, 4))
    assert [at.hour for at in starts(spring)] == [17, 16, 16]


def test_the_hour_that_does_not_exist_is_left_out_and_told():
    night = Recurrence({6: Hours(time(3, 30))}, date(2027, 3, 21), date(2027, 4, 4))
    found = recurrence.expand(night)
    assert [slot.starts_at.date() for slot in found.slots] == [date(2027, 3, 21), date(2027, 4, 4)]
    assert found.skipped == (FORWARD,)
    with pytest.raises(SeriesEmpty):
        recurrence.expand(Recurrence({6: Hours(time(3, 30))}, FORWARD, FORWARD))


def test_an_end_that_does_not_exist_is_left_out_too():
    found = recurrence.expand(Recurrence({5: Hours(time(22), time(3, 30))}, FORWARD - timedelta(8), FORWARD))
    assert found.skipped == (FORWARD - timedelta(1),)


def test_the_hour_that_comes_twice_is_the_first_of_the_two():
    night = Recurrence({6: Hours(time(3, 30))}, BACK, BACK)
    assert starts(night) == [datetime(2026, 10, 25, 0, 30, tzinfo=UTC)]


def test_days_are_left_out():
    first = date(2026, 12, 1)
    wanted = Recurrence({1: EVENING, 3: EVENING}, first, date(2026, 12, 31), left_out={date(2026, 12, 24)})
    days = [at.date().day for at in starts(wanted)]
    assert days == [1, 3, 8, 10, 15, 17, 22, 29, 31]


def test_every_second_week_keeps_the_weeks_of_its_first_day():
    wanted = Recurrence({0: EVENING, 4: EVENING}, date(2026, 12, 4), date(2026, 12, 31), Pace.FORTNIGHTLY)
    assert [at.date().day for at in starts(wanted)] == [4, 14, 18, 28], "Friday 4; the weeks of 14 and 28"


@pytest.mark.parametrize(
    ("first_on", "days"),
    [
        (date(2026, 12, 8), [date(2026, 12, 8), date(2027, 1, 12), date(2027, 2, 9)]),  # the second Tuesday
        (date(2026, 12, 29), [date(2026, 12, 29), date(2027, 1, 26), date(2027, 2, 23)]),  # the fifth is the last
    ],
)
def test_every_month_in_the_same_week(first_on, days):
    wanted = Recurrence({1: EVENING}, first_on, date(2027, 2, 28), Pace.MONTHLY)
    assert [at.date() for at in starts(wanted)] == days


def test_opening_hours_differ_by_weekday():
    hours = {weekday: Hours(time(10), time(18)) for weekday in range(1, 5)} | {5: Hours(time(11), time(16))}
    found = recurrence.expand(Recurrence(hours, date(2026, 11, 30), date(2026, 12, 6)))
    local = [(slot.starts_at.hour + 2, slot.ends_at.hour + 2) for slot in found.slots if slot.ends_at]
    assert local == [(10, 18)] * 4 + [(11, 16)], "closed on Sunday and Monday"


def test_a_series_has_at_most_four_hundred_dates():
    daily = dict.fromkeys(range(7), EVENING)
    first = date(2026, 12, 1)
    assert len(starts(Recurrence(daily, first, first + timedelta(399)))) == 400
    for last in (first + timedelta(400), date(2199, 12, 31)):
        with pytest.raises(SeriesTooLong) as refused:
            recurrence.expand(Recurrence(daily, first, last))
        assert refused.value.details == {"most": 400}
    left_out = {first}
    assert len(starts(Recurrence(daily, first, first + timedelta(400), left_out=left_out))) == 400


@pytest.mark.parametrize("until_on", [date(2026, 11, 30), date(2026, 12, 2)])
def test_a_series_without_a_day_is_refused(until_on):
    with pytest.raises(SeriesEmpty):
        recurrence.expand(Recurrence({4: EVENING}, date(2026, 12, 1), until_on))
