"""Which part of a long list a page shows: the address says `?page=2`."""

from dataclasses import dataclass

from flask import request


@dataclass(frozen=True)
class Shown:
    """One page of a list of `total` things."""

    total: int
    number: int
    pages: int
    size: int

    @property
    def skip(self) -> int:
        """Return how many things come before this page."""
        return (self.number - 1) * self.size


def of(total: int, size: int) -> Shown:
    """Return the page that the address asks for; the nearest one there is where it asks for another."""
    pages = max(1, -(-total // size))
    asked = request.args.get("page", 1, type=int)
    return Shown(total, min(max(asked, 1), pages), pages, size)
