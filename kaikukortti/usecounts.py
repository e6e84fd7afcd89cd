"""Uses of an area or a venue over any whole days: months that are kept ready, less the days that lie outside.

The definitions are those of DESIGN §4 *Counting*; nothing here reads a profile.
"""

import calendar
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta
from typing import Any, TypeVar

from kaikukortti import ledgercounts, monthcounts
from kaikukortti.ledgercounts import Row

Key = TypeVar("Key")


@dataclass(frozen=True)
class Uses:
    """Admission tickets given: adults and children of the national table."""

    adults: int = 0
    children: int = 0

    @property
    def total(self) -> int:
        """Return adults and children together."""
        return self.adults + self.children


def of_area(area_id: int, *, first_on: date, last_on: date) -> list[Row]:
    """Return what an area's venues registered in a period, by month and category, exact and live; `venue_id` is 0.

    Flat at any size of ledger where the period begins with a month and ends with one, or today.
    """
    months = monthcounts.of_area(area_id, first_on=first_on, last_on=last_on)
    return _less(months, _by_month(_count_outside(first_on, last_on, area_id=area_id)))


def of_area_and_venues(area_id: int, *, first_on: date, last_on: date) -> tuple[list[Row], list[Row]]:
    """Return `of_area`, and the same by venue and category, of which `month` says nothing."""
    outside = _count_outside(first_on, last_on, area_id=area_id)
    months = monthcounts.of_area(area_id, first_on=first_on, last_on=last_on)
    venues = monthcounts.of_area_venues(area_id, first_on=first_on, last_on=last_on)
    gone = [replace(row, event_id=None, month=first_on.replace(day=1)) for row in outside]
    return _less(months, _by_month(outside)), _less(venues, gone)


def of_venue(venue_id: int, *, first_on: date, last_on: date) -> list[Row]:
    """Return what a venue registered in a period, by month and event, exact and live; flat as `of_area`."""
    months = monthcounts.of_venue(venue_id, first_on=first_on, last_on=last_on)
    return _less(months, _count_outside(first_on, last_on, venue_id=venue_id))


def added(rows: Iterable[Row]) -> Uses:
    """Return the uses of rows together."""
    pairs = [(row.adults, row.children) for row in rows]
    return Uses(sum(adults for adults, _ in pairs), sum(children for _, children in pairs))


def by(rows: Sequence[Row], key: Callable[[Row], Key]) -> dict[Key, Uses]:
    """Return the uses of rows by what `key` says of each, in the order in which they come."""
    groups: dict[Key, list[Row]] = {}
    for row in rows:
        groups.setdefault(key(row), []).append(row)
    return {label: added(group) for label, group in groups.items()}


def _count_outside(first_on: date, last_on: date, **home: int) -> list[Row]:
    """Count the days of the first and the last month that are not in the period: mostly days to come, or days before
    anything was registered, of which the ledger holds nothing.
    """
    return [
        row
        for since, until in _outside(first_on, last_on)
        if ledgercounts.has_any(**home, first_on=since, last_on=until)
        for row in ledgercounts.count_days(**home, first_on=since, last_on=until)
    ]


def _by_month(rows: Iterable[Row]) -> list[Row]:
    return [replace(row, event_id=None, venue_id=0) for row in rows]


def _less(months: Sequence[Row], outside: Sequence[Row]) -> list[Row]:
    """Take away the days of the first and the last month that are not in the period.

    What lies outside is counted rather than what lies inside: in the current month these are the days to come, of which
    the ledger holds little.
    """
    found = {_key(row): row for row in months}
    for gone in outside:
        kept = found[_key(gone)]
        less = {name: getattr(kept, name) - getattr(gone, name) for name in ledgercounts.SUMS}
        found[_key(gone)] = replace(kept, **less)
    return list(found.values())


def _outside(first_on: date, last_on: date) -> list[tuple[date, date]]:
    month_ends = last_on.replace(day=calendar.monthrange(last_on.year, last_on.month)[1])
    pieces = []
    if first_on.day > 1:
        pieces.append((first_on.replace(day=1), first_on - timedelta(days=1)))
    if last_on < month_ends:
        pieces.append((last_on + timedelta(days=1), month_ends))
    return pieces


def _key(row: Row) -> tuple[Any, ...]:
    return row.venue_id, row.month, row.event_id, row.category, row.is_verified
