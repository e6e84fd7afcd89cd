"""Labels of a change with their thresholds: followup.md §6.4."""

import pytest

from kaikukortti.rules import scores
from kaikukortti.rules.change import Change, label
from kaikukortti.rules.measure import SWEMWBS_SOURCE


@pytest.mark.parametrize(
    "raw, wanted, threshold", [(22, Change.UNSURE, 1.03), (24, Change.POSSIBLE, 1.03), (25, Change.CLEAR, 2.87)]
)
def test_swemwbs_by_the_published_constants(raw, wanted, threshold):
    said = label("swemwbs", scores.swemwbs_of(21), scores.swemwbs_of(raw))
    assert (said.change, said.threshold, said.source) == (wanted, threshold, SWEMWBS_SOURCE)
    assert said.is_better
    back = label("swemwbs", scores.swemwbs_of(raw), scores.swemwbs_of(21))
    assert back.change is wanted and back.is_better is False


def test_the_published_threshold_is_not_recomputed():
    assert label("swemwbs", 10.0, 12.86).change is Change.POSSIBLE, "2.77 errors of 1.03 would be 2.853"
    assert label("swemwbs", 10.0, 12.87).change is Change.CLEAR


def test_ten_points_of_who5_are_a_possible_change_and_never_a_clear_one():
    assert label("who5", 40, 48).change is Change.UNSURE
    assert label("who5", 40, 52).change is Change.POSSIBLE
    assert label("who5", 0, 100).change is Change.POSSIBLE


def test_ors_is_clear_at_five_or_not_certain():
    assert label("ors", 20, 24.9).change is Change.UNSURE and label("ors", 20, 24.9).threshold == 5
    assert label("ors", 25, 20).change is Change.CLEAR


def test_without_a_threshold_nothing_is_certain_and_no_source_is_named():
    said = label("kykyviisari", 10, 90)
    assert (said.change, said.threshold, said.source) == (Change.UNSURE, None, "")


def test_better_is_lower_where_the_measure_says_so():
    assert label("whodas", 40, 20).is_better is True
    assert label("whodas", 20, 40).is_better is False
    assert label("whodas", 20, 20).is_better is None
