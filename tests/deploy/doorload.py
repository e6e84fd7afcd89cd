"""Tablets that register without a pause, as tablets do: what was not acknowledged is sent again, the very same."""

import http.client
import json
import random
import threading
import time
from collections import Counter
from datetime import UTC, datetime
from typing import Any

from tests import factories
from tests.deploy.front import Visitor

TAKEN = ("accepted", "flagged", "replay")
RETRY_S = 0.2


class Tablet(threading.Thread):
    """One tablet. `made` and `acknowledged` are ids of visits, `answers` counts statuses (0: none came)."""

    def __init__(self, visitor: Visitor, cards: list[str], *, seed: int) -> None:
        super().__init__(daemon=True)
        self.made: list[str] = []
        self.acknowledged: list[str] = []
        self.answers: Counter[int] = Counter()
        self.odd: list[Any] = []
        self._visitor, self._cards, self._chance = visitor, cards, random.Random(seed)
        self._is_over = threading.Event()

    def run(self) -> None:
        """Register until told to end, and then until all is acknowledged."""
        while not self._is_over.is_set():
            item = factories.scan_body(self._chance.choice(self._cards), occurred=datetime.now(UTC))
            self.made.append(item["scan_id"])
            while not self._send(item):
                time.sleep(RETRY_S)

    def end(self) -> None:
        """Let it come to its end."""
        self._is_over.set()
        self.join(60)
        assert not self.is_alive(), "a tablet never got its answer"

    def _send(self, item: dict[str, Any]) -> bool:
        try:
            answer = self._visitor.ask(
                "/door/api/scans", body=json.dumps({"items": [item]}).encode(), kind="application/json"
            )
        except (OSError, http.client.HTTPException):
            self.answers[0] += 1
            return False
        self.answers[answer.status] += 1
        if answer.status != 200:
            return False
        (said,) = json.loads(answer.body)["answers"]
        if said["result"] in TAKEN:
            self.acknowledged.append(said["scan_id"])
        else:
            self.odd.append(said)
        return True


class Reader(threading.Thread):
    """A signed-in person who opens a page again and again; `answers` counts statuses (0: none came)."""

    def __init__(self, visitor: Visitor, path: str) -> None:
        super().__init__(daemon=True)
        self.answers: Counter[int] = Counter()
        self._visitor, self._path = visitor, path
        self._is_over = threading.Event()

    def run(self) -> None:
        """Read until told to end."""
        while not self._is_over.wait(0.1):
            try:
                self.answers[self._visitor.ask(self._path).status] += 1
            except (OSError, http.client.HTTPException):
                self.answers[0] += 1

    def end(self) -> None:
        """Stop reading."""
        self._is_over.set()
        self.join(60)
