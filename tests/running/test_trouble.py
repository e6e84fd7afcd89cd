"""Which faults pass by themselves: real ones of SQLite and of the system, PostgreSQL's by their codes."""

import errno
import sqlite3
from collections.abc import Callable
from pathlib import Path

import psycopg
import pytest
import sqlalchemy as sa

from kaikukortti.running import trouble
from kaikukortti.running.trouble import COME_AGAIN, Kind


def kind_of(fault: BaseException | None) -> Kind | None:
    found = trouble.find(fault)
    assert found is None or found.again_in == COME_AGAIN[found.kind] > 0
    return None if found is None else found.kind


def locked(file: Path) -> None:
    holder = sqlite3.connect(file, isolation_level=None)
    holder.execute("BEGIN IMMEDIATE")
    try:
        write(file)
    finally:
        holder.close()


def full(file: Path) -> None:
    with engine_of(file).connect() as connection:
        connection.exec_driver_sql("PRAGMA max_page_count = 10")
        connection.exec_driver_sql("INSERT INTO things VALUES (zeroblob(1000000))")


def read_only(file: Path) -> None:
    write(Path(f"file:{file}?mode=ro&uri=true"))


def damaged(file: Path) -> None:
    file.write_bytes(b"SQLite format 3\0" + b"x" * 8000)
    write(file)


def away(file: Path) -> None:
    write(file / "nowhere.db")


def broken_rule(file: Path) -> None:
    with engine_of(file).connect() as connection:
        connection.exec_driver_sql("INSERT INTO things VALUES (NULL)")


def no_table(file: Path) -> None:
    with engine_of(file).connect() as connection:
        connection.exec_driver_sql("SELECT * FROM others")


def engine_of(file: Path) -> sa.Engine:
    return sa.create_engine(f"sqlite:///{file}", poolclass=sa.NullPool, connect_args={"timeout": 0})


def write(file: Path) -> None:
    with engine_of(file).connect() as connection:
        connection.exec_driver_sql("INSERT INTO things VALUES (1)")


@pytest.mark.parametrize(
    ("happens", "kind"),
    [
        (locked, Kind.BUSY),
        (full, Kind.FULL),
        (read_only, Kind.REFUSED),
        (damaged, Kind.DAMAGED),
        (away, Kind.AWAY),
        (broken_rule, None),
        (no_table, None),
    ],
)
def test_what_sqlite_says(tmp_path: Path, happens: Callable[[Path], None], kind: Kind | None):
    file = tmp_path / "things.db"
    made = sqlite3.connect(file)
    made.execute("CREATE TABLE things (thing NOT NULL)")
    made.close()
    with pytest.raises(sa.exc.DBAPIError) as caught:
        happens(file)
    assert kind_of(caught.value) is kind


@pytest.mark.parametrize(
    ("sqlstate", "kind"),
    [
        ("08006", Kind.AWAY),  # connection failure
        ("25006", Kind.REFUSED),  # read only: a standby
        ("28000", Kind.REFUSED),
        ("3D000", Kind.REFUSED),
        ("40001", Kind.BUSY),
        ("40P01", Kind.BUSY),
        ("53100", Kind.FULL),
        ("53200", Kind.FULL),
        ("53300", Kind.CROWDED),
        ("55P03", Kind.BUSY),
        ("57014", Kind.BUSY),
        ("57P01", Kind.AWAY),
        ("57P03", Kind.AWAY),
        ("58030", Kind.DISK),
        ("XX001", Kind.DAMAGED),
        ("23505", None),  # a key twice
        ("42P01", None),  # no such table
        ("42501", None),  # no right
        ("22P02", None),  # no number
    ],
)
def test_what_postgresql_says(sqlstate: str, kind: Kind | None):
    fault = psycopg.errors.lookup(sqlstate)()
    assert kind_of(sa.exc.DBAPIError("SELECT 1", {}, fault)) is kind is kind_of(fault)


def test_a_server_that_is_not_there():
    engine = sa.create_engine("postgresql+psycopg://kaiku@127.0.0.1:1/kaiku", poolclass=sa.NullPool)
    with pytest.raises(sa.exc.OperationalError) as caught:
        engine.connect()
    assert kind_of(caught.value) is Kind.AWAY


@pytest.mark.parametrize(
    ("fault", "kind"),
    [
        (sa.exc.TimeoutError(), Kind.CROWDED),
        (sa.exc.PendingRollbackError("x", code="8s2b"), Kind.AWAY),
        (sa.exc.PendingRollbackError("x", code="7s2a"), None),
        (sa.exc.DBAPIError("x", {}, psycopg.OperationalError(), connection_invalidated=True), Kind.AWAY),
        (MemoryError(), Kind.CROWDED),
        (OSError(errno.ENOSPC, ""), Kind.FULL),
        (OSError(errno.EIO, ""), Kind.DISK),
        (OSError(errno.EMFILE, ""), Kind.CROWDED),
        (FileNotFoundError(errno.ENOENT, ""), None),
        (ZeroDivisionError(), None),
        (None, None),
    ],
)
def test_what_the_machine_and_the_pool_say(fault: BaseException | None, kind: Kind | None):
    assert kind_of(fault) is kind


def test_a_trouble_is_found_behind_what_was_raised_from_it():
    fault = ValueError()
    fault.__cause__ = OSError(errno.ENOSPC, "")
    assert kind_of(fault) is Kind.FULL
    fault.__cause__ = fault
    assert kind_of(fault) is None
