"""A host: one service under a socket that stays open while programs come and go, as systemd holds it."""

import contextlib
import socket
import subprocess
import sys
import threading
import time
import urllib.request
from pathlib import Path
from typing import IO

from tests.serving import READY_WITHIN, STOPS_WITHIN
from tests.upgrades.versions import Version

BACKLOG = 2048
# What systemd does for a service with a socket unit: the socket is the first descriptor, and two variables say so.
HANDED_OVER = (
    "import os, sys; os.dup2(int(sys.argv[1]), 3);"
    " os.environ.update(LISTEN_FDS='1', LISTEN_PID=str(os.getpid())); os.execv(sys.argv[2], sys.argv[2:])"
)


class Host:
    """An address on the loopback, and the version that answers there now."""

    def __init__(self, instance: Path) -> None:
        self._instance = instance
        self._socket = socket.create_server(("127.0.0.1", 0), backlog=BACKLOG)
        self._process: subprocess.Popen[str] | None = None
        self.port: int = self._socket.getsockname()[1]
        self.said: list[str] = []
        self.version = ""

    def restart(self, version: Version) -> float:
        """Stop what runs, start a version and wait until it answers; return how many seconds nobody did.

        Calls that come meanwhile wait in the socket. Raises AssertionError with its output when it does not get ready.
        """
        begun = time.monotonic()
        self.stop()
        self._start(version)
        self._wait()
        self.version = version.name
        return time.monotonic() - begun

    def stop(self) -> None:
        """Stop what runs as a service manager does; the socket stays open."""
        if self._process is None:
            return
        self._process.terminate()
        try:
            self._process.wait(STOPS_WITHIN)
        except subprocess.TimeoutExpired:
            self._process.kill()
            self._process.wait()
        self._process = None

    def close(self) -> None:
        """Stop it and give the address back."""
        self.stop()
        self._socket.close()

    def _start(self, version: Version) -> None:
        words = ["serve", "--workers", "1", "--instance", str(self._instance), "--port", str(self.port)]
        handed = self._socket.fileno()
        process = subprocess.Popen(
            [sys.executable, "-S", "-c", HANDED_OVER, str(handed), *version.command(*words)],
            cwd=version.root,
            env=version.environment(),
            pass_fds=[handed],
            text=True,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
        )
        stream = process.stdout
        assert stream is not None
        threading.Thread(target=self._listen, args=(stream,), daemon=True).start()
        self._process = process

    def _listen(self, stream: IO[str]) -> None:
        with stream:
            self.said.extend(stream)

    def _wait(self) -> None:
        assert self._process is not None
        alive, until = f"http://127.0.0.1:{self.port}/healthz", time.monotonic() + READY_WITHIN
        while time.monotonic() < until and self._process.poll() is None:
            with contextlib.suppress(OSError), urllib.request.urlopen(alive, timeout=5):
                return
            time.sleep(0.05)
        self.stop()
        raise AssertionError("kaikukortti serve did not get ready:\n" + "".join(self.said[-40:]))
