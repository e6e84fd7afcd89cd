"""What the rules of retention share: what a run is asked, what a rule answers, small transactions. None is here."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, TypeVar

import sqlalchemy as sa

from kaikukortti.db import Base, db, transactional
from kaikukortti.rules import period

AT_ONCE = 1_000
"""Rows that one transaction takes: on SQLite a tablet's scan waits behind it."""

Row = TypeVar("Row")


@dataclass(frozen=True)
class Asked:
    """A run: when, under which secret, how long the log is kept, in earnest or only to see (`is_dry`)."""

    now: datetime
    secret: str
    log_months: int
    is_dry: bool

    @property
    def today(self) -> date:
        """Return the day of the run."""
        return period.day_of(self.now)


@dataclass(frozen=True)
class Line:
    """A kind of data in the report: how many rows went, and by which rule. `is_held` are due and wait for something."""

    kind: str
    rows: int
    rule: str
    is_held: bool = False


def in_parts(rows: Sequence[Row]) -> list[Sequence[Row]]:
    """Return rows in parts of which each is one transaction."""
    return [rows[at : at + AT_ONCE] for at in range(0, len(rows), AT_ONCE)]


def count(table: type[Base], condition: sa.ColumnElement[bool]) -> int:
    """Return how many rows of a table meet a condition."""
    return db.session.scalar(sa.select(sa.func.count()).select_from(table).where(condition)) or 0


def sweep(table: type[Base], condition: sa.ColumnElement[bool]) -> int:
    """Delete the rows that meet a condition, a part at a time, and return how many there were."""
    total = 0
    while True:
        taken = _delete_some(table, condition)
        total += taken
        if taken < AT_ONCE:
            return total


@transactional
def _delete_some(table: type[Base], condition: sa.ColumnElement[bool]) -> int:
    key, found = _some(table, condition)
    if found:
        gone = sa.delete(table).where(key.in_(found))
        db.session.execute(gone.execution_options(synchronize_session=False))
    return len(found)


def _some(table: type[Base], condition: sa.ColumnElement[bool]) -> tuple[Any, list[Any]]:
    columns = list(table.__table__.primary_key)
    rows = db.session.execute(sa.select(*columns).where(condition).limit(AT_ONCE)).all()
    if len(columns) == 1:
        return columns[0], [row[0] for row in rows]
    return sa.tuple_(*columns), [tuple(row) for row in rows]
