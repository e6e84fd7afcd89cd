"""Change in groups as tables that leave the service: all that the page shows, hidden numbers with their reason."""

from collections.abc import Sequence

from flask_babel import lazy_gettext as _l

from kaikukortti.figuretable import Dimension, FigureTable, Missing
from kaikukortti.followup.indicators.figures import Code, Figure, Figures
from kaikukortti.rules.measure import MEASURES
from kaikukortti.web.figures import words
from kaikukortti.web.figures.words import Value
from kaikukortti.web.followup.figures import indicatortables, indicatorwords
from kaikukortti.web.followup.measuring import measurewords
from kaikukortti.web.language import _

Column = tuple[str, str, str]
"""Name, part of the indicator that it is of, and which number of it."""

OF_CHANGE: tuple[Column, ...] = (
    ("due", "response", "n"),
    ("answered", "response", "number"),
    ("response", "response", "share"),
    ("before", "change", "before"),
    ("after", "change", "after"),
    ("change", "change", "number"),
    ("low", "change", "low"),
    ("high", "change", "high"),
    ("srm", "change", "response_mean"),
    ("better", "better", "share"),
    ("same", "same", "share"),
    ("worse", "worse", "share"),
)
OF_USE: tuple[Column, ...] = (
    ("answered", "", "n"),
    ("before", "", "before"),
    ("after", "", "after"),
    ("change", "", "number"),
    ("low", "", "low"),
    ("high", "", "high"),
)
COLUMNS = {
    "due": _l("Second answer due"),
    "answered": _l("Answered twice"),
    "response": _l("Share who answered"),
    "before": _l("Mean at the first time"),
    "after": _l("Mean at the second time"),
    "change": _l("Mean change"),
    "low": _l("At least (95 of 100)"),
    "high": _l("At most (95 of 100)"),
    "srm": _l("Change beside its spread (SRM)"),
    "better": _l("Clearly better"),
    "same": _l("No clear change"),
    "worse": _l("Clearly worse"),
}
COUNTED = {"number", "n", "share", "low", "high"}  # other columns are facts of a figure
GROUPS = {
    "users": _l("say that they used the card"),
    "others": _l("say that they did not"),
    "difference": _l("difference"),
}


def tables(figures: Figures) -> list[FigureTable]:
    """Return the change of each measure, and its users beside others, of a frozen year."""
    codes = [code for code in MEASURES if figures.find(Code.GROUP_CHANGE, f"{code}:response") is not None]
    change = [(code, measurewords.name(code)) for code in codes]
    parts = {
        (code, name): figures.find(Code.GROUP_CHANGE, f"{code}:{part}")
        for code in codes
        for name, part, _n in OF_CHANGE
    }
    use = [(f"{code}:{group}", f"{name}, {said}") for code, name in change for group, said in GROUPS.items()]
    groups = {(dims, name): figures.find(Code.USERS_AND_OTHERS, dims) for dims, _name in use for name, _p, _n in OF_USE}
    return [
        _table(figures, Code.GROUP_CHANGE, "group-change", change, OF_CHANGE, parts),
        _table(figures, Code.USERS_AND_OTHERS, "users-and-others", use, OF_USE, groups),
    ]


def _table(
    figures: Figures,
    code: Code,
    name: str,
    rows: Sequence[tuple[str, str]],
    columns: Sequence[Column],
    found: dict[tuple[str, str], Figure | None],
) -> FigureTable:
    values: dict[tuple[str, ...], Value] = {
        (row, column): _cell(found[row, column], number) for row, _said in rows for column, _part, number in columns
    }
    heads = words.categories((column, str(COLUMNS[column])) for column, _part, _number in columns)
    return words.table(
        indicatortables.frame(figures),
        name,
        indicatorwords.name(code),
        rows=Dimension("measure", _("Which measure"), words.categories(rows)),
        columns=Dimension("figure", _("Figure"), heads, is_measure=True),
        values=values,
        definition=indicatorwords.meaning(code),
    )


def _cell(figure: Figure | None, number: str) -> Value:
    if figure is not None and number in figure.facts:
        value = figure.facts[number]
        return Missing.NOT_APPLICABLE if value is None else float(value)
    return indicatortables.cell(figure, number) if number in COUNTED else _hidden(figure)


def _hidden(figure: Figure | None) -> Value:
    return Missing.TOO_FEW_CARDS if figure is not None and figure.is_suppressed else Missing.NOT_APPLICABLE
