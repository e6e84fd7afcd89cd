"""Keyed random rounding to base 5 (rules S6, S7 of security.md §4.4): the same cards always give the same number."""

import hashlib
import hmac

BASE = 5
LINE_BITS = 128


def line_key(line: str) -> int:
    """Return the 128-bit key of a line of cards (32 hexadecimal digits). Raises ValueError for anything else."""
    key = int(line, 16)
    if len(line) * 4 != LINE_BITS:
        raise ValueError("a line of cards has 128 bits")
    return key


def round_number(number: int, *, cards: int, measure: str, secret: bytes) -> int:
    """Round a number up or down to a multiple of 5, so that it stays the same on average.

    `cards` is the XOR of the keys of all cards that are counted in. The draw knows neither table nor period, so nothing
    can be averaged out: a set of cards gives the same number wherever it stands. Raises ValueError below zero.
    """
    if number < 0:
        raise ValueError("a count is never negative")
    rest = number % BASE
    return number - rest + (BASE if _draw(cards, measure, secret) < rest else 0)


def fingerprint(secret: bytes) -> str:
    """Return what tells one rounding key from another and gives nothing of it away."""
    return hmac.new(secret, b"kaikukortti rounding key", hashlib.sha256).hexdigest()[:16]


def _draw(cards: int, measure: str, secret: bytes) -> int:
    """Return 0 to 4. 64 bits are taken modulo 5: no value is likelier than another by more than 1 in 10^18."""
    message = measure.encode() + b"\0" + cards.to_bytes(LINE_BITS // 8, "big")
    return int.from_bytes(hmac.new(secret, message, hashlib.sha256).digest()[:8], "big") % BASE
