"""How many processes a machine is given, how many threads and connections each has, and when one makes way for another.

SQLite takes one process with threads: its write lock is unfair between processes. On PostgreSQL a process is there for
each processor, as far as memory and the server's connections reach.
"""

import os
from collections.abc import Set
from contextlib import suppress
from pathlib import Path

THREADS = 8
"""Requests that a process has in hand at once; most of them wait for the database or for a slow client."""
FEWEST, MOST = 2, 16  # two: one goes on while the other is replaced
MEMORY = 130 * 2**20  # bytes, performance.md §6
RECYCLE_ABOVE = 400 * 2**20  # bytes: three times the budget is a leak, or one enormous file
REQUESTS, JITTER = 50_000, 5_000
"""After so many requests a process is replaced, at different times: a precaution, memory was measured to stay flat."""
PAGE = os.sysconf("SC_PAGE_SIZE")
CGROUP = Path("/sys/fs/cgroup")


def choose(*, cpus: int, memory: int, connections: int, each: int) -> int:
    """Return how many processes to run: one a processor, in half of the memory (bytes) and half of the connections, of
    which each keeps some open: a second host, commands and backups need some too. Two where a single one would do.
    """
    by_memory, by_connections = memory // 2 // MEMORY, connections // 2 // each
    return max(1, min(max(cpus, FEWEST), by_memory, by_connections, MOST))


def usable_cpus() -> int:
    """Return how many processors this process may use, a container's share rounded up."""
    cpus = len(os.sched_getaffinity(0))
    with suppress(OSError, ValueError):
        quota, _, period = (CGROUP / "cpu.max").read_text(encoding="ascii").partition(" ")
        cpus = min(cpus, -(-int(quota) // int(period)))
    return max(1, cpus)


def usable_memory() -> int:
    """Return the bytes of memory that the machine can give now, or a container's limit where that is less."""
    lines = Path("/proc/meminfo").read_text(encoding="ascii").splitlines()
    facts = {name: text.split()[0] for name, _, text in (line.partition(":") for line in lines)}
    memory = int(facts["MemAvailable"]) * 1024
    with suppress(OSError, ValueError):
        memory = min(memory, int((CGROUP / "memory.max").read_text(encoding="ascii")))
    return memory


def resident_bytes() -> int:
    """Return the resident memory of this process."""
    return int(Path("/proc/self/statm").read_text(encoding="ascii").split()[1]) * PAGE


class Places:
    """Numbers of the processes that run at once, from 1: given in the parent, the lowest that is free."""

    def __init__(self) -> None:
        self._taken: dict[int, int] = {}
        self.own = 0

    def take(self, key: int) -> int:
        """Give the process with a key a number."""
        taken: Set[int] = set(self._taken.values())
        place = next(number for number in range(1, len(taken) + 2) if number not in taken)
        self._taken[key] = place
        return place

    def of(self, key: int) -> int:
        """Return the number of a process."""
        return self._taken[key]

    def give_back(self, key: int) -> None:
        """Let the number of a process that has ended be given again."""
        self._taken.pop(key, None)
