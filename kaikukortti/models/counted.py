"""Which scans count, as SQL (DESIGN §4 *Counting*): one definition for figures, limits and "taken into use"."""

from datetime import datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import aliased

from kaikukortti.models.cards import CardPeriod
from kaikukortti.models.keeping import FirstUse
from kaikukortti.models.ledger import CUT_LATER, CUT_OF_CARDS, Scan, ScanCard, ScanDecision
from kaikukortti.models.network import Venue
from kaikukortti.models.passes import DaysLater
from kaikukortti.models.programme import Event, Occurrence
from kaikukortti.rules.flag import UNVERIFIED, Answer, Flag
from kaikukortti.rules.programme import ONE_USE_IN_ALL, Category

Moment = datetime | sa.BindParameter[datetime]
"""A moment, or the place of one in a query that is built once and asked often."""

ADULTS = Scan.adult + Scan.worker
CHILDREN = Scan.child + Scan.under16


def is_counted(scan: type[Scan] = Scan, *, known_by: Moment | None = None) -> sa.ColumnElement[bool]:
    """Return the condition that a scan counts: it is no undo, no undo of its venue that is in force names it, no
    decision sets it aside. Costs two index look-ups a scan, and one more an undo.

    Here and below, `known_by` judges as one would have at that moment: by what had arrived or been decided before.
    """
    undo = aliased(Scan)
    # SQLite would walk the venue's scans, or all that are no undo; neither form lets it, nor PostgreSQL, use an index.
    # PostgreSQL still knows that nearly every scan is no undo: of `undoes || ''` it expects one in two hundred.
    is_of_venue = undo.venue_id + 0 == scan.venue_id
    is_no_undo = scan.undoes.is_(None).is_(True)
    undone = sa.exists().where(
        undo.undoes == scan.scan_id,
        is_of_venue,
        ~is_set_aside(undo, known_by=known_by),
        *_before(undo.received_at, known_by),
    )
    return sa.and_(is_no_undo, ~undone, ~is_set_aside(scan, known_by=known_by), *_before(scan.received_at, known_by))


def is_set_aside(scan: type[Scan], *, known_by: Moment | None = None) -> sa.ColumnElement[bool]:
    """Return the condition that the newest decision about a scan which says whether it counts, says no."""
    decision, later = aliased(ScanDecision), aliased(ScanDecision)
    answered_since = sa.exists().where(
        later.scan_id == decision.scan_id,
        later.id > decision.id,
        later.counted.is_(True),
        *_before(later.decided_at, known_by),
    )
    return sa.exists().where(
        decision.scan_id == scan.scan_id,
        decision.counted.is_(False),
        ~answered_since,
        *_before(decision.decided_at, known_by),
    )


def is_detached(*, known_by: Moment | None = None) -> sa.ColumnElement[bool]:
    """Return the condition that a scan's event had been cancelled when it came in, and nobody has said since that it
    took place after all: the visit is one to the house.
    """
    later = aliased(ScanDecision)
    took_place = sa.exists().where(
        later.scan_id == Scan.scan_id,
        later.flag == Flag.CANCELLED,
        later.answer == Answer.COUNT,
        *_before(later.decided_at, known_by),
    )
    raised = sa.exists().where(
        ScanDecision.scan_id == Scan.scan_id,
        ScanDecision.flag == Flag.CANCELLED,
        *_before(ScanDecision.decided_at, known_by),
    )
    return sa.and_(raised, ~took_place)


def used_by(tickets: sa.ColumnElement[int], *, known_by: Moment | None = None) -> sa.ColumnElement[int]:
    """Return the tickets of a scan as uses: none where it is a later read of a course place or a pass, of which the
    first day was the use. It is the line's first day, or that of a code which is not ours and has no line. A pass that
    lasts some days is used anew by the first visit after them (rules/limit.passes_begun). The query must (outer) join
    Event. Costs a few index look-ups a scan of a course, and some more a later scan of a pass. A scan whose link was
    cut says itself what it was.
    """
    by_line, by_code = _Earlier(is_by_line=True, known_by=known_by), _Earlier(is_by_line=False, known_by=known_by)
    has_begun = sa.or_(by_line.is_there(), by_code.is_there())
    begins_anew = sa.or_(by_line.begins_pass(), by_code.begins_pass())
    return sa.case(
        (sa.or_(Event.id.is_(None), Event.kind.not_in(ONE_USE_IN_ALL)), tickets),
        (Scan.cut_as.in_(CUT_LATER), 0),
        (sa.or_(Scan.cut_as.is_not(None), ~has_begun), tickets),
        (Event.pass_days.is_(None), 0),
        (begins_anew, tickets),
        else_=0,
    )


class _Earlier:
    """The counted visits to the event of a query's scan: of its line of cards, or of its code that is not ours."""

    def __init__(self, *, is_by_line: bool, known_by: Moment | None) -> None:
        self._is_by_line, self._known_by = is_by_line, known_by

    def is_there(self) -> sa.ColumnElement[bool]:
        """Return whether there is one on an earlier day."""
        first = aliased(Scan)
        return sa.exists().where(*self._is_mine(first), first.on_day < Scan.on_day)

    def begins_pass(self) -> sa.ColumnElement[bool]:
        """Return whether the day of the scan is one on which a pass was begun: the very first visit, and the first one
        after each pass.
        """
        first, later = aliased(Scan), aliased(Scan)
        outer = (Scan, Event)
        begun = sa.select(sa.func.min(first.on_day).label("on_day")).where(*self._is_mine(first)).correlate(*outer)
        chain = begun.cte("begun", recursive=True, nesting=True)
        follows = later.on_day.between(DaysLater(chain.c.on_day, Event.pass_days), Scan.on_day)
        after = sa.select(sa.func.min(later.on_day)).where(*self._is_mine(later), follows).correlate(*outer, chain)
        step = sa.select(after.scalar_subquery()).where(chain.c.on_day < Scan.on_day).correlate(*outer)
        chain = chain.union_all(step)
        return sa.select(chain.c.on_day).where(chain.c.on_day == Scan.on_day).correlate(*outer).exists()

    def _is_mine(self, other: type[Scan]) -> list[sa.ColumnElement[bool]]:
        there, link, other_link = aliased(Occurrence), aliased(ScanCard), aliased(ScanCard)
        by_line = [
            link.scan_id == Scan.scan_id,
            other_link.line == link.line,
            other.scan_id == other_link.scan_id,
        ]
        # Saying that there is a code at all keeps SQLite from walking an event's scans for the many that have none.
        by_code = [Scan.raw_code.is_not(None), other.raw_code == Scan.raw_code]
        return [
            *(by_line if self._is_by_line else by_code),
            there.id == other.occurrence_id,
            there.event_id == Event.id,
            other.adult + other.child + other.worker + other.under16 > 0,
            is_counted(other, known_by=self._known_by),
        ]


def is_verified(*, known_by: Moment | None = None) -> sa.ColumnElement[bool]:
    """Return the condition that a scan belongs to the network's figures, not to its venue's alone: its card is one of
    ours, or was linked to one later; also once that link was cut.
    """
    doubtful = sa.exists().where(
        ScanDecision.scan_id == Scan.scan_id,
        ScanDecision.flag.in_(UNVERIFIED),
        *_before(ScanDecision.decided_at, known_by),
    )
    link = aliased(ScanCard)  # a query may have joined the table itself
    linked = sa.exists().where(link.scan_id == Scan.scan_id, *is_linked(link, known_by=known_by))
    return sa.or_(~doubtful, linked, Scan.cut_as.in_(CUT_OF_CARDS))


def is_linked(link: type[ScanCard] = ScanCard, *, known_by: Moment | None) -> list[sa.ColumnElement[bool]]:
    """Return what a scan's link to a card needs so that it was known at a moment. A visit that was made before its
    card's registration had been entered keeps its raw code and is linked then; every other link is as old as its scan.
    """
    if known_by is None:
        return []
    registered = sa.exists().where(CardPeriod.card_id == link.card_id, CardPeriod.recorded_at < known_by)
    return [sa.or_(Scan.raw_code.is_(None), registered)]


def _before(moment: Any, known_by: Moment | None) -> list[sa.ColumnElement[bool]]:
    return [] if known_by is None else [moment < known_by]


def is_used(line: Any) -> sa.ColumnElement[bool]:
    """Return the condition that a line of cards has been taken into use: one counted use at least, be it one that is
    linked to it no more.
    """
    linked = sa.exists().where(
        ScanCard.line == line, ScanCard.scan_id == Scan.scan_id, ADULTS + CHILDREN > 0, is_counted()
    )
    return sa.or_(linked, sa.exists().where(FirstUse.line == line))


def of_ledger(*columns: Any, known_by: Moment | None = None) -> sa.Select[Any]:
    """Return a query over the ledger with each scan's venue, and its event where it has one that took place."""
    return (
        sa.select(*columns)
        .select_from(Scan)
        .join(Venue, Venue.id == Scan.venue_id)
        .outerjoin(Occurrence, sa.and_(Occurrence.id == Scan.occurrence_id, ~is_detached(known_by=known_by)))
        .outerjoin(Event, Event.id == Occurrence.event_id)
    )


def category() -> sa.ColumnElement[Category]:
    """Return the category of a scan in `of_ledger`: its event's, or its venue's for a visit to the house."""
    return sa.func.coalesce(Event.category, Venue.category, type_=Event.category.type)


def month_index() -> sa.ColumnElement[int]:
    """Return the month of a scan as a number: years times twelve and months from 0."""
    return sa.cast(sa.extract("year", Scan.on_day) * 12 + sa.extract("month", Scan.on_day) - 1, sa.Integer)
