"""Takes a file in: one pass that checks every row and changes nothing, then one that takes all rows in.

A file with a problem is refused whole. The second pass commits some rows at a time, so that on SQLite no tablet waits
for the write lock for long: one transaction for a million rows would hold it for a minute. Each row has a name of its
own by what stands in it, so a run that was interrupted is simply started again: what is there already is left alone.
"""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum
from itertools import islice
from pathlib import Path
from typing import Any, Protocol

from kaikukortti import audit
from kaikukortti.cube import reading
from kaikukortti.cube.periods import Grain
from kaikukortti.db import db, transactional
from kaikukortti.errors import DomainError
from kaikukortti.models.network import Area
from kaikukortti.rules.access import Actor, Role
from kaikukortti.transfer import rowfile
from kaikukortti.transfer.cells import Problem
from kaikukortti.transfer.columns import Column
from kaikukortti.transfer.rowfile import Line, RowFile
from kaikukortti.transfer.seen import Seen

AT_ONCE = 500


class TransferOvertaken(DomainError):
    """Somebody changed the register while the rows were taken in. Details: `row` and `problem`, a code; the rows before
    it are in, the rest is not.
    """

    code = "transfer_overtaken"


class Outcome(StrEnum):
    """What became of a row."""

    NEW = "new"
    THERE = "there"
    REFUSED = "refused"


@dataclass(frozen=True)
class Judged:
    """What becomes of a row, and why it is refused."""

    row: int
    outcome: Outcome
    problems: tuple[Problem, ...] = ()


@dataclass
class Summary:
    """How many rows there were, and what became of them. `is_written` says whether anything was taken in."""

    rows: int = 0
    new: int = 0
    there: int = 0
    refused: int = 0
    is_written: bool = False
    unread: tuple[str, ...] = ()

    def note(self, judged: Judged) -> None:
        """Count a row."""
        self.rows += 1
        setattr(self, judged.outcome.value, getattr(self, judged.outcome.value) + 1)


class Shape(Protocol):
    """One of the two shapes: reads a row, asks the register about some, takes some in."""

    columns: tuple[Column, ...]
    action: str

    def draft(self, line: Line, seen: Seen) -> Any:
        """Return what a row says, its `problems` included; no database is asked."""

    def judge(self, drafts: Sequence[Any]) -> list[Judged]:
        """Return what becomes of each of some sound rows."""

    def take(self, drafts: Sequence[Any], now: datetime) -> list[Judged]:
        """Take some rows in, inside a transaction, and return what became of each."""

    def finish(self, now: datetime) -> None:
        """Do what is left when all rows are in, inside a transaction."""


Report = Callable[[Judged], None]
Progress = Callable[[str, int, int], None]


def frozen_days(area_id: int) -> Callable[[date], bool]:
    """Return a function that says whether a day's figures are out: what is taken in for it counts as arriving today."""
    months = {at.first_on for at in reading.list_periods(area_id, Grain.MONTH)}
    return lambda day: day.replace(day=1) in months


def run(
    path: Path,
    shape: Shape,
    *,
    area: Area,
    is_dry: bool,
    now: datetime,
    report: Report = lambda _judged: None,
    progress: Progress = lambda _stage, _done, _total: None,
) -> Summary:
    """Check a file and take it in, unless a row is refused or the run is dry; `report` is told of every row.

    Linear in rows, with flat memory. Raises tables.Unreadable, TransferOvertaken.
    """
    file = rowfile.open_rows(path, shape.columns)
    summary = Summary(unread=file.unread)
    for judged in _check(file, shape, lambda done: progress("checked", done, 0)):
        summary.note(judged)
        report(judged)
    if is_dry or summary.refused or not summary.new:
        return summary
    done = 0
    with Seen() as seen:
        for drafts in _some(shape.draft(line, seen) for line in file.lines()):
            _take(shape, drafts, area.id, now)
            done += len(drafts)
            progress("taken in", done, summary.rows)
    _finish(shape, now)
    summary.is_written = True
    return summary


def _check(file: RowFile, shape: Shape, told: Callable[[int], None]) -> Iterator[Judged]:
    done = 0
    with Seen() as seen:
        for drafts in _some(shape.draft(line, seen) for line in file.lines()):
            sound = iter(shape.judge([draft for draft in drafts if not draft.problems]))
            for draft in drafts:
                yield Judged(draft.row, Outcome.REFUSED, draft.problems) if draft.problems else next(sound)
            done += len(drafts)
            db.session.rollback()  # nothing was written; the next rows see what is there by then
            told(done)


@transactional
def _take(shape: Shape, drafts: Sequence[Any], area_id: int, now: datetime) -> None:
    db.session.get(Area, area_id, with_for_update=True, populate_existing=True)
    judged = [Judged(draft.row, Outcome.REFUSED, draft.problems) for draft in drafts if draft.problems]
    judged = judged or shape.take(drafts, now)
    for each in judged:
        if each.outcome is Outcome.REFUSED:
            raise TransferOvertaken(row=each.row, problem=each.problems[0].code)
    new = sum(each.outcome is Outcome.NEW for each in judged)
    if new:
        actor = Actor(None, "command line", Role.COORDINATOR, area_id=area_id)
        audit.record(shape.action, actor=actor, now=now, detail={"rows": len(drafts), "new": new})


@transactional
def _finish(shape: Shape, now: datetime) -> None:
    shape.finish(now)


def _some(drafts: Iterator[Any]) -> Iterator[list[Any]]:
    while some := list(islice(drafts, AT_ONCE)):
        yield some
