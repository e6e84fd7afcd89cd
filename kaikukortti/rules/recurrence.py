"""Series of dates by RFC 5545 rules, on Helsinki's clock: 19.00 stays 19.00 when summer time begins or ends."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import date, datetime, time
from enum import StrEnum
from itertools import islice

from dateutil.rrule import rrulestr

from kaikukortti.errors import DomainError
from kaikukortti.rules import period

MOST_DATES = 400
_DAYS = ("MO", "TU", "WE", "TH", "FR", "SA", "SU")
_LAST_WEEK = 5  # not every month has a fifth one, so the fifth means the last


class SeriesTooLong(DomainError):
    """A series would have more than MOST_DATES dates; details hold `most`."""

    code = "series_too_long"


class SeriesEmpty(DomainError):
    """No day fits the series."""

    code = "series_empty"


class Pace(StrEnum):
    """How often a series comes back."""

    WEEKLY = "weekly"
    FORTNIGHTLY = "fortnightly"
    MONTHLY = "monthly"


@dataclass(frozen=True)
class Hours:
    """Start and end on Helsinki's clock; an end in the small hours is that of the night which follows."""

    starts: time
    ends: time | None = None


@dataclass(frozen=True)
class Recurrence:
    """The hours by weekday (0 is Monday), from a first to a last day, both included, without the days left out."""

    hours: Mapping[int, Hours]
    first_on: date
    until_on: date
    pace: Pace = Pace.WEEKLY
    left_out: Collection[date] = ()


@dataclass(frozen=True)
class Slot:
    """Start and end of one date, in UTC; the end may be open."""

    starts_at: datetime
    ends_at: datetime | None = None


@dataclass(frozen=True)
class Expanded:
    """The dates of a series in order, and the days on which its hour does not exist: the clocks go forward then."""

    slots: tuple[Slot, ...]
    skipped: tuple[date, ...] = ()


def rules_of(recurrence: Recurrence) -> dict[Hours, str]:
    """Return the RFC 5545 rule of the days that share hours, by these hours."""
    by_hours: dict[Hours, list[int]] = {}
    for weekday in sorted(recurrence.hours):
        by_hours.setdefault(recurrence.hours[weekday], []).append(weekday)
    return {hours: _rule(recurrence, weekdays) for hours, weekdays in by_hours.items()}


def expand(recurrence: Recurrence) -> Expanded:
    """Return the dates of a series. Raises SeriesTooLong, SeriesEmpty.

    An hour that comes twice in October is the first of the two.
    """
    slots: list[Slot] = []
    skipped: list[date] = []
    for hours, rule in rules_of(recurrence).items():
        for day in _days(rule, datetime.combine(recurrence.first_on, hours.starts)):
            if day in recurrence.left_out:
                continue
            try:
                slots.append(slot_on(day, hours))
            except ValueError:
                skipped.append(day)
    if len(slots) > MOST_DATES:
        raise SeriesTooLong(most=MOST_DATES)
    if not slots:
        raise SeriesEmpty()
    return Expanded(tuple(sorted(slots, key=lambda slot: slot.starts_at)), tuple(sorted(skipped)))


def slot_on(day: date, hours: Hours) -> Slot:
    """Return start and end on a day. Raises ValueError for an hour that summer time skips in March."""
    starts_at = period.moment_of(day, hours.starts)
    if hours.ends is None:
        return Slot(starts_at)
    return Slot(starts_at, period.moment_of(period.last_day_of(day, hours.starts, hours.ends), hours.ends))


def _rule(recurrence: Recurrence, weekdays: list[int]) -> str:
    days = [_DAYS[weekday] for weekday in weekdays]
    until = f"UNTIL={recurrence.until_on:%Y%m%d}T235959"
    if recurrence.pace is Pace.MONTHLY:
        week = (recurrence.first_on.day - 1) // 7 + 1
        place = -1 if week == _LAST_WEEK else week
        return f"FREQ=MONTHLY;BYDAY={','.join(f'{place:+d}{day}' for day in days)};{until}"
    weeks = 2 if recurrence.pace is Pace.FORTNIGHTLY else 1
    return f"FREQ=WEEKLY;INTERVAL={weeks};WKST=MO;BYDAY={','.join(days)};{until}"


def _days(rule: str, start: datetime) -> list[date]:
    """Return the days of a rule whose clock is Helsinki's. Raises SeriesTooLong, before a long one takes long."""
    found = [moment.date() for moment in islice(rrulestr(rule, dtstart=start), MOST_DATES * 2 + 1)]
    if len(found) > MOST_DATES * 2:  # half may still be left out
        raise SeriesTooLong(most=MOST_DATES)
    return found


def shifted(slot: Slot, moment: datetime | None, to: Slot) -> datetime | None:
    """Return where a moment near one date lies for another date: as long before or after the start."""
    return None if moment is None else to.starts_at + (moment - slot.starts_at)
