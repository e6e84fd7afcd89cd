"""Sessions of signed-in staff, one row for each browser: begun, found, renewed at a change of rights, ended.

Which page asks for what is the guard's business; how somebody proves who he is, `flow`'s.
"""

import hashlib
import secrets
from dataclasses import dataclass
from datetime import datetime, timedelta

import sqlalchemy as sa
from sqlalchemy.orm import contains_eager, joinedload

from kaikukortti.db import db, transactional
from kaikukortti.errors import NotFound
from kaikukortti.models.network import Membership, User
from kaikukortti.models.signins import SecondFactor, StaffSession
from kaikukortti.rules.access import Role

LASTS = timedelta(hours=10)
IDLE = timedelta(minutes=30)
IDLE_BY_ROLE = {Role.WORKER: timedelta(minutes=15)}  # security.md §2: who sees holders' data is timed out sooner
SEEN_EVERY = timedelta(minutes=1)
TOKEN_BYTES = 32
BROWSER_LENGTH = 80

_homes = (joinedload(Membership.unit), joinedload(Membership.venue), joinedload(Membership.area))


@dataclass(frozen=True)
class Current:
    """The session of a request: who, in which role, and when the person last proved to be there.

    The user's memberships are loaded with their organisations. `has_factor` is whether there is a second factor.
    """

    session_id: int
    user: User
    membership: Membership
    confirmed_at: datetime
    has_factor: bool


@dataclass(frozen=True)
class Own:
    """One of the own sessions, for the list of them; `membership` is what the person acts as there."""

    session_id: int
    browser: str
    membership: Membership | None
    created_at: datetime
    seen_at: datetime


@transactional
def begin(user_id: int, *, browser: str, now: datetime, membership_id: int | None = None) -> str:
    """Begin a session in one of the person's organisations, the first if none is named; return its token.

    The token is 256 bits of chance, of which only the hash is kept. Raises NotFound for a person without a role, for
    one out of use, and for the role of somebody else.
    """
    held = sa.select(Membership.id).join(Membership.user).where(User.id == user_id, User.disabled_at.is_(None))
    held = held.where(Membership.is_in_network())
    if membership_id is not None:
        held = held.where(Membership.id == membership_id)
    chosen = db.session.scalar(held.order_by(Membership.id).limit(1))
    if chosen is None:
        raise NotFound()
    db.session.execute(sa.delete(StaffSession).where(StaffSession.user_id == user_id, StaffSession.ends_at <= now))
    token = secrets.token_urlsafe(TOKEN_BYTES)
    row = StaffSession(
        token_hash=_hash(token),
        user_id=user_id,
        membership_id=chosen,
        browser=browser[:BROWSER_LENGTH],
        created_at=now,
        seen_at=now,
        confirmed_at=now,
        ends_at=now + LASTS,
    )
    db.session.add(row)
    return token


def find(token: str, *, now: datetime) -> Current | None:
    """Return the session of a token, in one statement, or None.

    Ends what was idle for too long or has lasted ten hours, what belongs to somebody out of use or without a role.
    Notes that the session is used, once a minute at most.
    """
    row, has_factor = _read(token)
    if row is None:
        return None
    membership = _acted_in(row)
    if membership is None or row.user.disabled_at is not None or _is_over(row, membership, now):
        _drop(row.id)
        return None
    if now - row.seen_at >= SEEN_EVERY:
        _note_use(row.id, now=now)
    return Current(row.id, row.user, membership, row.confirmed_at, has_factor)


@transactional
def choose(session_id: int, membership_id: int, *, now: datetime) -> str:
    """Act in another of the own organisations from now on; return the session's new token.

    Raises NotFound when the membership is not one of the person's.
    """
    row = _lock(session_id)
    own = sa.select(Membership.id).where(Membership.id == membership_id, Membership.user_id == row.user_id)
    if db.session.scalar(own.where(Membership.is_in_network())) is None:
        raise NotFound()
    row.membership_id = membership_id
    return _renew(row, now=now)


@transactional
def confirm(session_id: int, *, now: datetime) -> str:
    """Note that the person has just proved to be there; return the session's new token. Raises NotFound."""
    row = _lock(session_id)
    row.confirmed_at = now
    return _renew(row, now=now)


def list_own(user_id: int, *, now: datetime) -> list[Own]:
    """Return a person's sessions that still go on, the newest used first."""
    query = (
        sa.select(StaffSession)
        .where(StaffSession.user_id == user_id, StaffSession.ends_at > now)
        .options(joinedload(StaffSession.membership).options(*_homes))
        .order_by(StaffSession.seen_at.desc(), StaffSession.id.desc())
    )
    rows = [row for row in db.session.scalars(query) if not _is_over(row, row.membership, now)]
    return [Own(row.id, row.browser, row.membership, row.created_at, row.seen_at) for row in rows]


@transactional
def end(session_id: int, *, user_id: int) -> None:
    """End one of a person's sessions. Raises NotFound when it is none of the person's."""
    ended = sa.delete(StaffSession).where(StaffSession.id == session_id, StaffSession.user_id == user_id)
    if db.session.execute(ended.returning(StaffSession.id)).scalar() is None:
        raise NotFound()


@transactional
def end_all(user_id: int, *, but: int | None = None) -> None:
    """End all sessions of a person; `but` is the one that stays."""
    drop_all(user_id, but=but)


def drop_all(user_id: int, *, but: int | None = None) -> None:
    """End all sessions of a person in the transaction of the caller, as a new password does."""
    ended = sa.delete(StaffSession).where(StaffSession.user_id == user_id)
    db.session.execute(ended if but is None else ended.where(StaffSession.id != but))


def _read(token: str) -> tuple[StaffSession | None, bool]:
    has_factor = sa.exists().where(SecondFactor.user_id == StaffSession.user_id)
    query = (
        sa.select(StaffSession, has_factor)
        .join(StaffSession.user)
        .where(StaffSession.token_hash == _hash(token))
        .options(contains_eager(StaffSession.user).joinedload(User.memberships).options(*_homes))
    )
    found = db.session.execute(query).unique().one_or_none()
    return (None, False) if found is None else (found[0], bool(found[1]))


def _acted_in(row: StaffSession) -> Membership | None:
    held = row.user.open_memberships
    return next((one for one in held if one.id == row.membership_id), held[0] if held else None)


def _is_over(row: StaffSession, membership: Membership | None, now: datetime) -> bool:
    idle = IDLE if membership is None else IDLE_BY_ROLE.get(membership.role, IDLE)
    return now >= row.ends_at or now - row.seen_at >= idle


def _lock(session_id: int) -> StaffSession:
    row = db.session.get(StaffSession, session_id, with_for_update={"of": StaffSession})
    if row is None:
        raise NotFound()
    return row


def _renew(row: StaffSession, *, now: datetime) -> str:
    token = secrets.token_urlsafe(TOKEN_BYTES)
    row.token_hash, row.seen_at = _hash(token), now
    return token


@transactional
def _drop(session_id: int) -> None:
    db.session.execute(sa.delete(StaffSession).where(StaffSession.id == session_id))


@transactional
def _note_use(session_id: int, *, now: datetime) -> None:
    # Two pages of one browser that come together: the later note stays.
    older = sa.update(StaffSession).where(StaffSession.id == session_id, StaffSession.seen_at < now)
    db.session.execute(older.values(seen_at=now).execution_options(synchronize_session=False))


def _hash(token: str) -> str:
    return hashlib.sha256(token.encode()).hexdigest()
