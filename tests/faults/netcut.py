"""F9: the cable is pulled. The doors are in a network of their own (ip netns) that goes away and comes back."""

import ctypes
import os
import random
import subprocess
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from tests.faults import stage
from tests.faults.finding import Finding, Scene

DOORS = 8
CUTS = 10
LONGEST_S = 8.0
SERVICE, DOOR = "10.219.7.1", "10.219.7.2"
CLONE_NEWNET = 0x40000000


def run(scene: Scene) -> Finding:
    """Pull the cable at drawn moments for up to eight seconds; what was on its way arrives later, or never."""
    chance, recovered = random.Random(scene.seed), []
    cuts = scene.times(CUTS)
    with _cable(f"kk{os.getpid()}") as cable, stage.grounded(scene, tablets=DOORS) as ground:
        service = {"words": ["--host", "0.0.0.0"]}  # the doors are not on this host's loopback
        options: dict[str, Any] = {
            "seed": scene.seed,
            "service": service,
            "patience": 3,
            "enter": cable.enter,
            "host": SERVICE,
        }
        with stage.served(ground, **options) as staged:
            for _ in range(cuts):
                time.sleep(chance.uniform(0.5, 2))
                cable.pull()
                time.sleep(chance.uniform(1, LONGEST_S))
                cable.plug()
                recovered.append(staged.recover())
            found = staged.close(cuts=cuts)
    found.figures["recovered in s, at most"] = max(recovered)
    found.wrong["never cut"] = int(not found.figures["unanswered"])
    return found


class Cable:
    """A pair of ends: one here, one in a network of its own, into which a thread can go."""

    def __init__(self, name: str) -> None:
        self._space, self._here, self._there = name, f"{name}a", f"{name}b"

    def lay(self) -> None:
        """Make the network and lay the cable. Raises AssertionError where this user may not."""
        _ip("netns", "add", self._space)
        _ip("link", "add", self._here, "type", "veth", "peer", "name", self._there, "netns", self._space)
        _ip("addr", "add", f"{SERVICE}/30", "dev", self._here)
        _ip("link", "set", self._here, "up")
        _ip("-n", self._space, "addr", "add", f"{DOOR}/30", "dev", self._there)
        _ip("-n", self._space, "link", "set", self._there, "up")

    def pull(self) -> None:
        """Take the link down."""
        _ip("link", "set", self._here, "down")

    def plug(self) -> None:
        """Bring the link up."""
        _ip("link", "set", self._here, "up")

    def remove(self) -> None:
        """Take everything away."""
        subprocess.run(["ip", "link", "delete", self._here], check=False, capture_output=True)
        subprocess.run(["ip", "netns", "delete", self._space], check=False, capture_output=True)

    def enter(self) -> None:
        """Move the calling thread into the other network; what it opens from now on is there."""
        with Path(f"/run/netns/{self._space}").open("rb") as space:
            if ctypes.CDLL(None, use_errno=True).setns(space.fileno(), CLONE_NEWNET):
                raise OSError(ctypes.get_errno(), "setns")


@contextmanager
def _cable(name: str) -> Iterator[Cable]:
    cable = Cable(name)
    try:
        cable.lay()
        yield cable
    finally:
        cable.remove()


def _ip(*words: str) -> None:
    done = subprocess.run(["ip", *words], check=False, capture_output=True, text=True)
    assert not done.returncode, f"ip {' '.join(words)} needs root: {done.stderr.strip()}"
