"""Card numbers from before this service: an area names their shapes as masks, nobody knows a check symbol.

A mask is A for a letter, 9 for a digit, * for either, 4 to 24 symbols long. No pattern language: nothing that a
coordinator types can make a reading slow.
"""

import re
import unicodedata

SHORTEST, LONGEST = 4, 24
_HYPHENS = re.compile("[-\u2010\u2011\u2013\u2014]")
_LETTERS = frozenset("ABCDEFGHIJKLMNOPQRSTUVWXYZ")
_DIGITS = frozenset("0123456789")
_MEANINGS = {"A": _LETTERS, "9": _DIGITS, "*": _LETTERS | _DIGITS}


def is_mask(text: str) -> bool:
    """Return whether a text is a mask."""
    return SHORTEST <= len(text) <= LONGEST and all(sign in _MEANINGS for sign in text)


def fits(masks: str, code: str) -> bool:
    """Return whether a code, in capitals and without blanks and hyphens, has the shape of one of the masks.

    `masks` holds masks with blanks between. Linear in both texts.
    """
    return any(
        len(mask) == len(code) and all(symbol in _MEANINGS[sign] for sign, symbol in zip(mask, code, strict=True))
        for mask in masks.split()
        if is_mask(mask)
    )


def compact(text: str) -> str:
    """Return a code as `fits` wants it: in capitals, without blanks and hyphens, nothing repaired."""
    return _HYPHENS.sub("", "".join(unicodedata.normalize("NFKC", text).upper().split()))
