"""The link of a visit to its card goes 13 months after the visit's day; venue, day and tickets stay, and what counted
counts on: a scan then says itself what it was (models/ledger.CutAs), a line in which month it was taken into use
(models/keeping.FirstUse), a unit what its cards did in a quarter (unitcounts.keep).

Of a course or a pass that goes on, the link of a line's newest use stays until its later reads are as old: without it
the next read would count as another use.
"""

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

import sqlalchemy as sa
from sqlalchemy.dialects import postgresql, sqlite

from kaikukortti.db import db, transactional
from kaikukortti.models import counted
from kaikukortti.models.cards import Card
from kaikukortti.models.keeping import FirstUse
from kaikukortti.models.ledger import CutAs, Scan, ScanCard
from kaikukortti.models.programme import Event, Occurrence
from kaikukortti.retention.rules import AT_ONCE
from kaikukortti.rules.card import CardKind
from kaikukortti.rules.programme import ONE_USE_IN_ALL

Holder = tuple[str, int]
"""A line, or a code that is not ours, at a course or a pass."""


@dataclass(frozen=True)
class Linked:
    """A scan with what hangs upon its link. `event_id` is a course's or a pass's, None for anything else."""

    scan_id: str
    on_day: date
    line: str | None
    kind: CardKind | None
    raw_code: str | None
    has_tickets: bool
    is_counted: bool
    is_use: bool
    event_id: int | None

    @property
    def holder(self) -> Holder | None:
        """Return who read at which course or pass."""
        who = self.line or self.raw_code
        return None if who is None or self.event_id is None else (who, self.event_id)

    def cut_as(self, *, is_erased: bool = False) -> CutAs:
        """Return what stays known of it."""
        begins = (
            "other"
            if self.line is None
            else "erased" if is_erased else "community" if self.kind is CardKind.COMMUNITY else "card"
        )
        return CutAs(begins if self.is_use else f"{begins}_later")


@dataclass
class Cut:
    """How many scans a run went through, how many links and codes it cut, and how many of courses stay."""

    scans: int = 0
    links: int = 0
    kept: int = 0


def cut(until: date, *, is_dry: bool) -> Cut:
    """Cut the links of all visits before a day, the newest first, so that each is judged by those before it.

    Found by a partial index that holds the scans that no run has been through. Linear in these.
    """
    total, staying = Cut(), set[Holder]()
    after: tuple[date, str] | None = None
    while True:
        take = _look if is_dry else _cut_some
        rows = take(until, after, staying, total)
        if len(rows) < AT_ONCE:
            return total
        after = rows[-1].on_day, rows[-1].scan_id


def cut_of_line(line: str) -> int:
    """Cut all links of a line in the caller's transaction, because its holder asked; return how many."""
    rows = _read(_QUERY.where(ScanCard.line == line))
    _write(rows, is_erased=True)
    return len(rows)


def cut_codes(scan_ids: Collection[str]) -> None:
    """Remove the codes of scans that are linked to no card, in the caller's transaction."""
    _write(_read(_QUERY.where(Scan.scan_id.in_(scan_ids), ScanCard.scan_id.is_(None))), is_erased=True)


def days_of_line(line: str) -> list[tuple[int, date]]:
    """Return the unit and the day of each visit of a line that is linked to it."""
    query = (
        sa.select(Card.unit_id, Scan.on_day)
        .join(ScanCard, ScanCard.card_id == Card.id)
        .join(Scan, Scan.scan_id == ScanCard.scan_id)
        .where(ScanCard.line == line)
    )
    return [(unit_id, on_day) for unit_id, on_day in db.session.execute(query) if unit_id is not None]


def _look(until: date, after: tuple[date, str] | None, staying: set[Holder], total: Cut) -> list[Linked]:
    """Read some scans in order and count what would become of them."""
    rows = _page(until, after)
    _choose(rows, until, staying, total)
    return rows


@transactional
def _cut_some(until: date, after: tuple[date, str] | None, staying: set[Holder], total: Cut) -> list[Linked]:
    rows = _page(until, after)
    _write(_choose(rows, until, set(staying), Cut()))  # tried again after a deadlock: nothing is counted twice
    _choose(rows, until, staying, total)
    return rows


def _choose(rows: Sequence[Linked], until: date, staying: set[Holder], total: Cut) -> list[Linked]:
    """Return the rows that are cut now, and add them up; `staying` are the holders whose newest use is kept."""
    read_later = _read_later({row.holder for row in rows if row.holder}, until)
    due = []
    for row in rows:
        stays = row.is_use and row.is_counted and row.holder in read_later and row.holder not in staying
        if stays and row.holder:
            staying.add(row.holder)
            total.kept += 1
            continue
        due.append(row)
    total.scans += len(due)
    total.links += sum(row.line is not None or row.raw_code is not None for row in due)
    return due


def _page(until: date, after: tuple[date, str] | None) -> list[Linked]:
    query = _QUERY.where(Scan.cut_as.is_(None), Scan.on_day < until)
    if after is not None:
        same_day = sa.and_(Scan.on_day == after[0], Scan.scan_id < after[1])
        query = query.where(sa.or_(Scan.on_day < after[0], same_day), Scan.on_day <= after[0])
    return _read(query.order_by(Scan.on_day.desc(), Scan.scan_id.desc()).limit(AT_ONCE))


def _read(query: sa.Select[Any]) -> list[Linked]:
    return [
        Linked(row[0], row[1], row[2], row[3], row[4], bool(row[5]), bool(row[6]), bool(row[7]), row[8])
        for row in db.session.execute(query)
    ]


def _read_later(holders: Collection[Holder], until: date) -> set[Holder]:
    """Return those who read at the same course or pass on a later day whose link stays."""
    if not holders:
        return set()
    names, events = {who for who, _ in holders}, {event_id for _, event_id in holders}
    later = (
        sa.select(ScanCard.line, Scan.raw_code, Occurrence.event_id)
        .select_from(Occurrence)
        .join(Scan, Scan.occurrence_id == Occurrence.id)
        .outerjoin(ScanCard, ScanCard.scan_id == Scan.scan_id)
        .where(Occurrence.event_id.in_(events), Scan.on_day >= until, Scan.cut_as.is_(None))
        .where(sa.or_(ScanCard.line.in_(names), Scan.raw_code.in_(names)))
    )
    return {(line or code or "", event_id) for line, code, event_id in db.session.execute(later)} & set(holders)


def _write(rows: Sequence[Linked], *, is_erased: bool = False) -> None:
    """Cut some links: what they were is written down, then they go."""
    keep_first_uses((row.line, row.on_day) for row in rows if row.line and row.has_tickets and row.is_counted)
    by_kind: dict[CutAs, list[str]] = {}
    for row in rows:
        by_kind.setdefault(row.cut_as(is_erased=is_erased), []).append(row.scan_id)
    for kind, scan_ids in by_kind.items():
        written = sa.update(Scan).where(Scan.scan_id.in_(scan_ids)).values(cut_as=kind.value, raw_code=None)
        db.session.execute(written.execution_options(synchronize_session=False))
        gone = sa.delete(ScanCard).where(ScanCard.scan_id.in_(scan_ids))
        db.session.execute(gone.execution_options(synchronize_session=False))


def keep_first_uses(uses: Iterable[tuple[str | None, date]]) -> None:
    """Remember the month of the first of some uses of each line, in the caller's transaction; an earlier one stays."""
    months: dict[str, date] = {}
    for line, on_day in uses:
        if line is not None:
            months[line] = min(months.get(line, on_day), on_day.replace(day=1))
    if not months:
        return
    dialect = sqlite if db.session.get_bind().dialect.name == "sqlite" else postgresql
    new = dialect.insert(FirstUse)
    earlier = sa.case((new.excluded.month < FirstUse.month, new.excluded.month), else_=FirstUse.month)
    rows = [{"line": line, "month": month} for line, month in sorted(months.items())]
    db.session.execute(new.on_conflict_do_update(index_elements=["line"], set_={"month": earlier}), rows)


_QUERY = (
    counted.of_ledger(
        Scan.scan_id,
        Scan.on_day,
        ScanCard.line,
        Card.kind,
        Scan.raw_code,
        counted.ADULTS + counted.CHILDREN > 0,
        counted.is_counted(),
        counted.used_by(sa.literal_column("1", sa.Integer())),
        sa.case((Event.kind.in_(ONE_USE_IN_ALL), Event.id)),
    )
    .outerjoin(ScanCard, ScanCard.scan_id == Scan.scan_id)
    .outerjoin(Card, Card.id == ScanCard.card_id)
)
