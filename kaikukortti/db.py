"""The database: base class, column types, SQLite set-up, migrations and `transactional`, the only place that commits.

SQLite runs with WAL, synchronous=FULL, foreign keys and BEGIN IMMEDIATE for writes; PostgreSQL with READ COMMITTED.
"""

import enum
import functools
import random
import sqlite3
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, ParamSpec, TypeVar

import alembic.command
import alembic.config
import sqlalchemy as sa
from flask_sqlalchemy import SQLAlchemy
from sqlalchemy import event
from sqlalchemy.orm import DeclarativeBase, registry

P = ParamSpec("P")
R = TypeVar("R")

ATTEMPTS = 5
TRANSIENT_SQLSTATES = {"40001", "40P01"}  # serialisation failure, deadlock
WANTED_PRAGMAS = {"journal_mode": "wal", "synchronous": 2, "foreign_keys": 1}


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


def engine_options(url: str) -> dict[str, Any]:
    """Return the engine options for an address: a lock is waited for ten seconds, a pool on PostgreSQL is checked.

    A fault's text, which goes to the log, never shows what a statement was given: numbers of cards, years of birth.
    """
    if url.startswith("sqlite"):
        return {"hide_parameters": True, "connect_args": {"timeout": 10, "check_same_thread": False}}
    options: dict[str, Any] = {"hide_parameters": True, "pool_pre_ping": True, "pool_size": 10}
    if url.startswith("postgresql"):
        options["connect_args"] = {"options": "-c lock_timeout=10s"}
    return options


@event.listens_for(sa.Engine, "connect")
def _prepare(connection: Any, _record: object) -> None:
    if isinstance(connection, sqlite3.Connection):
        connection.isolation_level = None  # we say BEGIN ourselves, below
        for statement in ("journal_mode=WAL", "synchronous=FULL", "foreign_keys=ON"):
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
    session.commit()  # ends a reading transaction without forgetting what was read
    session.connection(execution_options={"kaiku_writes": True})
    session.info["writing"] = True
    try:
        yield
        session.commit()
    except BaseException:
        session.rollback()
        raise
    finally:
        session.info["writing"] = False


def upgrade(database_url: str) -> None:
    """Bring the schema to the newest migration; a new database gets everything."""
    patience = engine_options(database_url).get("connect_args", {})
    engine = sa.create_engine(database_url, connect_args=patience, poolclass=sa.pool.NullPool)
    migrate(engine, Path(__file__).with_name("migrations"))
    engine.dispose()


def migrate(engine: sa.Engine, steps: Path) -> None:
    """Bring a database to the newest of the numbered steps in a folder, each in a transaction of its own."""
    settings = alembic.config.Config()
    settings.set_main_option("script_location", str(steps))
    settings.attributes["engine"] = engine
    alembic.command.upgrade(settings, "head")
