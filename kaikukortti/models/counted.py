"""Which scans count, as SQL (DESIGN §4 *Counting*): one definition for figures, limits and "taken into use"."""

from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import aliased

from kaikukortti.models.ledger import Scan, ScanCard, ScanDecision
from kaikukortti.models.programme import Event, Occurrence
from kaikukortti.rules.flag import UNVERIFIED, Answer, Flag
from kaikukortti.rules.programme import ONE_USE_IN_ALL

ADULTS = Scan.adult + Scan.worker
CHILDREN = Scan.child + Scan.under16


def is_counted(scan: type[Scan] = Scan) -> sa.ColumnElement[bool]:
    """Return the condition that a scan counts: it is no undo, no undo of its venue that is in force names it, no
    decision sets it aside. Costs two index look-ups a scan, and one more an undo.
    """
    undo = aliased(Scan)
    # SQLite would walk the venue's scans, or all that are no undo; adding nothing keeps it on the few that are meant.
    is_of_venue = undo.venue_id + 0 == scan.venue_id
    is_no_undo = (scan.undoes + "").is_(None)
    undone = sa.exists().where(undo.undoes == scan.scan_id, is_of_venue, ~is_set_aside(undo))
    return sa.and_(is_no_undo, ~undone, ~is_set_aside(scan))


def is_set_aside(scan: type[Scan]) -> sa.ColumnElement[bool]:
    """Return the condition that the newest decision about a scan which says whether it counts, says no."""
    decision, later = aliased(ScanDecision), aliased(ScanDecision)
    answered_since = sa.exists().where(
        later.scan_id == decision.scan_id, later.id > decision.id, later.counted.is_(True)
    )
    return sa.exists().where(decision.scan_id == scan.scan_id, decision.counted.is_(False), ~answered_since)


def is_detached() -> sa.ColumnElement[bool]:
    """Return the condition that a scan's event had been cancelled when it came in, and nobody has said since that it
    took place after all: the visit is one to the house.
    """
    later = aliased(ScanDecision)
    took_place = sa.exists().where(
        later.scan_id == Scan.scan_id, later.flag == Flag.CANCELLED, later.answer == Answer.COUNT
    )
    raised = sa.exists().where(ScanDecision.scan_id == Scan.scan_id, ScanDecision.flag == Flag.CANCELLED)
    return sa.and_(raised, ~took_place)


def used_by(tickets: sa.ColumnElement[int]) -> sa.ColumnElement[int]:
    """Return the tickets of a scan as uses: none where it is a later read of a course place or a pass, of which the
    first day was the use. It is the line's first day, or that of a code which is not ours and has no line. The query
    must (outer) join Event. Costs a few index look-ups a scan of a course.
    """
    link, first_link = aliased(ScanCard), aliased(ScanCard)
    first, unlinked = aliased(Scan), aliased(Scan)
    begun_by_line = sa.exists().where(
        link.scan_id == Scan.scan_id,
        first_link.line == link.line,
        first.scan_id == first_link.scan_id,
        _is_earlier_day_of_event(first),
    )
    begun_by_code = sa.exists().where(unlinked.raw_code == Scan.raw_code, _is_earlier_day_of_event(unlinked))
    has_begun = sa.or_(begun_by_line, begun_by_code)
    return sa.case((sa.and_(Event.kind.in_(ONE_USE_IN_ALL), has_begun), 0), else_=tickets)


def _is_earlier_day_of_event(first: type[Scan]) -> sa.ColumnElement[bool]:
    there = aliased(Occurrence)
    return sa.and_(
        there.id == first.occurrence_id,
        there.event_id == Event.id,
        first.on_day < Scan.on_day,
        first.adult + first.child + first.worker + first.under16 > 0,
        is_counted(first),
    )


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
