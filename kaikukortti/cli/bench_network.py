"""The network that the whole service is measured on: years of visits, a tablet, cards in use, blank ones."""

import json
import uuid
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

import sqlalchemy as sa

from kaikukortti import app as application
from kaikukortti import cardcounts, clock, db, monthcounts, stock
from kaikukortti.cli import bench_statistics
from kaikukortti.cli.bench_load import Call
from kaikukortti.config import Config
from kaikukortti.models.cards import Card
from kaikukortti.models.network import Area, Membership, Venue
from kaikukortti.rules.access import Actor, Role
from kaikukortti.rules.card import State
from venues import devices

MOST_CARDS = 5_000


@dataclass(frozen=True)
class Filled:
    """What was made: credentials of tablets, each at a venue of its own, numbers of cards that are in use, and of blank
    ones of a worker's unit.
    """

    credentials: list[str]
    numbers: list[str]
    stock: list[str]
    card_id: int
    area_id: int


def fill(settings: Config, *, visits: int, blank: int, tablets: int = 1) -> Filled:
    """Fill a database with years of visits, and with what doors and a desk need today."""
    bench_statistics.fill(settings, visits)
    app = application.create_app(settings)
    with app.app_context():
        filled = _add_today(settings, blank, tablets)
        monthcounts.refresh(filled.area_id)  # as every night, so that no first look has to
        cardcounts.of_area(filled.area_id, now=clock.now())
        db.db.session.remove()
        for engine in db.db.engines.values():
            engine.dispose()
    return filled


def _add_today(settings: Config, blank: int, tablets: int) -> Filled:
    session, now = db.db.session, clock.now()
    area_id = session.scalars(sa.select(Area.id)).one()
    venue_ids = session.scalars(sa.select(Venue.id).order_by(Venue.id).limit(tablets)).all()
    unit_id = session.scalars(sa.select(Membership.unit_id).where(Membership.role == Role.WORKER)).first()
    coordinator = Actor(None, "bench", Role.COORDINATOR, area_id=area_id)
    batch = stock.add_batch(actor=coordinator, unit_id=unit_id or 0, count=blank, now=now)
    in_use = sa.select(Card.number).where(Card.state == State.ACTIVE).order_by(Card.id).limit(MOST_CARDS)
    own = sa.select(sa.func.max(Card.id)).where(Card.unit_id == unit_id, Card.state == State.ACTIVE)
    return Filled(
        [_enrol(venue_id, settings, now) for venue_id in venue_ids],
        list(session.scalars(in_use)),
        stock.list_numbers(batch.id),
        session.scalar(own) or 0,
        area_id,
    )


def _enrol(venue_id: int, settings: Config, now: datetime) -> str:
    manager = Actor(None, "bench", Role.VENUE_MANAGER, venue_id=venue_id)
    code = devices.plan_enrolment(actor=manager, venue_id=venue_id, now=now)
    return devices.enrol(code=code, name="bench", secret_key=settings.secret_key, now=now).credential


def scan_call(numbers: Sequence[str]) -> Call:
    """Return a tablet's upload of one scan of each card, made now."""
    at = clock.now().isoformat()
    items = [
        {
            "scan_id": str(uuid.uuid4()),
            "occurred": at,
            "counts": {"adult": 1},
            "code": text,
            "occurrence": None,
            "entry": "camera",
            "shown": "welcome",
        }
        for text in numbers
    ]
    return Call("/door/api/scans", json.dumps({"items": items}).encode())
