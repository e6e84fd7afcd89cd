"""Requests that come twice: what a request was answered is kept for thirty days under its Idempotency-Key.

The first request takes the key before it works, so that of many at once one works and the others are told to wait. Its
id is the same at every try; a request that died half-way is done anew under it, and never twice.
"""

import hashlib
import uuid
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

import sqlalchemy as sa
from sqlalchemy.dialects import postgresql, sqlite

from kaikukortti.db import db, transactional
from kaikukortti.errors import DomainError
from kaikukortti.models.sellers import ApiAnswer

KEPT = timedelta(days=30)
AT_WORK = timedelta(minutes=2)  # a request that has not answered by then has died: the server stops it after one
_NAMESPACE = uuid.UUID("5b0f5a3e-6f0b-4c55-9a7e-1d6b8a4b9c01")


class StillAtWork(DomainError):
    """The first request with this Idempotency-Key has not been answered yet."""

    code = "idempotency_at_work"


class Mismatch(DomainError):
    """The Idempotency-Key came before with another call or body."""

    code = "idempotency_mismatch"


@dataclass(frozen=True)
class Attempt:
    """A request that may work now; `id` is the same at every try. `body_hash` is the SHA-256 of call and body."""

    api_key_id: int
    name: str
    body_hash: bytes

    @property
    def id(self) -> uuid.UUID:
        """Return the id of what the request makes."""
        return uuid.uuid5(_NAMESPACE, f"{self.api_key_id}:{self.name}")


@dataclass(frozen=True)
class Kept:
    """What the request was answered before."""

    status: int
    answer: str


@transactional
def begin(idempotency_key: str, body_hash: bytes, *, api_key_id: int, now: datetime) -> Attempt | Kept:
    """Take an Idempotency-Key for a request, or return what the same request was answered.

    `api_key_id` is the oldest key of the caller's line. Raises StillAtWork, Mismatch.
    """
    # The caller chose the text, and may have put anything into it: a digest does as well.
    attempt = Attempt(api_key_id, hashlib.sha256(idempotency_key.encode()).hexdigest(), body_hash)
    mine = _is(attempt)
    too_old = sa.and_(ApiAnswer.api_key_id == api_key_id, ApiAnswer.created_at <= now - KEPT)
    db.session.execute(sa.delete(ApiAnswer).where(too_old))
    if _insert(attempt, now):
        return attempt
    query = sa.select(ApiAnswer).where(mine).with_for_update().execution_options(populate_existing=True)
    row = db.session.scalar(query)
    if row is None:
        raise StillAtWork()  # given up this very moment
    if row.body_hash != body_hash:
        raise Mismatch()
    if row.status is not None:
        return Kept(row.status, row.answer or "")
    if now - row.created_at < AT_WORK:
        raise StillAtWork()
    row.created_at = now
    return attempt


@transactional
def keep(attempt: Attempt, *, status: int, answer: str) -> None:
    """Keep what a request is answered."""
    db.session.execute(sa.update(ApiAnswer).where(_is(attempt)).values(status=status, answer=answer))


@transactional
def give_up(attempt: Attempt) -> None:
    """Forget a request that broke on a fault of ours, so that it can be tried again."""
    db.session.execute(sa.delete(ApiAnswer).where(_is(attempt), ApiAnswer.status.is_(None)))


def list_answers(text: str, *, api_key_id: int) -> Sequence[str]:
    """Return the good answers of a key's line that hold a text."""
    query = sa.select(ApiAnswer.answer).where(ApiAnswer.api_key_id == api_key_id, ApiAnswer.status < 300)
    holding = query.where(ApiAnswer.answer.contains(text, autoescape=True))
    return [answer for answer in db.session.scalars(holding) if answer is not None]


def _is(attempt: Attempt) -> sa.ColumnElement[bool]:
    return sa.and_(ApiAnswer.api_key_id == attempt.api_key_id, ApiAnswer.idempotency_key == attempt.name)


def _insert(attempt: Attempt, now: datetime) -> bool:
    values: dict[str, Any] = {
        "api_key_id": attempt.api_key_id,
        "idempotency_key": attempt.name,
        "body_hash": attempt.body_hash,
        "created_at": now,
    }
    dialect = sqlite if db.session.get_bind().dialect.name == "sqlite" else postgresql
    inserting = dialect.insert(ApiAnswer).values(**values).on_conflict_do_nothing().returning(ApiAnswer.api_key_id)
    return db.session.execute(inserting).one_or_none() is not None
