"""F18 and F19: tablets without a network, in orders that chance draws. In one process, straight at the services.

A quota is never passed without a flag; a block that a tablet cannot know yet is honoured and asked about; one that the
service knows lets nobody in.
"""

import random
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import datetime, timedelta

import sqlalchemy as sa

from kaikukortti import cards, clock
from kaikukortti.db import db
from kaikukortti.models.ledger import Scan, ScanDecision
from kaikukortti.models.network import Unit, Venue
from kaikukortti.models.programme import Hold
from kaikukortti.rules.card import CardReason
from kaikukortti.rules.flag import Flag
from kaikukortti.rules.period import day_of
from kaikukortti.rules.verdict import VerdictClass
from tests import factories
from tests.factories import DAY
from tests.faults import stage
from tests.faults.finding import Finding, Scene
from tests.faults.world import World
from venues import scanning, sync
from venues.devices import KnownDevice
from venues.scanrows import Item
from venues.sync import Result

TABLETS = 10
QUOTA, READ, ASKED_ONLINE = 20, 100, 5
ORDERS, WALKS, STEPS = 1000, 300, 40
ELSEWHERE = "LAP-{:06d}"
BATCH = 12
ASKING = 0.1
QUICK = {"synchronous_commit": "off"}  # nothing is cut here
MINUTE = timedelta(minutes=1)


def run_quota(scene: Scene) -> Finding:
    """Let ten tablets register a hundred cards offline for twenty places, and send them in many orders."""
    orders, chance = scene.times(ORDERS, least=3), random.Random(scene.seed)
    over = missing = unused = 0
    with _quick_ground(scene) as there:
        for order in range(orders):
            within, held, present = _one_order(there, chance, order)
            over += max(within + held - QUOTA, 0)
            missing += READ - present
            unused += max(QUOTA - within - held, 0)
    figures = {"orders": orders, "visits": orders * READ, "places": QUOTA}
    return Finding(dict(figures), {"over the quota": over, "lost": missing, "places kept from people": unused})


def _one_order(there: World, chance: random.Random, order: int) -> tuple[int, int, int]:
    """Return the visits that came in without a flag, the places that checks keep, and all visits that are there."""
    now = clock.now()
    venue = db.session.get_one(Venue, there.tablets[0].known.venue_id)
    evening = factories.make_occurrence(venue=venue, starts_at=now, quota=QUOTA)
    read = [ELSEWHERE.format(order * READ + place) for place in range(READ)]
    queues = [
        [_item(code, now - chance.random() * 60 * MINUTE, evening.id) for code in read[at::TABLETS]]
        for at in range(TABLETS)
    ]
    asked = list(there.cards)[:ASKED_ONLINE]
    while any(queues):
        at = chance.choice([place for place, queue in enumerate(queues) if queue])
        tablet = there.tablets[at].known
        if asked and chance.random() < ASKING:
            scanning.check(code=asked.pop(), ref=None, occurrence=evening.id, device=tablet, now=now)
        chance.shuffle(queues[at])
        many = chance.randint(1, BATCH)
        sync.accept(queues[at][:many], device=tablet, received_at=now)
        del queues[at][:many]
    return _count(evening.id, now)


def _count(evening: int, now: datetime) -> tuple[int, int, int]:
    flagged = db.session.scalar(
        sa.select(sa.func.count())
        .select_from(ScanDecision)
        .join(Scan, Scan.scan_id == ScanDecision.scan_id)
        .where(Scan.occurrence_id == evening, ScanDecision.flag == Flag.OVER)
    )
    present = db.session.scalar(sa.select(sa.func.count(Scan.scan_id)).where(Scan.occurrence_id == evening))
    live = (Hold.occurrence_id == evening, Hold.used_at.is_(None), Hold.expires_at > now)
    held = db.session.scalar(sa.select(sa.func.coalesce(sa.func.sum(Hold.places), 0)).where(*live))
    return int(present or 0) - int(flagged or 0), int(held or 0), int(present or 0)


@dataclass
class Held:
    """A tablet of a walk: the blocks that its list knows, and the visits that wait, each with what it must be told."""

    known: KnownDevice
    blocks: set[str] = field(default_factory=set)
    queue: list[tuple[Item, bool]] = field(default_factory=list)


class Walk:
    """One interleaving of readings, blocks, lists and sendings. `flaw` "deaf" lets in whom a check has refused."""

    def __init__(self, there: World, chance: random.Random, *, flaw: str = "") -> None:
        self.there, self.chance, self.flaw = there, chance, flaw
        self.now = clock.now()
        self.tablets = [Held(tablet.known) for tablet in there.tablets[:3]]
        self.cards = chance.sample(sorted(set(there.cards) - there.blocked), k=3)
        self.let_in = self.misjudged = self.turned_away = self.steps = 0

    def go(self, steps: int) -> None:
        """Take so many steps, then have everything sent."""
        acts = (self.read_offline, self.read_offline, self.read_online, self.fetch_list, self.send, self.block)
        for _ in range(steps):
            self.now += self.chance.random() * 5 * MINUTE
            self.chance.choice(acts)()
        for tablet in self.tablets:
            self._send(tablet)
        self.steps = steps

    def read_offline(self) -> None:
        """Read a card where only the tablet's list is known; a block that has come since must be asked about."""
        tablet, card = self.chance.choice(self.tablets), self.chance.choice(self.cards)
        if card in tablet.blocks:
            self.turned_away += 1
            return
        tablet.queue.append((_item(card, self.now), card in self.there.blocked))

    def read_online(self) -> None:
        """Ask the service, and register whom it admits."""
        tablet, card = self.chance.choice(self.tablets), self.chance.choice(self.cards)
        checked = scanning.check(code=card, ref=None, occurrence=None, device=tablet.known, now=self.now)
        admits = checked.verdict.admits or self.flaw == "deaf"
        self.let_in += admits and card in self.there.blocked
        self.turned_away += not admits
        if admits:
            tablet.queue.append((_item(card, self.now), card in self.there.blocked))

    def fetch_list(self) -> None:
        """Let a tablet know every block of this moment."""
        self.chance.choice(self.tablets).blocks |= self.there.blocked

    def send(self) -> None:
        """Let a tablet send what waits."""
        self._send(self.chance.choice(self.tablets))

    def block(self) -> None:
        """Block a card, now and then."""
        free = [card for card in self.cards if card not in self.there.blocked]
        if free and self.chance.random() < ASKING * 2:
            card = self.chance.choice(free)
            cards.block(self.there.cards[card], actor=self.there.coordinator, reason=CardReason.LOST, now=self.now)
            self.there.blocked.add(card)
            self.now += MINUTE

    def _send(self, tablet: Held) -> None:
        self.chance.shuffle(tablet.queue)
        answers = sync.accept([item for item, _ in tablet.queue], device=tablet.known, received_at=self.now)
        for answer, (_, is_late) in zip(answers, tablet.queue, strict=True):
            is_kept = answer.result in (Result.ACCEPTED, Result.FLAGGED)
            self.misjudged += not is_kept or (Flag.BLOCKED in answer.flags) != is_late
        tablet.queue.clear()


def run_blocks(scene: Scene) -> Finding:
    """Walk through many interleavings; then through some with a door that does not listen."""
    chance, walks = random.Random(scene.seed), scene.times(WALKS, least=10)
    with _quick_ground(scene) as there:
        sound = [_walk(there, chance) for _ in range(walks)]
        deaf = [_walk(there, chance, flaw="deaf") for _ in range(5)]
    figures: dict[str, int | float | str] = {"walks": walks, "steps": sum(walk.steps for walk in sound)}
    figures["turned away"] = sum(walk.turned_away for walk in sound)
    return Finding(
        figures,
        {
            "let in though blocked": sum(walk.let_in for walk in sound),
            "lost, or not asked about, or asked about for nothing": sum(walk.misjudged for walk in sound),
        },
        {"deaf doors, let in": sum(walk.let_in for walk in deaf)},
    )


def _walk(there: World, chance: random.Random, *, flaw: str = "") -> Walk:
    """Walk once, on cards that are good at its beginning."""
    unit = db.session.get_one(Unit, there.worker.actor.unit_id)
    for _ in range(3):
        card = factories.make_issued_card(unit, first_on=day_of(clock.now()) - 30 * DAY)
        there.cards[card.number] = card.id
    walk = Walk(there, chance, flaw=flaw)
    walk.go(STEPS)
    return walk


def _item(code: str, moment: datetime, evening: int | None = None) -> Item:
    return factories.make_item(code, occurrence=evening, occurred=moment, shown=VerdictClass.WELCOME.value)


@contextmanager
def _quick_ground(scene: Scene) -> Iterator[World]:
    with stage.grounded(scene, tablets=TABLETS, cluster_settings=QUICK) as ground, ground.world.app.app_context():
        yield ground.world
