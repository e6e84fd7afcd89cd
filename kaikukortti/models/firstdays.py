"""The first day of each line at each course or pass, as SQL: counted.used_by for very many scans at once."""

from datetime import date
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import aliased

from kaikukortti.models import counted
from kaikukortti.models.counted import Moment
from kaikukortti.models.ledger import CUT_LATER, Scan, ScanCard
from kaikukortti.models.network import Venue
from kaikukortti.models.programme import Event, Occurrence
from kaikukortti.rules.programme import ONE_USE_IN_ALL


def find(*asked: sa.ColumnElement[bool], known_by: Moment | None = None) -> sa.CTE:
    """Return (event_id, line, first_on) of each line at each course or pass that was read in the scans asked for.

    `asked` are conditions on Scan and Venue. Linear in those scans, and in all scans of the courses and passes among
    them. `known_by` is that of `counted`.
    """
    read_now = (
        sa.select(Occurrence.event_id)
        .join(Scan, Scan.occurrence_id == Occurrence.id)
        .join(Venue, Venue.id == Scan.venue_id)
        .join(Event, Event.id == Occurrence.event_id)
        .where(*asked, Event.kind.in_(ONE_USE_IN_ALL))
    )
    other, there, link = aliased(Scan), aliased(Occurrence), aliased(ScanCard)
    query = (
        sa.select(there.event_id, link.line, sa.func.min(other.on_day).label("first_on"))
        .select_from(there)
        .join(other, other.occurrence_id == there.id)
        .join(link, link.scan_id == other.scan_id)
        .where(there.event_id.in_(read_now))
    )
    return _counted(query, other, there, link, known_by)


def of_lines(lines: sa.Select[Any]) -> sa.CTE:
    """Return the same of each of some lines at whatever course or pass it was read. Linear in all their scans."""
    other, there, link, event = aliased(Scan), aliased(Occurrence), aliased(ScanCard), aliased(Event)
    query = (
        sa.select(there.event_id, link.line, sa.func.min(other.on_day).label("first_on"))
        .select_from(link)
        .join(other, other.scan_id == link.scan_id)
        .join(there, there.id == other.occurrence_id)
        .join(event, event.id == there.event_id)
        .where(link.line.in_(lines), event.kind.in_(ONE_USE_IN_ALL))
    )
    return _counted(query, other, there, link, None)


def _counted(
    query: sa.Select[int, str | None, date],
    scan: type[Scan],
    there: type[Occurrence],
    link: type[ScanCard],
    known_by: Moment | None,
) -> sa.CTE:
    has_tickets = scan.adult + scan.child + scan.worker + scan.under16 > 0
    query = query.where(has_tickets, counted.is_counted(scan, known_by=known_by)).group_by(there.event_id, link.line)
    return query.cte("first_days").prefix_with("MATERIALIZED")


def is_use(begun: sa.CTE, *, known_by: Moment | None = None) -> sa.ColumnElement[int]:
    """Return counted.used_by as 1 or 0, in a query that joins Event and the first days (outer) by event and line.

    A look at the first days, of which there are few, spares what that costs for each scan of a course: a walk through
    all that its line ever visited. It is asked about passes that begin anew and codes that are not ours alone.
    """
    none = sa.or_(begun.c.first_on.is_(None), begun.c.first_on >= Scan.on_day)
    is_ours = Scan.raw_code.is_(None)
    return sa.case(
        (sa.or_(Event.id.is_(None), Event.kind.not_in(ONE_USE_IN_ALL)), 1),
        (Scan.cut_as.in_(CUT_LATER), 0),
        (Scan.cut_as.is_not(None), 1),
        (sa.and_(is_ours, none), 1),
        (sa.and_(is_ours, Event.pass_days.is_(None)), 0),
        else_=counted.used_by(sa.literal_column("1", sa.Integer()), known_by=known_by),
    )
