"""Who got a first card in a year, by age and by life situation, as rounded numbers: what follow-up compares with the
structure of the units' own clients (I-12). Nothing exact leaves this module, and no other period can be asked for.
"""

import functools
from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any

import sqlalchemy as sa

from kaikukortti.cube import classes, ledger
from kaikukortti.cube.counting import Cell
from kaikukortti.cube.tables import Measure
from kaikukortti.db import UTCDateTime
from kaikukortti.models.cards import Card, CardPeriod, PeriodKind
from kaikukortti.models.network import Unit
from kaikukortti.profiles import Profile
from kaikukortti.rules import disclosure, rounding, suppression
from kaikukortti.rules.card import CardKind
from kaikukortti.rules.disclosure import NetworkSize

AGE, SITUATION = "age", "situation"
CLASSES = {
    AGE: (*classes.AGE_CODES, classes.NOT_TOLD),
    SITUATION: (*ledger.SITUATIONS, classes.NOT_TOLD),
}


@dataclass(frozen=True)
class NewHolders:
    """The new holders of a year: all of them, and by trait and class. A class that may not be told is not there."""

    total: int
    by_class: dict[str, dict[str, int]] = field(default_factory=dict)


def count(
    connection: sa.Connection, area_id: int, *, year: int, known_by: datetime, secret: bytes
) -> NewHolders | None:
    """Return an area's new holders of a year; None where the network is too small for traits (S5).

    Linear in the area's cards. A class of fewer than five holders is hidden, with another so that the total does not
    give it back (followup.md §6.10).
    """
    last_on = date(year, 12, 31)
    valid = sum(1 for _ in ledger.stream_holders(connection, area_id, on_day=last_on, known_by=known_by))
    if disclosure.size_of(valid) is not NetworkSize.TRAITS:
        return None
    given = {"area_id": area_id, "first_on": date(year, 1, 1), "last_on": last_on, "known_by": known_by}
    everyone, cells = _cells(connection.execute(_query(), given), year=year)
    by_class = {trait: _told(CLASSES[trait], found, secret) for trait, found in cells.items()}
    return NewHolders(_rounded(everyone, secret), by_class)


def _cells(rows: Iterable[Any], *, year: int) -> tuple[Cell, dict[str, dict[str, Cell]]]:
    everyone = Cell()
    cells: dict[str, dict[str, Cell]] = {trait: defaultdict(Cell) for trait in CLASSES}
    for line, birth_year, situation in rows:
        key = rounding.line_key(line)
        everyone.add(key)
        cells[AGE][classes.age_class(birth_year, year=year)].add(key)
        cells[SITUATION][situation or classes.NOT_TOLD].add(key)
    return everyone, cells


def _told(codes: tuple[str, ...], cells: dict[str, Cell], secret: bytes) -> dict[str, int]:
    kept_back = suppression.hidden_cells([cells[code].cards for code in codes])
    numbers = {
        code: _rounded(cells[code], secret)
        for place, code in enumerate(codes)
        if place not in kept_back and cells[code].cards
    }
    return numbers


def _rounded(cell: Cell, secret: bytes) -> int:
    return rounding.round_number(cell.cards, cards=cell.keys, measure=Measure.CARDS, secret=secret)


@functools.cache
def _query() -> sa.Select[Any]:
    """Return the lines whose first registration lies in a year, with what their holders told."""
    known_by = sa.bindparam("known_by", type_=UTCDateTime())
    first_on = sa.func.min(CardPeriod.first_on)
    lines = (
        sa.select(Card.line.label("line"))
        .join(CardPeriod, CardPeriod.card_id == Card.id)
        .join(Unit, Unit.id == Card.unit_id)
        .where(
            Unit.area_id == sa.bindparam("area_id", type_=sa.Integer()),
            Card.kind == CardKind.PERSONAL,
            Card.line.is_not(None),
            CardPeriod.kind == PeriodKind.REGISTRATION,
            CardPeriod.recorded_at < known_by,
            sa.or_(CardPeriod.withdrawn_at.is_(None), CardPeriod.withdrawn_at >= known_by),
        )
        .group_by(Card.line)
        .having(first_on.between(sa.bindparam("first_on", type_=sa.Date()), sa.bindparam("last_on", type_=sa.Date())))
        .subquery()
    )
    situation = sa.type_coerce(Profile.life_situation, sa.String())
    return sa.select(lines.c.line, Profile.birth_year, situation).outerjoin(Profile, Profile.line == lines.c.line)
