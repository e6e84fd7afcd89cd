"""The databases of an instance: main, follow-up and frozen figures, files or schemas; and their reading at one moment.

In the order in which they are read: follow-up leans on the main database (what is in follow-up, the log knows), and the
main one is let go of what has been frozen. So none of them is newer than what it leans on, even on separate servers.
"""

from collections.abc import Iterator, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path

import sqlalchemy as sa

from kaikukortti.backup import postgresql, sqlitefiles
from kaikukortti.backup.problem import BackupProblem
from kaikukortti.config import Config, followup_url, statistics_url

FOLLOWUP, MAIN, STATISTICS = "followup", "main", "statistics"
SCHEMAS = {FOLLOWUP: "followup", MAIN: "public", STATISTICS: "statistics"}
FILES = {FOLLOWUP: "followup.db", MAIN: "kaikukortti.db", STATISTICS: "statistics.db"}
SQLITE, POSTGRESQL = "sqlite", "postgresql"


@dataclass(frozen=True)
class Database:
    """One file or one database of a server, with the stores in it. `member` is its name in a backup."""

    url: sa.URL
    stores: tuple[str, ...]

    @property
    def engine(self) -> str:
        return self.url.get_backend_name()

    @property
    def member(self) -> str:
        name = MAIN if MAIN in self.stores else self.stores[0]
        return f"{name}.{'sqlite' if self.engine == SQLITE else 'dump'}"

    def schema(self, store: str) -> str | None:
        """Return the schema of a store in this database; None where it is the whole file."""
        return SCHEMAS[store] if self.engine == POSTGRESQL else None


@dataclass(frozen=True)
class Snapshot:
    """A database that is read as it stood at one moment, as long as the connection's transaction is open."""

    database: Database
    connection: sa.Connection
    version: str

    def pieces(self, scratch: Path, *, tools: str | None) -> Iterator[bytes]:
        """Yield the copy of the database as of that moment. `scratch` is for what must be put down meanwhile."""
        if self.database.engine == SQLITE:
            return sqlitefiles.pieces(self.connection, scratch / self.database.member)
        schemas = [SCHEMAS[store] for store in self.database.stores]
        return postgresql.pieces(self.connection, self.database.url, schemas, tools=tools)


def databases_of(settings: Config) -> list[Database]:
    """Return the databases of an instance in the order of reading. Raises BackupProblem for another engine."""
    addresses = {
        FOLLOWUP: sa.make_url(followup_url(settings)),
        MAIN: sa.make_url(settings.database_url),
        STATISTICS: sa.make_url(statistics_url(settings)),
    }
    found: dict[str, tuple[sa.URL, list[str]]] = {}
    for store, url in addresses.items():
        if url.get_backend_name() not in (SQLITE, POSTGRESQL) or not url.database:
            raise BackupProblem("There is no backup of a database in memory or of another engine.")
        found.setdefault(_place(url), (url, []))[1].append(store)
    return [Database(url, tuple(stores)) for url, stores in found.values()]


@contextmanager
def snapshots(databases: Sequence[Database]) -> Iterator[list[Snapshot]]:
    """Read all databases, each as it stands now: writers are not held up. Raises BackupProblem."""
    with ExitStack() as stack:
        taken = []
        for database in databases:
            reading = sqlitefiles.reading if database.engine == SQLITE else postgresql.reading
            connection, version = stack.enter_context(reading(database.url))
            taken.append(Snapshot(database, connection, version))
        yield taken


def _place(url: sa.URL) -> str:
    """Return what tells databases apart: a server's by where it is, whoever signs in."""
    if url.get_backend_name() == SQLITE:
        return str(url.database)
    host = url.query.get("host", url.host or "")
    return f"{host}:{url.port or url.query.get('port', '')}/{url.database}"
