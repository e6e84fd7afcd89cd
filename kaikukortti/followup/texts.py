"""Free text that people write in follow-up: squeezed, not too long, never with an identity code or a card number."""

from kaikukortti import cardregister
from kaikukortti.errors import DomainError
from kaikukortti.rules import cardmention, identitycode


class TextMissing(DomainError):
    """The text is needed and is empty."""

    code = "followup_text_missing"


class TextTooLong(DomainError):
    """The text is longer than `most` characters."""

    code = "followup_text_too_long"


class TextNamesPerson(DomainError):
    """The text holds what looks like a personal identity code."""

    code = "followup_text_identity"


class TextNamesCard(DomainError):
    """The text holds the number of a card."""

    code = "followup_text_card"


def kept(text: str, *, most: int, may_be_empty: bool = True) -> str:
    """Return a text as it is kept, white space made single; reads the areas' prefixes from the main database.

    Raises TextMissing, TextTooLong, TextNamesPerson, TextNamesCard.
    """
    squeezed = " ".join(text.replace("\0", "").split())
    check(squeezed)
    if not squeezed and not may_be_empty:
        raise TextMissing()
    if len(squeezed) > most:
        raise TextTooLong(most=most)
    return squeezed


def check(text: str) -> None:
    """Refuse a text that names a person or a card. Raises TextNamesPerson, TextNamesCard."""
    if identitycode.holds_one(text):
        raise TextNamesPerson()
    if cardmention.holds_one(text, cardregister.list_prefixes()):
        raise TextNamesCard()
