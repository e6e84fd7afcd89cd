"""Indicators of what people answered: I-11 barriers, I-14 mood, I-17 goals, I-18 social reports.

Answers have no card. Where the area's numbers are rounded, a random or hashed name of each answer stands for it.
"""

import hashlib
from collections import Counter, defaultdict
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date, time, timedelta
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session

from kaikukortti.cube.counting import Cell
from kaikukortti.followup.indicators import publishing
from kaikukortti.followup.indicators.figures import Code, Figure, Why, hidden
from kaikukortti.followup.indicators.publishing import Scope
from kaikukortti.followup.models.answers import BarrierNote, BarriersAsked, MoodAnswer, StaffAnswer
from kaikukortti.followup.models.episodes import Episode
from kaikukortti.followup.models.holders import Goal, GoalReview, OwnKey
from kaikukortti.followup.models.learning import ReportStatus, SocialReport, SocialReportStep
from kaikukortti.rules import disclosure, period, suppression
from kaikukortti.rules.barrier import Barrier
from kaikukortti.rules.span import QUARTER, Span

MOST_OF_A_CARD = 3  # I-14: of one card about one venue in a quarter
GOOD = 4  # I-14
ATTAINED = 0  # I-17
DECIDED_WITHIN = timedelta(days=90)  # I-18
DECIDED = (ReportStatus.CHANGED, ReportStatus.UNCHANGED)
FEWEST_OF_UNIT = suppression.FEWEST_COMPARED  # a unit and an outcome: never under thirty


@dataclass
class BarrierCells:
    """The meetings of a unit, or of the area, in which it was asked what stood in the way, and the notes."""

    asked: Cell = field(default_factory=Cell)
    notes: dict[Barrier, Cell] = field(default_factory=lambda: {barrier: Cell() for barrier in Barrier})


def count_barriers(session: Session, span: Span, *, area_id: int) -> dict[int, BarrierCells]:
    """Return the notes of each unit in a period, under 0 those of the area. Two statements, linear in the notes."""
    found = defaultdict[int, BarrierCells](BarrierCells)
    within = span.first_on, span.last_on
    meetings = sa.select(BarriersAsked).where(BarriersAsked.area_id == area_id, BarriersAsked.quarter.between(*within))
    for row in session.scalars(meetings):
        for unit_id in (publishing.AREA, row.unit_id):
            found[unit_id].asked.add(_named("asked", row.unit_id, row.quarter, row.meetings), row.meetings)
    notes = sa.select(BarrierNote.unit_id, BarrierNote.barrier, BarrierNote.id).where(
        BarrierNote.area_id == area_id, BarrierNote.quarter.between(*within)
    )
    for of_unit, barrier, key in session.execute(notes):
        for unit_id in (publishing.AREA, of_unit):
            found[unit_id].notes[barrier].add(_named("note", key))
    return found


def barrier_figures(cells: BarrierCells, *, scope: Scope) -> list[Figure]:
    """Return I-11 of a scope."""
    asked, notes = cells.asked, cells.notes
    if suppression.hides_rate(asked.number):
        return [hidden(Code.BARRIERS, dims) for dims in ("asked", *(barrier.value for barrier in Barrier))]
    n = scope.tickets(asked)
    has_share = n >= disclosure.SMALLEST_DENOMINATOR or not scope.is_area
    kept_back = suppression.hidden_cells([notes[barrier].cards for barrier in Barrier])
    found = [Figure(Code.BARRIERS, "asked", number=n)]
    for place, barrier in enumerate(Barrier):
        cell, dims = notes[barrier], barrier.value
        if place in kept_back or (scope.is_area and not cell.cards):
            found.append(hidden(Code.BARRIERS, dims))
            continue
        number = min(scope.cards(cell), n)
        found.append(Figure(Code.BARRIERS, dims, number, n, number / n if has_share and n else None))
    return found


def mood(session: Session, span: Span, *, area_id: int, scope: Scope, told_before: Iterable[str]) -> list[Figure]:
    """Return I-14 of an area, of all venues and of each. Linear in the answers.

    In a quarter a venue's answers are told from five cards on; the cards of different venues cannot be told apart, so
    the area's are told where some venue's are. In a year, when it is not known any more which card answered, the parts
    are told that were in one of its quarters (`told_before`).
    """
    rows = session.execute(
        sa.select(MoodAnswer.id, MoodAnswer.venue_id, MoodAnswer.mood, MoodAnswer.holder_mac)
        .where(MoodAnswer.area_id == area_id, MoodAnswer.quarter.between(span.first_on, span.last_on))
        .order_by(MoodAnswer.id)
    ).all()
    good, all_of, cards = defaultdict[str, Cell](Cell), defaultdict[str, Cell](Cell), defaultdict[str, set[str]](set)
    given = Counter[str]()
    for key, venue_id, value, mac in rows:
        given[mac or key] += 1
        if given[mac or key] > MOST_OF_A_CARD:
            continue
        for dims in ("", f"venue:{venue_id}"):
            all_of[dims].add(_named("mood", key))
            if value >= GOOD:
                good[dims].add(_named("mood", key))
        cards[f"venue:{venue_id}"].add(mac or "")
    if span.months == QUARTER:
        told = {dims for dims, macs in cards.items() if len(macs - {""}) >= suppression.FEWEST}
    else:
        told = set(told_before)
    if told:
        told.add("")
    return [
        (
            publishing.share(Code.MOOD, good[dims], all_of[dims], scope=scope, dims=dims)
            if dims in told
            else hidden(Code.MOOD, dims)
        )
        for dims in ("", *sorted(cards))
    ]


@dataclass
class GoalCells:
    """Goals as the client or the worker saw them: those reviewed, those that stand at 0 or higher, whose they are."""

    reviewed: Cell = field(default_factory=Cell)
    attained: Cell = field(default_factory=Cell)
    owners: set[str] = field(default_factory=set)


VIEWS = ("client", "worker")


def count_goals(
    session: Session, span: Span, *, area_id: int, unit_ids: Collection[int]
) -> dict[tuple[int, str], GoalCells]:
    """Return by unit and view where goals stood at their last review in a period, under 0 those of the area.

    A review on a goal's first day is its start. A unit's are those of its episodes; the area has holders' own goals
    among them. One statement, linear in the reviews.
    """
    own_keys = sa.select(OwnKey.line_ref).where(OwnKey.unit_id.in_(unit_ids))
    query = (
        sa.select(Goal.id, Episode.unit_id, Goal.episode_id, Goal.line_ref, *_LEVELS)
        .join(GoalReview, GoalReview.goal_id == Goal.id)
        .outerjoin(Episode, Episode.id == Goal.episode_id)
        .where(sa.or_(Episode.area_id == area_id, Goal.line_ref.in_(own_keys)))
        .where(GoalReview.on_day.between(span.first_on, span.last_on), GoalReview.on_day > Goal.set_on)
        .order_by(GoalReview.on_day, GoalReview.id)
    )
    last = {row.id: row for row in session.execute(query)}
    found = defaultdict[tuple[int, str], GoalCells](GoalCells)
    for row in last.values():
        for unit_id in (publishing.AREA, row.unit_id):
            for view, level in zip(VIEWS, (row.client_level, row.worker_level), strict=True):
                if level is not None and unit_id is not None:
                    _add_goal(found[unit_id, view], row, level)
    return found


_LEVELS = (GoalReview.client_level, GoalReview.worker_level)


def _add_goal(cells: GoalCells, row: Any, level: int) -> None:
    cells.owners.add(str(row.episode_id or row.line_ref))
    cells.reviewed.add(_named("goal", row.id))
    if level >= ATTAINED:
        cells.attained.add(_named("goal", row.id))


def goal_figures(cells: Mapping[tuple[int, str], GoalCells], *, scope: Scope) -> list[Figure]:
    """Return I-17 of a scope; of a unit from thirty people on."""
    fewest, found = suppression.FEWEST if scope.is_area else FEWEST_OF_UNIT, []
    for view in VIEWS:
        one = cells.get((scope.unit_id, view), GoalCells())
        if len(one.owners) < fewest:
            found.append(hidden(Code.GOALS, view))
        else:
            found.append(publishing.share(Code.GOALS, one.attained, one.reviewed, scope=scope, dims=view))
    return found


def reports(session: Session, span: Span, *, area_id: int, is_settled: bool) -> list[Figure]:
    """Return I-18 of an area; hidden until ninety days have passed. Linear in the reports."""
    if not is_settled:
        return [hidden(Code.LOOP_CLOSED, why=Why.FOLLOW_UP)]
    since, until = (period.moment_of(day, time(0)) for day in (span.first_on, span.last_on + timedelta(days=1)))
    decided_at = (
        sa.select(sa.func.min(SocialReportStep.at))
        .where(SocialReportStep.report_id == SocialReport.id, SocialReportStep.status.in_(DECIDED))
        .scalar_subquery()
    )
    rows = session.execute(
        sa.select(SocialReport.written_at, decided_at).where(
            SocialReport.area_id == area_id, SocialReport.written_at >= since, SocialReport.written_at < until
        )
    ).all()
    closed = sum(decided is not None and decided - written <= DECIDED_WITHIN for written, decided in rows)
    return [Figure(Code.LOOP_CLOSED, number=closed, n=len(rows), share=closed / len(rows) if rows else None)]


def forget_marks(session: Session, area_id: int, quarter: date) -> None:
    """Delete what leads from the answers of a quarter, and of those before, back to people: of moods and of staff. A
    card's moods beyond its three go, since nobody could tell them any more.
    """
    moods = sa.select(MoodAnswer.id, MoodAnswer.holder_mac).where(
        MoodAnswer.area_id == area_id, MoodAnswer.quarter <= quarter, MoodAnswer.holder_mac.is_not(None)
    )
    given = Counter[str]()
    too_many = []
    for key, mac in session.execute(moods.order_by(MoodAnswer.id)):
        given[str(mac)] += 1
        if given[str(mac)] > MOST_OF_A_CARD:
            too_many.append(key)
    session.execute(sa.delete(MoodAnswer).where(MoodAnswer.id.in_(too_many)))
    for answers, mark in ((MoodAnswer, MoodAnswer.holder_mac), (StaffAnswer, StaffAnswer.person_mac)):
        of_area = (answers.area_id == area_id, answers.quarter <= quarter, mark.is_not(None))
        session.execute(sa.update(answers).where(*of_area).values({mark.key: None}))


def _named(*parts: object) -> int:
    """Return a number of 128 bits for an answer."""
    text = "\x1f".join(map(str, parts))
    return int.from_bytes(hashlib.sha256(text.encode()).digest()[:16], "big")
