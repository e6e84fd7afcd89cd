"""Answers of follow-up written straight into their tables, for tests of indicators. Inside an application context."""

from datetime import date, datetime
from typing import Any

from kaikukortti.followup import references, store
from kaikukortti.followup.models.answers import BarrierNote, BarriersAsked, MoodAnswer
from kaikukortti.followup.models.episodes import Episode, Service
from kaikukortti.followup.models.holders import Goal, GoalReview, OwnKey
from kaikukortti.followup.models.learning import Phenomenon, ReportStatus, SocialReport, SocialReportStep
from kaikukortti.models.network import Area, Unit
from kaikukortti.rules.barrier import Barrier
from tests.factories import DAY, NOW, SECRET_KEY


def add(*rows: Any) -> None:
    """Keep rows of the follow-up database."""
    with store.writing() as session:
        session.add_all(rows)


def barriers(unit: Unit, quarter: date, *, asked: int, **notes: int) -> None:
    """Keep a unit's meetings of a quarter and how often each barrier was named."""
    place = {"area_id": unit.area_id, "unit_id": unit.id, "quarter": quarter}
    rows = [BarrierNote(**place, barrier=Barrier(name)) for name, count in notes.items() for _ in range(count)]
    add(BarriersAsked(**place, meetings=asked), *rows)


def moods(area: Area, venue_id: int, quarter: date, *, of_cards: list[list[int]]) -> None:
    """Keep the answers of each of some cards about a venue."""
    for at, answers in enumerate(of_cards):
        mac = references.keyed("mood", at, venue_id, quarter, secret=SECRET_KEY)
        add(
            *(
                MoodAnswer(area_id=area.id, venue_id=venue_id, quarter=quarter, mood=mood, holder_mac=mac)
                for mood in answers
            )
        )


def goal_of_episode(unit: Unit, code: str, *reviews: tuple[date, int, int | None], set_on: date) -> None:
    """Keep an episode of a unit with one goal and its reviews: day, the client's step, the worker's."""
    episode = Episode(
        area_id=unit.area_id,
        unit_id=unit.id,
        case_code=code,
        service=Service.SOCIAL_REHABILITATION,
        started_on=set_on,
        made_at=NOW,
    )
    with store.writing() as session:
        session.add(episode)
        session.flush()
        _goal(session, reviews, set_on, episode_id=episode.id)


def goal_of_holder(unit: Unit, line: str, *reviews: tuple[date, int, int | None], set_on: date) -> None:
    """Keep a holder's own key from a unit and one goal with its reviews."""
    ref = references.of_line(line, secret=SECRET_KEY)
    with store.writing() as session:
        session.add(OwnKey(line_ref=ref, key_hash="x", made_at=NOW, unit_id=unit.id))
        _goal(session, reviews, set_on, line_ref=ref)


def _goal(session: Any, reviews: tuple[tuple[date, int, int | None], ...], set_on: date, **owner: Any) -> None:
    goal = Goal(**owner, words="Lähden ulos", set_on=set_on)
    session.add(goal)
    session.flush()
    for on_day, client, worker in reviews:
        session.add(GoalReview(goal_id=goal.id, on_day=on_day, client_level=client, worker_level=worker))


def report(area: Area, *, written_at: datetime, decided_after: int | None = None) -> None:
    """Keep a social report, decided so many days after it was written, or not."""
    row = SocialReport(
        area_id=area.id,
        observation="Bussi ei kulje",
        phenomenon=Phenomenon.TRANSPORT,
        recipient="Kaupunki",
        written_at=written_at,
    )
    if decided_after is not None:
        at = written_at + decided_after * DAY
        row.steps = [
            SocialReportStep(at=written_at + DAY, status=ReportStatus.IN_HAND),
            SocialReportStep(at=at, status=ReportStatus.CHANGED),
            SocialReportStep(at=at + 300 * DAY, status=ReportStatus.UNCHANGED),
        ]
    add(row)
