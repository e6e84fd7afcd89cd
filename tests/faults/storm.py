"""What happens when: visits all the time, and at drawn moments kills, cuts, turned clocks, blocks and a revocation."""

import random
import time
from collections.abc import Callable
from pathlib import Path

from tests.faults.history import History
from tests.faults.tablets import LivingTablet
from tests.faults.victim import Victim
from tests.faults.wire import Wire
from tests.faults.world import World

HOUR_MS = 3600 * 1000
YEAR_MS = 365 * 24 * HOUR_MS
TURNS = (0, HOUR_MS, -HOUR_MS, YEAR_MS, -YEAR_MS, 90 * 1000)
QUEUE = 40
REVOKED_AT = 0.3  # of the run: the tablet goes offline then
HEALS_WITHIN_S = 300.0
BEAT_S = 0.05


class Storm:
    """One run over a world. Everything that chance decides comes from the seed."""

    def __init__(self, world: World, database_url: str, folder: Path, *, seed: int, flaw: str = "") -> None:
        self.world, self.chance = world, random.Random(seed)
        self.history = History()
        self.victim = Victim(database_url, folder, seed=seed)
        find_port = self._find_port
        self.wires = [Wire(find_port, seed=seed + place) for place, _ in enumerate(world.tablets)]
        pairs = zip(world.tablets, self.wires, strict=True)
        self.tablets = [LivingTablet(one, wire, self.history, folder=folder, flaw=flaw) for one, wire in pairs]
        self.outages = 0
        self._revoked: LivingTablet | None = None
        self._queue_from: int | None = None
        self._back_at: dict[int, float] = {}
        for tablet in self.tablets:
            tablet.wait()

    def rage(self, seconds: float, *, kill_every: float) -> None:
        """Let it storm; a worker of the service is killed about every `kill_every` seconds, all else in proportion."""
        plan: dict[Callable[[], None], float] = {
            self.victim.kill_worker: 1,
            self.victim.kill_master: 4,
            self._kill_tablet: 0.7,
            self._turn_clock: 0.7,
            self._cut_off: 1,
            self._block: 1.5,
            self._share_card: 0.3,
        }
        due = {act: self._draw(kill_every * weight) for act, weight in plan.items()}
        begun = time.monotonic()
        while (passed := time.monotonic() - begun) < seconds:
            self._read_cards()
            self._come_back()
            if passed > seconds * REVOKED_AT:
                self._revoke_with_a_queue()
            for act, at in due.items():
                if passed >= at:
                    act()
                    due[act] = time.monotonic() - begun + self._draw(kill_every * plan[act])
            time.sleep(BEAT_S)

    def heal(self) -> float:
        """End all faults and have everything sent; return how many seconds that took."""
        begun = time.monotonic()
        for wire in self.wires:
            wire.is_up = wire.is_calm = True
        while time.monotonic() - begun < HEALS_WITHIN_S:
            for tablet in self.tablets:
                tablet.held = None
                tablet.ask_to_send()
            time.sleep(0.5)
            if all(tablet.is_free and tablet.held and not tablet.held["waiting"] for tablet in self.tablets):
                break
        held = [tablet.held or {"waiting": 0, "parked": 0} for tablet in self.tablets]
        self.history.waiting = sum(one["waiting"] for one in held)
        self.history.parked = sum(one["parked"] for one in held)
        return time.monotonic() - begun

    def end(self) -> None:
        """Switch everything off."""
        for tablet in self.tablets:
            tablet.stop()
        for wire in self.wires:
            wire.stop()
        self.victim.stop()

    def _find_port(self) -> int:
        return self.victim.port

    def _draw(self, about: float) -> float:
        """Return seconds until the next time of something that happens about so often."""
        return about * self.chance.uniform(0.3, 1.7)

    def _read_cards(self) -> None:
        for tablet in self.tablets:
            if tablet.is_free and tablet is not self._revoked:
                self._read(tablet, self.world.draw_card(self.chance))

    def _read(self, tablet: LivingTablet, card: str) -> None:
        evening = self.chance.choice([*self.world.evenings, None])
        undo, party = self.chance.random() < 0.15, self.chance.random() < 0.5
        tablet.read(card, occurrence=evening, undo=undo, party=party)

    def _share_card(self) -> None:
        """Let two tablets read one card for one evening."""
        free = [tablet for tablet in self.tablets if tablet.is_free and tablet is not self._revoked]
        card, evening = self.world.draw_card(self.chance), self.chance.choice(self.world.evenings)
        for tablet in free[:2]:
            tablet.read(card, occurrence=evening)

    def _kill_tablet(self) -> None:
        tablet = self.chance.choice(self.tablets)
        if tablet is not self._revoked:
            turn_to = self.chance.choice(TURNS) if self.chance.random() < 0.3 else None
            tablet.kill(self.chance, turn_to=turn_to)

    def _turn_clock(self) -> None:
        self.chance.choice(self.tablets).turn_clock(self.chance.choice(TURNS))

    def _cut_off(self) -> None:
        """Take the network from a tablet for a while."""
        place = self.chance.randrange(len(self.wires))
        if place or self._queue_from is None:
            self.wires[place].is_up = False
            self._back_at[place] = time.monotonic() + self._draw(4)
            self.outages += 1

    def _come_back(self) -> None:
        for place, at in list(self._back_at.items()):
            if time.monotonic() >= at:
                self.wires[place].is_up = True
                del self._back_at[place]

    def _block(self) -> None:
        """Block a card, which tablets go on reading; a few are left to be welcomed."""
        open_cards = [card for card in self.world.cards if card not in self.world.blocked]
        if len(open_cards) < len(self.world.cards) // 2:
            return
        card = self.chance.choice(open_cards)
        self.world.block(card)
        for tablet in self.tablets:
            tablet.know_blocked(card)

    def _revoke_with_a_queue(self) -> None:
        """Have one tablet without a network fill its queue, take it out of use, and give it the network back."""
        tablet = self.tablets[0]
        if self._queue_from is None:
            self._back_at.pop(0, None)
            tablet.wire.is_up = False
            self._queue_from = self.history.count_of(tablet.device_id)
        elif self._revoked is None and self.history.count_of(tablet.device_id) >= self._queue_from + QUEUE:
            self._revoked = tablet
            self.world.revoke(tablet.device_id)
            tablet.wire.is_up = True
