"""What the tablets have told people: the visits and undoes that they said are recorded. Plain values."""

from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any


@dataclass(frozen=True)
class Kept:
    """A visit, or the undo of one, that a tablet acknowledged. `occurred_at` is by the tablet's idea of our clock."""

    scan_id: str
    device_id: int
    card: str
    undoes: str | None
    shown: str
    series: str
    run: int
    occurred_at: datetime


@dataclass
class History:
    """All that was told. `made` are the ids that tablets have made, `kept` what they acknowledged, by id.

    `let_in_blocked` are the cards that a check admitted after their block had been acknowledged.
    """

    made: set[str] = field(default_factory=set)
    kept: dict[str, Kept] = field(default_factory=dict)
    let_in_blocked: list[str] = field(default_factory=list)
    turned_away: int = 0
    waiting: int = 0
    parked: int = 0

    def note(self, told: dict[str, Any], *, device_id: int) -> None:
        """Take in one thing that a tablet told."""
        match told["kind"]:
            case "made":
                self.made.add(told["id"])
            case "turned":
                self.turned_away += 1
            case "kept":
                self.kept[told["id"]] = _kept(told, device_id)

    def count_of(self, device_id: int) -> int:
        """Return how much a tablet has acknowledged."""
        return sum(kept.device_id == device_id for kept in list(self.kept.values()))

    def undone(self) -> set[str]:
        """Return the visits whose undo was acknowledged."""
        return {kept.undoes for kept in self.kept.values() if kept.undoes}


def _kept(told: dict[str, Any], device_id: int) -> Kept:
    occurred = datetime.fromisoformat(told["occurred"]) - timedelta(milliseconds=told["offset"])
    facts = {name: told[name] for name in ("card", "undoes", "shown", "series", "run")}
    return Kept(scan_id=told["id"], device_id=device_id, occurred_at=occurred, **facts)
