"""F4 and F21: a process may not write further, open more files, or have more memory. Nothing that was said is lost."""

import os
import resource
import subprocess
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress

import psutil

from tests.faults import stage
from tests.faults.finding import Finding, Scene
from tests.faults.stage import Stage

DOORS = 8
ROUNDS = 4
HELD_S = 3.0
SHORT_FILE = 64 * 1024
FILES = resource.getrlimit(resource.RLIMIT_NOFILE)[0]
OPTIONS = {resource.RLIMIT_FSIZE: "--fsize", resource.RLIMIT_NOFILE: "--nofile", resource.RLIMIT_AS: "--as"}


def run_files(scene: Scene) -> Finding:
    """Take from what writes the right to make files longer, and from what answers that to open more; give it back."""
    recovered = []
    with stage.grounded(scene, tablets=DOORS) as ground:
        with stage.served(ground, seed=scene.seed, patience=20) as staged:
            for _ in range(scene.times(ROUNDS)):
                time.sleep(1)
                with _limited(_writers(staged), resource.RLIMIT_FSIZE, lambda _: SHORT_FILE):
                    time.sleep(HELD_S)
                recovered.append(staged.recover())
                with _limited(staged.victim.workers, resource.RLIMIT_NOFILE, _open_files):
                    time.sleep(HELD_S)
                recovered.append(staged.recover())
            found = staged.close(rounds=scene.times(ROUNDS))
    found.figures["recovered in s, at most"] = max(recovered)
    found.wrong["never felt"] = int(not found.figures["refused"])
    return found


def run_memory(scene: Scene) -> Finding:
    """Give what answers no more memory than it has; then end it as the kernel does where there is none left."""
    recovered = []
    with stage.grounded(scene, tablets=DOORS) as ground:
        with stage.served(ground, seed=scene.seed, patience=20) as staged:
            for _ in range(scene.times(ROUNDS)):
                time.sleep(1)
                with _limited(staged.victim.workers, resource.RLIMIT_AS, _memory):
                    time.sleep(HELD_S)
                    staged.victim.kill_worker()
                recovered.append(staged.recover())
            found = staged.close(rounds=scene.times(ROUNDS), killed=staged.victim.killed_workers)
    found.figures["recovered in s, at most"] = max(recovered)
    # What has no memory may fail in any way, but for losing what it has said.
    found.figures["faults of the program"] = found.wrong.pop("faults of the program")
    found.wrong.pop("refusals without Retry-After")
    return found


def _writers(staged: Stage) -> list[int]:
    """Return the processes that write the database's files: ours on SQLite, the server's on PostgreSQL."""
    cluster = staged.ground.cluster
    if cluster is None:
        return staged.victim.workers
    return [child.pid for child in psutil.Process(cluster.process_id).children()]


@contextmanager
def _limited(processes: list[int], what: int, most: Callable[[int], int]) -> Iterator[None]:
    """Hold processes to a limit for a while; `most` returns it for each."""
    for process in processes:
        _hold(process, what, str(most(process)))
    try:
        yield
    finally:
        for process in processes:
            _hold(process, what, "unlimited" if what != resource.RLIMIT_NOFILE else str(FILES))


def _hold(process: int, what: int, most: str) -> None:
    """Set the soft limit of a process, as its owner: root may not where it lacks that capability. One that has ended
    meanwhile is left alone.
    """
    with suppress(psutil.NoSuchProcess):
        ids = psutil.Process(process)
        words = ["prlimit", f"--pid={process}", f"{OPTIONS[what]}={most}:"]
        who = {"user": ids.uids().real, "group": ids.gids().real} if os.geteuid() == 0 else {}
        subprocess.run(words, check=False, capture_output=True, **who)


def _open_files(process: int) -> int:
    return len(os.listdir(f"/proc/{process}/fd"))


def _memory(process: int) -> int:
    """Return less than it has already: whatever it asks for from now on, it does not get."""
    return int(psutil.Process(process).memory_info().vms) // 2
