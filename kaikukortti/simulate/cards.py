"""Made-up cards for the demo: 258 handed out, 9 community cards, stock at every unit."""

import random
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import Any

import sqlalchemy as sa

from kaikukortti import cardregister
from kaikukortti.db import db
from kaikukortti.models.cards import Batch, Card, CardEvent, CardPeriod, PeriodKind, new_ref
from kaikukortti.models.network import Area, Unit
from kaikukortti.profiles import Gender, HomeLanguage, LifeSituation, Profile
from kaikukortti.rules import card as card_rules
from kaikukortti.rules import number, period
from kaikukortti.rules.card import Action, CardKind, CardReason, State
from kaikukortti.simulate import names

HANDED_OUT = 258
EXPIRED = 34
DUE = 36  # end within the next six weeks, four of each unit
BLOCKED = 5
STOCK_LEFT = 100
UNIT_WEIGHTS = (8, 4, 4, 7, 9, 6, 5, 4, 5)
CHILDREN = (0,) * 62 + (1,) * 16 + (2,) * 14 + (3,) * 6 + (4,) * 2


@dataclass(frozen=True)
class SimulatedCard:
    """A card that is to make visits."""

    card_id: int
    line: str
    kind: CardKind
    first_on: date
    last_on: date
    children: int


@dataclass(frozen=True)
class _Plan:
    unit: Unit
    kind: CardKind
    first_on: date
    is_blocked: bool = False


def add_cards(
    area: Area, units: list[Unit], *, chance: random.Random, today: date, now: datetime
) -> list[SimulatedCard]:
    """Write batches, cards, periods, events and profiles, and return the cards that were handed out."""
    batches = {unit.id: _add_batch(area, unit, CardKind.PERSONAL, now) for unit in units}
    community = {unit.id: _add_batch(area, unit, CardKind.COMMUNITY, now) for unit in units}
    db.session.flush()
    numbers = _Numbers(area.prefix, chance)
    rows, made = [], []
    for plan in _plans(units, chance, today):
        batch = batches[plan.unit.id] if plan.kind is CardKind.PERSONAL else community[plan.unit.id]
        row = _card_row(plan, batch, area, numbers, chance)
        rows.append(row)
        made.append(row)
    for unit in units:
        rows += [_stock_row(unit, batches[unit.id], numbers, chance) for _ in range(STOCK_LEFT)]
        rows.append(_stock_row(unit, community[unit.id], numbers, chance))
    newest = cardregister.take_numbers(len(made))
    for place, row in enumerate(made, 1):
        row["n"] = newest - len(made) + place
    db.session.execute(sa.insert(Card), rows)
    ids = {text: key for text, key in db.session.execute(sa.select(Card.number, Card.id))}
    _add_history([(ids[row["number"]], row) for row in made], chance, today)
    return [
        SimulatedCard(
            ids[row["number"]], row["line"], row["kind"], row["first_on"], row["last_valid_on"], row["children"]
        )
        for row in made
    ]


class _Numbers:
    """Draws numbers that differ from one another."""

    def __init__(self, prefix: str, chance: random.Random) -> None:
        self._prefix, self._chance = prefix, chance
        self._seen: set[str] = set()

    def draw(self) -> str:
        while True:
            drawn = number.make(self._prefix, self._chance.choice)
            if drawn not in self._seen:
                self._seen.add(drawn)
                return drawn


def _plans(units: list[Unit], chance: random.Random, today: date) -> list[_Plan]:
    plans = []
    for place in range(HANDED_OUT):
        unit = chance.choices(units, UNIT_WEIGHTS)[0]
        if place < EXPIRED:
            unit = units[place % len(units)]
            first_on = today - timedelta(days=chance.randint(370, 430))
        elif place >= HANDED_OUT - DUE:
            unit = units[place % len(units)]
            first_on = today - timedelta(days=chance.randint(322, 361))
        else:
            first_on = today - timedelta(days=chance.randint(1, 355))
        while first_on.weekday() > 4:  # units hand out cards on weekdays
            first_on -= timedelta(days=1)
        plans.append(_Plan(unit, CardKind.PERSONAL, first_on, EXPIRED <= place < EXPIRED + BLOCKED))
    plans += [_Plan(unit, CardKind.COMMUNITY, today - timedelta(days=200)) for unit in units]
    return plans


def _card_row(plan: _Plan, batch: Batch, area: Area, numbers: _Numbers, chance: random.Random) -> dict[str, Any]:
    days = card_rules.validity(plan.first_on, months=area.validity_months, fixed_end_on=None)
    return {
        "number": numbers.draw(),
        "ref": new_ref(),
        "batch_id": batch.id,
        "kind": plan.kind,
        "unit_id": plan.unit.id,
        "line": f"{chance.getrandbits(128):032x}",
        "state": State.BLOCKED if plan.is_blocked else State.ACTIVE,
        "first_on": days.first_on,
        "last_valid_on": days.last_on,
        "children": chance.choice(CHILDREN) if plan.kind is CardKind.PERSONAL else 0,
    }


def _stock_row(unit: Unit, batch: Batch, numbers: _Numbers, chance: random.Random) -> dict[str, Any]:
    return {
        "number": numbers.draw(),
        "ref": new_ref(),
        "batch_id": batch.id,
        "kind": batch.kind,
        "unit_id": unit.id,
        "line": None,
        "n": None,
        "state": State.STOCK,
        "first_on": None,
        "last_valid_on": None,
        "children": 0,
    }


def _add_batch(area: Area, unit: Unit, kind: CardKind, now: datetime) -> Batch:
    batch = Batch(
        area_id=area.id,
        unit_id=unit.id,
        kind=kind,
        created_at=period.moment_of(period.day_of(now) - timedelta(days=450), time(9)),
    )
    db.session.add(batch)
    return batch


def _add_history(made: list[tuple[int, dict[str, Any]]], chance: random.Random, today: date) -> None:
    periods, events, profiles = [], [], []
    for card_id, row in made:
        handed_out_at = period.moment_of(row["first_on"], time(chance.randint(9, 15), chance.randint(0, 59)))
        periods.append(
            {
                "card_id": card_id,
                "kind": PeriodKind.REGISTRATION,
                "first_on": row["first_on"],
                "last_on": row["last_valid_on"],
                "children": row["children"],
                "recorded_at": handed_out_at,
            }
        )
        events.append(_event(card_id, Action.REGISTER, State.ACTIVE, period.moment_of(row["first_on"], time(0)), None))
        if row["state"] is State.BLOCKED:
            blocked_at = period.moment_of(today - timedelta(days=chance.randint(1, 2)), time(9))
            events.append(_event(card_id, Action.BLOCK, State.BLOCKED, blocked_at, CardReason.LOST))
        if row["kind"] is CardKind.PERSONAL:
            profiles.append(_profile(row["line"], chance, today))
    db.session.execute(sa.insert(CardPeriod), periods)
    db.session.execute(sa.insert(CardEvent), events)
    db.session.execute(sa.insert(Profile), profiles)


def _event(card_id: int, action: Action, state: State, at: datetime, reason: CardReason | None) -> dict[str, Any]:
    return {
        "card_id": card_id,
        "action": action,
        "state": state,
        "effective_from": at,
        "recorded_at": at,
        "reason": reason,
    }


def _profile(line: str, chance: random.Random, today: date) -> dict[str, Any]:
    silent = chance.random() < 0.3
    return {
        "line": line,
        "birth_year": today.year - min(max(int(chance.gauss(44, 17)), 16), 90),
        "postcode": chance.choice(names.POSTCODES),
        "gender": None if silent else chance.choice(list(Gender)),
        "life_situation": None if silent else chance.choice(list(LifeSituation)),
        "language": None if silent else chance.choices(list(HomeLanguage), (78, 2, 12, 3, 5))[0],
    }
