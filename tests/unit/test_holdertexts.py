"""Texts for holders: whole in each language, and short, as easy language wants it."""

import re

import pytest

from kaikukortti import holdertexts
from kaikukortti.holdertexts.easyoffer import EASY_OFFER
from kaikukortti.holdertexts.finnish import FINNISH
from kaikukortti.holdertexts.russian import RUSSIAN
from kaikukortti.holdertexts.shape import HolderText
from kaikukortti.rules.programme import Category, EventKind

ALL = [holdertexts.texts(code)[-1] for code in holdertexts.LANGUAGES]


def sentences(text: HolderText) -> list[str]:
    lines = [text.lead, *text.ask.lines, *(line for part in text.parts for line in part.lines)]
    return [sentence for line in lines for sentence in re.split(r"(?<=[.?!]) ", line)]


@pytest.mark.parametrize("text", ALL, ids=list(holdertexts.LANGUAGES))
def test_every_language_says_the_same_number_of_things(text):
    assert [len(part.lines) for part in text.parts] == [len(part.lines) for part in FINNISH.parts]
    assert 2 <= len(text.ask.lines) <= 5
    assert len(text.labels.mobile.lines) == len(FINNISH.labels.mobile.lines)
    assert all(vars(text.labels).values())


@pytest.mark.parametrize("text", ALL, ids=list(holdertexts.LANGUAGES))
def test_sentences_are_short_and_whole(text):
    for sentence in sentences(text):
        assert len(sentence.split()) <= 11, sentence
        assert sentence[-1] in ".?!”»" and sentence[0].isupper(), sentence


def test_easy_finnish_has_no_long_words_and_few_commas():
    for sentence in sentences(FINNISH):
        assert max(map(len, re.findall(r"\w+", sentence))) <= 14, sentence
        assert sentence.count(",") <= 1, sentence


def test_the_easy_offer_is_short_and_whole():
    said = [EASY_OFFER.lead, *EASY_OFFER.ask.lines, EASY_OFFER.always_text, EASY_OFFER.full, EASY_OFFER.nothing_text]
    said += [EASY_OFFER.house_visit, EASY_OFFER.nothing_coming, EASY_OFFER.calendar_text, EASY_OFFER.misread]
    for sentence in (sentence for line in said for sentence in re.split(r"(?<=[.?!]) ", line)):
        assert len(sentence.split()) <= 11, sentence
        assert max(map(len, re.findall(r"\w+", sentence))) <= 14, sentence
        assert sentence[-1] in ".?!”" and sentence[0].isupper(), sentence
    assert all(vars(EASY_OFFER).values())
    assert set(EASY_OFFER.categories) == set(Category) and set(EASY_OFFER.kinds) == set(EventKind)


def test_no_text_hints_at_money_trouble_or_social_services():
    words = re.compile(r"köyh|tulo|sosiaali|fattig|social|poor|income|бедн|социальн", re.IGNORECASE)
    for text in ALL:
        assert not [sentence for sentence in sentences(text) if words.search(sentence)]


def test_finnish_stands_on_every_sheet_and_alone_for_what_is_not_known():
    assert [text.language for text in holdertexts.texts("ru")] == ["fi", "ru"]
    for code in ("fi", "", "de", "../ru"):
        assert [text.language for text in holdertexts.texts(code)] == ["fi"]


def test_russian_waits_for_a_native_reader():
    assert RUSSIAN.awaiting and not FINNISH.awaiting
