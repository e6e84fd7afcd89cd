"""Figures in words and tables: what is counted, how exact it is, the table behind each chart of a page."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime

from flask_babel import lazy_gettext as _l

from kaikukortti.figuretable import Category, Dimension, FigureTable, Missing
from kaikukortti.usecounts import Uses
from kaikukortti.web import language
from kaikukortti.web.figures import charts, exports
from kaikukortti.web.figures.findings import month_name
from kaikukortti.web.language import _

Month = tuple[int, int]
Value = int | float | Missing

USE = _l(
    "One ticket of admission. A course place or a season pass is one use, on its first day. A visit that was undone or"
    " set aside is not counted."
)
CARD_HANDED_OUT = _l(
    "Personal cards registered for the first time in the period. A renewed or replaced card is not counted again."
)
EXACT = _l("Exact, as counted at this moment. Figures can still grow when visits are recorded later.")
ROUNDED = _l("Rounded to fives so that nobody can be found; totals may differ from the sum of their parts.")
SIDE_BY_SIDE = _l("The same months of two periods, counted in the same way.")


@dataclass(frozen=True)
class Frame:
    """What all tables of a page have in common."""

    first_on: date
    last_on: date
    as_of: datetime
    source: str
    rounding: str


def tickets() -> tuple[str, str]:
    """Return the two kinds of uses."""
    return (_("Adults"), _("Children"))


def table(
    frame: Frame,
    code: str,
    title: str,
    *,
    rows: Dimension,
    columns: Dimension,
    values: dict[tuple[str, ...], Value],
    definition: str,
    unit: str = "",
) -> FigureTable:
    """Return a table of two dimensions."""
    return FigureTable(
        code=code,
        title=title,
        dimensions=(rows, columns),
        values=values,
        first_on=frame.first_on,
        last_on=frame.last_on,
        as_of=frame.as_of,
        definition=definition,
        rounding=frame.rounding,
        source=frame.source,
        unit=unit,
    )


def uses_table(
    frame: Frame, code: str, title: str, heading: str, rows: Iterable[tuple[str, str, Uses]], *, is_time: bool = False
) -> FigureTable:
    """Return uses as adults and children; a row is (code, label, uses)."""
    listed = list(rows)
    values: dict[tuple[str, ...], Value] = {}
    for key, _label, uses in listed:
        values[key, "adults"], values[key, "children"] = uses.adults, uses.children
    named = Dimension("period" if is_time else code, heading, categories((key, label) for key, label, _ in listed))
    shown = Dimension(named.code, named.label, named.categories, is_time=is_time)
    return table(
        frame, code, title, rows=shown, columns=ticket_dimension(), values=values, definition=str(USE), unit=_("uses")
    )


def ticket_dimension() -> Dimension:
    """Return the dimension of adults and children."""
    return Dimension("ticket", _("Ticket"), categories(zip(("adults", "children"), tickets(), strict=True)))


def list_table(
    frame: Frame, code: str, title: str, rows: Sequence[tuple[str, str, Value]], *, definition: str
) -> FigureTable:
    """Return single figures under each other; a row is (code, label, figure)."""
    return FigureTable(
        code=code,
        title=title,
        dimensions=(Dimension("figure", _("Figure"), categories(row[:2] for row in rows), is_measure=True),),
        values={(key,): value for key, _label, value in rows},
        first_on=frame.first_on,
        last_on=frame.last_on,
        as_of=frame.as_of,
        definition=definition,
        rounding=frame.rounding,
        source=frame.source,
    )


def pair_table(
    frame: Frame,
    code: str,
    title: str,
    *,
    rows: Sequence[tuple[str, str, Value, Value]],
    periods: Sequence[tuple[str, str]],
    definition: str,
) -> FigureTable:
    """Return the same figures of two periods; a row is (code, label, figure, figure of the other period)."""
    values: dict[tuple[str, ...], Value] = {}
    for key, _label, now, then in rows:
        values[key, periods[0][0]], values[key, periods[1][0]] = now, then
    return table(
        frame,
        code,
        title,
        rows=Dimension("figure", _("Figure"), categories(row[:2] for row in rows), is_measure=True),
        columns=Dimension("period", _("Period"), categories(periods), is_time=True),
        values=values,
        definition=definition,
    )


def cell(value: Value) -> str:
    """Write a figure, or the reason why there is none."""
    return reason_words(value) if isinstance(value, Missing) else written(int(value))


def categories(pairs: Iterable[tuple[str, str]]) -> tuple[Category, ...]:
    """Return the values of a dimension from codes and labels."""
    return tuple(Category(code, label) for code, label in pairs)


def month_rows(found: Iterable[tuple[Month, Uses]]) -> list[tuple[str, str, Uses]]:
    """Return months as rows of `uses_table`."""
    return [(f"{year}-{month:02d}", month_name((year, month), "LLL y"), uses) for (year, month), uses in found]


def bars(table: FigureTable, finding: str) -> charts.BarChart:
    """Draw a table of two dimensions as bars."""
    rows, columns = table.dimensions
    return charts.bar_chart(
        title=table.title,
        heading=rows.label,
        finding=finding,
        series=[column.label for column in columns.categories],
        rows=[
            (row.label, [_number(table.values[row.code, column.code]) for column in columns.categories])
            for row in rows.categories
        ],
    )


def columns(table: FigureTable, finding: str, *, most: int) -> charts.ColumnChart:
    """Draw the newest months of a table of months as columns, a year written where it begins."""
    rows, kinds = table.dimensions
    shown = rows.categories[-most:]
    months = [(int(row.code[:4]), int(row.code[5:7])) for row in shown]
    return charts.column_chart(
        title=table.title,
        heading=rows.label,
        finding=finding,
        series=[kind.label for kind in kinds.categories],
        rows=[
            (month_name(month), [_number(table.values[row.code, kind.code]) for kind in kinds.categories])
            for row, month in zip(shown, months, strict=True)
        ],
        groups=[str(year) for year, _month in months],
    )


def written(value: int) -> str:
    """Write a figure in the reader's language."""
    return language.number(value)


def reason_words(value: Missing) -> str:
    """Say why a cell shows no figure."""
    return exports.reasons()[value]


def _number(value: Value) -> int:
    return 0 if isinstance(value, Missing) else int(value)
