"""Made-up people's authenticator apps, for the demo only: a secret that anybody can reckon, and its code of now."""

import base64
import hashlib
from datetime import datetime

import pyotp
import sqlalchemy as sa

from kaikukortti.db import db, transactional
from kaikukortti.models.network import User
from kaikukortti.models.signins import FactorKind, SecondFactor
from kaikukortti.signin import challenges, factors, people, seals, totp
from kaikukortti.signin.challenges import ChallengeGone, Purpose

NAME = "Demo"
PROVING = frozenset({Purpose.SIGN_IN, Purpose.CONFIRM})


def secret_of(email: str) -> str:
    """Return the secret of a made-up person's app, 160 bits in base 32."""
    return base64.b32encode(hashlib.sha256(f"kaikukortti demo {email}".encode()).digest()[:20]).decode()


@transactional
def fill(*, now: datetime, secret: str) -> None:
    """Give each made-up person whose role needs it an app; nothing where anybody has a second factor."""
    if db.session.scalar(sa.select(SecondFactor.id).limit(1)) is not None:
        return
    for user in db.session.scalars(sa.select(User).order_by(User.id)):
        if people.needs_factor(user):
            sealed = seals.seal(secret_of(user.email), owner=totp.owner_of(user.id), secret=secret)
            row = SecondFactor(user_id=user.id, kind=FactorKind.TOTP, name=NAME, created_at=now, sealed_secret=sealed)
            db.session.add(row)


def code_now(challenge: str, *, now: datetime, secret: str) -> str | None:
    """Return a code that answers a challenge now, or None: it is no made-up app, or each code of now was used."""
    try:
        user_id = challenges.get(challenge, PROVING, now=now).user_id
    except ChallengeGone:
        return None
    known = secret_of(db.session.get_one(User, user_id).email)
    for row in factors.rows_of(user_id, FactorKind.TOTP):
        if seals.unseal(row.sealed_secret or b"", owner=totp.owner_of(user_id), secret=secret) == known:
            return next_code(known, now=now, after=row.last_step)
    return None


def next_code(text: str, *, now: datetime, after: int | None) -> str | None:
    """Return the first code of a secret that is good now and was not used, or None for half a minute."""
    current = int(now.timestamp()) // totp.STEP_SECONDS
    steps = range(current - totp.STEPS_AROUND, current + totp.STEPS_AROUND + 1)
    step = next((step for step in steps if after is None or step > after), None)
    return None if step is None else pyotp.TOTP(text, interval=totp.STEP_SECONDS).generate_otp(step)
