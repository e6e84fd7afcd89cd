"""Two hosts on one PostgreSQL behind nginx: each is `kaikukortti serve` on an address of its own, and can be killed."""

import contextlib
import os
import signal
import subprocess
import sys
import time
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from flask import Flask

from kaikukortti.app import create_app
from kaikukortti.config import Config
from kaikukortti.db import db
from tests.deploy import front
from tests.deploy.front import DOOR, STAFF, Nginx, Visitor
from tests.factories import ROUNDING_KEY, SECRET_KEY

ADDRESSES = ("127.0.0.11", "127.0.0.12")
READY_WITHIN_S = 120.0


class Host:
    """A machine: an address, and all processes of the service on it."""

    def __init__(self, address: str, database_url: str, folder: Path) -> None:
        self.address = f"{address}:{front.free_port(address)}"
        self._database_url, self._folder = database_url, folder / address
        self._folder.mkdir()
        self._process: subprocess.Popen[bytes] | None = None

    @property
    def log(self) -> str:
        """Return what the processes have written."""
        return (self._folder / "log").read_text(encoding="utf-8", errors="replace")

    def start(self) -> None:
        """Switch it on, and wait until it answers."""
        address, _, port = self.address.partition(":")
        words = ["-m", "kaikukortti", "serve", "--instance", str(self._folder), "--host", address, "--port", port]
        environment = {name: value for name, value in os.environ.items() if not name.startswith("KAIKU_")}
        environment |= {"KAIKU_DATABASE_URL": self._database_url, "KAIKU_SECRET_KEY": SECRET_KEY}
        environment |= {"KAIKU_ROUNDING_KEY": ROUNDING_KEY, "KAIKU_PROXY_COUNT": "1"}
        environment |= {"KAIKU_PUBLIC_URL": f"https://{STAFF}", "KAIKU_STAFF_HOST": STAFF, "KAIKU_DOOR_HOST": DOOR}
        with (self._folder / "log").open("ab") as log:
            self._process = subprocess.Popen(
                [sys.executable, *words, "--workers", "2"], env=environment, stderr=log, start_new_session=True
            )
        until = time.monotonic() + READY_WITHIN_S
        while time.monotonic() < until and self._process.poll() is None:
            with contextlib.suppress(OSError), urllib.request.urlopen(f"http://{self.address}/readyz", timeout=5):
                return
            time.sleep(0.1)
        raise AssertionError(self.log)

    def kill(self, signal_number: int = signal.SIGKILL) -> None:
        """Take the plug out: every process of it ends at once."""
        if self._process is not None and self._process.poll() is None:
            os.killpg(self._process.pid, signal_number)
            self._process.wait(60)


@dataclass
class Fleet:
    """All of it. `app` reaches the same database from the test."""

    hosts: list[Host]
    nginx: Nginx
    app: Flask

    def tablet(self, credential: str = "") -> Visitor:
        """Return a tablet's browser."""
        return Visitor(self.nginx, DOOR, {"__Host-kaiku-device": credential} if credential else {})

    def desk(self) -> Visitor:
        """Return a browser of staff."""
        return Visitor(self.nginx, STAFF)


@contextmanager
def running(database_url: str, folder: Path) -> Iterator[Fleet]:
    """Start two hosts and nginx."""
    app = create_app(Config(folder, database_url, SECRET_KEY, rounding_key=ROUNDING_KEY, testing=True))
    hosts = [Host(address, database_url, folder) for address in ADDRESSES]
    nginx = None
    try:
        for host in hosts:
            host.start()
        nginx = Nginx(folder, [host.address for host in hosts])
        with app.app_context():
            yield Fleet(hosts, nginx, app)
    finally:
        for host in hosts:
            host.kill(signal.SIGTERM)
        if nginx is not None:
            nginx.stop()
        with app.app_context():
            db.session.remove()
            for engine in db.engines.values():
                engine.dispose()
