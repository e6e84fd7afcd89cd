"""Write down who did or saw what: append-only, one hash chain per organisation. Called inside a use case."""

import hashlib
import hmac
import json
import secrets
from collections.abc import Mapping
from datetime import datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.dialects import postgresql, sqlite

from kaikukortti.db import db
from kaikukortti.models.trail import AuditEntry, AuditHead, AuditKey
from kaikukortti.rules.access import Actor

FIRST_HASH = "0" * 64


def record(
    action: str,
    *,
    actor: Actor,
    now: datetime,
    card_number: str | None = None,
    detail: Mapping[str, Any] | None = None,
) -> None:
    """Append an entry to the chain of the actor's organisation, in the transaction of the caller.

    `detail` holds plain values (ids, counts, codes) and never anything about a holder.
    """
    head, key = _lock_head(actor.organisation, now.year)
    reference = None if card_number is None else _keyed(card_number, key or _key_of(now.year))
    entry = AuditEntry(
        organisation=actor.organisation,
        seq=head.seq + 1,
        at=now,
        user_id=actor.user_id,
        role=actor.role.value,
        action=action,
        card_ref=reference,
        detail=dict(detail or {}),
        previous_hash=head.entry_hash,
    )
    entry.entry_hash = _hash(entry)
    db.session.add(entry)
    head.seq, head.entry_hash = entry.seq, entry.entry_hash


def card_reference(number: str, *, year: int) -> str:
    """Return the keyed name of a card in the log of a year; makes the year's key when there is none."""
    return _keyed(number, _key_of(year))


def find_break(organisation: str) -> int | None:
    """Return the sequence number of the first entry that does not fit its chain or is missing, or None when all fit."""
    previous, expected = FIRST_HASH, 1
    entries = db.session.scalars(
        sa.select(AuditEntry).where(AuditEntry.organisation == organisation).order_by(AuditEntry.seq)
    )
    for entry in entries:
        if entry.seq != expected or entry.previous_hash != previous or entry.entry_hash != _hash(entry):
            return entry.seq
        previous, expected = entry.entry_hash, expected + 1
    head = db.session.get(AuditHead, organisation, populate_existing=True)
    newest = (0, FIRST_HASH) if head is None else (head.seq, head.entry_hash)
    return None if newest == (expected - 1, previous) else expected


def _lock_head(organisation: str, year: int) -> tuple[AuditHead, bytes | None]:
    """Return the locked head of a chain, made when there is none, and the year's key if there is one: one statement."""
    query = (
        sa.select(AuditHead, AuditKey.secret)
        .outerjoin(AuditKey, AuditKey.year == year)
        .where(AuditHead.organisation == organisation)
        .with_for_update(of=AuditHead)
        .execution_options(populate_existing=True)
    )
    found = db.session.execute(query).one_or_none()
    if found is None:
        _insert_if_absent(AuditHead, {"organisation": organisation, "seq": 0, "entry_hash": FIRST_HASH})
        found = db.session.execute(query).one()
    return found.AuditHead, found.secret


def _key_of(year: int) -> bytes:
    query = sa.select(AuditKey.secret).where(AuditKey.year == year)
    key = db.session.scalar(query)
    if key is None:
        _insert_if_absent(AuditKey, {"year": year, "secret": secrets.token_bytes(32)})
        key = db.session.execute(query).scalar_one()
    return key


def _keyed(number: str, key: bytes) -> str:
    return hmac.new(key, number.encode(), hashlib.sha256).hexdigest()


def _insert_if_absent(table: type[AuditHead] | type[AuditKey], values: dict[str, Any]) -> None:
    dialect = sqlite if db.session.get_bind().dialect.name == "sqlite" else postgresql
    db.session.execute(dialect.insert(table).values(**values).on_conflict_do_nothing())


def _hash(entry: AuditEntry) -> str:
    parts = [
        entry.organisation,
        entry.seq,
        entry.at.isoformat(),
        entry.user_id,
        entry.role,
        entry.action,
        entry.card_ref,
        entry.detail,
        entry.previous_hash,
    ]
    return hashlib.sha256(json.dumps(parts, sort_keys=True, ensure_ascii=False).encode()).hexdigest()
