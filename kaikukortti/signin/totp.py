"""Codes of an authenticator app (RFC 6238): six digits, a new one every thirty seconds, each good once."""

import base64
import hmac
from dataclasses import dataclass
from datetime import datetime

import pyotp

from kaikukortti.db import transactional
from kaikukortti.errors import NotFound
from kaikukortti.models.network import User
from kaikukortti.models.signins import FactorKind, SecondFactor
from kaikukortti.signin import factors, people, seals
from kaikukortti.signin.challenges import WrongCode

ISSUER = "Kaikukortti"
STEP_SECONDS = 30
STEPS_AROUND = 1  # the clock of a telephone may be half a minute off
DIGITS = 6


@dataclass(frozen=True)
class Proposal:
    """A new secret for the app: as text and as address of a QR code to show once, and under seal to send back."""

    secret_text: str
    uri: str
    sealed: str


def propose(user: User, *, secret: str) -> Proposal:
    """Return a new secret for a person's app. Nothing is kept until a code of it comes back (`add`)."""
    text = pyotp.random_base32()  # 160 bits
    uri = pyotp.TOTP(text).provisioning_uri(name=user.email, issuer_name=ISSUER)
    sealed = seals.seal(text, owner=owner_of(user.id), secret=secret)
    return Proposal(text, uri, base64.urlsafe_b64encode(sealed).decode())


def proposed_again(user: User, sealed: str, *, secret: str) -> Proposal:
    """Return the same proposal, for a page that is shown again after a mistake. Raises NotFound for a broken seal."""
    text = _unseal_proposal(user.id, sealed, secret)
    return Proposal(text, pyotp.TOTP(text).provisioning_uri(name=user.email, issuer_name=ISSUER), sealed)


@transactional
def add(user_id: int, sealed: str, code: str, name: str, *, now: datetime, secret: str) -> int:
    """Add the app that shows this code for a proposed secret; return the factor's id.

    Raises WrongCode, NotFound for another's or a broken proposal, TooManyFactors.
    """
    user = people.lock(user_id)
    if user is None:
        raise NotFound()
    text = _unseal_proposal(user_id, sealed, secret)
    step = matching_step(text, code, now=now)
    if step is None:
        raise WrongCode()
    row = SecondFactor(
        user_id=user_id,
        kind=FactorKind.TOTP,
        name=name.strip()[: factors.NAME_LENGTH],
        created_at=now,
        sealed_secret=seals.seal(text, owner=owner_of(user_id), secret=secret),
        last_step=step,  # the code that proved it is not good for signing in as well
    )
    return factors.add(user, row, now=now)


def prove(user_id: int, code: str, *, now: datetime, secret: str) -> bool:
    """Return whether one of a person's apps shows this code now and it was not used before; then it is used.

    Called in the transaction of a challenge.
    """
    for row in factors.rows_of(user_id, FactorKind.TOTP, locked=True):
        text = seals.unseal(row.sealed_secret or b"", owner=owner_of(user_id), secret=secret)
        step = None if text is None else matching_step(text, code, now=now, after=row.last_step)
        if step is not None:
            row.last_step, row.last_used_at = step, now
            return True
    return False


def matching_step(text: str, code: str, *, now: datetime, after: int | None = None) -> int | None:
    """Return the step of thirty seconds around now whose code this is, later than `after`, or None."""
    digits = "".join(code.split())
    if len(digits) != DIGITS or not digits.isascii() or not digits.isdigit():
        return None
    current = int(now.timestamp()) // STEP_SECONDS
    generator = pyotp.TOTP(text, interval=STEP_SECONDS, digits=DIGITS)
    steps = range(current - STEPS_AROUND, current + STEPS_AROUND + 1)
    fitting = [step for step in steps if hmac.compare_digest(generator.generate_otp(step), digits)]
    return next((step for step in fitting if after is None or step > after), None)


def _unseal_proposal(user_id: int, sealed: str, secret: str) -> str:
    try:
        raw = base64.b64decode(sealed.encode(), altchars=b"-_", validate=True)
    except ValueError:
        raise NotFound() from None
    text = seals.unseal(raw, owner=owner_of(user_id), secret=secret)
    if text is None:
        raise NotFound()
    return text


def owner_of(user_id: int) -> str:
    """Return the owner's name under which a person's secrets are sealed."""
    return f"totp {user_id}"
