"""A server in a process of its own, and clients that keep it busy: requests a second, CPU, how long each waited."""

import http.client
import multiprocessing
import signal
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

from flask import Flask

from kaikukortti.cli import bench_cpu, service
from kaikukortti.cli.service import Server

START_PATIENCE_S = 20
TAKEN = (200, 201)
_context = multiprocessing.get_context("fork")


class Refused(Exception):
    """An answer that was not expected; the message names the address and the status."""


@dataclass(frozen=True)
class Call:
    """One request to be sent: method, path and body are the same bytes for every system."""

    path: str
    body: bytes


@dataclass(frozen=True)
class Round:
    """What one round of requests took; `waits` are the seconds of each."""

    requests: int
    seconds: float
    cpu_seconds: float
    waits: tuple[float, ...]

    @property
    def per_second(self) -> float:
        """Return requests a second."""
        return self.requests / self.seconds

    @property
    def cpu_ms(self) -> float:
        """Return the server's milliseconds of CPU a request."""
        return 1000 * self.cpu_seconds / self.requests

    @property
    def longest_ms(self) -> float:
        """Return the milliseconds that the unluckiest client waited."""
        return 1000 * max(self.waits)


class AppServer(Server):
    """Serves an application that a function makes."""

    def __init__(self, make: Callable[[], Flask], options: dict[str, Any]) -> None:
        self._make = make
        super().__init__(None, options)

    def load(self) -> Flask:
        """Return the application, made in the worker."""
        return self._make()


@contextmanager
def serving(make: Callable[[], Flask], *, workers: int = 1) -> Iterator[tuple[int, int]]:
    """Serve an application as `kaikukortti serve` does; yields the port and the master's process id."""
    port, bind = service.open_loopbacks(0)
    options = {**service.gunicorn_options(bind[:1], workers=workers), "accesslog": None}
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


def run_round(
    port: int,
    master: int,
    calls: Sequence[Call],
    *,
    clients: int,
    headers: dict[str, str],
    database: int | None = None,
) -> Round:
    """Send the calls with a number of clients at once and return what it took; CPU is that of the workers and of the
    database's server. Raises RuntimeError on a bad answer.
    """
    shares = [calls[index::clients] for index in range(clients)]
    with _context.Pool(clients) as pool:
        before, start = bench_cpu.of_children(master) + bench_cpu.of_server(database), time.perf_counter()
        shared = pool.starmap(_send_all, [(port, share, headers) for share in shares])
        took = time.perf_counter() - start
    answers = [answer for share in shared for answer in share]
    refused = [status for status, _ in answers if status not in TAKEN]
    if refused:
        raise RuntimeError(f"{len(refused)} of {len(calls)} requests to {calls[0].path} were answered {set(refused)}")
    cpu = bench_cpu.of_children(master) + bench_cpu.of_server(database) - before
    return Round(len(calls), took, cpu, tuple(seconds for _, seconds in answers))


def fetch(port: int, path: str) -> str:
    """Fetch a page and return the cookie that it set, as a Cookie header."""
    with connected(port) as connection:
        connection.request("GET", path)
        answer = connection.getresponse()
        answer.read()
        return (answer.getheader("Set-Cookie") or "").split(";")[0]


@contextmanager
def connected(port: int) -> Iterator[http.client.HTTPConnection]:
    """Keep one connection to a server on this machine."""
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=30)
    try:
        yield connection
    finally:
        connection.close()


def send(connection: http.client.HTTPConnection, call: Call, headers: dict[str, str]) -> float:
    """Send one request and return the seconds that it took. Raises Refused."""
    status, seconds = _send(connection, call, headers)
    if status != 200:
        raise Refused(f"{call.path} was answered {status}")
    return seconds


def _send_all(port: int, calls: Sequence[Call], headers: dict[str, str]) -> list[tuple[int, float]]:
    """Send one after the other; return the status and the seconds of each."""
    with connected(port) as connection:
        return [_send(connection, call, headers) for call in calls]


def _send(connection: http.client.HTTPConnection, call: Call, headers: dict[str, str]) -> tuple[int, float]:
    begun = time.perf_counter()
    connection.request("POST", call.path, call.body, headers)
    answer = connection.getresponse()
    answer.read()
    return answer.status, time.perf_counter() - begun


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
