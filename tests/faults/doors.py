"""Many doors at once, without screens: they ask, register and send as the tablets' rules want it, each on one thread.

Quicker than tablet.mjs, and all in Python: for faults that are the server's alone. What a door was told goes to the
same History.
"""

import contextlib
import http.client
import json
import random
import threading
import time
import uuid
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any

from tests.factories import Tablet
from tests.faults.history import History
from tests.faults.world import World

PATIENCE_S = 15.0
PAUSE_S, REFUSED_PAUSE_S = 0.1, 1.0  # as long as "Retry-After" says would be long for a run
HEALS_WITHIN_S = 300.0
ADMITS = ("welcome", "counts", "already")
ELSEWHERE = "LAP-{:06d}"  # cards of another area: as many as are needed, each let in
Answer = tuple[int, dict[str, Any]]


@dataclass
class Heard:
    """What the doors heard: answers by their status, tries without one, when something was acknowledged, for how long
    the door waited for it and for a refusal, receipts by scan, refusals that did not say when to try again, and what
    else was answered instead.
    """

    statuses: Counter[int] = field(default_factory=Counter)
    silent: int = 0
    acknowledged_at: list[float] = field(default_factory=list)
    waits: list[float] = field(default_factory=list)
    refused_after: list[float] = field(default_factory=list)
    receipts: dict[str, dict[str, Any]] = field(default_factory=dict)
    curt: int = 0
    problems: Counter[str] = field(default_factory=Counter)

    @property
    def refused(self) -> int:
        """Return how often the service said that it cannot now: 503, or 507 for a full disc."""
        return self.statuses[503] + self.statuses[507]

    @property
    def faults(self) -> int:
        """Return how many answers were faults of the program, which no fault of its surroundings excuses."""
        return sum(times for status, times in self.statuses.items() if status >= 500) - self.refused

    def since(self, moment: float) -> int:
        """Return how much was acknowledged after a moment of the monotonic clock."""
        return sum(at > moment for at in self.acknowledged_at)


class Doors:
    """A door for each of the world's tablets, that registers visits until it rests and sends until nothing waits.

    `find_address` returns host and port of each try. `flaw` is what must be found: "forgetful" takes a silence for a
    yes, "renumbering" makes a new id at each try. `burst` visits are made before the first of them is sent, and go in
    any order. `enter` is called first in each thread. `at` is the doors' time.
    """

    def __init__(
        self,
        world: World,
        find_address: Callable[[], tuple[str, int]],
        history: History,
        *,
        seed: int,
        flaw: str = "",
        own_share: float = 0.2,
        pause: float = 0.0,
        burst: int = 1,
        patience: float = PATIENCE_S,
        enter: Callable[[], None] = lambda: None,
        at: Callable[[], datetime] = lambda: datetime.now(UTC),
    ) -> None:
        self.world, self.find_address, self.history = world, find_address, history
        self.flaw, self.own_share, self.pause, self.patience = flaw, own_share, pause, patience
        self.burst, self.enter, self.at = burst, enter, at
        self.heard = Heard()
        self.blocked: set[str] = set()
        self.is_open, self.is_over = True, False
        self._doors = [_Door(self, tablet, seed + place) for place, tablet in enumerate(world.tablets)]
        for door in self._doors:
            door.start()

    @property
    def acknowledged(self) -> int:
        """Return how many visits have been acknowledged."""
        return len(self.history.kept)

    def block(self, card: str) -> None:
        """Block a card of the world; from when this returns no check may admit it."""
        self.world.block(card)
        self.blocked.add(card)

    def heal(self) -> float:
        """Register nothing new, wait until nothing waits; return how many seconds that took."""
        begun, self.is_open = time.monotonic(), False
        while time.monotonic() - begun < HEALS_WITHIN_S and any(door.holds for door in self._doors):
            time.sleep(0.05)
        self.history.waiting = sum(door.holds for door in self._doors)
        return time.monotonic() - begun

    def end(self) -> None:
        """Close the doors, whatever waits."""
        self.is_over = True
        for door in self._doors:
            door.join(2 * self.patience)

    def __enter__(self) -> "Doors":
        return self

    def __exit__(self, *_: object) -> None:
        self.end()


class _Door(threading.Thread):
    """One tablet: one visit at a time, fixed before it is sent, sent until it is answered."""

    def __init__(self, doors: Doors, tablet: Tablet, seed: int) -> None:
        super().__init__(daemon=True)
        self._doors, self._tablet, self._chance = doors, tablet, random.Random(seed)
        self._series, self._run = f"{self._chance.getrandbits(60):x}", 0
        self._waiting: list[dict[str, Any]] = []
        self._connection: http.client.HTTPConnection | None = None
        self._rest = PAUSE_S

    @property
    def holds(self) -> int:
        """Return how many visits wait to be sent."""
        return len(self._waiting)

    def run(self) -> None:
        """Work until the doors close."""
        self._doors.enter()
        while not self._doors.is_over:
            if not self._waiting and self._doors.is_open:
                made = [self._visit() for _ in range(self._doors.burst)]
                self._waiting = [item for item in made if item is not None]
            if self._waiting and self._send_one():
                time.sleep(self._doors.pause)
            elif not self._doors.is_over:
                time.sleep(self._rest)
        self._hang_up()

    def _send_one(self) -> bool:
        """Send one of those that wait; return whether it is done with."""
        place = self._chance.randrange(len(self._waiting))
        if self._send(self._waiting[place]):
            del self._waiting[place]
            return True
        if self._doors.flaw == "renumbering":
            self._waiting[place] = {**self._waiting[place], "scan_id": self._new_id()}
        return False

    def _visit(self) -> dict[str, Any] | None:
        world, chance = self._doors.world, self._chance
        if chance.random() < self._doors.own_share:
            card, evening = world.draw_card(chance), chance.choice(world.evenings)
            shown = self._ask(card, evening)
            if shown is None:
                return None
        else:
            card, evening, shown = ELSEWHERE.format(chance.randrange(10**6)), None, "check"
        self._run += 1
        return self._item(code=card, occurrence=evening, shown=shown)

    def _new_id(self) -> str:
        scan_id = str(uuid.UUID(int=self._chance.getrandbits(128), version=4))
        self._doors.history.made.add(scan_id)
        return scan_id

    def _item(self, **facts: Any) -> dict[str, Any]:
        occurred = self._doors.at().isoformat(timespec="milliseconds")
        counted = {"counts": {"adult": 1}, "series": self._series, "run": self._run, "entry": "scanner"}
        return {"scan_id": self._new_id(), "occurred": occurred, **counted, **facts}

    def _ask(self, card: str, evening: int) -> str | None:
        """Return the class that the door shows: as the service says, or welcome where it does not. None: not let in."""
        was_blocked = card in self._doors.blocked
        status, said = self._call("checks", {"code": card, "occurrence": evening})
        if status != 200:
            return "welcome"
        shown: str = said["verdict"]["class"]
        if shown in ADMITS and was_blocked:
            self._doors.history.let_in_blocked.append(card)
        if shown not in ADMITS:
            self._doors.history.turned_away += 1
        return shown if shown in ADMITS else None

    def _send(self, item: dict[str, Any]) -> bool:
        """Send a visit; return whether it is done with."""
        begun = time.monotonic()
        status, said = self._call("scans", {"items": [item]})
        if status == 200:
            (answer,) = said["answers"]
            self._doors.heard.waits.append(time.monotonic() - begun)
            self._note(item, answer)
            return True
        if self._doors.flaw == "forgetful":
            self._note(item, {"result": "accepted"})
            return True
        return False

    def _note(self, item: dict[str, Any], answer: dict[str, Any]) -> None:
        if answer["result"] in ("conflict", "parked"):
            self._doors.history.parked += 1
            return
        told = {"id": item["scan_id"], "card": item["code"], "undoes": None, "offset": 0}
        facts = {name: item[name] for name in ("occurred", "shown", "series", "run")}
        self._doors.heard.receipts[item["scan_id"]] = answer
        self._doors.history.note({"kind": "kept", **told, **facts}, device_id=self._tablet.known.device_id)
        self._doors.heard.acknowledged_at.append(time.monotonic())

    def _call(self, path: str, body: dict[str, Any]) -> Answer:
        """Return status and body of a call; status 0 where none came."""
        heard = self._doors.heard
        headers = {"Content-Type": "application/json", "Cookie": f"__Host-kaiku-device={self._tablet.credential}"}
        begun = time.monotonic()
        try:
            if self._connection is None:
                self._connection = http.client.HTTPConnection(*self._doors.find_address(), timeout=self._doors.patience)
            self._connection.request("POST", f"/door/api/{path}", json.dumps(body), headers)
            response = self._connection.getresponse()
            read, status = response.read(), response.status
            retry_after = response.headers.get("Retry-After")
            if response.will_close:
                self._hang_up()
            said: dict[str, Any] = json.loads(read)
        except (OSError, http.client.HTTPException, ValueError):
            self._hang_up()
            heard.silent += 1
            return 0, {}
        heard.statuses[status] += 1
        self._rest = PAUSE_S if status < 500 else REFUSED_PAUSE_S
        if status >= 500:
            heard.curt += retry_after is None
            heard.refused_after.append(time.monotonic() - begun)
        if status not in (200, 503):
            heard.problems[str(said.get("error", said))[:120]] += 1
        return status, said

    def _hang_up(self) -> None:
        if self._connection is not None:
            with contextlib.suppress(OSError):
                self._connection.close()
        self._connection = None
