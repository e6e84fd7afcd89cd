"""A ticket seller for tests: a venue with a key, and sales through the services as the API makes them."""

import hashlib
import itertools
import json
from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import sqlalchemy as sa

from kaikukortti.db import db
from kaikukortti.models.network import Venue
from kaikukortti.rules.access import Actor, Role
from kaikukortti.rules.counting import Counts
from tests import factories
from tests.factories import NOW
from venues import apikeys, idempotency, keycare, sellers
from venues.apikeys import KnownKey, Scope
from venues.idempotency import Attempt
from venues.scanrows import Recorded
from venues.sellers import Sale

_serial = itertools.count(1)


@dataclass(frozen=True)
class Seller:
    """A ticket seller's key, known and whole, and the manager who made it."""

    manager: Actor
    token: str
    known: KnownKey


def make_seller(
    venue: Venue | None = None,
    *,
    is_sandbox: bool = False,
    scopes: Collection[Scope] = frozenset(Scope),
    now: datetime = NOW,
) -> Seller:
    """Make a key of a venue."""
    home = venue or factories.make_venue()
    manager = factories.make_actor(Role.VENUE_MANAGER, home)
    made = keycare.make("Kassa", actor=manager, venue_id=home.id, scopes=scopes, is_sandbox=is_sandbox, now=now)
    return Seller(manager, made.token, apikeys.recognise(made.token, now=now))


def begin(seller: Seller, name: str = "", *, now: datetime = NOW) -> Attempt:
    """Begin a request, a new one where none is named."""
    named = name or f"request-{next(_serial):012d}"
    oldest = apikeys.list_line(seller.known)[0]
    begun = idempotency.begin(named, hashlib.sha256(named.encode()).digest(), api_key_id=oldest, now=now)
    assert isinstance(begun, Attempt)
    return begun


def keep(attempt: Attempt, **said: object) -> None:
    """Keep what a request was answered."""
    idempotency.keep(attempt, status=201, answer=json.dumps(said))


def venue_of(seller: Seller) -> Venue:
    """Return the venue of a seller."""
    return db.session.get_one(Venue, seller.known.venue_id)


def sell(seller: Seller, code: str, *, now: datetime = NOW, occurrence: int | None = None, **facts: Any) -> Recorded:
    """Sell one adult's ticket, or the tickets that are given by their names."""
    counts = {kind: facts.pop(kind) for kind in vars(Counts()) if kind in facts}
    sale = Sale(code, occurrence, Counts(**(counts or {"adult": 1})), **facts)
    return sellers.use(sale, key=seller.known, attempt=begin(seller, now=now), now=now)


def count(table: type[Any] | sa.Table) -> int:
    """Return how many rows a table has now."""
    db.session.rollback()
    return db.session.scalar(sa.select(sa.func.count()).select_from(table)) or 0
