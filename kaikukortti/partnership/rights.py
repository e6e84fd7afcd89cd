"""Rights of people, changed by the coordinator of an area: a role ended, an account out of use and in use again, the
half-yearly review. Whoever loses a right notices at the next request: each request asks for it anew.
"""

from collections.abc import Collection
from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.orm import joinedload

from kaikukortti import audit
from kaikukortti.db import db, transactional
from kaikukortti.errors import DomainError, NotFound
from kaikukortti.models.network import Membership, User
from kaikukortti.models.signins import StaffSession
from kaikukortti.partnership import people
from kaikukortti.rules import access
from kaikukortti.rules.access import Actor, Role


class OwnRight(DomainError):
    """Nobody ends the own role or puts the own account out of use."""

    code = "own_right"


class LastCoordinator(DomainError):
    """An area is never without a coordinator who can sign in."""

    code = "last_coordinator"


class WorksElsewhere(DomainError):
    """The person works in another area too: the account is not this coordinator's alone, a role in the area is."""

    code = "works_elsewhere"


@transactional
def end_membership(membership_id: int, *, actor: Actor, now: datetime) -> None:
    """End one role of a person in the coordinator's area; the account stays, and other roles with it.

    Raises NotFound, OwnRight, LastCoordinator.
    """
    _end(_lock(membership_id, actor), actor=actor, now=now)


@transactional
def disable(membership_id: int, *, actor: Actor, now: datetime) -> None:
    """Put the account of a person of the area out of use and end its sessions; twice changes nothing.

    Raises NotFound, OwnRight, LastCoordinator, WorksElsewhere.
    """
    held = _lock(membership_id, actor)
    _check_not_own(held, actor)
    _check_all_here(held.user_id, actor)
    _check_not_last(held.user_id, actor)
    user = _lock_user(held.user_id)
    if user.disabled_at is not None:
        return
    user.disabled_at = now
    db.session.execute(sa.delete(StaffSession).where(StaffSession.user_id == user.id))
    audit.record("person.disabled", actor=actor, now=now, detail={"user": user.id})


@transactional
def enable(membership_id: int, *, actor: Actor, now: datetime) -> None:
    """Put the account of a person of the area in use again. Raises NotFound, WorksElsewhere."""
    held = _lock(membership_id, actor)
    _check_all_here(held.user_id, actor)
    user = _lock_user(held.user_id)
    if user.disabled_at is None:
        return
    user.disabled_at = user.warned_at = None  # the notice of before does not count for another quiet time
    audit.record("person.enabled", actor=actor, now=now, detail={"user": user.id})


@transactional
def review(*, keep: Collection[int], end: Collection[int], actor: Actor, now: datetime) -> tuple[int, int]:
    """Keep some roles in the area and end others, in one go; return how many of each. What is in both is ended.

    Roles that are gone by now are passed over. Raises OwnRight and LastCoordinator for what cannot be ended, and then
    nothing is changed.
    """
    wanted = {*keep, *end}
    rows = _lock_many(wanted, actor)
    ended = [held for held in rows if held.id in set(end)]
    for held in ended:
        _end(held, actor=actor, now=now)
    kept = [held for held in rows if held.id not in set(end)]
    for held in kept:
        held.reviewed_at = now
    detail = {"kept": sorted(held.id for held in kept), "ended": sorted(held.id for held in ended)}
    audit.record("rights.reviewed", actor=actor, now=now, detail=detail)
    return len(kept), len(ended)


def _end(held: Membership, *, actor: Actor, now: datetime) -> None:
    _check_not_own(held, actor)
    if held.role is Role.COORDINATOR:
        _check_not_last(held.user_id, actor)
    home = {name: getattr(held, name) for name in ("area_id", "unit_id", "venue_id") if getattr(held, name)}
    db.session.execute(sa.delete(StaffSession).where(StaffSession.membership_id == held.id))
    db.session.delete(held)
    db.session.flush()
    detail = {"user": held.user_id, "role": held.role.value, **home}
    audit.record("person.ended", actor=actor, now=now, detail=detail)


def _lock(membership_id: int, actor: Actor) -> Membership:
    found = _lock_many({membership_id}, actor)
    if not found:
        raise NotFound()
    return found[0]


def _lock_many(keys: Collection[int], actor: Actor) -> list[Membership]:
    """Return these memberships as far as they are of the coordinator's area, locked.

    The coordinators of the area are locked along: two who end each other at once do not both succeed.
    """
    if actor.area_id is None or not access.may_coordinate(actor, area_id=actor.area_id):
        raise NotFound()
    is_coordinator = sa.and_(Membership.area_id == actor.area_id, Membership.role == Role.COORDINATOR)
    query = (
        sa.select(Membership)
        .where(sa.or_(Membership.id.in_(keys), is_coordinator), people.is_in_area(actor.area_id))
        .options(joinedload(Membership.user))
        .order_by(Membership.id)
        .with_for_update(of=Membership)
        .execution_options(populate_existing=True)
    )
    return [held for held in db.session.scalars(query) if held.id in keys]


def _lock_user(user_id: int) -> User:
    return db.session.get_one(User, user_id, with_for_update={"of": User}, populate_existing=True)


def _check_not_own(held: Membership, actor: Actor) -> None:
    if held.user_id == actor.user_id:
        raise OwnRight()


def _check_not_last(user_id: int, actor: Actor) -> None:
    others = (
        sa.select(Membership.id)
        .join(Membership.user)
        .where(Membership.area_id == actor.area_id, Membership.role == Role.COORDINATOR)
        .where(Membership.user_id != user_id, User.disabled_at.is_(None))
    )
    if db.session.scalar(others.limit(1)) is None:
        raise LastCoordinator()


def _check_all_here(user_id: int, actor: Actor) -> None:
    assert actor.area_id is not None
    here = sa.select(Membership.id).where(people.is_in_area(actor.area_id))
    elsewhere = sa.select(Membership.id).where(Membership.user_id == user_id, Membership.id.not_in(here))
    if db.session.scalar(elsewhere.limit(1)) is not None:
        raise WorksElsewhere()
