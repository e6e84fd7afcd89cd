"""A card number in a text is found however it is written; a word is a word."""

import pytest

from kaikukortti.rules import cardmention

LETTERS_ALONE = "EKWCXASJVHH"  # sound, and without a digit: one number in thirty or so


@pytest.mark.parametrize(
    "text",
    [
        LETTERS_ALONE,
        LETTERS_ALONE.lower(),
        "Kortti EK WCXA SJVH H toimii.",
        "kortti ek-wcxa-sjvh-h",
        f"({LETTERS_ALONE})",
    ],
)
def test_a_number_of_letters_alone_is_found(text):
    assert cardmention.holds_one(text, ["EK"])


@pytest.mark.parametrize("word", ["EKIALLLIKKT", "Eksentnlksn"])
def test_a_word_that_is_a_number_only_with_its_letters_read_as_digits_is_a_word(word):
    assert not cardmention.holds_one(word, ["EK"])


@pytest.mark.parametrize("text", ["", LETTERS_ALONE[:-1], "X" + LETTERS_ALONE, LETTERS_ALONE[:-1] + "J"])
def test_what_is_no_number_is_none(text):
    assert not cardmention.holds_one(text, ["EK"])


def test_another_area_s_prefix_and_none():
    assert not cardmention.holds_one(LETTERS_ALONE, ["HX"])
    assert not cardmention.holds_one(LETTERS_ALONE, [])
