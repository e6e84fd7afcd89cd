"""Sentences of indicators: what is told of a share, a rate, a difference; what is not told."""

from collections.abc import Iterator
from datetime import UTC, datetime

import pytest
from flask import Flask

from kaikukortti.figuretable import Missing
from kaikukortti.followup.indicators.figures import Code, Figure, Figures, FrozenSpan, Why, hidden
from kaikukortti.rules import intervals, span
from kaikukortti.web import language
from kaikukortti.web.followup.figures import (
    areawords,
    indicatortables,
    indicatorwords,
    numbers,
    reach,
    season,
    tellings,
    unitwords,
    yearbefore,
)

PERIOD = FrozenSpan(span.parse("2026-Q3"), datetime(2026, 10, 15, tzinfo=UTC), 0, 1)


@pytest.fixture(autouse=True)
def english() -> Iterator[None]:
    """Speak the language of the message ids."""
    app = Flask(__name__)
    language.init_app(app)
    with app.test_request_context("/", headers={"Cookie": "kaiku_language=en"}):
        yield


def figures(*rows: Figure) -> Figures:
    """Return the figures of a period."""
    return Figures(1, 0, PERIOD, {(row.code, row.dims): row for row in rows})


def share(code: str, number: int, n: int, *, dims: str = "") -> Figure:
    """Return a share with its interval."""
    found = intervals.wilson(number, n)
    return Figure(code, dims, number, n, found.value, found.low, found.high)


def told(code: Code, *rows: Figure) -> tellings.Told:
    """Return what a unit is told of an indicator."""
    return next(one for one in unitwords.tell(figures(*rows)) if one.code is code)


@pytest.mark.parametrize("code", unitwords.CODES)
@pytest.mark.parametrize("why", Why)
def test_a_hidden_figure_tells_nothing_but_that(code, why):
    parts = ("30", "90", "180") if code is Code.FIRST_USE else ("asked",) if code is Code.BARRIERS else ("",)
    one = told(code, *(hidden(code, dims, why=why) for dims in parts))
    assert one.is_hidden and not one.certainty
    assert not any(sign.isdigit() for sign in one.words.replace("91", ""))
    assert ("91 days" in one.words) is (why is Why.FOLLOW_UP)


def test_nothing_and_everything_have_sentences_of_their_own():
    assert told(Code.ACTIVE, share("I-05", 0, 40)).words == (
        "None of our valid cards has a recorded use in the last 90 days."
    )
    assert told(Code.NO_RECORDED_USE, share("I-04", 0, 40)).words == (
        "Each of our cards that ended in the period has a recorded use."
    )
    assert "all of them have been used" in told(Code.ACTIVE, share("I-05", 40, 40)).words


def test_a_share_of_few_is_told_as_unsure():
    assert told(Code.ACTIVE, share("I-05", 3, 8)).certainty == (
        "With so few, anything between a tenth and three quarters is possible."
    )


def test_first_use_tells_the_days_that_are_known():
    rows = (share("I-03", 0, 60, dims="30"), share("I-03", 20, 60, dims="90"), hidden("I-03", "180", why=Why.FOLLOW_UP))
    one = told(Code.FIRST_USE, *rows)
    assert one.words == "First used within a month: none, within three months: about one in three."
    assert one.certainty == "Likely between a fifth and one half."


def test_a_figure_without_a_share_is_not_told_as_one():
    """Of an area a share needs twenty cards (S9); its number and n alone may be there."""
    one = told(Code.ACTIVE, Figure("I-05", "", 5, 15))
    assert one.is_hidden and one.words == "Too little to tell."


def test_a_rate_has_one_decimal_and_its_limits():
    found = areawords.rate(figures(Figure("I-06", "", 640, 430, 4.234, 3.91, 4.57, facts={"median": None})))
    assert found.words == "A card is used 4.2 times in twelve months on average."
    assert found.certainty == "Likely between 3.9 and 4.6 times."


@pytest.mark.parametrize(
    ("now", "then", "words"),
    [
        (share("I-05", 56, 70), share("I-05", 48, 80), "higher, was 60 %"),  # .0524 to .3339, followup.md §6.5
        (share("I-05", 48, 80), share("I-05", 56, 70), "lower, was 80 %"),
        (share("I-05", 30, 60), share("I-05", 28, 60), "no clear difference"),
        (share("I-05", 30, 60), hidden("I-05"), "not known"),
        (Figure("I-05", number=3), Figure("I-05", number=9), "–"),
    ],
)
def test_a_difference_is_clear_when_chance_could_not_make_it(now, then, words):
    lines = yearbefore.beside(figures(now), figures(then))
    line = next(one for one in lines if one.name == "Used in the last 90 days")
    assert line.words == words
    assert ("Differs clearly" in yearbefore.changes(lines)) is ("was" in words)
    assert ("Nothing differs" in yearbefore.changes(lines)) is (words == "no clear difference")


def test_a_curve_is_compared_by_its_own_limits():
    """Its share is not cards of cards: the two bands must not touch."""
    now, near = Figure("I-03", "90", 10, 60, 0.5, 0.4, 0.6), Figure("I-03", "90", 10, 60, 0.35, 0.2, 0.45)
    far = Figure("I-03", "90", 10, 60, 0.2, 0.1, 0.3)
    differences = [
        next(line.words for line in yearbefore.beside(figures(now), figures(then)) if "90 days" in line.name)
        for then in (near, far)
    ]
    assert differences == ["no clear difference", "higher, was 20 %"]


@pytest.mark.parametrize(("ratio", "words"), [(0.5, "less"), (0.8, "about as"), (1.25, "about as"), (1.4, "more")])
def test_reach_is_told_without_a_rank(ratio, words):
    assert reach.reached(Figure("I-12", "age:25_34", 10, 60, ratio)).startswith(words)


def test_reach_of_a_hidden_group_is_not_told():
    assert reach.reached(hidden("I-12", "age:25_34")) == "too little to tell"
    assert reach.finding([("under 25", hidden("I-12", "age:under_25"))]) == "Too little to tell."


def test_even_months_are_told_as_even():
    rest: list[float | None] = [None] * 9
    assert season.finding([100.0, 104.0, 96.0, *rest]) == "The months are much alike."
    assert season.finding([60.0, 100.0, 140.0, *rest]).startswith("Busiest in March (140), quietest in January (60)")


def test_cells_say_why_they_are_empty():
    assert numbers.value(hidden("I-05")) == "too little to tell"
    assert numbers.value(hidden("I-05", why=Why.FOLLOW_UP)) == "not yet known"
    assert numbers.value(Figure("I-05", "", 5, 15)) == "too little to tell", "a number of few beside shares"
    assert numbers.value(Figure("I-01", number=220)) == "220"
    assert indicatortables.cell(hidden("I-05"), "share") is Missing.TOO_FEW_CARDS
    assert indicatortables.cell(hidden("I-05", why=Why.FOLLOW_UP), "share") is Missing.NOT_FROZEN
    assert indicatortables.cell(None, "share") is Missing.NOT_APPLICABLE


def test_each_indicator_has_a_name_and_a_definition():
    assert set(indicatorwords.NAMES) == set(indicatorwords.DEFINITIONS)
    terms = [term for term, _text in indicatorwords.definitions(unitwords.CODES, unit_id=3)]
    assert terms[0] == "Valid cards on the last day (I-01)" and terms[-1] == "Too little to tell"
