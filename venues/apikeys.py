"""Keys of ticket sellers' systems as they call: a key is recognised, what it may do, when it was last used.

A key is `kaiku_<prefix>_<secret>`. It is shown once; what is kept is its prefix and the hash of its secret. A venue's
manager makes and ends them in keycare.
"""

import hashlib
import hmac
import re
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

import sqlalchemy as sa

from kaikukortti.db import db, transactional
from kaikukortti.errors import DomainError
from kaikukortti.models.network import PartnerState, Venue
from kaikukortti.models.sellers import ApiKey

CONTACT_GRAIN = timedelta(minutes=5)  # last use is written down no more often than this
_TOKEN = re.compile(r"kaiku_([0-9a-f]{12})_([0-9a-f]{64})")
_NOBODY = hashlib.sha256(b"nobody").hexdigest()  # compared with where there is no such key: both take as long


class Scope(StrEnum):
    """What a key may do."""

    CHECKS = "checks"
    USES = "uses"
    BOOKINGS = "bookings"


class KeyUnknown(DomainError):
    """The key is missing, nobody's, revoked or over its end: the caller is never told which."""

    code = "api_key_unknown"


class ScopeMissing(DomainError):
    """The key is not made for this call."""

    code = "scope_missing"


class Standing(StrEnum):
    """How a key stands."""

    IN_USE = "in_use"
    ENDING = "ending"
    OVER = "over"
    REVOKED = "revoked"


@dataclass(frozen=True)
class KnownKey:
    """Who calls: what every call of a seller needs to know, from one look-up."""

    key_id: int
    name: str
    venue_id: int
    area_id: int
    scopes: frozenset[Scope]
    is_sandbox: bool
    last_used_at: datetime | None


def standing(key: ApiKey, *, now: datetime) -> Standing:
    """Return how a key stands at a moment."""
    if key.revoked_at is not None:
        return Standing.REVOKED
    if key.expires_at is None:
        return Standing.IN_USE
    return Standing.ENDING if key.expires_at > now else Standing.OVER


def recognise(token: str | None, *, now: datetime) -> KnownKey:
    """Return the key that a caller shows. One look-up, hashes compared in constant time. Raises KeyUnknown."""
    parts = _TOKEN.fullmatch(token or "")
    prefix, secret = parts.groups() if parts else ("", "")
    row = db.session.execute(_RECOGNISE, {"prefix": prefix, "now": now}).one_or_none()
    is_same = hmac.compare_digest(hash_of(secret), _NOBODY if row is None else row.secret_hash)
    if row is None or not is_same:
        raise KeyUnknown()
    scopes = frozenset(Scope(scope) for scope in row.scopes)
    return KnownKey(row.id, row.name, row.venue_id, row.area_id, scopes, row.is_sandbox, row.last_used_at)


def list_line(key: KnownKey) -> list[int]:
    """Return the ids of a key, of those that it took over from and of those that took over from it, oldest first: one
    seller's system. At most one statement.
    """
    query = sa.select(ApiKey.id, ApiKey.replaces_id).where(ApiKey.venue_id == key.venue_id).order_by(ApiKey.id)
    first: dict[int, int] = {}
    for key_id, replaces_id in db.session.execute(query):  # who takes over is younger than who is replaced
        first[key_id] = key_id if replaces_id is None else first.get(replaces_id, key_id)
    return [key_id for key_id, oldest in first.items() if oldest == first[key.key_id]]


def is_contact_due(key: KnownKey, *, now: datetime) -> bool:
    """Return whether the last use is old enough to be written down again."""
    return key.last_used_at is None or now - key.last_used_at >= CONTACT_GRAIN


@transactional
def touch(key: KnownKey, *, now: datetime) -> None:
    """Write down that a key was used."""
    db.session.execute(sa.update(ApiKey).where(ApiKey.id == key.key_id).values(last_used_at=now))


def hash_of(secret: str) -> str:
    """Return what is kept of a key's secret, which has 256 random bits: no slow hash is needed."""
    return hashlib.sha256(secret.encode()).hexdigest()


def is_live(now: datetime | sa.BindParameter[datetime]) -> sa.ColumnElement[bool]:
    """Return the condition that a key is in use."""
    return sa.and_(ApiKey.revoked_at.is_(None), sa.or_(ApiKey.expires_at.is_(None), ApiKey.expires_at > now))


_RECOGNISE = (
    sa.select(
        ApiKey.id,
        ApiKey.name,
        ApiKey.secret_hash,
        ApiKey.venue_id,
        Venue.area_id,
        ApiKey.scopes,
        ApiKey.is_sandbox,
        ApiKey.last_used_at,
    )
    .join(Venue, Venue.id == ApiKey.venue_id)
    .where(ApiKey.prefix == sa.bindparam("prefix"), is_live(sa.bindparam("now")))
    .where(Venue.state == PartnerState.ACTIVE)
)
