"""F2: the power goes. What the service has acknowledged by then is on the disc; the rest of the disc is as it comes."""

import contextlib
import os
import random
import signal
import sqlite3
import time
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import psutil
import sqlalchemy as sa

from tests import engines
from tests.faults import disc, stage, wholeness
from tests.faults.cluster import Cluster
from tests.faults.disc import Disc
from tests.faults.finding import Finding, Scene
from tests.faults.stage import Stage

DOORS = 8
CUTS = {"sqlite": 200, "postgresql": 40}
CONTROL_CUTS = 20
LEAST_CUTS = 3
SIZE_MIB = {"sqlite": 48, "postgresql": 256}
SHORTEST_S, LONGEST_S = 0.1, 0.8
WEAK_POSTGRESQL = {"synchronous_commit": "off", "wal_writer_delay": "10s"}


def run(scene: Scene) -> Finding:
    """Cut the power many times; then from a service whose commits are not synced, where some must be lost."""
    found = _cut_often(scene, cuts=scene.times(CUTS[scene.engine], least=LEAST_CUTS), is_weak=False)
    folder = scene.folder / "weak"
    folder.mkdir()
    planted = _cut_often(replace(scene, folder=folder), cuts=scene.times(CONTROL_CUTS, least=LEAST_CUTS), is_weak=True)
    name = "synchronous=NORMAL" if scene.engine == "sqlite" else "synchronous_commit=off"
    found.controls[f"{name}, lost at cuts"] = planted.wrong["lost at cuts"]
    return found


def _cut_often(scene: Scene, *, cuts: int, is_weak: bool) -> Finding:
    chance = random.Random(scene.seed)
    is_sqlite = scene.engine == "sqlite"
    with disc.made(scene.folder, mebibytes=SIZE_MIB[scene.engine]) as laid:
        settings = WEAK_POSTGRESQL if is_weak and not is_sqlite else None
        with stage.grounded(scene, tablets=DOORS, disc=laid.root / "data", cluster_settings=settings) as ground:
            service = {"module": stage.WEAKENED} if is_weak and is_sqlite else None
            ground.world.let_go()
            with stage.served(ground, seed=scene.seed, service=service, own_share=0.1) as staged:
                lost = torn = 0
                for cut in range(cuts):
                    time.sleep(chance.uniform(SHORTEST_S, LONGEST_S))
                    gone, faults = _cut(staged, laid, scene, cut)
                    lost, torn = lost + gone, torn + faults
                found = staged.close(power_cuts=cuts)
    found.wrong |= {"lost at cuts": lost, "not whole at cuts": torn}
    return found


def _cut(staged: Stage, laid: Disc, scene: Scene, number: int) -> tuple[int, int]:
    """Take the power away once; return how many acknowledged visits the copy lacks, and what is wrong with it."""
    image = scene.folder / "cut.img"
    with _stopped(staged):
        laid.cut(image)
        told = set(staged.doors.history.kept)  # all that was said before everybody was stopped
    with disc.mounted(image, scene.folder / f"cut-{number}") as root:
        there, faults = _read_files(root / "data") if scene.engine == "sqlite" else _read_server(root / "data")
    image.unlink()
    return len(told - there), faults


@contextlib.contextmanager
def _stopped(staged: Stage) -> Iterator[None]:
    """Hold every process that writes, as a power cut does; they never know."""
    held = [staged.victim.master, *staged.victim.workers]
    if staged.ground.cluster is not None:
        server = psutil.Process(staged.ground.cluster.process_id)
        held += [server.pid, *(child.pid for child in server.children(recursive=True))]
    for process in held:
        os.kill(process, signal.SIGSTOP)
    time.sleep(0.02)  # until what was said has been heard
    try:
        yield
    finally:
        for process in held:
            os.kill(process, signal.SIGCONT)


def _read_files(folder: Path) -> tuple[set[str], int]:
    with contextlib.closing(sqlite3.connect(folder / engines.SQLITE_FILES[0])) as connection:
        there = {str(row[0]) for row in connection.execute("SELECT scan_id FROM scans")}
    return there, sum(len(wholeness.faults_of(folder / name)) for name in engines.SQLITE_FILES)


def _read_server(folder: Path) -> tuple[set[str], int]:
    """Start a server on the copy, which recovers, and read what it has; data checksums tell of torn pages."""
    (folder / "data" / "postmaster.pid").unlink(missing_ok=True)
    cluster = Cluster(folder)
    try:
        engine = sa.create_engine(cluster.url.set(database="kaikukortti"), poolclass=sa.NullPool)
        with engine.connect() as connection:
            there = {str(row[0]) for row in connection.execute(sa.text("SELECT scan_id FROM scans"))}
            cut = connection.execute(
                sa.text(
                    "SELECT count(*) FROM scan_cards c LEFT JOIN scans s USING (scan_id)" " WHERE s.scan_id IS NULL"
                )
            ).scalar_one()
        return there, int(cut)
    finally:
        cluster.end()
