"""Tablets of a venue: each checks a card, lets in, and sends the visit again and again until it is acknowledged."""

import random
import threading
import time
import uuid
from collections.abc import Sequence
from datetime import UTC, datetime
from typing import Any

from tests.upgrades.visitor import NoAnswer, Visitor

TAKEN = ("accepted", "flagged", "replay")
PAUSE_S = 0.1  # between visitors: a busy evening, and no more than the machine can bear
RETRY_S = 0.2
BATCH = 3


class DoorHistory:
    """What tablets have made, what was acknowledged to them, and what answers no tablet expects."""

    def __init__(self) -> None:
        self.made: set[str] = set()
        self.acknowledged: set[str] = set()
        self.surprises: list[str] = []


class Tablet:
    """One enrolled tablet. It sends what it has made until it is acknowledged."""

    def __init__(self, visitor: Visitor, history: DoorHistory, *, code: str) -> None:
        self._visitor, self._history = visitor, history
        answer = visitor.post_json("/door/api/enrol", {"code": code, "name": "Ovi"}, what="enrol")
        assert answer.status == 201, answer.body

    def let_in(self, cards: Sequence[str]) -> None:
        """Check the first card and register a visit with each."""
        try:
            checked = self._visitor.post_json("/door/api/checks", {"code": cards[0], "occurrence": None}, what="check")
            if checked.status != 200:
                self._history.surprises.append(f"check {checked.status}")
        except NoAnswer:
            pass  # a tablet decides by its own list
        items = [_item(card) for card in cards]
        self._history.made.update(item["scan_id"] for item in items)
        while not self._is_sent(items):
            time.sleep(RETRY_S)

    def _is_sent(self, items: list[dict[str, Any]]) -> bool:
        try:
            answer = self._visitor.post_json("/door/api/scans", {"items": items}, what="scan")
        except NoAnswer:
            return False
        said = answer.json()["answers"] if answer.status == 200 else [{"result": str(answer.status)}] * len(items)
        for item, one in zip(items, said, strict=True):
            if one["result"] in TAKEN:
                self._history.acknowledged.add(item["scan_id"])
            else:
                self._history.surprises.append(f"scan {one['result']}")
        return True


class Door(threading.Thread):
    """A tablet at which cards are read all the time."""

    def __init__(self, tablet: Tablet, cards: list[str], *, seed: int) -> None:
        super().__init__(daemon=True)
        self._tablet, self._cards = tablet, cards
        self._chance, self._is_over = random.Random(seed), threading.Event()

    def run(self) -> None:
        """Read cards until told to end."""
        while not self._is_over.is_set():
            self._tablet.let_in(self._chance.sample(self._cards, self._chance.randint(1, BATCH)))
            time.sleep(self._chance.uniform(0.2, 1.8) * PAUSE_S)

    def end(self) -> None:
        """Let it come to its end: what is being sent is sent."""
        self._is_over.set()
        self.join()


def _item(card: str) -> dict[str, Any]:
    return {
        "scan_id": str(uuid.uuid4()),
        "occurred": datetime.now(UTC).isoformat(),
        "counts": {"adult": 1},
        "code": card,
        "occurrence": None,
        "entry": "camera",
        "shown": "welcome",
    }
