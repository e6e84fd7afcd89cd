"""A server in a process of its own, and clients that keep it busy: requests a second, and its CPU by the kernel."""

import http.client
import multiprocessing
import os
import signal
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from flask import Flask

from kaikukortti.cli import service
from kaikukortti.cli.service import Server

TICK = os.sysconf("SC_CLK_TCK")
START_PATIENCE_S = 20
_context = multiprocessing.get_context("fork")


@dataclass(frozen=True)
class Call:
    """One request to be sent: method, path and body are the same bytes for every system."""

    path: str
    body: bytes


@dataclass(frozen=True)
class Round:
    """What one round of requests took."""

    requests: int
    seconds: float
    cpu_seconds: float

    @property
    def per_second(self) -> float:
        """Return requests a second."""
        return self.requests / self.seconds

    @property
    def cpu_ms(self) -> float:
        """Return the server's milliseconds of CPU a request."""
        return 1000 * self.cpu_seconds / self.requests


class AppServer(Server):
    """Serves an application that a function makes."""

    def __init__(self, make: Callable[[], Flask], options: dict[str, Any]) -> None:
        self._make = make
        super().__init__(None, options)

    def load(self) -> Flask:
        """Return the application, made in the worker."""
        return self._make()


@contextmanager
def serving(make: Callable[[], Flask]) -> Iterator[tuple[int, int]]:
    """Serve an application as `kaikukortti serve` does on SQLite; yields the port and the master's process id."""
    port, bind = service.open_loopbacks(0)
    options = {**service.gunicorn_options(bind[:1], workers=1), "accesslog": None}
    process = _context.Process(target=_serve, args=(make, options))
    process.start()
    try:
        _await_answer(port)
        yield port, process.pid or 0
    finally:
        process.terminate()
        process.join(10)


def _serve(make: Callable[[], Flask], options: dict[str, Any]) -> None:
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    AppServer(make, options).run()


def run_round(port: int, master: int, calls: Sequence[Call], *, clients: int, headers: dict[str, str]) -> Round:
    """Send the calls with a number of clients at once and return what it took. Raises RuntimeError on a bad answer."""
    shares = [calls[index::clients] for index in range(clients)]
    before, start = _cpu_seconds(master), time.perf_counter()
    with _context.Pool(clients) as pool:
        refused = sum(pool.starmap(_send_all, [(port, share, headers) for share in shares]))
    took = time.perf_counter() - start
    if refused:
        raise RuntimeError(f"{refused} of {len(calls)} requests were refused")
    return Round(len(calls), took, _cpu_seconds(master) - before)


def fetch(port: int, path: str) -> str:
    """Fetch a page and return the cookie that it set, as a Cookie header."""
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=10)
    connection.request("GET", path)
    answer = connection.getresponse()
    answer.read()
    return (answer.getheader("Set-Cookie") or "").split(";")[0]


def _send_all(port: int, calls: Sequence[Call], headers: dict[str, str]) -> int:
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=30)
    refused = 0
    for call in calls:
        connection.request("POST", call.path, call.body, headers)
        answer = connection.getresponse()
        answer.read()
        refused += answer.status != 200
    return refused


def _await_answer(port: int) -> None:
    deadline = time.monotonic() + START_PATIENCE_S
    while True:
        try:
            fetch(port, "/")
            return
        except (OSError, http.client.HTTPException):
            if time.monotonic() > deadline:
                raise
            time.sleep(0.05)


def _cpu_seconds(master: int) -> float:
    """Return the CPU time of a server's workers so far: user and system, by the kernel's own accounting."""
    children = Path(f"/proc/{master}/task/{master}/children").read_text(encoding="ascii").split()
    total = 0
    for child in children:
        fields = Path(f"/proc/{child}/stat").read_text(encoding="ascii").rpartition(")")[2].split()
        total += int(fields[11]) + int(fields[12])
    return total / TICK
