"""The recorded visits of a line of cards, from the main database: for the holder, and for whom the holder lets see.

Only what counts (models/counted): undone and withdrawn visits are not there. Nothing is written and nobody is asked for
leave here: whoever calls has checked that the holder opened the page or gave the grant.
"""

from dataclasses import dataclass
from datetime import date
from typing import Any

import sqlalchemy as sa

from kaikukortti.db import db
from kaikukortti.models import counted
from kaikukortti.models.ledger import Scan, ScanCard
from kaikukortti.models.network import Venue
from kaikukortti.models.programme import Event
from kaikukortti.rules.programme import Category

MOST = 2000  # newest visits that are read of one line: far more than anybody makes


@dataclass(frozen=True)
class Visit:
    """A recorded visit: the day it counts on, where, of what kind, with how many tickets. The event's names are empty
    for a visit to the house.
    """

    on_day: date
    venue_id: int
    venue_fi: str
    venue_sv: str
    venue_en: str
    municipality: str
    category: Category
    adults: int
    children: int
    event_fi: str = ""
    event_sv: str = ""
    event_en: str = ""


def of_line(line: str, *, first_on: date | None = None, last_on: date | None = None) -> list[Visit]:
    """Return the counted visits of a line of cards between two days (both included), newest first. Linear in them."""
    query = (
        counted.of_ledger(*_COLUMNS)
        .join(ScanCard, ScanCard.scan_id == Scan.scan_id)
        .where(ScanCard.line == line, counted.ADULTS + counted.CHILDREN > 0, counted.is_counted())
        .order_by(Scan.on_day.desc(), Scan.occurred_at.desc(), Scan.scan_id)
        .limit(MOST)
    )
    if first_on is not None:
        query = query.where(Scan.on_day >= first_on)
    if last_on is not None:
        query = query.where(Scan.on_day <= last_on)
    return [Visit(*row) for row in db.session.execute(query)]


# In the order of Visit's fields.
_COLUMNS: tuple[Any, ...] = (
    Scan.on_day,
    Venue.id,
    Venue.name_fi,
    Venue.name_sv,
    Venue.name_en,
    Venue.municipality,
    counted.category(),
    counted.ADULTS,
    counted.CHILDREN,
    sa.func.coalesce(Event.title_fi, ""),
    sa.func.coalesce(Event.title_sv, ""),
    sa.func.coalesce(Event.title_en, ""),
)
