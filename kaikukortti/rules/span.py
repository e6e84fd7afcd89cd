"""Calendar years, quarters and months that figures are asked for: never free days. Plain values."""

import re
from dataclasses import dataclass
from datetime import date, timedelta

from kaikukortti.rules import period

YEAR, QUARTER, MONTH = 12, 3, 1
CODE = re.compile(r"(20\d\d)(?:-(?:Q([1-4])|(0[1-9]|1[0-2])))?")


@dataclass(frozen=True, order=True)
class Span:
    """A calendar year, quarter or month, by its first day and its length in months."""

    first_on: date
    months: int

    @property
    def last_on(self) -> date:
        """Return the last day."""
        return period.add_months(self.first_on, self.months) - timedelta(days=1)

    @property
    def code(self) -> str:
        """Return the name in an address: `2026`, `2026-Q4` or `2026-10`."""
        if self.months == YEAR:
            return str(self.first_on.year)
        if self.months == QUARTER:
            return f"{self.first_on.year}-Q{self.first_on.month // 3 + 1}"
        return f"{self.first_on:%Y-%m}"

    @property
    def previous(self) -> "Span":
        """Return the span before, as long as this one."""
        return Span(period.add_months(self.first_on, -self.months), self.months)

    @property
    def year_before(self) -> "Span":
        """Return the same span of the year before."""
        return Span(period.add_months(self.first_on, -YEAR), self.months)

    def parts(self, months: int) -> list["Span"]:
        """Return the shorter spans that this one is made of."""
        return [Span(period.add_months(self.first_on, at), months) for at in range(0, self.months, months)]

    def whole_months(self, today: date) -> int:
        """Return how many of its months are over on a day."""
        return sum(part.last_on < today for part in self.parts(MONTH))


def year_of(year: int) -> Span:
    """Return a calendar year."""
    return Span(date(year, 1, 1), YEAR)


def holding(day: date, months: int) -> Span:
    """Return the span of a length that a day lies in."""
    return Span(date(day.year, (day.month - 1) // months * months + 1, 1), months)


def parse(code: str) -> Span:
    """Return the span of a code. Raises ValueError for a text that is none."""
    found = CODE.fullmatch(code)
    if found is None:
        raise ValueError(f"{code!r} is no year (2026), quarter (2026-Q4) or month (2026-10)")
    year, quarter, month = found.groups()
    if quarter:
        return Span(date(int(year), int(quarter) * 3 - 2, 1), QUARTER)
    if month:
        return Span(date(int(year), int(month), 1), MONTH)
    return year_of(int(year))


def list_spans(first_on: date, today: date, months: int) -> list[Span]:
    """Return the spans of a length from that of a day to that of today, the newest first."""
    spans = [holding(today, months)]
    while spans[-1].first_on > first_on:
        spans.append(spans[-1].previous)
    return spans
