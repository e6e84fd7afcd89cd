"""What may be told of counted cells: §6.10 of followup.md for everybody, and for the area rounding as well.

A unit reads its own figures, exact. Outside it there are the area's: number and n are rounded to base 5 with the
service's key, the same cards always to the same number, before a share or a limit is reckoned.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from kaikukortti.cube.counting import Cell
from kaikukortti.cube.tables import Measure
from kaikukortti.followup.indicators.figures import Figure, hidden
from kaikukortti.rules import disclosure, intervals, rounding, suppression

AREA = 0  # as a unit: the whole area


@dataclass(frozen=True)
class Scope:
    """Whose figures are made: a unit's own, or the area's (`unit_id` 0). `secret` is the rounding key."""

    unit_id: int
    secret: bytes

    @property
    def is_area(self) -> bool:
        """Return whether the numbers are rounded."""
        return self.unit_id == AREA

    def cards(self, cell: Cell) -> int:
        """Return a number of cards or answers as this scope tells it."""
        return self._told(cell.cards, cell, Measure.CARDS)

    def tickets(self, cell: Cell) -> int:
        """Return a number of tickets or visits as this scope tells it."""
        return self._told(cell.number, cell, Measure.USES)

    def amount(self, number: float, cell: Cell, measure: str) -> float:
        """Return an amount that belongs to cards (card-months) as this scope tells it."""
        if not self.is_area:
            return number
        return rounding.round_number(round(number), cards=cell.keys, measure=measure, secret=self.secret)

    def _told(self, number: int, cell: Cell, measure: Measure) -> int:
        if not self.is_area:
            return number
        return rounding.round_number(number, cards=cell.keys, measure=measure, secret=self.secret)


def count(code: str, cell: Cell, *, scope: Scope, dims: str = "") -> Figure:
    """Return a number of cards, hidden below five."""
    if suppression.hides_rate(cell.cards):
        return hidden(code, dims)
    return Figure(code, dims, number=scope.cards(cell))


def share(
    code: str, hits: Cell, cases: Cell, *, scope: Scope, dims: str = "", facts: Mapping[str, Any] | None = None
) -> Figure:
    """Return the share of cards or answers with Wilson's interval; hidden below five cases, and of an area without a
    share below twenty rounded ones (S9).
    """
    if suppression.hides_rate(cases.cards):
        return hidden(code, dims)
    n = scope.cards(cases)
    number = min(scope.cards(hits), n)
    told = facts or {}
    if scope.is_area and n < disclosure.SMALLEST_DENOMINATOR:
        return Figure(code, dims, number=number, n=n, facts=told)
    found = intervals.wilson(number, n)
    return Figure(code, dims, number, n, found.value, found.low, found.high, facts=told)


def part_of_tickets(code: str, part: Cell, whole: Cell, *, scope: Scope, dims: str = "") -> Figure:
    """Return a part of tickets or visits without an interval, since one card makes many; hidden where a card could be
    found in the part or in the whole (S7).
    """
    if not (may_tell(whole) and may_tell(part)):
        return hidden(code, dims)
    n = scope.tickets(whole)
    number = min(scope.tickets(part), n)
    has_share = n >= disclosure.SMALLEST_DENOMINATOR or (n > 0 and not scope.is_area)
    return Figure(code, dims, number, n, number / n if has_share else None)


def line_of_tickets(code: str, parts: Mapping[str, Cell], whole: Cell, *, scope: Scope) -> list[Figure]:
    """Return the parts of tickets by `dims`, which make up the whole. A hidden part takes the next smallest with it,
    so that the whole does not give it back; what is nothing is hidden as what is little (S6).
    """
    cells = list(parts.values())
    unsafe = [place for place, cell in enumerate(cells) if not may_tell(cell)]
    places = suppression.hidden_cells([cell.cards for cell in cells], also=unsafe) | set(unsafe)
    return [
        hidden(code, dims) if place in places else part_of_tickets(code, cell, whole, scope=scope, dims=dims)
        for place, (dims, cell) in enumerate(parts.items())
    ]


def may_tell(cell: Cell) -> bool:
    """Return whether the tickets of a cell may be told: five cards, none of them most of it (S7)."""
    return disclosure.may_show_tickets(cell.of_cards, cards=cell.cards, largest=cell.largest, second=cell.second)
