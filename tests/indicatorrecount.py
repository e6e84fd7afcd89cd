"""The indicators of cards and visits once more, day by day and card by card in Python over raw rows: slow and plain."""

from collections import Counter, defaultdict
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from statistics import median, quantiles
from typing import Any

import sqlalchemy as sa

from kaikukortti.db import UTCDateTime, db
from kaikukortti.rules.period import HELSINKI
from kaikukortti.rules.span import Span

DAY = timedelta(days=1)

VISITS = """
    SELECT s.scan_id, s.on_day, s.received_at, l.line, u.id AS unit_id, s.adult + s.worker AS adults,
           s.child + s.under16 AS children, COALESCE(e.category, v.category) AS category,
           COALESCE(e.kind, 'house_visit') AS kind, e.id AS event_id, v.municipality AS there, u.municipality AS home
    FROM scans s JOIN venues v ON v.id = s.venue_id JOIN scan_cards l ON l.scan_id = s.scan_id
    JOIN cards c ON c.id = l.card_id JOIN units u ON u.id = c.unit_id
    LEFT JOIN occurrences o ON o.id = s.occurrence_id LEFT JOIN events e ON e.id = o.event_id
    WHERE s.undoes IS NULL AND u.area_id = :area_id AND c.kind = 'personal' AND s.received_at < :known_by
      AND NOT EXISTS (SELECT 1 FROM scans n WHERE n.undoes = s.scan_id AND n.received_at < :known_by)
      AND COALESCE((SELECT d.counted FROM scan_decisions d WHERE d.scan_id = s.scan_id AND d.decided_at < :known_by
                    AND d.counted IS NOT NULL ORDER BY d.id DESC LIMIT 1), TRUE)
      AND s.adult + s.worker + s.child + s.under16 > 0
    ORDER BY s.on_day
"""
PERIODS = """
    SELECT c.line, c.id AS card_id, c.unit_id, c.kind AS card_kind, p.kind, p.first_on, p.last_on
    FROM card_periods p JOIN cards c ON c.id = p.card_id JOIN units u ON u.id = c.unit_id
    WHERE u.area_id = :area_id AND c.line IS NOT NULL AND p.withdrawn_at IS NULL AND p.recorded_at < :known_by
    ORDER BY p.recorded_at, p.id
"""
EVENTS = """
    SELECT e.card_id, e.state, e.effective_from, e.effective_until FROM card_events e
    WHERE e.recorded_at < :known_by ORDER BY e.id DESC
"""


@dataclass
class Recount:
    """The raw rows of an area as they were known at a moment. `unit_id` 0 is the whole area below."""

    area_id: int
    known_by: datetime

    def __post_init__(self) -> None:
        days = {"first_on": sa.Date(), "last_on": sa.Date()}
        moments = {"effective_from": UTCDateTime(), "effective_until": UTCDateTime()}
        self.periods: dict[str, list[Any]] = defaultdict(list)
        for row in self._rows(PERIODS, **days):
            self.periods[row.line].append(row)
        self.events: dict[int, list[Any]] = defaultdict(list)
        for row in self._rows(EVENTS, **moments):
            self.events[row.card_id].append(row)
        self.visits: dict[str, list[Any]] = defaultdict(list)
        for row in self._rows(VISITS, on_day=sa.Date(), received_at=UTCDateTime()):
            self.visits[row.line].append(row)

    def _rows(self, query: str, **types: Any) -> Any:
        text = sa.text(query).bindparams(sa.bindparam("known_by", type_=UTCDateTime())).columns(**types)
        return db.session.execute(text, {"area_id": self.area_id, "known_by": self.known_by})

    def lines(self, unit_id: int, *, kind: str = "personal") -> list[str]:
        """Return the lines of a unit, by the unit of the newest card."""
        found = []
        for line, rows in self.periods.items():
            newest = max(rows, key=lambda row: row.card_id)
            if newest.card_kind == kind and unit_id in (0, newest.unit_id):
                found.append(line)
        return found

    def is_usable(self, line: str, day: date) -> bool:
        """Return whether any card of a line has a period on a day and was in use at its end."""
        midnight = datetime.combine(day + DAY, time(0), tzinfo=HELSINKI) - timedelta(microseconds=1)
        for row in self.periods[line]:
            if row.first_on <= day <= row.last_on and self._state(row.card_id, midnight) == "active":
                return True
        return False

    def _state(self, card_id: int, moment: datetime) -> str | None:
        for row in self.events[card_id]:
            if row.effective_from <= moment and (row.effective_until is None or row.effective_until > moment):
                return str(row.state)
        return None

    def handed_out(self, unit_id: int, span: Span) -> dict[str, date]:
        """Return the lines whose first registration lies in a period, with its day."""
        days = {
            line: min((row.first_on for row in self.periods[line] if row.kind == "registration"), default=date.min)
            for line in self.lines(unit_id)
        }
        return {line: day for line, day in days.items() if span.first_on <= day <= span.last_on}

    def first_use(self, line: str, until: date = date.max) -> date | None:
        """Return the day of a line's first visit."""
        return min((row.on_day for row in self.visits[line] if row.on_day <= until), default=None)

    def ended(self, unit_id: int, span: Span) -> dict[str, date]:
        """Return the lines whose registration or renewal ran out in a period, with that day; given-back ones not."""
        found = {}
        for line in self.lines(unit_id):
            for last_on in self._ends(line):
                if span.first_on <= last_on <= span.last_on and not self._is_returned_before(line, last_on):
                    found[line] = last_on
        return found

    def _ends(self, line: str) -> list[date]:
        ends: list[date] = []
        for row in self.periods[line]:
            if row.kind in ("registration", "renewal") or not ends:
                ends.append(row.last_on)
            else:
                ends[-1] = row.last_on
        return ends

    def _is_returned_before(self, line: str, day: date) -> bool:
        newest = max(row.card_id for row in self.periods[line])
        last = self.events[newest][:1]
        return bool(last and last[0].state == "returned" and last[0].effective_from.astimezone(HELSINKI).date() <= day)

    def is_renewed(self, line: str, last_on: date) -> bool:
        """Return whether another year at the same unit had begun by the 60th day after a last day."""
        rows = self.periods[line]
        unit_ids = {row.last_on: row.unit_id for row in rows}
        ends = self._ends(line)
        following = ends[ends.index(last_on) + 1 :][:1]
        return any(
            row.kind == "renewal"
            and row.last_on == following[0]
            and row.unit_id == unit_ids[last_on]
            and (row.first_on - last_on).days <= 60
            for row in rows
            if following
        )

    def used(self, unit_id: int, span: Span) -> dict[str, list[Any]]:
        """Return the visits of a period by line: those that are uses, a course's first day alone."""
        found: dict[str, list[Any]] = {}
        for line in self.lines(unit_id):
            begun: dict[int, date] = {}
            for row in self.visits[line]:
                is_one = row.kind in ("course", "period_pass")
                is_use = not is_one or begun.setdefault(row.event_id, row.on_day) == row.on_day
                if is_use and span.first_on <= row.on_day <= span.last_on:
                    found.setdefault(line, []).append(row)
        return found

    def usable_days(self, unit_id: int, span: Span) -> dict[str, int]:
        """Return on how many days of a period each line could be used; those with none are left out."""
        days = [span.first_on + at * DAY for at in range((span.last_on - span.first_on).days + 1)]
        found = {line: sum(self.is_usable(line, day) for day in days) for line in self.lines(unit_id)}
        return {line: many for line, many in found.items() if many}


def uses_of(rows: list[Any]) -> int:
    """Return the tickets of some visits."""
    return sum(row.adults + row.children for row in rows)


def spread(numbers: list[int]) -> tuple[float, float, float]:
    """Return lower quartile, median and upper quartile."""
    lower, _, upper = quantiles(numbers, n=4, method="inclusive")
    return lower, float(median(numbers)), upper


def by(rows: list[Any], name: str) -> Counter[str]:
    """Return the tickets of visits by one of their columns."""
    found = Counter[str]()
    for row in rows:
        found[getattr(row, name)] += row.adults + row.children
    return found
