"""The database of the cells: its tables, who may write and who may only read. It holds published numbers and nothing of
cards; nothing exact either, so a copy gives no more away than the pages do.

SQLite: a file of its own beside the main one, opened read-only for pages. PostgreSQL: the schema `statistics`, read by
the role `kaiku_statistics_reader`, which has no right on any other table.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any
from urllib.parse import quote

import sqlalchemy as sa

from kaikukortti import lockwaits
from kaikukortti.config import Config, statistics_url
from kaikukortti.cube.periods import Grain, Period
from kaikukortti.cube.tables import Key
from kaikukortti.db import DatabaseProblem, UTCDateTime, choice, db, engine_options
from kaikukortti.errors import DomainError
from kaikukortti.rules.disclosure import NetworkSize

WRITER, READER = "statistics", "statistics_reader"
SCHEMA, ROLE = "statistics", "kaiku_statistics_reader"
SHAPE = 1  # of these tables; a later shape gets a number of its own
APART = "\x1f"  # between the classes of a key; no class has it
LOCK = 7_126_004  # of PostgreSQL, so that two freezes do not write at once

metadata = sa.MetaData()
KEYS = sa.Table(
    "keys",
    metadata,
    sa.Column("shape", sa.Integer, primary_key=True),
    sa.Column("fingerprint", sa.String(16), nullable=False),
)
PERIODS = sa.Table(
    "periods",
    metadata,
    sa.Column("area_id", sa.Integer, primary_key=True),
    sa.Column("grain", choice(Grain, "grain"), primary_key=True),
    sa.Column("first_on", sa.Date, primary_key=True),
    sa.Column("revision", sa.Integer, nullable=False),
    sa.Column("frozen_at", UTCDateTime, nullable=False),
    sa.Column("first_frozen_at", UTCDateTime, nullable=False),
    sa.Column("size", choice(NetworkSize, "size"), nullable=False),
    sa.Column("classes", sa.JSON, nullable=False),
    sa.Column("has_late", sa.Boolean(), nullable=False),
)
CELLS = sa.Table(
    "cells",
    metadata,
    sa.Column("area_id", sa.Integer, primary_key=True),
    sa.Column("grain", choice(Grain, "grain"), primary_key=True),
    sa.Column("first_on", sa.Date, primary_key=True),
    sa.Column("code", sa.String(40), primary_key=True),
    sa.Column("key", sa.String(200), primary_key=True),
    sa.Column("number", sa.Integer, nullable=False),
    sa.CheckConstraint("number > 0 and number % 5 = 0", name="rounded"),
)


class RoundingKeyChanged(DomainError):
    """The cells were rounded with another key. It is never changed: the old one belongs back into the settings."""

    code = "rounding_key_changed"


@dataclass(frozen=True)
class Frozen:
    """A period as it stands in the store, with its cells by table. `classes` are those of the variables that have not
    always the same ones.
    """

    period: Period
    revision: int
    frozen_at: datetime
    size: NetworkSize
    classes: Mapping[str, tuple[str, ...]]
    has_late: bool
    cells: Mapping[str, Mapping[Key, int]]


def binds(config: Config) -> dict[str, dict[str, Any]]:
    """Return the two further databases of an application: the store to write, and the same to read cells only."""
    writer = sa.make_url(statistics_url(config))
    schema = {"execution_options": {"schema_translate_map": {None: SCHEMA}}}
    if writer.get_backend_name() == "sqlite":
        if not writer.database:
            return {WRITER: {"url": writer}, READER: {"url": writer}}
        at = quote(str(Path(writer.database or "").resolve()))
        only = sa.URL.create("sqlite", database=f"file:{at}", query={"mode": "ro", "uri": "true"})
        options = engine_options("sqlite")
        return {WRITER: {"url": writer, **options}, READER: {"url": only, **options}}
    said = ["default_transaction_read_only=on", *([] if config.statistics_reader_url else [f"role={ROLE}"])]
    reading = engine_options("postgresql", aside=True, says=said)
    writing = engine_options("postgresql", aside=True, says=["lock_timeout=0"])  # a freeze waits for another one
    login = sa.make_url(config.statistics_reader_url or writer)
    return {WRITER: {"url": writer, **writing, **schema}, READER: {"url": login, **reading, **schema}}


def make(config: Config) -> str | None:
    """Make the tables of the store where they are missing and, on PostgreSQL, the schema and the role that reads it.

    Return the fingerprint of the key that its cells were rounded with, if there are any. Raises DatabaseProblem with
    one line that says what to do.
    """
    options = binds(config)[WRITER]
    engine = sa.create_engine(options.pop("url"), **options)
    try:
        return lockwaits.persist(engine, lambda: _make(engine))
    except (sa.exc.DBAPIError, lockwaits.StillBusy) as error:
        where = engine.url.render_as_string(hide_password=True)
        cause = str(getattr(error, "orig", error)).splitlines()[0]
        raise DatabaseProblem(
            f"The statistics store {where} cannot be made ({cause}): check the right to write"
            f" there, on PostgreSQL also to make the schema {SCHEMA} and the role {ROLE}, or set KAIKU_STATISTICS_URL."
        ) from error
    finally:
        engine.dispose()


def _make(engine: sa.Engine) -> str | None:
    with engine.connect().execution_options(kaiku_writes=True) as connection, connection.begin():
        if engine.dialect.name == "postgresql":
            _make_schema(connection)
        metadata.create_all(connection)
        if engine.dialect.name == "postgresql":
            connection.exec_driver_sql(f"GRANT SELECT ON ALL TABLES IN SCHEMA {SCHEMA} TO {ROLE}")
        return connection.execute(sa.select(KEYS.c.fingerprint)).scalar()


def check(reader: sa.Engine) -> None:
    """Assert at start that the cells can be read. Raises DatabaseProblem with one line that says what to do."""
    try:
        with reader.connect() as connection:
            connection.execute(sa.select(PERIODS.c.area_id).limit(1))
    except sa.exc.DBAPIError as error:
        raise DatabaseProblem(
            f"The statistics store {reader.url.render_as_string(hide_password=True)} cannot be read"
            f" ({str(error.orig).splitlines()[0]}): run `kaikukortti init` first."
        ) from error


def reader() -> sa.Engine:
    """Return the engine of pages and exports, which can read cells and nothing else."""
    return db.engines[READER]


def writer() -> sa.Engine:
    """Return the engine of the command that freezes."""
    return db.engines[WRITER]


def hold_to_key(fingerprint: str) -> None:
    """Remember the rounding key by its fingerprint at the first freeze. Raises RoundingKeyChanged for another one."""
    with writer().connect().execution_options(kaiku_writes=True) as connection, connection.begin():
        _lock(connection)
        known = connection.execute(sa.select(KEYS.c.fingerprint)).scalar()
        if known is None:
            connection.execute(sa.insert(KEYS), {"shape": SHAPE, "fingerprint": fingerprint})
        elif known != fingerprint:
            raise RoundingKeyChanged()


def list_revisions(area_id: int) -> dict[Period, int]:
    """Return how often each frozen period of an area has been revised."""
    query = sa.select(PERIODS.c.first_on, PERIODS.c.grain, PERIODS.c.revision).where(PERIODS.c.area_id == area_id)
    with writer().connect() as connection:
        return {Period(first_on, grain): revision for first_on, grain, revision in connection.execute(query)}


def write(area_id: int, frozen: Frozen) -> bool:
    """Write a period whole, in one transaction, instead of what stood there. Return False, and write nothing, where
    another freeze has written the same revision or a later one meanwhile.
    """
    at = {"area_id": area_id, "grain": frozen.period.grain, "first_on": frozen.period.first_on}
    with writer().connect().execution_options(kaiku_writes=True) as connection, connection.begin():
        _lock(connection)
        query = sa.select(PERIODS.c.revision, PERIODS.c.first_frozen_at).where(*_of(PERIODS, at))
        before = connection.execute(query).one_or_none()
        if before is not None and before.revision >= frozen.revision:
            return False
        for table in (CELLS, PERIODS):
            connection.execute(sa.delete(table).where(*_of(table, at)))
        facts = {name: getattr(frozen, name) for name in ("revision", "frozen_at", "size", "has_late")}
        first = before.first_frozen_at if before else frozen.frozen_at
        connection.execute(sa.insert(PERIODS), {**at, **facts, "first_frozen_at": first, "classes": frozen.classes})
        rows = [
            {**at, "code": code, "key": APART.join(key), "number": number}
            for code, cells in frozen.cells.items()
            for key, number in cells.items()
        ]
        if rows:
            connection.execute(sa.insert(CELLS), rows)
    return True


def read(engine: sa.Engine, area_id: int, periods: Sequence[Period], *, code: str | None = None) -> list[Frozen]:
    """Return those of the periods that are frozen, with the cells of one table or of all. Two queries."""
    wanted = set(periods)
    if not wanted:
        return []
    first_days, grains = sorted({at.first_on for at in wanted}), {at.grain for at in wanted}
    found: dict[Period, sa.Row[Any]] = {}
    cells: dict[Period, dict[str, dict[Key, int]]] = {}

    def among(table: sa.Table) -> list[sa.ColumnElement[bool]]:
        return [table.c.area_id == area_id, table.c.grain.in_(grains), table.c.first_on.in_(first_days)]

    numbers = sa.select(CELLS).where(*among(CELLS), *([] if code is None else [CELLS.c.code == code]))
    with engine.connect() as connection:
        for row in connection.execute(sa.select(PERIODS).where(*among(PERIODS))):
            found[Period(row.first_on, row.grain)] = row
        for row in connection.execute(numbers):
            tables = cells.setdefault(Period(row.first_on, row.grain), {})
            tables.setdefault(row.code, {})[tuple(row.key.split(APART)) if row.key else ()] = row.number
    return [_frozen(at, found[at], cells.get(at, {})) for at in sorted(wanted & found.keys())]


def list_frozen(engine: sa.Engine, area_id: int, grain: Grain) -> list[Frozen]:
    """Return the frozen periods of an area without their cells, the oldest first."""
    query = sa.select(PERIODS).where(PERIODS.c.area_id == area_id, PERIODS.c.grain == grain)
    with engine.connect() as connection:
        rows = connection.execute(query.order_by(PERIODS.c.first_on)).all()
    return [_frozen(Period(row.first_on, grain), row, {}) for row in rows]


def _frozen(at: Period, row: sa.Row[Any], cells: Mapping[str, Mapping[Key, int]]) -> Frozen:
    classes = {name: tuple(codes) for name, codes in row.classes.items()}
    return Frozen(at, row.revision, row.frozen_at, row.size, classes, row.has_late, cells)


def _of(table: sa.Table, at: Mapping[str, Any]) -> list[sa.ColumnElement[bool]]:
    return [table.c[name] == value for name, value in at.items()]


def _lock(connection: sa.Connection) -> None:
    if connection.dialect.name == "postgresql":
        connection.execute(sa.select(sa.func.pg_advisory_xact_lock(LOCK)))


def _make_schema(connection: sa.Connection) -> None:
    """Make the schema and its reader. Roles belong to the whole server, where another database may be making it too."""
    _lock(connection)
    connection.exec_driver_sql(f"CREATE SCHEMA IF NOT EXISTS {SCHEMA}")
    is_there = f"SELECT FROM pg_roles WHERE rolname = '{ROLE}'"  # nosec B608  # a name of ours
    connection.exec_driver_sql(
        f"DO $$ BEGIN IF NOT EXISTS ({is_there}) THEN CREATE ROLE {ROLE} NOLOGIN;"
        " END IF; EXCEPTION WHEN duplicate_object OR unique_violation THEN NULL; END $$"
    )
    connection.exec_driver_sql(f"GRANT {ROLE} TO CURRENT_USER")
    connection.exec_driver_sql(f"GRANT USAGE ON SCHEMA {SCHEMA} TO {ROLE}")
