"""F28: after an outage of eight hours fifty tablets come back at the same moment, forty visits waiting on each."""

import time
from typing import Any

from tests.faults import stage
from tests.faults.finding import Finding, Scene

TABLETS, EACH = 50, 40
FILLED_WITHIN_S = 60.0
NOWHERE = 9  # the port of "discard", where nobody listens
SLOWEST_S = 2.0


def run(scene: Scene) -> Finding:
    """Fill the queues without a network, give it back to all at once, and measure each answer."""
    tablets = scene.times(TABLETS, least=10)
    gone = True
    with stage.grounded(scene, tablets=tablets) as ground:
        options: dict[str, Any] = {"seed": scene.seed, "own_share": 0, "burst": EACH, "patience": 30}
        with stage.served(ground, through=lambda port: NOWHERE if gone else port, **options) as staged:
            staged.doors.is_open = True
            until = time.monotonic() + FILLED_WITHIN_S
            while len(staged.doors.history.made) < tablets * EACH and time.monotonic() < until:
                time.sleep(0.05)
            staged.doors.is_open = False
            gone = False
            waits = staged.doors.heard.waits
            found = staged.close(tablets=tablets)
    p95 = sorted(waits)[int(len(waits) * 0.95)]
    found.figures["p95 of an answer in s"] = f"{p95:.2f}"
    found.wrong["answers too slow"] = int(p95 > SLOWEST_S)
    return found
