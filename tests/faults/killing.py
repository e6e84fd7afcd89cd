"""F1: the processes that answer are killed while twenty doors register, and so is the whole service."""

import random
import time

from tests.faults import stage
from tests.faults.finding import Finding, Scene

DOORS = 20
WHOLE_S = 120.0
SHORTEST_S, LONGEST_S = 0.2, 2.0
MASTER_EVERY = 10
FLAWS = {"forgetful": "lost", "renumbering": "doubled"}


def run(scene: Scene) -> Finding:
    """Kill with SIGKILL at drawn moments; then once with doors that forget, and once with doors that count anew."""
    with stage.grounded(scene, tablets=DOORS) as ground:
        found = _kill(ground, scene, seconds=scene.seconds(WHOLE_S, least=6))
    for flaw, symptom in FLAWS.items():
        folder = scene.folder / flaw
        folder.mkdir()
        control = Scene(scene.engine, folder, scene.seed)
        with stage.grounded(control, tablets=DOORS) as ground:
            planted = _kill(ground, control, seconds=scene.seconds(20, least=5), flaw=flaw)
        found.controls[f"{flaw} doors, {symptom}"] = planted.wrong[symptom]
    return found


def _kill(ground: stage.Ground, scene: Scene, *, seconds: float, flaw: str = "") -> Finding:
    chance = random.Random(scene.seed)
    with stage.served(ground, seed=scene.seed, flaw=flaw, patience=5) as staged:
        until = time.monotonic() + seconds
        while time.monotonic() < until:
            before = staged.doors.acknowledged
            time.sleep(chance.uniform(SHORTEST_S, LONGEST_S))
            # A service that has acknowledged nothing since has not come up yet: there is nothing to tear.
            if staged.doors.acknowledged == before:
                continue
            if chance.randrange(MASTER_EVERY) == 0:
                staged.victim.kill_master()
            else:
                staged.victim.kill_worker()
        return staged.close(
            killed_workers=staged.victim.killed_workers, killed_services=staged.victim.killed_masters, seconds=seconds
        )
