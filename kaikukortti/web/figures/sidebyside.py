"""Two periods of the same length side by side: a table of both, a chart of their months, one sentence."""

from dataclasses import dataclass
from datetime import date, datetime

from kaikukortti import usecounts
from kaikukortti.cardcounts import CardDays
from kaikukortti.figuretable import FigureTable
from kaikukortti.ledgercounts import Row
from kaikukortti.rules.programme import Category
from kaikukortti.rules.span import MONTH, Span
from kaikukortti.usecounts import Uses
from kaikukortti.web import choices, pages
from kaikukortti.web.figures import pairchart, periods, words
from kaikukortti.web.figures.findings import change_words, month_name
from kaikukortti.web.figures.periods import Pair
from kaikukortti.web.figures.words import Frame, Value
from kaikukortti.web.language import _


@dataclass(frozen=True)
class Compared:
    """What a page shows of two periods; a line is (label, now, then, difference)."""

    now_name: str
    then_name: str
    finding: str
    lines: list[tuple[str, int, int, str]]
    chart: pairchart.PairChart | None
    table: FigureTable


def of_area(pair: Pair, area_id: int, *, card_days: CardDays, as_of: datetime) -> Compared:
    """Compare an area's cards and uses in two periods."""
    first_on, last_on = min(pair.now.first_on, pair.then.first_on), max(pair.now.last_on, pair.then.last_on)
    rows = [row for row in usecounts.of_area(area_id, first_on=first_on, last_on=last_on) if row.is_verified]
    sides = [_of_span(span, rows, card_days) for span in (pair.now, pair.then)]
    months = [_months(span, rows) for span in (pair.now, pair.then)]
    return _compared(pair, sides, months, as_of)


def _of_span(span: Span, rows: list[Row], card_days: CardDays) -> list[tuple[str, str, int]]:
    mine = [row for row in rows if span.first_on <= row.month <= span.last_on]
    cards, uses = card_days.within(span.first_on, span.last_on), usecounts.added(mine)
    by_category = usecounts.by(mine, lambda row: row.category)
    return [
        ("registered", _("Cards handed out"), cards.registered),
        ("renewed", _("Renewed"), cards.renewed),
        ("uses", _("Uses in total"), uses.total),
        ("adults", _("Adults"), uses.adults),
        ("children", _("Children"), uses.children),
        *(
            (category.value, choices.word(choices.CATEGORIES, category), by_category.get(category, Uses()).total)
            for category in Category
        ),
        ("helpers", _("Assistants and interpreters"), sum(row.helpers for row in mine)),
    ]


def _months(span: Span, rows: list[Row]) -> list[tuple[date, int]]:
    by_month = usecounts.by(rows, lambda row: row.month)
    return [(part.first_on, by_month.get(part.first_on, Uses()).total) for part in span.parts(MONTH)]


def _compared(
    pair: Pair, sides: list[list[tuple[str, str, int]]], months: list[list[tuple[date, int]]], as_of: datetime
) -> Compared:
    names = [periods.name(span) for span in (pair.now, pair.then)]
    lines = [
        (label, now, then, signed(now - then)) for (_key, label, now), (_same, _label, then) in zip(*sides, strict=True)
    ]
    uses, before = (next(figure for key, _label, figure in side if key == "uses") for side in sides)
    finding = change_words(uses, before, then=names[1])
    return Compared(
        names[0], names[1], finding, lines, _chart(names, months, finding), _table(pair, names, sides, as_of)
    )


def _chart(names: list[str], months: list[list[tuple[date, int]]], finding: str) -> pairchart.PairChart | None:
    if len(months[0]) < 2:
        return None
    now, then = months
    slots = [
        (_label(day, other), (figure, figure_then))
        for (day, figure), (other, figure_then) in zip(now, then, strict=True)
    ]
    return pairchart.pair_chart(
        title=_("Uses by month, side by side"), heading=_("Month"), finding=finding, series=names, slots=slots
    )


def _label(day: date, other: date) -> str:
    """Name a place in the chart: one month, or the two that stand beside each other."""
    first, second = (month_name((one.year, one.month)) for one in (day, other))
    return first if first == second else f"{first} / {second}"


def _table(pair: Pair, names: list[str], sides: list[list[tuple[str, str, int]]], as_of: datetime) -> FigureTable:
    frame = Frame(
        min(pair.now.first_on, pair.then.first_on),
        max(pair.now.last_on, pair.then.last_on),
        as_of,
        pages.organisation_name(),
        str(words.EXACT),
    )
    rows: list[tuple[str, str, Value, Value]] = [
        (key, label, now, then) for (key, label, now), (_key, _label, then) in zip(*sides, strict=True)
    ]
    return words.pair_table(
        frame,
        "side-by-side",
        _("Two periods side by side"),
        rows=rows,
        periods=[
            (f"{span.first_on}/{span.last_on}", name) for span, name in zip((pair.now, pair.then), names, strict=True)
        ],
        definition=str(words.SIDE_BY_SIDE),
    )


def signed(difference: int) -> str:
    """Write a difference with its sign: +12, −3, 0."""
    if not difference:
        return "0"
    return f"{'+' if difference > 0 else '−'}{words.written(abs(difference))}"
