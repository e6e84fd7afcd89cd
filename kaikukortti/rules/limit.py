"""How often one holder may use the card at a venue, where the venue sets such a limit (domain.md §2.8); how passes run.

Plain days and counts. What counts as a use is models/counted; where the limits and the uses are read, venues/limits.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum

from kaikukortti.rules import period
from kaikukortti.rules.programme import EventKind

MOST_USES = 1000
MOST_PASS_DAYS = 400
# domain.md §2.8 names terms without their days. A school year begins on 1 August (Basic Education Act 628/1998, 23 §)
# and the turn of the year parts it: an assumption, which fits the terms of adult education institutes.
AUTUMN_BEGINS = 8


class LimitPer(StrEnum):
    """The stretch of time that a limit counts in: a day, a month, a term (spring or autumn) or a year, as calendars
    have them.
    """

    DAY = "day"
    MONTH = "month"
    TERM = "term"
    YEAR = "year"


@dataclass(frozen=True)
class Limit:
    """At most `most` uses of one holder in a stretch: of all that a venue offers, of one kind, or of one event."""

    per: LimitPer
    most: int
    kind: EventKind | None = None
    event_id: int | None = None

    def is_about(self, kind: EventKind | None, event_id: int | None) -> bool:
        """Return whether a visit to an event, or to the house where both are None, falls under the limit."""
        if self.event_id is not None:
            return self.event_id == event_id
        return self.kind is None or self.kind is kind


@dataclass(frozen=True)
class Offered:
    """What an event is, as far as limits ask: a pass has its days, or lasts `pass_days` from a holder's first visit."""

    event_id: int
    kind: EventKind
    first_on: date | None = None
    last_on: date | None = None
    pass_days: int | None = None


@dataclass(frozen=True)
class Use:
    """`count` uses of one holder on a day, of an event or of the house."""

    on_day: date
    count: int
    kind: EventKind | None = None
    event_id: int | None = None


@dataclass(frozen=True)
class Reached:
    """A limit that leaves nothing: `used` in the stretch that ends on `last_on`."""

    limit: Limit
    used: int
    last_on: date


@dataclass(frozen=True)
class PassDays:
    """A pass on a day that is none of its own."""

    first_on: date
    last_on: date
    day: date

    @property
    def is_over(self) -> bool:
        """Return whether its days are over, rather than still to come."""
        return self.day > self.last_on


# Why the venue itself has nothing to give to one holder on a day.
Hindrance = Reached | PassDays


def stretch_of(day: date, per: LimitPer) -> tuple[date, date]:
    """Return the first and the last day of the stretch that a day falls in."""
    match per:
        case LimitPer.DAY:
            return day, day
        case LimitPer.MONTH:
            return day.replace(day=1), day.replace(day=period.days_in_month(day))
        case LimitPer.TERM if day.month < AUTUMN_BEGINS:
            return date(day.year, 1, 1), date(day.year, AUTUMN_BEGINS, 1) - timedelta(days=1)
        case LimitPer.TERM:
            return date(day.year, AUTUMN_BEGINS, 1), date(day.year, 12, 31)
        case LimitPer.YEAR:
            return date(day.year, 1, 1), date(day.year, 12, 31)


def widest(limits: Iterable[Limit], day: date) -> tuple[date, date]:
    """Return the first and the last day of the uses that some limits ask for; there must be one at least."""
    stretches = [stretch_of(day, limit.per) for limit in limits]
    return min(first for first, _ in stretches), max(last for _, last in stretches)


def find_reached(limits: Iterable[Limit], uses: Sequence[Use], *, day: date) -> Reached | None:
    """Return the limit that leaves nothing for a day, None while there is room under all of them.

    The limits are those that the visit falls under. Of several, the one is told that lasts longest.
    """
    reached = []
    for limit in limits:
        first_on, last_on = stretch_of(day, limit.per)
        used = sum(
            use.count for use in uses if first_on <= use.on_day <= last_on and limit.is_about(use.kind, use.event_id)
        )
        if used >= limit.most:
            reached.append(Reached(limit, used, last_on))
    return max(reached, key=lambda one: one.last_on, default=None)


def passes_begun(days: Iterable[date], lasts: int) -> list[date]:
    """Return the days on which a pass of `lasts` days was begun, of all days of its holder's visits.

    A visit within a pass is attendance; the first one after its last day begins the next.
    """
    begun: list[date] = []
    for day in sorted(set(days)):
        if not begun or day >= begun[-1] + timedelta(days=lasts):
            begun.append(day)
    return begun


def pass_ends(begun_on: date, lasts: int) -> date:
    """Return the last day of a pass of `lasts` days."""
    return begun_on + timedelta(days=lasts - 1)
