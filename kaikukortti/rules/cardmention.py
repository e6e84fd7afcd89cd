"""Finds a card number in a text, so that none is kept where no card belongs. What a number is is in rules/number."""

import re
import unicodedata
from collections.abc import Collection

from kaikukortti.rules import number

_BETWEEN = "[\\s\u2010-\u2015-]*"


def holds_one(text: str, prefixes: Collection[str]) -> bool:
    """Return whether a text holds a sound card number of an area; blanks, hyphens and small letters hide none.

    A number may be letters alone. A word that only becomes one when its O or I is read as 0 or 1 is a word.
    """
    if not prefixes:
        return False
    plain = unicodedata.normalize("NFKC", text).upper()
    starts = "|".join(_BETWEEN.join(prefix) for prefix in sorted(prefixes))
    symbols = number.LENGTH - len(min(prefixes))
    candidate = re.compile(rf"(?<![0-9A-Z])(?={starts})(?:[0-9A-Z]{_BETWEEN}){{{symbols + 1}}}[0-9A-Z](?![0-9A-Z])")
    found = (text for text in candidate.findall(plain) if not _is_word(text))
    return any(isinstance(number.read(text, prefixes), number.Own) for text in found)


def _is_word(text: str) -> bool:
    return not any(symbol.isdigit() for symbol in text) and not set(number.LOOK_ALIKES).isdisjoint(text)
