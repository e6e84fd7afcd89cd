"""Made-up meetings for the demo: what got in the way and what clients thought, by quarter; goals on its own cards.

The goals of episodes are made up where the episodes are (demo/episodes).
"""

import random
from collections.abc import Sequence
from datetime import date, datetime, timedelta
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session

from kaikukortti.db import db
from kaikukortti.followup import meetings, references, store
from kaikukortti.followup.demo import own
from kaikukortti.followup.models.answers import Agreement, BarrierNote, BarriersAsked, MeetingFeedback
from kaikukortti.followup.models.holders import Goal, GoalReview
from kaikukortti.models.cards import Card
from kaikukortti.models.network import PartnerState, Unit
from kaikukortti.rules import period, span
from kaikukortti.rules.barrier import Barrier

SEED = 2018
QUARTERS = 8
MEETINGS = (12, 40)  # of a unit in a quarter, fewest and most
ASKED = 0.75
BARRIERS = {
    Barrier.TRANSPORT: 26,
    Barrier.COMPANY: 22,
    Barrier.NOT_KNOWING: 17,
    Barrier.NEW_PLACE: 12,
    Barrier.HEALTH: 14,
    Barrier.CHILDCARE: 6,
    Barrier.TIMES: 8,
    Barrier.SOLD_OUT: 5,
    Barrier.OFFER: 6,
    Barrier.TREATMENT: 2,
    Barrier.CARD_LOST: 3,
    Barrier.OTHER: 4,
}
HOW_MANY = (28, 42, 22, 8)  # of a hundred meetings: with no barrier, one, two, three
FELT = {Agreement.YES: 58, Agreement.PARTLY: 20, Agreement.NO: 6, Agreement.UNSAID: 16}
WISHES = (
    "Lisää aikaa",
    "Ei mitään, tämä oli hyvä",
    "Näyttö voisi olla isompi",
    "Menolistan voisi saada mukaan paperilla",
    "Olisi kiva mennä yhdessä ensimmäisellä kerralla",
    "Kahvia",
)
WISHED = 0.18
# The words of a goal, how important it is, its start, and marks: days ago, the client's step, the worker's or None.
MadeUp = tuple[str, int, int, tuple[tuple[int, int, int | None], ...]]
GOALS: tuple[tuple[MadeUp, ...], ...] = (
    (
        ("Käyn ulkona kerran viikossa", 3, -1, ((140, -1, -2), (75, 0, -1), (12, 1, 0))),
        ("Lapsen kanssa jotain kivaa joka kuukausi", 2, -2, ((140, -2, -2), (75, -1, -1), (12, 0, 1))),
    ),
    (("Uskallan mennä uuteen paikkaan", 1, -2, ((60, -2, -1), (9, -1, None))),),
    (),
)


def fill(*, area_id: int, now: datetime, secret: str) -> None:
    """Write the meetings of two years and some goals; nothing where there are meetings."""
    units = db.session.scalars(
        sa.select(Unit.id).where(Unit.area_id == area_id, Unit.state == PartnerState.ACTIVE).order_by(Unit.id)
    ).all()
    numbers = [demo.number for demo in own.list_demo_keys(area_id=area_id, secret=secret)]
    lines = db.session.scalars(sa.select(Card.line).where(Card.number.in_(numbers)).order_by(Card.id)).all()
    chance = random.Random(SEED + area_id)
    with store.writing() as session:
        if session.scalar(sa.select(sa.exists().where(MeetingFeedback.area_id == area_id))):
            return
        for unit_id in units:
            for quarter in _quarters(period.day_of(now)):
                place = {"area_id": area_id, "unit_id": unit_id, "quarter": quarter}
                session.add_all(_meetings(place, chance))
        for line, goals in zip(lines, GOALS, strict=False):
            _add_goals(session, references.of_line(line or "", secret=secret), goals, period.day_of(now))


def _quarters(today: date) -> list[date]:
    """Return the first days of the quarters that have ended, the oldest first."""
    running = meetings.quarter_of(today)
    return [period.add_months(running, -span.QUARTER * back) for back in range(QUARTERS, 0, -1)]


def _meetings(place: dict[str, Any], chance: random.Random) -> list[store.Base]:
    held = chance.randint(*MEETINGS)
    asked = sum(chance.random() < ASKED for _ in range(held))
    rows: list[store.Base] = [BarriersAsked(**place, meetings=asked)] if asked else []
    for _ in range(asked):
        most = chance.choices(range(len(HOW_MANY)), HOW_MANY)[0]
        named = set(chance.choices(list(BARRIERS), list(BARRIERS.values()), k=most))
        rows += [BarrierNote(id=_key(chance), **place, barrier=barrier) for barrier in sorted(named)]
    for _ in range(held):
        heard, useful = chance.choices(list(FELT), list(FELT.values()), k=2)
        wish = chance.choice(WISHES) if chance.random() < WISHED else ""
        rows.append(MeetingFeedback(id=_key(chance), **place, heard=heard, useful=useful, wish=wish))
    return rows


def _key(chance: random.Random) -> str:
    return f"{chance.getrandbits(128):032x}"


def _add_goals(session: Session, line_ref: str, goals: Sequence[MadeUp], today: date) -> None:
    for words, weight, start, marks in goals:
        days = {"set_on": today - timedelta(days=marks[0][0]), "target_on": period.add_months(today, 2)}
        goal = Goal(line_ref=line_ref, words=words, weight=weight, baseline=start, **days)
        session.add(goal)
        session.flush()
        session.add_all(
            GoalReview(goal_id=goal.id, on_day=today - timedelta(days=ago), client_level=client, worker_level=worker)
            for ago, client, worker in marks
        )
