"""What may be entered about a place: how to get there, how to get in, whom to call. No web address is opened."""

import re
from dataclasses import dataclass
from urllib.parse import urlsplit

from kaikukortti.errors import DomainError
from kaikukortti.rules import card

_PHONE = re.compile(r"\+?[0-9(][0-9 ()/-]{3,38}")
_BLANK_OR_CONTROL = re.compile(r"[\s\x00-\x1f\x7f]")


class ImpossibleWebsite(DomainError):
    """A website has an address that begins with http:// or https:// and names a host."""

    code = "website_impossible"


class ImpossiblePhone(DomainError):
    """A telephone number has digits, and spaces between them."""

    code = "phone_impossible"


@dataclass(frozen=True)
class Facts:
    """What a holder has to know of a place. `step_free` and `hearing_loop` are None where nobody has said."""

    street: str = ""
    postcode: str = ""
    bus_stop: str = ""
    ticket_phone: str = ""
    website: str = ""
    step_free: bool | None = None
    hearing_loop: bool | None = None


def check(facts: Facts) -> None:
    """Check what was entered; all of it may stay empty.

    Raises card.ImpossiblePostcode, ImpossiblePhone, ImpossibleWebsite.
    """
    if facts.postcode:
        card.check_postcode(facts.postcode)
    if facts.ticket_phone and not _PHONE.fullmatch(facts.ticket_phone):
        raise ImpossiblePhone()
    if facts.website and not _is_website(facts.website):
        raise ImpossibleWebsite()


def _is_website(text: str) -> bool:
    """Return whether a text is a plain web address: no other scheme, no user name, a host with a dot."""
    if _BLANK_OR_CONTROL.search(text):
        return False
    try:
        parts = urlsplit(text)
        is_port_sound = parts.port is None or parts.port > 0
    except ValueError:
        return False
    has_host = "." in (parts.hostname or "").strip(".") and "@" not in parts.netloc
    return parts.scheme in ("http", "https") and has_host and is_port_sound
