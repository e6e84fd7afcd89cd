"""Whether the trail is whole: each organisation's chain read from its beginning, or from the newest seal whose entries
are gone, to its head. Constant memory; nothing is written and nothing is mended.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Any

import sqlalchemy as sa

from kaikukortti import audit
from kaikukortti.db import db
from kaikukortti.models.keeping import AuditSeal
from kaikukortti.models.trail import AuditEntry, AuditHead

AT_ONCE = 2_000
SHORTEST_KEPT = timedelta(days=730)  # no entry may go sooner: security.md §1.5
_COLUMNS = tuple(column for column in AuditEntry.__table__.columns if column.name != "id")


class Fault(StrEnum):
    """What is wrong at a place of a chain."""

    CHANGED = "changed"
    MISSING = "missing"
    HEAD = "head"
    SEAL = "seal"
    REWRITTEN = "rewritten"


@dataclass(frozen=True)
class Break:
    """The first place where a chain does not hold: a sequence number, and what is wrong there."""

    seq: int
    fault: Fault


@dataclass(frozen=True)
class Chain:
    """One chain as it was found. `entries` were read, `gone` went under a seal before the first of them."""

    organisation: str
    entries: int
    gone: int
    broken: Break | None


@dataclass(frozen=True)
class Mark:
    """A link that a chain is known to have had at some time: from a file of heads that was kept elsewhere."""

    seq: int
    entry_hash: str
    at: datetime


class Broken(Exception):
    """The chain does not hold here; carries the Break."""

    def __init__(self, seq: int, fault: Fault) -> None:
        super().__init__(f"{fault.value} at {seq}")
        self.found = Break(seq, fault)


def begin() -> None:
    """Read all chains as they stand at one moment, in the transaction that begins here."""
    db.session.rollback()
    if db.session.get_bind().dialect.name == "postgresql":
        db.session.connection(execution_options={"isolation_level": "REPEATABLE READ"})


def list_organisations() -> list[str]:
    """Return the organisations that have a chain or a part of one, in order."""
    parts = [sa.select(table.organisation) for table in (AuditHead, AuditEntry, AuditSeal)]
    return sorted(db.session.scalars(sa.union(*parts)))


def find_break(organisation: str) -> int | None:
    """Return the sequence number of the first entry that does not fit its chain or is missing, or None when all fit."""
    broken = verify(organisation).broken
    return None if broken is None else broken.seq


def verify(organisation: str, *, marks: tuple[Mark, ...] = ()) -> Chain:
    """Return what a chain is found to be. `marks` are links that it must still have, in any order.

    A mark from before the entries that are kept counts as kept only where it is old enough to have gone.
    """
    # By month: the seals of months without an entry all end at the same one.
    held = sa.select(AuditSeal).where(AuditSeal.organisation == organisation).order_by(AuditSeal.month)
    seals = list(db.session.scalars(held))
    gone = [seal for seal in seals if seal.entries_gone_at is not None]
    first, previous = (gone[-1].last_seq + 1, gone[-1].last_hash) if gone else (1, audit.FIRST_HASH)
    count = 0
    try:
        _check_seals(seals)
        wanted = _wanted(seals, marks, first)
        for entry in _entries(organisation, first):
            previous = _checked(entry, seq=first + count, previous=previous)
            _check_mark(wanted, entry["seq"], previous)
            count += 1
        _check_end(organisation, wanted, last=first + count - 1, last_hash=previous)
    except Broken as broken:
        return Chain(organisation, count, first - 1, broken.found)
    return Chain(organisation, count, first - 1, None)


def _entries(organisation: str, first: int) -> Iterator[dict[str, Any]]:
    """Yield the entries of a chain in order, some at a time. Those under a seal that are to go may still be there."""
    query = sa.select(*_COLUMNS).where(AuditEntry.organisation == organisation).order_by(AuditEntry.seq).limit(AT_ONCE)
    rows = db.session.execute(query.where(AuditEntry.seq >= first)).mappings().all()
    while rows:
        for row in rows:
            yield dict(row)
        rows = db.session.execute(query.where(AuditEntry.seq > rows[-1]["seq"])).mappings().all()


def _checked(entry: dict[str, Any], *, seq: int, previous: str) -> str:
    """Return the hash of an entry that is in its place. Raises Broken."""
    if entry["seq"] > seq:
        raise Broken(seq, Fault.MISSING)
    if entry["seq"] < seq or entry["previous_hash"] != previous or entry["entry_hash"] != audit.hash_of(entry):
        raise Broken(entry["seq"], Fault.CHANGED)
    return str(entry["entry_hash"])


def _check_seals(seals: list[AuditSeal]) -> None:
    """Check that the seals follow on each other, and that no entries went too soon or before older ones."""
    next_seq, may_go = 1, True
    for seal in seals:
        went_at = seal.entries_gone_at
        if seal.first_seq != next_seq or seal.last_seq < seal.first_seq - 1 or (went_at is not None and not may_go):
            raise Broken(seal.first_seq, Fault.SEAL)
        if went_at is not None and went_at.date() - seal.month < SHORTEST_KEPT:
            raise Broken(seal.first_seq, Fault.SEAL)
        next_seq, may_go = seal.last_seq + 1, went_at is not None


def _wanted(seals: list[AuditSeal], marks: tuple[Mark, ...], first: int) -> dict[int, tuple[str, Fault]]:
    """Return the hashes that the chain must have by sequence number: those of seals and of marks."""
    wanted = {seal.last_seq: (seal.last_hash, Fault.SEAL) for seal in seals if seal.last_seq > 0}
    for mark in marks:
        held = wanted.get(mark.seq, (mark.entry_hash, Fault.REWRITTEN))[0]
        if held != mark.entry_hash:
            raise Broken(mark.seq, Fault.REWRITTEN)
        if mark.seq >= first:
            wanted[mark.seq] = (mark.entry_hash, Fault.REWRITTEN)
        elif mark.seq > 0 and not _may_have_gone(seals, mark):
            raise Broken(mark.seq, Fault.REWRITTEN)
    return {seq: found for seq, found in wanted.items() if seq >= first}


def _may_have_gone(seals: list[AuditSeal], mark: Mark) -> bool:
    over = next((seal for seal in seals if seal.last_seq >= mark.seq), None)
    went_at = None if over is None else over.entries_gone_at
    return went_at is not None and went_at - mark.at >= SHORTEST_KEPT


def _check_mark(wanted: dict[int, tuple[str, Fault]], seq: int, found: str) -> None:
    expected = wanted.pop(seq, None)
    if expected is not None and expected[0] != found:
        raise Broken(seq, expected[1])


def _check_end(organisation: str, wanted: dict[int, tuple[str, Fault]], *, last: int, last_hash: str) -> None:
    """Check that the chain ends at its head and misses nothing that it is known to have had. Raises Broken."""
    head = db.session.execute(
        sa.select(AuditHead.seq, AuditHead.entry_hash).where(AuditHead.organisation == organisation)
    ).one_or_none()
    seq, entry_hash = (0, audit.FIRST_HASH) if head is None else head
    if seq > last or wanted:
        raise Broken(last + 1, Fault.MISSING)
    if (seq, entry_hash) != (last, last_hash):
        raise Broken(last + 1, Fault.HEAD)
