"""A person's second factors as a list: what there is, what may go. How each is added and proved: totp, passkeys."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

import sqlalchemy as sa

from kaikukortti.db import db, transactional
from kaikukortti.errors import DomainError, NotFound
from kaikukortti.models.network import User
from kaikukortti.models.signins import FactorKind, RecoveryCode, SecondFactor
from kaikukortti.signin import people, trail

MOST = 10
NAME_LENGTH = 60


class LastFactor(DomainError):
    """Who needs a second factor keeps one: another is added before this one goes."""

    code = "last_factor"


class TooManyFactors(DomainError):
    """A person has at most ten second factors."""

    code = "too_many_factors"


@dataclass(frozen=True)
class Factor:
    """One second factor for the list of the own ones."""

    factor_id: int
    kind: FactorKind
    name: str
    created_at: datetime
    last_used_at: datetime | None


def list_own(user_id: int) -> list[Factor]:
    """Return a person's second factors, the oldest first."""
    return [Factor(row.id, row.kind, row.name, row.created_at, row.last_used_at) for row in rows_of(user_id)]


def kinds_of(user_id: int) -> frozenset[FactorKind]:
    """Return of which kinds a person has second factors."""
    query = sa.select(SecondFactor.kind).where(SecondFactor.user_id == user_id).distinct()
    return frozenset(db.session.scalars(query))


def rows_of(user_id: int, kind: FactorKind | None = None, *, locked: bool = False) -> Sequence[SecondFactor]:
    """Return the rows of a person's second factors, of one kind or all; locked in the transaction of the caller."""
    query = sa.select(SecondFactor).where(SecondFactor.user_id == user_id).order_by(SecondFactor.id)
    if kind is not None:
        query = query.where(SecondFactor.kind == kind)
    if locked:
        query = query.with_for_update().execution_options(populate_existing=True)
    return db.session.scalars(query).all()


def add(user: User, row: SecondFactor, *, now: datetime) -> int:
    """Add a proved factor to a locked user in the transaction of the caller; return its id. Raises TooManyFactors."""
    if len(rows_of(user.id)) >= MOST:
        raise TooManyFactors(most=MOST)
    db.session.add(row)
    db.session.flush()
    trail.record("factor.added", user, now=now, detail={"factor": row.id, "kind": row.kind.value})
    trail.tell(user, "app_added" if row.kind is FactorKind.TOTP else "passkey_added", now=now)
    return row.id


@transactional
def rename(factor_id: int, *, user_id: int, name: str) -> None:
    """Call one of a person's second factors by another name. Raises NotFound for another's factor."""
    own = sa.update(SecondFactor).where(SecondFactor.id == factor_id, SecondFactor.user_id == user_id)
    named = own.values(name=name.strip()[:NAME_LENGTH]).returning(SecondFactor.id)
    if db.session.execute(named).scalar() is None:
        raise NotFound()


@transactional
def remove(factor_id: int, *, user_id: int, now: datetime) -> None:
    """Remove one of a person's second factors; without the last one the recovery codes go too.

    Raises NotFound for another's factor, LastFactor where a role asks for one.
    """
    user = people.lock(user_id)
    rows = rows_of(user_id, locked=True)
    found = next((row for row in rows if row.id == factor_id), None)
    if user is None or found is None:
        raise NotFound()
    if len(rows) == 1 and people.needs_factor(user):
        raise LastFactor()
    db.session.delete(found)
    if len(rows) == 1:
        db.session.execute(sa.delete(RecoveryCode).where(RecoveryCode.user_id == user_id))
    trail.record("factor.removed", user, now=now, detail={"factor": factor_id, "kind": found.kind.value})
    trail.tell(user, "factor_removed", now=now)
