"""The upgrade and the way back, in phases, while tablets and people go on working.

Hosts are restarted one after another. SQLite has one; on PostgreSQL two serve one database, so that for a while both
versions do.
"""

import random
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import TypeVar

from tests.upgrades.calls import Call, Calls, Figures
from tests.upgrades.desk import Desk, DeskHistory, Person
from tests.upgrades.door import Door, DoorHistory, Tablet
from tests.upgrades.ground import Ground
from tests.upgrades.hosts import Host
from tests.upgrades.versions import Version
from tests.upgrades.visitor import NoAnswer, Visitor

R = TypeVar("R")

TABLETS = 3
WORKERS = 2
WORKER_PAGES = ["/cards/", "/cards/figures/"]
MANAGER_PAGES = ["/venue/figures/"]
COORDINATOR_PAGES = ["/figures/"]
FAILED_SHARE = 0.001  # of calls: security.md §5.3 F20


@dataclass(frozen=True)
class Phase:
    """One part of the rehearsal, and what came of the calls in it."""

    name: str
    schema: str
    figures: Figures
    note: str

    def line(self) -> str:
        """Return it as a line of a table."""
        found = self.figures
        took = f"{1000 * found.p95:8.0f}{1000 * found.longest:9.0f}"
        return f"{self.name:<44}{self.schema:>7}{found.calls:>8}{len(found.failed):>8}{took}  {self.note}".rstrip()


TRIES = 5
HEADING = f"{'':<44}{'schema':>7}{'calls':>8}{'failed':>8}{'p95 ms':>8}{'longest':>9}"


@dataclass
class Rehearsal:
    """One run on one ground. A short one ends with the way back."""

    ground: Ground
    old: Version
    new: Version
    host_count: int
    seed: int
    is_short: bool = False
    calls: Calls = field(default_factory=Calls)
    door: DoorHistory = field(default_factory=DoorHistory)
    desk: DeskHistory = field(default_factory=DeskHistory)
    phases: list[Phase] = field(default_factory=list)
    hosts: list[Host] = field(default_factory=list)

    def run(self, seconds: float) -> None:
        """Go through all phases, each of which lasts so long at least. Raises AssertionError where work fails."""
        self._stock = self.ground.cards("stock")
        self._codes = self.ground.codes()
        self._newcomers = WORKERS
        self.hosts = [Host(self.ground.instance) for _ in range(self.host_count)]
        try:
            for host in self.hosts:
                host.restart(self.old)
            with self._at_work():
                self._go_through(seconds)
        finally:
            for host in self.hosts:
                host.close()

    @property
    def called(self) -> int:
        """Return how many calls there were in all phases."""
        return sum(phase.figures.calls for phase in self.phases)

    @property
    def failed(self) -> list[Call]:
        """Return the calls that failed in any phase."""
        return [call for phase in self.phases for call in phase.figures.failed]

    @property
    def failed_few(self) -> bool:
        """Return whether fewer calls failed than may; of less than a thousand, one may."""
        return len(self.failed) <= max(1, int(FAILED_SHARE * self.called))

    def _go_through(self, seconds: float) -> None:
        self._phase(f"{self.old.name} on its own schema", self._work_through, seconds)
        self._phase("the schema is migrated under it", self._migrate, seconds)
        self._phase(f"{self.old.name} on the new schema", self._work_through, seconds)
        self._phase("hosts go forward, one by one", lambda: self._restart(self.new), seconds)
        self._phase("this version", self._work_through, seconds)
        self._phase("hosts go back, one by one", lambda: self._restart(self.old), seconds)
        self._phase(f"{self.old.name} after this version", self._work_through, seconds)
        if not self.is_short:
            self._phase("forward again, one by one", lambda: self._restart(self.new), seconds)
            self._phase("this version again", self._work_through, seconds)

    def _phase(self, name: str, act: Callable[[], str], seconds: float) -> None:
        begun = time.monotonic()
        note = act()
        time.sleep(max(0.0, begun + seconds - time.monotonic()))
        figures = Figures.of(self.calls.between(begun, time.monotonic()))
        self.phases.append(Phase(name, self.ground.schema(), figures, note))

    def _migrate(self) -> str:
        begun = time.monotonic()
        self.new.run("init", "--instance", str(self.ground.instance))
        return f"in {time.monotonic() - begun:.1f} s"

    def _restart(self, version: Version) -> str:
        away = [host.restart(version) for host in self.hosts]
        return "away " + ", ".join(f"{seconds:.1f} s" for seconds in away)

    def _work_through(self) -> str:
        """Let somebody new sign in, hand out a card and look at it, and a new tablet let its holder in."""
        self._newcomers += 1
        person = Person(self._visitor(self._newcomers), **self.ground.sign_in("worker", self._newcomers - 1))
        _insist(person.sign_in)
        number = _insist(lambda: self._hand_out(person))
        _insist(lambda: person.look("/cards/"))
        tablet = _insist(lambda: Tablet(self._visitor(self._newcomers), self.door, code=self._codes.pop()))
        before = len(self.door.acknowledged)
        tablet.let_in([number])
        assert len(self.door.acknowledged) > before, self.door.surprises
        return ""

    def _hand_out(self, person: Person) -> str:
        number = self._stock.pop()
        person.hand_out(number)
        self.desk.handed_out.add(number)
        return number

    @contextmanager
    def _at_work(self) -> Iterator[None]:
        threads: list[Door | Desk] = [*self._doors(), *self._desks()]
        for thread in threads:
            thread.start()
        try:
            yield
        finally:
            for thread in threads:
                thread.end()

    def _doors(self) -> list[Door]:
        cards = self.ground.cards("active") + self.ground.cards("blocked")
        tablets = [Tablet(self._visitor(place), self.door, code=self._codes.pop()) for place in range(TABLETS)]
        return [Door(tablet, cards, seed=self.seed + place) for place, tablet in enumerate(tablets)]

    def _desks(self) -> list[Desk]:
        share = [self._stock.pop() for _ in range(len(self._stock) * 2 // 3)]
        plan = [("worker", place, WORKER_PAGES, share[place::WORKERS]) for place in range(WORKERS)]
        plan += [("venue_manager", 0, MANAGER_PAGES, []), ("coordinator", 0, COORDINATOR_PAGES, [])]
        return [
            Desk(
                Person(self._visitor(100 + seed), **self.ground.sign_in(role, place)),
                self.desk,
                pages=pages,
                stock=stock,
                seed=self.seed + seed,
            )
            for seed, (role, place, pages, stock) in enumerate(plan)
        ]

    def _visitor(self, seed: int) -> Visitor:
        return Visitor([host.port for host in self.hosts], self.calls, random.Random(self.seed + seed))


def _insist(act: Callable[[], R]) -> R:
    """Do as a person does who is asked to come again in a moment: the calls that failed are counted."""
    for _ in range(TRIES - 1):
        try:
            return act()
        except NoAnswer:
            time.sleep(1)
    return act()
