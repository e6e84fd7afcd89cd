"""CPU and memory by the kernel's own accounting: of a server's workers, and of a PostgreSQL server on this machine."""

import os
from pathlib import Path

import sqlalchemy as sa

TICK = os.sysconf("SC_CLK_TCK")
PROCESSES = Path("/proc")
_OWN, _ENDED = (11, 12), (13, 14)  # user and system of a process, and of its children that have ended


def find_server(url: str) -> int | None:
    """Return the process of the PostgreSQL server that all of its others come from; None on SQLite or far away."""
    if url.startswith("sqlite"):
        return None
    engine = sa.create_engine(url, poolclass=sa.NullPool)
    with engine.connect() as connection:
        own = connection.scalar(sa.text("SELECT pg_backend_pid()"))
    stat = _stat_of(PROCESSES / str(own))
    return None if stat is None else int(stat[1])


def of_server(server: int | None) -> float:
    """Return the seconds of CPU that a server and all of its processes have used, those included that have ended."""
    if server is None:
        return 0.0
    folder = PROCESSES / str(server)
    while True:
        ended, running, own = _seconds(_stat_of(folder), *_ENDED), of_children(server), _stat_of(folder)
        if ended == _seconds(own, *_ENDED):  # else one ended between the looks, and would be in neither
            return ended + running + _seconds(own, *_OWN)


def of_children(parent: int) -> float:
    """Return the seconds of CPU that the processes which came from one have used so far: a web server's workers."""
    return sum(_seconds(_stat_of(PROCESSES / str(child)), *_OWN) for child in children_of(parent))


def children_of(parent: int) -> list[int]:
    """Return the processes that came from one and run."""
    told = (PROCESSES / str(parent) / "task" / str(parent) / "children").read_text(encoding="ascii")
    return [int(child) for child in told.split()]


def resident_mb(process: int) -> tuple[float, float]:
    """Return the megabytes of memory of a process: resident, and its own share of that where some of it is shared."""
    facts = {}
    for line in (PROCESSES / str(process) / "smaps_rollup").read_text(encoding="ascii").splitlines()[1:]:
        name, _, rest = line.partition(":")
        facts[name] = int(rest.split()[0]) / 1024
    return facts["Rss"], facts["Pss"]


def _seconds(stat: list[str] | None, *places: int) -> float:
    return 0.0 if stat is None else sum(int(stat[place]) for place in places) / TICK


def _stat_of(folder: Path) -> list[str] | None:
    """Return what Linux says of a process after its name: state, parent …; None where it has ended."""
    try:
        return (folder / "stat").read_text(encoding="ascii", errors="replace").rpartition(")")[2].split()
    except OSError:
        return None
