"""What may be published: sizes of networks, dominance, ratios, crossings."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kaikukortti.cube.tables import VARIABLES
from kaikukortti.rules import disclosure
from kaikukortti.rules.disclosure import NetworkSize, Refusal


@pytest.mark.parametrize(
    ("cards", "size"),
    [
        (0, NetworkSize.ONE_TOTAL),
        (39, NetworkSize.ONE_TOTAL),
        (40, NetworkSize.TOTALS),
        (99, NetworkSize.TOTALS),
        (100, NetworkSize.TRAITS),
    ],
)
def test_sizes_of_networks(cards, size):
    assert disclosure.size_of(cards) is size


@pytest.mark.parametrize(
    ("shares", "shown"),
    [
        ([1, 1, 1, 1], False),
        ([1, 1, 1, 1, 1], True),
        ([5, 1, 1, 1, 1, 1], True),
        ([6, 1, 1, 1, 1, 1], False),
        ([4, 4, 1, 1, 1], True),
        ([5, 5, 1, 1, 1], False),
        ([6, 6, 1, 1, 1, 1], True),
    ],
)
def test_dominated_tickets_are_not_shown(shares, shown):
    first, second = sorted(shares, reverse=True)[:2]
    found = disclosure.may_show_tickets(sum(shares), cards=len(shares), largest=first, second=second)
    assert found is shown


@given(st.lists(st.integers(1, 30), min_size=1, max_size=40))
def test_what_is_shown_has_five_cards_and_nobody_stands_out(shares):
    first, second = (sorted(shares, reverse=True) + [0])[:2]
    if disclosure.may_show_tickets(sum(shares), cards=len(shares), largest=first, second=second):
        assert len(shares) >= 5 and first * 2 <= sum(shares) and (first + second) * 4 <= sum(shares) * 3


def test_ratio_needs_twenty():
    assert disclosure.ratio(5, 15) is None and disclosure.ratio(5, 20) == 0.25
    assert disclosure.ratio(25, 20) == 1.0, "two rounded numbers may cross"


@pytest.mark.parametrize(
    ("variables", "why"),
    [
        (["age"], None),
        (["venues", "categories"], None),
        (["unit"], Refusal.UNIT_APART),
        (["unit", "age"], Refusal.UNIT_APART),
        (["unit", "venue"], Refusal.UNIT_APART),
        (["venue", "age"], Refusal.VENUE_WITH_TRAIT),
        (["age", "situation", "origin"], Refusal.TOO_MANY_VARIABLES),
        (["shoe_size"], Refusal.UNKNOWN_VARIABLE),
    ],
)
def test_crossings_that_may_never_be(variables, why):
    assert disclosure.why_never(variables, known=VARIABLES) is why
