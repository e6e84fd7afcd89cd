"""Which cells are hidden: Statistics Finland's exercise lines of followup.md §6.10, thresholds, and what comes back."""

from itertools import product

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kaikukortti.rules import suppression

CELLS = st.lists(st.integers(0, 60), min_size=2, max_size=12)


@pytest.mark.parametrize(
    ("line", "places"),
    [
        ([21, 2, 5, 9, 5, 396], {1, 2}),
        ([8, 1, 6, 9, 3, 460], {1, 2, 4}),
        ([15, 1, 6, 12, 9, 560], {1, 2}),
        ([21, 7, 5, 9], set()),
        ([2, 2, 0], {0, 1, 2}),
        ([0, 0], {0, 1}),
        ([40, 0, 9], set()),
        ([40, 4], {0, 1}),
        ([40, 0, 4], {0, 2}),
        ([7, 1, 4, 30], {1, 2}),
    ],
)
def test_the_lines_of_statistics_finland_and_corners(line, places):
    assert suppression.hidden_cells(line) == places


def test_a_count_is_never_negative():
    with pytest.raises(ValueError):
        suppression.hidden_cells([3, -1])


@given(CELLS)
def test_no_hidden_cell_comes_back_by_subtraction(cells):
    """Whoever knows the line's total and all that is shown, knows of a hidden cell that it is one of five at least."""
    places = suppression.hidden_cells(cells)
    total = sum(cells)
    if total < suppression.FEWEST:
        assert places == set(range(len(cells))), "the total is not told either"
        return
    assert all(place in places for place, cell in enumerate(cells) if 0 < cell < suppression.FEWEST)
    left = total - sum(cell for place, cell in enumerate(cells) if place not in places)
    hidden = [cells[place] for place in places if cells[place]]
    if places:
        assert len(hidden) >= 2 or places == set(range(len(cells)))
        assert left >= suppression.FEWEST, "what is left is a sum of several, and not a few"


def test_no_pattern_of_a_short_line_gives_both_of_two_cells_away():
    """Even who knows the rule itself does not learn from a line of two cells what stands in either."""
    seen: dict[tuple[int | None, tuple[int | None, ...]], list[tuple[int, ...]]] = {}
    for cells in product(range(15), repeat=2):
        places = suppression.hidden_cells(cells)
        total = sum(cells) if sum(cells) >= suppression.FEWEST else None
        told = tuple(None if place in places else cell for place, cell in enumerate(cells))
        seen.setdefault((total, told), []).append(cells)
    for (_, told), possible in seen.items():
        for place, cell in enumerate(told):
            assert cell is not None or len({cells[place] for cells in possible}) > 1


def test_a_place_hidden_for_another_reason_takes_one_with_it():
    assert suppression.hidden_cells([50, 20, 30], also=[2]) == {1, 2}
    assert suppression.hidden_cells([50, 20, 0], also=[2]) == set(), "a zero needs no cover"


@pytest.mark.parametrize(
    ("hides", "least"),
    [
        (suppression.hides_rate, 5),
        (suppression.hides_change, 10),
        (lambda cases: suppression.hides_comparison(cases, 100), 30),
        (lambda cases: suppression.hides_comparison(100, cases), 30),
    ],
)
def test_hidden_at_the_threshold_and_shown_at_it(hides, least):
    assert hides(least - 1) and not hides(least)


@given(st.lists(st.integers(0, 30), min_size=4, max_size=4))
def test_no_hidden_quarter_comes_back_from_its_year(quarters):
    told = [None if count < suppression.FEWEST else count for count in quarters]
    year = sum(quarters)
    if not suppression.may_tell_year(told, year):
        return
    hidden = [count for count, seen in zip(quarters, told, strict=True) if seen is None]
    assert year >= suppression.FEWEST and len(hidden) != 1
    if hidden:
        rest, most = year - sum(count or 0 for count in told), suppression.FEWEST - 1
        assert any(
            sum(other) == rest and other != tuple(hidden) for other in product(range(most + 1), repeat=len(hidden))
        ), "other numbers come to the same"


def test_a_year_whose_quarters_are_all_told_is_told():
    assert suppression.may_tell_year([6, 7, 8, 9], 30)
    assert not suppression.may_tell_year([6, 7, 8, None], 25)
    assert suppression.may_tell_year([None, None, None, None], 12)
    assert not suppression.may_tell_year([None, None, None, None], 16), "each would be four"
