"""F23: an old backup is put back. The tablets send again what they keep, and all they said is there once more."""

import random
import shutil
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path

from kaikukortti.app import create_app
from kaikukortti.config import Config
from tests.engines import SQLITE_FILES
from tests.factories import SECRET_KEY
from tests.faults import stage, tally, world
from tests.faults.finding import Finding, Scene
from tests.faults.history import History
from tests.faults.keeper import Keeper
from tests.faults.stage import Ground
from tests.faults.tablets import LivingTablet
from tests.faults.tally import Tally
from tests.faults.victim import Victim
from tests.faults.wire import Wire

TABLETS = 2
VISITS = 60
ARRIVE_WITHIN_S = 120.0


class Shift:
    """Tablets at work on whichever service is there."""

    def __init__(self, ground: Ground, *, seed: int) -> None:
        self.ground, self.history = ground, History()
        self.victim = Victim(ground.url, ground.folder, seed=seed)
        self._chance = random.Random(seed)
        self._wires = [Wire(lambda: self.victim.port, seed=seed) for _ in ground.world.tablets]
        pairs = zip(ground.world.tablets, self._wires, strict=True)
        self._tablets = [LivingTablet(one, wire, self.history, folder=ground.folder) for one, wire in pairs]
        for tablet, wire in zip(self._tablets, self._wires, strict=True):
            wire.is_calm = True
            tablet.wait()

    def work(self, visits: int) -> None:
        """Have so many more visits acknowledged to people at the door."""
        wanted = len(self.history.kept) + visits
        until = time.monotonic() + ARRIVE_WITHIN_S
        while len(self.history.kept) < wanted and time.monotonic() < until:
            for tablet in self._tablets:
                if tablet.is_free:
                    there = self.ground.world
                    tablet.read(there.draw_card(self._chance), occurrence=self._chance.choice([*there.evenings, None]))
            time.sleep(0.02)

    def send_all(self) -> None:
        """Wait until no tablet has anything that waits."""
        until = time.monotonic() + ARRIVE_WITHIN_S
        self.history.waiting = 1
        while self.history.waiting and time.monotonic() < until:
            for tablet in self._tablets:
                tablet.held = None
                tablet.ask_to_send()
            time.sleep(0.5)
            held = [tablet.held for tablet in self._tablets]
            self.history.waiting = sum(one["waiting"] if one else 1 for one in held)

    def end(self) -> None:
        """Switch everything off."""
        for tablet in self._tablets:
            tablet.stop()
        for wire in self._wires:
            wire.stop()
        self.victim.stop()


def run(scene: Scene) -> Finding:
    """Put an old backup back with `restore`; then a bare copy, of which no tablet can know."""
    found = _put_back(scene, by_command=True)
    if scene.engine == "sqlite":
        folder = scene.folder / "bare"
        folder.mkdir()
        planted = _put_back(replace(scene, folder=folder), by_command=False)
        found.controls["a bare copy put back, lost"] = planted.wrong["lost"]
    return found


def _put_back(scene: Scene, *, by_command: bool) -> Finding:
    visits = scene.times(VISITS, least=6)
    with stage.grounded(scene, tablets=TABLETS) as ground:
        with _shift(ground, seed=scene.seed) as shift:
            shift.work(visits)
            shift.send_all()
            backup = _Backup(ground, by_command=by_command)
            shift.work(visits)
            shift.send_all()
            shift.victim.kill_all()
            url = backup.put_back()
            shift.victim = Victim(url, ground.folder, seed=scene.seed)
            shift.work(2)
            time.sleep(6)  # twice what a tablet takes to meet the service and see that its list has begun anew
            shift.send_all()
        found = _compare(url, ground, shift.history)
    known = ("acknowledged", "present", "flagged")
    wrong = {name.replace("_", " "): number for name, number in vars(found).items() if name not in known}
    return Finding({"acknowledged": found.acknowledged, "after the backup": visits + 2}, wrong)


class _Backup:
    """An old state of the databases: a backup as the command makes it, or copies of the files."""

    def __init__(self, ground: Ground, *, by_command: bool) -> None:
        self._ground, self._keeper, self._bare = ground, Keeper(ground), ground.folder / "copies"
        self._file = self._keeper.take() if by_command else None
        if self._file is None:
            self._bare.mkdir()
            self._copy(_files(ground), self._bare)

    def put_back(self) -> str:
        """Put it back, and return the address of the database then."""
        if self._file is not None:
            return self._keeper.restore(self._file)
        self._copy(self._bare, _files(self._ground))
        return self._ground.url

    @staticmethod
    def _copy(source: Path, target: Path) -> None:
        for name in SQLITE_FILES:
            for suffix in ("", "-wal"):
                (target / (name + suffix)).unlink(missing_ok=True)
                if (source / (name + suffix)).exists():
                    shutil.copyfile(source / (name + suffix), target / (name + suffix))
            (target / f"{name}-shm").unlink(missing_ok=True)


def _files(ground: Ground) -> Path:
    assert ground.files is not None
    return ground.files


@contextmanager
def _shift(ground: Ground, *, seed: int) -> Iterator[Shift]:
    shift = Shift(ground, seed=seed)
    try:
        yield shift
    finally:
        shift.end()


def _compare(url: str, ground: Ground, history: History) -> Tally:
    app = create_app(Config(ground.folder, url, SECRET_KEY, testing=True))
    there = replace(ground.world, app=app)
    try:
        with app.app_context():
            return tally.take(history, quota_evening=there.quota_evening, quota=world.QUOTA)
    finally:
        there.let_go()
