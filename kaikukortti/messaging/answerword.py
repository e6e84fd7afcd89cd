"""The word with which somebody who gave no name reads the answer: three groups of five letters, 61 random bits.

The letters are consonants that no other of them looks like: no word of any language comes out, none is a digit.
"""

import hashlib
import hmac
import unicodedata

LETTERS = "BCDFGHJKMNPRSTVXZ"
GROUP, GROUPS = 5, 3
LONGEST_TEXT = 64
# What a Russian keyboard gives for the same shapes, and the one letter that sounds like another of ours.
_REPAIRS = str.maketrans("ВСНКМРТХW", "BCHKMPTXV")
_JOINTS = str.maketrans("", "", "-\u2010\u2011\u2013\u2014_.,")


def make(*parts: str, secret: str) -> str:
    """Return the word of what somebody sent: the same for the same, and nobody can tell it without the secret."""
    message = "\0".join(("answer word", *parts)).encode()
    rest = int.from_bytes(hmac.new(secret.encode(), message, hashlib.sha256).digest())
    letters = []
    for _place in range(GROUP * GROUPS):
        rest, which = divmod(rest, len(LETTERS))
        letters.append(LETTERS[which])
    return "".join(letters)


def grouped(word: str) -> str:
    """Return a word as people read it: `BCDFG-HJKMN-PRSTV`."""
    return "-".join(word[at : at + GROUP] for at in range(0, len(word), GROUP))


def hash_typed(typed: str) -> str | None:
    """Return the hash of the word that a typed text means, however it is spaced; None for what is no word."""
    if len(typed) > LONGEST_TEXT:
        return None
    plain = "".join(unicodedata.normalize("NFKC", typed).upper().split())
    word = plain.translate(_JOINTS).translate(_REPAIRS)
    is_word = len(word) == GROUP * GROUPS and set(word) <= set(LETTERS)
    return hash_of(word) if is_word else None


def hash_of(word: str) -> str:
    """Return what is kept of a word."""
    return hashlib.sha256(word.encode()).hexdigest()
