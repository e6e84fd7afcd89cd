"""Passkeys (WebAuthn): a key pair in the person's own device, unlocked by finger, face or PIN. Bound to our address."""

import json
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import Any, TypeVar

import sqlalchemy as sa
import webauthn
from cryptography.exceptions import UnsupportedAlgorithm
from webauthn.helpers import parse_authentication_credential_json
from webauthn.helpers.exceptions import WebAuthnException
from webauthn.helpers.structs import (
    AuthenticatorSelectionCriteria,
    PublicKeyCredentialCreationOptions,
    PublicKeyCredentialDescriptor,
    PublicKeyCredentialRequestOptions,
    ResidentKeyRequirement,
    UserVerificationRequirement,
)
from webauthn.registration.verify_registration_response import VerifiedRegistration

from kaikukortti.db import db, transactional
from kaikukortti.errors import DomainError, NotFound
from kaikukortti.models.signins import Challenge, FactorKind, SecondFactor
from kaikukortti.signin import challenges, factors, people
from kaikukortti.signin.challenges import Purpose

R = TypeVar("R")

LONGEST_RESPONSE = 16_384
BROKEN_ANSWER = (
    ArithmeticError,
    AttributeError,
    LookupError,
    RecursionError,
    TypeError,
    UnsupportedAlgorithm,
    ValueError,
)
ADDING = frozenset({Purpose.ADD})


class PasskeyRefused(DomainError):
    """The device's answer does not fit: another address, another challenge, nobody verified, or known already."""

    code = "passkey_refused"


@dataclass(frozen=True)
class RelyingParty:
    """Whom a passkey is made for: the host name, the address with scheme and port, and a name for people.

    The web layer makes it of the public address, never of a request's Host header where that is set.
    """

    id: str
    origin: str
    name: str


@transactional
def options_to_add(user_id: int, *, now: datetime, rp: RelyingParty) -> tuple[str, dict[str, Any]]:
    """Begin to add a passkey: return the challenge's token and the options for navigator.credentials.create().

    Raises NotFound.
    """
    user = people.lock(user_id)
    if user is None or not people.may_sign_in(user):
        raise NotFound()
    token, nonce = challenges.add(user_id, Purpose.ADD, now=now)
    options = webauthn.generate_registration_options(
        rp_id=rp.id,
        rp_name=rp.name,
        user_id=f"kaikukortti {user_id}".encode(),
        user_name=user.email,
        user_display_name=user.name,
        challenge=nonce,
        authenticator_selection=AuthenticatorSelectionCriteria(
            resident_key=ResidentKeyRequirement.DISCOURAGED,
            user_verification=UserVerificationRequirement.REQUIRED,
        ),
        exclude_credentials=_descriptors(user_id),
    )
    return token, _plain(options)


def add(challenge: str, response: str, name: str, *, user_id: int, now: datetime, rp: RelyingParty) -> int:
    """Add the passkey that answered a challenge of this person; return the factor's id. The challenge is used up.

    Raises ChallengeGone, PasskeyRefused, TooManyFactors.
    """
    added = _add(challenge, response, name, user_id=user_id, now=now, rp=rp)
    if added is None:
        raise PasskeyRefused()
    return added


@transactional
def _add(token: str, response: str, name: str, *, user_id: int, now: datetime, rp: RelyingParty) -> int | None:
    challenge = challenges.lock(token, ADDING, now=now)
    if challenge.user_id != user_id:
        raise challenges.ChallengeGone()
    nonce = challenge.nonce
    challenges.end(challenge)
    made = _verified_new(response, nonce=nonce, rp=rp)
    user = people.lock(user_id)
    if made is None or user is None or _is_known(made.credential_id):
        return None
    row = SecondFactor(
        user_id=user_id,
        kind=FactorKind.PASSKEY,
        name=name.strip()[: factors.NAME_LENGTH],
        created_at=now,
        credential_id=made.credential_id,
        public_key=made.credential_public_key,
        sign_count=made.sign_count,
    )
    return factors.add(user, row, now=now)


def options_to_prove(challenge: Challenge, *, rp: RelyingParty) -> dict[str, Any]:
    """Return the options for navigator.credentials.get() that answer a challenge."""
    options = webauthn.generate_authentication_options(
        rp_id=rp.id,
        challenge=challenge.nonce,
        allow_credentials=_descriptors(challenge.user_id),
        user_verification=UserVerificationRequirement.REQUIRED,
    )
    return _plain(options)


def prove(challenge: Challenge, response: str, *, now: datetime, rp: RelyingParty) -> bool:
    """Return whether one of the person's passkeys signed this challenge; then its count goes up.

    A count that does not rise means a copied key and is refused. Called in the transaction of the challenge.
    """
    row = _named_in(response, challenge.user_id)
    if row is None:
        return False
    proved = _tried(
        lambda: webauthn.verify_authentication_response(
            credential=response,
            expected_challenge=challenge.nonce,
            expected_rp_id=rp.id,
            expected_origin=rp.origin,
            credential_public_key=row.public_key or b"",
            credential_current_sign_count=row.sign_count or 0,
            require_user_verification=True,
        )
    )
    if proved is None:
        return False
    row.sign_count, row.last_used_at = proved.new_sign_count, now
    return True


def _verified_new(response: str, *, nonce: bytes, rp: RelyingParty) -> VerifiedRegistration | None:
    if len(response) > LONGEST_RESPONSE:
        return None
    return _tried(
        lambda: webauthn.verify_registration_response(
            credential=response,
            expected_challenge=nonce,
            expected_rp_id=rp.id,
            expected_origin=rp.origin,
            require_user_verification=True,
        )
    )


def _named_in(response: str, user_id: int) -> SecondFactor | None:
    """Return the person's own passkey that an answer names."""
    if len(response) > LONGEST_RESPONSE:
        return None
    named = _tried(lambda: parse_authentication_credential_json(response).raw_id)
    rows = factors.rows_of(user_id, FactorKind.PASSKEY, locked=True)
    return next((row for row in rows if row.credential_id == named), None)


def _is_known(credential_id: bytes) -> bool:
    known = sa.select(sa.exists().where(SecondFactor.credential_id == credential_id))
    return bool(db.session.scalar(known))


def _descriptors(user_id: int) -> list[PublicKeyCredentialDescriptor]:
    rows = factors.rows_of(user_id, FactorKind.PASSKEY)
    return [PublicKeyCredentialDescriptor(id=row.credential_id) for row in rows if row.credential_id is not None]


def _plain(options: PublicKeyCredentialCreationOptions | PublicKeyCredentialRequestOptions) -> dict[str, Any]:
    plain: dict[str, Any] = json.loads(webauthn.options_to_json(options))
    return plain


def _tried(verify: Callable[[], R]) -> R | None:
    """Return what the library makes of an answer, or None: a hostile one breaks it in many ways."""
    try:
        return verify()
    except (WebAuthnException, *BROKEN_ANSWER):
        return None
