"""The shape of the words on the page of the holder's own goals. Five readings fill it (owngoalwords)."""

from collections.abc import Mapping
from dataclasses import dataclass


@dataclass(frozen=True)
class GoalWords:
    """Every word of the page; {day} and {words} are filled in. `ladder` goes by step, `problems` by a rule's code."""

    title: str
    lead: str
    none: str
    write: str
    words: str
    words_hint: str
    weight: str
    weights: Mapping[int, str]
    by_when: str
    hoped_for: str
    optional: str
    ladder: Mapping[int, str]
    where: str
    where_text: str
    note: str
    note_hint: str
    save: str
    mark_now: str
    change: str
    start: str
    latest: str
    me: str
    worker: str
    earlier: str
    day: str
    nothing: str
    full: str
    end: str
    end_text: str
    give_up: str
    delete: str
    back: str
    choose: str
    misread: str
    problems: Mapping[str, str]
