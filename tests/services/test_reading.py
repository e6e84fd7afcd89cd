"""What a request only reads: it cannot write, and PostgreSQL keeps the plans of what is asked often."""

import threading

import pytest
import sqlalchemy as sa

from kaikukortti import db as database
from kaikukortti import statements
from kaikukortti.db import db, transactional
from kaikukortti.models.network import Area

PREFIXES = sa.select(Area.prefix).where(Area.prefix == sa.bindparam("prefix"))
PREPARED = "SELECT count(*) FROM pg_prepared_statements WHERE statement LIKE '%areas.prefix%'"
AREA = {"prefix": "AA", "name_fi": "A", "municipalities": []}


def is_postgresql() -> bool:
    return db.engine.dialect.name == "postgresql"


def test_what_a_request_writes_outside_a_use_case_is_never_kept(app):
    with app.test_request_context():
        if is_postgresql():
            with pytest.raises(sa.exc.InternalError):
                db.session.execute(sa.insert(Area), AREA)
        else:
            db.session.execute(sa.insert(Area), AREA)
        db.session.remove()
    assert db.session.scalars(sa.select(Area.prefix)).all() == []


def test_a_use_case_of_a_request_writes_after_it_has_read(app):
    with app.test_request_context():
        assert db.session.scalars(sa.select(Area.prefix)).all() == []
        transactional(lambda: db.session.execute(sa.insert(Area), AREA))()
        assert db.session.scalars(sa.select(Area.prefix)).all() == ["AA"]
        db.session.remove()
    assert db.session.scalars(sa.select(Area.prefix)).all() == ["AA"]


def test_plans_outlive_requests_that_read(app):
    for _ in range(8):
        with app.test_request_context():
            statements.run(PREFIXES, {"prefix": "AA"})
            db.session.remove()
    kept = db.session.scalar(sa.text(PREPARED)) if is_postgresql() else 1
    assert kept == 1


def test_plans_go_with_a_transaction_that_could_have_written(app):
    """The control: what is rolled back as ever takes the plans along."""
    for _ in range(8):
        statements.run(PREFIXES, {"prefix": "AA"})
        db.session.rollback()
    kept = db.session.scalar(sa.text(PREPARED)) if is_postgresql() else 0
    assert kept == 0


def test_a_statement_past_the_orm_sees_what_waits_in_the_session():
    @transactional
    def add() -> list[str]:
        db.session.add(Area(**AREA))
        return list(statements.run(PREFIXES, {"prefix": "AA"}).scalars())

    assert add() == ["AA"]


def test_threads_write_to_sqlite_in_turn_and_wait_no_longer_than_for_its_lock(app, monkeypatch):
    """On PostgreSQL nobody has to wait for a use case that writes elsewhere."""
    monkeypatch.setattr(database, "LOCK_PATIENCE", 0.05)
    told: list[Exception | None] = []

    def write(prefix: str) -> None:
        with app.app_context():
            try:
                transactional(lambda: db.session.execute(sa.insert(Area), {**AREA, "prefix": prefix}))()
                told.append(None)
            except sa.exc.OperationalError as error:
                told.append(error)

    @transactional
    def hold() -> None:
        other = threading.Thread(target=write, args=("AA",))
        other.start()
        other.join(20)

    hold()
    write("BB")
    assert [isinstance(one, sa.exc.OperationalError) for one in told] == [not is_postgresql(), False]
