"""Accounts that nobody uses are put out of use after 90 days, and never without a notice 14 days before.

`retention` calls this with its run. How an account comes back: `administration`, or a coordinator's page.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

import sqlalchemy as sa
from sqlalchemy.orm import selectinload

from kaikukortti.db import db, transactional
from kaikukortti.mailing import queue
from kaikukortti.models.network import Membership, User
from kaikukortti.rules import period
from kaikukortti.rules.access import Role
from kaikukortti.signin import sessions, trail

UNUSED_FOR = timedelta(days=90)
NOTICE = timedelta(days=14)
MAIL = "account_disabled_soon"


@dataclass(frozen=True)
class Unused:
    """How many people were told, and how many accounts were put out of use."""

    told: int
    disabled: int


@transactional
def disable_unused(*, now: datetime) -> Unused:
    """Put accounts out of use that nobody has signed in to for 90 days, and tell those who come to that in 14 days.

    A notice that was sent late moves the day. Each area keeps the one of its coordinators who came last.
    """
    return _run(now)


def count_unused(*, now: datetime) -> Unused:
    """Return what a run would do now, for a dry run."""
    quiet = _list_quiet(now)
    over = [user for user in quiet if _is_over(user, now)]
    return Unused(sum(_is_to_tell(user) for user in quiet), len(_without_last_coordinators(over)))


def _run(now: datetime) -> Unused:
    quiet = _list_quiet(now)
    told = [user for user in quiet if _is_to_tell(user)]
    disabled = _without_last_coordinators([user for user in quiet if _is_over(user, now)])
    for user in told:
        _tell(user, now)
    for user in disabled:
        user.disabled_at = now
        sessions.drop_all(user.id)
        trail.record_about("person.disabled", user, now=now, detail={"cause": "unused"})
    return Unused(len(told), len(disabled))


def _list_quiet(now: datetime) -> Sequence[User]:
    """Return the accounts in use that nobody has signed in to for so long that a notice is due, the quietest first."""
    last_use = sa.func.coalesce(User.last_signed_in_at, User.created_at)
    query = sa.select(User).where(User.disabled_at.is_(None), last_use <= now - UNUSED_FOR + NOTICE)
    return db.session.scalars(query.options(selectinload(User.memberships)).order_by(last_use, User.id)).all()


def _tell(user: User, now: datetime) -> None:
    last_day = max(now + NOTICE, _last_use(user) + UNUSED_FOR)
    user.warned_at = now
    queue.put(
        kind=MAIL,
        language=user.language,
        facts={"day": period.day_of(last_day).isoformat()},
        now=now,
        user_id=user.id,
        secret="",
    )


def _is_to_tell(user: User) -> bool:
    return user.warned_at is None or user.warned_at < _last_use(user)


def _is_over(user: User, now: datetime) -> bool:
    is_told = user.warned_at is not None and user.warned_at >= _last_use(user)
    return is_told and now >= _last_use(user) + UNUSED_FOR and now >= (user.warned_at or now) + NOTICE


def _without_last_coordinators(users: Sequence[User]) -> list[User]:
    """Return those who may go; of an area's coordinators in use one stays, who is the last of the row."""
    in_use = _coordinators_in_use()
    going = []
    for user in users:
        areas = [held.area_id for held in user.memberships if held.role is Role.COORDINATOR]
        if any(in_use.get(area, set()) <= {user.id} for area in areas):
            continue
        for area in areas:
            in_use[area].discard(user.id)
        going.append(user)
    return going


def _coordinators_in_use() -> dict[int | None, set[int]]:
    query = (
        sa.select(Membership.area_id, Membership.user_id)
        .join(Membership.user)
        .where(Membership.role == Role.COORDINATOR, User.disabled_at.is_(None), User.password_hash.is_not(None))
    )
    in_use: dict[int | None, set[int]] = {}
    for area, user in db.session.execute(query):
        in_use.setdefault(area, set()).add(user)
    return in_use


def _last_use(user: User) -> datetime:
    return user.last_signed_in_at or user.created_at
