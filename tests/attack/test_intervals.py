"""Rule 2 of security.md §4.5: equations over all that is shown leave a wide interval for every small count."""

from collections.abc import Callable

import pytest

from kaikukortti.cube.tables import BY_CODE
from kaikukortti.figuretable import Missing
from tests.attack import crawler, solving, town
from tests.attack.conftest import Served
from tests.attack.crawler import Answer, Cell
from tests.attack.membership import Quarter, Stretch, protected, unprotected
from tests.attack.solving import System

SMALL = range(1, 5)
NARROWEST, WIDE, MOSTLY = 2, 3, 0.95
LEAST_UNPROTECTED = 0.99
YEAR = [f"{town.REPORTED}-{month:02}" for month in range(1, 13)]


@pytest.fixture(scope="module")
def shown(served: Served, crawled: dict[str, dict[str, Answer]]) -> dict[Cell, int | str]:
    """Return every figure of the area that public, programs and viewers were shown; one cell says the same to all."""
    found: dict[Cell, int | str] = {}
    for answers in crawled.values():
        for dataset in crawler.datasets(answers):
            if dataset["source"] == served.town.name:
                for cell, value in crawler.cells_of(dataset).items():
                    both = {value, found.setdefault(cell, value)}
                    assert both == {value} or Missing.NOT_APPLICABLE in both, (cell, both)
                    found[cell] = value if found[cell] == Missing.NOT_APPLICABLE else found[cell]
    return found


@pytest.fixture(scope="module")
def year(served: Served) -> list[Stretch]:
    """Return the months of the year that has a report."""
    with served.app.app_context():
        return [town.stretch(month) for month in YEAR]


def systems(shown: dict[Cell, int | str], *, reads: Callable[[int | str], solving.Bounds]) -> list[System]:
    """Return all that is known, quarter by quarter, and of the year with its exact yearly table."""
    months = [[one.code for one in town.months_of(code)] for code in town.QUARTERS]
    made = [
        solving.of_quarter(shown, code, some, reads=reads) for code, some in zip(town.QUARTERS, months, strict=True)
    ]
    yearly: dict[tuple[str, ...], int] = {
        (category, ticket): int(shown["yearly", str(town.REPORTED), f"{ticket}_{category}"])
        for category in ("culture", "education", "science", "sport")
        for ticket in ("adults", "children")
    }
    return [*made, solving.of_year(shown, YEAR, yearly, reads=reads)]


def widths(known: list[System], truth: dict[Cell, int]) -> list[float]:
    """Return how wide the interval of each small count is; the truth lies in every one."""
    found = []
    for system in known:
        for cell in system.bounds:
            if truth.get(cell, 0) in SMALL:
                least, most = system.interval(cell)
                assert least <= truth[cell] <= most, (cell, least, most)
                found.append(most - least)
    return found


def test_small_counts_stay_hidden_and_an_unprotected_build_shows_them(shown, quarters: list[Quarter], year):
    everything = [*year, *(one for quarter in quarters for one in (quarter.whole, *quarter.months))]
    truth = town.cells(everything, show=unprotected)
    found = widths(systems(shown, reads=solving.rounded), truth)
    assert len(found) > 30, "there was something to find"
    assert min(found) >= NARROWEST, sorted(found)[:5]
    assert sum(width >= WIDE for width in found) >= MOSTLY * len(found), sorted(found)
    bare = {
        cell: truth.get(cell, 0) if cell[0] in BY_CODE and value != Missing.NOT_APPLICABLE else value
        for cell, value in shown.items()
    }
    exact = widths(systems(bare, reads=solving.exactly), truth)
    assert sum(width == 0 for width in exact) >= LEAST_UNPROTECTED * len(exact) > 30, "the attacker is broken"


def test_hiding_small_cells_alone_would_not_do(quarters: list[Quarter]):
    """The attacker finds what a build gives away that hides counts under five and shows the others and all sums."""
    truth = town.cells([quarter.whole for quarter in quarters], show=unprotected)
    hidden = {cell: Missing.UNDER_FIVE.value if number in SMALL else number for cell, number in truth.items()}
    known = [solving.of_quarter(hidden, code, [], reads=hiding) for code in town.QUARTERS]
    for system, quarter in zip(known, quarters, strict=True):
        code = quarter.whole.period.code
        users = sum(number for cell, number in truth.items() if cell[:2] == ("cards_by_age", code))
        system.bounds["everybody", code] = (users, users)
    found = widths(known, truth)
    assert sum(width == 0 for width in found) >= 0.1 * len(found) > 1, found


def hiding(value: int | str) -> tuple[float, float]:
    """Return what a build tells that hides small counts alone."""
    return (value, value) if isinstance(value, int) else (min(SMALL), max(SMALL))


def test_http_gives_the_very_cells_that_are_attacked(shown, quarters: list[Quarter]):
    from_memory = town.cells([one for quarter in quarters for one in (quarter.whole, *quarter.months)], show=protected)
    compared = 0
    for cell, value in shown.items():
        if cell[0] in BY_CODE and cell[1] in {key[1] for key in from_memory}:
            assert (value if isinstance(value, int) else 0) == from_memory.get(cell, 0), cell
            compared += 1
    assert compared > 200
