"""A backup of both databases, put back after something has happened: what a restore does, for tests."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import sqlalchemy as sa

from kaikukortti.db import db
from kaikukortti.followup import store


@contextmanager
def put_back_after(engine_name: str) -> Iterator[None]:
    """Put the databases back, after the block, to how they were before it."""
    db.session.remove()
    files = _copies() if engine_name == "sqlite" else {}
    backup = _backed_up()
    yield
    db.session.remove()
    for engine in db.engines.values():
        engine.dispose()
    for path, content in files.items():
        for log in ("-wal", "-shm"):
            path.with_name(path.name + log).unlink(missing_ok=True)
        path.write_bytes(content)
    _put_back(backup, engine_name)


def _backed_up() -> dict[str, list[Any]]:
    """Return the rows of all tables of the main and the follow-up database, as a backup has them."""
    return {name: _rows_of(name) for name in ("main", "followup")}


def _rows_of(name: str) -> list[Any]:
    metadata = db.metadata if name == "main" else store.Base.metadata
    engine = db.engine if name == "main" else db.engines[store.BIND]
    with engine.connect() as connection:
        return [(table, list(connection.execute(sa.select(table)).mappings())) for table in metadata.sorted_tables]


def _put_back(backup: dict[str, list[Any]], engine_name: str) -> None:
    """Put the rows of a backup in the place of what is there, without triggers and constraints, as a restore does."""
    db.session.remove()
    for name, tables in backup.items():
        engine = db.engine if name == "main" else db.engines[store.BIND]
        if engine_name == "sqlite":
            continue
        with engine.begin() as connection:
            connection.exec_driver_sql("SET LOCAL session_replication_role = replica")
            for table, _ in reversed(tables):
                connection.execute(sa.delete(table))
            for table, kept in tables:
                if kept:
                    connection.execute(sa.insert(table), [dict(row) for row in kept])


def _copies() -> dict[Path, bytes]:
    """Return the SQLite files as they are, the log of writes taken in."""
    found = {}
    for engine in (db.engine, db.engines[store.BIND]):
        with engine.connect() as connection:
            connection.exec_driver_sql("PRAGMA wal_checkpoint(TRUNCATE)")
        path = Path(str(engine.url.database))
        found[path] = path.read_bytes()
    return found
