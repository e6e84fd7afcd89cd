"""Which scans count, as SQL (DESIGN §4 *Counting*): one definition for figures, limits and "taken into use"."""

from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import aliased

from kaikukortti.models.ledger import Scan, ScanCard, ScanDecision
from kaikukortti.models.programme import Event, Occurrence
from kaikukortti.rules.flag import UNVERIFIED
from kaikukortti.rules.programme import ONE_USE_IN_ALL

ADULTS = Scan.adult + Scan.worker
CHILDREN = Scan.child + Scan.under16


def is_counted(scan: type[Scan] = Scan) -> sa.ColumnElement[bool]:
    """Return the condition that a scan counts: it is no undo, no scan of its venue undoes it, no decision sets it
    aside. Costs two index look-ups a scan.
    """
    undo, later = aliased(Scan), aliased(ScanDecision)
    undone = sa.exists().where(undo.undoes == scan.scan_id, undo.venue_id == scan.venue_id)
    answered_since = sa.exists().where(
        later.scan_id == ScanDecision.scan_id, later.id > ScanDecision.id, later.counted.is_(True)
    )
    set_aside = sa.exists().where(
        ScanDecision.scan_id == scan.scan_id, ScanDecision.counted.is_(False), ~answered_since
    )
    return sa.and_(scan.undoes.is_(None), ~undone, ~set_aside)


def used_by(tickets: sa.ColumnElement[int]) -> sa.ColumnElement[int]:
    """Return the tickets of a scan as uses: none where it is a later read of a course place or a pass, of which the
    line's first day was the use. The query must (outer) join Event. Costs a few index look-ups a scan of a course.
    """
    first, link, first_link = aliased(Scan), aliased(ScanCard), aliased(ScanCard)
    there = aliased(Occurrence)
    has_begun = sa.exists().where(
        link.scan_id == Scan.scan_id,
        first_link.line == link.line,
        first.scan_id == first_link.scan_id,
        there.id == first.occurrence_id,
        there.event_id == Event.id,
        first.on_day < Scan.on_day,
        first.adult + first.child + first.worker + first.under16 > 0,
        is_counted(first),
    )
    return sa.case((sa.and_(Event.kind.in_(ONE_USE_IN_ALL), has_begun), 0), else_=tickets)


def is_verified() -> sa.ColumnElement[bool]:
    """Return the condition that a scan belongs to the network's figures, not to its venue's alone: its card is one of
    ours, or was linked to one later.
    """
    doubtful = sa.exists().where(ScanDecision.scan_id == Scan.scan_id, ScanDecision.flag.in_(UNVERIFIED))
    linked = sa.exists().where(ScanCard.scan_id == Scan.scan_id)
    return sa.or_(~doubtful, linked)


def is_used(line: Any) -> sa.ColumnElement[bool]:
    """Return the condition that a line of cards has been taken into use: one counted use at least."""
    return sa.exists().where(
        ScanCard.line == line, ScanCard.scan_id == Scan.scan_id, ADULTS + CHILDREN > 0, is_counted()
    )
