"""What becomes of a file with a programme, entry by entry: the report of a trial run and of a run. Plain Python."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from venues.programmecells import Entry, Problem


class Outcome(StrEnum):
    """What becomes of an entry."""

    NEW = "new"
    CHANGED = "changed"
    UNCHANGED = "unchanged"
    SKIPPED = "skipped"
    REFUSED = "refused"


@dataclass
class Row:
    """What becomes of one entry: of its dates `new` are added and `changed` are changed. `moved_from` is the former
    time of a date that is moved; a `problem` says why an entry is skipped or refused.
    """

    entry: Entry
    outcome: Outcome = Outcome.UNCHANGED
    new: int = 0
    changed: int = 0
    problem: Problem | None = None
    moved_from: datetime | None = None

    def refuse(self, problem: Problem, outcome: Outcome = Outcome.REFUSED) -> None:
        """Say why nothing of the entry is taken."""
        self.outcome, self.problem = outcome, problem

    def is_open(self) -> bool:
        """Return whether nothing speaks against the entry so far."""
        return self.problem is None

    def settle(self, *, is_event_changed: bool) -> None:
        """Say what has become of an entry that was taken."""
        if self.new and not self.changed:
            self.outcome = Outcome.NEW
        elif self.new or self.changed or is_event_changed:
            self.outcome = Outcome.CHANGED


@dataclass(frozen=True)
class Report:
    """What becomes of each entry of a file, in its order, and the columns that are not read."""

    rows: tuple[Row, ...]
    unread: tuple[str, ...] = ()
    event_ids: tuple[int, ...] = ()

    def count(self, outcome: Outcome) -> int:
        """Return how many entries have an outcome."""
        return sum(row.outcome is outcome for row in self.rows)

    @property
    def is_any_taken(self) -> bool:
        """Return whether a run would do anything."""
        return any(row.outcome in (Outcome.NEW, Outcome.CHANGED) for row in self.rows)
