"""What was asked of the service and how it ended: noted by many threads, added up for a span of time."""

import threading
import time
from collections.abc import Iterable
from dataclasses import dataclass

NO_ANSWER = 0


@dataclass(frozen=True)
class Call:
    """One request: when it began and ended (seconds of time.monotonic), and its status, or NO_ANSWER."""

    what: str
    began: float
    ended: float
    status: int

    @property
    def seconds(self) -> float:
        """Return how long its answer took."""
        return self.ended - self.began

    @property
    def has_failed(self) -> bool:
        """Return whether the service did not answer, or with a fault of its own."""
        return self.status == NO_ANSWER or self.status >= 500


@dataclass(frozen=True)
class Figures:
    """Calls added up."""

    calls: int
    failed: tuple[Call, ...]
    p95: float
    longest: float

    @classmethod
    def of(cls, calls: Iterable[Call]) -> "Figures":
        """Add calls up."""
        found = list(calls)
        took = sorted(call.seconds for call in found) or [0.0]
        failed = tuple(call for call in found if call.has_failed)
        return cls(len(found), failed, took[int(0.95 * (len(took) - 1))], took[-1])


class Calls:
    """All calls of a run."""

    def __init__(self) -> None:
        self._noted: list[Call] = []
        self._lock = threading.Lock()

    def note(self, what: str, *, began: float, status: int) -> None:
        """Take in a call that has ended now."""
        with self._lock:
            self._noted.append(Call(what, began, time.monotonic(), status))

    def between(self, begun: float, ended: float) -> list[Call]:
        """Return the calls that ended within a span of time."""
        with self._lock:
            return [call for call in self._noted if begun <= call.ended < ended]
