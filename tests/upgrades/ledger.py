"""A large ledger, and for how long its migration lets nobody else read or write."""

import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

import sqlalchemy as sa

from tests.upgrades.versions import Version

# What the requests of the version before lock, of all that a step might change.
TABLES = ("areas", "audit_entries", "cards", "memberships", "profiles", "scan_cards", "scans", "users", "venues")
BEAT_S = 0.01
VISITS_A_CARD = 50
SECRET = "only-for-rehearsals-of-upgrades-" + "0" * 16
MOST_S = 2.0  # DESIGN §10, security.md §5.1: no lock for longer with a million rows


@dataclass
class Waits:
    """The longest that a reader and a writer waited for a table, in seconds, by the table's name."""

    reading: dict[str, float] = field(default_factory=dict)
    writing: dict[str, float] = field(default_factory=dict)
    tries: int = 0

    @property
    def longest(self) -> float:
        """Return the longest wait of all."""
        return max(*self.reading.values(), *self.writing.values())

    def line(self) -> str:
        """Return it in words."""
        told = []
        for what, waits in (("reading", self.reading), ("writing", self.writing)):
            table = max(waits, key=lambda name: waits[name])
            told.append(f"{what} waited {1000 * waits[table]:.0f} ms at most ({table})")
        return f"{', '.join(told)}, in {self.tries} tries"


@dataclass(frozen=True)
class Held:
    """What a migration of a large ledger took, and how long others waited meanwhile."""

    seconds: float
    waits: Waits

    @property
    def is_short(self) -> bool:
        """Return whether nobody waited for longer than may be."""
        return self.waits.longest < MOST_S

    def line(self) -> str:
        """Return it in words."""
        return f"migrated in {self.seconds:.1f} s; {self.waits.line()}; at most {1000 * MOST_S:.0f} ms may be"


def migrate(old: Version, new: Version, instance: Path, *, visits: int, postgresql: str | None = None) -> Held:
    """Let a version make a network with so many visits and the other one migrate it, while all tables are in use.

    The database is files of the instance, or an empty one on PostgreSQL.
    """
    instance.mkdir()
    url = postgresql or f"sqlite:///{instance / 'kaikukortti.db'}"
    settings = f"[kaikukortti]\nsecret_key = {SECRET}\ndatabase_url = {url}\n"
    (instance / "kaikukortti.cfg").write_text(settings, encoding="utf-8")
    where = ("--instance", str(instance))
    old.run("simulate", "--visits", str(visits), "--cards", str(max(visits // VISITS_A_CARD, 1000)), *where)
    with watched(url) as waits:
        begun = time.monotonic()
        new.run("init", *where)
        seconds = time.monotonic() - begun
    return Held(seconds, waits)


@contextmanager
def watched(database_url: str) -> Iterator[Waits]:
    """Try all the time to read and to write each table, and note how long it takes, until the block ends."""
    engine = sa.create_engine(database_url, poolclass=sa.NullPool, connect_args=_patient(database_url))
    waits, is_over = Waits(), threading.Event()
    kinds = [(waits.reading, "ACCESS SHARE"), (waits.writing, "ROW EXCLUSIVE")]
    threads = [threading.Thread(target=_watch, args=(engine, waits, *kind, is_over)) for kind in kinds]
    for thread in threads:
        thread.start()
    try:
        yield waits
    finally:
        is_over.set()
        for thread in threads:
            thread.join()


def _watch(engine: sa.Engine, waits: Waits, longest: dict[str, float], mode: str, is_over: threading.Event) -> None:
    with engine.connect() as connection:
        while not is_over.is_set():
            for table in TABLES:
                begun = time.perf_counter()
                _touch(connection, table, mode)
                longest[table] = max(longest.get(table, 0.0), time.perf_counter() - begun)
                waits.tries += 1
            time.sleep(BEAT_S)


def _touch(connection: sa.Connection, table: str, mode: str) -> None:
    """Take the lock of a request that reads or writes a table, and let it go."""
    if connection.dialect.name == "postgresql":
        connection.exec_driver_sql(f"LOCK TABLE {table} IN {mode} MODE")
    elif mode == "ACCESS SHARE":
        connection.exec_driver_sql(f"SELECT 1 FROM {table} LIMIT 1").first()
    else:
        connection.exec_driver_sql("ROLLBACK")
        connection.exec_driver_sql("BEGIN IMMEDIATE")
    connection.rollback()


def _patient(database_url: str) -> dict[str, int]:
    return {"timeout": 60} if database_url.startswith("sqlite") else {}
