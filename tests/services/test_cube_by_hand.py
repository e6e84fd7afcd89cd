"""Every cell of the cube once more, before rounding: plain SELECTs and loops over a ledger in which everything happens.

It is drawn by a seeded chance: records that come late, undos and decisions before and after the counting, courses,
cards of another area, community cards, codes from elsewhere, cards registered after their first visit.
"""

import random
from collections import Counter, defaultdict
from datetime import UTC, date, datetime, time, timedelta
from typing import Any

import pytest
import sqlalchemy as sa

from kaikukortti.cube import freezing
from kaikukortti.cube.freezing import Due
from kaikukortti.cube.periods import parse
from kaikukortti.db import db
from kaikukortti.models.cards import CardPeriod
from kaikukortti.models.ledger import ScanDecision
from kaikukortti.profiles import LifeSituation
from kaikukortti.rules import period
from kaikukortti.rules.card import CardKind
from kaikukortti.rules.flag import Flag
from kaikukortti.rules.programme import Category, EventKind
from tests import factories
from tests.cubeledger import Ledger, number_of

PERIODS = [f"2026-{month:02}" for month in range(1, 11)] + ["2026-Q1", "2026-Q2", "2026-Q3"]
FIRST = date(2026, 1, 1)
DELAYS = (0, 0, 0, 0, 1, 4, 12, 20, 40, 50, 80, 130)
AGES = ((65, "65_over"), (55, "55_64"), (45, "45_54"), (35, "35_44"), (25, "25_34"), (0, "under_25"))


@pytest.fixture
def season():
    """Fill the ledger of an area and return it."""
    chance = random.Random(61)
    ledger, far = Ledger(), Ledger(area=factories.make_area("HX"))
    told = [(2003, "53100", LifeSituation.STUDENT), (1985, "53100", None), (1958, "53500", LifeSituation.OTHER)]
    cards = [
        card for year, code, life in told for card in group(ledger, 45, birth_year=year, postcode=code, situation=life)
    ]
    cards += [*group(far, 30), *group(ledger, 6, kind=CardKind.COMMUNITY)]
    places = [factories.make_venue(ledger.area, category=category) for category in Category]
    courses = [course(venue) for venue in places]
    made = []
    for _ in range(900):
        venue = chance.choice(places)
        evening = chance.choice([None, None, *dict(zip(places, courses, strict=True))[venue]])
        on_day = evening.on_day if evening else FIRST + timedelta(days=chance.randrange(300))
        card = chance.choice([*cards, None])
        facts: dict[str, Any] = {"adult": chance.choice([0, 1, 1, 1, 2]), "child": chance.choice([0, 0, 1])}
        facts |= {"assistant": 1, "occurrence_id": evening.id if evening else None}
        facts |= {"received_at": arrival(chance, on_day), "raw_code": "VA12345" if card is None else None}
        made.append((ledger.visit(card, venue, on_day, **facts), venue, on_day, card))
    ledger.save()
    happen(chance, ledger, made)
    return ledger


def group(ledger, count, **facts):
    """Add cards that are alike."""
    return ledger.cards(count, first_on=FIRST, **facts)


def course(venue):
    """Add a course with an evening in each of five months."""
    event = factories.make_event(venue, kind=EventKind.COURSE, category=Category.EDUCATION)
    return [
        factories.make_occurrence(event, starts_at=datetime(2026, month, 11, 15, tzinfo=UTC)) for month in range(2, 7)
    ]


def arrival(chance, on_day):
    """Return when the record of a visit came in."""
    return period.moment_of(on_day, time(18)) + timedelta(days=chance.choice(DELAYS))


def happen(chance, ledger, made):
    """Undo some, decide about some, doubt those without a card, enter one registration in August only."""
    for scan_id, venue, on_day, card in made:
        draw = chance.random()
        if draw < 0.06:
            ledger.undo(scan_id, venue, on_day, received_at=arrival(chance, on_day))
        elif draw < 0.16:
            for _ in range(chance.choice([1, 2])):
                counted, at = chance.choice([True, False, None]), arrival(chance, on_day)
                db.session.add(ScanDecision(scan_id=scan_id, flag=Flag.AGAIN, counted=counted, decided_at=at))
        if card is None:
            at = period.moment_of(on_day, time(18))
            db.session.add(ScanDecision(scan_id=scan_id, flag=Flag.ELSEWHERE, counted=None, decided_at=at))
    ledger.save()
    holder = next(card for _, _, _, card in made if card is not None)
    entered = {"recorded_at": datetime(2026, 8, 20, tzinfo=UTC)}
    db.session.execute(sa.update(CardPeriod).where(CardPeriod.card_id == holder.card_id).values(entered))
    named = "UPDATE scans SET raw_code = 'EK1' WHERE scan_id IN (SELECT scan_id FROM scan_cards WHERE card_id = :card)"
    db.session.execute(sa.text(named), {"card": holder.card_id})
    db.session.commit()


class Recount:
    """The ledger as it was known at a moment, one dictionary a visit."""

    def __init__(self, area_id, known_by):
        self.area_id, self.known_by = area_id, known_by
        self.decisions = defaultdict(list)
        for row in rows("SELECT * FROM scan_decisions ORDER BY id"):
            if moment(row["decided_at"]) < known_by:
                self.decisions[row["scan_id"]].append(row)
        scans = [row for row in rows("SELECT * FROM scans") if moment(row["received_at"]) < known_by]
        self.undone = {row["undoes"] for row in scans if row["undoes"]}
        self.links = {row["scan_id"]: row for row in rows(LINKS)}
        self.events = {row.pop("scan_id"): row for row in rows(EVENTS)}
        self.visits = [visit for row in scans if (visit := self._visit(row))]
        self._attend()

    def _visit(self, row):
        """Return what a scan counts, or None; every venue of the ledger is the area's."""
        said = [one for one in self.decisions[row["scan_id"]] if one["counted"] is not None]
        link = self.links.get(row["scan_id"])
        if link and row["raw_code"] and moment(link["entered_at"]) >= self.known_by:
            link = None
        doubted = any(one["flag"] in ("elsewhere", "unregistered") for one in self.decisions[row["scan_id"]])
        set_aside = said and not said[-1]["counted"]
        if row["undoes"] or row["scan_id"] in self.undone or set_aside or (doubted and not link):
            return None
        own = {"adults": row["adult"] + row["worker"], "children": row["child"] + row["under16"]}
        days = {"day": date.fromisoformat(str(row["on_day"])), "at": moment(row["received_at"])}
        return {
            **own,
            **days,
            "scan": row["scan_id"],
            "venue": row["venue_id"],
            "code": row["raw_code"],
            "card": link,
            **self.events[row["scan_id"]],
        }

    def _attend(self):
        """A course place is one use, on its first day."""
        began: dict[tuple[str, int], date] = {}
        for one in self.visits:
            one["who"] = one["card"]["line"] if one["card"] else one["code"]
            if one["kind"] == "course" and one["who"] and one["adults"] + one["children"]:
                key = (one["who"], one["event"])
                began[key] = min(began.get(key, one["day"]), one["day"])
        for one in self.visits:
            one["tickets"] = one["adults"] + one["children"]
            if began.get((one["who"], one["event"]), one["day"]) < one["day"]:
                one["adults"] = one["children"] = 0

    def home(self, visit, grain_months):
        """Return the first day of the period that counts a visit, and whether it is late there."""
        own = parse(code_of(visit["day"], grain_months))
        if visit["at"] < own.closes_at(1):
            return own.first_on, False
        return parse(code_of(period.day_of(visit["at"]), grain_months)).first_on, True


LINKS = """
    SELECT l.scan_id, l.line, c.kind, u.area_id AS home, p.birth_year, p.postcode, p.life_situation,
           (SELECT min(d.recorded_at) FROM card_periods d WHERE d.card_id = l.card_id) AS entered_at
    FROM scan_cards l JOIN cards c ON c.id = l.card_id JOIN units u ON u.id = c.unit_id
    LEFT JOIN profiles p ON p.line = l.line
"""


EVENTS = """
    SELECT s.scan_id, COALESCE(e.category, v.category) AS category, e.id AS event, e.kind FROM scans s
    JOIN venues v ON v.id = s.venue_id
    LEFT JOIN occurrences o ON o.id = s.occurrence_id LEFT JOIN events e ON e.id = o.event_id
"""


def rows(statement):
    """Return what a plain statement answers."""
    return [dict(row) for row in db.session.execute(sa.text(statement)).mappings()]


def moment(value):
    """Return a moment from either engine."""
    found = value if isinstance(value, datetime) else datetime.fromisoformat(value)
    return found if found.tzinfo else found.replace(tzinfo=UTC)


def code_of(day, months):
    """Return the code of the month or quarter of a day."""
    return f"{day:%Y-%m}" if months == 1 else f"{day.year}-Q{(day.month + 2) // 3}"


def recount(area_id, code):
    """Return the cells of a period by table, from the raw rows."""
    at, months = parse(code), 3 if "Q" in code else 1
    ledger = Recount(area_id, at.closes_at(1))
    mine = []
    for visit in ledger.visits:
        first_on, is_late = ledger.home(visit, months)
        if first_on == at.first_on:
            mine.append({**visit, "late": is_late})
        visit["home"] = first_on
    cells: dict[str, Counter[tuple[str, ...]]] = defaultdict(Counter)
    for visit in mine:
        for ticket in ("adults", "children"):
            if visit[ticket]:
                cells["uses_total"][(ticket,)] += visit[ticket]
                cells["uses"][(visit["category"], ticket)] += visit[ticket]
        days = (period.day_of(visit["at"]) - visit["day"]).days
        cells["records"][("late" if visit["late"] else delay(days),)] += 1
    add_cards(cells, area_id, at, mine, ledger.visits)
    return cells


def delay(days):
    """Return the class of a delay."""
    bounds = [(31, "longer"), (7, "within_month"), (1, "within_week"), (0, "next_day")]
    return next((name for over, name in bounds if days > over), "same_day")


def add_cards(cells, area_id, at, mine, everything):
    """Add what goes by distinct lines of personal cards."""
    of_line = defaultdict(list)
    for visit in mine:
        if visit["card"] and visit["card"]["kind"] == "personal" and visit["adults"] + visit["children"]:
            of_line[visit["card"]["line"]].append(visit)
    before = {one["card"]["line"] for one in everything if one["card"] and one["tickets"] and one["home"] < at.first_on}
    for line, visits in of_line.items():
        card = visits[0]["card"]
        age = at.last_on.year - card["birth_year"]
        venues, categories = len({one["venue"] for one in visits}), len({one["category"] for one in visits})
        band = "one" if venues == 1 else "two" if venues == 2 else "three_to_five"
        cells["cards_in_use"][()] += 1
        cells["first_visits"][()] += line not in before
        cells["cards_by_age"][(next(name for least, name in AGES if age >= least),)] += 1
        cells["cards_by_situation"][(card["life_situation"] or "not_told",)] += 1
        where = "area:HX" if card["home"] != area_id else f"post:{card['postcode'][:3]}"
        cells["cards_by_origin"][(where,)] += 1
        cells["cards_by_variety"][(band, "two_or_more" if categories > 1 else "one")] += 1


def test_every_cell_equals_an_independent_count(season):
    seen: Counter[str] = Counter()
    for code in PERIODS:
        at = parse(code)
        counted = freezing.count(Due(season.area.id, "EK", at, 1))
        by_hand = recount(season.area.id, code)
        for table, cells in counted.cells.items():
            if table != "cards_valid":
                wanted = {key: number for key, number in by_hand[table].items() if number}
                assert {key: number_of(cell) for key, cell in cells.items()} == wanted, (code, table)
                seen[table] += sum(wanted.values())
        assert counted.late.number == (by_hand["records"][("late",)] if "Q" not in code else counted.late.number)
    assert min(seen.values()) > 20 and len(seen) == 9, seen
