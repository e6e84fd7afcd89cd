"""F16 and F24: another process holds the database's lock. Visits and looks are refused in time, and none is lost."""

import contextlib
import sqlite3
import time
from collections.abc import Iterator

import sqlalchemy as sa

from tests.faults import stage
from tests.faults.finding import Finding, Scene
from tests.faults.stage import Ground

DOORS = 8
WHOLE_S = 30.0
SHORTEST_S = 8.0
REFUSES_WITHIN_S = 15.0


def run(scene: Scene) -> Finding:
    """Hold the lock for half a minute while all doors register."""
    held = scene.seconds(WHOLE_S, least=SHORTEST_S)
    with stage.grounded(scene, tablets=DOORS) as ground:
        with stage.served(ground, seed=scene.seed, patience=2 * REFUSES_WITHIN_S) as staged:
            time.sleep(1)
            with _lock(ground):
                begun = time.monotonic()
                time.sleep(held)
                acknowledged = staged.doors.heard.since(begun + 0.5)
            recovered = staged.recover()
            slowest = max(staged.doors.heard.refused_after, default=0.0)
            found = staged.close(held_for_s=held, slowest_refusal_s=slowest)
    found.figures["recovered in s"] = recovered
    found.wrong |= {
        "acknowledged under the lock": acknowledged,
        "never refused": int(not found.figures["refused"]),
        "refused too late": int(slowest > REFUSES_WITHIN_S),
    }
    return found


@contextlib.contextmanager
def _lock(ground: Ground) -> Iterator[None]:
    """Hold the lock that every writing needs: SQLite's only one, on PostgreSQL that of the ledger."""
    if ground.files is not None:
        with contextlib.closing(
            sqlite3.connect(ground.files / "kaikukortti.db", isolation_level=None, timeout=30)
        ) as one:
            one.execute("BEGIN IMMEDIATE")
            yield
            one.execute("ROLLBACK")
        return
    engine = sa.create_engine(ground.url, poolclass=sa.NullPool)
    with engine.begin() as connection:
        connection.execute(sa.text("LOCK TABLE scans IN EXCLUSIVE MODE"))
        yield
