"""The shape of the words on the pages "I was turned away". Catalogues fill it, Russian stands beside."""

from collections.abc import Mapping
from dataclasses import dataclass


@dataclass(frozen=True)
class Asking:
    """The page on which somebody tells what happened."""

    title: str
    lead: tuple[str, ...]
    area: str
    where: str
    choose: str
    elsewhere: str
    when: str
    today: str
    yesterday: str
    some_day: str
    not_known: str
    day: str
    day_hint: str
    what: str
    causes: Mapping[str, str]
    text: str
    text_hint: str
    code: str
    code_hint: str
    optional: str
    send: str
    have_word: str


@dataclass(frozen=True)
class Mistakes:
    """What is said beside a field that has to be mended."""

    check: str
    missing: str
    day: str
    identity: str
    card: str
    too_long: str
    word: str


@dataclass(frozen=True)
class Reading:
    """The pages with the word, and with the answer."""

    thanks: str
    your_word: str
    keep: tuple[str, ...]
    to_answer: str
    title: str
    lead: str
    word: str
    word_hint: str
    open: str
    waits: str
    waits_text: str
    answer: str
    again: str


@dataclass(frozen=True)
class TurnedAwayWords:
    """Every word of the pages; `language` is that of the words, `awaiting` stands where a native reader is missing."""

    language: str
    asking: Asking
    mistakes: Mistakes
    reading: Reading
    awaiting: str = ""
