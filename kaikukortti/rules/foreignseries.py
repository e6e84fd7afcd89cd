"""Series of dates as other calendars write them: RFC 5545 rules, extra dates and exceptions, in any time zone.

The ceilings are those of `recurrence`. What is expanded is bounded before it is counted, whatever a rule says.
"""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta, tzinfo
from itertools import islice

from dateutil.rrule import rrulestr

from kaikukortti.errors import DomainError
from kaikukortti.rules.recurrence import MOST_DATES, SeriesEmpty, SeriesTooLong, Slot

PACES = ("DAILY", "WEEKLY", "MONTHLY", "YEARLY")
FIRST_YEAR = 1970
# dateutil looks for dates until Python's calendar ends in 9999, for seconds where a rule has none. The calendar repeats
# every 400 years, so rules are followed where that end is near.
NEAR_THE_END = 19 * 400
MOST_STEPS = 5000


class SeriesUnreadable(DomainError):
    """A rule is none that is understood here, or comes back within a day."""

    code = "series_unreadable"


class SeriesEndless(DomainError):
    """A series goes on for ever, or past the last day on which a date may be planned."""

    code = "series_endless"


@dataclass(frozen=True)
class Series:
    """A first date on the wall clock of a zone, and what repeats it. `rule` is RFC 5545 text without COUNT and UNTIL,
    which are `count` and `until`, the latter on the same clock. `left_out` are moments or whole days.
    """

    starts: datetime
    zone: tzinfo
    length: timedelta | None = None
    rule: str = ""
    count: int | None = None
    until: datetime | None = None
    extra: Sequence[tuple[datetime, timedelta | None]] = ()
    left_out: Collection[datetime | date] = ()


@dataclass(frozen=True)
class Found:
    """The dates from a first day on, in order; `skipped` are days whose hour does not exist, `past` counts those
    before.
    """

    slots: tuple[Slot, ...]
    skipped: tuple[date, ...] = ()
    past: int = 0


def expand(series: Series, *, from_on: date, last_on: date) -> Found:
    """Return the dates of a series from a day on. Raises SeriesTooLong, SeriesEndless, SeriesEmpty, SeriesUnreadable.

    An hour that comes twice in October is the first of the two, as the standard has it.
    """
    walls = {wall: series.length for wall in _walls(series, last_on)} if series.rule else {series.starts: series.length}
    walls |= {wall: length or series.length for wall, length in series.extra}
    kept = sorted(wall for wall in walls if wall not in series.left_out and wall.date() not in series.left_out)
    if not kept:
        raise SeriesEmpty()
    coming = [wall for wall in kept if wall.date() >= from_on]
    if len(coming) > MOST_DATES:
        raise SeriesTooLong(most=MOST_DATES)
    slots, skipped = [], []
    for wall in coming:
        starts_at = moment_of(wall, series.zone)
        if starts_at is None:
            skipped.append(wall.date())
            continue
        length = walls[wall]
        slots.append(Slot(starts_at, None if length is None else starts_at + length))
    return Found(tuple(slots), tuple(skipped), len(kept) - len(coming))


def moment_of(wall: datetime, zone: tzinfo) -> datetime | None:
    """Return the moment of a wall clock's time, None for the hour that a change of the clock leaves out."""
    moment = wall.replace(tzinfo=zone).astimezone(UTC)
    return moment if moment.astimezone(zone).replace(tzinfo=None, fold=0) == wall else None


def _walls(series: Series, last_on: date) -> list[datetime]:
    parts = dict(part.split("=", 1) for part in series.rule.upper().split(";") if "=" in part)
    if parts.get("FREQ") not in PACES or any(name in parts for name in ("BYSECOND", "BYMINUTE", "BYHOUR")):
        raise SeriesUnreadable()
    if series.count is None and series.until is None:
        raise SeriesEndless()
    if (series.count or 0) > MOST_STEPS or series.starts.year < FIRST_YEAR:
        raise SeriesTooLong(most=MOST_DATES)
    if series.starts.date() > last_on:
        raise SeriesEndless()
    # A year more than may be planned: what lies there shows that the series goes too far.
    ceiling = datetime.combine(last_on + timedelta(days=366), time.max)
    until = min(series.until or ceiling, ceiling)
    try:
        rule = rrulestr(f"{series.rule};UNTIL={_far(until):%Y%m%dT%H%M%S}", dtstart=_far(series.starts))
        far = islice(rule, MOST_STEPS if series.count is None else series.count)
        found = [wall.replace(year=wall.year - NEAR_THE_END) for wall in far]
    except (ValueError, TypeError, AttributeError, OverflowError, ZeroDivisionError):
        raise SeriesUnreadable() from None
    if len(found) >= MOST_STEPS:
        raise SeriesTooLong(most=MOST_DATES)
    if found and found[-1].date() > last_on:
        raise SeriesTooLong(most=MOST_DATES) if len(found) > MOST_DATES else SeriesEndless()
    return found


def _far(wall: datetime) -> datetime:
    return wall.replace(year=wall.year + NEAR_THE_END)
