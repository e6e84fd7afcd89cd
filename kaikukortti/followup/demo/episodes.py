"""Made-up episodes for the demo, in the unit where they are switched on: goals, results, and leave to look that two of
the demo's clients have given.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta

import sqlalchemy as sa
from sqlalchemy.orm import Session

from kaikukortti.db import db
from kaikukortti.followup import references, store, switches, visits
from kaikukortti.followup.demo import own
from kaikukortti.followup.grants import CONSENT_VERSION
from kaikukortti.followup.models import episodes as tables
from kaikukortti.followup.models.episodes import Episode, Mode, Phase, Scope, Service
from kaikukortti.followup.models.holders import Goal, GoalReview
from kaikukortti.followup.models.switches import UnitSwitch
from kaikukortti.models.cards import Card
from kaikukortti.models.network import Membership, User
from kaikukortti.rules import period
from kaikukortti.rules.access import Role
from kaikukortti.rules.measure import MEASURES

DAY = timedelta(days=1)


@dataclass(frozen=True)
class MadeUp:
    """An episode that began `days` ago. A goal is its words, its start and reviews of (day, client, worker); a result
    is a measure, its day and its total. Days count from the start.
    """

    code: str
    service: Service
    days: int
    goals: tuple[tuple[str, int, tuple[tuple[int, int, int], ...]], ...] = ()
    results: tuple[tuple[str, int, float], ...] = ()


EPISODES = (
    MadeUp(
        "KR7M-02TD",
        Service.SOCIAL_REHABILITATION,
        200,
        (
            ("Kerran viikossa ulos kotoa", -1, ((90, 0, 0), (185, 1, 1))),
            ("Yksin johonkin uuteen paikkaan", -2, ((90, -2, -1), (185, -1, -1))),
        ),
        (("who5", 2, 36), ("who5", 95, 44), ("who5", 186, 56), ("ors", 2, 17), ("ors", 186, 23.5)),
    ),
    MadeUp(
        "9XHE-4WPA",
        Service.ADULT_SOCIAL_WORK,
        120,
        (("Lapsen kanssa jotain mukavaa kerran kuussa", -1, ((85, 1, 0),)),),
        (("ors", 1, 18.5), ("ors", 88, 21)),
    ),
    MadeUp("T3CV-8KN1", Service.JOINT_EMPLOYMENT, 30, (("Herään ennen yhdeksää", -1, ()),), (("who5", 3, 48),)),
    MadeUp("5QSB-YG60", Service.SOCIAL_REHABILITATION, 8),
)
GRANTS = ((Scope.TIMELINE, 60, 12), (Scope.COUNT, 20, 0))
"""Of the first episodes: how much is shown, since so many days, and the visits of so many earlier days."""
LOOKS = (40, 9)


def fill(*, area_id: int, now: datetime, secret: str) -> None:
    """Write four episodes and two grants; nothing where there are episodes, or no unit has them switched on."""
    unit_id = _unit_of(area_id)
    if unit_id is None:
        return
    months = switches.of_unit(unit_id, area_id=area_id).review_months
    workers, cards = _workers(unit_id), _cards(area_id, secret)
    with store.writing() as session:
        if session.scalar(sa.select(sa.exists().where(Episode.area_id == area_id))):
            return
        made = []
        for facts in EPISODES:
            started_on = period.day_of(now) - facts.days * DAY
            reviews = [period.add_months(started_on, month).isoformat() for month in months]
            days = {"started_on": started_on, "review_dates": reviews, "made_at": now - facts.days * DAY}
            known = {"area_id": area_id, "unit_id": unit_id, "case_code": facts.code, "service": facts.service}
            episode = Episode(**known, **days)
            session.add(episode)
            session.flush()
            _add_course(session, episode, facts)
            made.append(episode)
        for episode, card, (scope, given, ticked) in zip(made, cards, GRANTS, strict=False):
            _add_grant(session, episode, card, scope, workers, now=now - given * DAY, ticked=ticked, secret=secret)
        session.flush()
        _add_looks(session, now=now, unit_id=unit_id)


def _unit_of(area_id: int) -> int | None:
    query = sa.select(UnitSwitch.unit_id).where(UnitSwitch.area_id == area_id, UnitSwitch.episodes_are_on.is_(True))
    with store.reading() as session:
        return session.scalar(query.order_by(UnitSwitch.unit_id).limit(1))


def _workers(unit_id: int) -> list[User]:
    query = sa.select(User).join(Membership, Membership.user_id == User.id)
    query = query.where(Membership.unit_id == unit_id, Membership.role == Role.WORKER).order_by(User.id).limit(1)
    return list(db.session.scalars(query))


def _cards(area_id: int, secret: str) -> list[Card]:
    """Return the cards that the demo has keys for: their holders' pages show what is shared."""
    numbers = [known.number for known in own.list_demo_keys(area_id=area_id, secret=secret)]
    return list(db.session.scalars(sa.select(Card).where(Card.number.in_(numbers)).order_by(Card.id)))


def _add_course(session: Session, episode: Episode, facts: MadeUp) -> None:
    for words, baseline, reviews in facts.goals:
        goal = Goal(episode_id=episode.id, words=words, baseline=baseline, set_on=episode.started_on)
        session.add(goal)
        session.flush()
        for day, client, worker in reviews:
            on_day = episode.started_on + day * DAY
            session.add(GoalReview(goal_id=goal.id, on_day=on_day, client_level=client, worker_level=worker))
    for code, day, total in facts.results:
        measure, phase = MEASURES[code], Phase.START if day < 14 else Phase.MIDDLE
        score = tables.MeasurementScore(domain="", score=total, low=measure.low, high=measure.high)
        known = {"code": code, "phase": phase, "mode": Mode.SELF, "scores": [score]}
        session.add(tables.Measurement(episode_id=episode.id, measured_on=episode.started_on + day * DAY, **known))


def _add_grant(
    session: Session,
    episode: Episode,
    card: Card,
    scope: Scope,
    workers: list[User],
    *,
    now: datetime,
    ticked: int,
    secret: str,
) -> None:
    assert card.line is not None and card.last_valid_on is not None
    today = period.day_of(now)
    earlier = {visit.on_day for visit in visits.of_line(card.line, first_on=episode.started_on, last_on=today)}
    session.add(
        tables.Grant(
            episode_id=episode.id,
            line_ref=references.of_line(card.line, secret=secret),
            sealed_line=references.seal(card.line, secret=secret),
            scope=scope,
            from_on=today + DAY,
            expires_on=min(period.add_months(today, 6), card.last_valid_on),
            text_version=CONSENT_VERSION,
            given_at=now,
            workers=[tables.GrantWorker(user_id=worker.id, name=worker.name) for worker in workers],
            days=[tables.GrantDay(on_day=day) for day in sorted(earlier)[-ticked:]] if ticked else [],
        )
    )


def _add_looks(session: Session, *, now: datetime, unit_id: int) -> None:
    """Write down that the first grant was looked through."""
    grant = session.scalar(sa.select(tables.Grant).order_by(tables.Grant.id).limit(1))
    for days in LOOKS if grant is not None and grant.workers else ():
        assert grant is not None
        who = {"user_id": grant.workers[0].user_id, "name": grant.workers[0].name, "unit_id": unit_id}
        session.add(tables.Look(line_ref=grant.line_ref, at=now - days * DAY, scope=grant.scope, **who))
