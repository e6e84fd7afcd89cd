"""Quarters and years of indicators: when they close. Plain values; the time is passed in."""

from collections.abc import Iterator
from datetime import date, datetime, time, timedelta

from kaikukortti.rules import period
from kaikukortti.rules.span import QUARTER, YEAR, Span, holding

# Days after the end. The first two are the statistics' (rule S4); by the third one knows who renewed within 60 days and
# which report was decided within 90.
STAGES = (14, 45, 91)
FIRST, REVISED, SETTLED = range(3)
LENGTHS = (QUARTER, YEAR)


def closes_at(span: Span, revision: int = FIRST) -> datetime:
    """Return the moment up to which records are counted."""
    return period.moment_of(span.last_on + timedelta(days=STAGES[revision] + 1), time(0))


def data_on(span: Span, revision: int) -> date:
    """Return the last day of visit that what is followed from the period on may have."""
    return span.last_on + timedelta(days=STAGES[revision])


def revision_at(span: Span, now: datetime) -> int | None:
    """Return the last count that is due by now; None before the first."""
    due = [revision for revision in range(len(STAGES)) if closes_at(span, revision) <= now]
    return due[-1] if due else None


def list_closed(first_on: date, months: int, *, now: datetime) -> Iterator[Span]:
    """Return the spans from that of a day to the newest one that has closed by now."""
    span = holding(first_on, months)
    while closes_at(span) <= now:
        yield span
        span = Span(period.add_months(span.first_on, months), months)
