"""Tables of reports in the reader's language, made of figures that hold no word; what may be shown is decided there.

The yearly table is that of domain.md §4.7, with the columns of the national one.
"""

from collections.abc import Mapping
from datetime import date, datetime

from flask_babel import lazy_gettext as _l

from kaikukortti import yearfigures
from kaikukortti.figuretable import Category, Dimension, FigureTable, Missing
from kaikukortti.reportfigures import Figures
from kaikukortti.web import choices, language
from kaikukortti.web.figures import exports
from kaikukortti.web.language import _
from kaikukortti.yearfigures import ADULTS, CATEGORIES, CHILDREN, Exactness, Row, YearTable, uses_column

WHO = {ADULTS: _l("Adults"), CHILDREN: _l("Children")}
OTHER_COLUMNS = {
    yearfigures.REGISTERED: _l("Cards handed out"),
    yearfigures.TAKEN: _l("Taken into use"),
    yearfigures.TOTAL: _l("Uses in total"),
    yearfigures.MUNICIPALITIES: _l("Municipalities"),
}
EXACTNESS = {
    Exactness.EXACT: _l("The figures are exact."),
    Exactness.TOTALS: _l("The network has fewer than 100 valid cards, so only totals are shown, to the nearest five."),
    Exactness.ONE_TOTAL: _l(
        "The network has fewer than 40 valid cards, so only the total of uses is shown, to the nearest five."
    ),
}


def column_name(column: str) -> str:
    """Return the name of a column of the yearly table: "Adults: culture"."""
    if column in OTHER_COLUMNS:
        return str(OTHER_COLUMNS[column])
    who, category = column.split("_")
    return f"{WHO[who]}: {choices.word(choices.CATEGORIES, category).lower()}"


def network_name(names: tuple[str, str, str]) -> str:
    """Return a network's name in the reader's language, or the Finnish one."""
    by_code = dict(zip(language.CODES, names, strict=True))
    return by_code[language.language_now()] or by_code[language.DEFAULT]


def yearly(table: YearTable, *, name: str, last_on: date, as_of: datetime) -> FigureTable:
    """Return the yearly table; `last_on` is the last day of visits in it."""
    years = sorted(table.years)
    columns = tuple(Category(column, column_name(column)) for column in yearfigures.COLUMNS)
    return FigureTable(
        code="yearly",
        title=_("Cards and uses by year"),
        dimensions=(
            Dimension("year", _("Year"), tuple(Category(str(year), str(year)) for year in years), is_time=True),
            Dimension("figure", _("Figure"), columns, is_measure=True),
        ),
        values={(str(year), column): table.years[year][column] for year in years for column in yearfigures.COLUMNS},
        first_on=date(years[0], 1, 1),
        last_on=last_on,
        as_of=as_of,
        definition=" ".join(f"{term}: {text}" for term, text in definitions()),
        rounding=str(EXACTNESS[table.exactness]),
        source=name,
    )


def by_category(figures: Figures, *, as_of: datetime) -> FigureTable:
    """Return the uses of a report's own year by category, adults and children."""
    kinds = tuple(Category(kind.value, choices.word(choices.CATEGORIES, kind)) for kind in CATEGORIES)
    return FigureTable(
        code="uses_by_category",
        title=_("Uses by category %(year)s", year=figures.year),
        dimensions=(
            Dimension("category", _("Category"), kinds),
            Dimension("who", _("Who"), tuple(Category(who, str(word)) for who, word in WHO.items())),
        ),
        values={(kind.value, who): figures.row[uses_column(who, kind)] for kind in CATEGORIES for who in WHO},
        first_on=date(figures.year, 1, 1),
        last_on=figures.last_on,
        as_of=as_of,
        definition=dict(definitions())[_("Use")],
        rounding=str(EXACTNESS[figures.table.exactness]),
        source=network_name(figures.names),
        unit=_("uses"),
    )


def definitions() -> list[tuple[str, str]]:
    """Return what the figures mean, as terms and sentences (DESIGN §4 *Counting*)."""
    return [
        (
            _("Cards handed out"),
            _(
                "Personal cards registered for the first time in the year. A renewed or replaced card is not counted"
                " again."
            ),
        ),
        (
            _("Taken into use"),
            _("Those of the cards handed out in the year that have been used at least once by the day of counting."),
        ),
        (
            _("Use"),
            _(
                "One ticket of admission. A course place or a season pass is one use, on its first day. A visit that"
                " was undone or set aside is not counted."
            ),
        ),
        (
            _("Adults and children"),
            _("With a community card, the worker counts as an adult and a client under 16 as a child."),
        ),
        (_("Municipalities"), _("The municipalities of the network on the day of counting.")),
    ]


def shown(value: int | float | Missing) -> int | float | str:
    """Return what stands on a page for a figure: the number, or why there is none."""
    return exports.reasons()[value] if isinstance(value, Missing) else value


def lines(table: FigureTable) -> list[list[int | float | str]]:
    """Return the rows of a table of two dimensions for a page: a label and what stands beside it."""
    rows, columns = table.dimensions
    return [
        [row.label, *(shown(table.values[row.code, column.code]) for column in columns.categories)]
        for row in rows.categories
    ]


def columns(table: FigureTable) -> list[str]:
    """Return the headings over the rows of `lines`."""
    rows, across = table.dimensions
    return [rows.label, *(column.label for column in across.categories)]


def counts(row: Row) -> Mapping[str, int]:
    """Return the figures of a row that are numbers."""
    return {column: value for column, value in row.items() if not isinstance(value, Missing)}
