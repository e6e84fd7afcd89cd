"""A signed-in person changes the own password: the old one is asked for, other sessions end. Forgotten ones: resets."""

import secrets
from datetime import datetime

from kaikukortti.db import db, transactional
from kaikukortti.errors import NotFound
from kaikukortti.models.network import User
from kaikukortti.signin import challenges, flow, hashing, passwords, people, sessions, trail


def change(user_id: int, old: str, new: str, *, session_id: int, sender: str, now: datetime, secret: str) -> None:
    """Change a person's password and end all sessions but one.

    Raises WrongSignIn for a wrong old password, SignInWait, NotFound, and what passwords.check raises.
    """
    user = db.session.get(User, user_id)
    if user is None:
        raise NotFound()
    passwords.check(new, user=user)
    flow.confirm_password(user_id, old, sender=sender, now=now, secret=secret)
    _set(user_id, hashing.hash_of(new), session_id=session_id, now=now)


@transactional
def _set(user_id: int, password_hash: str, *, session_id: int, now: datetime) -> None:
    user = people.lock(user_id)
    if user is None:
        raise NotFound()
    user.password_hash = password_hash
    user.session_key = secrets.token_urlsafe(32)  # the version before knows sessions by it
    challenges.end_all(user_id)
    sessions.drop_all(user_id, but=session_id)
    trail.record("password.changed", user, now=now)
    trail.tell(user, "password_changed", now=now)
