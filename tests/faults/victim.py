"""The service as something that is killed: its workers, its master, and its start on another port each time."""

import contextlib
import json
import os
import random
import signal
from pathlib import Path
from typing import Any

from tests.factories import SECRET_KEY
from tests.serving import Service

LOUD = ("error", "critical")


class Victim:
    """`kaikukortti serve` on a database, and what was done to it. `options` are further ones of Service.start."""

    def __init__(self, database_url: str, folder: Path, *, seed: int, **options: Any) -> None:
        self._database_url, self._folder, self._options = database_url, folder, options
        self._chance = random.Random(seed)
        self._orphans: set[int] = set()
        self.killed_workers = self.killed_masters = 0
        self._logs: list[list[str]] = []
        self._service = self._start()

    @property
    def port(self) -> int:
        """Return the port where it listens now."""
        return int(self._service.url.rpartition(":")[2])

    @property
    def faults(self) -> list[str]:
        """Return what its log tells of faults of the program, a line each: their kind and where they were."""
        return [told for log in self._logs for line in list(log) if (told := _fault_in(line))]

    @property
    def master(self) -> int:
        """Return the process that starts the others."""
        return self._service.process.pid

    @property
    def workers(self) -> list[int]:
        """Return the processes that answer."""
        return sorted(_children(self.master))

    def kill_worker(self) -> None:
        """Kill one of the processes that answer; the master starts another."""
        workers = self.workers
        if workers:
            self.killed_workers += _kill(self._chance.choice(workers))

    def kill_master(self) -> None:
        """Kill the master, half the time with its workers as when the machine goes, and start the service again.

        Workers that are left go on with what they have begun, beside the new ones.
        """
        self._orphans |= _children(self._service.process.pid)
        self.killed_masters += _kill(self._service.process.pid)
        self._service.process.wait()
        if self._chance.random() < 0.5:
            self._kill_orphans()
        self._service = self._start()

    def kill_all(self) -> None:
        """Kill master and workers at once, as when the machine goes; `begin_again` starts them."""
        doomed = [self.master, *self.workers]
        for process in doomed:
            _kill(process)
        self._service.process.wait()
        self.killed_masters += 1

    def begin_again(self) -> None:
        """Start the service after `kill_all`."""
        self._service = self._start()

    def stop(self) -> None:
        """Stop it, and whatever a killed master has left behind."""
        self._service.stop()
        self._kill_orphans()

    def _kill_orphans(self) -> None:
        for orphan in self._orphans:
            if _is_ours(orphan):
                _kill(orphan)
        self._orphans = set()

    def _start(self) -> Service:
        service = Service.start(self._database_url, instance=self._folder, secret_key=SECRET_KEY, **self._options)
        self._logs.append(service.complaints)
        return service


def _fault_in(line: str) -> str:
    """Return what a line of the log says of a fault, or nothing."""
    with contextlib.suppress(ValueError):
        record = json.loads(line)
        if isinstance(record, dict) and record.get("level") in LOUD and record.get("fault"):
            return json.dumps(record["fault"], sort_keys=True)
    return ""


def _children(parent: int) -> set[int]:
    with contextlib.suppress(OSError):
        return set(map(int, Path(f"/proc/{parent}/task/{parent}/children").read_text(encoding="ascii").split()))
    return set()


def _is_ours(process: int) -> bool:
    """Return whether a process that we saw start is still the same one."""
    with contextlib.suppress(OSError):
        return b"kaikukortti" in Path(f"/proc/{process}/cmdline").read_bytes()
    return False


def _kill(process: int) -> int:
    with contextlib.suppress(ProcessLookupError):
        os.kill(process, signal.SIGKILL)
        return 1
    return 0
