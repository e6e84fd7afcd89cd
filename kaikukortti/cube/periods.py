"""Months and quarters: when they are published, when they are revised. Plain values; the time is passed in."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from enum import StrEnum

from kaikukortti.rules import period

PUBLISHED_AFTER = 14  # days after the end: rule S4
REVISED_AFTER = 45
CODE = re.compile(r"(20\d\d)-(?:(0[1-9]|1[0-2])|Q([1-4]))")


class Grain(StrEnum):
    """The two lengths of a period."""

    MONTH = "month"
    QUARTER = "quarter"


MONTHS = {Grain.MONTH: 1, Grain.QUARTER: 3}


@dataclass(frozen=True, order=True)
class Period:
    """A calendar month or quarter, by its first day."""

    first_on: date
    grain: Grain

    @property
    def last_on(self) -> date:
        """Return the last day."""
        return period.add_months(self.first_on, MONTHS[self.grain]) - timedelta(days=1)

    @property
    def code(self) -> str:
        """Return the name for machines: `2026-10` or `2026-Q4`."""
        if self.grain is Grain.MONTH:
            return f"{self.first_on:%Y-%m}"
        return f"{self.first_on.year}-Q{(self.first_on.month + 2) // 3}"

    @property
    def begins_at(self) -> datetime:
        """Return the first moment."""
        return period.moment_of(self.first_on, time(0))

    @property
    def published_on(self) -> date:
        """Return the day from which the figures are out: fourteen whole days lie between."""
        return self.last_on + timedelta(days=PUBLISHED_AFTER + 1)

    @property
    def next(self) -> "Period":
        """Return the period that follows."""
        return Period(period.add_months(self.first_on, MONTHS[self.grain]), self.grain)

    @property
    def previous(self) -> "Period":
        """Return the period before."""
        return Period(period.add_months(self.first_on, -MONTHS[self.grain]), self.grain)

    def closes_at(self, revision: int = 0) -> datetime:
        """Return the moment up to which records are counted: first (0), and for the one revision (1)."""
        days = REVISED_AFTER if revision else PUBLISHED_AFTER
        return period.moment_of(self.last_on + timedelta(days=days + 1), time(0))

    def revision_at(self, now: datetime) -> int | None:
        """Return how often the figures have been counted by now, the first time not reckoned; None before that."""
        if now < self.closes_at():
            return None
        return int(now >= self.closes_at(1))


def holding(day: date, grain: Grain) -> Period:
    """Return the period that a day lies in."""
    month = day.month if grain is Grain.MONTH else (day.month - 1) // 3 * 3 + 1
    return Period(date(day.year, month, 1), grain)


def parse(code: str) -> Period:
    """Return the period of a code. Raises ValueError for a text that is none."""
    found = CODE.fullmatch(code)
    if found is None:
        raise ValueError(f"{code!r} is neither a month (2026-10) nor a quarter (2026-Q4)")
    year, month, quarter = found.groups()
    if month:
        return Period(date(int(year), int(month), 1), Grain.MONTH)
    return Period(date(int(year), int(quarter) * 3 - 2, 1), Grain.QUARTER)


def list_closed(first_on: date, grain: Grain, *, now: datetime) -> Iterator[Period]:
    """Return the periods from that of a day to the newest one that has closed by now."""
    one = holding(first_on, grain)
    while one.revision_at(now) is not None:
        yield one
        one = one.next
