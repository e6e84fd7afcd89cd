"""The ground of the fault run: a venue, its evenings, tablets and cards in a database, and what changes of them."""

import contextlib
import random
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import timedelta
from pathlib import Path

import sqlalchemy as sa
from flask import Flask

from kaikukortti import cards, clock
from kaikukortti.app import create_app
from kaikukortti.config import Config
from kaikukortti.db import db
from kaikukortti.rules.access import Actor, Role
from kaikukortti.rules.card import CardReason
from kaikukortti.rules.period import day_of
from tests import factories
from tests.factories import DAY, SECRET_KEY, Tablet
from tests.people import Person
from venues import devicecare

CARDS = 60
QUOTA = 25
ATTEMPTS = 20


@dataclass
class World:
    """What is there. `cards` are the cards' ids by their numbers, `blocked` the numbers of those that were blocked.

    `turned` is how far the service's clock is from the true one: blocks are written by that clock.
    """

    app: Flask
    tablets: list[Tablet]
    evenings: list[int]
    quota_evening: int
    cards: dict[str, int]
    manager: Actor
    coordinator: Actor
    worker: Person
    blocked: set[str] = field(default_factory=set)
    turned: timedelta = timedelta()

    def block(self, card: str) -> None:
        """Block a card; when this returns, its block is acknowledged."""
        with self.app.app_context():
            for _ in range(ATTEMPTS):
                # SQLite's lock goes to whoever asks at the right moment: another process may wait in vain for long.
                with contextlib.suppress(sa.exc.OperationalError):
                    now = clock.now() + self.turned
                    cards.block(self.cards[card], actor=self.coordinator, reason=CardReason.LOST, now=now)
                    break
            else:
                raise AssertionError(f"{card} could not be blocked")
        self.blocked.add(card)

    def revoke(self, device_id: int) -> None:
        """Take a tablet out of use."""
        with self.app.app_context():
            devicecare.revoke(device_id, actor=self.manager, now=clock.now())

    def let_go(self) -> None:
        """Close every connection of ours, so that the database's files can be taken away."""
        with self.app.app_context():
            db.session.remove()
            for engine in db.engines.values():
                engine.dispose()

    def draw_card(self, chance: random.Random) -> str:
        """Return the number of a card."""
        return chance.choice(list(self.cards))


@contextmanager
def made(database_url: str, folder: Path, *, tablets: int) -> Iterator[World]:
    """Make the ground in a migrated, empty database. Afterwards nothing of ours is connected to it."""
    app = create_app(Config(folder, database_url, SECRET_KEY, testing=True))
    with app.app_context():
        world = _make(app, tablets)
    try:
        yield world
    finally:
        world.let_go()


def _make(app: Flask, tablets: int) -> World:
    now = clock.now()
    area = factories.the_area()
    unit, venue = factories.make_unit(area), factories.make_venue(area)
    starts_at = now + timedelta(minutes=30)
    evenings = [
        factories.make_occurrence(venue=venue, starts_at=starts_at, quota=quota) for quota in (None, QUOTA, None)
    ]
    first_on = day_of(now) - 30 * DAY
    issued = [factories.make_issued_card(unit, first_on=first_on, children=place % 3) for place in range(CARDS)]
    return World(
        app,
        [factories.make_tablet(venue, name=f"Ovi {place + 1}", last_contact_at=now) for place in range(tablets)],
        [evening.id for evening in evenings],
        evenings[1].id,
        {card.number: card.id for card in issued},
        factories.make_actor(Role.VENUE_MANAGER, venue),
        factories.make_actor(Role.COORDINATOR, area),
        factories.make_person(Role.WORKER, unit),
    )
