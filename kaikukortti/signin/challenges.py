"""Challenges: what waits for a second factor, or for a new passkey. Short-lived, good once, five tries each."""

import secrets
from datetime import datetime, timedelta
from enum import StrEnum

import sqlalchemy as sa

from kaikukortti.db import db
from kaikukortti.errors import DomainError
from kaikukortti.models.signins import Challenge
from kaikukortti.signin import seals

LASTS = timedelta(minutes=10)
TRIES = 5
TOKEN_BYTES = 32
NONCE_BYTES = 32


class Purpose(StrEnum):
    """What a challenge is for."""

    SIGN_IN = "sign_in"
    CONFIRM = "confirm"
    ADD = "add"


class ChallengeGone(DomainError):
    """The challenge is unknown, answered, too old, or was tried too often: the person signs in from the beginning."""

    code = "challenge_gone"


class WrongCode(DomainError):
    """The second factor was not right; `left` is how many tries this challenge has left, None where nobody counts."""

    code = "factor_wrong"

    def __init__(self, *, left: int | None = None) -> None:
        super().__init__(left=left)
        self.left = left


def add(user_id: int, purpose: Purpose, *, now: datetime) -> tuple[str, bytes]:
    """Add a challenge in the transaction of the caller; return its token and the nonce that a passkey has to sign."""
    db.session.execute(sa.delete(Challenge).where(Challenge.expires_at <= now))
    token, nonce = secrets.token_urlsafe(TOKEN_BYTES), secrets.token_bytes(NONCE_BYTES)
    row = Challenge(
        token_hash=seals.hash_of(token),
        user_id=user_id,
        purpose=purpose.value,
        nonce=nonce,
        created_at=now,
        expires_at=now + LASTS,
    )
    db.session.add(row)
    return token, nonce


def get(token: str, purposes: frozenset[Purpose], *, now: datetime) -> Challenge:
    """Return an open challenge of one of the purposes. Raises ChallengeGone."""
    return _open(sa.select(Challenge), token, purposes, now)


def lock(token: str, purposes: frozenset[Purpose], *, now: datetime) -> Challenge:
    """Return an open challenge, locked in the transaction of the caller. Raises ChallengeGone."""
    held = sa.select(Challenge).with_for_update().execution_options(populate_existing=True)
    return _open(held, token, purposes, now)


def note_wrong(challenge: Challenge) -> int:
    """Count a wrong answer and return how many tries are left; the last one ends the challenge. A nonce is signed once,
    so there is a new one.
    """
    challenge.tries += 1
    challenge.nonce = secrets.token_bytes(NONCE_BYTES)
    if challenge.tries >= TRIES:
        end(challenge)
    return TRIES - challenge.tries


def end(challenge: Challenge) -> None:
    """Use a challenge up."""
    db.session.delete(challenge)


def end_all(user_id: int) -> None:
    """Use up all challenges of a person, in the transaction of the caller."""
    db.session.execute(sa.delete(Challenge).where(Challenge.user_id == user_id))


def _open(query: sa.Select[Challenge], token: str, purposes: frozenset[Purpose], now: datetime) -> Challenge:
    found = db.session.scalar(query.where(Challenge.token_hash == seals.hash_of(token)))
    if found is None or found.expires_at <= now or Purpose(found.purpose) not in purposes:
        raise ChallengeGone()
    return found
