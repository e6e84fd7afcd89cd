"""Keyed rounding: the same cards always give the same number, near the truth and right on average."""

import secrets

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kaikukortti.rules import rounding

SECRET = b"only for tests, and long enough for a key"
LINES = st.sets(st.integers(0, 2**128 - 1), max_size=40)


def key_of(lines):
    """Return the XOR of the keys of some lines."""
    keys = 0
    for line in lines:
        keys ^= rounding.line_key(f"{line:032x}")
    return keys


@given(LINES, st.sampled_from(["cards", "uses"]))
def test_result_is_within_four_a_multiple_of_five_and_never_negative(lines, measure):
    number = rounding.round_number(len(lines), cards=key_of(lines), measure=measure, secret=SECRET)
    assert number % 5 == 0 and number >= 0 and abs(number - len(lines)) < 5


@given(LINES, st.randoms())
def test_same_set_of_cards_gives_the_same_number_in_whatever_order(lines, chance):
    shuffled = list(lines)
    chance.shuffle(shuffled)
    first, again = key_of(lines), key_of(shuffled)
    assert first == again
    wanted = rounding.round_number(len(lines), cards=first, measure="cards", secret=SECRET)
    assert rounding.round_number(len(shuffled), cards=again, measure="cards", secret=SECRET) == wanted


@given(st.integers(0, 10**7), st.integers(0, 2**128 - 1))
def test_numbers_of_tickets_too(number, keys):
    rounded = rounding.round_number(number, cards=keys, measure="uses", secret=SECRET)
    assert rounded % 5 == 0 and abs(rounded - number) < 5
    assert number % 5 or rounded == number, "a multiple of five stays"


@pytest.mark.parametrize("number", [1, 2, 3, 4, 23])
def test_right_on_average(number):
    draws = [rounding.round_number(number, cards=keys, measure="cards", secret=SECRET) for keys in range(20_000)]
    assert sum(draws) / len(draws) == pytest.approx(number, abs=0.06)


def test_another_key_gives_other_numbers_and_another_fingerprint():
    other = secrets.token_bytes(32)
    rows = [
        [rounding.round_number(3, cards=keys, measure="cards", secret=secret) for keys in range(200)]
        for secret in (SECRET, other)
    ]
    assert rows[0] != rows[1] and rounding.fingerprint(SECRET) != rounding.fingerprint(other)


def test_measures_are_drawn_apart():
    rows = [
        [rounding.round_number(3, cards=keys, measure=measure, secret=SECRET) for keys in range(200)]
        for measure in ("cards", "uses")
    ]
    assert rows[0] != rows[1]


def test_bad_input_is_refused():
    with pytest.raises(ValueError, match="negative"):
        rounding.round_number(-1, cards=0, measure="cards", secret=SECRET)
    for line in ("", "ff", "g" * 32, "0" * 33):
        with pytest.raises(ValueError):
            rounding.line_key(line)
