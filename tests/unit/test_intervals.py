"""Every check value of followup.md §6.5-§6.8, and the same from an independent library."""

import math

import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy import stats

from kaikukortti.rules import intervals, means, survival

SIX_MP = (
    "6 6 6 6+ 7 9+ 10 10+ 11+ 13 16 17+ 19+ 20+ 22 23 25+ 32+ 32+ 34+ 35+".split()
)  # Freireich's leukaemia data, a cross for who was followed no longer
SLEEP = ([0.7, -1.6, -0.2, -1.2, -0.1, 3.4, 3.7, 0.8, 0.0, 2.0], [1.9, 0.8, 1.1, 0.1, -0.1, 4.4, 5.5, 1.6, 4.6, 3.4])


@pytest.mark.parametrize(
    "hits, cases, low, high",
    [
        (81, 263, 0.2553, 0.3662),
        (15, 148, 0.0624, 0.1605),
        (0, 20, 0, 0.1611),
        (1, 29, 0.0061, 0.1718),
        (5608, 14789, 0.3714, 0.3871),
        (671, 1297, 0.4901, 0.5445),
        (3, 8, 0.1368, 0.6943),
        (22, 34, 0.4791, 0.7851),
    ],
)
def test_wilson(hits, cases, low, high):
    found = intervals.wilson(hits, cases)
    assert (found.low, found.high) == pytest.approx((low, high), abs=0.00005)
    assert found.value == hits / cases


@given(st.integers(1, 5000).flatmap(lambda cases: st.tuples(st.integers(0, cases), st.just(cases))))
def test_wilson_as_scipy_has_it(pair):
    hits, cases = pair
    found, wanted = intervals.wilson(hits, cases), stats.binomtest(hits, cases).proportion_ci(method="wilson")
    assert (found.low, found.high) == pytest.approx((wanted.low, wanted.high), abs=1e-12)


@pytest.mark.parametrize("hits, cases", [(0, 0), (2, 1), (-1, 4)])
def test_impossible_shares(hits, cases):
    with pytest.raises(ValueError):
        intervals.wilson(hits, cases)


def test_newcombe():
    found = intervals.newcombe(56, 70, 48, 80)
    assert (found.value, found.low, found.high) == pytest.approx((0.2, 0.0524, 0.3339), abs=0.00005)


@pytest.mark.parametrize("count, low, high", [(10, 4.79, 18.39), (1, 0.013, 5.56), (0, 0, 3.67)])
def test_byar(count, low, high):
    found = intervals.byar(count)
    assert (found.low, found.high) == pytest.approx((low, high), abs=0.005)


def test_a_negative_count():
    with pytest.raises(ValueError):
        intervals.byar(-1)


def test_kaplan_meier():
    curve = survival.kaplan_meier([(float(text.rstrip("+")), not text.endswith("+")) for text in SIX_MP])
    shares = {step.time: round(step.share, 4) for step in curve.steps}
    assert shares == {6: 0.8571, 7: 0.8067, 10: 0.7529, 13: 0.6902, 16: 0.6275, 22: 0.5378, 23: 0.4482}
    first = curve.steps[0]
    assert (first.error, first.low, first.high) == pytest.approx((0.0764, 0.6197, 0.9516), abs=0.00005)
    assert curve.median == 23
    assert curve.at(5) is None and curve.at(12) == curve.steps[2] and curve.at(400) == curve.steps[-1]


@given(st.lists(st.tuples(st.integers(0, 30), st.booleans()), min_size=1, max_size=60))
def test_kaplan_meier_as_scipy_has_it(rows):
    curve = survival.kaplan_meier([(float(time), did) for time, did in rows])
    died, lost = [time for time, did in rows if did], [time for time, did in rows if not did]
    wanted = stats.ecdf(stats.CensoredData(uncensored=died, right=lost)).sf if died else None
    for step in curve.steps:
        assert wanted is not None and step.share == pytest.approx(float(wanted.evaluate(step.time)), abs=1e-12)
        assert 0 <= step.low <= step.share <= step.high <= 1


def test_nobody_is_left():
    curve = survival.kaplan_meier([(1.0, True), (2.0, True)])
    assert curve.steps[-1].share == 0 and curve.median == 1


def test_paired_change():
    found = means.paired([after - before for before, after in zip(*SLEEP, strict=True)])
    assert (found.mean, found.t, found.response) == pytest.approx((1.58, 4.0621, 1.2846), abs=0.00005)
    assert (found.low, found.high) == pytest.approx((0.7001, 2.4599), abs=0.00005)


def test_all_changed_alike():
    found = means.paired([1.5, 1.5, 1.5])
    assert (found.mean, found.low, found.high, found.t, found.response) == (1.5, 1.5, 1.5, None, None)


def test_welch():
    found = means.welch(*SLEEP)
    assert (found.t, found.freedom, found.p) == pytest.approx((-1.8608, 17.776, 0.0794), abs=0.0005)


@pytest.mark.parametrize("first, second", [([1.0], [1.0, 2.0]), ([1.0, 2.0], [1.0]), ([1.0, 1.0], [2.0, 2.0])])
def test_groups_that_say_nothing(first, second):
    with pytest.raises(ValueError):
        means.welch(first, second)


def test_one_pair_says_nothing():
    with pytest.raises(ValueError):
        means.paired([1.0])


def test_response_from_a_published_t():
    assert 19.29 / math.sqrt(524) == pytest.approx(0.843, abs=0.0005)


@given(st.floats(0.5, 0.9995), st.floats(1, 500))
def test_students_quantiles_as_scipy_has_them(share, freedom):
    assert means.t_quantile(share, freedom) == pytest.approx(stats.t.ppf(share, freedom), rel=1e-8, abs=1e-9)


@given(st.floats(-40, 40), st.floats(1, 500))
def test_students_tails_as_scipy_has_them(t, freedom):
    assert means.two_sided(t, freedom) == pytest.approx(2 * stats.t.sf(abs(t), freedom), rel=1e-8, abs=1e-12)
