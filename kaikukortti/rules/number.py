"""The card number: two letters of the area, eight random symbols, one ISO 7064 MOD 37,36 check symbol (DESIGN 2).

Random symbols and prefixes never hold the look-alikes I L O U, and a number whose check symbol would be one of
them is drawn again: so what a person types as O or I can be repaired without a doubt. `static/js/number.mjs` is
the twin for browsers; both run `tests/vectors/numbers.json`.
"""

import re
import unicodedata
from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass
from enum import StrEnum

from stdnum.iso7064 import mod_37_36

from kaikukortti.rules import identitycode, legacy

LOOK_ALIKES = "ILOU"
SYMBOLS = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
PREFIX_LETTERS = "ABCDEFGHJKMNPQRSTVWXYZ"
PRACTICE_PREFIX = "UU"  # U is in no area's prefix, and two of them are never one slip away from one
RANDOM_SYMBOLS = 8
LENGTH = 2 + RANDOM_SYMBOLS + 1
LONGEST_TEXT = 64

_REPAIRS = str.maketrans("OIL", "011")
_HYPHENS = re.compile("[-\u2010\u2011\u2013\u2014]")
_ELSEWHERE = re.compile(r"[A-Z0-9-]{4,24}")
_PLAIN = set("0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ")


class Problem(StrEnum):
    """What is wrong with a text that is no card number."""

    UNREADABLE = "unreadable"
    EMPTY = "empty"
    SYMBOL = "symbol"
    LENGTH = "length"
    CHECKSUM = "checksum"
    PREFIX = "prefix"
    IDENTITY = "identity"
    PRACTICE = "practice"


@dataclass(frozen=True)
class Own:
    """A well-formed number with a prefix of ours, or one in a shape that cards of ours had before this service.

    Either as the register keeps it: what `candidate` makes of it.
    """

    number: str
    kind: str = "own"


@dataclass(frozen=True)
class Elsewhere:
    """A code of another area or of an older print run: admitted, not verified here."""

    code: str
    kind: str = "elsewhere"


@dataclass(frozen=True)
class Malformed:
    """No card number. `positions` are 1-based in `text`, the typed symbols without spaces and hyphens.

    A sound number of the practice deck is one, too: with the problem PRACTICE, and the number as `text`.
    """

    problem: Problem
    positions: tuple[int, ...]
    text: str
    kind: str = "malformed"


Reading = Own | Elsewhere | Malformed


def make(prefix: str, choose: Callable[[Sequence[str]], str]) -> str:
    """Draw a new number; `choose` picks one symbol of a sequence (`secrets.choice`)."""
    while True:
        body = prefix + "".join(choose(SYMBOLS) for _ in range(RANDOM_SYMBOLS))
        check = mod_37_36.calc_check_digit(body)
        if check not in LOOK_ALIKES:
            return body + check


def grouped(number: str) -> str:
    """Return the number as people read it: `EK 3F8M 2X9T S`."""
    return " ".join((number[:2], number[2:6], number[6:10], number[10:])).strip()


def candidate(text: str) -> str:
    """Return the number that a text would be if it is one of ours: for a look-up before anything is judged."""
    compact = _HYPHENS.sub("", "".join((_readable(text) or "").split()))
    return compact[:2] + compact[2:].translate(_REPAIRS)


def is_prefix(text: str) -> bool:
    """Return whether a text can be an area's prefix."""
    return len(text) == 2 and all(letter in PREFIX_LETTERS for letter in text)


def read(text: str, prefixes: Collection[str], masks: str = "") -> Reading:
    """Read what a camera, a hand scanner or a person gave. Total: every text has an answer, none raises.

    `masks` are the shapes of numbers from before this service, of all areas (`rules/legacy.py`).
    """
    plain = _readable(text)
    if plain is None:
        return Malformed(Problem.UNREADABLE, (), "")
    if identitycode.holds_one(plain):
        return Malformed(Problem.IDENTITY, (), "")
    raw = "".join(plain.split())
    compact = _HYPHENS.sub("", raw)
    if not compact:
        return Malformed(Problem.EMPTY, (), "")
    own = _read_own(compact) if compact[:2] in prefixes else None
    if isinstance(own, Own):
        return own
    if compact.startswith(PRACTICE_PREFIX) and len(compact) == LENGTH:
        return _read_practice(compact)
    if legacy.fits(masks, compact):
        return Own(candidate(text))  # as the register keeps it, look-alikes made one
    return own or _read_foreign(raw, compact, prefixes)


def is_practice(reading: Malformed) -> bool:
    """Return whether a text is of the practice deck, also one whose check symbol does not fit."""
    return reading.text.startswith(PRACTICE_PREFIX) and len(reading.text) == LENGTH


def _read_practice(compact: str) -> Malformed:
    read_as = _read_own(compact)
    return Malformed(Problem.PRACTICE, (), read_as.number) if isinstance(read_as, Own) else read_as


def _read_foreign(raw: str, compact: str, prefixes: Collection[str]) -> Elsewhere | Malformed:
    slip = _prefix_slip(compact, prefixes)
    if slip:
        return Malformed(Problem.PREFIX, slip, compact)
    if _ELSEWHERE.fullmatch(raw):
        return Elsewhere(raw)
    return _malformed(compact, _PLAIN)


def _readable(text: str) -> str | None:
    """Return the text in capitals, or None for what no card, keyboard or scanner gives: long or with controls."""
    if len(text) > LONGEST_TEXT:
        return None
    plain = unicodedata.normalize("NFKC", text).strip().upper()
    return None if any(unicodedata.category(symbol) in ("Cc", "Cf") for symbol in plain) else plain


def _read_own(compact: str) -> Own | Malformed:
    number = compact[:2] + compact[2:].translate(_REPAIRS)
    odd = tuple(place for place, symbol in enumerate(number, 1) if place > 2 and symbol not in SYMBOLS)
    if odd:
        return Malformed(Problem.SYMBOL, odd, compact)
    if len(number) != LENGTH:
        return Malformed(Problem.LENGTH, (), compact)
    if not mod_37_36.is_valid(number):
        return Malformed(Problem.CHECKSUM, (), compact)
    return Own(number)


def _prefix_slip(compact: str, prefixes: Collection[str]) -> tuple[int, ...]:
    """Return the wrong places of a prefix that is one slip away from ours, when all the rest fits."""
    if len(compact) != LENGTH:
        return ()
    for prefix in sorted(prefixes):
        wrong = tuple(place for place in (1, 2) if compact[place - 1] != prefix[place - 1])
        swapped = compact[1::-1] == prefix
        if (len(wrong) == 1 or swapped) and isinstance(_read_own(prefix + compact[2:]), Own):
            return wrong
    return ()


def _malformed(compact: str, allowed: Collection[str]) -> Malformed:
    odd = tuple(place for place, symbol in enumerate(compact, 1) if symbol not in allowed)
    return Malformed(Problem.SYMBOL if odd else Problem.LENGTH, odd, compact)
