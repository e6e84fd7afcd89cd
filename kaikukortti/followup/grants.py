"""A client's leave that named workers look at the use of the own card: given with the own card open, taken back at any
moment by the holder or by any worker of the unit. Saying no is never written down: there is nothing here for it.
"""

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import date, datetime, timedelta

import sqlalchemy as sa
from sqlalchemy.orm import Session, joinedload

from kaikukortti.db import db
from kaikukortti.errors import DomainError, NotFound
from kaikukortti.followup import episodes, grantcards, references, store, trail
from kaikukortti.followup.models.episodes import Episode, Grant, GrantDay, GrantWorker, Scope
from kaikukortti.followup.ownsessions import OpenCard
from kaikukortti.models.network import Membership, User
from kaikukortti.rules import period
from kaikukortti.rules.access import Actor, Role

CONSENT_VERSION = 1
"""The version of the text that the client agrees to (web/followup/sharewords): followup.md §7."""
LONGEST_MONTHS = 12
USUAL_MONTHS = 6
MOST_WORKERS = 2  # security.md §1.3


class AgeUnconfirmed(DomainError):
    """Leave is for adults; the worker says so by a tick, and nothing of it is kept."""

    code = "grant_age_unconfirmed"


class WorkersImpossible(DomainError):
    """One or two workers of the unit are named."""

    code = "grant_workers_impossible"


class EndImpossible(DomainError):
    """The leave ends after today, within a year, with the card and with the episode at the latest (`latest`)."""

    code = "grant_end_impossible"


@dataclass(frozen=True)
class Colleague:
    """A worker of the unit who can be named."""

    user_id: int
    name: str


@dataclass(frozen=True)
class GrantRow:
    """A grant as every worker of the unit may know it: never its ticked days, which are days of use."""

    id: int
    scope: Scope
    from_on: date
    expires_on: date
    given_on: date
    workers: tuple[Colleague, ...]

    def names(self, actor: Actor) -> bool:
        """Return whether an actor is one of the named workers."""
        return any(worker.user_id == actor.user_id for worker in self.workers)


def list_colleagues(actor: Actor) -> list[Colleague]:
    """Return the workers of the actor's unit by name. Raises NotFound for anybody but a worker."""
    if actor.role is not Role.WORKER or actor.unit_id is None:
        raise NotFound()
    query = (
        sa.select(User.id, User.name)
        .join(Membership, Membership.user_id == User.id)
        .where(Membership.unit_id == actor.unit_id, Membership.role == Role.WORKER)
        .order_by(User.name, User.id)
    )
    return [Colleague(*row) for row in db.session.execute(query)]


def latest_end(*, opened: OpenCard, planned_end_on: date | None, now: datetime) -> date:
    """Return the last day that a grant from the open card may have. Raises grantcards.CardClosed, CommunityCard."""
    today = period.day_of(now)
    card = grantcards.usable(opened.line, today=today)
    ends = [period.add_months(today, LONGEST_MONTHS), card.last_valid_on, planned_end_on]
    return min(day for day in ends if day is not None)


def give(
    episode_id: int,
    *,
    opened: OpenCard | None,
    scope: Scope,
    workers: Collection[int],
    earlier: Collection[date] = (),
    expires_on: date,
    is_of_age: bool,
    actor: Actor,
    now: datetime,
    secret: str,
) -> GrantRow:
    """Let the named workers of the unit see the use of the card that its holder has open here: from tomorrow on, and on
    the earlier days that the client ticked. An earlier grant of the episode is replaced.

    Raises NotFound, episodes.EpisodeOver, AgeUnconfirmed, WorkersImpossible, EndImpossible, and what grantcards raises.
    """
    opened, today = grantcards.check_open(opened, now=now), period.day_of(now)
    if not is_of_age:
        raise AgeUnconfirmed()
    named = _named(workers, actor)
    card_number = grantcards.usable(opened.line, today=today).number
    ticked = set(earlier) & set(grantcards.earlier_days(opened, now=now))
    with store.writing() as session:
        episode = episodes.own(session, episode_id, actor=actor, lock=True)
        _check_end(expires_on, episode, opened, now)
        delete(session, Grant.episode_id == episode_id)
        grant = _grant(opened, named, ticked, now=now, secret=secret)
        grant.episode_id, grant.scope, grant.expires_on = episode_id, scope, expires_on
        session.add(grant)
        session.flush()
        row = _row(grant)
        # The card stands in the log without the episode, and the episode without the card: revoking ends the link.
        trail.record("followup.grant_given", actor=actor, now=now, card_number=card_number)
    return row


def find(episode_id: int, *, actor: Actor, now: datetime) -> GrantRow | None:
    """Return the grant of an episode of the own unit, or None; one that is over is deleted. Raises NotFound."""
    query = (
        sa.select(Episode.id, Grant)
        .outerjoin(Grant, Grant.episode_id == Episode.id)
        .where(Episode.id == episode_id, Episode.unit_id == actor.unit_id)
        .options(joinedload(Grant.workers))
    )
    with store.reading() as session:
        found = session.execute(query).unique().one_or_none()
        if found is None or actor.role is not Role.WORKER:
            raise NotFound()
        row = None if found.Grant is None else _row(found.Grant)
    if row is not None and row.expires_on < period.day_of(now):
        delete_over(Grant.id == row.id, today=period.day_of(now))
        return None
    return row


def revoke(episode_id: int, *, actor: Actor, now: datetime) -> None:
    """Take a grant back, as any worker of the unit: it is deleted. Harmless where there is none. Raises NotFound."""
    with store.writing() as session:
        episodes.own(session, episode_id, actor=actor, lock=True)
        if delete(session, Grant.episode_id == episode_id):
            session.flush()
            trail.record("followup.grant_revoked", actor=actor, now=now, detail={"episode": episode_id})


def delete(session: Session, *conditions: sa.ColumnElement[bool]) -> bool:
    """Delete grants with all that hangs on them; return whether there were any. The rows are gone for good."""
    found = session.scalars(sa.select(Grant).where(*conditions).with_for_update()).all()
    for grant in found:
        session.delete(grant)
    session.flush()
    return bool(found)


def delete_over(condition: sa.ColumnElement[bool], *, today: date) -> None:
    """Delete those grants that a condition names and whose last day has passed, in a transaction of its own."""
    with store.writing() as session:
        delete(session, condition, Grant.expires_on < today)


def _grant(
    opened: OpenCard, named: Iterable[Colleague], ticked: Iterable[date], *, now: datetime, secret: str
) -> Grant:
    """Return a grant from the open card that starts tomorrow; which episode, how much and until when is still open."""
    return Grant(
        line_ref=references.of_line(opened.line, secret=secret),
        sealed_line=references.seal(opened.line, secret=secret),
        from_on=period.day_of(now) + timedelta(days=1),
        text_version=CONSENT_VERSION,
        given_at=now,
        workers=[GrantWorker(user_id=worker.user_id, name=worker.name) for worker in named],
        days=[GrantDay(on_day=day) for day in sorted(ticked)],
    )


def _named(workers: Collection[int], actor: Actor) -> list[Colleague]:
    named = [colleague for colleague in list_colleagues(actor) if colleague.user_id in workers]
    if not 1 <= len(named) <= MOST_WORKERS or len(named) != len(set(workers)):
        raise WorkersImpossible(most=MOST_WORKERS)
    return named


def _check_end(expires_on: date, episode: Episode, opened: OpenCard, now: datetime) -> None:
    if episode.ended_on is not None:
        raise episodes.EpisodeOver()
    latest = latest_end(opened=opened, planned_end_on=episode.planned_end_on, now=now)
    if not period.day_of(now) < expires_on <= latest:
        raise EndImpossible(latest=latest)


def _row(grant: Grant) -> GrantRow:
    return GrantRow(
        id=grant.id,
        scope=grant.scope,
        from_on=grant.from_on,
        expires_on=grant.expires_on,
        given_on=period.day_of(grant.given_at),
        workers=tuple(Colleague(worker.user_id, worker.name) for worker in by_name(grant.workers)),
    )


def by_name(workers: Iterable[GrantWorker]) -> list[GrantWorker]:
    """Return the named workers in the order of their names."""
    return sorted(workers, key=lambda worker: (worker.name, worker.user_id))
