"""The manager's keys of ticket sellers' systems: make one, rotate it with an overlap, revoke it, list them."""

import secrets
from collections.abc import Collection
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta

import sqlalchemy as sa

from kaikukortti import audit
from kaikukortti.db import db, transactional
from kaikukortti.errors import DomainError, NotFound
from kaikukortti.models.network import Venue
from kaikukortti.models.sellers import ApiKey
from kaikukortti.rules import access, identitycode, period
from kaikukortti.rules.access import Actor
from venues import apikeys
from venues.apikeys import Scope, Standing

LONGEST_NAME = 60
MOST_KEYS = 20  # in use at once at a venue, those in their overlap included
LONGEST_LIFE = timedelta(days=5 * 366)
MOST_OVERLAP_DAYS = 30


class NameImpossible(DomainError):
    """A key's name has 1 to 60 characters and holds no identity code."""

    code = "api_key_name_impossible"


class ScopesImpossible(DomainError):
    """A key is made for one call at least."""

    code = "api_key_scopes_impossible"


class EndImpossible(DomainError):
    """A key's last day is today or later, at most five years ahead."""

    code = "api_key_end_impossible"


class OverlapImpossible(DomainError):
    """The former key goes on for 0 to 30 days."""

    code = "api_key_overlap_impossible"


class TooManyKeys(DomainError):
    """The venue has MOST_KEYS keys in use; details hold `most`."""

    code = "api_keys_too_many"


class KeyOver(DomainError):
    """The key is revoked or over: it can be neither rotated nor revoked."""

    code = "api_key_over"


@dataclass(frozen=True)
class Made:
    """A new key, and the whole of it, which is never seen again."""

    key: ApiKey
    token: str


@transactional
def make(
    name: str,
    *,
    actor: Actor,
    venue_id: int,
    scopes: Collection[Scope],
    is_sandbox: bool = False,
    last_on: date | None = None,
    now: datetime,
) -> Made:
    """Make a key of the manager's venue; `last_on` is its last day, None without an end.

    Raises NotFound for another venue, NameImpossible, ScopesImpossible, EndImpossible, TooManyKeys.
    """
    if not access.may_manage_venue(actor, venue_id=venue_id):
        raise NotFound()
    named = " ".join(name.split())
    if not 1 <= len(named) <= LONGEST_NAME or "\0" in named or identitycode.holds_one(named):
        raise NameImpossible()
    if not scopes:
        raise ScopesImpossible()
    db.session.get(Venue, venue_id, with_for_update=True)  # so that two at once do not make one too many
    if _count_live(venue_id, now) >= MOST_KEYS:
        raise TooManyKeys(most=MOST_KEYS)
    key = ApiKey(
        venue_id=venue_id,
        name=named,
        scopes=sorted(scope.value for scope in scopes),
        is_sandbox=is_sandbox,
        expires_at=None if last_on is None else _end_of(last_on, now),
        created_at=now,
        created_by=actor.user_id,
    )
    made = _seal(key)
    audit.record("api_key.made", actor=actor, now=now, detail={"key": key.id, "sandbox": is_sandbox})
    return made


@transactional
def rotate(key_id: int, *, actor: Actor, overlap_days: int, now: datetime) -> Made:
    """Make a key that takes over from another one, which goes on for some days so that systems can be changed.

    Raises NotFound for another venue's, KeyOver, OverlapImpossible, TooManyKeys.
    """
    former = _lock(key_id, actor)
    if not 0 <= overlap_days <= MOST_OVERLAP_DAYS:
        raise OverlapImpossible()
    if apikeys.standing(former, now=now) in (Standing.OVER, Standing.REVOKED):
        raise KeyOver()
    if overlap_days and _count_live(former.venue_id, now) >= MOST_KEYS:
        raise TooManyKeys(most=MOST_KEYS)
    until, end = now + timedelta(days=overlap_days), former.expires_at
    key = ApiKey(
        venue_id=former.venue_id,
        name=former.name,
        scopes=list(former.scopes),
        is_sandbox=former.is_sandbox,
        expires_at=end,
        created_at=now,
        created_by=actor.user_id,
        replaces_id=former.id,
    )
    former.expires_at = until if end is None else min(end, until)
    made = _seal(key)
    detail = {"key": key.id, "replaces": former.id, "overlap_days": overlap_days}
    audit.record("api_key.rotated", actor=actor, now=now, detail=detail)
    return made


@transactional
def revoke(key_id: int, *, actor: Actor, now: datetime) -> ApiKey:
    """Take a key out of use at once. Raises NotFound for another venue's, KeyOver for one that is over."""
    key = _lock(key_id, actor)
    if apikeys.standing(key, now=now) in (Standing.OVER, Standing.REVOKED):
        raise KeyOver()
    key.revoked_at = now
    audit.record("api_key.revoked", actor=actor, now=now, detail={"key": key.id})
    return key


def list_keys(venue_id: int, *, actor: Actor) -> list[ApiKey]:
    """Return the keys of the manager's venue, the newest first. Raises NotFound for another venue."""
    if not access.may_manage_venue(actor, venue_id=venue_id):
        raise NotFound()
    return list(db.session.scalars(sa.select(ApiKey).where(ApiKey.venue_id == venue_id).order_by(ApiKey.id.desc())))


def get(key_id: int, *, actor: Actor) -> ApiKey:
    """Return a key of the manager's venue. Raises NotFound for another venue's."""
    key = db.session.get(ApiKey, key_id)
    if key is None or not access.may_manage_venue(actor, venue_id=key.venue_id):
        raise NotFound()
    return key


def _seal(key: ApiKey) -> Made:
    secret, key.prefix = secrets.token_hex(32), secrets.token_hex(6)
    key.secret_hash = apikeys.hash_of(secret)
    db.session.add(key)
    db.session.flush()
    return Made(key, f"kaiku_{key.prefix}_{secret}")


def _end_of(last_on: date, now: datetime) -> datetime:
    end = period.moment_of(last_on + timedelta(days=1), time(0)) if last_on < date.max else None
    if end is None or not now < end <= now + LONGEST_LIFE:
        raise EndImpossible()
    return end


def _lock(key_id: int, actor: Actor) -> ApiKey:
    key = db.session.get(ApiKey, key_id, with_for_update=True, populate_existing=True)
    if key is None or not access.may_manage_venue(actor, venue_id=key.venue_id):
        raise NotFound()
    return key


def _count_live(venue_id: int, now: datetime) -> int:
    query = sa.select(sa.func.count(ApiKey.id)).where(ApiKey.venue_id == venue_id, apikeys.is_live(now))
    return db.session.scalar(query) or 0
