"""What may be told of counted cells: thresholds, rounding before shares, a year beside quarters, the curve."""

import random
from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kaikukortti.cube.counting import Cell
from kaikukortti.followup.indicators import firstuse, publishing, yearly
from kaikukortti.followup.indicators.figures import Code, Figure, Why, hidden
from kaikukortti.followup.indicators.firstuse import Followed
from kaikukortti.followup.indicators.lives import Life, Term
from kaikukortti.followup.indicators.publishing import AREA, Scope
from kaikukortti.rules import intervals
from kaikukortti.rules.survival import kaplan_meier

UNIT, WHOLE = Scope(7, b"key"), Scope(AREA, b"key")
CHANCE = random.Random(7)


def cell(cards: int, *, each: int = 1, key: int = 0) -> Cell:
    """Return a cell of so many cards with so many tickets each."""
    found = Cell()
    for at in range(cards):
        found.add(key + at + 1, each)
    return found


@pytest.mark.parametrize("scope", [UNIT, WHOLE])
def test_hidden_below_five_cards_and_shown_from_five_on(scope):
    for figure in (publishing.count("c", cell(4), scope=scope), publishing.share("c", cell(2), cell(4), scope=scope)):
        assert figure == hidden("c", why=Why.FEW)
    assert not publishing.count("c", cell(5), scope=scope).is_suppressed
    assert not publishing.share("c", cell(2), cell(5), scope=scope).is_suppressed


def test_a_unit_is_exact_with_wilsons_limits():
    figure, wilson = publishing.share("c", cell(3), cell(8), scope=UNIT), intervals.wilson(3, 8)
    assert (figure.number, figure.n) == (3, 8)
    assert (round(figure.low or 0, 4), round(figure.high or 0, 4)) == (0.1368, 0.6943)
    assert (figure.share, figure.low, figure.high) == (wilson.value, wilson.low, wilson.high)


@given(st.integers(5, 200), st.integers(0, 200))
def test_an_area_is_rounded_before_share_and_limits(cases, hits):
    figure = publishing.share("c", cell(min(hits, cases)), cell(cases), scope=WHOLE)
    assert figure.n is not None and figure.number is not None
    assert figure.n % 5 == figure.number % 5 == 0 and abs(figure.n - cases) < 5 and figure.number <= figure.n
    if figure.n < 20:
        assert figure.share is figure.low is figure.high is None
    else:
        wilson = intervals.wilson(int(figure.number), figure.n)
        assert (figure.share, figure.low, figure.high) == (wilson.value, wilson.low, wilson.high)


def test_the_same_cards_round_alike_wherever_they_stand():
    same = [publishing.share("c", cell(11), cell(33), scope=WHOLE, dims=dims) for dims in ("a", "b")]
    assert (same[0].number, same[0].n) == (same[1].number, same[1].n)
    assert len({publishing.count("c", cell(33, key=at * 64), scope=WHOLE).number for at in range(40)}) == 2


def test_tickets_go_by_cards_and_by_nobody_having_most_of_them():
    assert publishing.part_of_tickets("c", cell(4, each=9), cell(9, each=9), scope=WHOLE).is_suppressed
    one_has_most = cell(6)
    one_has_most.add(99, 20)
    assert publishing.part_of_tickets("c", one_has_most, cell(40), scope=WHOLE).is_suppressed
    told = publishing.part_of_tickets("c", cell(6, each=3), cell(40, each=2), scope=WHOLE)
    assert told.share is not None and told.low is None, "no interval: one card makes many visits"


def test_a_hidden_part_takes_the_next_smallest_with_it():
    parts = {"a": cell(40), "b": cell(3, key=100), "c": cell(9, key=200), "d": Cell()}
    found = publishing.line_of_tickets("x", parts, cell(52), scope=WHOLE)
    assert [figure.is_suppressed for figure in found] == [False, True, True, True]


def follow(count: int, *, until: int = 400) -> list[Followed]:
    """Return made-up cards, two in five of them used sooner or later."""
    chance = random.Random(count)
    rows = []
    for key in range(1, count + 1):
        is_used = chance.random() < 0.4
        days = min(int(chance.expovariate(1 / 60)), until) if is_used else chance.randint(until // 2, until)
        rows.append(Followed(key * 7919, days, is_used))
    return rows


def test_a_unit_reads_three_days_of_the_curve_and_no_step_of_it():
    rows = follow(24)
    figures = {figure.dims: figure for figure in firstuse.figures(rows, scope=UNIT)}
    curve = kaplan_meier([(row.days, row.is_used) for row in rows])
    step = curve.at(90)
    assert step is not None and figures["90"].share == 1 - step.share
    assert (figures["90"].low, figures["90"].high) == (1 - step.high, 1 - step.low)
    assert "curve" not in figures and figures["median"].number == curve.median


def test_the_median_takes_twenty_cards_and_the_shares_five():
    for count, shown in ((4, (False, False)), (5, (True, False)), (19, (True, False)), (20, (True, True))):
        figures = {figure.dims: figure for figure in firstuse.figures(follow(count), scope=UNIT)}
        assert (not figures["30"].is_suppressed, not figures["median"].is_suppressed) == shown, count


def test_a_day_that_few_have_reached_is_not_told():
    rows = [Followed(key, 100, False) for key in range(1, 30)]
    figures = {figure.dims: figure for figure in firstuse.figures(rows, scope=UNIT)}
    assert figures["90"].share == 0.0 and figures["180"] == hidden(Code.FIRST_USE, "180", why=Why.FOLLOW_UP)
    everybody = [Followed(key, key % 9, True) for key in range(1, 30)]
    figures = {figure.dims: figure for figure in firstuse.figures(everybody, scope=UNIT)}
    assert figures["180"].share == 1.0, "nobody was lost from sight"


def test_the_areas_curve_is_made_of_rounded_numbers():
    rows = follow(200)
    figures = {figure.dims: figure for figure in firstuse.figures(rows, scope=WHOLE)}
    exact = kaplan_meier([(row.days, row.is_used) for row in rows])
    steps = figures["curve"].facts["steps"]
    assert figures["curve"].n == 200 and all(step["at_risk"] % 5 == 0 for step in steps)
    assert all(step["day"] in firstuse.GRID and step["at_risk"] >= 20 for step in steps)
    assert [step["share"] for step in steps] == sorted(step["share"] for step in steps)
    for step in steps:
        at = exact.at(step["day"])
        assert at is not None and step["share"] == pytest.approx(1 - at.share, abs=0.05)
    assert figures["90"].number is not None and figures["90"].number % 5 == 0


def test_follow_stops_at_the_end_at_a_loss_and_at_the_data():
    first = date(2026, 1, 1)
    life = Life("ab" * 16, 7, False, 1, first, [Term(first, first + timedelta(days=364), 7, False)])
    life.usable = [(first, first + timedelta(days=99))]
    far = date(2030, 1, 1)
    assert firstuse.follow(life, None, data_on=far).days == 99, "lost on the hundredth day"
    assert firstuse.follow(life, None, data_on=first + timedelta(days=30)).days == 30
    used = firstuse.follow(life, first + timedelta(days=12), data_on=far)
    assert (used.days, used.is_used) == (12, True)
    after = firstuse.follow(life, first + timedelta(days=150), data_on=far)
    assert (after.days, after.is_used) == (99, False), "a use after the loss is not the holder's"


def quarters(*counts: int | None) -> list[dict[tuple[str, str], Figure]]:
    """Return quarters with I-02 and I-04 of so many cards; None: hidden."""
    found = []
    for count in counts:
        told = [
            hidden(code) if count is None else Figure(code, number=1, n=count)
            for code in (Code.TAKEN_INTO_USE, Code.NO_RECORDED_USE)
        ]
        found.append({(figure.code, figure.dims): figure for figure in told})
    return found


def year(n: int) -> list[Figure]:
    """Return a unit's year."""
    return [
        Figure(Code.VALID, number=40),
        Figure(Code.TAKEN_INTO_USE, number=9, n=n, share=0.4),
        Figure(Code.FIRST_USE, "90", 9, n, 0.3),
        Figure(Code.NO_RECORDED_USE, number=9, n=n),
    ]


@pytest.mark.parametrize(
    ("counts", "n", "is_told"),
    [
        ((6, 7, 8, 9), 30, True),
        ((6, 7, None, 9), 25, False),
        ((6, None, None, 9), 20, True),
        ((6, None, None, 9), 23, False),
        ((None, None, None, None), 10, True),
        ((6, None, None, 9), 19, False),
    ],
)
def test_a_year_does_not_give_a_hidden_quarter_back(counts, n, is_told):
    found = {(figure.code, figure.dims): figure for figure in yearly.beside_quarters(year(n), quarters(*counts))}
    for key in ((Code.TAKEN_INTO_USE, ""), (Code.FIRST_USE, "90"), (Code.NO_RECORDED_USE, "")):
        assert found[key].is_suppressed is not is_told, key
        assert found[key].facts == ({} if is_told else {"why": "few"})
    assert not found[Code.VALID, ""].is_suppressed, "the state on a day adds up to nothing"


@pytest.mark.parametrize(
    ("hides", "is_told"), [((0, 0, 0, 0), True), ((0, 1, 0, 0), False), ((0, 1, 1, 0), False), ((1, 1, 1, 1), True)]
)
def test_a_years_uses_stand_beside_all_of_its_quarters_or_none(hides, is_told):
    rate = Figure(Code.USE_RATE, number=60, n=30, share=5.0)
    told = [{(str(Code.USE_RATE), ""): hidden(Code.USE_RATE) if hide else rate} for hide in hides]
    assert yearly.beside_quarters([rate], told)[0].is_suppressed is not is_told
