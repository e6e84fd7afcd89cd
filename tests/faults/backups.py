"""F22: backups are taken while all doors write, put back elsewhere, cut short, and changed in a single byte."""

import random
import shutil
import time
from pathlib import Path

import sqlalchemy as sa

from tests.faults import stage
from tests.faults.finding import Finding, Scene
from tests.faults.keeper import Keeper

DOORS = 8
BACKUPS = 5
HARMS = 40


def run(scene: Scene) -> Finding:
    """Each backup must hold all that was acknowledged before it began; each harm to one must be noticed."""
    chance = random.Random(scene.seed)
    lost = invented = unproven = 0
    with stage.grounded(scene, tablets=DOORS) as ground:
        keeper = Keeper(ground)
        with stage.served(ground, seed=scene.seed, patience=30, own_share=0.1) as staged:
            for _ in range(scene.times(BACKUPS)):
                time.sleep(1)
                before = set(staged.doors.history.kept)
                file = keeper.take()
                made = set(staged.doors.history.made)
                unproven += not keeper.verify(file)
                there = _read_scans(keeper.restore(file))
                lost, invented = lost + len(before - there), invented + len(there - made)
            found = staged.close(backups=scene.times(BACKUPS))
        harms = scene.times(HARMS, least=2)
        unseen = sum(keeper.verify(_harmed(file, chance, is_cut=place % 4 == 0)) for place in range(harms))
    found.figures["backups harmed"] = harms
    found.wrong |= {
        "not in the backup": lost,
        "only in the backup": invented,
        "not called good": unproven,
        "harm unseen": unseen,
    }
    return found


def _harmed(file: Path, chance: random.Random, *, is_cut: bool) -> Path:
    """Return a copy that is cut short, or has one bit turned."""
    copy = file.with_name(f"harmed-{chance.getrandbits(32):x}{file.suffix}")
    shutil.copyfile(file, copy)
    at = chance.randrange(copy.stat().st_size)
    with copy.open("r+b") as opened:
        if is_cut:
            opened.truncate(at)
        else:
            opened.seek(at)
            old = opened.read(1)[0]
            opened.seek(at)
            opened.write(bytes([old ^ 1 << chance.randrange(8)]))
    return copy


def _read_scans(url: str) -> set[str]:
    engine = sa.create_engine(url, poolclass=sa.NullPool)
    with engine.connect() as connection:
        return {str(scan_id) for scan_id in connection.scalars(sa.text("SELECT scan_id FROM scans"))}
