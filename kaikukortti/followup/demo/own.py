"""The demo's own keys, which everybody may know, and made-up answers to how a visit felt."""

import random
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

import sqlalchemy as sa

from kaikukortti.db import db
from kaikukortti.followup import mood, ownkeys, references, store
from kaikukortti.followup.models.answers import MoodAnswer
from kaikukortti.followup.models.holders import OwnKey
from kaikukortti.models import counted
from kaikukortti.models.cards import Card
from kaikukortti.models.ledger import Scan, ScanCard
from kaikukortti.models.network import Unit, Venue
from kaikukortti.rules import period, span
from kaikukortti.rules.card import CardKind, State

KEY = "DEM0-DEM0-DEM0-DEM0"  # typed with the letter O it works as well
CARDS = 3
SEED = 2017
ANSWERED = 0.3  # of the visits; nobody has to answer
WEIGHTS = (2, 4, 14, 42, 38)  # made up: from bad to very good
BACK = timedelta(days=730)


@dataclass(frozen=True)
class DemoKey:
    """A card of the demo that can be opened, and its key."""

    number: str
    key: str


def fill(*, area_id: int, now: datetime, secret: str) -> None:
    """Make keys for the cards that were used most, and answers for visits; does nothing where there are answers."""
    with store.reading() as session:
        if session.scalar(sa.select(sa.exists().where(MoodAnswer.area_id == area_id))):
            return
    for card in _used_most(area_id):
        assert card.line is not None and card.unit_id is not None
        ownkeys.keep(card.line, KEY, unit_id=card.unit_id, now=now - timedelta(days=30), secret=secret)
    answers = _answers(area_id, now=now, secret=secret)
    with store.writing() as session:
        session.add_all(MoodAnswer(**row) for row in answers)


def list_demo_keys(*, area_id: int, secret: str) -> list[DemoKey]:
    """Return the cards that `fill` made keys for and that still have one."""
    with store.reading() as session:
        kept = set(session.scalars(sa.select(OwnKey.line_ref)))
    cards = _used_most(area_id)
    return [DemoKey(card.number, KEY) for card in cards if references.of_line(card.line or "", secret=secret) in kept]


def _used_most(area_id: int) -> list[Card]:
    """Return the cards in use with the most scans of all, in the order of their ids."""
    query = (
        sa.select(Card)
        .join(Unit, Unit.id == Card.unit_id)
        .join(ScanCard, ScanCard.line == Card.line)
        .where(Unit.area_id == area_id, Card.kind == CardKind.PERSONAL, Card.state == State.ACTIVE)
        .group_by(Card.id)
        .order_by(sa.func.count().desc(), Card.id)
        .limit(CARDS)
    )
    return sorted(db.session.scalars(query), key=lambda card: card.id)


def _answers(area_id: int, *, now: datetime, secret: str) -> list[dict[str, Any]]:
    """Return made-up answers for some visits, at most three a card, venue and quarter."""
    chance, given, rows = random.Random(SEED), dict[str, int](), []
    query = (
        sa.select(ScanCard.line, Scan.venue_id, Scan.on_day)
        .join(ScanCard, ScanCard.scan_id == Scan.scan_id)
        .join(Venue, Venue.id == Scan.venue_id)
        .where(
            Venue.area_id == area_id, Scan.occurred_at >= now - BACK, ScanCard.line.is_not(None), counted.is_counted()
        )
        .order_by(Scan.occurred_at, Scan.scan_id)
    )
    keyed = {references.of_line(card.line or "", secret=secret) for card in _used_most(area_id)}
    for line, venue_id, on_day in db.session.execute(query):
        assert line is not None
        quarter = span.holding(on_day, span.QUARTER).first_on
        running = quarter == span.holding(period.day_of(now), span.QUARTER).first_on
        if chance.random() >= ANSWERED or (running and references.of_line(line, secret=secret) in keyed):
            continue  # who opens a card of the demo finds a question to answer
        mac = mood.mac_of(line, venue_id, quarter, secret=secret)
        if given.get(mac, 0) < mood.MOST:
            given[mac] = given.get(mac, 0) + 1
            felt = chance.choices(mood.MOODS, WEIGHTS)[0]
            rows.append({"area_id": area_id, "venue_id": venue_id, "quarter": quarter, "mood": felt, "holder_mac": mac})
    return rows
