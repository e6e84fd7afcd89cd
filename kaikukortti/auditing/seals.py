"""Months of the trail are closed under a seal, chain by chain; what has been kept long enough goes, under its seal.

A seal remembers where its month ended, so that the chain is verified from there on (verification). The database refuses
to delete an entry that no seal stands over.
"""

from collections.abc import Iterator
from datetime import date, datetime, time

import sqlalchemy as sa

from kaikukortti import audit
from kaikukortti.auditing import verification
from kaikukortti.db import db, transactional
from kaikukortti.models.keeping import AuditSeal
from kaikukortti.models.trail import AuditEntry, AuditHead, AuditKey
from kaikukortti.rules import period

AT_ONCE = 1_000


def seal(*, now: datetime) -> int:
    """Close every month that is over in every chain, and return how many seals were set. Doing it again sets none."""
    this_month = period.day_of(now).replace(day=1)
    return sum(_seal(organisation, this_month, now) for organisation in _organisations())


def count_sealable(*, older_than: date) -> int:
    """Return how many entries `delete_sealed` would delete once all months before are sealed. Reads the whole log."""
    query = sa.select(sa.func.count()).select_from(AuditEntry).where(AuditEntry.at < _begins(older_than))
    return db.session.scalar(query) or 0


def delete_sealed(older_than: date, *, now: datetime) -> tuple[int, list[str]]:
    """Delete the entries of sealed months that ended before a first day of a month; return how many, and the chains
    that do not hold: of these nothing is deleted before somebody has looked.
    """
    gone, broken = 0, []
    for organisation in _organisations():
        due = _due(organisation, older_than)
        if due and verification.find_break(organisation) is not None:
            broken.append(organisation)
            continue
        for seal_id in due:
            _mark_gone(seal_id, now)
        gone += _delete_under(organisation)
    return gone, broken


@transactional
def destroy_keys(*, older_than: date) -> int:
    """Destroy the keys of years of which no entry is left: nobody can name their cards any more. Return how many."""
    years = db.session.scalars(sa.select(AuditKey.year).where(AuditKey.year < older_than.year)).all()
    empty = [year for year in years if not _has_entries(year)]
    db.session.execute(sa.delete(AuditKey).where(AuditKey.year.in_(empty)))
    return len(empty)


def count_keys(*, older_than: date) -> int:
    """Return how many keys are of years of which every entry is older than a day."""
    query = sa.select(sa.func.count()).select_from(AuditKey).where(AuditKey.year < older_than.year)
    return db.session.scalar(query) or 0


@transactional
def _seal(organisation: str, this_month: date, now: datetime) -> int:
    """Set the seals of a chain's closed months. The head is locked, so that no entry of before comes meanwhile."""
    held = sa.select(AuditHead).where(AuditHead.organisation == organisation).with_for_update()
    head = db.session.scalars(held.execution_options(populate_existing=True)).one()
    newest = _newest_seal(organisation)
    last_seq, last_hash = (newest.last_seq, newest.last_hash) if newest else (0, audit.FIRST_HASH)
    made = 0
    for month in _open_months(organisation, newest, last_seq, this_month):
        first_seq = last_seq + 1
        last_seq, last_hash = _end_of(organisation, month, last_seq, last_hash, head)
        db.session.add(
            AuditSeal(
                organisation=organisation,
                month=month,
                first_seq=first_seq,
                last_seq=last_seq,
                last_hash=last_hash,
                sealed_at=now,
            )
        )
        made += 1
    return made


def _open_months(organisation: str, newest: AuditSeal | None, last_seq: int, this_month: date) -> Iterator[date]:
    """Return the months from the first one without a seal to the last one that is over."""
    if newest is not None:
        month = period.add_months(newest.month, 1)
    else:
        beyond = (AuditEntry.organisation == organisation, AuditEntry.seq > last_seq)
        first = db.session.scalar(sa.select(AuditEntry.at).where(*beyond).order_by(AuditEntry.seq).limit(1))
        month = this_month if first is None else period.day_of(first).replace(day=1)
    while month < this_month:
        yield month
        month = period.add_months(month, 1)


def _end_of(organisation: str, month: date, last_seq: int, last_hash: str, head: AuditHead) -> tuple[int, str]:
    """Return number and hash of the newest entry before the first one of a later month; the last seal's where there
    is none in between.
    """
    own = (AuditEntry.organisation == organisation, AuditEntry.seq > last_seq)
    later = AuditEntry.at >= _begins(period.add_months(month, 1))
    following = db.session.execute(
        sa.select(AuditEntry.seq, AuditEntry.previous_hash).where(*own, later).order_by(AuditEntry.seq).limit(1)
    ).one_or_none()
    if following is not None:
        return following.seq - 1, following.previous_hash
    return (head.seq, head.entry_hash) if head.seq > last_seq else (last_seq, last_hash)


def _due(organisation: str, older_than: date) -> list[int]:
    query = (
        sa.select(AuditSeal.id)
        .where(AuditSeal.organisation == organisation, AuditSeal.entries_gone_at.is_(None))
        .where(AuditSeal.month < older_than)
        .order_by(AuditSeal.month)
    )
    return list(db.session.scalars(query))


@transactional
def _mark_gone(seal_id: int, now: datetime) -> None:
    """Say first that the entries are gone: whatever interrupts the deleting, the chain is verified from the seal on."""
    db.session.get_one(AuditSeal, seal_id, with_for_update=True).entries_gone_at = now


def _delete_under(organisation: str) -> int:
    """Delete all entries under the newest seal whose entries are to be gone, some at a time."""
    query = sa.select(sa.func.max(AuditSeal.last_seq)).where(
        AuditSeal.organisation == organisation, AuditSeal.entries_gone_at.is_not(None)
    )
    last_seq, total = db.session.scalar(query), 0
    while last_seq is not None:
        gone = _delete_some(organisation, last_seq)
        total += gone
        if gone < AT_ONCE:
            break
    return total


@transactional
def _delete_some(organisation: str, last_seq: int) -> int:
    own = (AuditEntry.organisation == organisation, AuditEntry.seq <= last_seq)
    ids = db.session.scalars(sa.select(AuditEntry.id).where(*own).order_by(AuditEntry.seq).limit(AT_ONCE)).all()
    if ids:
        gone = sa.delete(AuditEntry).where(AuditEntry.id.in_(ids))
        db.session.execute(gone.execution_options(synchronize_session=False))
    return len(ids)


def _newest_seal(organisation: str) -> AuditSeal | None:
    query = sa.select(AuditSeal).where(AuditSeal.organisation == organisation).order_by(AuditSeal.month.desc()).limit(1)
    return db.session.scalars(query).one_or_none()


def _organisations() -> list[str]:
    return list(db.session.scalars(sa.select(AuditHead.organisation).order_by(AuditHead.organisation)))


def _has_entries(year: int) -> bool:
    within = (AuditEntry.at >= _begins(date(year, 1, 1)), AuditEntry.at < _begins(date(year + 1, 1, 1)))
    return bool(db.session.scalar(sa.select(sa.exists().where(*within))))


def _begins(day: date) -> datetime:
    return period.moment_of(day, time(0))
