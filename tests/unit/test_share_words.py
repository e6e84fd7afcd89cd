"""Shares and intervals in words never promise more than the figures; followup.md §6.5 has the examples."""

from collections.abc import Iterator

import pytest
from flask import Flask

from kaikukortti.rules import intervals
from kaikukortti.web import language
from kaikukortti.web.followup.figures import sharewords


@pytest.fixture(autouse=True)
def english() -> Iterator[None]:
    """Speak the language of the message ids."""
    app = Flask(__name__)
    language.init_app(app)
    with app.test_request_context("/", headers={"Cookie": "kaiku_language=en"}):
        yield


@pytest.mark.parametrize(
    ("share", "words"),
    [
        (0.0, "none"),
        (0.004, "hardly any"),
        (0.04, "about one in twenty"),
        (0.12, "about one in ten"),
        (0.308, "about one in three"),
        (0.49, "about half"),
        (0.68, "about two in three"),
        (0.95, "about nine in ten"),
        (0.97, "nearly all of them"),
        (1.0, "all of them"),
    ],
)
def test_a_share_is_said_as_people_say_it(share, words):
    assert sharewords.part_words(share) == words


@pytest.mark.parametrize(
    ("hits", "cases", "ends"),
    [
        (81, 263, ("a quarter", "two fifths")),  # .2553 to .3662
        (15, 148, ("a twentieth", "a fifth")),  # .0624 to .1605
        (0, 20, ("none at all", "a fifth")),  # 0 to .1611
        (3, 8, ("a tenth", "three quarters")),  # .1368 to .6943
        (22, 34, ("two fifths", "four fifths")),  # .4791 to .7851
        (20, 20, ("four fifths", "every single one")),
    ],
)
def test_an_interval_is_said_with_its_ends_outwards(hits, cases, ends):
    found = intervals.wilson(hits, cases)
    assert sharewords.bound_words(found.low, found.high) == ends


def test_the_words_hold_every_interval_and_are_never_one_word():
    values = {str(word): bound for bound, word in sharewords.BOUNDS}
    for cases in (5, 8, 20, 34, 148, 2000, 100_000):
        for hits in range(0, cases + 1, max(cases // 40, 1)):
            found = intervals.wilson(hits, cases)
            low, high = sharewords.bound_words(found.low, found.high)
            assert values[low] <= found.low + sharewords.NEAR / 2 and values[high] >= found.high - sharewords.NEAR / 2
            assert values[low] < values[high], (hits, cases)


def test_a_wide_interval_is_told_as_unsure():
    few, many = intervals.wilson(3, 8), intervals.wilson(81, 263)
    assert sharewords.is_vague(few.low, few.high)
    assert not sharewords.is_vague(many.low, many.high)


def test_per_cents_are_whole():
    assert sharewords.percent(0.3079) == "31 %"
    assert sharewords.percent_between(0.2553, 0.3662) == "26–37 %"
