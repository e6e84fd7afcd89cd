"""What a use is, and the tickets of one visit (DESIGN §4 *Counting*).

A use is one admission ticket, adult or child. A worker counts as an adult, an under-16 client as a child.
Assistants and interpreters are counted apart and are never uses.
"""

from dataclasses import dataclass


@dataclass(frozen=True)
class Counts:
    """The tickets of one visit, by kind; all zero for a reading without tickets and for an undo."""

    adult: int = 0
    child: int = 0
    assistant: int = 0
    interpreter: int = 0
    worker: int = 0
    under16: int = 0

    @property
    def adults(self) -> int:
        """Return the adults of the national table."""
        return self.adult + self.worker

    @property
    def children(self) -> int:
        """Return the children of the national table."""
        return self.child + self.under16

    @property
    def uses(self) -> int:
        """Return the number of uses."""
        return self.adults + self.children

    @property
    def tickets(self) -> int:
        """Return the number of tickets of every kind."""
        return self.adults + self.children + self.assistant + self.interpreter

    def places(self, *, children_take_places: bool) -> int:
        """Return the places of a quota that the tickets take; assistants and interpreters never take one."""
        return self.adults + (self.children if children_take_places else 0)
