"""Members of staff as signing in sees them: found by e-mail or id with their roles; who may, and who needs a factor."""

import sqlalchemy as sa
from sqlalchemy.orm import joinedload

from kaikukortti.db import db
from kaikukortti.models.network import Membership, User
from kaikukortti.rules.access import NEEDS_FACTOR, Actor

_WITH_ROLES = (
    joinedload(User.memberships).joinedload(Membership.unit),
    joinedload(User.memberships).joinedload(Membership.venue),
    joinedload(User.memberships).joinedload(Membership.area),
)


def plain_email(email: str) -> str:
    """Return an e-mail address as it is kept."""
    return email.strip().lower()


def find_by_email(email: str) -> User | None:
    """Return the user of an e-mail address with roles and organisations, or None."""
    query = sa.select(User).where(User.email == plain_email(email).replace("\x00", "")).options(*_WITH_ROLES)
    return db.session.scalars(query).unique().one_or_none()


def lock(user_id: int) -> User | None:
    """Return a user with roles, locked in the transaction of the caller, or None.

    The lock lets others write rows that name this user, as every entry of the trail does.
    """
    held = sa.select(User).where(User.id == user_id).with_for_update(of=User, key_share=True)
    user = db.session.scalars(held.execution_options(populate_existing=True)).one_or_none()
    if user is not None:
        db.session.refresh(user, ["memberships"])
    return user


def may_sign_in(user: User) -> bool:
    """Return whether a person has an account in use and a role."""
    return user.disabled_at is None and bool(user.open_memberships)


def needs_factor(user: User) -> bool:
    """Return whether one of a person's roles asks for a second factor."""
    return any(held.role in NEEDS_FACTOR for held in user.memberships)


def actor_of(user: User) -> Actor | None:
    """Return the person acting in the first membership, or None without one."""
    if not user.open_memberships:
        return None
    held = user.open_memberships[0]
    return Actor(user.id, user.name, held.role, area_id=held.area_id, unit_id=held.unit_id, venue_id=held.venue_id)
