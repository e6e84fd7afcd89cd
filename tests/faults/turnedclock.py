"""F7: the server's clock jumps an hour, back two, ahead by four hundred days, and stands still (libfaketime)."""

import time
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path

from tests.faults import stage
from tests.faults.clerk import Clerk
from tests.faults.finding import Finding, Scene
from tests.faults.stage import Stage

DOORS = 6
HELD_S = 8.0
SHORTEST_S = 2.0
PAUSE_S = 0.1
# It looks into the file again when more than one whole second has gone since: two, and what a busy machine needs.
READ_WITHIN_S = 2.5
HOUR, YEAR = timedelta(hours=1), timedelta(days=400)
PLACES = ("/usr/lib/*/faketime/libfaketime.so.1", "/usr/lib/faketime/libfaketime.so.1")


class Turned:
    """A service's clock, as libfaketime reads it from a file once a second."""

    def __init__(self, folder: Path) -> None:
        self._file = folder / "clock"
        self.by = timedelta()
        self.turn(timedelta())

    def turn(self, by: timedelta) -> None:
        """Put it so far from the true time."""
        self.by = by
        self._write(f"{by.total_seconds():+.0f}")

    def stop(self) -> datetime:
        """Let it stand at the true time, and return that."""
        self.by, now = timedelta(), datetime.now(UTC).replace(microsecond=0)
        self._write(f"{now:%Y-%m-%d %H:%M:%S}")
        return now

    def now(self) -> datetime:
        """Return what it shows."""
        return datetime.now(UTC) + self.by

    def settings(self) -> dict[str, str]:
        """Return the options that put it before a service. Lengths of time stay true: they are no clock."""
        return {
            "module": "tests.faults.underfaketime",
            "LD_PRELOAD": _library(),
            "FAKETIME_TIMESTAMP_FILE": str(self._file),
            "FAKETIME_CACHE_DURATION": "1",
            "FAKETIME_DONT_FAKE_MONOTONIC": "1",
            "NO_FAKE_STAT": "1",
            "TZ": "UTC",
        }

    def _write(self, text: str) -> None:
        fresh = self._file.with_suffix(".new")
        fresh.write_text(text, encoding="ascii")
        fresh.rename(self._file)
        time.sleep(READ_WITHIN_S)


def run(scene: Scene) -> Finding:
    """Turn the clock under load; at each turn sign in, look with the session of before, block a card."""
    held = scene.seconds(HELD_S, least=SHORTEST_S)
    with stage.grounded(scene, tablets=DOORS) as ground:
        turned = Turned(scene.folder)
        with stage.served(ground, seed=scene.seed, service=turned.settings(), own_share=0.5, pause=PAUSE_S) as staged:
            clerk = Clerk(ground.world.worker.email, lambda: staged.victim.port)
            odd = [name for name, is_right in _through_the_turns(staged, turned, clerk, held) if not is_right]
            found = staged.close(cards_blocked=len(ground.world.blocked), odd_sessions=", ".join(odd) or "none")
    found.wrong |= {
        "sessions and codes that misbehaved": len(odd),
        "crashes": len(staged.victim.faults) + sum(status >= 500 and status != 503 for status in clerk.statuses),
    }
    return found


def _through_the_turns(staged: Stage, turned: Turned, clerk: Clerk, held: float) -> Iterator[tuple[str, bool]]:
    """Turn the clock and yield what is expected of sessions and codes, and whether it is so."""
    yield "signs in", clerk.sign_in(now=turned.now())
    with _turn(staged, turned, HOUR, held):
        yield "an hour later the session is over", not clerk.is_in()
        yield "the code of an hour ago is refused", not clerk.sign_in(now=turned.now() - HOUR)
        yield "the code of the hour is taken", clerk.sign_in(now=turned.now())
    with _turn(staged, turned, -HOUR, held):
        yield "a code of before the last one is refused", not clerk.sign_in(now=turned.now())
    with _turn(staged, turned, YEAR, held):
        yield "a year later the session is over", not clerk.is_in()
        yield "the code of that day is taken", clerk.sign_in(now=turned.now())
    with _turn(staged, turned, timedelta(), held):
        stood = turned.stop()
        yield "a clock that stands refuses a code of before the last one", not clerk.sign_in(now=stood)
        time.sleep(held)


@contextmanager
def _turn(staged: Stage, turned: Turned, by: timedelta, held: float) -> Iterator[None]:
    """Turn the clock, block a card by it, and let the doors work for a while after what is done then."""
    turned.turn(by)
    staged.ground.world.turned = by
    cards = [card for card in staged.ground.world.cards if card not in staged.ground.world.blocked]
    for card in cards[:5]:
        staged.doors.block(card)
    yield
    time.sleep(held)


def _library() -> str:
    """Return where libfaketime is. Raises AssertionError."""
    found = [path for pattern in PLACES for path in Path("/").glob(pattern.lstrip("/"))]
    assert found, "libfaketime is not there: install faketime"
    return str(found[0])
