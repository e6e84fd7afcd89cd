"""Links to a new password, sent by e-mail. It ends every session, and the second factor is asked for as ever."""

import secrets
from datetime import datetime, timedelta

import sqlalchemy as sa

from kaikukortti.db import db, transactional
from kaikukortti.errors import DomainError
from kaikukortti.mailing import queue
from kaikukortti.models.network import Invitation, User
from kaikukortti.models.signins import PasswordReset
from kaikukortti.signin import challenges, hashing, passwords, people, seals, sessions, throttling, trail

LASTS = timedelta(minutes=10)
TOKEN_BYTES = 32
PATH = "/account/reset/{token}"
MAIL = "password_reset"


class ResetGone(DomainError):
    """The link is unknown, used, or older than ten minutes."""

    code = "reset_gone"


def ask(*, email: str, sender: str, now: datetime, secret: str) -> None:
    """Send a link to a new password where the e-mail has an account in use; nobody learns whether it has.

    Raises SignInWait, for unknown addresses as for known ones.
    """
    wished = throttling.of_resets(people.plain_email(email), secret=secret)
    throttling.count([wished, *throttling.of_sender(sender, secret=secret)], now=now)
    token = secrets.token_urlsafe(TOKEN_BYTES)
    _ask(email, token, seals.hash_of(token), now=now, secret=secret)


def find(token: str, *, now: datetime) -> User:
    """Return the person of an open link. Raises ResetGone."""
    return _person_of(_open(token, now=now))


def use(token: str, password: str, *, now: datetime) -> int:
    """Set the password of an open link's person and return the person's id; ends all sessions and older links.

    Raises ResetGone, and what passwords.check raises, which leaves the link open.
    """
    passwords.check(password, user=find(token, now=now))
    return _use(token, hashing.hash_of(password), now=now)


def add_link(user: User, *, now: datetime) -> str:
    """Add a link for a person in the transaction of the caller, for a command that prints it; return its path."""
    token = secrets.token_urlsafe(TOKEN_BYTES)
    _add(user, seals.hash_of(token), now=now)
    return PATH.format(token=token)


@transactional
def _ask(email: str, token: str, token_hash: str, *, now: datetime, secret: str) -> None:
    """Put in the e-mail where there is somebody; the work without anybody is the same but for these rows."""
    found = people.find_by_email(email)
    user = None if found is None else people.lock(found.id)
    if user is None or not people.may_sign_in(user):
        return
    _add(user, token_hash, now=now)
    queue.withdraw(user_id=user.id, kinds_of=(MAIL,))
    queue.put(
        kind=MAIL,
        language=user.language,
        facts={"minutes": int(LASTS.total_seconds()) // 60},
        now=now,
        user_id=user.id,
        link=PATH.format(token=token),
        secret=secret,
    )
    trail.record_about("person.password_reset_asked", user, now=now)


def _add(user: User, token_hash: str, *, now: datetime) -> None:
    db.session.add(PasswordReset(user_id=user.id, token_hash=token_hash, created_at=now, expires_at=now + LASTS))


@transactional
def _use(token: str, password_hash: str, *, now: datetime) -> int:
    row = _open(token, now=now, locked=True)
    user = _person_of(row)
    user.password_hash = password_hash
    user.session_key = secrets.token_urlsafe(TOKEN_BYTES)
    for table in (PasswordReset, Invitation):
        still_open = sa.update(table).where(table.user_id == user.id, table.used_at.is_(None))
        db.session.execute(still_open.values(used_at=now))
    challenges.end_all(user.id)
    sessions.drop_all(user.id)
    trail.record("password.changed", user, now=now)
    trail.tell(user, "password_changed", now=now)
    return user.id


def _open(token: str, *, now: datetime, locked: bool = False) -> PasswordReset:
    query = sa.select(PasswordReset).where(PasswordReset.token_hash == seals.hash_of(token))
    if locked:
        query = query.with_for_update().execution_options(populate_existing=True)
    row = db.session.scalar(query)
    if row is None or row.used_at is not None or row.expires_at <= now:
        raise ResetGone()
    return row


def _person_of(row: PasswordReset) -> User:
    user = db.session.get(User, row.user_id)
    if user is None or not people.may_sign_in(user):
        raise ResetGone()
    return user
