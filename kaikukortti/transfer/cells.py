"""What a cell means: a day, a number, a word of a list, a name. What cannot be is a problem with a code."""

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any, TypeVar

from kaikukortti.rules import identitycode
from kaikukortti.transfer.columns import plain

T = TypeVar("T")
OLDEST = date(2014, 1, 1)  # the card's trial began in 2015 (domain.md §4.7)
SHOWN = 40
_FINNISH = re.compile(r"(\d{1,2})\.(\d{1,2})\.(\d{4})")
_ISO = re.compile(r"(\d{4})-(\d{1,2})-(\d{1,2})")
_CLOCK = re.compile(r"[ T]\d{1,2}[:.]\d{2}([:.]\d{2}(\.\d+)?)?$")
_SERIAL = re.compile(r"\d{5}")  # days since the end of 1899: how a workbook keeps a date
_MANY_DIGITS = re.compile(r"(?:\d\D{0,4}){9}")  # an identity code has nine digits or ten
_NUMBER = re.compile(r"-?\d{1,9}")


@dataclass(frozen=True)
class Problem:
    """What has to be put right in a row: `code` chooses the sentence, `column` is a column's key or empty.

    `shown` is the cell's text, cut; empty where it must not be said again. `other_row` is the first of two alike.
    """

    code: str
    column: str = ""
    shown: str = ""
    other_row: int = 0


class Reading:
    """Reads the cells of a row one after the other and keeps what is wrong with them, all of it."""

    def __init__(self) -> None:
        self.problems: list[Problem] = []

    def take(self, read: Callable[..., T], *given: Any, **more: Any) -> T | None:
        """Return what a reading function makes of a cell, None where it cannot be."""
        try:
            return read(*given, **more)
        except Impossible as impossible:
            self.problems.append(impossible.problem)
            return None


class Impossible(Exception):
    """A cell cannot be what its column is; carries the problem."""

    def __init__(self, code: str, column: str, text: str = "") -> None:
        super().__init__(code)
        self.problem = Problem(code, column, text if len(text) <= SHOWN else text[: SHOWN - 1] + "…")


def check(cells: Mapping[str, str]) -> None:
    """Check that no cell holds an identity code or a formula. Raises Impossible; the code itself is not said again."""
    for key, text in cells.items():
        if len(text) > 9 and _MANY_DIGITS.search(text) and identitycode.holds_one(text):
            raise Impossible("identity", key)
        if text.startswith("="):
            raise Impossible("formula", key, text)


def day(text: str, column: str) -> date:
    """Return a day: `17.5.2023`, `2023-05-17`, either with a clock time, or a workbook's number. Raises Impossible."""
    bare = _CLOCK.sub("", text)
    try:
        if found := _FINNISH.fullmatch(bare):
            read = date(int(found[3]), int(found[2]), int(found[1]))
        elif found := _ISO.fullmatch(bare):
            read = date(int(found[1]), int(found[2]), int(found[3]))
        elif _SERIAL.fullmatch(bare):
            read = date(1899, 12, 30) + timedelta(days=int(bare))
        else:
            raise Impossible("day_form" if text else "empty", column, text)
    except ValueError:
        raise Impossible("day_impossible", column, text) from None
    if read < OLDEST:
        raise Impossible("day_old", column, text)
    return read


def past_day(text: str, column: str, *, today: date) -> date:
    """Return a day that is not after today. Raises Impossible."""
    read = day(text, column)
    if read > today:
        raise Impossible("day_future", column, text)
    return read


def number(text: str, column: str, *, most: int) -> int:
    """Return a number from 0 to `most`; an empty cell is 0. Raises Impossible."""
    if not text:
        return 0
    bare = text.replace("\u00a0", "").replace(" ", "")
    if not _NUMBER.fullmatch(bare):
        raise Impossible("number_form", column, text)
    if int(bare) < 0:
        raise Impossible("number_negative", column, text)
    if int(bare) > most:
        raise Impossible("number_large", column, text)
    return int(bare)


def word(text: str, column: str, words: Mapping[str, str]) -> str | None:
    """Return what a word of a list stands for, None for an empty cell. Raises Impossible for an unknown word."""
    if not text:
        return None
    found = words.get(plain(text))
    if found is None:
        raise Impossible("word", column, text)
    return found or None
