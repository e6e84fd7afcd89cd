"""Very many rows at once: executemany of the driver on SQLite, COPY on PostgreSQL. What the rows mean is the caller's.

Inside the caller's transaction. Values are given as the drivers take them: text of days (`2026-11-20`) and of moments
in UTC (`2026-11-20 16:30:00.000000`), plain values of choices, JSON as text.
"""

from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from datetime import datetime
from itertools import islice
from typing import Any

import psycopg
import sqlalchemy as sa

from kaikukortti.db import Base, db

AT_ONCE = 20_000
CACHE_KIB = 64 * 1024
Row = tuple[Any, ...]


def prepare() -> None:
    """Make this transaction ready for very many rows: UTC for PostgreSQL, a page cache of 64 MiB for SQLite."""
    connection = db.session.connection()
    if connection.dialect.name == "postgresql":
        connection.exec_driver_sql("SET LOCAL TIME ZONE 'UTC'")
    else:
        connection.exec_driver_sql(f"PRAGMA cache_size = -{CACHE_KIB}")


def insert(table: type[Base], columns: Sequence[str], rows: Iterable[Row]) -> int:
    """Insert rows and return how many; memory stays flat however many there are. Defaults of Python do not apply."""
    connection = db.session.connection()
    name, given = table.__tablename__, ", ".join(columns)
    if connection.dialect.name == "postgresql":
        return _copy(connection, f"COPY {name} ({given}) FROM STDIN", rows)
    marks = ", ".join("?" * len(columns))
    statement = f"INSERT INTO {name} ({given}) VALUES ({marks})"  # nosec B608  # names of our own models
    waiting, count = iter(rows), 0
    while chunk := list(islice(waiting, AT_ONCE)):
        connection.exec_driver_sql(statement, chunk)
        count += len(chunk)
    return count


@contextmanager
def filling(*tables: type[Base]) -> Iterator[None]:
    """Let tables be without indexes and triggers, on PostgreSQL without foreign keys too, while they are filled.

    Indexes and keys are made again at the end, which checks every row and takes half of the time; what the triggers
    would have done is the caller's. For tables that nobody else uses meanwhile.
    """
    connection = db.session.connection()
    found = [table.metadata.tables[table.__tablename__] for table in tables]
    indexes = [index for table in found for index in sorted(table.indexes, key=lambda index: str(index.name))]
    keys = [key for table in found for key in table.foreign_key_constraints]
    is_postgresql = connection.dialect.name == "postgresql"
    again = [] if is_postgresql else _drop_triggers(connection, [table.name for table in found])
    for index in indexes:
        index.drop(connection)
    if is_postgresql:  # SQLite knows no way to take keys off
        _switch_triggers(connection, found, "DISABLE")
        for key in keys:
            connection.execute(sa.schema.DropConstraint(key))
    yield
    for index in indexes:
        index.create(connection)
    if is_postgresql:
        for key in keys:
            connection.execute(sa.schema.AddConstraint(key))
        _switch_triggers(connection, found, "ENABLE")
    for statement in again:
        connection.exec_driver_sql(statement)


def _switch_triggers(connection: sa.Connection, tables: Sequence[sa.Table], word: str) -> None:
    for table in tables:
        connection.exec_driver_sql(f"ALTER TABLE {table.name} {word} TRIGGER USER")


def _drop_triggers(connection: sa.Connection, names: Sequence[str]) -> list[str]:
    """Drop the triggers of tables on SQLite and return the statements that make them."""
    master = sa.table("sqlite_master", *map(sa.column, ("type", "name", "tbl_name", "sql")))
    query = sa.select(master.c.name, master.c.sql).where(master.c.type == "trigger", master.c.tbl_name.in_(names))
    found = connection.execute(query.order_by(master.c.name)).all()
    for name, _ in found:
        connection.exec_driver_sql(f"DROP TRIGGER {name}")
    return [statement for _, statement in found]


def _copy(connection: sa.Connection, statement: str, rows: Iterable[Row]) -> int:
    driver = connection.connection.driver_connection
    assert isinstance(driver, psycopg.Connection)
    count = 0
    with driver.cursor() as cursor, cursor.copy(statement) as copy:
        for row in rows:
            copy.write_row(row)
            count += 1
    return count


def renumber(*tables: type[Base]) -> None:
    """Let the next row of each table that numbers itself follow the highest number that was given by hand."""
    connection = db.session.connection()
    if connection.dialect.name != "postgresql":
        return
    for table in tables:
        name = table.__tablename__
        highest = f"(SELECT coalesce(max(id), 0) + 1 FROM {name})"  # nosec B608  # names of our own models
        connection.exec_driver_sql(f"SELECT setval(pg_get_serial_sequence('{name}', 'id'), {highest}, false)")


def analyse() -> None:
    """Let the database look at what it holds; without that its plans after many rows are ten times slower."""
    db.session.connection().exec_driver_sql("ANALYZE")


def moment_text(moment: datetime) -> str:
    """Return a moment in UTC as the rows hold it."""
    return moment.replace(tzinfo=None).isoformat(sep=" ", timespec="microseconds")
