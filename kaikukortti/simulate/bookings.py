"""Made-up bookings for the demo: places by telephone and by units, groups that ask, units that look for company."""

import random
import secrets
from collections.abc import Sequence
from datetime import date, datetime, timedelta
from typing import Any

import sqlalchemy as sa

from kaikukortti.db import db
from kaikukortti.models.bookings import Booking, CompanyWish
from kaikukortti.models.cards import Card
from kaikukortti.models.network import Unit
from kaikukortti.models.programme import Event, Occurrence
from kaikukortti.rules import period
from kaikukortti.rules.booking import AccessNeed, BookedBy, BookingKind, BookingState
from kaikukortti.rules.card import CardKind, State
from kaikukortti.rules.programme import EventKind

DAYS = 10
SINGLES, GROUPS, WISHES = 14, 4, 6
# The service draws from a longer list (venues/bookingwords); a demo needs few.
WORDS = (
    "aalto airo hanki harju ilta joki kaarna kallio kanto katiska kivi koivu kuusi lahti lampi lato lehti luoto"
    " maja manner marja mylly niitty oja pelto polku puro pursi ranta reitti saari sammal silta tuuli usva vene"
).split()


def add_bookings(units: Sequence[Unit], *, chance: random.Random, now: datetime) -> None:
    """Write bookings for the next days' performances and matches, and what groups have asked. Linear in cards."""
    db.session.flush()
    today = period.day_of(now)
    dates = list(db.session.scalars(_coming(today)))
    if not dates:
        return
    valid = list(db.session.scalars(_valid(today)))
    holders = [card for card in valid if card.kind is CardKind.PERSONAL]
    groups = [card for card in valid if card.kind is CardKind.COMMUNITY]
    words = iter(chance.sample(WORDS, SINGLES + GROUPS))
    rows = [
        _single(chance.choice(dates), card, next(words), is_by_unit=chance.random() < 0.5)
        for card in chance.sample(holders, min(SINGLES, len(holders)))
    ]
    for number, card in enumerate(chance.sample(groups, min(GROUPS, len(groups)))):
        state = BookingState.ASKED if number % 2 else BookingState.BOOKED
        rows.append(_group(chance.choice(dates), card, next(words), state, under16=chance.randint(2, 5)))
    made = {"created_at": now, "changed_at": now}
    db.session.execute(sa.insert(Booking), [{**row, **made, "ref": secrets.token_hex(8)} for row in rows])
    wishes = {(chance.choice(dates).id, chance.choice(units).id): chance.randint(1, 2) for _ in range(WISHES)}
    db.session.execute(
        sa.insert(CompanyWish),
        [
            {"occurrence_id": occurrence_id, "unit_id": unit_id, "people": people, "changed_at": now}
            for (occurrence_id, unit_id), people in wishes.items()
        ],
    )


def _valid(today: date) -> sa.Select[Card]:
    is_valid = sa.and_(Card.state == State.ACTIVE, Card.last_valid_on > today + timedelta(days=DAYS))
    return sa.select(Card).where(is_valid, Card.first_on <= today).order_by(Card.id)


def _coming(today: date) -> sa.Select[Occurrence]:
    kinds = (EventKind.PERFORMANCE, EventKind.MATCH)
    days = Occurrence.on_day.between(today + timedelta(days=1), today + timedelta(days=DAYS))
    return sa.select(Occurrence).join(Event).where(days, Event.kind.in_(kinds)).order_by(Occurrence.id)


def _single(date_: Occurrence, card: Card, word: str, *, is_by_unit: bool) -> dict[str, Any]:
    return {
        **_of(date_, card, word),
        "kind": BookingKind.SINGLE,
        "booked_by": BookedBy.UNIT if is_by_unit else BookedBy.VENUE,
        "state": BookingState.BOOKED,
        "unit_id": card.unit_id if is_by_unit else None,
        "adult": 1,
        "child": min(card.children, 2),
        "worker": 0,
        "under16": 0,
        "own_cards": 0,
        "arrives_at": None,
        "access_needs": [],
    }


def _group(date_: Occurrence, card: Card, word: str, state: BookingState, *, under16: int) -> dict[str, Any]:
    return {
        **_of(date_, card, word),
        "kind": BookingKind.GROUP,
        "booked_by": BookedBy.UNIT,
        "state": state,
        "unit_id": card.unit_id,
        "adult": 0,
        "child": 0,
        "worker": 1,
        "under16": under16,
        "own_cards": 2,
        "arrives_at": date_.starts_at - timedelta(minutes=20),
        "access_needs": [AccessNeed.CALM_PLACE.value],
    }


def _of(date_: Occurrence, card: Card, word: str) -> dict[str, Any]:
    return {
        "venue_id": date_.venue_id,
        "occurrence_id": date_.id,
        "on_day": date_.on_day,
        "word": word,
        "holder": card.line,
        "card_id": card.id,
        "assistant": 0,
        "interpreter": 0,
    }
