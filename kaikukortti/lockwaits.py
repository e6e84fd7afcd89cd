"""Changing the tables of a database that is in use. A lock on a table is waited for but briefly, because everybody else
queues behind who waits for it; then all is let go, and tried again after a pause. Two hosts do it one after the other.
"""

import fcntl
import os
import sqlite3
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any, TypeVar

import sqlalchemy as sa
from sqlalchemy import event

R = TypeVar("R")

# Shorter than PostgreSQL's deadlock_timeout of 1 s: where a step and a request wait for each other, the step gives way.
LOCK_WAIT_MS = 400
PATIENCE_S = 120.0
PAUSE_S = 0.5
BUSY_SQLSTATES = {"55P03", "40P01", "40001"}  # lock not available, deadlock, serialisation failure
TURN = 7_126_009  # of PostgreSQL, so that two hosts do not upgrade at once


class _NotOurTurn(Exception):
    """Another host is upgrading."""


class StillBusy(Exception):
    """What has to be locked was in use all the time. The step that needs it can be run again."""


def persist(engine: sa.Engine, act: Callable[[], R]) -> R:
    """Do something to the schema over an engine, again while locks are in its way. It must undo itself when it fails.

    Every new connection of the engine waits but briefly for a lock from now on. Raises StillBusy when time is over.
    """
    ends_at = time.monotonic() + PATIENCE_S
    if engine.dialect.name == "postgresql":
        event.listen(engine, "connect", _wait_briefly)
    while True:
        try:
            with _our_turn(engine):
                return act()
        except (sa.exc.OperationalError, _NotOurTurn) as error:
            if not _is_busy(error):
                raise
            if time.monotonic() > ends_at:
                raise StillBusy(str(getattr(error, "orig", error)).splitlines()[0]) from error
        time.sleep(PAUSE_S)


def _wait_briefly(connection: Any, _record: object) -> None:
    connection.autocommit = True  # or the setting would go with the transaction
    connection.execute(f"SET lock_timeout = {LOCK_WAIT_MS}")
    connection.autocommit = False


@contextmanager
def _our_turn(engine: sa.Engine) -> Iterator[None]:
    """Keep others from upgrading meanwhile: by a lock of the server, or of the folder that a SQLite file is in."""
    if engine.dialect.name != "postgresql":
        with _folder_held(engine.url.database):
            yield
        return
    with engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
        connection.exec_driver_sql("SET idle_session_timeout = 0")  # it waits while a step of any length runs
        if not connection.execute(sa.select(sa.func.pg_try_advisory_lock(TURN))).scalar():
            raise _NotOurTurn("another upgrade is under way")
        try:
            yield
        finally:
            connection.execute(sa.select(sa.func.pg_advisory_unlock(TURN)))


@contextmanager
def _folder_held(database: str | None) -> Iterator[None]:
    if not database or database == ":memory:":
        yield
        return
    folder = os.open(Path(database).resolve().parent, os.O_RDONLY | os.O_DIRECTORY)
    try:
        _lock(folder)
        yield
    finally:
        os.close(folder)


def _lock(folder: int) -> None:
    try:
        fcntl.flock(folder, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        raise _NotOurTurn("another upgrade is under way") from None


def _is_busy(error: sa.exc.OperationalError | _NotOurTurn) -> bool:
    if isinstance(error, _NotOurTurn):
        return True
    if isinstance(error.orig, sqlite3.Error):
        return error.orig.sqlite_errorcode in (sqlite3.SQLITE_BUSY, sqlite3.SQLITE_LOCKED)
    return getattr(error.orig, "sqlstate", None) in BUSY_SQLSTATES
