"""What each venue registered in each month, kept ready and exact, so that a page costs the same at any size of ledger.

Triggers of the database mark the months that something changed in (models/figures.py); who reads counts these anew.
"""

from collections.abc import Callable, Iterable, Sequence
from datetime import date, timedelta
from typing import Any

import sqlalchemy as sa

from kaikukortti.db import db, is_writing, transactional
from kaikukortti.ledgercounts import SUMS, Row, count_days, first_day, month_number
from kaikukortti.models import counted
from kaikukortti.models.figures import MonthCount, StaleMonth
from kaikukortti.models.ledger import Scan
from kaikukortti.models.network import Area, Venue
from kaikukortti.models.programme import Event, Occurrence
from kaikukortti.rules.programme import ONE_USE_IN_ALL

AT_ONCE = 24  # months of venues counted in one transaction: more would keep the door waiting on SQLite
MARKS_AT_ONCE = 5_000

VenueMonth = tuple[int, int]
"""A venue's id, and its month as a number: years times twelve and months from 0."""
Progress = Callable[[str, int, int], object]


def of_area(area_id: int, *, first_on: date, last_on: date) -> list[Row]:
    """Return an area's whole months from that of the first day to that of the last, by category; `venue_id` is 0.

    Counts first what changed. Linear in venues, their events and months, whatever the number of scans.
    """
    sums = _sums_of_area(area_id, MonthCount.month, first_on=first_on, last_on=last_on)
    return [Row(0, month, None, *rest) for month, *rest in sums]


def of_area_venues(area_id: int, *, first_on: date, last_on: date) -> list[Row]:
    """Return all these months together by venue and category; `month` is the first of them. As dear as `of_area`."""
    sums = _sums_of_area(area_id, MonthCount.venue_id, first_on=first_on, last_on=last_on)
    return [Row(venue_id, first_on.replace(day=1), None, *rest) for venue_id, *rest in sums]


def _sums_of_area(area_id: int, by: Any, *, first_on: date, last_on: date) -> list[Any]:
    """Return (month or venue, category, is_verified, sums…). Added up by the database: the months of each venue are
    thousands of rows.
    """
    _bring_up_to_date(area_id)
    key = (by, MonthCount.category, MonthCount.is_verified)
    query = (
        sa.select(*key, *(sa.cast(sa.func.sum(getattr(MonthCount, name)), sa.Integer) for name in SUMS))
        .join(Venue, Venue.id == MonthCount.venue_id)
        .where(Venue.area_id == area_id, MonthCount.month.between(first_on.replace(day=1), last_on))
        .group_by(*key)
    )
    return list(db.session.execute(query))


def of_venue(venue_id: int, *, first_on: date, last_on: date) -> list[Row]:
    """Return a venue's whole months from that of the first day to that of the last, by event. Counts first what
    changed in the venue's area.
    """
    _bring_up_to_date(db.session.get_one(Venue, venue_id).area_id)
    query = sa.select(MonthCount).where(
        MonthCount.venue_id == venue_id, MonthCount.month.between(first_on.replace(day=1), last_on)
    )
    return [
        Row(row.venue_id, row.month, row.event_id or None, row.category, row.is_verified, *_sums_of(row))
        for row in db.session.scalars(query.execution_options(populate_existing=True))
    ]


def refresh_all(
    *, area_ids: Sequence[int] | None = None, progress: Progress = lambda _stage, _done, _total: None
) -> int:
    """Count every month that has a mark, of these areas or of all, and return how many were counted: for a timer and
    after much was written at once, so that nobody waits for it at a page.

    `progress` is told "months", how many are done and 0 for how many there are. Memory does not grow with the ledger.
    """
    done = 0

    def tell(more: int) -> None:
        nonlocal done
        done += more
        progress("months", done, 0)

    for area_id in db.session.scalars(sa.select(Area.id).order_by(Area.id)).all() if area_ids is None else area_ids:
        refresh(area_id, progress=tell)
    return done


def refresh(area_id: int, *, progress: Callable[[int], object] | None = None) -> int:
    """Count every month of an area that has a mark, and return how many were counted. Restartable at any point: each
    transaction counts a few and takes away their marks. `progress` is told how many each of them counted.
    """
    total = 0
    while True:
        done, left = _count_some(area_id)
        total += done
        if progress is not None and done:
            progress(done)
        if not left:
            return total


def _bring_up_to_date(area_id: int) -> None:
    if not _has_marks(area_id):
        return
    if is_writing():
        while _count(area_id)[1]:
            pass
    else:
        refresh(area_id)


def _has_marks(area_id: int) -> bool:
    mark = sa.exists().where(StaleMonth.venue_id == Venue.id, Venue.area_id == area_id)
    return bool(db.session.scalar(sa.select(mark)))


@transactional
def _count_some(area_id: int) -> tuple[int, bool]:
    return _count(area_id)


def _count(area_id: int) -> tuple[int, bool]:
    """Count some months that have marks; return how many, and whether there are more.

    On READ COMMITTED: (1) the area's row is locked, so that of two who count the later one also counts the later state;
    (2) marks are read; (3) a later statement counts, so that it sees all that the marks were written for; (4) of the
    marks that were read those of counted months go. What is written meanwhile keeps its own mark, and is counted again.
    """
    db.session.execute(sa.select(Area.id).where(Area.id == area_id).with_for_update(key_share=True))
    marks = db.session.execute(
        sa.select(StaleMonth.id, StaleMonth.venue_id, StaleMonth.month, StaleMonth.event_id, StaleMonth.undoes)
        .join(Venue, Venue.id == StaleMonth.venue_id)
        .where(Venue.area_id == area_id)
        .order_by(StaleMonth.id)
        .limit(MARKS_AT_ONCE)
    ).all()
    if not marks:
        return 0, False
    wanted = sorted(_months_meant(marks))
    now, later = wanted[:AT_ONCE], wanted[AT_ONCE:]
    if now:
        _write(sorted({*now, *(_later_months(now) - set(later))}))
    _put_off(marks, set(later))
    return len(now), bool(later) or len(marks) == MARKS_AT_ONCE


def _put_off(marks: Sequence[Any], later: set[VenueMonth]) -> None:
    """Take away all of these marks but those that mean one of these months alone, and mark the others of them."""
    kept = {
        mark.id: (mark.venue_id, month_number(mark.month))
        for mark in marks
        if mark.month and not mark.undoes and (mark.venue_id, month_number(mark.month)) in later
    }
    missing = later - set(kept.values())
    if missing:
        rows = [{"venue_id": venue, "month": first_day(at)} for venue, at in sorted(missing)]
        db.session.execute(sa.insert(StaleMonth), rows)
    gone = [mark.id for mark in marks if mark.id not in kept]
    db.session.execute(sa.delete(StaleMonth).where(StaleMonth.id.in_(gone)))


def _months_meant(marks: Sequence[Any]) -> set[VenueMonth]:
    meant = {(mark.venue_id, month_number(mark.month)) for mark in marks if mark.month}
    venues = {mark.venue_id for mark in marks if not mark.month and not mark.event_id}
    events = {mark.event_id for mark in marks if mark.event_id}
    undone = {(mark.venue_id, mark.undoes) for mark in marks if mark.undoes}
    if venues:
        meant |= _all_months(venues)
    if events:
        meant |= _months_of_events(events)
    if undone:
        named = sa.select(Scan.venue_id, Scan.scan_id, Scan.on_day).where(Scan.scan_id.in_({key for _, key in undone}))
        found = db.session.execute(named)
        meant |= {(venue, month_number(on_day)) for venue, scan_id, on_day in found if (venue, scan_id) in undone}
    return meant


def _all_months(venue_ids: set[int]) -> set[VenueMonth]:
    """Return every month between a venue's first and last scan; two looks into an index for each venue."""
    of_venue = Scan.venue_id == Venue.id
    ends = sa.select(
        Venue.id,
        sa.select(sa.func.min(Scan.on_day)).where(of_venue).scalar_subquery(),
        sa.select(sa.func.max(Scan.on_day)).where(of_venue).scalar_subquery(),
    ).where(Venue.id.in_(venue_ids))
    found = [(venue, first, last) for venue, first, last in db.session.execute(ends) if first]
    return {(venue, at) for venue, first, last in found for at in range(month_number(first), month_number(last) + 1)}


def _months_of_events(event_ids: Iterable[int], *conditions: sa.ColumnElement[bool]) -> set[VenueMonth]:
    query = (
        sa.select(Scan.venue_id, counted.month_index())
        .join(Occurrence, Occurrence.id == Scan.occurrence_id)
        .where(Occurrence.event_id.in_(event_ids), *conditions)
        .distinct()
    )
    return {(venue, at) for venue, at in db.session.execute(query)}


def _later_months(months: Sequence[VenueMonth]) -> set[VenueMonth]:
    """Return the months after these in which a course or a pass goes on: whether a read there is the first of its
    holder, and so the use, hangs upon these (counted.used_by).
    """
    earliest, latest = min(at for _, at in months), max(at for _, at in months)
    begun = (
        sa.select(Event.id)
        .join(Occurrence, Occurrence.event_id == Event.id)
        .join(Scan, Scan.occurrence_id == Occurrence.id)
        .where(
            Event.kind.in_(ONE_USE_IN_ALL),
            Scan.venue_id.in_({venue for venue, _ in months}),
            Scan.on_day >= first_day(earliest),
            Scan.on_day < first_day(latest + 1),
        )
        .distinct()
    )
    events = db.session.scalars(begun).all()
    return _months_of_events(events, Scan.on_day >= first_day(earliest + 1)) if events else set()


def _write(months: Sequence[VenueMonth]) -> None:
    key = sa.tuple_(MonthCount.venue_id, MonthCount.month)
    kept = key.in_([(venue, first_day(at)) for venue, at in months])
    db.session.execute(sa.delete(MonthCount).where(kept).execution_options(synchronize_session=False))
    rows: list[Row] = []
    for venue, since, until in _runs(months):
        last_on = first_day(until + 1) - timedelta(days=1)
        rows += count_days(venue_id=venue, first_on=first_day(since), last_on=last_on)
    if rows:
        db.session.execute(sa.insert(MonthCount), [{**vars(row), "event_id": row.event_id or 0} for row in rows])


def _runs(months: Sequence[VenueMonth]) -> list[tuple[int, int, int]]:
    """Return sorted months as runs without a gap: (venue, first month, last month)."""
    runs: list[tuple[int, int, int]] = []
    for venue, at in months:
        if runs and runs[-1][0] == venue and runs[-1][2] == at - 1:
            runs[-1] = (venue, runs[-1][1], at)
        else:
            runs.append((venue, at, at))
    return runs


def _sums_of(row: MonthCount) -> list[int]:
    return [getattr(row, name) for name in SUMS]
