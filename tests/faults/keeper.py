"""Who takes backups and puts them back, by the commands that an administrator gives, each a process of its own."""

import os
import subprocess
import sys
from pathlib import Path

import sqlalchemy as sa

from kaikukortti.backup import keeping
from tests.backups import TOOLS, keys
from tests.engines import SQLITE_FILES
from tests.factories import SECRET_KEY
from tests.faults.stage import Ground

PATIENCE_S = 300.0


class Keeper:
    """The backups of a ground, in a folder, and where they are put back to."""

    def __init__(self, ground: Ground) -> None:
        self._ground = ground
        self._place = ground.folder / "keeper"
        self.backups = self._place / "backups"
        self._place.mkdir()
        self._key = self._place / "key.txt"
        self._key.write_text(keys()[0], encoding="ascii")
        self._restored = 0

    def take(self) -> Path:
        """Take a backup beside the running service, and return its file. Raises AssertionError with what was said."""
        done = self._run("backup")
        assert done.returncode == 0, done.stderr
        return keeping.list_kept(self.backups)[0].path

    def verify(self, file: Path) -> bool:
        """Return whether `restore --verify` calls a backup good."""
        return self._run("restore", str(file), "--verify", "--identity", str(self._key)).returncode == 0

    def restore(self, file: Path) -> str:
        """Put a backup back elsewhere, and return the address of the database that it is in now."""
        self._restored += 1
        folder = self._place / f"restored-{self._restored}"
        url = f"sqlite:///{folder / SQLITE_FILES[0]}"
        if self._ground.cluster is not None:
            name = f"restored_{self._restored}"
            _create(self._ground.cluster.url, name)
            url = self._ground.cluster.url.set(database=name).render_as_string(hide_password=False)
        words = ("restore", str(file), "--to", str(folder), "--identity", str(self._key))
        done = self._run(*words, KAIKU_RESTORE_DATABASE_URL=url if self._ground.cluster else "")
        assert done.returncode == 0, done.stderr
        return url

    def _run(self, *words: str, **settings: str) -> "subprocess.CompletedProcess[str]":
        environment = {name: value for name, value in os.environ.items() if not name.startswith("KAIKU_")}
        cluster = self._ground.cluster
        environment |= {
            "KAIKU_INSTANCE": str(self._ground.folder),
            "KAIKU_DATABASE_URL": self._ground.url,
            "KAIKU_SECRET_KEY": SECRET_KEY,
            "KAIKU_ROUNDING_KEY": SECRET_KEY[::-1],
            "KAIKU_BACKUP_FOLDER": str(self.backups),
            "KAIKU_BACKUP_RECIPIENT": keys()[1],
            "KAIKU_POSTGRESQL_BIN": str(TOOLS),
            "KAIKU_RESTORE_DATABASE_URL": cluster.url.render_as_string(hide_password=False) if cluster else "",
            **settings,
        }
        command = [sys.executable, "-m", "kaikukortti", *words]
        return subprocess.run(command, env=environment, check=False, capture_output=True, text=True, timeout=PATIENCE_S)


def _create(server: sa.URL, name: str) -> None:
    engine = sa.create_engine(server, poolclass=sa.NullPool, isolation_level="AUTOCOMMIT")
    with engine.connect() as connection:
        connection.exec_driver_sql(f'CREATE DATABASE "{name}"')
