"""SQLite: a file is read at one moment and copied with the online backup; writers go on meanwhile."""

import sqlite3
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path
from urllib.parse import quote

import sqlalchemy as sa

from kaikukortti.backup.archive import PIECE
from kaikukortti.backup.problem import BackupProblem

PATIENCE = 30.0  # seconds


@contextmanager
def reading(url: sa.URL) -> Iterator[tuple[sa.Connection, str]]:
    """Read a database file as it stands now, in a transaction that is open as long as the block; with the version of
    SQLite. A file that is not there is not made. Raises BackupProblem.
    """
    engine = sa.create_engine(_address(url), poolclass=sa.NullPool, connect_args={"timeout": PATIENCE})
    try:
        with engine.connect() as connection:
            connection.execute(sa.text("SELECT count(*) FROM sqlite_master"))  # the moment is this one
            yield connection, sqlite3.sqlite_version
            connection.rollback()
    except sa.exc.DBAPIError as error:
        raise BackupProblem(
            f"The database file {url.database} cannot be read ({error.orig}): check that it is there and that this user"
            " may read and write it."
        ) from error
    finally:
        engine.dispose()


def pieces(connection: sa.Connection, scratch: Path) -> Iterator[bytes]:
    """Yield the file as of the connection's moment. The copy is put down at `scratch` and taken away again."""
    source = connection.connection.driver_connection
    if not isinstance(source, sqlite3.Connection):
        raise TypeError("not a connection of SQLite")
    try:
        with closing(sqlite3.connect(scratch, isolation_level=None)) as copy:
            copy.execute("PRAGMA synchronous=OFF")
            try:
                source.backup(copy, pages=-1)
            except sqlite3.Error as error:
                raise BackupProblem(
                    f"The database cannot be copied to {scratch.parent} ({error}): is there room for a second copy?"
                ) from error
        with scratch.open("rb") as stream:
            while piece := stream.read(PIECE):
                yield piece
    finally:
        for suffix in ("", "-journal", "-wal", "-shm"):
            scratch.with_name(scratch.name + suffix).unlink(missing_ok=True)


def _address(url: sa.URL) -> sa.URL:
    path = str(url.database)
    if path.startswith("file:"):
        return url
    return sa.URL.create("sqlite", database=f"file:{quote(path)}", query={"mode": "rw", "uri": "true"})
