"""The figures of a service: counted by all of its processes in files that they share, read by whichever is asked.

Nothing is counted before `begin`; tests and commands count nothing. The files are in memory (/dev/shm or systemd's
runtime folder): a full disk must not end a process that writes into a mapped file.
"""

import os
import stat
import tempfile
from collections.abc import Callable
from pathlib import Path
from typing import Literal

from prometheus_client import CollectorRegistry, Counter, Gauge, Histogram, generate_latest, values
from prometheus_client.multiprocess import MultiProcessCollector
from prometheus_client.registry import Collector

from kaikukortti.config import ConfigError

PREFIX = "kaikukortti"
IN_MEMORY = Path("/dev/shm")  # nosec B108  # a folder of this user alone is made in it, and checked
RUNTIME_FOLDER = "RUNTIME_DIRECTORY"  # systemd tells it
SHARED_FOLDER = "PROMETHEUS_MULTIPROC_DIR"  # prometheus-client reads it
SECONDS = (0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10)


class Figures:
    """What is counted. `place` is the number of the process among those that run at once, used again by its successor:
    so counts outlive a process, and there are never more files than processes.
    """

    def __init__(self, folder: Path, place: Callable[[], int]) -> None:
        os.environ[SHARED_FOLDER] = str(folder)
        # As prometheus-client does for uWSGI: the class of values is chosen before the first figure is made.
        values.ValueClass = values.MultiProcessValue(place)  # type: ignore[no-untyped-call]  # not typed yet
        self._folder, own = folder, CollectorRegistry()
        self.requests = _counter("requests_total", "Requests answered", own, "route", "method", "status")
        self.seconds = Histogram(
            "request_seconds", "Time to answer", ("kind",), namespace=PREFIX, registry=own, buckets=SECONDS
        )
        self.in_progress = _gauge("requests_in_progress", "Requests being answered now", own, "sum")
        self.scans = _counter("scans_total", "Uploaded registrations by what became of them", own, "result")
        self.trouble = _counter("database_trouble_total", "Requests answered with 503, by what is wrong", own, "kind")
        self.retries = _counter("transaction_retries_total", "Transactions tried again after a conflict", own)
        self.memory = _gauge("worker_memory_bytes", "Resident memory of the largest process that answers", own, "max")
        self.starts = _counter("worker_starts_total", "Processes started", own)

    def begin_process(self) -> None:
        """Take over the figures of the process that had this place before; what it had in hand is gone."""
        self.in_progress.set(0)
        self.starts.inc()

    def text(self, *further: Collector) -> bytes:
        """Return all figures in the text format of Prometheus, with those that further collectors ask for now."""
        registry = CollectorRegistry()
        MultiProcessCollector(registry, path=str(self._folder))  # type: ignore[no-untyped-call]  # not typed yet
        for collector in further:
            registry.register(collector)
        return generate_latest(registry)


_figures: Figures | None = None


def begin(folder: Path, place: Callable[[], int]) -> Figures:
    """Begin to count, in the process that the others will be forked from."""
    global _figures
    _figures = Figures(folder, place)
    return _figures


def current() -> Figures | None:
    """Return the figures of this service, or None where nothing is counted."""
    return _figures


def count_scan(result: str) -> None:
    """Count an uploaded registration by what became of it."""
    if _figures is not None:
        _figures.scans.labels(result).inc()


def count_trouble(kind: str) -> None:
    """Count a request that was answered with 503."""
    if _figures is not None:
        _figures.trouble.labels(kind).inc()


def count_retry() -> None:
    """Count a transaction that is tried again."""
    if _figures is not None:
        _figures.retries.inc()


def own_folder(port: int) -> Path:
    """Return an empty folder for the figures of the service whose figures are read at a port; what an earlier process
    left there is removed. Raises ConfigError where the folder belongs to somebody else.
    """
    folder = _place_in_memory() / f"{PREFIX}-metrics-{os.getuid()}-{port}"
    try:
        folder.mkdir(mode=0o700, exist_ok=True)
        found = folder.lstat()
        if not stat.S_ISDIR(found.st_mode) or found.st_uid != os.getuid():
            raise PermissionError(f"{folder} belongs to somebody else")
        for left in folder.glob("*.db"):
            left.unlink()
    except OSError as error:
        raise ConfigError(f"The folder {folder} for figures cannot be used ({error}): remove it.") from error
    return folder


def _place_in_memory() -> Path:
    named = os.environ.get(RUNTIME_FOLDER, "").split(":")[0]
    candidates = [Path(named)] if named else []
    candidates += [IN_MEMORY, Path(tempfile.gettempdir())]
    return next(folder for folder in candidates if os.access(folder, os.W_OK))


def _counter(name: str, text: str, registry: CollectorRegistry, *labels: str) -> Counter:
    return Counter(name, text, labels, namespace=PREFIX, registry=registry)


def _gauge(name: str, text: str, registry: CollectorRegistry, together: Literal["sum", "max"]) -> Gauge:
    return Gauge(name, text, namespace=PREFIX, registry=registry, multiprocess_mode=together)
