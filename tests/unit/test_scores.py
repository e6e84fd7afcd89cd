"""Every check value of followup.md §6.1-§6.4 and §6.9."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kaikukortti.rules import scores
from kaikukortti.rules.scores import Change


@pytest.mark.parametrize(
    "weights, levels, wanted",
    [
        ([1], [1], 60.00),
        ([1, 1], [1, 1], 62.40),
        ([1, 1, 1], [0, 0, 0], 50.00),
        ([1, 1, 1], [1, 1, 1], 63.69),
        ([1, 1, 1], [-1, -1, -1], 36.31),
        ([2, 1, 3], [1, 0, -1], 47.80),
        ([1, 1], [2, -1], 56.20),
    ],
)
def test_goals(weights, levels, wanted):
    assert scores.gas_t(levels, weights) == pytest.approx(wanted, abs=0.005)


@pytest.mark.parametrize("levels, weights", [([], []), ([1], [1, 1]), ([3], [1]), ([0], [0]), ([0], [4])])
def test_impossible_goals(levels, weights):
    with pytest.raises(ValueError):
        scores.gas_t(levels, weights)


def test_swemwbs_table():
    table = [scores.swemwbs_of(raw) for raw in range(7, 36)]
    assert len(table) == 29 and table == sorted(table)
    assert (table[0], scores.swemwbs_of(21), scores.swemwbs_of(25), table[-1]) == (7.0, 19.25, 22.35, 35.0)
    assert scores.swemwbs_of(25) - scores.swemwbs_of(21) == pytest.approx(3.10)


@pytest.mark.parametrize("raw", [6, 36, -7])
def test_swemwbs_outside_its_range(raw):
    with pytest.raises(ValueError):
        scores.swemwbs_of(raw)


@pytest.mark.parametrize("score, items", [("swemwbs", 7), ("esis", 10), ("eurohis", 8), ("who5", 5)])
def test_no_score_with_an_answer_missing(score, items):
    assert getattr(scores, score)([3] * (items - 1) + [None]) is None


@pytest.mark.parametrize("score, items", [("swemwbs", 7), ("esis", 10), ("eurohis", 8), ("who5", 5)])
def test_impossible_answers(score, items):
    for answers in ([3] * (items - 1), [3] * (items + 1), [3] * (items - 1) + [6], [3] * (items - 1) + [-1]):
        with pytest.raises(ValueError):
            getattr(scores, score)(answers)


def test_other_totals():
    assert scores.swemwbs([3] * 7) == scores.swemwbs_of(21)
    assert scores.esis([3] * 10) == 50
    assert scores.esis([4] * 9 + [5]) == 77.5
    assert scores.eurohis([4] * 8) == scores.EUROHIS_GOOD
    assert scores.who5([3, 3, 3, 2, 2]) == 52


def test_reliable_change():
    assert scores.measurement_error(7.5, 0.80) == pytest.approx(3.35, abs=0.005)
    assert scores.reliable_change(47.5, 32.5, deviation=7.5, reliability=0.80) == pytest.approx(-3.16, abs=0.005)


@pytest.mark.parametrize("deviation, reliability", [(0, 0.8), (7.5, 1), (7.5, -0.1)])
def test_impossible_scale(deviation, reliability):
    with pytest.raises(ValueError):
        scores.reliable_change(1, 2, deviation=deviation, reliability=reliability)


@pytest.mark.parametrize(
    "before, after, wanted", [(21, 24, Change.POSSIBLE), (21, 25, Change.CLEAR), (21, 22, Change.UNSURE)]
)
def test_names_of_swemwbs_changes(before, after, wanted):
    change = scores.swemwbs_of(after) - scores.swemwbs_of(before)
    thresholds = {"possible": scores.SWEMWBS_POSSIBLE, "reliable": scores.SWEMWBS_RELIABLE}
    assert scores.name_change(change, **thresholds) is wanted
    assert scores.name_change(-change, **thresholds) is wanted, "the direction does not matter"


def test_drift_back_to_the_mean():
    assert scores.drift(18, mean=23.5, reliability=0.8) == pytest.approx(1.1)


@given(st.lists(st.tuples(st.integers(-2, 2), st.integers(1, 3)), min_size=1, max_size=3))
def test_goals_turned_round_mirror_at_fifty(goals):
    levels, weights = [level for level, _ in goals], [weight for _, weight in goals]
    mirrored = scores.gas_t([-level for level in levels], weights)
    assert scores.gas_t(levels, weights) + mirrored == pytest.approx(100)
