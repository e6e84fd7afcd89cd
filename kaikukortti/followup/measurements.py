"""Results of measures in an episode: totals only, of measures that may stand beside a person at all.

ESIS and SWEMWBS are refused here by name, and again by the table (followup.md §0). Answers to items are added up and
forgotten, and only where a form is on (followup/permissions).
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime

import sqlalchemy as sa
from sqlalchemy.orm import Session

from kaikukortti.errors import DomainError, NotFound
from kaikukortti.followup import episodes, permissions, store, trail
from kaikukortti.followup.models.episodes import Episode, Measurement, MeasurementScore, Mode, Phase
from kaikukortti.followup.permissions import Entry, FormState
from kaikukortti.rules import period
from kaikukortti.rules.access import Actor
from kaikukortti.rules.measure import GROUP_ONLY, MEASURES

DIGITS = 6  # a total that a page adds up is kept without the tail of a binary fraction


class GroupOnly(DomainError):
    """This measure is never used about one person; details hold `measure`."""

    code = "group_only"


class NotRecorded(DomainError):
    """No total of this measure is recorded in an episode: it has a room of its own, or no figure at all."""

    code = "measure_not_recorded"


class FormOff(DomainError):
    """The measure's form is not on: a total can be recorded. Details hold `state`."""

    code = "form_off"


class ItemMissing(DomainError):
    """An answer is missing, so there is no score; details hold `items`, the numbers of those that are missing."""

    code = "item_missing"


class ItemImpossible(DomainError):
    """An answer is outside the measure's answers."""

    code = "item_impossible"


class ScoreMissing(DomainError):
    """There is no total at all."""

    code = "score_missing"


class ScoreOutside(DomainError):
    """A total is outside its range; details hold `domain`, `low` and `high`."""

    code = "score_outside"


class MeasuredTooEarly(DomainError):
    """The day lies before the episode's first; details hold `started_on`."""

    code = "measured_too_early"


class MeasuredInFuture(DomainError):
    """The day is still to come."""

    code = "measured_in_future"


class MeasuredTwice(DomainError):
    """The episode has a result of the same measure on the same day."""

    code = "measured_twice"


@dataclass(frozen=True)
class Given:
    """What is recorded: totals by domain (the one total under the empty name), or the answers to all items in order."""

    measured_on: date
    phase: Phase
    mode: Mode
    scores: Mapping[str, float] = field(default_factory=dict)
    answers: Sequence[int | None] = ()


@dataclass(frozen=True)
class Result:
    """A result. `scores` and `scales` are by domain, the one total under the empty name."""

    id: int
    code: str
    measured_on: date
    phase: Phase
    mode: Mode
    scores: dict[str, float]
    scales: dict[str, tuple[float, float]]


def list_of_episode(episode_id: int, *, actor: Actor) -> list[Result]:
    """Return the results of an episode of the actor's unit, the oldest first. Raises NotFound.

    The caller has written the look down (episodes.look).
    """
    with store.reading() as session:
        episodes.own(session, episode_id, actor=actor)
        query = (
            sa.select(Measurement)
            .where(Measurement.episode_id == episode_id)
            .order_by(Measurement.measured_on, Measurement.id)
            .options(sa.orm.selectinload(Measurement.scores))
        )
        return [_result(row) for row in session.scalars(query)]


def list_recordable(episode_id: int, *, actor: Actor, today: date) -> list[Entry]:
    """Return the measures whose totals are recorded in an episode, with their scales and forms. Raises NotFound."""
    with store.reading() as session:
        area_id = episodes.own(session, episode_id, actor=actor).area_id
    found = permissions.entries_of(area_id, today=today).values()
    return [entry for entry in found if entry.measure.is_recorded]


def check_recordable(code: str) -> None:
    """Refuse a measure that has no place in an episode. Raises NotFound, GroupOnly, NotRecorded."""
    if code not in MEASURES:
        raise NotFound()
    if code in GROUP_ONLY:
        raise GroupOnly(measure=code)
    if not MEASURES[code].is_recorded:
        raise NotRecorded(measure=code)


def record(episode_id: int, *, actor: Actor, code: str, given: Given, now: datetime) -> int:
    """Record a result and return its number.

    Raises NotFound, GroupOnly, NotRecorded, MeasuredTooEarly, MeasuredInFuture, MeasuredTwice, FormOff, ItemMissing,
    ItemImpossible, ScoreMissing, ScoreOutside.
    """
    check_recordable(code)
    with store.writing() as session:
        episode = episodes.own(session, episode_id, actor=actor, lock=True)
        row = Measurement(episode_id=episode_id, code=code, recorded_by=actor.user_id)
        _fill(session, row, episode=episode, given=given, now=now)
        session.add(row)
        session.flush()
        detail = {"episode": episode_id, "result": row.id, "measure": code}
        trail.record("followup.result_recorded", actor=actor, now=now, detail=detail)
        return row.id


def correct(episode_id: int, result_id: int, *, actor: Actor, given: Given, now: datetime) -> None:
    """Put a mistyped result right; what it was is not kept. Raises as `record`."""
    with store.writing() as session:
        episode = episodes.own(session, episode_id, actor=actor, lock=True)
        row = _own(session, episode_id, result_id)
        _fill(session, row, episode=episode, given=given, now=now)
        session.flush()
        detail = {"episode": episode_id, "result": result_id, "measure": row.code}
        trail.record("followup.result_corrected", actor=actor, now=now, detail=detail)


def remove(episode_id: int, result_id: int, *, actor: Actor, now: datetime) -> None:
    """Remove a result that should not be there. Raises NotFound."""
    with store.writing() as session:
        episodes.own(session, episode_id, actor=actor, lock=True)
        row = _own(session, episode_id, result_id)
        session.delete(row)
        session.flush()
        detail = {"episode": episode_id, "result": result_id, "measure": row.code}
        trail.record("followup.result_removed", actor=actor, now=now, detail=detail)


def total_of(entry: Entry, answers: Sequence[int | None]) -> float:
    """Return the score of the answers to a measure's items. Raises FormOff, ItemMissing, ItemImpossible."""
    if entry.form is not FormState.ON:
        raise FormOff(state=entry.form.value)
    missing = [number for number, answer in enumerate(answers, 1) if answer is None]
    if missing:
        raise ItemMissing(items=missing)
    try:
        total = entry.measure.total(answers)
    except ValueError as error:
        raise ItemImpossible() from error
    assert total is not None, "no answer is missing"
    return total


def _fill(session: Session, row: Measurement, *, episode: Episode, given: Given, now: datetime) -> None:
    today = period.day_of(now)
    _check_day(session, row, episode, given.measured_on, today)
    entry = permissions.entry_within(session, row.code, area_id=episode.area_id, today=today)
    scores = {"": total_of(entry, given.answers)} if given.answers else dict(given.scores)
    _check_scores(entry, scores)
    row.measured_on, row.phase, row.mode = given.measured_on, given.phase, given.mode
    before = {score.domain: score for score in row.scores}
    kept = []
    for domain, value in scores.items():
        score = before.get(domain) or MeasurementScore(domain=domain)
        score.score, (score.low, score.high) = round(value, DIGITS), entry.scales[domain]
        kept.append(score)
    row.scores = kept


def _check_day(session: Session, row: Measurement, episode: Episode, day: date, today: date) -> None:
    if day < episode.started_on:
        raise MeasuredTooEarly(started_on=episode.started_on)
    if day > today:
        raise MeasuredInFuture()
    same = sa.select(Measurement.id).where(
        Measurement.episode_id == episode.id, Measurement.code == row.code, Measurement.measured_on == day
    )
    if any(found != row.id for found in session.scalars(same)):
        raise MeasuredTwice()


def _check_scores(entry: Entry, scores: Mapping[str, float]) -> None:
    if not scores:
        raise ScoreMissing()
    for domain, value in scores.items():
        if domain not in entry.scales:
            raise NotFound()
        low, high = entry.scales[domain]
        if not low <= value <= high:
            raise ScoreOutside(domain=domain, low=low, high=high)


def _own(session: Session, episode_id: int, result_id: int) -> Measurement:
    row = session.get(Measurement, result_id)
    if row is None or row.episode_id != episode_id:
        raise NotFound()
    return row


def _result(row: Measurement) -> Result:
    return Result(
        id=row.id,
        code=row.code,
        measured_on=row.measured_on,
        phase=row.phase,
        mode=row.mode,
        scores={score.domain: score.score for score in row.scores},
        scales={score.domain: (score.low, score.high) for score in row.scores},
    )
