"""What a start asserts: the schema's number, SQLite's settings, PostgreSQL's durability; how many processes it is."""

import logging
import sqlite3
from pathlib import Path

import pytest
import sqlalchemy as sa
from flask import Flask

from kaikukortti import db as database
from kaikukortti import schema
from kaikukortti.cli import startup
from kaikukortti.db import DatabaseProblem, db
from kaikukortti.running import checks

NEWEST = checks.newest_step(database.MIGRATIONS)


def set_step(app: Flask, step: str) -> None:
    with app.app_context(), db.engine.begin() as connection:
        connection.execute(sa.text("UPDATE alembic_version SET version_num = :step"), {"step": step})


def test_an_older_schema_is_refused_and_told_what_to_do(app):
    set_step(app, "0001")
    with pytest.raises(DatabaseProblem, match=f"schema 0001, this program needs {NEWEST}.*kaikukortti init"):
        startup.check_database(app)
    set_step(app, NEWEST)
    startup.check_database(app)


def test_a_newer_schema_is_taken_with_a_warning(app, caplog):
    set_step(app, "9999")
    try:
        startup.check_database(app)
    finally:
        set_step(app, NEWEST)
    assert [record.getMessage() for record in caplog.records if "newer" in record.getMessage()] == [
        "database has schema 9999, newer than this program: finish the upgrade"
    ]


def test_a_server_that_may_lose_what_it_acknowledged_is_told(app, engine_name, caplog):
    """The tests' own PostgreSQL is such a server."""
    caplog.set_level(logging.WARNING)
    startup.check_database(app)
    told = [record.getMessage() for record in caplog.records]
    settings = ["fsync=off", "full_page_writes=off", "synchronous_commit=off"] if engine_name == "postgresql" else []
    assert [setting for setting in settings if not any(setting in line for line in told)] == []
    assert len(told) == len(settings)


@pytest.mark.parametrize("engine_name", [pytest.param("sqlite", marks=pytest.mark.sqlite)], indirect=True)
def test_sqlite_runs_as_promised_or_not_at_all(app, monkeypatch):
    with app.app_context():
        for engine in db.engines.values():
            connection = engine.connect()
            found = {name: connection.exec_driver_sql(f"PRAGMA {name}").scalar() for name in database.WANTED_PRAGMAS}
            connection.close()
            if engine.url.database and "request" not in str(engine):
                assert found["foreign_keys"] == 1 and found["trusted_schema"] == 0 and found["journal_mode"] == "wal"
        connection = db.engine.connect()
        promised = {"synchronous": 2, "busy_timeout": 5000}
        assert {name: connection.exec_driver_sql(f"PRAGMA {name}").scalar() for name in promised} == promised
        connection.close()
    monkeypatch.setitem(database.WANTED_PRAGMAS, "synchronous", 3)
    with pytest.raises(DatabaseProblem, match="SQLite runs with"):
        startup.check_database(app)


def test_a_disk_without_a_log_ahead_is_refused(tmp_path: Path):
    """A file system where SQLite cannot share memory: stood in for by a file that is kept in another mode."""
    file = tmp_path / "kept.db"
    schema.upgrade(f"sqlite:///{file}")
    engine = sa.create_engine(f"sqlite:///{file}", poolclass=sa.NullPool, connect_args={"timeout": 0})
    reader = sqlite3.connect(file, isolation_level=None)
    reader.execute("PRAGMA journal_mode=DELETE")
    reader.execute("BEGIN IMMEDIATE")
    with pytest.raises(DatabaseProblem):
        database.check(engine)
    reader.close()


@pytest.mark.parametrize(("wanted", "sqlite", "warns"), [(None, 1, False), (3, 1, False), (64, 1, True)])
def test_how_many_processes_there_are(app, engine_name, caplog, wanted, sqlite, warns):
    count = startup.choose_workers(app, wanted)
    startup.let_go(app)
    if engine_name == "sqlite":
        assert count == sqlite
        return
    assert count == wanted if wanted else 1 <= count <= 16
    assert any("connections" in record.getMessage() for record in caplog.records) is warns
