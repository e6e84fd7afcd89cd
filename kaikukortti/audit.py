"""Write down who did or saw what: append-only, one hash chain per organisation. Called inside a use case."""

import hashlib
import hmac
import json
import secrets
from collections.abc import Mapping
from contextvars import ContextVar
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.dialects import postgresql, sqlite

from kaikukortti.db import TRANSIENT_SQLSTATES, db
from kaikukortti.errors import DomainError
from kaikukortti.models.trail import AuditEntry, AuditHead, AuditKey
from kaikukortti.rules.access import Actor
from kaikukortti.rules.purpose import Purpose

FIRST_HASH = "0" * 64


class TrailClosed(DomainError):
    """The trail cannot be written now, so nothing is done and nothing is shown."""

    code = "trail_closed"


@dataclass(frozen=True)
class Occasion:
    """During what entries are written: a request for a page, with what the page is for."""

    purpose: Purpose | None = None
    request_id: str | None = None


_occasion: ContextVar[Occasion] = ContextVar("occasion", default=Occasion())


def set_occasion(occasion: Occasion) -> None:
    """Let the entries that follow in this thread tell their occasion; `Occasion()` ends that."""
    _occasion.set(occasion)


def record(
    action: str,
    *,
    actor: Actor,
    now: datetime,
    card_number: str | None = None,
    detail: Mapping[str, Any] | None = None,
) -> None:
    """Append an entry to the chain of the actor's organisation, in the transaction of the caller.

    `detail` holds plain values (ids, counts, codes) and never anything about a holder. Raises TrailClosed when the
    trail cannot be written: the caller's change or look comes to nothing.
    """
    db.session.flush()  # a fault of the caller's own rows is not one of the trail
    try:
        _append(action, actor=actor, now=now, card_number=card_number, detail=dict(detail or {}))
        db.session.flush()
    except sa.exc.DBAPIError as error:
        if getattr(error.orig, "sqlstate", None) in TRANSIENT_SQLSTATES:
            raise  # `transactional` tries again
        raise TrailClosed() from error


def card_reference(number: str, *, year: int) -> str:
    """Return the keyed name of a card in the log of a year; makes the year's key when there is none."""
    return keyed(number, _key_of(year))


def keyed(number: str, key: bytes) -> str:
    """Return the name that a card has under the key of a year."""
    return hmac.new(key, number.encode(), hashlib.sha256).hexdigest()


def hash_of(entry: Mapping[str, Any]) -> str:
    """Return the hash of an entry by the names of its columns: of all that it says, and of the entry before it."""
    parts = [entry[name] for name in ("organisation", "seq", "at", "user_id", "role", "action", "card_ref", "detail")]
    parts[2] = entry["at"].isoformat()
    parts.append(entry["previous_hash"])
    if entry["purpose"] or entry["request_id"]:  # entries from before these two were kept have the shorter list
        parts += [entry["purpose"], entry["request_id"]]
    return hashlib.sha256(json.dumps(parts, sort_keys=True, ensure_ascii=False).encode()).hexdigest()


def _append(action: str, *, actor: Actor, now: datetime, card_number: str | None, detail: dict[str, Any]) -> None:
    head, key = _lock_head(actor.organisation, now.year)
    occasion = _occasion.get()
    values = {
        "organisation": actor.organisation,
        "seq": head.seq + 1,
        "at": now,
        "user_id": actor.user_id,
        "role": actor.role.value,
        "action": action,
        "card_ref": None if card_number is None else keyed(card_number, key or _key_of(now.year)),
        "detail": detail,
        "previous_hash": head.entry_hash,
        "purpose": occasion.purpose and occasion.purpose.value,
        "request_id": occasion.request_id,
    }
    entry = AuditEntry(**values, entry_hash=hash_of(values))
    db.session.add(entry)
    head.seq, head.entry_hash = entry.seq, entry.entry_hash


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


def _insert_if_absent(table: type[AuditHead] | type[AuditKey], values: dict[str, Any]) -> None:
    dialect = sqlite if db.session.get_bind().dialect.name == "sqlite" else postgresql
    db.session.execute(dialect.insert(table).values(**values).on_conflict_do_nothing())
