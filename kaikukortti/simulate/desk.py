"""Made-up work at the desk for the demo: talks about unused cards, answers to what stood in the way."""

import random
from datetime import date, datetime, time, timedelta

import sqlalchemy as sa

from kaikukortti.db import db
from kaikukortti.models.cards import BarrierAnswer, CardTalk
from kaikukortti.models.ledger import ScanCard
from kaikukortti.models.network import Area
from kaikukortti.rules import period
from kaikukortti.rules.barrier import Barrier
from kaikukortti.rules.card import CardKind
from kaikukortti.simulate.cards import SimulatedCard

TALKED = 0.3
ANSWERS = 46
MONTHS = 14
# Getting there, company and knowing the offer are what surveys name most (followup.md §4); the others follow.
WEIGHTS = {Barrier.TRANSPORT: 9, Barrier.COMPANY: 10, Barrier.NOT_KNOWING: 8, Barrier.HEALTH: 6, Barrier.TIMES: 5}


def add_desk_work(area: Area, cards: list[SimulatedCard], *, chance: random.Random, today: date) -> None:
    """Write talks about some of the cards that nobody has used, and a year's answers at renewals. Linear in cards."""
    db.session.flush()
    used = set(db.session.scalars(sa.select(ScanCard.line).distinct()))
    asleep = [card for card in cards if card.line not in used and _is_old_and_valid(card, today)]
    talks = [_talk(card, chance, today) for card in asleep if chance.random() < TALKED]
    db.session.execute(sa.insert(CardTalk), talks)
    this_month = today.replace(day=1)
    reasons = [(barrier, WEIGHTS.get(barrier, 2)) for barrier in Barrier]
    answers = [
        {
            "area_id": area.id,
            "month": period.add_months(this_month, -chance.randrange(MONTHS)),
            "barrier": chance.choices([barrier for barrier, _ in reasons], [weight for _, weight in reasons])[0],
        }
        for _ in range(ANSWERS)
    ]
    db.session.execute(sa.insert(BarrierAnswer), answers)


def _talk(card: SimulatedCard, chance: random.Random, today: date) -> dict[str, int | datetime]:
    day = today - timedelta(days=chance.randint(1, 25))
    while day.weekday() > 4:  # units meet their clients on weekdays
        day -= timedelta(days=1)
    return {"card_id": card.card_id, "talked_at": period.moment_of(day, time(chance.randint(9, 15), 10))}


def _is_old_and_valid(card: SimulatedCard, today: date) -> bool:
    return card.kind is CardKind.PERSONAL and today - card.first_on >= timedelta(days=30) and card.last_on >= today
