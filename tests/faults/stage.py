"""A served database with doors in front of it, for one fault: set up, broken by the caller, healed, compared."""

import atexit
import functools
import shutil
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from tests import engines
from tests.faults import finding, tally, wholeness, world
from tests.faults.cluster import Cluster
from tests.faults.doors import Doors
from tests.faults.finding import Finding, Scene
from tests.faults.history import History
from tests.faults.victim import Victim
from tests.faults.world import World
from venues import gaps

RECOVERS_WITHIN_S = 60.0
WEAKENED = "tests.faults.weakened"


@dataclass
class Ground:
    """An empty, migrated database with a world in it. `files` is where the SQLite files are, None on PostgreSQL."""

    url: str
    world: World
    folder: Path
    files: Path | None
    cluster: Cluster | None


@dataclass
class Stage:
    """A ground that is served, with doors at work."""

    ground: Ground
    victim: Victim
    doors: Doors

    def recover(self, mend: Callable[[], None] = lambda: None) -> float:
        """Return how many seconds pass until a visit is acknowledged; `mend` is called again and again meanwhile."""
        begun = time.monotonic()
        while not self.doors.heard.since(begun) and time.monotonic() - begun < RECOVERS_WITHIN_S:
            mend()
            time.sleep(0.02)
        return time.monotonic() - begun

    def close(self, **figures: int | float | str) -> Finding:
        """Heal, stop everything, and compare what was told with what is there."""
        healed = self.doors.heal()
        self.doors.end()
        self.victim.stop()
        there = self.ground.world
        with there.app.app_context():
            found = tally.take(self.doors.history, quota_evening=there.quota_evening, quota=world.QUOTA)
            missing = sum(gap.missing for one in there.tablets for gap in gaps.list_gaps(one.known.device_id))
        told = finding.of(found, self.doors.heard, **figures, healed_in_s=healed)
        if told.wrong["faults of the program"]:
            told.figures["what its log says of them"] = "; ".join(sorted(set(self.victim.faults))) or "nothing"
        told.wrong["missing numbers"] = missing
        told.wrong["not whole"] = wholeness.count_faults(there, folder=self.ground.files)
        return told


@contextmanager
def grounded(
    scene: Scene, *, tablets: int, disc: Path | None = None, cluster_settings: dict[str, str] | None = None
) -> Iterator[Ground]:
    """Make a world in a database of its own, whose files or server lie on `disc` where one is given."""
    folder = disc or scene.folder / "data"
    folder.mkdir(exist_ok=True)
    with ExitStack() as stack:
        files = cluster = None
        if scene.engine == "sqlite":
            files, url = folder, _lay_files(folder)
        else:
            cluster = Cluster(folder, **(cluster_settings or {}))
            stack.callback(cluster.end)
            url = engines.PostgreSQL(cluster.url, "kaikukortti").url
        there = stack.enter_context(world.made(url, scene.folder, tablets=tablets))
        yield Ground(url, there, scene.folder, files, cluster)


@contextmanager
def served(
    ground: Ground,
    *,
    seed: int,
    service: dict[str, Any] | None = None,
    host: str = "127.0.0.1",
    through: Callable[[int], int] = lambda port: port,
    **doors: Any,
) -> Iterator[Stage]:
    """Serve a ground and open the doors, which call `host`.

    `service` are options of Service.start, `doors` those of Doors; `through` gives another port than the service's,
    as a wire does.
    """
    victim = Victim(ground.url, ground.folder, seed=seed, **(service or {}))
    try:
        with Doors(ground.world, lambda: (host, through(victim.port)), History(), seed=seed, **doors) as opened:
            yield Stage(ground, victim, opened)
    finally:
        victim.stop()


def _lay_files(folder: Path) -> str:
    """Lay the three migrated databases into a folder."""
    made = Path(_migrated().name)
    for name in engines.SQLITE_FILES:
        shutil.copyfile(made / name, folder / name)
    return f"sqlite:///{folder / engines.SQLITE_FILES[0]}"


@functools.cache
def _migrated() -> "tempfile.TemporaryDirectory[str]":
    """Return a folder with the three migrated databases, made once a process and gone with it."""
    folder = tempfile.TemporaryDirectory(prefix="kaikukortti-migrated-")
    atexit.register(folder.cleanup)
    engines.SQLite(Path(folder.name)).empty()
    return folder
