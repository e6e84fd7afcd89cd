"""Figures of pages, files and cube once more, in plain SQL over the raw ledger of a made-up network, before rounding.

The network is `kaikukortti simulate`'s: undone and doubted visits, courses and passes, community cards, other areas.
"""

import json
from collections import Counter, defaultdict
from datetime import date, datetime
from typing import Any

import pytest
import sqlalchemy as sa

from kaikukortti import cardcounts, reports, simulate
from kaikukortti.cube import freezing
from kaikukortti.cube.freezing import Due
from kaikukortti.cube.periods import Period, parse
from kaikukortti.db import UTCDateTime, db
from kaikukortti.models.network import Area, Unit, Venue
from kaikukortti.rules import period
from kaikukortti.rules.access import Role
from kaikukortti.simulate.size import Size
from tests import factories
from tests.attack import crawler
from tests.cubeledger import number_of
from tests.factories import NOW
from tests.webclient import Web

SIZE = Size(areas=2, units=6, venues=14, cards=700, years=2, visits=3_500)
AREA_ID = 1
PERIODS = ("2026-03", "2026-08", "2026-10", "2025-Q4", "2026-Q2", "2026-Q3")

# Each counted visit with its tickets; a course or a pass gives them on its first day alone. `known_by` hides what came
# or was decided later.
VISITS = """
    WITH counting AS (
        SELECT s.scan_id, s.on_day, s.venue_id, v.area_id, s.received_at, s.adult + s.worker AS adults,
               s.child + s.under16 AS children, l.line, COALESCE(l.line, s.raw_code) AS who, c.kind AS card_kind,
               u.area_id AS home_id, u.id AS unit_id, COALESCE(e.category, v.category) AS category,
               e.id AS event_id, e.kind AS event_kind
        FROM scans s JOIN venues v ON v.id = s.venue_id
        LEFT JOIN scan_cards l ON l.scan_id = s.scan_id
        LEFT JOIN cards c ON c.id = l.card_id LEFT JOIN units u ON u.id = c.unit_id
        LEFT JOIN occurrences o ON o.id = s.occurrence_id LEFT JOIN events e ON e.id = o.event_id
        WHERE s.undoes IS NULL AND s.received_at < :known_by
          AND NOT EXISTS (SELECT 1 FROM scans n WHERE n.undoes = s.scan_id AND n.received_at < :known_by)
          AND COALESCE((SELECT d.counted FROM scan_decisions d WHERE d.scan_id = s.scan_id AND d.decided_at < :known_by
                        AND d.counted IS NOT NULL ORDER BY d.id DESC LIMIT 1), TRUE)
    ), told AS (
        SELECT k.*, NOT EXISTS (
            SELECT 1 FROM counting f WHERE k.event_kind IN ('course', 'period_pass') AND f.event_id = k.event_id
            AND f.who = k.who AND f.on_day < k.on_day AND f.adults + f.children > 0) AS is_use,
            k.line IS NOT NULL OR NOT EXISTS (SELECT 1 FROM scan_decisions d WHERE d.scan_id = k.scan_id
            AND d.flag IN ('elsewhere', 'unregistered')) AS is_verified
        FROM counting k
    )
    SELECT t.scan_id, t.on_day, t.venue_id, t.area_id, t.received_at, t.line, t.card_kind, t.home_id, t.unit_id,
           t.category, t.is_verified, CASE WHEN t.is_use THEN t.adults ELSE 0 END AS adults,
           CASE WHEN t.is_use THEN t.children ELSE 0 END AS children, p.birth_year, p.postcode, p.life_situation
    FROM told t LEFT JOIN profiles p ON p.line = t.line
"""
REGISTERED = """
    SELECT c.line, c.kind, c.unit_id, u.area_id, MIN(p.first_on) AS first_on
    FROM cards c JOIN units u ON u.id = c.unit_id JOIN card_periods p ON p.card_id = c.id
    WHERE p.kind = 'registration' AND p.withdrawn_at IS NULL AND c.state NOT IN ('stock', 'destroyed')
    GROUP BY c.line, c.kind, c.unit_id, u.area_id
"""
VALID = """
    SELECT COUNT(DISTINCT c.line) FROM cards c JOIN units u ON u.id = c.unit_id
    WHERE u.area_id = :area_id AND c.kind = 'personal'
      AND EXISTS (SELECT 1 FROM card_periods p WHERE p.card_id = c.id AND p.recorded_at < :known_by
                  AND :on_day BETWEEN p.first_on AND p.last_on
                  AND (p.withdrawn_at IS NULL OR p.withdrawn_at >= :known_by))
      AND 'active' = (SELECT e.state FROM card_events e WHERE e.card_id = c.id AND e.recorded_at < :known_by
                      AND e.effective_from <= :midnight AND (e.effective_until IS NULL OR e.effective_until > :midnight)
                      ORDER BY e.id DESC LIMIT 1)
"""


@pytest.fixture
def network():
    """Fill the database; return the area that is looked at."""
    simulate.network(SIZE, seed=92, now=NOW)
    return db.session.get_one(Area, AREA_ID)


def visits(known_by: datetime = NOW, **wanted: Any) -> list[dict[str, Any]]:
    """Return the counted visits as they were known at a moment."""
    query = sa.text(VISITS).bindparams(sa.bindparam("known_by", type_=UTCDateTime()))
    found = [dict(row) for row in db.session.execute(query, {"known_by": known_by}).mappings()]
    for row in found:
        row["on_day"] = date.fromisoformat(str(row["on_day"]))
        row["month"] = f"{row['on_day']:%Y-%m}"
    return [row for row in found if all(row[name] == value for name, value in wanted.items())]


def registered(**wanted: Any) -> dict[str, date]:
    """Return the day on which each line of cards was registered first."""
    rows = [dict(row) for row in db.session.execute(sa.text(REGISTERED)).mappings()]
    mine = [row for row in rows if all(row[name] == value for name, value in wanted.items())]
    return {row["line"]: date.fromisoformat(str(row["first_on"])) for row in mine}


def tickets(rows: list[dict[str, Any]], *names: str) -> Counter[tuple[Any, ...]]:
    """Return adults and children by these columns."""
    found: Counter[tuple[Any, ...]] = Counter()
    for row in rows:
        for ticket in ("adults", "children"):
            found[(*(str(row[name]) for name in names), ticket)] += row[ticket]
    return found


def shown(app, role: Role, home: Area | Unit | Venue, path: str) -> dict[str, Any]:
    """Return the tables of a page as files hold them, by code, with their first and last day."""
    web, person = Web(app), factories.make_person(role, home)
    web.language("en")
    assert web.sign_in(person.email, factories.PASSWORD).status_code == 200
    said = json.loads(web.get(f"{path}{'&' if '?' in path else '?'}format=jsonstat").text)
    found = said.get("link", {}).get("item", [said])
    return {
        one["extension"]["table"]: {key[1:]: value for key, value in crawler.cells_of(one).items()}
        | {"days": tuple(map(date.fromisoformat, one["extension"]["period"].values()))}
        for one in found
    }


def same(table: dict[Any, Any], wanted: Counter[tuple[Any, ...]]) -> int:
    """Compare a table, its period left out, with a count; return how much there was to compare."""
    given = Counter({key[-2:]: value for key, value in table.items() if key != "days"})
    assert +given == +wanted
    return sum(wanted.values())


def test_the_coordinator_s_page(app, network, now):
    tables = shown(app, Role.COORDINATOR, network, "/figures/?period=2026")
    first_on, last_on = tables["uses-by-month"]["days"]
    mine = [row for row in visits(area_id=AREA_ID) if first_on <= row["on_day"] <= last_on and row["is_verified"]]
    assert same(tables["uses-by-category"], tickets(mine, "category")) > 500
    assert same(tables["uses-by-venue"], tickets(mine, "venue_id")) > 500
    assert same(tables["uses-by-month"], tickets(mine, "month")) > 500
    used = {row["line"] for row in visits() if row["adults"] + row["children"]}
    lines = {line for line, day in registered(area_id=AREA_ID, kind="personal").items() if first_on <= day <= last_on}
    cards = {key[-1]: value for key, value in tables["cards"].items() if key != "days"}
    assert (cards["registered"], cards["taken_into_use"]) == (len(lines), len(lines & used))
    assert cards["never_used"] == len(lines - used) > 50


def test_the_yearly_table_and_the_report_made_of_it(app, network, now):
    actor = factories.make_actor(Role.COORDINATOR, network)
    draft = reports.draw_up(2025, actor=actor, now=NOW)
    report = reports.freeze(2025, actor=actor, seen=draft.mark, now=NOW)
    tables = shown(app, Role.VIEWER, network, f"/reports/{report.id}")
    yearly = {key[-1]: value for key, value in tables["yearly"].items() if key != "days" and key[0] == "2025"}
    rows = [row for row in visits(area_id=AREA_ID) if row["on_day"].year == 2025 and row["is_verified"]]
    uses = tickets(rows, "category")
    assert {f"{ticket}_{category}": number for (category, ticket), number in uses.items() if number} == {
        name: value for name, value in yearly.items() if value and name.split("_")[0] in ("adults", "children")
    }
    assert yearly["uses"] == sum(uses.values()) > 500
    lines = {line for line, day in registered(area_id=AREA_ID, kind="personal").items() if day.year == 2025}
    used = {row["line"] for row in visits() if row["adults"] + row["children"]}
    assert (yearly["registered"], yearly["taken_into_use"]) == (len(lines), len(lines & used))


def test_a_venue_s_page(app, network, now):
    venue_id = Counter(row["venue_id"] for row in visits(area_id=AREA_ID)).most_common(1)[0][0]
    tables = shown(app, Role.VENUE_MANAGER, db.session.get_one(Venue, venue_id), "/venue/figures/?period=2026")
    mine = [row for row in visits(venue_id=venue_id) if row["on_day"].year == 2026]
    assert same(tables["own-uses-by-category"], tickets(mine, "category")) > 100
    assert same(tables["own-uses-by-month"], tickets(mine, "month")) > 100


@pytest.mark.parametrize("counted_live", [0, 1_000], ids=["kept", "live"])
def test_a_unit_s_page(app, network, now, monkeypatch, counted_live):
    monkeypatch.setattr(cardcounts, "UNIT_COUNTED_LIVE", counted_live)
    at = parse("2026-Q2")
    every = [row for row in visits() if row["card_kind"] == "personal" and at.first_on <= row["on_day"] <= at.last_on]
    unit_id = Counter(row["unit_id"] for row in every if row["home_id"] == AREA_ID).most_common(1)[0][0]
    table = shown(app, Role.WORKER, db.session.get_one(Unit, unit_id), "/cards/figures/?period=2026-Q2")["own-cards"]
    now_shown = {key[0]: value for key, value in table.items() if key != "days" and key[1].startswith("2026")}
    lines = registered(unit_id=unit_id, kind="personal")
    days = [day for day in lines.values() if at.first_on <= day <= at.last_on]
    assert now_shown["registered"] == len(days) > 3
    assert now_shown["uses"] == sum(row["adults"] + row["children"] for row in every if row["unit_id"] == unit_id) > 10


def test_cube_cells_before_rounding(network):
    compared: Counter[str] = Counter()
    for code in PERIODS:
        at = parse(code)
        counted = freezing.count(Due(AREA_ID, network.prefix, at, 1))
        wanted = cells(at, counted.classes)
        for table, found in counted.cells.items():
            assert {key: number_of(cell) for key, cell in found.items()} == {**wanted[table]}, (code, table)
            compared[table] += sum(wanted[table].values())
    assert min(compared.values()) > 20 and len(compared) == 10, compared


def cells(at: Period, known: dict[str, tuple[str, ...]]) -> dict[str, dict[tuple[str, ...], int]]:
    """Return the cells of a period by table; nothing in a made-up network comes later than its own revision."""
    everything = visits(at.closes_at(1))
    mine = [one for one in everything if one["area_id"] == AREA_ID and at.first_on <= one["on_day"] <= at.last_on]
    mine = [one for one in mine if one["is_verified"]]
    found: dict[str, Counter[tuple[str, ...]]] = defaultdict(Counter)
    found["uses"], found["uses_total"] = +tickets(mine, "category"), +tickets(mine)
    for one in mine:
        found["records"][(delay(one),)] += 1
    found["cards_valid"][()] = valid(at)
    by_line = defaultdict(list)
    for one in mine:
        if one["card_kind"] == "personal" and one["adults"] + one["children"]:
            by_line[one["line"]].append(one)
    earlier = {one["line"] for one in everything if one["on_day"] < at.first_on and one["adults"] + one["children"]}
    found["cards_in_use"][()] = len(by_line)
    found["first_visits"][()] = len(by_line.keys() - earlier)
    for rows in by_line.values():
        add_holder(found, rows, at, known)
    return {table: dict(+counts) for table, counts in found.items()}


def add_holder(
    found: dict[str, Counter[tuple[str, ...]]],
    rows: list[dict[str, Any]],
    at: Period,
    known: dict[str, tuple[str, ...]],
) -> None:
    """Add a line of cards to the tables of a quarter."""
    one = rows[0]
    age = at.last_on.year - one["birth_year"]
    tops = ((24, "under_25"), (34, "25_34"), (44, "35_44"), (54, "45_54"), (64, "55_64"))
    found["cards_by_age"][(next((name for top, name in tops if age <= top), "65_over"),)] += 1
    situation = one["life_situation"] or "not_told"
    found["cards_by_situation"][(situation if situation in known["situation"] else "other",)] += 1
    home = f"post:{one['postcode'][:3]}"
    prefix = db.session.get_one(Area, one["home_id"]).prefix
    away = one["home_id"] != AREA_ID
    found["cards_by_origin"][(f"area:{prefix}" if away else home if home in known["origin"] else "elsewhere",)] += 1
    venues, categories = len({row["venue_id"] for row in rows}), len({row["category"] for row in rows})
    band = "one" if venues == 1 else "two" if venues == 2 else "three_to_five" if venues < 6 else "six_or_more"
    found["cards_by_variety"][(band, "one" if categories == 1 else "two_or_more")] += 1


def delay(one: dict[str, Any]) -> str:
    """Return the class of the days between a visit and its record."""
    said = one["received_at"]
    at = said if isinstance(said, datetime) else datetime.fromisoformat(f"{said}+00:00")
    days = (period.day_of(at) - one["on_day"]).days
    tops = ((0, "same_day"), (1, "next_day"), (7, "within_week"), (31, "within_month"))
    return next((name for top, name in tops if days <= top), "longer")


def valid(at: Period) -> int:
    """Return the lines that could be used on the last day of a period."""
    moments = [sa.bindparam(name, type_=UTCDateTime()) for name in ("known_by", "midnight")]
    query = sa.text(VALID).bindparams(*moments, sa.bindparam("on_day", type_=sa.Date()))
    facts = {"known_by": at.closes_at(1), "midnight": period.last_moment_of(at.last_on), "on_day": at.last_on}
    return int(db.session.execute(query, {**facts, "area_id": AREA_ID}).scalar_one())
