"""What tablets have told against what the ledger holds: nothing lost, nothing twice, nothing that was taken back."""

from collections import Counter, defaultdict
from dataclasses import dataclass
from datetime import timedelta

import sqlalchemy as sa

from kaikukortti.db import db
from kaikukortti.models.counted import is_counted
from kaikukortti.models.ledger import Scan, ScanCard, ScanDecision
from kaikukortti.rules.flag import Flag
from kaikukortti.rules.verdict import VerdictClass
from tests.faults.history import History

ROUNDING = timedelta(milliseconds=2)


@dataclass(frozen=True)
class Row:
    """A scan of the ledger with its flags."""

    scan: Scan
    line: str | None
    counts: bool
    flags: frozenset[Flag]


@dataclass(frozen=True)
class Tally:
    """The outcome. Everything below `flagged` must be nothing.

    `doubled` are visits that arrived more than once, `invented` rows that no tablet made, `moved` visits with another
    time than their first, `taken_back` those that count though their undo was acknowledged and no question about it is
    open, `counted_twice` second visits of a card to an evening that count with neither question nor intent,
    `over` tickets above a quota without a flag, `let_in` admissions by a check after a block was acknowledged.
    """

    acknowledged: int
    present: int
    flagged: dict[str, int]
    lost: int
    doubled: int
    invented: int
    moved: int
    taken_back: int
    counted_twice: int
    over: int
    let_in: int
    waiting: int
    parked: int

    @property
    def is_sound(self) -> bool:
        """Return whether every promise was kept."""
        return not any(
            number for name, number in vars(self).items() if name not in ("acknowledged", "present", "flagged")
        )

    def lines(self) -> list[str]:
        """Return it for people."""
        told = {name.replace("_", " "): number for name, number in vars(self).items() if name != "flagged"}
        flagged = ", ".join(f"{flag} {number}" for flag, number in sorted(self.flagged.items())) or "nothing"
        return [", ".join(f"{name} {number}" for name, number in told.items()), f"flagged: {flagged}"]


def take(history: History, *, quota_evening: int, quota: int) -> Tally:
    """Read the ledger, inside an application context, and compare."""
    rows = {row.scan.scan_id: row for row in _read()}
    kept = history.kept
    present = kept.keys() & rows.keys()
    flags = Counter(flag.value for row in rows.values() for flag in row.flags)
    return Tally(
        acknowledged=len(kept),
        present=len(present),
        flagged=dict(flags),
        lost=len(kept) - len(present),
        doubled=len(rows) - len({(row.scan.device_id, row.scan.series, row.scan.run) for row in rows.values()}),
        invented=len(rows.keys() - history.made),
        moved=sum(abs(rows[id].scan.occurred_at - kept[id].occurred_at) > ROUNDING for id in present),
        taken_back=_count_taken_back(history, rows),
        counted_twice=_count_counted_twice(rows),
        over=_count_over(rows, quota_evening, quota),
        let_in=len(history.let_in_blocked),
        waiting=history.waiting,
        parked=history.parked,
    )


def _read() -> list[Row]:
    db.session.rollback()
    raised = defaultdict(set)
    for scan_id, flag in db.session.execute(sa.select(ScanDecision.scan_id, ScanDecision.flag)):
        raised[scan_id].add(flag)
    query = sa.select(Scan, ScanCard.line, is_counted()).outerjoin(ScanCard, ScanCard.scan_id == Scan.scan_id)
    read = db.session.execute(query).all()
    return [Row(scan, line, counts, frozenset(raised[scan.scan_id])) for scan, line, counts in read]


def _count_taken_back(history: History, rows: dict[str, Row]) -> int:
    """Return the undone visits that count; where an undo came late, a person is asked first."""
    asked = {row.scan.undoes for row in rows.values() if Flag.UNDO_LATE in row.flags}
    undone = history.undone() - asked
    return sum(rows[scan_id].counts for scan_id in undone if scan_id in rows)


def _count_counted_twice(rows: dict[str, Row]) -> int:
    """Return how many visits count beside another of their card to the same evening, though the door saw neither."""
    known = (VerdictClass.ALREADY, None)
    plain = [row for row in rows.values() if row.counts and row.line and row.scan.shown not in known]
    return len(plain) - len({(row.line, row.scan.occurrence_id, row.scan.on_day) for row in plain})


def _count_over(rows: dict[str, Row], evening: int, quota: int) -> int:
    """Return how many tickets count above the quota without a flag that says so."""
    inside = [row.scan for row in rows.values() if row.counts and Flag.OVER not in row.flags]
    taken = sum(scan.adult + scan.child for scan in inside if scan.occurrence_id == evening)
    return max(taken - quota, 0)
