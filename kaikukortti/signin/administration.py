"""What the people who run the service do for staff by command: a link to a new password, an account out of use and
back, second factors that are lost.
"""

from dataclasses import dataclass
from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.orm import joinedload

from kaikukortti.db import db, transactional
from kaikukortti.errors import DomainError, NotFound
from kaikukortti.models.network import Membership, User
from kaikukortti.models.signins import FactorKind, RecoveryCode, SecondFactor
from kaikukortti.signin import challenges, factors, people, resets, sessions, trail


class OutOfUse(DomainError):
    """The account is out of use, or its person has no role: it is put in use first."""

    code = "account_out_of_use"


@dataclass(frozen=True)
class Person:
    """A member of staff for the list: `homes` are the roles with their organisations' names."""

    email: str
    name: str
    homes: list[tuple[str, str]]
    factors: list[FactorKind]
    last_signed_in_at: datetime | None
    disabled_at: datetime | None


def list_people() -> list[Person]:
    """Return every member of staff by e-mail."""
    homes = [joinedload(User.memberships).joinedload(home) for home in (Membership.area, Membership.unit)]
    query = sa.select(User).options(*homes, joinedload(User.memberships).joinedload(Membership.venue))
    kinds: dict[int, list[FactorKind]] = {}
    for user_id, kind in db.session.execute(sa.select(SecondFactor.user_id, SecondFactor.kind).distinct()):
        kinds.setdefault(user_id, []).append(kind)
    return [_person(user, kinds.get(user.id, [])) for user in db.session.scalars(query.order_by(User.email)).unique()]


@transactional
def link_to_password(email: str, *, now: datetime) -> str:
    """Return the path of a link to a new password, good for ten minutes. Raises NotFound, OutOfUse."""
    user = _get(email)
    if not people.may_sign_in(user):
        raise OutOfUse()
    trail.record_about("person.password_reset_asked", user, now=now, detail={"by": "command"})
    return resets.add_link(user, now=now)


@transactional
def disable(email: str, *, now: datetime) -> None:
    """Put an account out of use and end its sessions; twice changes nothing. Raises NotFound."""
    user = _get(email)
    if user.disabled_at is not None:
        return
    user.disabled_at = now
    challenges.end_all(user.id)
    sessions.drop_all(user.id)
    trail.record_about("person.disabled", user, now=now, detail={"cause": "command"})


@transactional
def enable(email: str, *, now: datetime) -> None:
    """Put an account in use again; twice changes nothing. Raises NotFound."""
    user = _get(email)
    if user.disabled_at is None:
        return
    user.disabled_at = user.warned_at = None
    trail.record_about("person.enabled", user, now=now, detail={"cause": "command"})


@transactional
def remove_factors(email: str, *, now: datetime) -> int:
    """Remove every second factor and recovery code of a person who lost them, end all sessions; return how many went.

    At the next sign-in the person sets up a new one. Raises NotFound.
    """
    user = _get(email)
    rows = factors.rows_of(user.id, locked=True)
    for row in rows:
        db.session.delete(row)
    db.session.execute(sa.delete(RecoveryCode).where(RecoveryCode.user_id == user.id))
    challenges.end_all(user.id)
    sessions.drop_all(user.id)
    for row in rows:
        trail.record_about("factor.removed", user, now=now, detail={"kind": row.kind.value, "cause": "command"})
    if rows:
        trail.tell(user, "factor_removed", now=now)
    return len(rows)


def _get(email: str) -> User:
    found = people.find_by_email(email)
    user = None if found is None else people.lock(found.id)
    if user is None:
        raise NotFound()
    return user


def _person(user: User, kinds: list[FactorKind]) -> Person:
    homes = [
        (held.role.value, home.name_fi)
        for held in user.memberships
        if (home := held.unit or held.venue or held.area) is not None
    ]
    return Person(user.email, user.name, homes, sorted(kinds), user.last_signed_in_at, user.disabled_at)
