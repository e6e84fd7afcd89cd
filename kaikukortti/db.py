"""The database: base class, column types, SQLite set-up and `transactional`, the only place that commits.

SQLite runs with WAL, synchronous=FULL, foreign keys and BEGIN IMMEDIATE for writes; PostgreSQL with READ COMMITTED.
"""

import enum
import functools
import random
import sqlite3
import threading
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, ParamSpec, TypeVar

import sqlalchemy as sa
from flask_sqlalchemy import SQLAlchemy
from sqlalchemy import event
from sqlalchemy.orm import DeclarativeBase, registry

from kaikukortti import pgconnections  # noqa: F401  it listens for new connections

P = ParamSpec("P")
R = TypeVar("R")

ATTEMPTS = 5
MIGRATIONS = Path(__file__).with_name("migrations")
tell_retry: list[Callable[[], None]] = []
"""Called each time that a transaction is tried again: for those who count."""
TRANSIENT_SQLSTATES = {"40001", "40P01"}  # serialisation failure, deadlock
LOCK_PATIENCE = 5  # seconds that are waited for a lock, or for a connection; then the caller is told to come again
WANTED_PRAGMAS = {
    "journal_mode": "wal",
    "synchronous": 2,
    "foreign_keys": 1,
    "trusted_schema": 0,
    "busy_timeout": LOCK_PATIENCE * 1000,
}
# Connections that a process keeps open on PostgreSQL: one for each thread that answers and two beside them; few where
# few requests go; and how many more in a rush.
POOL, SIDE_POOL, OVERFLOW = 10, 2, 8
# A host that vanished is noticed after some 25 seconds, here and by the server, which then lets its locks go.
CLIENT_NOTICES = {"connect_timeout": 3, "keepalives_idle": 10, "keepalives_interval": 5, "keepalives_count": 3}
CLIENT_NOTICES |= {"tcp_user_timeout": 15_000}
KEEPALIVES = ("tcp_keepalives_idle=10", "tcp_keepalives_interval=5", "tcp_keepalives_count=3")
# What a process has used lately it uses again, and the server takes the rest back: where connections are short, a
# process that came late gets some, and does not refuse for ever whoever has its ear.
SERVER_NOTICES: tuple[str, ...] = (*KEEPALIVES, "idle_session_timeout=60s")
_turn = threading.Lock()


class DatabaseProblem(Exception):
    """The database cannot be used; the message says what to do, in one line."""


class UTCDateTime(sa.types.TypeDecorator[datetime]):
    """A moment: aware and in UTC in Python, naive UTC text on SQLite, timestamptz on PostgreSQL."""

    impl = sa.DateTime(timezone=True)
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: sa.Dialect) -> datetime | None:
        if value is None:
            return None
        if value.tzinfo is None:
            raise ValueError("a moment needs a time zone")
        moment = value.astimezone(UTC)
        return moment.replace(tzinfo=None) if dialect.name == "sqlite" else moment

    def process_result_value(self, value: datetime | None, dialect: sa.Dialect) -> datetime | None:
        if value is None:
            return None
        return value.replace(tzinfo=UTC) if value.tzinfo is None else value.astimezone(UTC)


NAMING = {
    "ix": "ix_%(table_name)s_%(column_0_N_name)s",
    "uq": "uq_%(table_name)s_%(column_0_N_name)s",
    "ck": "ck_%(table_name)s_%(constraint_name)s",
    "fk": "fk_%(table_name)s_%(column_0_name)s_%(referred_table_name)s",
    "pk": "pk_%(table_name)s",
}


class Base(DeclarativeBase):
    """The mother of every table: constraint names are fixed, moments are UTCDateTime.

    The map of types sits on the registry, because Flask-SQLAlchemy copies the attributes of this class.
    """

    registry = registry(metadata=sa.MetaData(naming_convention=NAMING), type_annotation_map={datetime: UTCDateTime})


db = SQLAlchemy(model_class=Base, session_options={"expire_on_commit": False})


def choice(kind: type[enum.Enum], name: str) -> sa.Enum:
    """Return a column type that stores the enum's lower-case values as text, held to them by a check."""
    return sa.Enum(
        kind,
        values_callable=lambda members: [member.value for member in members],
        native_enum=False,
        create_constraint=True,
        length=24,
        name=name,
    )


def engine_options(url: str, *, aside: bool = False, says: Sequence[str] = ()) -> dict[str, Any]:
    """Return the engine options for an address: how long is waited for a lock, a connection, a server that is gone.

    `aside` is for a database that few requests need; `says` are further settings of PostgreSQL, as name=value. The text
    of a fault never shows what a statement was given: numbers of cards, years of birth.
    """
    options: dict[str, Any] = {"hide_parameters": True}
    if url.startswith("sqlite"):
        return {**options, "connect_args": {"timeout": LOCK_PATIENCE, "check_same_thread": False}}
    options |= {"pool_pre_ping": True, "pool_timeout": LOCK_PATIENCE, "pool_use_lifo": True}
    options |= {"pool_size": SIDE_POOL if aside else POOL, "max_overflow": OVERFLOW}
    if url.startswith("postgresql"):
        told = (f"lock_timeout={LOCK_PATIENCE}s", *SERVER_NOTICES, *says)
        options["connect_args"] = {**CLIENT_NOTICES, "options": " ".join(f"-c {setting}" for setting in told)}
    return options


@event.listens_for(sa.Engine, "connect")
def _prepare(connection: Any, _record: object) -> None:
    if isinstance(connection, sqlite3.Connection):
        connection.isolation_level = None  # we say BEGIN ourselves, below
        for statement in ("journal_mode=WAL", "synchronous=FULL", "foreign_keys=ON", "trusted_schema=OFF"):
            connection.execute(f"PRAGMA {statement}")


@event.listens_for(sa.Engine, "begin")
def _begin(connection: sa.Connection) -> None:
    if connection.dialect.name == "sqlite":
        writes = connection.get_execution_options().get("kaiku_writes", False)
        connection.exec_driver_sql("BEGIN IMMEDIATE" if writes else "BEGIN")


def check(engine: sa.Engine, *, setting: str = "KAIKU_DATABASE_URL") -> None:
    """Assert at start that the database is reachable, writable, migrated and (SQLite) durable.

    Raises DatabaseProblem with one line that says what to do; `setting` is what names the database.
    """
    where = engine.url.render_as_string(hide_password=True)
    try:
        with engine.connect().execution_options(kaiku_writes=True) as connection:
            if engine.dialect.name == "sqlite":
                _check_pragmas(connection)
            if not sa.inspect(connection).has_table("alembic_version"):
                raise DatabaseProblem(f"The database {where} is empty: run `kaikukortti init` first.")
            connection.execute(sa.text("UPDATE alembic_version SET version_num = version_num"))
            connection.rollback()
    except (sa.exc.DBAPIError, sqlite3.Error) as error:
        cause = getattr(error, "orig", None) or error
        raise DatabaseProblem(
            f"The database {where} cannot be written ({str(cause).splitlines()[0]}): check that it is there and that"
            f" this user may write it, or set {setting}."
        ) from error


def check_pragmas(engine: sa.Engine) -> None:
    """Assert that SQLite runs as we asked it to. Raises DatabaseProblem."""
    if engine.dialect.name == "sqlite":
        with engine.connect() as connection:
            _check_pragmas(connection)


def _check_pragmas(connection: sa.Connection) -> None:
    found = {name: connection.exec_driver_sql(f"PRAGMA {name}").scalar() for name in WANTED_PRAGMAS}
    if found != WANTED_PRAGMAS:
        raise DatabaseProblem(f"SQLite runs with {found}, not {WANTED_PRAGMAS}: use a local disk that supports WAL.")


def transactional(use_case: Callable[P, R]) -> Callable[P, R]:
    """Run a use case in one writing transaction: commit when it returns, roll back when it raises.

    Deadlocks and serialisation failures are tried again, five times in all, after a short random pause.
    """

    @functools.wraps(use_case)
    def run(*args: P.args, **kwargs: P.kwargs) -> R:
        for attempt in range(1, ATTEMPTS):
            try:
                with _transaction():
                    return use_case(*args, **kwargs)
            except sa.exc.OperationalError as error:
                if getattr(error.orig, "sqlstate", None) not in TRANSIENT_SQLSTATES:
                    raise
                for told in tell_retry:
                    told()
                time.sleep(random.uniform(0.01, 0.05) * attempt)
        with _transaction():
            return use_case(*args, **kwargs)

    return run


def is_writing() -> bool:
    """Return whether a use case's transaction is open."""
    return bool(db.session().info.get("writing"))


@transactional
def insert_rows(table: type[Base], rows: list[dict[str, Any]]) -> None:
    """Insert many rows at once, in a transaction of their own."""
    db.session.execute(sa.insert(table), rows)


@contextmanager
def _transaction() -> Iterator[None]:
    session = db.session()
    if session.info.get("writing"):
        raise RuntimeError("use cases do not call use cases: share a private function instead")
    if session.in_transaction():
        session.commit()  # ends a reading transaction without forgetting what was read
    with _turn_to_write(session.get_bind()):
        session.info["connection"] = session.connection(execution_options={"kaiku_writes": True})
        session.info["writing"] = True
        try:
            yield
            session.commit()
        except BaseException:
            session.rollback()
            raise
        finally:
            session.info["writing"] = False
            del session.info["connection"]


@contextmanager
def _turn_to_write(bind: sa.Engine | sa.Connection) -> Iterator[None]:
    """Let the threads of a process write to SQLite in turn: left to its own lock they sleep and miss each other, and
    the unluckiest of sixteen waits for seconds. Raises OperationalError, as SQLite does, when the turn does not come.
    """
    if bind.dialect.name != "sqlite":
        yield
        return
    if not _turn.acquire(timeout=LOCK_PATIENCE):
        busy = sqlite3.OperationalError("database is locked")
        busy.sqlite_errorcode, busy.sqlite_errorname = sqlite3.SQLITE_BUSY, "SQLITE_BUSY"  # trouble.py asks
        raise sa.exc.OperationalError("BEGIN IMMEDIATE", None, busy)
    try:
        yield
    finally:
        _turn.release()
