"""Indicators of visits: I-06 to I-09 and I-13. Of a unit there is the rate alone: a unit and a kind, a place or a child
never meet in a figure.
"""

from collections import Counter, defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from itertools import groupby
from statistics import mean, median, quantiles

from kaikukortti.cube.counting import Cell
from kaikukortti.followup.indicators import publishing
from kaikukortti.followup.indicators.cards import LATELY, Delays
from kaikukortti.followup.indicators.figures import Code, Figure, hidden
from kaikukortti.followup.indicators.lives import Life
from kaikukortti.followup.indicators.publishing import Scope
from kaikukortti.followup.indicators.visits import Visit
from kaikukortti.rules import disclosure, intervals, period, suppression
from kaikukortti.rules.programme import Category
from kaikukortti.rules.rounding import line_key
from kaikukortti.rules.span import MONTH, YEAR, Span

MONTH_DAYS = 30.4375  # followup.md §6.8
FEWEST_MONTHS = 24  # I-13


def _cells() -> defaultdict[str, Cell]:
    return defaultdict(Cell)


@dataclass
class UseCells:
    """The cells of a unit or of the area. `uses_of` are the uses of each used card, without its name."""

    uses: Cell = field(default_factory=Cell)
    uses_of: list[int] = field(default_factory=list)
    delays: Delays = field(default_factory=Delays)
    visits: dict[str, Cell] = field(default_factory=_cells)
    with_children: dict[str, Cell] = field(default_factory=_cells)
    kinds: dict[str, Cell] = field(default_factory=_cells)
    two_or_more: Cell = field(default_factory=Cell)
    places: dict[str, Cell] = field(default_factory=_cells)
    months: dict[int, Cell] = field(default_factory=lambda: defaultdict(Cell))


@dataclass
class Days:
    """On how many days cards could be used: the cards, and their days in all and by month."""

    cards: Cell = field(default_factory=Cell)
    days: int = 0
    by_month: Counter[int] = field(default_factory=Counter)


def count(visits: Iterable[Visit], span: Span) -> tuple[dict[int, UseCells], set[str]]:
    """Return the cells of each unit, under 0 those of the area, and the lines used in the last 90 days of the period.

    `visits` come line by line, from 90 days before the period's end or from its beginning, whichever is earlier.
    """
    found: dict[int, UseCells] = {publishing.AREA: UseCells()}
    lately: set[str] = set()
    first_on, since = span.first_on, span.last_on - LATELY
    for line, group in groupby(visits, key=lambda visit: visit.line):
        rows = list(group)
        if any(visit.on_day >= since for visit in rows):
            lately.add(line)
        within = [visit for visit in rows if visit.on_day >= first_on]
        if within:
            area, unit = found[publishing.AREA], found.setdefault(rows[-1].unit_id, UseCells())
            uses = sum(map(_tickets, within))
            timely = (visit for visit in within if not visit.is_imported)  # nobody knows when those were written down
            delays = Counter((period.day_of(visit.received_at) - visit.on_day).days for visit in timely)
            for cells in (area, unit):
                _add_line(cells, line, uses, delays)
            if uses:
                _add_parts(area, line_key(line), within)
    return found, lately


def count_days(lives: Iterable[Life], span: Span) -> dict[int, Days]:
    """Return the days of use of each unit's personal cards in a period, under 0 those of the area."""
    found: dict[int, Days] = {publishing.AREA: Days()}
    ends = [(month.first_on.month, month.first_on, month.last_on) for month in span.parts(MONTH)]
    first_on, last_on = span.first_on, span.last_on
    for life in lives:
        days = 0 if life.is_community else life.usable_days(first_on, last_on)
        if not days:
            continue
        by_month = {month: life.usable_days(first, last) for month, first, last in ends}
        for unit_id in (publishing.AREA, life.unit_id):
            one = found.setdefault(unit_id, Days())
            one.cards.add(life.key)
            one.days += days
            one.by_month.update(by_month)
    return found


def _add_line(cells: UseCells, line: str, uses: int, delays: Counter[int]) -> None:
    cells.delays.cards.add(line)
    cells.delays.days.update(delays)
    if uses:
        cells.uses.add(line_key(line), uses)
        cells.uses_of.append(uses)


def _add_parts(cells: UseCells, key: int, visits: Sequence[Visit]) -> None:
    for name, sums in _sums(visits).items():
        for dims, number in sums.items():
            getattr(cells, name)[dims].add(key, number)
    if len({visit.category for visit in visits if visit.is_use}) >= 2:
        cells.two_or_more.add(key)


def _sums(visits: Sequence[Visit]) -> dict[str, Counter[str] | Counter[int]]:
    """Return what one card has in each of the area's cells."""
    by_kind, by_place, by_month = Counter[str](), Counter[str](), Counter[int]()
    made, with_children = Counter[str](), Counter[str]()
    for visit in visits:
        if not visit.is_use:
            continue
        category = f"category:{visit.category}"
        by_kind.update({category: _tickets(visit), f"type:{visit.category}:{visit.kind}": _tickets(visit)})
        place = _place(visit)
        by_place[place] += _tickets(visit)
        by_place["known"] += _tickets(visit) * (place != "unknown")
        by_month[visit.on_day.month] += _tickets(visit)
        for dims in ("", category):
            made[dims] += 1
            with_children[dims] += visit.children > 0
    return {
        "kinds": by_kind,
        "places": +by_place,
        "months": by_month,
        "visits": made,
        "with_children": +with_children,
    }


def _tickets(visit: Visit) -> int:
    return (visit.adults + visit.children) * visit.is_use


def _place(visit: Visit) -> str:
    if not visit.venue_in or not visit.issued_in:
        return "unknown"
    return "same" if visit.venue_in.casefold() == visit.issued_in.casefold() else "elsewhere"


def rate_figure(cells: UseCells, days: Days, *, scope: Scope) -> Figure:
    """Return I-06 of a scope: uses per 12 card-months with Byar's interval."""
    if suppression.hides_rate(days.cards.cards) or not publishing.may_tell(cells.uses):
        return hidden(Code.USE_RATE)
    uses, cards = scope.tickets(cells.uses), scope.cards(days.cards)
    months = scope.amount(days.days / MONTH_DAYS, days.cards, "card_months")
    used = scope.cards(cells.uses)
    facts: dict[str, float | None] = {"card_months": months, "used_cards": used, **_spread(cells.uses_of)}
    if not months or (scope.is_area and cards < disclosure.SMALLEST_DENOMINATOR):
        return Figure(Code.USE_RATE, number=uses, n=cards, facts=facts)
    found, times = intervals.byar(uses), 12 / months
    return Figure(
        Code.USE_RATE, "", uses, cards, found.value * times, found.low * times, found.high * times, facts=facts
    )


def _spread(uses_of: Sequence[int]) -> dict[str, float | None]:
    """Return the median and the quartiles of uses of a used card; each is somebody's own number, so that many are
    needed.
    """
    if len(uses_of) < suppression.FEWEST_OF_MEDIAN:
        return {"median": None, "lower": None, "upper": None}
    lower, _, upper = quantiles(uses_of, n=4, method="inclusive")
    return {"median": float(median(uses_of)), "lower": lower, "upper": upper}


def area_figures(cells: UseCells, *, scope: Scope) -> list[Figure]:
    """Return I-07 to I-09, which only the area has."""
    return [*_children(cells, scope), *_kinds(cells, scope), *_distance(cells, scope)]


def season_figures(cells: UseCells, days: Days, *, months_known: int, scope: Scope) -> list[Figure]:
    """Return I-13 of a year: the index of each month when all of them may be told and 24 have been seen."""
    rates: dict[int, float | None] = {}
    for month in range(1, YEAR + 1):
        cell = cells.months[month]
        card_months = scope.amount(days.by_month[month] / MONTH_DAYS, days.cards, f"card_months {month}")
        may_tell = publishing.may_tell(cell) and card_months >= disclosure.SMALLEST_DENOMINATOR
        rates[month] = scope.tickets(cell) * 12 / card_months if may_tell else None
    told = [rate for rate in rates.values() if rate is not None]
    middle = mean(told) if len(told) == YEAR and months_known >= FEWEST_MONTHS else 0.0
    return [_month(month, cells.months[month], rate, middle, scope) for month, rate in rates.items()]


def _month(month: int, cell: Cell, rate: float | None, middle: float, scope: Scope) -> Figure:
    dims = f"{month:02}"
    if rate is None:
        return hidden(Code.SEASON, dims)
    index = 100 * rate / middle if middle else None
    return Figure(Code.SEASON, dims, scope.tickets(cell), scope.cards(cell), index, facts={"rate": rate})


def _children(cells: UseCells, scope: Scope) -> list[Figure]:
    """Return the share of visits with children, of all and of each category whose visits may be told."""
    names = [f"category:{category.value}" for category in Category]
    whole = cells.visits[""]
    line = publishing.line_of_tickets("", {dims: cells.visits[dims] for dims in names}, whole, scope=scope)
    told = {"", *(figure.dims for figure in line if not figure.is_suppressed)}
    code = Code.WITH_CHILDREN
    return [
        (
            publishing.part_of_tickets(code, cells.with_children[dims], cells.visits[dims], scope=scope, dims=dims)
            if dims in told
            else hidden(code, dims)
        )
        for dims in ("", *names)
    ]


def _kinds(cells: UseCells, scope: Scope) -> list[Figure]:
    """Return the categories, and under each that is told its types; and how many cards know two categories."""
    parts = {f"category:{category.value}": cells.kinds[f"category:{category.value}"] for category in Category}
    found = publishing.line_of_tickets(Code.KINDS, parts, cells.uses, scope=scope)
    for figure in list(found):
        begins = figure.dims.replace("category:", "type:") + ":"
        types = {dims: cell for dims, cell in sorted(cells.kinds.items()) if dims.startswith(begins)}
        if figure.is_suppressed:
            found += [hidden(Code.KINDS, dims) for dims in types]
        else:
            found += publishing.line_of_tickets(Code.KINDS, types, parts[figure.dims], scope=scope)
    return [*found, publishing.share(Code.KINDS, cells.two_or_more, cells.uses, scope=scope, dims="two_or_more")]


def _distance(cells: UseCells, scope: Scope) -> list[Figure]:
    parts = {place: cells.places[place] for place in ("same", "elsewhere")}
    found = publishing.line_of_tickets(Code.DISTANCE, parts, cells.places["known"], scope=scope)
    unknown = cells.places["unknown"]
    if not publishing.may_tell(unknown):
        return [*found, hidden(Code.DISTANCE, "unknown")]
    return [*found, Figure(Code.DISTANCE, "unknown", scope.tickets(unknown))]
