"""How near the truth comes who puts all shown figures into one system of equations: an interval for every hidden count.

The attacker knows what the documentation says: how numbers are rounded, which tables add up to the same.
"""

from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from math import ceil, floor, inf

import numpy as np
from scipy.optimize import linprog

from kaikukortti.figuretable import Missing
from kaikukortti.rules.rounding import BASE
from tests.attack.crawler import Cell

OF_HOLDERS = ("cards_by_age", "cards_by_situation", "cards_by_origin", "cards_by_variety")
"""Each of these tables puts every card in use of a quarter into one cell."""
NEARLY = 1e-6
Bounds = tuple[float, float]


def rounded(shown: int | str) -> Bounds:
    """Return between what lies behind a figure of the published tables."""
    if isinstance(shown, int):
        return max(0, shown - BASE + 1), shown + BASE - 1
    return (0, BASE - 1) if shown == Missing.UNDER_FIVE else (0, inf)


def exactly(shown: int | str) -> Bounds:
    """Return the same where a build shows the truth."""
    return (shown, shown) if isinstance(shown, int) else (0, inf)


@dataclass
class System:
    """Linear equations and inequalities between counts; each count has bounds of its own."""

    bounds: dict[Cell, Bounds] = field(default_factory=dict)
    equal: list[tuple[dict[Cell, float], float]] = field(default_factory=list)
    at_most: list[tuple[dict[Cell, float], float]] = field(default_factory=list)

    def same(self, parts: Iterable[Cell], whole: Cell) -> None:
        """Say that parts add up to a whole."""
        self.equal.append(({**dict.fromkeys(parts, 1.0), whole: -1.0}, 0))

    def interval(self, cell: Cell) -> Bounds:
        """Return the least and the most whole number that a count can be."""
        names = list(self.bounds)
        place = {name: number for number, name in enumerate(names)}
        goal = np.zeros(len(names))
        goal[place[cell]] = 1
        given = {**self._rows("eq", self.equal, place), **self._rows("ub", self.at_most, place)}
        ends = []
        for sign in (1, -1):
            found = linprog(sign * goal, bounds=list(self.bounds.values()), **given)
            assert found.status in (0, 3), f"what is shown contradicts itself: {found.message}"
            ends.append(sign * found.fun if found.status == 0 else inf)
        return ceil(ends[0] - NEARLY), floor(ends[1] + NEARLY) if ends[1] < inf else inf

    @staticmethod
    def _rows(
        kind: str, rules: list[tuple[dict[Cell, float], float]], place: Mapping[Cell, int]
    ) -> dict[str, np.ndarray]:
        if not rules:
            return {}
        table = np.zeros((len(rules), len(place)))
        for row, (factors, _) in enumerate(rules):
            for name, factor in factors.items():
                table[row, place[name]] = factor
        return {f"A_{kind}": table, f"b_{kind}": np.array([value for _, value in rules], dtype=float)}


def of_quarter(
    shown: Mapping[Cell, int | str],
    quarter: str,
    months: list[str],
    *,
    reads: Callable[[int | str], Bounds] = rounded,
) -> System:
    """Return what is known of a quarter's holders and of its months."""
    system, users = System(), ("everybody", quarter)
    system.bounds[users] = (0, inf)
    for table in OF_HOLDERS:
        parts = _put_in(system, shown, table, quarter, reads)
        if parts:
            system.same(parts, users)
    in_use = []
    for month in months:
        in_use += _put_in(system, shown, "cards_in_use", month, reads)
        _put_in(system, shown, "records", month, reads)
        for first in _put_in(system, shown, "first_visits", month, reads):
            system.at_most.append(({first: 1.0, in_use[-1]: -1.0}, 0))
        _add_uses(system, shown, month, reads)
    for month_cell in in_use:
        system.at_most.append(({month_cell: 1.0, users: -1.0}, 0))
    if in_use and len(in_use) == len(months):
        system.at_most.append(({users: 1.0, **dict.fromkeys(in_use, -1.0)}, 0))
    return system


def of_year(
    shown: Mapping[Cell, int | str],
    months: list[str],
    yearly: Mapping[tuple[str, ...], int],
    *,
    reads: Callable[[int | str], Bounds] = rounded,
) -> System:
    """Return what is known of a year's uses by category and ticket, its exact yearly table included."""
    system = System()
    parts = defaultdict(list)
    for month in months:
        for cell in _add_uses(system, shown, month, reads):
            parts[cell[2:]].append(cell)
    for key, cells in parts.items():
        system.equal.append((dict.fromkeys(cells, 1.0), yearly[key]))
    return system


def _add_uses(
    system: System, shown: Mapping[Cell, int | str], month: str, reads: Callable[[int | str], Bounds]
) -> list[Cell]:
    by_ticket = defaultdict(list)
    cells = _put_in(system, shown, "uses", month, reads)
    for cell in cells:
        by_ticket[cell[3]].append(cell)
    for total in _put_in(system, shown, "uses_total", month, reads):
        if total[2] in by_ticket:
            system.same(by_ticket[total[2]], total)
    return cells


def _put_in(
    system: System, shown: Mapping[Cell, int | str], table: str, period: str, reads: Callable[[int | str], Bounds]
) -> list[Cell]:
    found = [cell for cell, value in shown.items() if cell[:2] == (table, period) and value != Missing.NOT_APPLICABLE]
    system.bounds.update({cell: reads(shown[cell]) for cell in found})
    return found
