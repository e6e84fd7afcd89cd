"""A tablet of the fault run: tablet.mjs in a process of its own, which is killed and started again on its journal."""

import base64
import json
import random
import subprocess
import threading
import time
from pathlib import Path
from typing import Any

from tests.factories import LIST_KEY, Tablet
from tests.faults.history import History
from tests.faults.wire import Wire

SCRIPT = Path(__file__).with_name("tablet.mjs")
READY_WITHIN_S = 60.0
ADMITS = ("welcome", "counts", "already")


class LivingTablet:
    """One enrolled tablet with its network. It reads one card at a time."""

    def __init__(self, tablet: Tablet, wire: Wire, history: History, *, folder: Path, flaw: str = "") -> None:
        self.device_id = tablet.known.device_id
        self.wire = wire
        self.kills = self.turns = 0
        self.held: dict[str, int] | None = None
        self._history, self._blocked = history, set[str]()
        self._settings = {
            "url": wire.url,
            "credential": tablet.credential,
            "listKey": base64.urlsafe_b64encode(LIST_KEY).decode().rstrip("="),
            "journal": str(folder / f"tablet-{self.device_id}.jsonl"),
            "flaw": flaw,
        }
        self._turned = 0
        self._is_blocked = False
        self._reading: str | None = None
        self._start()

    @property
    def is_free(self) -> bool:
        """Return whether it waits for the next card."""
        return self._ready.is_set() and self._reading is None

    def read(self, card: str, *, occurrence: int | None, undo: bool = False, party: bool = False) -> None:
        """Read a card, and register what the verdict lets; `undo` takes it back at once. Known blocks are noted."""
        self._reading, self._is_blocked = card, card in self._blocked
        self._act("visit", card=card, occurrence=occurrence, undo=undo, party=party)

    def know_blocked(self, card: str) -> None:
        """Note that a block was acknowledged before whatever this tablet reads from now on."""
        self._blocked.add(card)

    def turn_clock(self, milliseconds: int) -> None:
        """Put the tablet's clock so far ahead of the true time."""
        self._turned = milliseconds
        self.turns += 1
        self._act("turn", by=milliseconds)

    def ask_to_send(self) -> None:
        """Have it send what waits, as when the network comes back, and tell in `held` what is left."""
        self._act("send")

    def kill(self, chance: random.Random, *, turn_to: int | None = None) -> None:
        """End it at whatever it is doing, perhaps turn its clock while it is off, and start it again."""
        self._process.kill()
        self._process.wait()
        self._listener.join(READY_WITHIN_S)
        self.kills += 1
        if turn_to is not None:
            self._turned = turn_to
        time.sleep(chance.random() / 10)
        self._start()

    def stop(self) -> None:
        """Switch it off."""
        self._process.kill()
        self._process.wait()
        self._listener.join(READY_WITHIN_S)

    def wait(self) -> None:
        """Wait until it is ready. Raises AssertionError when it does not get so."""
        assert self._ready.wait(READY_WITHIN_S), f"tablet {self.device_id} did not start"

    def _start(self) -> None:
        settings = json.dumps({**self._settings, "turned": self._turned})
        words = ["node", "--no-warnings", str(SCRIPT), settings]
        self._reading = None
        self._ready = threading.Event()
        self._process = subprocess.Popen(words, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
        self._listener = threading.Thread(target=self._listen, args=(self._process,), daemon=True)
        self._listener.start()

    def _act(self, act: str, **wish: Any) -> None:
        assert self._process.stdin
        try:
            self._process.stdin.write(json.dumps({"act": act, **wish}) + "\n")
            self._process.stdin.flush()
        except BrokenPipeError as error:
            raise AssertionError(f"tablet {self.device_id} ended by itself") from error

    def _listen(self, process: "subprocess.Popen[str]") -> None:
        assert process.stdout and process.stdin
        with process.stdout, process.stdin:
            for line in process.stdout:
                if line.endswith("\n"):
                    self._note(json.loads(line))

    def _note(self, told: dict[str, Any]) -> None:
        match told["kind"]:
            case "ready":
                self._ready.set()
            case "free":
                self._reading = None
            case "holds":
                self.held = {"waiting": told["waiting"], "parked": told["parked"]}
            case _:
                self._history.note(told, device_id=self.device_id)
        if told.get("asked") in ADMITS and self._is_blocked:
            self._history.let_in_blocked.append(told["card"])
