"""Databases for benchmarks, empty and taken away afterwards: a file, or one on a PostgreSQL server."""

import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import sqlalchemy as sa

from kaikukortti import config, db
from kaikukortti.config import Config
from kaikukortti.cube import store
from kaikukortti.followup import store as followup_store

NAME = "kaikukortti_bench"
SECRET = "only-for-the-benchmark-" + "0" * 32


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
    db.upgrade(url)
    store.make(settings)
    followup_store.upgrade(settings)
    return settings


def _administer(server: str, *statements: str) -> None:
    engine = sa.create_engine(server, poolclass=sa.NullPool, isolation_level="AUTOCOMMIT")
    with engine.connect() as connection:
        for statement in statements:
            connection.exec_driver_sql(statement)
