"""Episodes (option b): a time of work with a client under a random case code. Who it is stands in the unit's own client
system alone: no name, no number and no free text is taken in here.
"""

import secrets
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime, timedelta

import sqlalchemy as sa
from sqlalchemy.orm import Session

from kaikukortti.db import db
from kaikukortti.errors import DomainError, NotFound
from kaikukortti.followup import store, trail
from kaikukortti.followup.models.episodes import Episode, Grant, Measurement, Service
from kaikukortti.followup.models.holders import Goal, GoalReview
from kaikukortti.models.cards import Card
from kaikukortti.rules import number, period
from kaikukortti.rules.access import Actor, Role
from kaikukortti.rules.card import State

LONGEST_YEARS = 5
OLDEST_START = timedelta(days=366)
REVIEW_MARGIN = timedelta(days=14)
"""A review that was held so long before its day, or later, is that review."""
CODE_TRIES = 5


class EpisodeDaysImpossible(DomainError):
    """An episode begins today or within the last year, and its planned end lies after its start, within five years."""

    code = "episode_days_impossible"


class EpisodeOver(DomainError):
    """The episode has ended."""

    code = "episode_over"


@dataclass(frozen=True)
class EpisodeRow:
    """An episode as its unit sees it. `review_on` is the first review that nothing has been written down for;
    `shared_until` is the last day of a grant, where there is one.
    """

    id: int
    case_code: str
    service: Service
    started_on: date
    planned_end_on: date | None
    review_dates: tuple[date, ...]
    ended_on: date | None
    review_on: date | None
    shared_until: date | None

    def is_due(self, today: date) -> bool:
        """Return whether the day of the next review has come."""
        return self.review_on is not None and self.review_on <= today


def start(
    *,
    actor: Actor,
    area_id: int,
    service: Service,
    started_on: date,
    planned_end_on: date | None,
    review_months: Iterable[int],
    now: datetime,
) -> EpisodeRow:
    """Open an episode of the actor's unit under a new case code; reviews fall on whole months from its start.

    Raises NotFound for anybody but a worker, EpisodeDaysImpossible.
    """
    unit_id, today = _own_unit(actor), period.day_of(now)
    _check_days(started_on, planned_end_on, today)
    days = [period.add_months(started_on, months) for months in sorted(set(review_months))]
    kept = [day.isoformat() for day in days if planned_end_on is None or day <= planned_end_on]
    with store.writing() as session:
        episode = Episode(
            area_id=area_id,
            unit_id=unit_id,
            case_code=_free_code(session),
            service=service,
            started_on=started_on,
            planned_end_on=planned_end_on,
            review_dates=kept,
            made_at=now,
            made_by=actor.user_id,
        )
        session.add(episode)
        session.flush()
        row = _row(episode, None, None)
        trail.record("followup.episode_started", actor=actor, now=now, detail={"episode": episode.id})
    return row


def list_open(*, actor: Actor, now: datetime) -> list[EpisodeRow]:
    """Return the unit's open episodes, the next review first; the look is in the log before. Raises NotFound for
    anybody but a worker.
    """
    query = _rows().where(Episode.unit_id == _own_unit(actor), Episode.ended_on.is_(None))
    with store.reading() as session:
        rows = [_row(*found) for found in session.execute(query)]
    trail.record("followup.episodes_listed", actor=actor, now=now, detail={"count": len(rows)})
    return sorted(rows, key=lambda row: (row.review_on or date.max, row.case_code))


def count_open_in(unit_id: int) -> int:
    """Return how many episodes are open in a unit: a number, never which. Who may ask is the caller's business."""
    query = sa.select(sa.func.count()).where(Episode.unit_id == unit_id, Episode.ended_on.is_(None))
    with store.reading() as session:
        return session.scalar(query) or 0


def count_reviews_due(rows: Iterable[EpisodeRow], *, today: date) -> int:
    """Return how many episodes have a review whose day has come."""
    return sum(row.is_due(today) for row in rows)


def count_renewals(*, actor: Actor, now: datetime) -> int:
    """Return how many of the unit's cards end this month or next: a number, never which. Raises NotFound."""
    unit_id, today = _own_unit(actor), period.day_of(now)
    last = period.add_months(today.replace(day=1), 2) - timedelta(days=1)
    query = sa.select(sa.func.count()).where(
        Card.unit_id == unit_id,
        Card.state.in_((State.ACTIVE, State.SUSPENDED)),
        Card.last_valid_on.between(today, last),
    )
    return db.session.execute(query).scalar_one()


def get(episode_id: int, *, actor: Actor) -> EpisodeRow:
    """Return an episode of the actor's unit, open or ended. Raises NotFound, for another unit's as for none."""
    query = _rows().where(Episode.id == episode_id, Episode.unit_id == _own_unit(actor))
    with store.reading() as session:
        found = session.execute(query).one_or_none()
    if found is None:
        raise NotFound()
    return _row(*found)


def look(episode_id: int, *, actor: Actor, now: datetime) -> EpisodeRow:
    """Return an episode whose goals and results are to be shown: the look is in the log before. Raises NotFound."""
    row = get(episode_id, actor=actor)
    trail.record("followup.episode_looked_at", actor=actor, now=now, detail={"episode": episode_id})
    return row


def end(episode_id: int, *, actor: Actor, now: datetime) -> None:
    """End an episode; a grant goes with it at once. Raises NotFound, EpisodeOver."""
    with store.writing() as session:
        episode = own(session, episode_id, actor=actor, lock=True)
        if episode.ended_on is not None:
            raise EpisodeOver()
        episode.ended_on = max(period.day_of(now), episode.started_on)
        grant = session.scalar(sa.select(Grant).where(Grant.episode_id == episode_id))
        if grant is not None:
            session.delete(grant)
        session.flush()
        detail = {"episode": episode_id, "grant_ended": grant is not None}
        trail.record("followup.episode_ended", actor=actor, now=now, detail=detail)


def own(session: Session, episode_id: int, *, actor: Actor, lock: bool = False) -> Episode:
    """Return an episode of the actor's unit within a session; `lock` it for a change. Raises NotFound."""
    query = sa.select(Episode).where(Episode.id == episode_id, Episode.unit_id == _own_unit(actor))
    episode = session.scalar(query.with_for_update() if lock else query)
    if episode is None:
        raise NotFound()
    return episode


def _own_unit(actor: Actor) -> int:
    if actor.role is not Role.WORKER or actor.unit_id is None:
        raise NotFound()
    return actor.unit_id


def _check_days(started_on: date, planned_end_on: date | None, today: date) -> None:
    longest = period.add_months(started_on, 12 * LONGEST_YEARS)
    if not today - OLDEST_START <= started_on <= today:
        raise EpisodeDaysImpossible(day="started_on")
    if planned_end_on is not None and not started_on < planned_end_on <= longest:
        raise EpisodeDaysImpossible(day="planned_end_on")
    if planned_end_on is not None and planned_end_on < today:
        raise EpisodeDaysImpossible(day="planned_end_on")


def _free_code(session: Session) -> str:
    """Return a case code that nobody has: eight random symbols, none of which is taken for another."""
    for _ in range(CODE_TRIES):
        drawn = "".join(secrets.choice(number.SYMBOLS) for _ in range(8))
        code = f"{drawn[:4]}-{drawn[4:]}"
        if session.scalar(sa.select(Episode.id).where(Episode.case_code == code)) is None:
            return code
    raise RuntimeError("no free case code was drawn: the source of random numbers is broken")


def _rows() -> sa.Select[Episode, date | None, date | None]:
    """Return the query of episodes with the last day something was written down, and the last day of a grant."""
    reviewed = (
        sa.select(sa.func.max(GoalReview.on_day))
        .join(Goal, Goal.id == GoalReview.goal_id)
        .where(Goal.episode_id == Episode.id)
        .correlate(Episode)
        .scalar_subquery()
    )
    measured = (
        sa.select(sa.func.max(Measurement.measured_on))
        .where(Measurement.episode_id == Episode.id)
        .correlate(Episode)
        .scalar_subquery()
    )
    # Neither engine's greatest of several values treats an empty one like the other's does.
    latest = sa.case((reviewed.is_(None), measured), (measured > reviewed, measured), else_=reviewed)
    shared = sa.select(Grant.expires_on).where(Grant.episode_id == Episode.id).correlate(Episode).scalar_subquery()
    return sa.select(Episode, sa.type_coerce(latest, sa.Date()), sa.type_coerce(shared, sa.Date()))


def _row(episode: Episode, held_on: date | None, shared_until: date | None) -> EpisodeRow:
    days = tuple(date.fromisoformat(day) for day in episode.review_dates)
    covered = date.min if held_on is None else held_on + REVIEW_MARGIN
    return EpisodeRow(
        id=episode.id,
        case_code=episode.case_code,
        service=episode.service,
        started_on=episode.started_on,
        planned_end_on=episode.planned_end_on,
        review_dates=days,
        ended_on=episode.ended_on,
        review_on=next((day for day in days if day > covered), None),
        shared_until=shared_until,
    )
