"""F3: the disc is full in mid-evening. What was acknowledged stays, the rest is refused until there is space."""

import time

from tests.faults import disc, stage
from tests.faults.finding import Finding, Scene
from tests.faults.stage import Ground

DOORS = 8
SIZE_MIB = {"sqlite": 16, "postgresql": 256}
FILLINGS = 5
LEFT = 128 * 1024
FULL_S = 4.0
RECOVERS_WITHIN_S = 60.0


def run(scene: Scene) -> Finding:
    """Fill the disc, leave it full, give space back; several times."""
    fillings = scene.times(FILLINGS)
    with disc.made(scene.folder, mebibytes=SIZE_MIB[scene.engine]) as laid:
        with stage.grounded(scene, tablets=DOORS, disc=laid.root / "data") as ground:
            with stage.served(ground, seed=scene.seed, patience=20) as staged:
                recovered, while_full = [], 0
                for _ in range(fillings):
                    time.sleep(1)
                    laid.fill(but=LEFT)
                    _wait_for_refusals(staged, laid)
                    full_since = time.monotonic()
                    time.sleep(FULL_S)
                    while_full += staged.doors.heard.since(full_since)
                    laid.clear()
                    recovered.append(staged.recover(lambda: _restart(ground)))
                found = staged.close(fillings=fillings, acknowledged_while_full=while_full)
    found.figures["recovered in s, at most"] = max(recovered)
    found.wrong["never refused"] = int(not found.figures["refused"])
    return found


def _wait_for_refusals(staged: stage.Stage, laid: disc.Disc) -> None:
    """Write on until the last bytes are used up and the service says that it cannot."""
    heard = staged.doors.heard
    before, until = heard.refused + heard.faults + heard.silent, time.monotonic() + RECOVERS_WITHIN_S
    while heard.refused + heard.faults + heard.silent == before and time.monotonic() < until:
        time.sleep(0.2)
        laid.fill()


def _restart(ground: Ground) -> None:
    """Start a server that a full disc has ended, as systemd does."""
    if ground.cluster is not None and not ground.cluster.is_running():
        ground.cluster.start()
