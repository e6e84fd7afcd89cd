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
from kaikukortti.models import counted
from kaikukortti.models.cards import Card
from kaikukortti.models.ledger import Scan, ScanCard
from kaikukortti.models.network import Venue
from kaikukortti.models.programme import Event, Occurrence
from kaikukortti.rules.card import CardKind
from kaikukortti.rules.programme import ONE_USE_IN_ALL, Category

SUMS = ("adults", "children", "helpers", "community", "scans")


@dataclass(frozen=True)
class Row:
    """Tickets of a venue in a month: of one event (None: visits to the house), or of all in a category."""

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
    home = "area" if area_id else "venue"
    days = {"home": area_id or venue_id, "since": first_on, "until": last_on + timedelta(days=1)}
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


def month_number(day: date) -> int:
    """Return the month of a day as a number: years times twelve and months from 0."""
    return day.year * 12 + day.month - 1


def first_day(number: int) -> date:
    """Return the first day of a month that is given as a number."""
    return date(number // 12, number % 12 + 1, 1)


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
    link, begun = aliased(ScanCard), _first_days(home)
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
            sa.case((Card.kind == CardKind.COMMUNITY, 1), else_=0).label("is_community"),
            _is_use(begun).label("is_use"),
        )
        .outerjoin(link, link.scan_id == Scan.scan_id)
        .outerjoin(Card, Card.id == link.card_id)
        .outerjoin(begun, sa.and_(begun.c.event_id == Event.id, begun.c.line == link.line))
        .where(*_within(home), counted.is_counted())
    )


def _is_use(begun: sa.CTE) -> sa.ColumnElement[int]:
    """Return counted.used_by as 1 or 0. A look at the first days, of which there are few, spares what that costs for
    each scan of a course: a walk through all that its line ever visited. It is asked about passes that begin anew and
    codes that are not ours alone.
    """
    none = sa.or_(begun.c.first_on.is_(None), begun.c.first_on >= Scan.on_day)
    is_ours = Scan.raw_code.is_(None)
    return sa.case(
        (sa.or_(Event.id.is_(None), Event.kind.not_in(ONE_USE_IN_ALL)), 1),
        (sa.and_(is_ours, none), 1),
        (sa.and_(is_ours, Event.pass_days.is_(None)), 0),
        else_=counted.used_by(sa.literal_column("1", sa.Integer)),
    )


def _first_days(home: str) -> sa.CTE:
    """Return the first day of each line at each course or pass that was read within the days asked for."""
    read_now = (
        sa.select(Occurrence.event_id)
        .join(Scan, Scan.occurrence_id == Occurrence.id)
        .join(Venue, Venue.id == Scan.venue_id)
        .join(Event, Event.id == Occurrence.event_id)
        .where(*_within(home), Event.kind.in_(ONE_USE_IN_ALL))
    )
    other, there, link = aliased(Scan), aliased(Occurrence), aliased(ScanCard)
    return (
        sa.select(there.event_id, link.line, sa.func.min(other.on_day).label("first_on"))
        .select_from(there)
        .join(other, other.occurrence_id == there.id)
        .join(link, link.scan_id == other.scan_id)
        .where(
            there.event_id.in_(read_now),
            other.adult + other.child + other.worker + other.under16 > 0,
            counted.is_counted(other),
        )
        .group_by(there.event_id, link.line)
        .cte("first_days")
        .prefix_with("MATERIALIZED")
    )


def _within(home: str) -> list[sa.ColumnElement[bool]]:
    place = Venue.area_id if home == "area" else Scan.venue_id
    since, until = (sa.bindparam(name, type_=sa.Date) for name in ("since", "until"))
    return [place == sa.bindparam("home", type_=sa.Integer), Scan.on_day >= since, Scan.on_day < until]
