"""What another part of the service has open in a unit, asked before the unit leaves. That part registers itself here:
whoever asks does not know it.
"""

from collections.abc import Callable

from flask import Flask, current_app

_COUNTS = "kaikukortti.openwork"


def register(app: Flask, count: Callable[[int], int]) -> None:
    """Let a part of the service say how many cases it has open in a unit, by the unit's id."""
    app.extensions.setdefault(_COUNTS, []).append(count)


def count(unit_id: int) -> int:
    """Return how many cases are open in a unit."""
    return sum(ask(unit_id) for ask in current_app.extensions.get(_COUNTS, ()))
