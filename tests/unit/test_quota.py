"""How many places are for card holders: numbers, shares, and what cannot be."""

import pytest

from kaikukortti.rules import quota
from kaikukortti.rules.quota import CapacityImpossible, Quota, QuotaImpossible


@pytest.mark.parametrize(
    ("given", "places"),
    [
        (Quota(), None),
        (Quota(capacity=300), None),
        (Quota(6), 6),
        (Quota(percent=5, capacity=300), 15),
        (Quota(percent=5, capacity=319), 15),
        (Quota(percent=5, capacity=10), 1),
        (Quota(percent=100, capacity=80), 80),
    ],
)
def test_places(given, places):
    quota.check(given)
    assert given.places == places


@pytest.mark.parametrize(
    ("given", "error"),
    [
        (Quota(capacity=0), CapacityImpossible),
        (Quota(capacity=-1), CapacityImpossible),
        (Quota(capacity=100_001), CapacityImpossible),
        (Quota(percent=5), CapacityImpossible),
        (Quota(0), QuotaImpossible),
        (Quota(100_001), QuotaImpossible),
        (Quota(81, capacity=80), QuotaImpossible),
        (Quota(6, 5, 80), QuotaImpossible),
        (Quota(percent=0, capacity=80), QuotaImpossible),
        (Quota(percent=101, capacity=80), QuotaImpossible),
    ],
)
def test_what_cannot_be(given, error):
    with pytest.raises(error):
        quota.check(given)
