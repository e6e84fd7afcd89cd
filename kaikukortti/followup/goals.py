"""Goals in the client's own words, and where they stand: a ladder of five steps, the client's view and the worker's.

A goal is the holder's own (by the line of cards, whose page the holder has opened) or an episode's. Nothing is
reckoned from the steps here, and the two views are never made one: they stand side by side.
"""

from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session

from kaikukortti.errors import DomainError, NotFound
from kaikukortti.followup import episodes, store, texts, trail
from kaikukortti.followup.episodes import EpisodeOver
from kaikukortti.followup.models.holders import Goal, GoalReview
from kaikukortti.rules import period, scores
from kaikukortti.rules.access import Actor

LONGEST = 200
MOST_GOALS = 3  # at a time: followup.md §3
LEVELS = tuple(reversed(scores.GAS_LEVELS))  # as a ladder stands: the highest step first
WEIGHTS = tuple(scores.GAS_WEIGHTS)
USUAL_START = -1


class GoalsFull(DomainError):
    """Three goals are open already; one has to be given up first."""

    code = "goals_full"


class GoalGivenUp(DomainError):
    """The goal was given up."""

    code = "goal_given_up"


class GoalDayPast(DomainError):
    """The day by which the goal is hoped for lies in the past."""

    code = "goal_day_past"


class GoalStepImpossible(DomainError):
    """The ladder has no such step, or the scale of importance no such weight."""

    code = "goal_step_impossible"


@dataclass(frozen=True)
class Owner:
    """Whose goals: a holder's, by the opened line of cards, or an episode's, for a worker of its unit."""

    line_ref: str | None = None
    episode_id: int | None = None
    actor: Actor | None = None


@dataclass(frozen=True)
class ReviewRow:
    """Where a goal stood on a day. The worker's view is None where the client was alone.

    A review on the goal's own first day is its start, seen from both sides, and no outcome.
    """

    on_day: date
    client_level: int
    worker_level: int | None
    note: str


@dataclass(frozen=True)
class GoalRow:
    """A goal with its reviews, the oldest first. `baseline` is the client's first step."""

    id: int
    words: str
    weight: int
    baseline: int
    target_on: date | None
    set_on: date
    given_up_on: date | None
    reviews: list[ReviewRow]


def list_goals(
    *, line_ref: str | None = None, episode_id: int | None = None, actor: Actor | None = None, all_of_them: bool = False
) -> list[GoalRow]:
    """Return the open goals of a holder or an episode, the oldest first; `all_of_them`: the given-up ones as well.

    An episode's need the worker who asks. Two or three statements. Raises NotFound.
    """
    owner = Owner(line_ref, episode_id, actor)
    with store.reading() as session:
        _check_owner(session, owner)
        found = session.scalars(_of(owner).order_by(Goal.set_on, Goal.id)).all()
        wanted = [goal for goal in found if all_of_them or goal.given_up_on is None]
        reviews: dict[int, list[ReviewRow]] = {goal.id: [] for goal in wanted}
        told = sa.select(GoalReview).where(GoalReview.goal_id.in_(reviews)).order_by(GoalReview.on_day, GoalReview.id)
        for row in session.scalars(told):
            reviews[row.goal_id].append(ReviewRow(row.on_day, row.client_level, row.worker_level, row.note))
    return [
        GoalRow(
            goal.id,
            goal.words,
            goal.weight,
            goal.baseline,
            goal.target_on,
            goal.set_on,
            goal.given_up_on,
            reviews[goal.id],
        )
        for goal in wanted
    ]


def add(
    words: str,
    *,
    owner: Owner,
    weight: int = 1,
    baseline: int = USUAL_START,
    target_on: date | None = None,
    now: datetime,
) -> int:
    """Set a goal and return its id; the same words again are the same goal. `baseline` is the step at the start.

    Raises NotFound, EpisodeOver, GoalsFull, GoalDayPast, GoalStepImpossible and what texts.kept raises.
    """
    plain, today = check(words, weight=weight, target_on=target_on, now=now), period.day_of(now)
    _check_scale(baseline, weight)
    with store.writing() as session:
        _check_owner(session, owner, writes=True)
        open_goals = session.scalars(_of(owner).where(Goal.given_up_on.is_(None))).all()
        same = next((goal for goal in open_goals if goal.words == plain), None)
        if same is not None:
            return same.id
        if len(open_goals) >= MOST_GOALS:
            raise GoalsFull(most=MOST_GOALS)

        goal = Goal(
            line_ref=owner.line_ref,
            episode_id=owner.episode_id,
            words=plain,
            weight=weight,
            baseline=baseline,
            target_on=target_on,
            set_on=today,
        )
        session.add(goal)
        session.flush()
        _record("followup.goal_set", owner, goal.id, now)
    return goal.id


def check(words: str, *, weight: int = 1, target_on: date | None = None, now: datetime) -> str:
    """Return a goal's words as they would be kept, so that a form can say what is wrong before anything is kept.

    Raises GoalDayPast, GoalStepImpossible and what texts.kept raises.
    """
    plain = texts.kept(words, most=LONGEST, may_be_empty=False)
    _check_scale(USUAL_START, weight)
    _check_day(target_on, period.day_of(now))
    return plain


def change(
    goal_id: int, *, owner: Owner, words: str, weight: int, target_on: date | None = None, now: datetime
) -> None:
    """Change the words, the importance or the day of a goal. A past day stays if it is the one that was there.

    Raises NotFound, EpisodeOver, GoalGivenUp, GoalDayPast, GoalStepImpossible and what texts.kept raises.
    """
    plain = texts.kept(words, most=LONGEST, may_be_empty=False)
    _check_scale(USUAL_START, weight)
    with store.writing() as session:
        goal = _lock(session, goal_id, owner)
        if target_on != goal.target_on:
            _check_day(target_on, period.day_of(now))

        goal.words, goal.weight, goal.target_on = plain, weight, target_on
        session.flush()
        _record("followup.goal_changed", owner, goal_id, now)


def give_up(goal_id: int, *, owner: Owner, now: datetime) -> None:
    """Give a goal up; it stays to be seen, with the day. A second time changes nothing.

    Raises NotFound, EpisodeOver.
    """
    with store.writing() as session:
        goal = _lock(session, goal_id, owner, given_up_too=True)
        if goal.given_up_on is not None:
            return

        goal.given_up_on = period.day_of(now)
        session.flush()
        _record("followup.goal_given_up", owner, goal_id, now)


def forget(goal_id: int, *, owner: Owner) -> None:
    """Delete a holder's own goal with its reviews. An episode's goal is given up instead. Raises NotFound."""
    if owner.line_ref is None:
        raise NotFound()
    with store.writing() as session:
        session.delete(_lock(session, goal_id, owner, given_up_too=True))


def review(
    goal_id: int,
    *,
    owner: Owner,
    client_level: int,
    worker_level: int | None = None,
    note: str = "",
    now: datetime,
) -> None:
    """Note where a goal stands today: the client's step, and the worker's where there is one. A second review on the
    same day takes the place of the first.

    Raises NotFound, EpisodeOver, GoalGivenUp, GoalStepImpossible and what texts.kept raises.
    """
    plain, today = texts.kept(note, most=LONGEST), period.day_of(now)
    for level in (client_level, *(() if worker_level is None else (worker_level,))):
        _check_scale(level, WEIGHTS[0])
    with store.writing() as session:
        _lock(session, goal_id, owner)
        row = session.scalar(sa.select(GoalReview).where(GoalReview.goal_id == goal_id, GoalReview.on_day == today))
        if row is None:
            row = GoalReview(goal_id=goal_id, on_day=today)
            session.add(row)
        row.client_level, row.worker_level, row.note = client_level, worker_level, plain
        session.flush()
        _record("followup.goal_reviewed", owner, goal_id, now)


def _of(owner: Owner) -> sa.Select[Goal]:
    if owner.line_ref is not None:
        return sa.select(Goal).where(Goal.line_ref == owner.line_ref)
    return sa.select(Goal).where(Goal.episode_id == owner.episode_id)


def _lock(session: Session, goal_id: int, owner: Owner, *, given_up_too: bool = False) -> Goal:
    _check_owner(session, owner, writes=True)
    goal = session.scalar(_of(owner).where(Goal.id == goal_id).with_for_update())
    if goal is None:
        raise NotFound()
    if goal.given_up_on is not None and not given_up_too:
        raise GoalGivenUp()
    return goal


def _check_owner(session: Session, owner: Owner, *, writes: bool = False) -> None:
    """Refuse an owner that is none, and an episode of another unit. A writer locks the episode."""
    if (owner.line_ref is None) == (owner.episode_id is None):
        raise NotFound()
    if owner.episode_id is None:
        return
    if owner.actor is None:
        raise NotFound()
    episode = episodes.own(session, owner.episode_id, actor=owner.actor, lock=writes)
    if writes and episode.ended_on is not None:
        raise EpisodeOver()


def _check_scale(level: int, weight: int) -> None:
    if level not in scores.GAS_LEVELS or weight not in scores.GAS_WEIGHTS:
        raise GoalStepImpossible()


def _check_day(target_on: date | None, today: date) -> None:
    if target_on is not None and target_on < today:
        raise GoalDayPast()


def _record(action: str, owner: Owner, goal_id: int, now: datetime) -> None:
    """Write a worker's act to the audit log; what holders do with their own is theirs."""
    if owner.actor is not None and owner.episode_id is not None:
        detail: dict[str, Any] = {"episode": owner.episode_id, "goal": goal_id}
        trail.record(action, actor=owner.actor, now=now, detail=detail)
