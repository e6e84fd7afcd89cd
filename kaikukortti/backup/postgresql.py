"""PostgreSQL: its own tools, pg_dump and pg_restore, over a snapshot that is read here too. Passwords go through the
environment of the tools, never over their command lines.
"""

import os
import re
import shutil
import subprocess
import tempfile
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import IO

import sqlalchemy as sa
from psycopg.conninfo import make_conninfo

from kaikukortti.backup.archive import PIECE
from kaikukortti.backup.problem import BackupProblem

LOCK_PATIENCE = "30s"
EMPTY_SCHEMA = re.compile(r"^\d+; .* SCHEMA - public ")


@contextmanager
def reading(url: sa.URL) -> Iterator[tuple[sa.Connection, str]]:
    """Read a database as it stands now, in a transaction that is open as long as the block; with the server's version.

    Raises BackupProblem.
    """
    engine = sa.create_engine(url, poolclass=sa.NullPool, isolation_level="REPEATABLE READ", hide_parameters=True)
    try:
        with engine.connect() as connection:
            connection.exec_driver_sql("SET TRANSACTION READ ONLY")
            connection.exec_driver_sql("SELECT pg_current_snapshot()")  # the moment is this one; SHOW is none
            version = str(connection.exec_driver_sql("SHOW server_version").scalar_one()).split()[0]
            yield connection, version
            connection.rollback()
    except sa.exc.DBAPIError as error:
        raise BackupProblem(
            f"The database {url.render_as_string(hide_password=True)} cannot be read"
            f" ({str(error.orig).splitlines()[0]}): check that the server runs and lets this user in."
        ) from error
    finally:
        engine.dispose()


def pieces(connection: sa.Connection, url: sa.URL, schemas: Sequence[str], *, tools: str | None) -> Iterator[bytes]:
    """Yield what pg_dump writes of the schemas as of the connection's moment. Raises BackupProblem."""
    tool = find_tool("pg_dump", tools, server=_major(connection))
    snapshot = connection.exec_driver_sql("SELECT pg_export_snapshot()").scalar_one()
    words = [tool, "--format=custom", "--compress=0", "--no-owner", "--no-privileges", f"--snapshot={snapshot}"]
    words += [f"--lock-wait-timeout={LOCK_PATIENCE}", *(f"--schema={schema}" for schema in schemas)]
    with tempfile.TemporaryFile() as complaints, running(words, url, complaints) as process:
        assert process.stdout is not None  # nosec B101  # asked for in `running`
        while piece := process.stdout.read(PIECE):
            yield piece
        if process.wait() != 0:
            raise BackupProblem(f"pg_dump failed: {_last_line(complaints)}")


def put_back(dump: Path, url: sa.URL, *, tools: str | None) -> None:
    """Put a dump into a database, all of it or nothing. Raises BackupProblem."""
    engine = sa.create_engine(url, poolclass=sa.NullPool)
    with engine.connect() as connection:
        tool = find_tool("pg_restore", tools, server=_major(connection))
    engine.dispose()
    listed = subprocess.run([tool, "--list", str(dump)], capture_output=True, text=True, check=False)
    if listed.returncode != 0:
        raise BackupProblem(f"pg_restore cannot read the dump: {listed.stderr.strip().splitlines()[-1]}")
    contents = dump.with_suffix(".list")
    # A database is born with the schema `public`.
    contents.write_text("".join(x for x in listed.stdout.splitlines(True) if not EMPTY_SCHEMA.match(x)), "utf-8")
    words = [tool, "--exit-on-error", "--single-transaction", "--no-owner", "--no-privileges"]
    words += [f"--use-list={contents}"]
    with tempfile.TemporaryFile() as complaints, running(words, url, complaints, str(dump)) as process:
        if process.wait() != 0:
            raise BackupProblem(f"pg_restore failed: {_last_line(complaints)}")


def list_contents(url: sa.URL) -> list[str]:
    """Return the tables of a database, and the schemas of ours, as schema.name. Raises BackupProblem."""
    query = (
        "SELECT table_schema || '.' || table_name FROM information_schema.tables"
        " WHERE table_schema NOT IN ('pg_catalog', 'information_schema')"
        " UNION SELECT schema_name FROM information_schema.schemata WHERE schema_name IN ('followup', 'statistics')"
    )
    with reading(url) as (connection, _version):
        return sorted(connection.exec_driver_sql(query).scalars())


@contextmanager
def passing_database(server: sa.URL, name: str) -> Iterator[sa.URL]:
    """Make a database on a server and take it away at the end. Raises BackupProblem."""
    _administer(server, f'CREATE DATABASE "{name}" TEMPLATE template0')
    try:
        yield server.set(database=name)
    finally:
        _administer(server, f'DROP DATABASE IF EXISTS "{name}" WITH (FORCE)')


def find_tool(name: str, folder: str | None, *, server: int) -> str:
    """Return the path of one of PostgreSQL's programs, not older than the server. Raises BackupProblem."""
    found = shutil.which(name, path=folder or None)
    advice = "install the server's client programs (postgresql-client), or name their folder in KAIKU_POSTGRESQL_BIN"
    if found is None:
        raise BackupProblem(f"{name} is not there: {advice}.")
    told = subprocess.run([found, "--version"], capture_output=True, text=True, check=False).stdout
    version = re.search(r"(\d+)", told)
    if version is None or int(version[1]) < server:
        raise BackupProblem(f"{name} is {told.split()[-1] if told else 'unusable'}, the server {server}: {advice}.")
    return found


@contextmanager
def running(words: list[str], url: sa.URL, complaints: IO[bytes], *last: str) -> Iterator["subprocess.Popen[bytes]"]:
    """Run a tool on a database; whatever ends the block ends the tool."""
    asked = url.translate_connect_args(username="user", database="dbname")
    password = asked.pop("password", None)
    conninfo = make_conninfo("", **{**asked, **url.query})
    environment = {**os.environ, **({"PGPASSWORD": str(password)} if password else {})}
    process = subprocess.Popen(
        [*words, f"--dbname={conninfo}", *last], stdout=subprocess.PIPE, stderr=complaints, env=environment
    )
    try:
        yield process
    finally:
        if process.poll() is None:
            process.kill()
        process.wait()
        if process.stdout is not None:
            process.stdout.close()


def _last_line(complaints: IO[bytes]) -> str:
    complaints.seek(0)
    lines = [line for line in complaints.read().decode("utf-8", "replace").splitlines() if line.strip()]
    return next((line for line in lines if "error" in line), lines[-1] if lines else "it said nothing")


def _major(connection: sa.Connection) -> int:
    return int(connection.exec_driver_sql("SHOW server_version_num").scalar_one()) // 10_000


def _administer(server: sa.URL, statement: str) -> None:
    engine = sa.create_engine(server, poolclass=sa.NullPool, isolation_level="AUTOCOMMIT")
    try:
        with engine.connect() as connection:
            connection.exec_driver_sql(statement)
    except sa.exc.DBAPIError as error:
        raise BackupProblem(
            f"{statement.split(' ')[0]} DATABASE failed ({str(error.orig).splitlines()[0]}): KAIKU_RESTORE_DATABASE_URL"
            " must name a server on which this user may make databases."
        ) from error
    finally:
        engine.dispose()
