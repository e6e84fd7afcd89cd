"""Steps of signing in for tests of services: begin, an app with its codes, what the trail says of a person."""

from datetime import datetime, timedelta
from typing import Any

import pyotp
import sqlalchemy as sa

from kaikukortti.db import db
from kaikukortti.models.messages import Mail
from kaikukortti.models.network import User
from kaikukortti.models.trail import AuditEntry
from kaikukortti.rules.access import Role
from kaikukortti.signin import flow, totp
from kaikukortti.signin.flow import RelyingParty, Step
from tests import factories
from tests.factories import NOW, PASSWORD, SECRET_KEY, Person

SENDER = "192.0.2.7"
RP = RelyingParty("kaiku.example", "https://kaiku.example", "Kaikukortti")
STEP = timedelta(seconds=30)


def begin(email: str, password: str = PASSWORD, *, now: datetime = NOW, sender: str = SENDER) -> Step:
    """Give e-mail and password."""
    return flow.begin(email=email, password=password, sender=sender, now=now, secret=SECRET_KEY)


def challenge(person: Person, *, now: datetime = NOW) -> str:
    """Give the right password of somebody with a second factor and return the challenge."""
    found = begin(person.email, now=now).challenge
    assert found is not None
    return found


def answer(challenge: str, code: str, *, now: datetime = NOW, sender: str = SENDER) -> int:
    """Answer a challenge with a code of an app."""
    return flow.answer_code(challenge, code, now=now, secret=SECRET_KEY, sender=sender)


def add_app(person: Person, *, now: datetime = NOW) -> str:
    """Add an authenticator app, some steps ago, and return its secret."""
    user = user_of(person)
    proposal = totp.propose(user, secret=SECRET_KEY)
    before = now - 10 * STEP
    totp.add(user.id, proposal.sealed, code(proposal.secret_text, before), "Puhelin", now=before, secret=SECRET_KEY)
    return proposal.secret_text


def code(secret_text: str, now: datetime = NOW) -> str:
    """Return what an app shows at a moment."""
    return pyotp.TOTP(secret_text).at(now)


def wrong_code(secret_text: str, now: datetime = NOW) -> str:
    """Return six digits that the app shows neither now nor in the steps around."""
    shown = {code(secret_text, now + steps * STEP) for steps in range(-2, 3)}
    return next(digits for number in range(10) if (digits := f"{number}" * 6) not in shown)


def user_of(person: Person) -> User:
    """Return the person's row as it is in the database now."""
    return db.session.get_one(User, person.actor.user_id, populate_existing=True)


def user_id(person: Person) -> int:
    """Return the person's id."""
    assert person.actor.user_id is not None
    return person.actor.user_id


def make_worker() -> Person:
    """Add a worker who has no second factor yet."""
    return factories.make_person(Role.WORKER, factor=False)


def put_out_of_use(person: Person) -> None:
    """Put a person's account out of use, as a coordinator does."""
    user_of(person).disabled_at = NOW
    db.session.commit()


def trail(person: Person) -> list[tuple[str, int | None, dict[str, Any]]]:
    """Return action, actor and detail of the entries in the chain of the person's organisation."""
    entries = sa.select(AuditEntry).where(AuditEntry.organisation == person.actor.organisation).order_by(AuditEntry.seq)
    return [(entry.action, entry.user_id, entry.detail) for entry in db.session.scalars(entries)]


def mails(person: Person) -> list[tuple[str, dict[str, Any]]]:
    """Return kind and facts of the e-mails that wait for a person."""
    waiting = sa.select(Mail).where(Mail.user_id == person.actor.user_id).order_by(Mail.id)
    return [(mail.kind, mail.facts) for mail in db.session.scalars(waiting)]
