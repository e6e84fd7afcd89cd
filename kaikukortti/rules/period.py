"""Days, months and years as Helsinki sees them. Moments are UTC; a day is a Helsinki calendar day."""

from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

HELSINKI = ZoneInfo("Europe/Helsinki")
NIGHT_ENDS = time(6)  # an evening that ends before belongs to the day on which it began


def day_of(moment: datetime) -> date:
    """Return the Helsinki calendar day of a moment."""
    return moment.astimezone(HELSINKI).date()


def moment_of(day: date, clock_time: time) -> datetime:
    """Return the UTC moment of a Helsinki wall-clock time.

    Raises ValueError for the hour that summer time skips in March.
    """
    local = datetime.combine(day, clock_time, tzinfo=HELSINKI)
    moment = local.astimezone(UTC)
    if moment.astimezone(HELSINKI).replace(tzinfo=None) != local.replace(tzinfo=None):
        raise ValueError(f"{local:%H.%M} does not exist on {day}")
    return moment


def last_moment_of(day: date) -> datetime:
    """Return the last moment of a Helsinki day, in UTC."""
    return moment_of(day + timedelta(days=1), time(0)) - timedelta(microseconds=1)


def last_day_of(day: date, starts: time, ends: time) -> date:
    """Return the day on which an evening ends: the next one when it ends in the small hours after its start."""
    return day + timedelta(days=1) if ends <= starts and ends <= NIGHT_ENDS else day


def add_months(day: date, months: int) -> date:
    """Return the same day of the month, months later; the 29th to 31st fall back to the month's last day."""
    index = day.year * 12 + day.month - 1 + months
    first = date(index // 12, index % 12 + 1, 1)
    return first.replace(day=min(day.day, days_in_month(first)))


def days_in_month(day: date) -> int:
    """Return the number of days in the month of a day."""
    following = (day.replace(day=28) + timedelta(days=4)).replace(day=1)
    return (following - timedelta(days=1)).day


def months_of(first_on: date, last_on: date) -> list[tuple[int, int]]:
    """Return every (year, month) from the month of the first day to that of the last, both included."""
    start, end = first_on.year * 12 + first_on.month - 1, last_on.year * 12 + last_on.month - 1
    return [(index // 12, index % 12 + 1) for index in range(start, end + 1)]
