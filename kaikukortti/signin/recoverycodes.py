"""Recovery codes: ten on paper for the day on which the second factor is lost. Shown once, each good once."""

import secrets
from datetime import datetime

import sqlalchemy as sa

from kaikukortti.db import db, transactional
from kaikukortti.errors import NotFound
from kaikukortti.models.signins import RecoveryCode
from kaikukortti.rules import number
from kaikukortti.signin import people, seals, trail

CODES = 10
SYMBOLS = 16  # of 32 kinds: 80 random bits
GROUP = 4
LONGEST_TEXT = 64
_REPAIRS = str.maketrans("OIL", "011")
_JOINTS = str.maketrans("", "", "-\u2010\u2011\u2013\u2014 ")


@transactional
def renew(user_id: int, *, now: datetime) -> list[str]:
    """Give a person ten new codes, in groups of four; those of before are good no more. They cannot be shown again.

    Raises NotFound.
    """
    user = people.lock(user_id)
    if user is None:
        raise NotFound()
    db.session.execute(sa.delete(RecoveryCode).where(RecoveryCode.user_id == user_id))
    codes = ["".join(secrets.choice(number.SYMBOLS) for _ in range(SYMBOLS)) for _ in range(CODES)]
    rows = [RecoveryCode(user_id=user_id, code_hash=seals.hash_of(code), created_at=now) for code in codes]
    db.session.add_all(rows)
    trail.record("recovery.renewed", user, now=now, detail={"codes": CODES})
    trail.tell(user, "codes_renewed", now=now)
    return ["-".join(code[start : start + GROUP] for start in range(0, SYMBOLS, GROUP)) for code in codes]


def count_left(user_id: int) -> int:
    """Return how many unused codes a person has."""
    left = sa.select(sa.func.count()).where(RecoveryCode.user_id == user_id, RecoveryCode.used_at.is_(None))
    return db.session.scalar(left) or 0


def prove(user_id: int, code: str, *, now: datetime) -> bool:
    """Return whether this is one of the person's unused codes; then it is used. Called in a challenge's transaction."""
    used = (
        sa.update(RecoveryCode)
        .where(RecoveryCode.user_id == user_id, RecoveryCode.code_hash == seals.hash_of(_repaired(code)))
        .where(RecoveryCode.used_at.is_(None))
        .values(used_at=now)
        .returning(RecoveryCode.id)
    )
    return db.session.scalar(used) is not None


def _repaired(typed: str) -> str:
    """Return the code that a typed text means: capitals, without hyphens and spaces, O as 0, I and L as 1."""
    return typed[:LONGEST_TEXT].upper().translate(_JOINTS).translate(_REPAIRS)
