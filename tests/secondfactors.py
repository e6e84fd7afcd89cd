"""Authenticator apps of made-up people: their row, and the code that they show."""

from datetime import datetime

import sqlalchemy as sa

from kaikukortti.db import db
from kaikukortti.models.signins import FactorKind, SecondFactor
from kaikukortti.signin import demo, seals, totp

TOTP = "JBSWY3DPEHPK3PXPJBSWY3DPEHPK3PXP"  # the secret of each of them


def app_of(user_id: int, *, now: datetime, secret_key: str) -> SecondFactor:
    """Return the row of an app with the secret TOTP, not saved yet."""
    sealed = seals.seal(TOTP, owner=totp.owner_of(user_id), secret=secret_key)
    return SecondFactor(user_id=user_id, kind=FactorKind.TOTP, name="Puhelin", created_at=now, sealed_secret=sealed)


def next_code(user_id: int, *, now: datetime) -> str:
    """Return a code that a person's app shows about now and that was not used."""
    used = db.session.scalar(sa.select(SecondFactor.last_step).where(SecondFactor.user_id == user_id))
    code = demo.next_code(TOTP, now=now, after=used)
    assert code is not None, "each code of this moment was used"
    return code
