"""What the tests of accessibility have looked at, as `make accessibility` wrote it down beside this module."""

import functools
import json
from dataclasses import dataclass
from datetime import date
from pathlib import Path

FILE = Path(__file__).with_name("accessibility.json")


@dataclass(frozen=True)
class Results:
    """What was looked at: kinds of pages by endpoint, how often, in which languages and widths, what was found.

    `looks` are single checks by axe; `rules` how many of its rules ran, `violated` how many of them found something,
    `undecided` on how many a person has to look. `widths` are those of the screens, in CSS pixels.
    """

    checked_on: date
    axe: str
    browser: str
    pages: tuple[str, ...]
    roles: int
    languages: tuple[str, ...]
    widths: tuple[int, ...]
    looks: int
    rules: int
    violated: tuple[str, ...]
    undecided: tuple[str, ...]


@functools.cache
def read() -> Results:
    """Return the newest results."""
    found = json.loads(FILE.read_text(encoding="utf-8"))
    lists = {name: tuple(value) for name, value in found.items() if isinstance(value, list)}
    return Results(**{**found, **lists, "checked_on": date.fromisoformat(found["checked_on"])})
