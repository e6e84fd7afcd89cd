"""What the follow-up database keeps of a line of cards. Episodes are read only where the line has given its own unit
leave to look: nothing else leads from a card to an episode.
"""

from collections.abc import Callable, Sequence
from datetime import date
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session

from kaikukortti.db import db
from kaikukortti.followup import mood, ownkeys
from kaikukortti.followup.models.answers import MoodAnswer
from kaikukortti.followup.models.episodes import (
    Episode,
    Grant,
    GrantDay,
    GrantWorker,
    Look,
    Measurement,
    MeasurementScore,
)
from kaikukortti.followup.models.holders import Goal, GoalReview, KeyTry, OwnKey, OwnSession
from kaikukortti.holderdata.shape import Holder, Section, section
from kaikukortti.models.ledger import Scan, ScanCard
from kaikukortti.models.network import Unit, Venue
from kaikukortti.rules import span

GOAL = ("words", "weight", "baseline", "target_on", "set_on", "given_up_on")
REVIEW = ("goal", "on_day", "own_level", "worker_level", "note")


def own_key(session: Session, holder: Holder) -> Section:
    """Return when an own key was made; the key itself is not kept."""
    query = sa.select(OwnKey.made_at).where(OwnKey.line_ref == holder.line_ref)
    return section("own_key", ("made_at",), session.execute(query))


def own_page(session: Session, holder: Holder) -> Section:
    """Return where the holder's own page is open now."""
    query = sa.select(OwnSession.opened_at, OwnSession.ends_at).where(OwnSession.line_ref == holder.line_ref)
    return section("own_page", ("opened_at", "ends_at"), session.execute(query.order_by(OwnSession.opened_at)))


def key_tries(session: Session, holder: Holder) -> Section:
    """Return wrong tries of the own key within a day."""
    subjects = [ownkeys.tries_of(number, secret=holder.secret) for number in holder.numbers]
    query = sa.select(KeyTry.failures, KeyTry.last_at, KeyTry.wait_until).where(KeyTry.subject.in_(subjects))
    return section("key_tries", ("failures", "last_at", "wait_until"), session.execute(query))


def goals(session: Session, holder: Holder) -> Section:
    """Return the goals of the holder's own page."""
    return section("goals", GOAL, session.execute(_goals(Goal.line_ref == holder.line_ref)))


def goal_reviews(session: Session, holder: Holder) -> Section:
    """Return where those goals stood."""
    return section("goal_reviews", REVIEW, session.execute(_reviews(Goal.line_ref == holder.line_ref)))


def grants(session: Session, holder: Holder) -> Section:
    """Return to whom the holder shows the use of the card: the unit and how many of its workers, not who they are."""
    of_grant = sa.select(sa.func.count()).select_from(GrantWorker).where(GrantWorker.grant_id == Grant.id)
    workers = of_grant.correlate(Grant).scalar_subquery()
    columns = (Episode.unit_id, Grant.scope, Grant.from_on, Grant.expires_on, Grant.given_at, Grant.text_version)
    query = sa.select(*columns, workers).join(Episode, Episode.id == Grant.episode_id)
    rows = session.execute(query.where(Grant.line_ref == holder.line_ref).order_by(Grant.id)).all()
    names = ("unit", "scope", "from_on", "last_on", "given_at", "text_version", "workers")
    return section("grants", names, _with_units(rows))


def grant_days(session: Session, holder: Holder) -> Section:
    """Return the earlier days that the holder chose to show."""
    query = sa.select(GrantDay.on_day).join(Grant, Grant.id == GrantDay.grant_id)
    query = query.where(Grant.line_ref == holder.line_ref).order_by(GrantDay.on_day)
    return section("grant_days", ("on_day",), session.execute(query))


def looks(session: Session, holder: Holder) -> Section:
    """Return who looked at the use of the card through that: the unit, not the worker."""
    query = sa.select(Look.unit_id, Look.at, Look.scope).where(Look.line_ref == holder.line_ref)
    rows = session.execute(query.order_by(Look.at, Look.id)).all()
    return section("looks", ("unit", "at", "scope"), _with_units(rows))


def moods(session: Session, holder: Holder) -> Section:
    """Return how visits felt, as far as the answers of a quarter that is not frozen yet can be found again."""
    macs = {
        mood.mac_of(holder.line, venue_id, quarter, secret=holder.secret): name
        for venue_id, name, quarter in _visited(holder)
    }
    query = sa.select(MoodAnswer.holder_mac, MoodAnswer.quarter, MoodAnswer.mood)
    found = session.execute(query.where(MoodAnswer.holder_mac.in_(macs)).order_by(MoodAnswer.quarter, MoodAnswer.mood))
    return section("moods", ("venue", "quarter", "mood"), [(macs[mac or ""], day, given) for mac, day, given in found])


def episodes(session: Session, holder: Holder) -> Section:
    """Return the unit's own episodes that the holder has given leave for."""
    columns = (Episode.case_code, Episode.service, Episode.started_on, Episode.planned_end_on)
    query = sa.select(*columns, Episode.review_dates, Episode.ended_on).where(Episode.id.in_(_episode_ids(holder)))
    names = ("case_code", "service", "started_on", "planned_end_on", "review_days", "ended_on")
    return section("episodes", names, session.execute(query.order_by(Episode.id)))


def episode_goals(session: Session, holder: Holder) -> Section:
    """Return the goals of those episodes."""
    return section("episode_goals", GOAL, session.execute(_goals(Goal.episode_id.in_(_episode_ids(holder)))))


def episode_reviews(session: Session, holder: Holder) -> Section:
    """Return where those goals stood."""
    return section("episode_reviews", REVIEW, session.execute(_reviews(Goal.episode_id.in_(_episode_ids(holder)))))


def results(session: Session, holder: Holder) -> Section:
    """Return the results of measures in those episodes."""
    columns = (Measurement.code, Measurement.measured_on, Measurement.phase, Measurement.mode)
    scores = (MeasurementScore.domain, MeasurementScore.score, MeasurementScore.low, MeasurementScore.high)
    query = sa.select(*columns, *scores).outerjoin(MeasurementScore, MeasurementScore.measurement_id == Measurement.id)
    query = query.where(Measurement.episode_id.in_(_episode_ids(holder)))
    names = ("measure", "on_day", "phase", "mode", "domain", "score", "lowest", "highest")
    return section("results", names, session.execute(query.order_by(Measurement.id, MeasurementScore.id)))


def _goals(condition: sa.ColumnElement[bool]) -> sa.Select[str, int, int, date | None, date, date | None]:
    columns = (Goal.words, Goal.weight, Goal.baseline, Goal.target_on, Goal.set_on, Goal.given_up_on)
    return sa.select(*columns).where(condition).order_by(Goal.id)


def _reviews(condition: sa.ColumnElement[bool]) -> sa.Select[str, date, int, int | None, str]:
    columns = (Goal.words, GoalReview.on_day, GoalReview.client_level, GoalReview.worker_level, GoalReview.note)
    query = sa.select(*columns).join(Goal, Goal.id == GoalReview.goal_id)
    return query.where(condition).order_by(GoalReview.id)


def _episode_ids(holder: Holder) -> sa.Select[Any]:
    theirs = sa.select(Grant.episode_id).join(Episode, Episode.id == Grant.episode_id)
    return theirs.where(Grant.line_ref == holder.line_ref, Episode.unit_id == holder.unit_id)


def _with_units(rows: Sequence[Any]) -> list[tuple[Any, ...]]:
    """Return the rows with the name of the unit in place of its number, which comes first."""
    wanted = {row[0] for row in rows}
    query = sa.select(Unit.id, Unit.name_fi).where(Unit.id.in_(wanted))
    names = {unit_id: name for unit_id, name in db.session.execute(query)}
    return [(names.get(row[0], ""), *row[1:]) for row in rows]


def _visited(holder: Holder) -> set[tuple[int, str, date]]:
    """Return the venues that the line's linked visits were to, each with the first day of a quarter."""
    query = sa.select(Venue.id, Venue.name_fi, Scan.on_day).join(Scan, Scan.venue_id == Venue.id)
    query = query.join(ScanCard, ScanCard.scan_id == Scan.scan_id).where(ScanCard.line == holder.line).distinct()
    rows = db.session.execute(query)
    return {(venue_id, name, span.holding(on_day, span.QUARTER).first_on) for venue_id, name, on_day in rows}


SOURCES: dict[str, tuple[Callable[[Session, Holder], Section], ...]] = {
    "own_keys": (own_key,),
    "own_sessions": (own_page,),
    "key_tries": (key_tries,),
    "goals": (goals, episode_goals),
    "goal_reviews": (goal_reviews, episode_reviews),
    "grants": (grants,),
    "grant_workers": (grants,),
    "grant_days": (grant_days,),
    "looks": (looks,),
    "mood_answers": (moods,),
    "episodes": (episodes,),
    "measurements": (results,),
    "measurement_scores": (results,),
}
"""By table, what reads it."""
