"""Cells out of the stream of visits, exact ones first, then what may be shown of them. Rules S5 to S8; no SQL.

Memory grows with the number of cells alone: a line of cards is folded into them when its last visit has been read.
"""

from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from itertools import groupby

from kaikukortti.cube import classes, tables
from kaikukortti.cube.ledger import SITUATIONS, Holder, Visit
from kaikukortti.cube.periods import Grain, Period
from kaikukortti.cube.tables import CubeTable, Key, Measure
from kaikukortti.rules import disclosure, period, rounding
from kaikukortti.rules.disclosure import NetworkSize


@dataclass(slots=True)
class Cell:
    """A cell before rounding: its cards, the XOR of their keys, what is counted, and the two largest shares in it.

    `number` counts tickets or registrations; those `of_cards` came with a known card. It stays 0 where cards count.
    """

    cards: int = 0
    keys: int = 0
    number: int = 0
    of_cards: int = 0
    largest: int = 0
    second: int = 0

    def add(self, key: int | None, number: int = 0) -> None:
        """Add what one card has in this cell, all of it at once; None: what came without a known card."""
        self.number += number
        if key is None:
            return
        self.cards += 1
        self.keys ^= key
        self.of_cards += number
        if number > self.largest:
            self.largest, self.second = number, self.largest
        elif number > self.second:
            self.second = number


@dataclass(frozen=True)
class Counted:
    """A period's cells before rounding. `classes` are those of the variables that have not always the same ones."""

    size: NetworkSize
    classes: dict[str, tuple[str, ...]]
    cells: dict[str, dict[Key, Cell]]
    late: Cell


@dataclass(slots=True)
class _Line:
    """What one line of cards did in the period."""

    first: Visit
    uses: Counter[Key] = field(default_factory=Counter)
    records: Counter[Key] = field(default_factory=Counter)
    venues: set[int] = field(default_factory=set)
    late: int = 0
    is_new: bool = True


def count(
    at: Period, *, holders: Iterable[Holder], visits: Iterable[Visit], area_id: int, prefixes: dict[int, str]
) -> Counted:
    """Count the cells of a period. `visits` come line by line; `prefixes` are those of all areas by id."""
    valid, living = _count_holders(holders)
    size = disclosure.size_of(valid.cards)
    others = tuple(classes.home_area_class(prefix) for key, prefix in prefixes.items() if key != area_id)
    lived_in = (code for code, cards in living.items() if cards >= disclosure.FEWEST_IN_RESIDENCE)
    homes = tuple(sorted(code for code in lived_in if code != classes.NOT_TOLD))
    origins = (*homes, classes.ELSEWHERE, classes.NOT_TOLD, *others)
    known = {tables.ORIGIN: origins, tables.SITUATION: (*SITUATIONS, classes.NOT_TOLD)}
    counted = Counted(size, known, {}, Cell())
    tally = _Tally(at, counted, area_id, prefixes, homes)
    tally.add(tables.CARDS_VALID, (), valid)
    for line in _by_line(visits, at):
        tally.add_line(line)
    return counted


def publish(counted: Counted, *, secret: bytes) -> dict[str, dict[Key, int]]:
    """Return the numbers that may be shown, rounded, above zero. What may not be shown is not there at all, nor is what
    came to zero: the two cannot be told apart.
    """
    shown: dict[str, dict[Key, int]] = {}
    for code, cells in counted.cells.items():
        measure = tables.BY_CODE[code].measure
        for key, cell in cells.items():
            number = show(cell, measure, secret=secret)
            if number:
                shown.setdefault(code, {})[key] = number
    return shown


def show(cell: Cell, measure: Measure, *, secret: bytes) -> int:
    """Return what may be shown of a cell: its rounded number, 0 where it comes to nothing or may not be shown."""
    if measure is Measure.CARDS:
        return rounding.round_number(cell.cards, cards=cell.keys, measure=measure, secret=secret)
    if not disclosure.may_show_tickets(cell.of_cards, cards=cell.cards, largest=cell.largest, second=cell.second):
        return 0
    return rounding.round_number(cell.number, cards=cell.keys, measure=measure, secret=secret)


class _Tally:
    """Folds lines of cards into the tables that a period and a network of this size may have."""

    def __init__(
        self, at: Period, counted: Counted, area_id: int, prefixes: dict[int, str], homes: Sequence[str]
    ) -> None:
        self._year, self._area_id = at.last_on.year, area_id
        self._prefixes, self._homes = prefixes, tuple(homes)
        self._late = counted.late
        self._cells = counted.cells
        for table in tables.TABLES:
            if table.grain is at.grain and counted.size in table.sizes:
                self._cells[table.code] = {}

    def add(self, table: CubeTable, key: Key, cell: Cell) -> None:
        if table.code in self._cells:
            self._cells[table.code][key] = cell

    def add_line(self, line: _Line) -> None:
        key = None if line.first.line is None else rounding.line_key(line.first.line)
        self._add_tickets(line, key)
        if line.late:
            self._late.add(key, line.late)
        if key is not None and line.uses and not line.first.is_community:
            self._add_card(line, key)

    def _add_tickets(self, line: _Line, key: int | None) -> None:
        by_ticket: Counter[Key] = Counter()
        for (category, ticket), number in line.uses.items():
            self._to(tables.USES, (category, ticket), key, number)
            by_ticket[(ticket,)] += number
        for ticket_key, number in by_ticket.items():
            self._to(tables.USES_TOTAL, ticket_key, key, number)
        if line.uses:
            self._to(tables.USES_ALL, (), key, line.uses.total())
        for delay_key, number in line.records.items():
            self._to(tables.RECORDS, delay_key, key, number)

    def _add_card(self, line: _Line, key: int) -> None:
        holder = line.first
        self._to(tables.CARDS_IN_USE, (), key)
        if line.is_new:
            self._to(tables.FIRST_VISITS, (), key)
        self._to(tables.BY_AGE, (classes.age_class(holder.birth_year, year=self._year),), key)
        self._to(tables.BY_SITUATION, (holder.life_situation or classes.NOT_TOLD,), key)
        self._to(tables.BY_ORIGIN, (self._origin(holder),), key)
        categories = len({category for category, _ in line.uses})
        variety = (classes.venues_class(len(line.venues)), classes.categories_class(categories))
        self._to(tables.BY_VARIETY, variety, key)

    def _origin(self, holder: Visit) -> str:
        if holder.home_area_id not in (None, self._area_id):
            return classes.home_area_class(self._prefixes[holder.home_area_id or 0])
        return classes.residence_class(holder.postcode, classes=self._homes)

    def _to(self, table: CubeTable, cell: Key, key: int | None, number: int = 0) -> None:
        cells = self._cells.get(table.code)
        if cells is not None:
            found = cells.get(cell)
            if found is None:
                found = cells[cell] = Cell()
            found.add(key, number)


def _count_holders(holders: Iterable[Holder]) -> tuple[Cell, Counter[str]]:
    cell, living = Cell(), Counter[str]()
    for holder in holders:
        cell.add(rounding.line_key(holder.line))
        living[classes.residence_of(holder.postcode)] += 1
    return cell, living


def _by_line(visits: Iterable[Visit], at: Period) -> Iterator[_Line]:
    for _, group in groupby(visits, key=lambda visit: visit.line):
        line: _Line | None = None
        for visit in group:
            if line is None:
                line = _Line(visit)
            _fold(line, visit, at.grain)
        if line is not None:
            yield line


def _fold(line: _Line, visit: Visit, grain: Grain) -> None:
    if grain is Grain.MONTH and not visit.is_imported:  # it says its own day, or that of the file
        days = (period.day_of(visit.received_at) - visit.on_day).days
        line.records[(classes.delay_class(days, is_late=visit.is_late),)] += 1
    line.late += visit.is_late
    line.is_new = line.is_new and bool(visit.is_first)
    if visit.adults:
        line.uses[(visit.category, classes.TICKET_CODES[0])] += visit.adults
    if visit.children:
        line.uses[(visit.category, classes.TICKET_CODES[1])] += visit.children
    if visit.adults or visit.children:
        line.venues.add(visit.venue_id)
