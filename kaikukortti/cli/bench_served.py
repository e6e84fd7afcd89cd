"""`kaikukortti serve` as an administrator runs it, in a process of its own: how long it takes to answer, its memory."""

import os
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass

from kaikukortti.cli import bench_cpu, bench_load
from kaikukortti.config import Config

PATIENCE_S = 60


@dataclass(frozen=True)
class Served:
    """A running service: its port, its first process, the seconds from its start to its first answer."""

    port: int
    master: int
    started_s: float

    @property
    def cpu_s(self) -> float:
        """Return the seconds of CPU of its workers so far."""
        return bench_cpu.of_children(self.master)

    @property
    def worker_mb(self) -> float:
        """Return the megabytes of its largest worker, what it shares with others counted in parts."""
        return max(bench_cpu.resident_mb(worker)[1] for worker in bench_cpu.children_of(self.master))

    @property
    def own_mb(self) -> float:
        """Return the megabytes of all of its workers, what they share counted once."""
        return sum(bench_cpu.resident_mb(worker)[1] for worker in bench_cpu.children_of(self.master))


@contextmanager
def serving(settings: Config, *, workers: int | None = None) -> Iterator[Served]:
    """Start the command on the databases of some settings, and stop it at the end. Raises RuntimeError if it fails."""
    port = free_port()
    command = [sys.executable, "-m", "kaikukortti", "serve", "--no-mail", "--port", str(port)]
    command += ["--instance", str(settings.instance_path)]
    command += [] if workers is None else ["--workers", str(workers)]
    begun = time.perf_counter()
    process = subprocess.Popen(
        command, env=environment(settings), stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
    )
    try:
        _await_answer(port, process)
        yield Served(port, process.pid, time.perf_counter() - begun)
    finally:
        process.terminate()
        process.wait(30)


def environment(settings: Config) -> dict[str, str]:
    """Return the environment in which a command finds the databases of some settings."""
    return {
        **os.environ,
        "KAIKU_DATABASE_URL": settings.database_url,
        "KAIKU_SECRET_KEY": settings.secret_key,
        "KAIKU_ROUNDING_KEY": settings.rounding_key,
        "KAIKU_SECURE_COOKIES": "0",
    }


def free_port() -> int:
    """Return a port that nobody listens on."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def _await_answer(port: int, process: "subprocess.Popen[bytes]") -> None:
    deadline = time.monotonic() + PATIENCE_S
    while True:
        if process.poll() is not None:
            raise RuntimeError(f"the service stopped with {process.returncode}")
        try:
            bench_load.fetch(port, "/about")
            return
        except OSError:
            if time.monotonic() > deadline:
                raise
            time.sleep(0.01)
