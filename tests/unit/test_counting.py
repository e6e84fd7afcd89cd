"""The tickets of a visit: each kind is a ticket, whichever kinds there are, and those of helpers are no use."""

from dataclasses import fields

import pytest

from kaikukortti.rules.counting import Counts

KINDS = [kind.name for kind in fields(Counts)]


@pytest.mark.parametrize("kind", KINDS)
def test_every_kind_is_a_ticket(kind):
    assert Counts(**{kind: 3}).tickets == 3
    assert Counts(**{kind: 3}).uses == (0 if kind in ("assistant", "interpreter") else 3)


def test_kinds_add_up():
    assert Counts(**dict(zip(KINDS, (1, 2, 4, 8, 16, 32), strict=True))).tickets == 63
