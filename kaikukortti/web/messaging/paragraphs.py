"""A text as people wrote it, cut into paragraphs, lines and links for a template to draw. No markup is made here."""

import re
from dataclasses import dataclass
from urllib.parse import urlsplit

_ADDRESS = re.compile(r"https?://[^\s<>\"'`{}|\\^]+", re.IGNORECASE)
_AFTER = ".,;:!?)]"


@dataclass(frozen=True)
class Piece:
    """Words, or words that are a link to a web address."""

    text: str
    href: str | None = None


Line = list[Piece]


def cut(text: str) -> list[list[Line]]:
    """Return the paragraphs of a text, each of lines, each of pieces; only http and https become links."""
    return [[_pieces(line) for line in part.split("\n") if line] for part in text.split("\n\n") if part.strip()]


def _pieces(line: str) -> Line:
    found, at = [], 0
    for match in _ADDRESS.finditer(line):
        address = match.group().rstrip(_AFTER)
        if not _leads_to_a_site(address):
            continue
        if match.start() > at:
            found.append(Piece(line[at : match.start()]))
        found.append(Piece(address, address))
        at = match.start() + len(address)
    return [*found, Piece(line[at:])] if at < len(line) else found


def _leads_to_a_site(address: str) -> bool:
    """Return whether an address names a host and nothing before it that could be taken for one."""
    try:
        parts = urlsplit(address)
        return parts.scheme.lower() in ("http", "https") and bool(parts.hostname) and "@" not in parts.netloc
    except ValueError:
        return False
