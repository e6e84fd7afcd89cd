"""Holes in the numbers of a tablet's registrations."""

from hypothesis import given
from hypothesis import strategies as st

from venues.gaps import Gap, find_gaps


def test_a_hole_is_found_in_its_series() -> None:
    numbers = [("b", 1), ("a", 7), ("a", 1), ("a", 2), ("a", 5), ("a", 2), ("b", 2)]
    assert find_gaps(numbers) == [Gap("a", 3, 4), Gap("a", 6, 6)]
    assert [gap.missing for gap in find_gaps(numbers)] == [2, 1]


def test_the_first_number_is_one() -> None:
    assert find_gaps([("a", 3)]) == [Gap("a", 1, 2)]
    assert find_gaps([]) == []


@given(st.sets(st.integers(1, 60), min_size=1))
def test_gaps_and_numbers_fill_the_series(runs: set[int]) -> None:
    gaps = find_gaps(("a", run) for run in runs)
    missing = {run for gap in gaps for run in range(gap.first, gap.last + 1)}
    assert missing | runs == set(range(1, max(runs) + 1)) and not missing & runs
    assert all(left.last + 1 < right.first for left, right in zip(gaps, gaps[1:], strict=False)), "none is split"
