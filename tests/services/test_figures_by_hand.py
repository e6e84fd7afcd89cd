"""Every figure once more, counted independently: plain SQL over a made-up ledger in which everything happens.

The ledger is drawn by a seeded chance: undos (late, early, of strangers), answered flags, cards from elsewhere,
community cards, courses, tickets in advance, replaced cards, two areas.
"""

import random
from collections import Counter
from datetime import date, timedelta
from typing import Any

import pytest
import sqlalchemy as sa

from kaikukortti import statistics
from kaikukortti.db import db
from kaikukortti.models.cards import Card, PeriodKind
from kaikukortti.models.ledger import Scan, ScanDecision
from kaikukortti.models.network import Area, Venue
from kaikukortti.models.programme import Occurrence
from kaikukortti.rules.card import CardKind
from kaikukortti.rules.flag import Flag
from kaikukortti.rules.programme import Category, EventKind
from kaikukortti.statistics import Overview
from kaikukortti.usecounts import Uses
from tests import factories
from tests.factories import DAY, NOW, TODAY
from venues import sync

VISITS = 220
PERIODS = [(date(2025, 1, 1), date(2025, 12, 31)), (date(2026, 1, 1), date(2026, 12, 31)), (TODAY - 59 * DAY, TODAY)]

COUNTED = """
    s.undoes IS NULL
    AND s.scan_id NOT IN (SELECT u.undoes FROM scans u WHERE u.undoes IS NOT NULL AND u.venue_id = s.venue_id
        AND COALESCE((SELECT d.counted FROM scan_decisions d WHERE d.scan_id = u.scan_id AND d.counted IS NOT NULL
                      ORDER BY d.id DESC LIMIT 1), TRUE))
    AND COALESCE((SELECT d.counted FROM scan_decisions d WHERE d.scan_id = s.scan_id AND d.counted IS NOT NULL
                  ORDER BY d.id DESC LIMIT 1), TRUE)
"""
VERIFIED = """
    (s.scan_id IN (SELECT scan_id FROM scan_cards) OR s.scan_id NOT IN
     (SELECT scan_id FROM scan_decisions WHERE flag IN ('elsewhere', 'unregistered')))
"""
LEDGER = f"""
    SELECT s.scan_id, s.on_day, s.venue_id, v.area_id, v.name_fi, s.occurrence_id, s.adult + s.worker AS adults,
           s.child + s.under16 AS children, s.assistant + s.interpreter AS helpers, l.line, s.raw_code,
           COALESCE(e.category, v.category) AS category, e.id AS event_id, e.kind,
           CASE WHEN {VERIFIED} THEN 1 ELSE 0 END AS verified
    FROM scans s
    JOIN venues v ON v.id = s.venue_id
    LEFT JOIN scan_cards l ON l.scan_id = s.scan_id
    LEFT JOIN occurrences o ON o.id = s.occurrence_id
    LEFT JOIN events e ON e.id = o.event_id
    WHERE {COUNTED}
"""
CARDS = """
    SELECT c.line, c.kind, u.area_id, p.first_on FROM cards c
    JOIN units u ON u.id = c.unit_id JOIN card_periods p ON p.card_id = c.id AND p.kind = 'registration'
"""


@pytest.fixture
def ledger() -> list[dict[str, Any]]:
    """Fill the ledger and return the counted scans with their uses, as plain SQL and a loop see them."""
    Season(random.Random(38)).play()
    rows = [dict(row) for row in db.session.execute(sa.text(LEDGER)).mappings()]
    began: dict[tuple[str, int], str] = {}
    for row in rows:
        row["on_day"] = str(row["on_day"])
        row["who"] = row["line"] or row["raw_code"]
        if row["kind"] in ("course", "period_pass") and row["who"] and row["adults"] + row["children"]:
            key = (row["who"], row["event_id"])
            began[key] = min(began.get(key, row["on_day"]), row["on_day"])
    attended = [row for row in rows if began.get((row["who"], row["event_id"]), row["on_day"]) < row["on_day"]]
    for row in attended:
        row["adults"] = row["children"] = 0
    everything = db.session.scalar(sa.text("SELECT count(*) FROM scans WHERE undoes IS NULL")) or 0
    assert len(attended) > 5 and everything - len(rows) > 20, "some are attendance, some do not count"
    return rows


class Season:
    """A season at two areas, two venues each, told through the door's own interface."""

    def __init__(self, chance: random.Random) -> None:
        self.chance = chance
        self.areas = [factories.make_area("EK"), factories.make_area("HX")]
        self.venues = [
            factories.make_venue(area, category=category)
            for area in self.areas
            for category in (Category.CULTURE, Category.SPORT)
        ]
        self.tablets = {venue.id: [factories.make_tablet(venue).known for _ in range(2)] for venue in self.venues}
        self.occurrences = {venue.id: self._programme(venue) for venue in self.venues}
        self.cards = [card for area in self.areas for card in self._cards(area)]
        self.sent: list[tuple[Venue, dict[str, Any]]] = []

    def play(self) -> None:
        """Make the visits."""
        for _ in range(VISITS):
            self._visit()
        for venue, body in self.chance.sample(self.sent, 30):
            by = self.chance.choice(self.venues) if self.chance.random() < 0.5 else venue
            self._send(by, {**factories.undo_body(body), "occurrence": None})
        scans = list(db.session.scalars(sa.select(Scan.scan_id).order_by(Scan.scan_id)))
        for place, scan_id in enumerate(self.chance.sample(scans, 40) * 2):
            verdict = self.chance.choice([True, False, None])
            at = NOW + timedelta(seconds=place)
            db.session.add(ScanDecision(scan_id=scan_id, flag=Flag.AGAIN, counted=verdict, decided_at=at))
        db.session.commit()

    def _programme(self, venue: Venue) -> list[Occurrence]:
        made = []
        for kind in (EventKind.PERFORMANCE, EventKind.COURSE, EventKind.PERIOD_PASS):
            event = factories.make_event(venue, kind=kind, category=self.chance.choice(list(Category)))
            made += [factories.make_occurrence(event, starts_at=NOW - offset * DAY) for offset in (330, 40, 33, -9)]
        return made

    def _cards(self, area: Area) -> list[Card]:
        unit = factories.make_unit(area)
        cards = [
            factories.make_issued_card(unit, children=place % 3, first_on=TODAY - self.chance.randint(1, 500) * DAY)
            for place in range(10)
        ]
        replaced = [
            factories.make_issued_card(unit, line=card.line or "", period_kind=PeriodKind.REPLACEMENT)
            for card in cards[:3]
        ]
        community = [factories.make_issued_card(unit, kind=CardKind.COMMUNITY) for _ in range(2)]
        return [*cards, *replaced, *community, *factories.make_stock_cards(2, unit)]

    def _visit(self) -> None:
        venue = self.chance.choice(self.venues)
        goal = self.chance.choice([*self.occurrences[venue.id], None, None])
        at = NOW - timedelta(hours=self.chance.randint(0, 9000)) if goal is None else min(goal.starts_at, NOW)
        codes: list[Card | str] = [*self.cards, "VA12345", "KU-99"]
        card = self.chance.choice(codes)
        body = factories.scan_body(
            card,
            occurrence=goal,
            occurred=at,
            jumped=self.chance.random() < 0.05,
            shown=self.chance.choice([None, "already", "welcome"]),
            **self._tickets(card),
        )
        if self.chance.random() < 0.05:
            self._send(venue, factories.undo_body(body))
        self._send(venue, body)
        self.sent.append((venue, body))

    def _tickets(self, card: Card | str) -> dict[str, int]:
        if isinstance(card, Card) and card.kind is CardKind.COMMUNITY:
            return {"adult": 0, "worker": 1, "under16": self.chance.randint(0, 6)}
        draw = self.chance.choices([(1, 0, 0), (1, 2, 0), (1, 0, 1), (0, 0, 2), (0, 0, 0)], (6, 3, 1, 1, 1))[0]
        return dict(zip(("adult", "child", "assistant"), draw, strict=True))

    def _send(self, venue: Venue, body: dict[str, Any]) -> None:
        item = factories.item_of(body)
        sync.accept([item], device=self.chance.choice(self.tablets[venue.id]), received_at=item.occurred)


def within(rows: list[dict[str, Any]], area_id: int, first_on: date, last_on: date, **wanted) -> list[dict[str, Any]]:
    return [
        row
        for row in rows
        if row["area_id"] == area_id
        and first_on.isoformat() <= row["on_day"] <= last_on.isoformat()
        and all(row[name] == value for name, value in wanted.items())
    ]


def added(rows: list[dict[str, Any]], key: str) -> dict[Any, Uses]:
    adults: Counter[Any] = Counter()
    children: Counter[Any] = Counter()
    for row in rows:
        adults[row[key]] += row["adults"]
        children[row[key]] += row["children"]
    return {label: Uses(adults[label], children[label]) for label in adults}


def check_overview(found: Overview, rows: list[dict[str, Any]], area_id: int) -> None:
    mine = within(rows, area_id, found.first_on, found.last_on, verified=1)
    for row in mine:
        row["month"] = tuple(map(int, row["on_day"].split("-")[:2]))
    names = db.session.scalars(sa.select(Venue.name_fi).where(Venue.area_id == area_id))
    nothing = Uses()
    assert found.by_category == {one: added(mine, "category").get(one, nothing) for one in Category}
    assert {row.name_fi: row.uses for row in found.by_venue} == {
        name: added(mine, "name_fi").get(name, nothing) for name in names
    }
    assert {month: uses for month, uses in found.by_month if uses != nothing} == {
        month: uses for month, uses in added(mine, "month").items() if uses != nothing
    }
    assert found.uses == Uses(sum(row["adults"] for row in mine), sum(row["children"] for row in mine))
    assert found.helpers == sum(row["helpers"] for row in mine)
    strange = within(rows, area_id, found.first_on, found.last_on, verified=0)
    assert found.unverified == sum(row["adults"] + row["children"] for row in strange)


def check_cards(found: Overview, rows: list[dict[str, Any]], area_id: int) -> None:
    used = {row["line"] for row in rows if row["adults"] + row["children"]}
    first, last = found.first_on.isoformat(), found.last_on.isoformat()
    cards = [row for row in db.session.execute(sa.text(CARDS)).mappings() if row["area_id"] == area_id]
    cards = [row for row in cards if first <= str(row["first_on"]) <= last]
    personal = {row["line"] for row in cards if row["kind"] == "personal"}
    assert found.cards.registered == len(personal)
    assert found.cards.taken_into_use == len(personal & used)
    assert found.cards.never_used == len(personal - used)
    assert found.cards.community == len({row["line"] for row in cards if row["kind"] == "community"})


def test_figures_equal_an_independent_count(ledger):
    area_ids = sorted({row["area_id"] for row in ledger})
    assert len(area_ids) == 2
    for area_id in area_ids:
        for first_on, last_on in PERIODS:
            found = statistics.overview(area_id, first_on=first_on, last_on=last_on)
            check_overview(found, ledger, area_id)
            check_cards(found, ledger, area_id)
        assert found.uses.total > 10 and found.unverified and found.helpers, "there was something to count"


def test_evenings_equal_an_independent_count(ledger):
    venue_ids = sorted({row["venue_id"] for row in ledger})
    days = sorted({row["on_day"] for row in ledger})
    seen = 0
    for venue_id in venue_ids:
        for day in days[:: max(1, len(days) // 12)] + [str(TODAY - offset * DAY) for offset in (330, 40, 33, -9)]:
            mine = [row for row in ledger if row["venue_id"] == venue_id and row["on_day"] == day]
            evening = statistics.evening(venue_id, on_day=date.fromisoformat(day))
            assert evening.uses == Uses(sum(row["adults"] for row in mine), sum(row["children"] for row in mine))
            assert evening.helpers == sum(row["helpers"] for row in mine)
            seen += evening.uses.total
        total = statistics.venue_total(venue_id, first_on=date(2025, 1, 1), last_on=date(2026, 12, 31))
        mine = [row for row in ledger if row["venue_id"] == venue_id]
        assert total == Uses(sum(row["adults"] for row in mine), sum(row["children"] for row in mine))
    assert seen > 50
