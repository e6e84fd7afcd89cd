"""Journals of erasures, put together: whatever any of them names is erased again after a restore."""

import json
from collections.abc import Iterable


def merge(texts: Iterable[str]) -> str:
    """Return one journal of all that journals name, the oldest first, each line of cards once; torn lines go."""
    found: dict[str, tuple[str, str]] = {}
    for text in texts:
        for line in text.splitlines():
            told = _told(line)
            if told is not None:
                found.setdefault(told[1], (told[0], line.strip()))
    return "".join(line + "\n" for _at, line in sorted(found.values()))


def names(text: str) -> set[str]:
    """Return the keyed names of the lines of cards in a journal."""
    return {told[1] for told in map(_told, text.splitlines()) if told is not None}


def _told(line: str) -> tuple[str, str] | None:
    """Return when a line of a journal was written and whom it names, or nothing for one that a power cut tore."""
    try:
        row = json.loads(line)
        return str(row["at"]), str(row["line"])
    except (ValueError, KeyError, TypeError):
        return None
