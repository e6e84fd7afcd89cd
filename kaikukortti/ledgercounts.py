"""What venues registered by month and event, counted from the ledger itself; monthcounts keeps what this finds.

The definitions are those of models/counted.py.
"""

import functools
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import aliased

from kaikukortti.db import db
from kaikukortti.models import counted, firstdays
from kaikukortti.models.cards import Card
from kaikukortti.models.ledger import CUT_OF_COMMUNITY, Scan, ScanCard
from kaikukortti.models.network import Venue
from kaikukortti.models.programme import Event
from kaikukortti.rules.card import CardKind
from kaikukortti.rules.programme import Category

SUMS = ("adults", "children", "helpers", "community", "scans")


@dataclass(frozen=True)
class Row:
    """Tickets of a venue in a month: of one event (None: visits to the house), or of all in a category. `venue_id` is 0
    where all venues of an area are added up.
    """

    venue_id: int
    month: date
    event_id: int | None
    category: Category
    is_verified: bool
    adults: int
    children: int
    helpers: int
    community: int
    scans: int


def count_days(*, area_id: int = 0, venue_id: int = 0, first_on: date, last_on: date) -> list[Row]:
    """Count some days of an area or of a venue, by month and event: linear in their scans, and in all scans of the
    courses and passes among them.
    """
    home, days = _asked(area_id, venue_id, first_on, last_on)
    return [
        Row(
            **{
                **row,
                "month": first_day(row["month"]),
                "event_id": row["event_id"] or None,
                "is_verified": bool(row["is_verified"]),
            }
        )
        for row in db.session.execute(_query(home), days).mappings()
    ]


def has_any(*, area_id: int = 0, venue_id: int = 0, first_on: date, last_on: date) -> bool:
    """Return whether there is a scan on these days, counted or not: a look into an index for each venue, where
    `count_days` is a query that takes PostgreSQL ten milliseconds to plan.
    """
    home, days = _asked(area_id, venue_id, first_on, last_on)
    return bool(db.session.scalar(_any(home), days))


def month_number(day: date) -> int:
    """Return the month of a day as a number: years times twelve and months from 0."""
    return day.year * 12 + day.month - 1


def first_day(number: int) -> date:
    """Return the first day of a month that is given as a number."""
    return date(number // 12, number % 12 + 1, 1)


def _asked(area_id: int, venue_id: int, first_on: date, last_on: date) -> tuple[str, dict[str, Any]]:
    days = {"home": area_id or venue_id, "since": first_on, "until": last_on + timedelta(days=1)}
    return "area" if area_id else "venue", days


@functools.cache
def _any(home: str) -> sa.Select[bool]:
    found = sa.select(sa.literal(1)).select_from(Scan)
    found = found.join(Venue, Venue.id == Scan.venue_id) if home == "area" else found
    return sa.select(found.where(*_within(home)).exists())


@functools.cache
def _query(home: str) -> sa.Select[Any]:
    """Return the query of an area or a venue (`home`) from a day (`since`) until before another (`until`).

    Made once: putting it together costs a hundred times what it costs to run it for a venue's month.
    """
    scans = _scans(home).cte("counted_scans").prefix_with("MATERIALIZED")  # or is_use is reckoned once for each sum
    columns = scans.c
    key = [columns[name] for name in ("venue_id", "month", "event_id", "is_verified", "category")]
    sums = {
        "adults": columns.adults * columns.is_use,
        "children": columns.children * columns.is_use,
        "helpers": columns.helpers,
        "community": (columns.adults + columns.children) * columns.is_use * columns.is_community,
    }
    added = [sa.cast(sa.func.sum(amount), sa.Integer).label(name) for name, amount in sums.items()]
    return sa.select(*key, *added, sa.func.count().label("scans")).group_by(*key)


def _scans(home: str) -> sa.Select[Any]:
    link, begun = aliased(ScanCard), firstdays.find(*_within(home))
    return (
        counted.of_ledger(
            Scan.venue_id,
            counted.month_index().label("month"),
            sa.func.coalesce(Event.id, 0).label("event_id"),
            sa.case((counted.is_verified(), 1), else_=0).label("is_verified"),
            counted.category().label("category"),
            counted.ADULTS.label("adults"),
            counted.CHILDREN.label("children"),
            (Scan.assistant + Scan.interpreter).label("helpers"),
            sa.case((_is_community(), 1), else_=0).label("is_community"),
            firstdays.is_use(begun).label("is_use"),
        )
        .outerjoin(link, link.scan_id == Scan.scan_id)
        .outerjoin(Card, Card.id == link.card_id)
        .outerjoin(begun, sa.and_(begun.c.event_id == Event.id, begun.c.line == link.line))
        .where(*_within(home), counted.is_counted())
    )


def _is_community() -> sa.ColumnElement[bool]:
    return sa.or_(Card.kind == CardKind.COMMUNITY, Scan.cut_as.in_(CUT_OF_COMMUNITY))


def _within(home: str) -> list[sa.ColumnElement[bool]]:
    place = Venue.area_id if home == "area" else Scan.venue_id
    since, until = (sa.bindparam(name, type_=sa.Date) for name in ("since", "until"))
    return [place == sa.bindparam("home", type_=sa.Integer), Scan.on_day >= since, Scan.on_day < until]
