"""Sessions of the running service, begun beside it: many tests act as one person, whose codes are good once each.

They last the run and count as freshly confirmed; how a session begins, ends and is confirmed is test_journey_signin's.
"""

import hashlib
import secrets
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path

import sqlalchemy as sa
from flask import Flask
from flask.sessions import SecureCookieSessionInterface
from itsdangerous import URLSafeTimedSerializer
from playwright.sync_api import BrowserContext
from sqlalchemy.orm import Session

from kaikukortti import config
from kaikukortti.models.network import Membership, User
from kaikukortti.models.signins import StaffSession

COOKIE = "kaiku"
THE_RUN = timedelta(hours=9)
PATIENCE_S = 60


def begin(context: BrowserContext, instance: Path, url: str, email: str) -> None:
    """Let a context be signed in as a person, in the first of the person's organisations."""
    token = secrets.token_urlsafe(32)
    with _session(instance) as session:
        user_id = session.scalars(sa.select(User.id).where(User.email == email)).one()
        held = sa.select(Membership.id).where(Membership.user_id == user_id).order_by(Membership.id).limit(1)
        row = StaffSession(user_id=user_id, membership_id=session.scalars(held).one(), browser="Chrome, Linux")
        row.created_at, row.token_hash = datetime.now(UTC), _hash(token)
        _make_last(row)
        session.add(row)
        session.commit()
    cookie = _serializer(instance).dumps({"_user_id": token, "_permanent": True})
    context.add_cookies([{"name": COOKIE, "value": str(cookie), "url": url}])


def prolong(context: BrowserContext, instance: Path) -> None:
    """Let the session that a context has begun by the pages last the run."""
    (cookie,) = [one["value"] for one in context.cookies() if one.get("name") == COOKIE]
    token = _serializer(instance).loads(cookie)["_user_id"]
    with _session(instance) as session:
        _make_last(session.scalars(sa.select(StaffSession).where(StaffSession.token_hash == _hash(token))).one())
        session.commit()


def forget_proof(instance: Path, email: str, age: timedelta) -> None:
    """Let the last proof of a person's sessions be of a while ago."""
    then = datetime.now(UTC) - age
    with _session(instance) as session:
        own = sa.select(StaffSession).join(StaffSession.user).where(User.email == email)
        for row in session.scalars(own):
            row.confirmed_at = then
        session.commit()


def _make_last(row: StaffSession) -> None:
    row.seen_at = row.confirmed_at = row.ends_at = datetime.now(UTC) + THE_RUN


def _hash(token: str) -> str:
    return hashlib.sha256(token.encode()).hexdigest()


def _serializer(instance: Path) -> URLSafeTimedSerializer:
    app = Flask("kaikukortti")
    app.secret_key = config.read_setting(instance, "secret_key")
    made = SecureCookieSessionInterface().get_signing_serializer(app)
    assert made is not None
    return made


@contextmanager
def _session(instance: Path) -> Iterator[Session]:
    """Write beside the service: with the lock from the start, or what was read may be old when it is to be written."""
    engine = sa.create_engine(config.sqlite_url(instance), poolclass=sa.NullPool, connect_args={"timeout": PATIENCE_S})
    with Session(engine) as session:
        session.connection(execution_options={"kaiku_writes": True})
        yield session
