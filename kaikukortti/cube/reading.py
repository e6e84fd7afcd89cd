"""Read frozen cells for pages and exports, through an engine that can read nothing else. Never a query over cards."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from itertools import product

from kaikukortti.cube import classes, store, tables
from kaikukortti.cube.periods import Grain, Period
from kaikukortti.cube.store import Frozen
from kaikukortti.cube.tables import CubeTable, Key, Measure
from kaikukortti.errors import DomainError, NotFound
from kaikukortti.figuretable import Missing
from kaikukortti.rules import disclosure
from kaikukortti.rules.disclosure import NetworkSize, Refusal
from kaikukortti.rules.programme import Category

FIXED_CLASSES = {
    tables.TICKET: classes.TICKET_CODES,
    tables.CATEGORY: tuple(category.value for category in Category),
    tables.DELAY: classes.DELAY_CODES,
    tables.AGE: (*classes.AGE_CODES, classes.NOT_TOLD),
    tables.VENUES: classes.VENUES_CODES,
    tables.CATEGORIES: classes.CATEGORIES_CODES,
}
FEWEST = {NetworkSize.TRAITS: disclosure.FEWEST_FOR_TRAITS, NetworkSize.TOTALS: disclosure.FEWEST_FOR_TOTALS}


class PeriodNotClosed(DomainError):
    """A period is not frozen (yet). Details: `period`, its code, and `published_on`, the day that it comes out at the
    earliest.
    """

    code = "period_not_closed"


class NetworkTooSmall(DomainError):
    """The network had too few valid cards for this table in every period asked for. Details: `fewest`, how many cards
    a network needs for it.
    """

    code = "network_too_small"


class CrossingNotPublished(DomainError):
    """No table crosses these variables. Details: `reason`, a value of rules.disclosure.Refusal."""

    code = "crossing_not_published"


@dataclass(frozen=True)
class FrozenPeriod:
    """A period whose figures are out. `revision` is 1 once it has been revised. `has_late` marks one that also holds
    visits of earlier periods, which arrived after those had been revised.
    """

    period: Period
    frozen_at: datetime
    revision: int
    has_late: bool

    @property
    def first_on(self) -> date:
        """Return the first day of visit."""
        return self.period.first_on

    @property
    def last_on(self) -> date:
        """Return the last day of visit."""
        return self.period.last_on


@dataclass(frozen=True)
class Cells:
    """A table's cells over some periods. `values` go by the code of the period and then the classes of the table's
    variables, in their order; `classes` are all those by variable, in the order in which they are shown.

    `as_of` is when the newest of the periods was frozen, `revision` 1 when all of them have been revised.
    """

    table: CubeTable
    periods: tuple[Period, ...]
    classes: dict[str, tuple[str, ...]]
    values: dict[Key, int | Missing]
    as_of: datetime
    revision: int
    late: frozenset[str]


def read(area_id: int, code: str, *, periods: Sequence[Period]) -> Cells:
    """Return a table of an area for one or several frozen periods of its grain. Two queries.

    Raises NotFound (no such table, or no period), PeriodNotClosed, NetworkTooSmall.
    """
    table = tables.BY_CODE.get(code)
    if table is None or not periods or any(at.grain is not table.grain for at in periods):
        raise NotFound()
    frozen = store.read(store.reader(), area_id, periods, code=code)
    missing = sorted(set(periods) - {one.period for one in frozen})
    if missing:
        raise PeriodNotClosed(period=missing[0].code, published_on=missing[0].published_on)
    if all(one.size not in table.sizes for one in frozen) and NetworkSize.ONE_TOTAL not in table.sizes:
        raise NetworkTooSmall(fewest=min(FEWEST[size] for size in table.sizes))
    known = {variable: _classes_of(variable, frozen) for variable in table.variables}
    values: dict[Key, int | Missing] = {}
    for one in frozen:
        for key in product(*known.values()):
            values[(one.period.code, *key)] = _value(one, table, key)
    return Cells(
        table=table,
        periods=tuple(one.period for one in frozen),
        classes=known,
        values=values,
        as_of=max(one.frozen_at for one in frozen),
        revision=min(one.revision for one in frozen),
        late=frozenset(one.period.code for one in frozen if one.has_late),
    )


def list_periods(area_id: int, grain: Grain) -> list[FrozenPeriod]:
    """Return the frozen periods of an area, the oldest first. One query."""
    return [
        FrozenPeriod(one.period, one.frozen_at, one.revision, one.has_late)
        for one in store.list_frozen(store.reader(), area_id, grain)
    ]


def find_table(area_id: int, measure: Measure, variables: Collection[str], *, grain: Grain) -> CubeTable:
    """Return the table of a measure that crosses exactly these variables. Raises CrossingNotPublished."""
    for table in tables.TABLES:
        if (table.measure, table.grain, set(table.variables)) == (measure, grain, set(variables)):
            return table
    raise CrossingNotPublished(reason=why_not(area_id, variables) or Refusal.NOT_AMONG_TABLES)


def why_not(area_id: int, variables: Collection[str]) -> Refusal | None:
    """Return why an area has no table of these variables, or None where it has one."""
    never = disclosure.why_never(variables, known=tables.VARIABLES)
    if never is not None:
        return never
    fitting = [table for table in tables.TABLES if set(table.variables) == set(variables)]
    if not fitting:
        return Refusal.NOT_AMONG_TABLES
    newest = {grain: store.list_frozen(store.reader(), area_id, grain)[-1:] for grain in Grain}
    sizes = [(table, one.size) for table in fitting for one in newest[table.grain]]
    if sizes and not any(size in table.sizes for table, size in sizes):
        return Refusal.NETWORK_TOO_SMALL
    return None


def _classes_of(variable: str, frozen: Sequence[Frozen]) -> tuple[str, ...]:
    """Return the classes of a variable in all periods; those that differ between periods in the newest one's order."""
    if variable in FIXED_CLASSES:
        return FIXED_CLASSES[variable]
    found: dict[str, None] = {}
    for one in reversed(frozen):
        found.update(dict.fromkeys(one.classes[variable]))
    return tuple(found)


def _value(one: Frozen, table: CubeTable, key: Key) -> int | Missing:
    if one.size not in table.sizes:
        small = NetworkSize.ONE_TOTAL in table.sizes
        return Missing.NOT_APPLICABLE if small else Missing.TOO_FEW_CARDS
    for variable, value in zip(table.variables, key, strict=True):
        if value not in one.classes.get(variable, (value,)):
            return Missing.NOT_APPLICABLE
    hidden = Missing.UNDER_FIVE if table.measure is Measure.CARDS else Missing.TOO_FEW_CARDS
    return one.cells.get(table.code, {}).get(key, hidden)
