"""Card numbers: the shared vectors, and what the check symbol promises."""

import json
import random
import string
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kaikukortti.rules import number
from kaikukortti.rules.number import Elsewhere, Malformed, Own, Problem

VECTORS = json.loads(Path(__file__).parents[1].joinpath("vectors", "numbers.json").read_text(encoding="utf-8"))
PREFIXES = ["EK", "SA"]

numbers = st.integers(0, 2**32).map(lambda seed: number.make("EK", random.Random(seed).choice))


@pytest.mark.parametrize("case", VECTORS["cases"], ids=lambda case: case["name"])
def test_shared_vectors(case: dict[str, Any]) -> None:
    read = vars(number.read(case["text"], VECTORS["prefixes"], VECTORS["masks"]))
    assert {key: list(value) if isinstance(value, tuple) else value for key, value in read.items()} == case["expect"]


@given(numbers)
def test_drawn_numbers_hold_no_look_alikes(drawn: str) -> None:
    assert len(drawn) == number.LENGTH
    assert not set(drawn) & set(number.LOOK_ALIKES)
    assert number.read(drawn, PREFIXES) == Own(drawn)


def test_a_check_symbol_that_looks_like_another_is_drawn_again() -> None:
    draws = iter("M9S346Q3" + "M9S346Q4")  # the first body would end in L
    drawn = number.make("SA", lambda _symbols: next(draws))
    assert drawn.startswith("SAM9S346Q4")


@given(numbers, st.integers(0, 10), st.sampled_from(number.SYMBOLS))
def test_every_single_wrong_symbol_is_noticed(drawn: str, place: int, symbol: str) -> None:
    wrong = drawn[:place] + symbol + drawn[place + 1 :]
    read = number.read(wrong, ["EK"])
    assert wrong == drawn or isinstance(read, Malformed)


def test_nearly_every_swap_of_neighbours_is_noticed() -> None:
    chance, swaps, missed = random.Random(3), 0, 0
    for _ in range(2_000):
        drawn = number.make("EK", chance.choice)
        place = chance.randrange(2, 10)
        if drawn[place] != drawn[place + 1]:
            swapped = drawn[:place] + drawn[place + 1] + drawn[place] + drawn[place + 2 :]
            swaps += 1
            missed += isinstance(number.read(swapped, ["EK"]), Own)
    assert missed / swaps < 0.005  # DESIGN decision 2: 99.8 % of neighbour swaps


@given(st.text(max_size=100))
def test_reading_is_total(text: str) -> None:
    read = number.read(text, PREFIXES)
    assert isinstance(read, Own | Elsewhere | Malformed)
    if isinstance(read, Malformed):
        assert all(1 <= place <= len(read.text) for place in read.positions)


@given(numbers, st.sampled_from([" ", "-", "\u00a0", "\u2011"]), st.integers(1, 10))
def test_spaces_and_hyphens_are_forgiven(drawn: str, gap: str, place: int) -> None:
    typed = (drawn[:place] + gap + drawn[place:]).lower()
    assert number.read(typed, PREFIXES) == Own(drawn)
    assert number.candidate(typed) == drawn


def test_number_is_grouped_for_reading() -> None:
    assert number.grouped("EK3F8M2X9TS") == "EK 3F8M 2X9T S"


def test_prefixes_are_two_letters_without_look_alikes() -> None:
    good = [a + b for a in string.ascii_uppercase for b in string.ascii_uppercase if number.is_prefix(a + b)]
    assert len(good) == 22**2
    assert not number.is_prefix("E1") and not number.is_prefix("EKA") and not number.is_prefix("LA")


def test_unreadable_texts_give_nothing_back() -> None:
    assert number.read("X" * 65, PREFIXES) == Malformed(Problem.UNREADABLE, (), "")
