"""A seeded network of about 258 valid cards at the end of each of four quarters, frozen, with somebody in each role."""

from dataclasses import dataclass

from kaikukortti import reports, simulate
from kaikukortti.cube import freezing, ledger, tables
from kaikukortti.cube.periods import Grain, Period, holding, parse
from kaikukortti.db import db
from kaikukortti.models.network import Area, Unit, Venue
from kaikukortti.rules.access import Role
from kaikukortti.simulate.size import Size
from tests import factories
from tests.attack.crawler import Cell
from tests.attack.membership import Quarter, Show, Stretch
from tests.factories import NOW, ROUNDING_KEY, Person

SEED = 258
AREA_ID = 1
QUARTERS = ("2025-Q4", "2026-Q1", "2026-Q2", "2026-Q3")
REPORTED = 2025
SIZE = Size(areas=2, units=20, venues=30, cards=800, years=3, visits=5_200)


@dataclass(frozen=True)
class Town:
    """The area that is attacked, as its staff call it, and a person in each role."""

    name: str
    prefix: str
    people: dict[Role, Person]


def fill() -> Town:
    """Fill the empty database, freeze all that has closed and a yearly report."""
    simulate.network(SIZE, seed=SEED, now=NOW)
    freezing.freeze(now=NOW, secret=ROUNDING_KEY)
    area, unit, venue = db.session.get_one(Area, 1), db.session.get_one(Unit, 1), db.session.get_one(Venue, 1)
    homes: dict[Role, Area | Unit | Venue] = {Role.COORDINATOR: area, Role.VIEWER: area}
    homes |= {Role.WORKER: unit, Role.VENUE_MANAGER: venue}
    people = {role: factories.make_person(role, home) for role, home in homes.items()}
    coordinator = people[Role.COORDINATOR].actor
    draft = reports.draw_up(REPORTED, actor=coordinator, now=NOW)
    reports.freeze(REPORTED, actor=coordinator, seen=draft.mark, now=NOW)
    return Town(area.name_en, area.prefix, people)


def stretch(code: str | Period) -> Stretch:
    """Return a period with all that it counts, as it was known when it was frozen."""
    at = parse(code) if isinstance(code, str) else code
    known_by = at.closes_at(at.revision_at(NOW) or 0)
    with db.engine.connect() as connection:
        holders = list(ledger.stream_holders(connection, AREA_ID, on_day=at.last_on, known_by=known_by))
        visits = list(ledger.stream_visits(connection, AREA_ID, at, known_by=known_by))
        return Stretch(at, AREA_ID, ledger.list_areas(connection), holders, visits)


def months_of(quarter: str) -> list[Period]:
    """Return the three months of a quarter."""
    first = holding(parse(quarter).first_on, Grain.MONTH)
    return [first, first.next, first.next.next]


def quarters() -> list[Quarter]:
    """Return the four quarters with their months and the one before each."""
    return [
        Quarter(stretch(code), tuple(stretch(month) for month in months_of(code)), stretch(parse(code).previous))
        for code in QUARTERS
    ]


def cells(stretches: list[Stretch], *, show: Show) -> dict[Cell, int]:
    """Return the cells of periods as a build shows them, by table, period and classes; those without a card are not
    there.
    """
    return {
        (code, one.period.code, *key): show(cell, tables.BY_CODE[code].measure, ROUNDING_KEY.encode())
        for one in stretches
        for code, found in one.count().cells.items()
        for key, cell in found.items()
    }
