"""Databases for benchmarks, empty and taken away afterwards: a file, or one on a PostgreSQL server."""

import tempfile
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from pathlib import Path

import sqlalchemy as sa

from kaikukortti import config, schema
from kaikukortti.config import Config
from kaikukortti.cube import store
from kaikukortti.followup import schema as followup_schema

NAME = "kaikukortti_bench"
SECRET = "only-for-the-benchmark-" + "0" * 32
Database = Callable[[], AbstractContextManager[Config]]
"""Makes an empty database and takes it away again."""
SQLITE, POSTGRESQL = "SQLite", "PostgreSQL"


def engines(postgresql: str | None) -> list[tuple[str, Database]]:
    """Return the engines to measure, by name: SQLite, and PostgreSQL where a server's address is given."""
    found: list[tuple[str, Database]] = [(SQLITE, sqlite_settings)]
    if postgresql is not None:
        found.append((POSTGRESQL, lambda: postgresql_settings(postgresql)))
    return found


@contextmanager
def sqlite_settings() -> Iterator[Config]:
    """Make a SQLite database in a folder of its own."""
    with tempfile.TemporaryDirectory(prefix="kaikukortti-bench-") as folder:
        yield _prepared(Path(folder), config.sqlite_url(Path(folder)))


@contextmanager
def postgresql_settings(server: str) -> Iterator[Config]:
    """Make a database on a server, whose address names any database of it."""
    _administer(server, f'DROP DATABASE IF EXISTS "{NAME}" WITH (FORCE)', f'CREATE DATABASE "{NAME}"')
    try:
        with tempfile.TemporaryDirectory(prefix="kaikukortti-bench-") as folder:
            url = sa.make_url(server).set(database=NAME).render_as_string(hide_password=False)
            yield _prepared(Path(folder), url)
    finally:
        _administer(server, f'DROP DATABASE IF EXISTS "{NAME}" WITH (FORCE)')


def _prepared(folder: Path, url: str) -> Config:
    settings = Config(folder, url, SECRET, secure_cookies=False, rounding_key=SECRET)
    schema.upgrade(url)
    store.make(settings)
    followup_schema.upgrade(settings)
    return settings


def fresh_database(server: str, name: str) -> sa.URL:
    """Make an empty database on a server, in place of what was there under its name, and return its address."""
    _administer(server, f'DROP DATABASE IF EXISTS "{name}" WITH (FORCE)', f'CREATE DATABASE "{name}"')
    return sa.make_url(server).set(database=name)


def floor_url(settings: Config) -> str:
    """Return where the bare floor keeps its rows: a file of its own beside ours, or our database on a server."""
    is_file = settings.database_url.startswith("sqlite")
    return f"sqlite:///{settings.instance_path / 'floor.db'}" if is_file else settings.database_url


def _administer(server: str, *statements: str) -> None:
    engine = sa.create_engine(server, poolclass=sa.NullPool, isolation_level="AUTOCOMMIT")
    with engine.connect() as connection:
        for statement in statements:
            connection.exec_driver_sql(statement)
