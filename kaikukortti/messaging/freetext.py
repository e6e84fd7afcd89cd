"""What people write to each other: paragraphs kept, too long refused, never with an identity code or a card number."""

import re

from kaikukortti import cardregister
from kaikukortti.errors import DomainError
from kaikukortti.rules import cardmention, identitycode

_CONTROLS = re.compile(r"[\x00-\x09\x0b-\x1f\x7f\u2028\u2029]")
_EMPTY_LINES = re.compile(r"\n{3,}")


class TextMissing(DomainError):
    """The text is needed and is empty."""

    code = "message_text_missing"


class TextTooLong(DomainError):
    """The text is longer than `most` characters."""

    code = "message_text_too_long"


class TextNamesPerson(DomainError):
    """The text holds what looks like a personal identity code."""

    code = "message_text_identity"


class TextNamesCard(DomainError):
    """The text holds the number of a card."""

    code = "message_text_card"


def plain(text: str) -> str:
    """Return a text with plain ends of lines, without controls, at most one empty line between paragraphs."""
    unix = _CONTROLS.sub(" ", text.replace("\r\n", "\n").replace("\r", "\n"))
    lines = (" ".join(line.split()) for line in unix.split("\n"))
    return _EMPTY_LINES.sub("\n\n", "\n".join(lines)).strip()


def kept(text: str, *, most: int, may_be_empty: bool = False) -> str:
    """Return a text of several paragraphs as it is kept; reads the areas' prefixes.

    Raises TextMissing, TextTooLong, TextNamesPerson, TextNamesCard.
    """
    return _checked(plain(text), most=most, may_be_empty=may_be_empty)


def kept_line(text: str, *, most: int, may_be_empty: bool = False) -> str:
    """Return a text of one line as it is kept; otherwise as `kept`."""
    return _checked(" ".join(plain(text).split()), most=most, may_be_empty=may_be_empty)


def _checked(text: str, *, most: int, may_be_empty: bool) -> str:
    if not text and not may_be_empty:
        raise TextMissing()
    if len(text) > most:
        raise TextTooLong(most=most)
    if identitycode.holds_one(text):
        raise TextNamesPerson()
    if text and cardmention.holds_one(text, cardregister.list_prefixes()):
        raise TextNamesCard()
    return text
