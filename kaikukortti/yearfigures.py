"""The yearly table of a network in the national shape: cards, uses, municipalities (domain.md §4.7). No trait is in it.

Live, for the network's own coordinator; what others see is frozen in reports.py.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum

from kaikukortti import cardcounts, monthcounts
from kaikukortti.db import db
from kaikukortti.figuretable import Missing
from kaikukortti.models.network import Area
from kaikukortti.rules import period
from kaikukortti.rules.programme import Category

EXACT_FROM = 100
TOTALS_FROM = 40
"""Valid cards of a network from which its yearly table is exact, and from which its totals are told (S5)."""
BASE = 5

REGISTERED, TAKEN, TOTAL, MUNICIPALITIES = "registered", "taken_into_use", "uses", "municipalities"
ADULTS, CHILDREN = "adults", "children"
CATEGORIES = (Category.CULTURE, Category.EDUCATION, Category.SCIENCE, Category.SPORT)
"""The categories in the order of the national table."""

Row = Mapping[str, int | Missing]


class Exactness(StrEnum):
    """How much of its yearly table a network may show, by its valid cards."""

    EXACT = "exact"
    TOTALS = "totals"
    ONE_TOTAL = "one_total"


@dataclass(frozen=True)
class YearTable:
    """The rows of the yearly table by year, the oldest first, each with every column."""

    exactness: Exactness
    years: dict[int, Row]


def uses_column(who: str, category: Category) -> str:
    """Return the column of the uses of adults or children in a category."""
    return f"{who}_{category.value}"


USES_COLUMNS = tuple(uses_column(who, category) for who in (ADULTS, CHILDREN) for category in CATEGORIES)
COLUMNS = (REGISTERED, TAKEN, *USES_COLUMNS, TOTAL, MUNICIPALITIES)
TOLD_IN = {
    Exactness.EXACT: frozenset(COLUMNS),
    Exactness.TOTALS: frozenset({REGISTERED, TAKEN, TOTAL, MUNICIPALITIES}),
    Exactness.ONE_TOTAL: frozenset({TOTAL, MUNICIPALITIES}),
}


def read(area_id: int, *, now: datetime) -> YearTable:
    """Return the yearly table of an area from its first year to this one, as it is counted now.

    A year counts cards by the day of their first registration and uses by the day of visit; uses of cards that nobody
    could verify are not among them. The municipalities are those of the network as it is now.
    """
    this_year = period.day_of(now).year
    cards = cardcounts.of_area(area_id, now=now)
    uses = _uses_by_year(area_id, last_on=date(this_year, 12, 31))
    oldest = min([this_year, *uses, *([] if cards.days.first_on is None else [cards.days.first_on.year])])
    towns = len(db.session.get_one(Area, area_id).municipalities)
    exactness = exactness_of(cards.today.valid)
    years: dict[int, Row] = {}
    for year in range(oldest, this_year + 1):
        given = cards.days.within(date(year, 1, 1), date(year, 12, 31))
        counts = uses.get(year, dict.fromkeys(USES_COLUMNS, 0))
        row = {REGISTERED: given.registered, TAKEN: given.taken_into_use, **counts}
        years[year] = protect({**row, TOTAL: sum(counts.values()), MUNICIPALITIES: towns}, exactness)
    return YearTable(exactness, years)


def exactness_of(valid: int) -> Exactness:
    """Return how much a network may show that has so many valid cards."""
    if valid >= EXACT_FROM:
        return Exactness.EXACT
    return Exactness.TOTALS if valid >= TOTALS_FROM else Exactness.ONE_TOTAL


def protect(row: Mapping[str, int], exactness: Exactness) -> Row:
    """Return a row as it may be shown: exact, or its totals to the nearest five and the rest left out."""
    if exactness is Exactness.EXACT:
        return dict(row)
    told = TOLD_IN[exactness]
    return {
        column: (
            Missing.TOO_FEW_CARDS if column not in told else row[column] if column == MUNICIPALITIES else _near(count)
        )
        for column, count in row.items()
    }


def _near(count: int) -> int | Missing:
    return Missing.UNDER_FIVE if count < BASE else BASE * ((2 * count + BASE) // (2 * BASE))


def _uses_by_year(area_id: int, *, last_on: date) -> dict[int, dict[str, int]]:
    found: dict[int, dict[str, int]] = {}
    for row in monthcounts.of_area(area_id, first_on=date.min, last_on=last_on):
        if row.is_verified:
            year = found.setdefault(row.month.year, dict.fromkeys(USES_COLUMNS, 0))
            year[uses_column(ADULTS, row.category)] += row.adults
            year[uses_column(CHILDREN, row.category)] += row.children
    return found
