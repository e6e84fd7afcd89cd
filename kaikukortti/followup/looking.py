"""A worker looks at the use of a card through its holder's leave. The look is on disk, for the holder and in the audit
log, before anything leaves; without the log there is no look.
"""

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime

import sqlalchemy as sa
from sqlalchemy.orm import Session, joinedload

from kaikukortti.errors import NotFound
from kaikukortti.followup import episodes, grantcards, references, store, trail, visits
from kaikukortti.followup.models.episodes import Grant, Look, Scope
from kaikukortti.followup.models.switches import AreaSwitch, UnitSwitch
from kaikukortti.followup.visits import Visit
from kaikukortti.rules import period
from kaikukortti.rules.access import Actor
from kaikukortti.rules.programme import Category


@dataclass(frozen=True)
class Shown:
    """What the holder lets see, and no more: `kinds` are empty below the scope of kinds, `days` below the timeline.
    Neither a venue nor an event, an hour or company is ever in it. Today's use may not be in yet.
    """

    scope: Scope
    since: date
    until: date
    count: int
    kinds: Mapping[Category, int] = field(default_factory=dict)
    days: tuple[date, ...] = ()


@dataclass(frozen=True)
class _Leave:
    """A grant that was found good, with what is needed to read by it."""

    grant_id: int
    line: str
    scope: Scope
    from_on: date
    expires_on: date
    ticked: frozenset[date]


def look(episode_id: int, *, actor: Actor, now: datetime, secret: str) -> Shown:
    """Return what a grant shows to one of its named workers; the look is logged before. A grant that is over goes.

    Raises NotFound alike for no episode, none of the own unit, no grant, one that names others, one that was taken back
    meanwhile; grantcards.CardClosed while the card is blocked.
    """
    leave = _logged(episode_id, actor=actor, now=now, secret=secret)
    if leave is None:
        raise NotFound()
    found = visits.of_line(leave.line, first_on=min({leave.from_on, *leave.ticked}), last_on=leave.expires_on)
    kept = [visit for visit in found if visit.on_day >= leave.from_on or visit.on_day in leave.ticked]
    if not _is_there(leave.grant_id):
        raise NotFound()
    return _shown(leave, kept)


def may_look(episode_id: int, *, actor: Actor, now: datetime) -> bool:
    """Return whether a look would be answered, without one: for an open page to ask whether it may still be shown."""
    with store.reading() as session:
        try:
            grant = _grant(session, episode_id, actor=actor)
        except NotFound:
            return False
        return grant.expires_on >= period.day_of(now)


def of_open_card(visited: list[Visit], *, since: date, until: date) -> Shown:
    """Return the use of a card that its holder has open here, in the shape of a look. Nothing is logged: it is the
    holder's own page.
    """
    kept = [visit for visit in visited if since <= visit.on_day <= until]
    return _shown(_Leave(0, "", Scope.TIMELINE, since, until, frozenset()), kept)


def _logged(episode_id: int, *, actor: Actor, now: datetime, secret: str) -> _Leave | None:
    """Write the look down and return the grant; None, for a sentence after the transaction, where it was over."""
    today = period.day_of(now)
    with store.writing() as session:
        grant = _grant(session, episode_id, actor=actor, lock=True)
        line = references.unseal(grant.sealed_line, secret=secret)
        card = None if line is None else grantcards.newest(line)
        if line is None or grant.expires_on < today or grantcards.is_over(card, today=today):
            session.delete(grant)
            session.flush()
            trail.record("followup.grant_over", actor=actor, now=now, detail={"episode": episode_id})
            return None
        number = grantcards.checked(card, today=today).number
        ticked = frozenset(day.on_day for day in grant.days)
        leave = _Leave(grant.id, line, grant.scope, grant.from_on, grant.expires_on, ticked)
        session.add(_look_of(grant, actor, now))
        session.flush()
        detail = {"scope": grant.scope.value}
        trail.record("followup.use_looked_at", actor=actor, now=now, card_number=number, detail=detail)
    return leave


def _grant(session: Session, episode_id: int, *, actor: Actor, lock: bool = False) -> Grant:
    """Return the grant that names an actor, in a unit where episodes are on. Raises NotFound."""
    episode = episodes.own(session, episode_id, actor=actor, lock=lock)
    is_on = sa.exists().where(
        UnitSwitch.unit_id == episode.unit_id,
        UnitSwitch.is_on.is_(True),
        UnitSwitch.episodes_are_on.is_(True),
        AreaSwitch.area_id == UnitSwitch.area_id,
        AreaSwitch.is_on.is_(True),
    )
    query = sa.select(Grant).where(Grant.episode_id == episode.id, is_on)
    held = session.scalars(query.options(joinedload(Grant.workers), joinedload(Grant.days)))
    grant = held.unique().one_or_none()
    if grant is None or actor.user_id not in {worker.user_id for worker in grant.workers}:
        raise NotFound()
    return grant


def _look_of(grant: Grant, actor: Actor, now: datetime) -> Look:
    assert actor.unit_id is not None
    name = next(worker.name for worker in grant.workers if worker.user_id == actor.user_id)
    return Look(
        line_ref=grant.line_ref,
        at=now,
        user_id=actor.user_id,
        name=name,
        unit_id=actor.unit_id,
        scope=grant.scope,
    )


def _is_there(grant_id: int) -> bool:
    with store.reading() as session:
        return session.get(Grant, grant_id) is not None


def _shown(leave: _Leave, kept: list[Visit]) -> Shown:
    kinds = Counter(visit.category for visit in kept) if leave.scope is not Scope.COUNT else {}
    days = sorted({visit.on_day for visit in kept}) if leave.scope is Scope.TIMELINE else []
    since = min([leave.from_on, *(leave.ticked if leave.scope is Scope.TIMELINE else ())])
    return Shown(leave.scope, since, leave.expires_on, len(kept), dict(kinds), tuple(days))
