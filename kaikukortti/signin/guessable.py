"""Passwords that are guessed early: the common ones of a list, and those made of words about the person."""

import functools
import gzip
import re
import unicodedata
from collections.abc import Iterable
from pathlib import Path

LIST = Path(__file__).with_name("commonpasswords.txt.gz")
OWN_WORDS = ("kaikukortti", "kaikukort", "kaiku", "kulttuurikortti")
SHORTEST_WORD = 4
LITTLE = 6  # figures and marks beside a word: 2026!, 240112
LITTLE_REPEATED = 4  # abababab, lumilumilumi
LEAST_OF_ONES_OWN = 8  # so much has to be left of a password without the words about its owner

_AROUND = re.compile(r"^([\W\d_]*)(.*?)([\W\d_]*)$", re.DOTALL)
_NO_LETTER_OR_DIGIT = re.compile(r"[\W_]+")


def is_common(password: str) -> bool:
    """Return whether a password is on the list: as it is, said over and over, or with little or nothing around it.

    A phrase of several words is not, whatever its words: nothing here asks for figures or marks.
    """
    plain = _plain(password)
    if _is_first_guess(plain):
        return True
    before, word, after = _AROUND.fullmatch(plain).groups()  # type: ignore[union-attr]  # it fits every text
    is_little = all(len(part) <= LITTLE or _is_first_guess(part) for part in (before, after))
    return bool(word) and is_little and _is_first_guess(word)


def _is_first_guess(text: str) -> bool:
    once = _once(text)
    return text in _listed() or once in _listed() or len(once) <= LITTLE_REPEATED or _is_run(text)


def is_of_context(password: str, words: Iterable[str]) -> bool:
    """Return whether little is left of a password when the words about its owner are taken away."""
    left = _plain(password)
    found = {part for word in (*OWN_WORDS, *words) for part in _parts(word)}
    for part in sorted(found, key=len, reverse=True):
        left = left.replace(part, " ")
    return (
        any(part in _plain(password) for part in found) and len(_NO_LETTER_OR_DIGIT.sub("", left)) < LEAST_OF_ONES_OWN
    )


def _parts(word: str) -> set[str]:
    """Return a name's or an address's words, and the whole of it written together."""
    pieces = _NO_LETTER_OR_DIGIT.split(_plain(word))
    return {piece for piece in (*pieces, "".join(pieces)) if len(piece) >= SHORTEST_WORD}


def _plain(text: str) -> str:
    return unicodedata.normalize("NFKC", text).casefold().strip()


def _once(text: str) -> str:
    """Return what a text repeats from its beginning to its end, or the text itself."""
    found = (text + text).find(text, 1)
    return text[:found]


def _is_run(text: str) -> bool:
    """Return whether each character follows the one before by the same small step, as in 1234 or zyxw; 0 follows 9."""
    steps = {ord(after) - ord(before) for before, after in zip(text, text[1:], strict=False)}
    return bool(steps) and any(steps <= same for same in ({0}, {1, -9}, {-1, 9}))


@functools.cache
def _listed() -> frozenset[str]:
    """Return the first guesses, about 10 MB of memory, read at the first new password of a process."""
    with gzip.open(LIST, mode="rt", encoding="utf-8") as lines:
        return frozenset(line.rstrip("\n") for line in lines)
