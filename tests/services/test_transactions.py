"""The database underneath: one transaction a use case, retried where the engine says so, durable, checked at start."""

import os
import sqlite3
from datetime import UTC, datetime, timedelta, timezone

import pytest
import sqlalchemy as sa

from kaikukortti import db as database
from kaikukortti import schema
from kaikukortti.cli.startup import check_database
from kaikukortti.db import DatabaseProblem, db, transactional
from kaikukortti.models.network import Area
from tests import factories
from tests.factories import NOW


@pytest.fixture(autouse=True)
def no_pauses(monkeypatch):
    monkeypatch.setattr("time.sleep", lambda _seconds: None)


def names() -> list[str]:
    return sorted(db.session.scalars(sa.select(Area.prefix)))


def test_what_a_use_case_did_is_there_when_it_returns():
    transactional(lambda: db.session.add(Area(prefix="AA", name_fi="A")))()
    db.session.rollback()
    assert names() == ["AA"]


@pytest.mark.parametrize("error", [ValueError, KeyboardInterrupt])
def test_nothing_is_there_when_it_raises(error):
    @transactional
    def refused() -> None:
        db.session.add(Area(prefix="AA", name_fi="A"))
        db.session.flush()
        raise error

    with pytest.raises(error):
        refused()
    db.session.commit()
    assert names() == []


def test_use_cases_do_not_call_use_cases():
    inner = transactional(lambda: None)
    with pytest.raises(RuntimeError):
        transactional(inner)()
    inner()


class Deadlock(Exception):
    """What a driver raises."""

    def __init__(self, sqlstate: str) -> None:
        super().__init__(sqlstate)
        self.sqlstate = sqlstate


@pytest.mark.parametrize("sqlstate", ["40001", "40P01"])
@pytest.mark.parametrize(("failures", "succeeds"), [(1, True), (4, True), (5, False)])
def test_a_deadlock_is_tried_again_five_times_in_all(sqlstate, failures, succeeds):
    tries = []

    @transactional
    def unlucky() -> None:
        tries.append(1)
        db.session.add(Area(prefix="AA", name_fi="A"))
        db.session.flush()
        if len(tries) <= failures:
            raise sa.exc.OperationalError("UPDATE …", {}, Deadlock(sqlstate))

    if succeeds:
        unlucky()
        assert names() == ["AA"]
    else:
        with pytest.raises(sa.exc.OperationalError):
            unlucky()
        assert names() == []
    assert len(tries) == min(failures + 1, 5)


def test_other_failures_are_not_tried_again():
    tries = []

    @transactional
    def broken() -> None:
        tries.append(1)
        raise sa.exc.OperationalError("UPDATE …", {}, Deadlock("08006"))

    with pytest.raises(sa.exc.OperationalError):
        broken()
    assert len(tries) == 1


@pytest.mark.parametrize("zone", [UTC, timezone(timedelta(hours=2)), timezone(timedelta(hours=-11, minutes=30))])
def test_a_moment_keeps_its_instant(zone):
    user = factories.make_user()
    user.created_at = NOW.astimezone(zone).replace(microsecond=123456)
    db.session.commit()
    db.session.expire_all()
    assert user.created_at == NOW.replace(microsecond=123456)
    assert user.created_at.utcoffset() == timedelta()


def test_a_moment_without_a_zone_is_refused():
    user = factories.make_user()
    user.created_at = datetime(2026, 11, 20)
    with pytest.raises(sa.exc.StatementError, match="time zone"):
        db.session.commit()
    db.session.rollback()


def test_the_engine_runs_as_promised(engine_name, app):
    """PostgreSQL at read committed; SQLite durable, with foreign keys, one writer and readers beside it."""
    if engine_name == "postgresql":
        assert db.session.scalar(sa.text("SHOW transaction_isolation")) == "read committed"
        return
    connection = db.session.connection()
    pragmas = ("journal_mode", "synchronous", "foreign_keys")
    assert [connection.exec_driver_sql(f"PRAGMA {name}").scalar() for name in pragmas] == ["wal", 2, 1]
    db.session.rollback()

    @transactional
    def write() -> None:
        other = sqlite3.connect(app.config["SQLALCHEMY_DATABASE_URI"].removeprefix("sqlite:///"), timeout=0)
        with pytest.raises(sqlite3.OperationalError, match="locked"):
            other.execute("BEGIN IMMEDIATE")
        other.execute("BEGIN")
        assert other.execute("SELECT count(*) FROM areas").fetchone() == (0,), "readers go on"
        other.close()

    write()


def test_a_sound_database_passes_the_check_at_start(app):
    check_database(app)


def test_an_empty_database_is_told_to_be_made(tmp_path):
    engine = sa.create_engine(f"sqlite:///{tmp_path / 'new.db'}", poolclass=sa.NullPool)
    with pytest.raises(DatabaseProblem, match="kaikukortti init") as caught:
        database.check(engine)
    assert "\n" not in str(caught.value)


def test_a_database_that_cannot_be_opened_is_named_without_its_password(tmp_path):
    addresses = [
        f"sqlite:///{tmp_path / 'no' / 'such' / 'folder.db'}",
        "postgresql+psycopg://kaiku:sesame@127.0.0.1:1/kaiku",
    ]
    for address in addresses:
        with pytest.raises(DatabaseProblem, match="KAIKU_DATABASE_URL") as caught:
            database.check(sa.create_engine(address, poolclass=sa.NullPool))
        assert "\n" not in str(caught.value) and "sesame" not in str(caught.value)


def test_a_read_only_database_is_told(tmp_path):
    address = f"sqlite:///{tmp_path / 'kept.db'}"
    schema.upgrade(address)
    database.check(sa.create_engine(address, poolclass=sa.NullPool))
    os.chmod(tmp_path / "kept.db", 0o400)
    engine = sa.create_engine(f"sqlite:///file:{tmp_path / 'kept.db'}?mode=ro&uri=true", poolclass=sa.NullPool)
    with pytest.raises(DatabaseProblem, match="cannot be written") as caught:
        database.check(engine)
    assert "\n" not in str(caught.value)


def test_a_fault_tells_no_number_of_a_card():
    """Its text goes to the log."""
    card = factories.make_stock_card(factories.make_unit())
    with pytest.raises(sa.exc.StatementError) as caught:
        db.session.execute(sa.text("SELECT * FROM nowhere WHERE number = :number"), {"number": card.number})
    assert "nowhere" in str(caught.value) and card.number not in str(caught.value)
    db.session.rollback()
