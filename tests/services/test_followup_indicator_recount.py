"""Every indicator of cards and visits beside an independent recount of a made-up network, unit by unit and of the area.

The network is `kaikukortti simulate`'s: lost, blocked, paused, returned, replaced and renewed cards, undone visits,
courses, two areas.
"""

from collections.abc import Mapping
from datetime import date

import pytest

from kaikukortti import simulate
from kaikukortti.cube.counting import Cell
from kaikukortti.db import db
from kaikukortti.followup import indicatorcounts, store
from kaikukortti.followup.indicatorcounts import Asked
from kaikukortti.followup.indicators import publishing, spans, uses, visits
from kaikukortti.followup.indicators.figures import Code, Figure
from kaikukortti.followup.indicators.publishing import AREA
from kaikukortti.followup.indicators.uses import UseCells
from kaikukortti.models.network import Unit
from kaikukortti.rules import intervals, rounding, suppression
from kaikukortti.rules.span import YEAR, Span, parse
from kaikukortti.rules.survival import kaplan_meier
from kaikukortti.simulate.size import Size
from tests.factories import NOW, ROUNDING_KEY
from tests.indicatorrecount import DAY, Recount, by, spread, uses_of

SIZE = Size(areas=2, units=6, venues=14, cards=700, years=2, visits=3_500)
AREA_ID = 1
PERIODS = ("2025-Q4", "2026-Q2", "2026-Q3", "2025")


@pytest.fixture(params=PERIODS)
def counted(request) -> tuple[Asked, dict[int, dict[tuple[str, str], Figure]], Recount]:
    """Return a period of the made-up network, its figures by unit, and the raw rows."""
    simulate.network(SIZE, seed=4, now=NOW)
    span = parse(request.param)
    unit_ids = tuple(db.session.scalars(db.select(Unit.id).where(Unit.area_id == AREA_ID)))
    asked = Asked(AREA_ID, span, min(spans.revision_at(span, NOW) or 0, 1), unit_ids, ROUNDING_KEY.encode())
    found = {
        unit_id: {(one.code, one.dims): one for one in figures}
        for unit_id, figures in indicatorcounts.count_cards(asked).items()
    }
    return asked, found, Recount(AREA_ID, spans.closes_at(span, asked.revision))


def check_share(figure: Figure, hits: int, cases: int, *, is_area: bool) -> None:
    """Compare a share with what was counted: exactly, or within a rounding to five."""
    assert figure.is_suppressed == (cases < suppression.FEWEST), (figure, hits, cases)
    if figure.is_suppressed:
        return
    assert figure.n is not None and figure.number is not None
    if is_area:
        assert abs(figure.n - cases) < rounding.BASE and abs(figure.number - hits) < rounding.BASE
        assert figure.n % rounding.BASE == figure.number % rounding.BASE == 0
    else:
        assert (figure.number, figure.n) == (hits, cases), figure
        wilson = intervals.wilson(hits, cases)
        assert (figure.share, figure.low, figure.high) == (wilson.value, wilson.low, wilson.high)


def test_cards_and_visits_are_as_counted_by_hand(counted):
    """One network a period, many questions: filling it is the slowest thing here."""
    asked, found, raw = counted
    shown = 0
    for unit_id in (AREA, *asked.unit_ids):
        figures = found[unit_id]
        check_valid(figures, asked.span, raw, unit_id)
        check_taken_into_use(figures, asked, raw, unit_id)
        check_ended(figures, asked.span, raw, unit_id)
        check_active(figures, asked.span, raw, unit_id)
        check_rate(figures, asked.span, raw, unit_id)
        shown += sum(not figure.is_suppressed for figure in figures.values())
    assert shown > 20, "the network is large enough to say something"
    check_area(asked, raw)
    check_renewals(asked)


def check_valid(figures: Mapping[tuple[str, str], Figure], span: Span, raw: Recount, unit_id: int) -> None:
    for kind, dims in (("personal", ""), ("community", "community")):
        valid = sum(raw.is_usable(line, span.last_on) for line in raw.lines(unit_id, kind=kind))
        figure = figures[Code.VALID, dims]
        assert figure.is_suppressed == (valid < suppression.FEWEST)
        if figure.number is not None:
            assert figure.number == valid if unit_id else abs(figure.number - valid) < rounding.BASE


def check_taken_into_use(figures: Mapping[tuple[str, str], Figure], asked: Asked, raw: Recount, unit_id: int) -> None:
    data_on = spans.data_on(asked.span, asked.revision)
    cards = raw.handed_out(unit_id, asked.span)
    first = {line: raw.first_use(line, data_on) for line in cards}
    used = sum(day is not None for day in first.values())
    check_share(figures[Code.TAKEN_INTO_USE, ""], used, len(cards), is_area=unit_id == AREA)
    rows = [follow(raw, line, since, first[line], data_on) for line, since in cards.items()]
    curve = kaplan_meier(rows)
    for day in (30, 90, 180):
        figure = figures[Code.FIRST_USE, str(day)]
        if figure.is_suppressed:
            continue
        step = curve.at(day)
        share = 0.0 if step is None else 1 - step.share
        if unit_id:
            assert figure.share == pytest.approx(share) and figure.n == len(cards)
        else:
            assert figure.share == pytest.approx(share, abs=0.1), "rounded numbers tell nearly the same"


def follow(raw: Recount, line: str, since: date, used_on: date | None, data_on: date) -> tuple[float, bool]:
    """Walk from the day of handing out until the first use, the last day before a lasting loss, or the data's end."""
    ends = sorted(row.last_on for row in raw.periods[line])
    day, last, covered = since, since, since
    while day <= data_on:
        if not any(row.first_on <= day <= row.last_on for row in raw.periods[line]):
            break
        covered = day
        last = day if raw.is_usable(line, day) else last
        day += DAY
    assert covered <= ends[-1]
    if used_on is not None and used_on <= last:
        return max((used_on - since).days, 0), True
    return (last - since).days, False


def check_ended(figures: Mapping[tuple[str, str], Figure], span: Span, raw: Recount, unit_id: int) -> None:
    ended = raw.ended(unit_id, span)
    unused = sum(raw.first_use(line, last_on) is None for line, last_on in ended.items())
    figure = figures[Code.NO_RECORDED_USE, ""]
    check_share(figure, unused, len(ended), is_area=unit_id == AREA)
    delays = [
        (row.received_at.date() - row.on_day).days
        for line in raw.lines(unit_id)
        for row in raw.visits[line]
        if span.first_on <= row.on_day <= span.last_on
    ]
    if not figure.is_suppressed and figure.facts["recording_days"] is not None:
        assert figure.facts["recording_days"] == pytest.approx(sorted(delays)[len(delays) // 2], abs=0.5)


def check_active(figures: Mapping[tuple[str, str], Figure], span: Span, raw: Recount, unit_id: int) -> None:
    since = span.last_on - 90 * DAY
    long_valid = [
        line
        for line in raw.lines(unit_id)
        if raw.is_usable(line, span.last_on) and min(row.first_on for row in raw.periods[line]) <= since
    ]
    active = sum(any(since <= row.on_day <= span.last_on for row in raw.visits[line]) for line in long_valid)
    check_share(figures[Code.ACTIVE, ""], active, len(long_valid), is_area=unit_id == AREA)


def check_rate(figures: Mapping[tuple[str, str], Figure], span: Span, raw: Recount, unit_id: int) -> None:
    figure, used = figures[Code.USE_RATE, ""], raw.used(unit_id, span)
    of_cards = sorted((uses_of(rows) for rows in used.values()), reverse=True)
    if figure.is_suppressed:
        assert (
            len(of_cards) < suppression.FEWEST
            or of_cards[0] * 2 > sum(of_cards)
            or sum(of_cards[:2]) * 4 > 3 * sum(of_cards)
        )
        return
    days = raw.usable_days(unit_id, span)
    months = sum(days.values()) / 30.4375
    if unit_id:
        rate = intervals.byar(sum(of_cards))
        assert (figure.number, figure.n) == (sum(of_cards), len(days))
        assert figure.share == pytest.approx(sum(of_cards) * 12 / months)
        assert figure.low == pytest.approx(rate.low * 12 / months)
        assert figure.high == pytest.approx(rate.high * 12 / months)
    else:
        assert (
            figure.number is not None
            and abs(figure.number - sum(of_cards)) < rounding.BASE
            and abs(figure.facts["card_months"] - months) <= 5
        )
    if figure.facts["median"] is not None:
        told = figure.facts["lower"], figure.facts["median"], figure.facts["upper"]
        assert told == spread(of_cards) and len(of_cards) >= suppression.FEWEST_OF_MEDIAN


def check_area(asked: Asked, raw: Recount) -> None:
    """Compare the area's cells before rounding: kinds, places, children, months."""
    span = asked.span
    with db.engine.connect() as connection:
        days = {"first_on": span.first_on, "last_on": span.last_on}
        made = visits.stream_visits(connection, AREA_ID, **days, known_by=raw.known_by)
        cells: UseCells = uses.count(made, span)[0][AREA]
    used = raw.used(AREA, span)
    rows = [row for made_by in used.values() for row in made_by]
    assert numbers(cells.months) == {month: count for month, count in by_month(rows).items() if count}
    assert {dims[9:]: cell.number for dims, cell in cells.kinds.items() if dims.startswith("category:")} == by(
        rows, "category"
    )
    assert cells.uses.cards == len(used) and cells.uses.number == uses_of(rows)
    assert cells.visits[""].number == len(rows)
    assert cells.with_children[""].number == sum(row.children > 0 for row in rows)
    assert cells.two_or_more.cards == sum(len({row.category for row in made_by}) >= 2 for made_by in used.values())
    elsewhere = sum(uses_of([row]) for row in rows if row.there and row.home and row.there != row.home)
    assert cells.places["elsewhere"].number == elsewhere > 0
    assert cells.places["known"].number == sum(uses_of([row]) for row in rows if row.there and row.home)
    assert publishing.may_tell(cells.uses)


def by_month(rows):
    """Return the tickets of visits by month."""
    found = {month: 0 for month in range(1, 13)}
    for row in rows:
        found[row.on_day.month] += uses_of([row])
    return found


def numbers(cells: Mapping[int, Cell]) -> dict[int, int]:
    """Return what cells count."""
    return {key: cell.number for key, cell in cells.items() if cell.number}


def check_renewals(asked: Asked) -> None:
    """I-10 once more, as of the 91st day."""
    span = asked.span
    if spans.closes_at(span, spans.SETTLED) > NOW:
        return
    raw = Recount(AREA_ID, spans.closes_at(span, spans.SETTLED))
    settled = Asked(AREA_ID, span, spans.SETTLED, asked.unit_ids, asked.secret)
    with store.reading() as session:
        found = indicatorcounts.count_settled(session, settled)
    assert span.months == YEAR or len(found) == len(asked.unit_ids) + 1
    for unit_id, figures in found.items():
        ended = raw.ended(unit_id, span)
        renewed = sum(raw.is_renewed(line, last_on) for line, last_on in ended.items())
        check_share(figures[0], renewed, len(ended), is_area=unit_id == AREA)
