"""F10 and F11: answers that are lost after the commit; lines that are slow, lose a third, and change the order."""

import json
import time
from collections.abc import Iterable
from dataclasses import replace
from typing import Any

from tests.faults import stage
from tests.faults.finding import Finding, Scene
from tests.faults.wire import Fate, Wire

DOORS = 8
WHOLE_S = 60.0
UNANSWERED = {Fate.PASSED: 50, Fate.UNANSWERED: 40, Fate.HALF_ANSWERED: 10}
LOSING = {Fate.PASSED: 70, Fate.CUT: 12, Fate.HALF_SENT: 3, Fate.UNANSWERED: 15}
SAME = ("scan_id", "use", "flags")
BURST = 6


def run_lost_answers(scene: Scene) -> Finding:
    """Lose half of all answers: the one that comes at last is the one that was lost. Then with renumbering doors."""
    found = _lose(scene, UNANSWERED, seconds=scene.seconds(WHOLE_S, least=5))
    folder = scene.folder / "renumbering"
    folder.mkdir()
    planted = _lose(replace(scene, folder=folder), UNANSWERED, seconds=scene.seconds(10, least=3), flaw="renumbering")
    found.controls["renumbering doors, doubled"] = planted.wrong["doubled"]
    return found


def run_slow_lines(scene: Scene) -> Finding:
    """Delay each call, lose three of ten, and let the visits of a door arrive in any order."""
    return _lose(scene, LOSING, seconds=scene.seconds(WHOLE_S, least=5), burst=BURST)


def _lose(scene: Scene, weather: dict[Fate, int], *, seconds: float, **doors: Any) -> Finding:
    ports: dict[str, int] = {}
    wire = Wire(lambda: ports["service"], seed=scene.seed)
    wire.weather = weather
    try:
        with stage.grounded(scene, tablets=DOORS) as ground:

            def through(port: int) -> int:
                ports["service"] = port
                return int(wire.server_address[1])

            with stage.served(ground, seed=scene.seed, through=through, patience=5, **doors) as staged:
                time.sleep(seconds)
                wire.is_calm = True
                found = staged.close(calls=wire.fates.total(), harmed=wire.cuts)
                receipts = staged.doors.heard.receipts
    finally:
        wire.stop()
    repeated, other = _compare(wire.lost, receipts)
    found.figures["receipts lost and given again"] = repeated
    found.wrong |= {"other receipts": other, "nothing lost": int(not repeated)}
    return found


def _compare(lost: Iterable[bytes], receipts: dict[str, dict[str, Any]]) -> tuple[int, int]:
    """Return how many lost answers were given again, and how many of those with something else in them."""
    repeated = other = 0
    for body in lost:
        answers = json.loads(body).get("answers", []) if body else []
        for answer in answers:
            receipt = receipts.get(answer["scan_id"])
            if receipt is not None and "use" in receipt:
                repeated += 1
                other += any(receipt[name] != answer[name] for name in SAME) or receipt["result"] != "replay"
    return repeated, other
