"""Counts that are made once a day, of those who have too many cards to be counted at every look; one row an area."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

import sqlalchemy as sa

from kaikukortti.db import db, is_writing, transactional
from kaikukortti.models.figures import CardCount
from kaikukortti.models.network import Area
from kaikukortti.rules import period

Figures = dict[str, Any]
"""What was counted, written as in a file."""


@dataclass(frozen=True)
class Kept:
    """What was counted, and when."""

    figures: Figures
    counted_at: datetime


def of_today(area_id: int, name: str, count: Callable[[], Figures], *, now: datetime) -> Kept:
    """Return what was counted today under a name; at the first look of the day it is counted, outside the transaction
    that keeps it, so that nobody at a door waits.
    """
    row = db.session.get(CardCount, area_id, populate_existing=True)
    kept = _of_day(row, period.day_of(now)).get(name)
    if kept is not None:
        return Kept(kept["figures"], datetime.fromisoformat(kept["counted_at"]))
    figures = count()
    if is_writing():
        _keep(area_id, name, figures, now)
    else:
        _write(area_id, name, figures, now)
    return Kept(figures, now)


@transactional
def _write(area_id: int, name: str, figures: Figures, now: datetime) -> None:
    _keep(area_id, name, figures, now)


def _keep(area_id: int, name: str, figures: Figures, now: datetime) -> None:
    """Put a count beside those of today. The area's row is locked, or of two who count at once one would be lost."""
    db.session.execute(sa.select(Area.id).where(Area.id == area_id).with_for_update(key_share=True))
    row = db.session.get(CardCount, area_id, populate_existing=True)
    counts = {**_of_day(row, period.day_of(now)), name: {"counted_at": now.isoformat(), "figures": figures}}
    db.session.merge(CardCount(area_id=area_id, counted_at=now, figures=counts))


def _of_day(row: CardCount | None, day: date) -> dict[str, Any]:
    """Return what was counted on a day, by name; a row as it was written before there were names holds nothing."""
    counts = {} if row is None else row.figures
    return {
        name: kept
        for name, kept in counts.items()
        if "counted_at" in kept and period.day_of(datetime.fromisoformat(kept["counted_at"])) == day
    }
