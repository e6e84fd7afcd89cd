"""A database in figures, as it stands at one moment: rows of every table, schema, hash of the ledger, heads of the
trail. Read by name, not by the model: an older backup has another schema than the program that puts it back.
"""

import hashlib
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

import sqlalchemy as sa

LEDGER = ("scans", "scan_cards", "scan_decisions")
HEADS, VERSIONS = "audit_heads", "alembic_version"
AT_ONCE = 5_000
FIXED_TEXT = ("datestyle = 'ISO, YMD'", "timezone = 'UTC'", "bytea_output = 'hex'", "extra_float_digits = 1")

Progress = Callable[[str, int, int], object]
"""Told what is done, how much of it, and how much there is (0: nobody knows)."""
COUNTED = "counted"


@dataclass(frozen=True)
class StoreFacts:
    """A store's newest migration (empty where it has none) and the rows of each of its tables."""

    revision: str
    tables: dict[str, int]


@dataclass(frozen=True)
class Head:
    """The newest link of one chain of the trail."""

    organisation: str
    seq: int
    hash: str


@dataclass(frozen=True)
class Ledger:
    """The ledger of visits: SHA-256 over all its rows in the order of their keys, and the scan that came last."""

    sha256: str
    newest_scan: str | None
    newest_received_at: str | None


def of_store(connection: sa.Connection, schema: str | None, *, progress: Progress | None = None) -> StoreFacts:
    """Return the figures of the tables in a file or schema. Time is linear in the rows."""
    names = sorted(sa.inspect(connection).get_table_names(schema=schema))
    tables = {}
    for done, name in enumerate(names, start=1):
        query = sa.select(sa.func.count()).select_from(_table(name, schema))
        tables[name] = int(connection.execute(query).scalar_one())
        if progress is not None:
            progress(COUNTED, done, len(names))
    revision = ""
    if VERSIONS in names:
        version = _table(VERSIONS, schema, "version_num")
        revision = str(connection.execute(sa.select(version.c.version_num)).scalar() or "")
    return StoreFacts(revision, tables)


def ledger(connection: sa.Connection, schema: str | None) -> Ledger:
    """Return the hash of the ledger and its newest scan. Time is linear in the visits, memory flat."""
    digest = hashlib.sha256()
    there = set(sa.inspect(connection).get_table_names(schema=schema))
    for name in LEDGER:
        if name in there:
            digest.update(f"\n{name}\n".encode())
            for text in _rows(connection, name, schema):
                digest.update(text)
    newest = None
    if "scans" in there:
        scans = _table("scans", schema, "scan_id", "received_at")
        query = sa.select(scans.c.received_at, scans.c.scan_id)
        query = query.order_by(scans.c.received_at.desc(), scans.c.scan_id.desc()).limit(1)
        newest = connection.execute(query).one_or_none()
    return Ledger(digest.hexdigest(), newest and newest.scan_id, newest and _text(newest.received_at))


def heads(connection: sa.Connection, schema: str | None) -> list[Head]:
    """Return the heads of all chains of the trail, by organisation."""
    if not sa.inspect(connection).has_table(HEADS, schema=schema):
        return []
    table = _table(HEADS, schema, "organisation", "seq", "entry_hash")
    found = connection.execute(sa.select(table.c.organisation, table.c.seq, table.c.entry_hash))
    return sorted((Head(*row) for row in found), key=lambda head: head.organisation)


def _rows(connection: sa.Connection, name: str, schema: str | None) -> Iterator[bytes]:
    """Yield all rows of a table as text that means the same on every server, in the order of their keys."""
    inspector = sa.inspect(connection)
    found = sorted(inspector.get_columns(name, schema=schema), key=lambda column: column["name"])
    keys = inspector.get_pk_constraint(name, schema=schema)["constrained_columns"]
    table = sa.table(name, *(sa.column(column["name"], column["type"]) for column in found), schema=schema)
    if connection.dialect.name == "sqlite":
        joined: sa.ColumnElement[Any] = sa.literal_column("''")
        for column in table.c:
            joined = joined.op("||")(sa.func.quote(column)).op("||")(sa.literal_column("','"))
        yield from _lines(connection, sa.select(joined).order_by(*(table.c[key] for key in keys)))
        return
    order = [table.c[key].collate("C") if isinstance(table.c[key].type, sa.String) else table.c[key] for key in keys]
    yield from _copied(connection, sa.select(table).order_by(*order))


def _lines(connection: sa.Connection, query: sa.Select[Any]) -> Iterator[bytes]:
    cursor = connection.connection.cursor()
    try:
        cursor.execute(str(query.compile(connection)))
        while rows := cursor.fetchmany(AT_ONCE):
            yield ("\n".join(row[0] for row in rows) + "\n").encode()
    finally:
        cursor.close()


def _copied(connection: sa.Connection, query: sa.Select[Any]) -> Iterator[bytes]:
    for setting in FIXED_TEXT:
        connection.exec_driver_sql(f"SET LOCAL {setting}")
    statement = str(query.compile(connection))
    driver: Any = connection.connection.driver_connection
    with driver.cursor() as cursor, cursor.copy(f"COPY ({statement}) TO STDOUT") as copy:
        for block in copy:
            yield bytes(block)


def _table(name: str, schema: str | None, *columns: str) -> sa.TableClause:
    return sa.table(name, *(sa.column(column) for column in columns), schema=schema)


def _text(moment: datetime | date | str) -> str:
    return moment if isinstance(moment, str) else moment.isoformat()
