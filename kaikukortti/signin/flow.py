"""Sign-in from e-mail and password to a proved second factor: the one module that pages call.

A sign-in by another service (OpenID Connect) comes in here too. What begins with a proof, a session, is in `sessions`.
"""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Any

from kaikukortti.db import db, transactional
from kaikukortti.errors import DomainError
from kaikukortti.models.network import User
from kaikukortti.models.signins import Challenge, FactorKind
from kaikukortti.signin import challenges, factors, hashing, passkeys, people, recoverycodes, throttling, totp, trail
from kaikukortti.signin.challenges import ChallengeGone, Purpose, WrongCode
from kaikukortti.signin.passkeys import RelyingParty
from kaikukortti.signin.throttling import Name, SignInWait

__all__ = ["ChallengeGone", "FactorKind", "Next", "RelyingParty", "SignInWait", "Step", "WrongCode", "WrongSignIn"]

PROVING = frozenset({Purpose.SIGN_IN, Purpose.CONFIRM})
Proof = Callable[[Challenge], bool]


class WrongSignIn(DomainError):
    """E-mail and password do not belong together, or to nobody who may sign in; which of these is never said."""

    code = "sign_in_wrong"


class Next(StrEnum):
    """What is left to do: nothing, prove a second factor, set one up first of all, or give the password."""

    DONE = "done"
    FACTOR = "factor"
    SETUP = "setup"
    PASSWORD = "password"


@dataclass(frozen=True)
class Step:
    """How far somebody got: who, what comes next, and for a second factor the challenge's token and what may answer."""

    user_id: int
    next: Next
    challenge: str | None = None
    kinds: frozenset[FactorKind] = frozenset()


def begin(*, email: str, password: str, sender: str, now: datetime, secret: str) -> Step:
    """Take e-mail and password from a network address and return what comes next. DONE and SETUP are signed in.

    The try is counted before it is looked at, and the work is the same whether the account is known or not. Raises
    WrongSignIn, SignInWait.
    """
    names = [
        throttling.of_account(people.plain_email(email), secret=secret),
        *throttling.of_sender(sender, secret=secret),
    ]
    throttling.count(names, now=now)
    user = people.find_by_email(email)
    known_hash = user.password_hash if user is not None and people.may_sign_in(user) else None
    if not hashing.is_right(password, known_hash) or user is None or known_hash is None:
        _note_wrong(None if user is None else user.id, names, now=now)
        raise WrongSignIn()
    newer = hashing.hash_of(password) if hashing.is_outdated(known_hash) else None
    step = _take(user.id, known_hash, newer, names, now=now)
    if step is None:
        raise WrongSignIn()
    return step


def begin_confirm(user_id: int, *, now: datetime) -> Step:
    """Return how a signed-in person proves to be there: by a second factor, or by the password without one.

    Raises WrongSignIn for somebody who may not sign in any more.
    """
    step = _ask_again(user_id, now=now)
    if step is None:
        raise WrongSignIn()
    return step


def confirm_password(user_id: int, password: str, *, sender: str, now: datetime, secret: str) -> None:
    """Prove by the password that a signed-in person is there. Raises WrongSignIn, SignInWait."""
    user = db.session.get(User, user_id)
    email = "" if user is None else user.email
    names = [throttling.of_account(email, secret=secret), *throttling.of_sender(sender, secret=secret)]
    throttling.count(names, now=now)
    known_hash = user.password_hash if user is not None and people.may_sign_in(user) else None
    if not hashing.is_right(password, known_hash):
        _note_wrong(user_id, names, now=now)
        raise WrongSignIn()
    _forgive(names)


def options(challenge: str, *, now: datetime, rp: RelyingParty) -> dict[str, Any]:
    """Return the options with which a passkey answers a challenge. Raises ChallengeGone."""
    return passkeys.options_to_prove(challenges.get(challenge, PROVING, now=now), rp=rp)


def kinds_asked(challenge: str, *, now: datetime) -> frozenset[FactorKind]:
    """Return what may answer a challenge, for a page that is shown again. Raises ChallengeGone."""
    return factors.kinds_of(challenges.get(challenge, PROVING, now=now).user_id)


def answer_code(challenge: str, code: str, *, now: datetime, secret: str, sender: str) -> int:
    """Answer a challenge with the code of an app; return the user. Raises WrongCode, ChallengeGone, SignInWait."""
    user_id = challenges.get(challenge, PROVING, now=now).user_id
    names = [throttling.of_codes(user_id), *throttling.of_sender(sender, secret=secret)]
    throttling.count(names, now=now)

    def proof(found: Challenge) -> bool:
        return totp.prove(found.user_id, code, now=now, secret=secret)

    return _answer(challenge, proof, by="totp", names=names, now=now)


def answer_passkey(challenge: str, response: str, *, now: datetime, rp: RelyingParty) -> int:
    """Answer a challenge with what a passkey signed; return the user. Raises WrongCode, ChallengeGone."""

    def proof(found: Challenge) -> bool:
        return passkeys.prove(found, response, now=now, rp=rp)

    return _answer(challenge, proof, by="passkey", names=[], now=now)


def answer_recovery(challenge: str, code: str, *, now: datetime) -> int:
    """Answer a challenge with a recovery code, used up by it; return the user.

    Raises WrongCode, ChallengeGone, SignInWait.
    """
    names = [throttling.of_codes(challenges.get(challenge, PROVING, now=now).user_id)]
    throttling.count(names, now=now)

    def proof(found: Challenge) -> bool:
        return recoverycodes.prove(found.user_id, code, now=now)

    return _answer(challenge, proof, by="recovery", names=names, now=now)


def _answer(challenge: str, proof: Proof, *, by: str, names: list[Name], now: datetime) -> int:
    answered = _try_answer(challenge, proof, by, names, now=now)
    if answered.user_id is None:
        raise WrongCode(left=answered.left)
    return answered.user_id


@dataclass(frozen=True)
class _Answered:
    user_id: int | None
    left: int


@transactional
def _try_answer(token: str, proof: Proof, by: str, names: list[Name], *, now: datetime) -> _Answered:
    """Look at an answer under the challenge's lock; a wrong one is counted and stays counted."""
    challenge = challenges.lock(token, PROVING, now=now)
    user = people.lock(challenge.user_id)
    if user is None or not people.may_sign_in(user):
        raise ChallengeGone()
    if not proof(challenge):
        trail.record_about("person.sign_in_failed", user, now=now, detail={"by": by})
        return _Answered(None, challenges.note_wrong(challenge))
    purpose = Purpose(challenge.purpose)
    challenges.end(challenge)
    throttling.forgive(names)
    if by == "recovery":
        trail.record("recovery.used", user, now=now, detail={"left": recoverycodes.count_left(user.id)})
        trail.tell(user, "code_used", now=now)
    if purpose is Purpose.SIGN_IN:
        _note_signed_in(user, by, now=now)
    return _Answered(user.id, 0)


@transactional
def _take(user_id: int, known_hash: str, newer: str | None, names: list[Name], *, now: datetime) -> Step | None:
    """Take a right password, unless the account has changed since it was looked at."""
    user = people.lock(user_id)
    if user is None or user.password_hash != known_hash or not people.may_sign_in(user):
        return None
    throttling.forgive(names)
    if newer is not None:
        user.password_hash = newer
    kinds = factors.kinds_of(user_id)
    if kinds:
        token, _ = challenges.add(user_id, Purpose.SIGN_IN, now=now)
        return Step(user_id, Next.FACTOR, token, kinds)
    _note_signed_in(user, "password", now=now)
    return Step(user_id, Next.SETUP if people.needs_factor(user) else Next.DONE)


@transactional
def _ask_again(user_id: int, *, now: datetime) -> Step | None:
    user = people.lock(user_id)
    if user is None or not people.may_sign_in(user):
        return None
    kinds = factors.kinds_of(user_id)
    if not kinds:
        return Step(user_id, Next.PASSWORD)
    token, _ = challenges.add(user_id, Purpose.CONFIRM, now=now)
    return Step(user_id, Next.FACTOR, token, kinds)


@transactional
def _note_wrong(user_id: int | None, names: list[Name], *, now: datetime) -> None:
    """Write down a wrong try at a known account; an unknown one costs a transaction too."""
    throttling.touch(names, now=now)
    user = None if user_id is None else db.session.get(User, user_id)
    if user is not None:
        trail.record_about("person.sign_in_failed", user, now=now, detail={"by": "password"})


@transactional
def _forgive(names: list[Name]) -> None:
    throttling.forgive(names)


def _note_signed_in(user: User, by: str, *, now: datetime) -> None:
    user.last_signed_in_at = now
    trail.record("person.signed_in", user, now=now, detail={"by": by})
