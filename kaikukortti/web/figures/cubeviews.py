"""Published tables made ready for a page: read from the cube, named in the reader's language, drawn, sayings beside.

Nothing here reaches the ledger or a card, so that no exact figure can come through.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime

from flask_babel import lazy_gettext as _l

from kaikukortti import partners
from kaikukortti.cube import reading, tables
from kaikukortti.cube.periods import Grain, Period
from kaikukortti.cube.reading import Cells
from kaikukortti.errors import DomainError
from kaikukortti.figuretable import Dimension, FigureTable
from kaikukortti.rules import disclosure
from kaikukortti.rules.programme import Category
from kaikukortti.rules.span import Span
from kaikukortti.usecounts import Uses
from kaikukortti.web import language, sentences
from kaikukortti.web.figures import cubewords, pairchart, roundedchart, words
from kaikukortti.web.figures.findings import category_finding, month_finding, month_name, part_words
from kaikukortti.web.figures.pairchart import PairChart
from kaikukortti.web.figures.periods import name as span_name
from kaikukortti.web.figures.roundedchart import RoundedChart, Value
from kaikukortti.web.language import _

MONTHS_SHOWN = 12
MONTH_TABLES = ("cards_valid", "cards_in_use", "first_visits", "uses_total")
# What the sentence above a chart is about: the classes whose share of the shown cards is said in words.
SHARES: Mapping[str, tuple[int, tuple[str, ...], object]] = {
    "cards_by_age": (0, ("under_25", "25_34"), _l("In the hands of people under 35")),
    "cards_by_situation": (0, ("not_told",), _l("Without an answer about the life situation")),
    "cards_by_variety": (1, ("two_or_more",), _l("Used in two categories or more")),
    "records": (0, ("same_day",), _l("Recorded on the day of the visit")),
}


@dataclass
class View:
    """What a page shows of the cube: charts and tables, and in words what cannot be shown and why."""

    drawn: list[RoundedChart] = field(default_factory=list)
    categories: RoundedChart | None = None
    records: RoundedChart | None = None
    month_chart: PairChart | None = None
    month_lines: list[list[str]] = field(default_factory=list)
    month_columns: list[str] = field(default_factory=list)
    tables: list[FigureTable] = field(default_factory=list)
    refusals: list[str] = field(default_factory=list)
    as_of: datetime | None = None
    is_revised: bool = True
    has_late: bool = False


class Reader:
    """Reads the tables of one network for one page; what the rules forbid becomes a sentence."""

    def __init__(self, area_id: int, source: str) -> None:
        self._area_id, self._source = area_id, source
        self._areas = {area.prefix: language.name(area) for area in partners.list_areas()}
        self.view = View()

    def read(self, code: str, periods: Sequence[Period]) -> Cells | None:
        """Return a table's cells, or None and a sentence in the view."""
        try:
            found = reading.read(self._area_id, code, periods=periods)
        except DomainError as problem:
            sentence = sentences.sentence_of(problem)
            if sentence not in self.view.refusals:
                self.view.refusals.append(sentence)
            return None
        self.note(found)
        return found

    def note(self, found: Cells) -> None:
        """Put a table, and when it was counted, into the view."""
        view = self.view
        view.as_of = max(found.as_of, view.as_of or found.as_of)
        view.is_revised = view.is_revised and bool(found.revision)
        view.has_late = view.has_late or bool(found.late)
        view.tables.append(self.table(found))

    def add_chart(self, code: str, periods: Sequence[Period]) -> None:
        """Add a chart of one period, or of two beside each other, the newer first."""
        drawn = self._draw(code, periods)
        self.view.drawn += [] if drawn is None else [drawn]

    def add_records(self, month: Period) -> None:
        """Add a chart of how many days after the visit a month's registrations arrived."""
        self.view.records = self._draw("records", [month])

    def _draw(self, code: str, periods: Sequence[Period]) -> RoundedChart | None:
        found = self.read(code, periods)
        if found is None:
            return None
        rows = [(self.words(found, key), [found.values[at.code, *key] for at in periods]) for key in class_keys(found)]
        return roundedchart.rounded_chart(
            title=str(cubewords.TITLES[code]),
            finding=share_finding(found, periods[0]),
            heading=", ".join(str(cubewords.VARIABLES[each]) for each in found.table.variables),
            series=[period_name(at) for at in periods],
            rows=rows,
        )

    def add_categories(self, month: Period) -> None:
        """Add a chart of a month's uses by category, adults and children beside each other."""
        found = self.read("uses", [month])
        if found is None:
            return
        tickets, of_month = found.classes[tables.TICKET], period_name(month)
        values = {
            category: [found.values[month.code, category, ticket] for ticket in tickets]
            for category in found.classes[tables.CATEGORY]
        }
        rounded = {Category(key): Uses(*map(roundedchart.number, pair)) for key, pair in values.items()}
        self.view.categories = roundedchart.rounded_chart(
            title=_("Uses by category, %(month)s", month=of_month),
            finding=category_finding(rounded),
            heading=str(cubewords.VARIABLES[tables.CATEGORY]),
            series=[cubewords.class_word(tables.TICKET, ticket, areas={}) for ticket in tickets],
            rows=[(cubewords.class_word(tables.CATEGORY, key, areas={}), pair) for key, pair in values.items()],
        )

    def add_months(self, months: Sequence[Period], codes: Sequence[str] = MONTH_TABLES) -> None:
        """Add a table of months with a column for each figure, and columns of the uses where there are some."""
        found = [cells for cells in (self.read(code, months) for code in codes) if cells is not None]
        view = self.view
        for cells in found:
            title = str(cubewords.TITLES[cells.table.code])
            names = [self.words(cells, key) for key in class_keys(cells)]
            view.month_columns += [title if not name else f"{_('Uses')}: {name.lower()}" for name in names]
        view.month_lines = [
            [period_name(at), *(words_of(cells, at, key) for cells in found for key in class_keys(cells))]
            for at in months
        ]
        uses = next((cells for cells in found if cells.table.code == "uses_total"), None)
        if uses is not None:
            view.month_chart = self._month_chart(uses, months)

    def add_total(self, quarters: Sequence[Period]) -> None:
        """Add the one figure that a small network has: its uses of a quarter."""
        found = self.read("uses_all", quarters)
        if found is None:
            return
        view = self.view
        view.month_columns = [str(cubewords.TITLES["uses_all"])]
        view.month_lines = [[period_name(at), words_of(found, at, ())] for at in quarters]

    def words(self, found: Cells, key: Sequence[str]) -> str:
        """Return the words of a cell's classes."""
        return ", ".join(
            cubewords.class_word(variable, code, areas=self._areas)
            for variable, code in zip(found.table.variables, key, strict=True)
        )

    def _month_chart(self, uses: Cells, months: Sequence[Period]) -> PairChart:
        keys = class_keys(uses)
        pairs = [(at, [roundedchart.number(uses.values[at.code, *key]) for key in keys]) for at in months]
        by_month = [((at.first_on.year, at.first_on.month), Uses(*pair)) for at, pair in pairs]
        return pairchart.pair_chart(
            title=_("Uses by month"),
            heading=_("Month"),
            finding=month_finding(by_month),
            series=list(words.tickets()),
            slots=[(month_name(month), (pair.adults, pair.children)) for month, pair in by_month],
            groups=[str(at.first_on.year) for at in months],
            lines=[[period_name(at), *(words_of(uses, at, key) for key in keys)] for at in months],
        )

    def table(self, found: Cells) -> FigureTable:
        """Return a table's cells in the reader's language."""
        code, periods = found.table.code, found.periods
        when = Dimension(
            "period", _("Period"), words.categories((at.code, period_name(at)) for at in periods), is_time=True
        )
        dimensions = [when] + [
            Dimension(
                variable,
                str(cubewords.VARIABLES[variable]),
                words.categories((each, cubewords.class_word(variable, each, areas=self._areas)) for each in known),
            )
            for variable, known in found.classes.items()
        ]
        return FigureTable(
            code=code.replace("_", "-"),
            title=str(cubewords.TITLES[code]),
            dimensions=tuple(dimensions),
            values={**found.values},
            first_on=min(at.first_on for at in periods),
            last_on=max(at.last_on for at in periods),
            as_of=found.as_of,
            definition=str(cubewords.DEFINITIONS[code]),
            rounding=str(words.ROUNDED),
            source=self._source,
        )


def class_keys(found: Cells) -> list[tuple[str, ...]]:
    """Return the combinations of a table's classes in the order in which they are shown."""
    keys: list[tuple[str, ...]] = [()]
    for known in found.classes.values():
        keys = [(*key, code) for key in keys for code in known]
    return keys


def words_of(found: Cells, at: Period, key: Sequence[str]) -> str:
    """Write one cell."""
    return roundedchart.words(found.values[at.code, *key])


def share_finding(found: Cells, at: Period) -> str:
    """Say in words how large a part of the shown figures is of the classes that matter; of rounded figures alone, and
    only where they come to twenty at least (S9).
    """
    code = found.table.code
    cells: list[tuple[tuple[str, ...], Value]] = [(key, found.values[at.code, *key]) for key in class_keys(found)]
    whole = sum(roundedchart.number(value) for _key, value in cells)
    if code == "cards_by_origin":
        thing: object = _("Cards that another area has issued")
        part = sum(roundedchart.number(value) for key, value in cells if key[0].startswith("area:"))
    else:
        place, wanted, thing = SHARES[code]
        part = sum(roundedchart.number(value) for key, value in cells if key[place] in wanted)
    ratio = disclosure.ratio(part, whole)
    if ratio is None:
        return _("Too few to say it in words.")
    return f"{thing}: {part_words(ratio)}."


def period_name(at: Period) -> str:
    """Return the name of a month or a quarter."""
    return span_name(Span(at.first_on, 1 if at.grain is Grain.MONTH else 3))


def newest_months(known: Sequence[Period], until: Period | None) -> list[Period]:
    """Return a year of frozen months, up to the end of a quarter where one is chosen."""
    fitting = [at for at in known if until is None or at.last_on <= until.last_on]
    return fitting[-MONTHS_SHOWN:]
