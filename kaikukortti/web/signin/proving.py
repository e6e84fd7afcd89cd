"""Answering a challenge by code, passkey or recovery code, for the sign-in and for confirming anew."""

import json
from dataclasses import dataclass
from typing import Any

from flask import request, url_for

from kaikukortti import clock
from kaikukortti.errors import DomainError
from kaikukortti.signin import demo, flow
from kaikukortti.signin.flow import FactorKind, SignInWait, WrongCode
from kaikukortti.web.forms import Form
from kaikukortti.web.signin import signinforms
from kaikukortti.web.signin.surroundings import is_demo, relying_party, secret, sender

CODE, PASSKEY, RECOVERY, PASSWORD = "code", "passkey", "recovery", "password"
WAY_OF = {FactorKind.TOTP: CODE, FactorKind.PASSKEY: PASSKEY}
FORMS: dict[str, type[Form]] = {
    CODE: signinforms.Code,
    PASSKEY: signinforms.Passkey,
    RECOVERY: signinforms.Recovery,
    PASSWORD: signinforms.OwnPassword,
}


@dataclass(frozen=True)
class Asked:
    """A page that asks for a proof, ready to be drawn: its form, the other ways with their addresses, and for a passkey
    the options that its script needs. In the demo the code of now stands beside the field.
    """

    by: str
    form: Form
    others: list[tuple[str, str]]
    options: str = ""
    demo_code: str | None = None


def first_way(kinds: frozenset[FactorKind]) -> str:
    """Return which way is offered first: a code can be typed anywhere, a passkey needs its device and a script."""
    return CODE if FactorKind.TOTP in kinds else PASSKEY


def ask(by: str, challenge: str, *, endpoint: str, form: Form) -> Asked:
    """Return the page that asks for an answer in one way. Raises ChallengeGone."""
    now = clock.now()
    ways = [*(WAY_OF[kind] for kind in FactorKind if kind in flow.kinds_asked(challenge, now=now)), RECOVERY]
    others = [(way, url_for(endpoint, by=way, next=request.args.get("next"))) for way in ways if way != by]
    options: dict[str, Any] = flow.options(challenge, now=now, rp=relying_party()) if by == PASSKEY else {}
    code = demo.code_now(challenge, now=now, secret=secret()) if is_demo() and by == CODE else None
    return Asked(by, form, others, json.dumps(options) if options else "", code)


def answer(by: str, challenge: str, form: Form) -> int:
    """Answer a challenge with what the form brought; return the user. Raises WrongCode, ChallengeGone, SignInWait."""
    now = clock.now()
    if by == CODE:
        return flow.answer_code(challenge, form["code"].data, now=now, secret=secret(), sender=sender())
    if by == RECOVERY:
        return flow.answer_recovery(challenge, form["recovery"].data, now=now)
    return flow.answer_passkey(challenge, request.form.get("response", ""), now=now, rp=relying_party())


def status_of(error: DomainError) -> int:
    """Return the status of a page whose form is kept after a no."""
    return 429 if isinstance(error, SignInWait) else 422


def field_of(by: str, error: DomainError) -> str | None:
    """Return the field that a no is about, or None for the page as a whole."""
    return by if isinstance(error, WrongCode) and by in (CODE, RECOVERY) else None
