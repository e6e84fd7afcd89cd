"""The word with which an answer is read: enough chance in it, read however it is typed, told by nothing."""

import math
import uuid
from collections import Counter

import pytest

from kaikukortti.messaging import answerword

SECRET = "only-for-tests"


def words(count: int) -> list[str]:
    return [answerword.make(str(uuid.UUID(int=number)), secret=SECRET) for number in range(count)]


def test_a_word_holds_sixty_bits_at_least():
    assert math.log2(len(set(answerword.LETTERS))) * answerword.GROUP * answerword.GROUPS >= 60


def test_letters_cannot_be_taken_for_each_other_or_for_digits():
    assert not set(answerword.LETTERS) & set("AEIOUYÅÄÖLQW0123456789")


def test_every_letter_comes_as_often_at_every_place():
    made = words(3400)
    assert len(set(made)) == len(made)
    for place in range(15):
        counted = Counter(word[place] for word in made)
        assert set(counted) == set(answerword.LETTERS)
        assert max(counted.values()) < 270 and min(counted.values()) > 140  # 200 each; six standard deviations are 84


def test_the_same_gives_the_same_and_a_join_is_not_a_part():
    assert answerword.make("a", "b", secret=SECRET) == answerword.make("a", "b", secret=SECRET)
    others = {answerword.make(*parts, secret=SECRET) for parts in (("a", "b"), ("ab", ""), ("", "ab"), ("b", "a"))}
    assert len(others) == 4
    assert answerword.make("a", "b", secret="another") not in others


@pytest.mark.parametrize(
    "typed",
    [
        "BCDFG-HJKMN-PRSTV",
        "bcdfg hjkmn prstv",
        " bcdfghjkmnprstv ",
        "BCDFG\u2013HJKMN\u2013PRSTV",
        "ВСDFG-НJКМN-РRSТV",  # В, С, Н, К, М, Р and Т of a Russian keyboard
        "BCDFG-HJKMN-PRSTW",
        "ＢCDFG-HJKMN-PRSTV",
    ],
)
def test_a_word_is_read_however_it_is_typed(typed):
    assert answerword.hash_typed(typed) == answerword.hash_of("BCDFGHJKMNPRSTV")


@pytest.mark.parametrize("typed", ["", "BCDFG-HJKMN", "BCDFG-HJKMN-PRSTVX", "BCDFG-HJKMN-PRSTA", "B" * 65, "\0" * 15])
def test_what_is_no_word_has_no_hash(typed):
    assert answerword.hash_typed(typed) is None


def test_grouped_as_it_is_written_down():
    assert answerword.grouped("BCDFGHJKMNPRSTV") == "BCDFG-HJKMN-PRSTV"
