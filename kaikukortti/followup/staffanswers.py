"""What people at the desks and the doors think: three questions a quarter, 1 (not at all) to 5 (fully).

No name stands with an answer; a keyed mark of person and quarter holds each to one answer and goes at the freeze. What
a group of fewer than five has answered is shown to nobody.
"""

from collections import Counter
from dataclasses import dataclass
from datetime import date, datetime

import sqlalchemy as sa

from kaikukortti.errors import DomainError, NotAllowed
from kaikukortti.followup import references, store, texts
from kaikukortti.followup.models.answers import StaffAnswer
from kaikukortti.rules import period, span
from kaikukortti.rules.access import UNIT_ROLES, VENUE_ROLES, Actor

FEWEST = 5  # answers of a group before anything of it is shown: followup.md §6.10
SCALE = range(1, 6)
AGREES_FROM = 4
QUESTIONS = 3
LONGEST_WISH = 200


class AnsweredAlready(DomainError):
    """This person has answered this quarter."""

    code = "staff_answered_already"


class AnswerImpossible(DomainError):
    """An answer lies outside the scale."""

    code = "staff_answer_impossible"


@dataclass(frozen=True)
class GroupAnswers:
    """The answers of workers or of venues in a quarter. `counts`: for each question how many gave 1, 2 … 5.

    `n` is None, and the rest empty, where fewer than FEWEST answered. `wishes` are in no order.
    """

    n: int | None
    counts: tuple[tuple[int, ...], ...] = ()
    wishes: tuple[str, ...] = ()

    def agreeing(self, question: int) -> int:
        """Return how many answered 4 or 5 to a question, counted from 0."""
        return sum(self.counts[question][AGREES_FROM - 1 :])


@dataclass(frozen=True)
class QuarterAnswers:
    """What was answered in a quarter, by its first day."""

    quarter: date
    workers: GroupAnswers
    venues: GroupAnswers


def answer(answers: tuple[int, ...], *, actor: Actor, area_id: int, wish: str = "", now: datetime, secret: str) -> None:
    """Keep a person's answers of the current quarter.

    Raises NotAllowed for others than workers and venue staff, AnswerImpossible, AnsweredAlready and what texts.kept
    raises.
    """
    if actor.role not in UNIT_ROLES | VENUE_ROLES or actor.user_id is None:
        raise NotAllowed()
    if len(answers) != QUESTIONS or not all(given in SCALE for given in answers):
        raise AnswerImpossible()
    wished, quarter = texts.kept(wish, most=LONGEST_WISH), _quarter(now)
    mark = _mark(actor, quarter, secret)
    with store.writing() as session:
        if session.scalar(sa.select(StaffAnswer.id).where(StaffAnswer.person_mac == mark)) is not None:
            raise AnsweredAlready()
        first, second, third = answers
        facts = {"first": first, "second": second, "third": third, "wish": wished, "person_mac": mark}
        session.add(StaffAnswer(area_id=area_id, is_of_venue=actor.role in VENUE_ROLES, quarter=quarter, **facts))


def has_answered(actor: Actor, *, now: datetime, secret: str) -> bool:
    """Return whether a person has answered in the current quarter."""
    mark = _mark(actor, _quarter(now), secret)
    with store.reading() as session:
        return session.scalar(sa.select(StaffAnswer.id).where(StaffAnswer.person_mac == mark)) is not None


def read(area_id: int, *, now: datetime, quarters: int = 8) -> list[QuarterAnswers]:
    """Return the answers of the quarters that are over, the newest first. The current one is nobody's to see yet."""
    current = _quarter(now)
    first = period.add_months(current, -3 * quarters)
    query = sa.select(StaffAnswer).where(
        StaffAnswer.area_id == area_id, StaffAnswer.quarter >= first, StaffAnswer.quarter < current
    )
    groups: dict[date, dict[bool, list[StaffAnswer]]] = {}
    with store.reading() as session:
        for row in session.scalars(query.order_by(StaffAnswer.id)):
            groups.setdefault(row.quarter, {}).setdefault(row.is_of_venue, []).append(row)
    return [
        QuarterAnswers(quarter, _told(groups[quarter].get(False, [])), _told(groups[quarter].get(True, [])))
        for quarter in sorted(groups, reverse=True)
    ]


def _told(rows: list[StaffAnswer]) -> GroupAnswers:
    if len(rows) < FEWEST:
        return GroupAnswers(None)
    given = [Counter(column) for column in zip(*((row.first, row.second, row.third) for row in rows), strict=True)]
    counts = tuple(tuple(count[level] for level in SCALE) for count in given)
    return GroupAnswers(len(rows), counts, tuple(sorted(row.wish for row in rows if row.wish)))


def _quarter(now: datetime) -> date:
    return span.holding(period.day_of(now), span.QUARTER).first_on


def _mark(actor: Actor, quarter: date, secret: str) -> str:
    # The organisation stays out: somebody who works in two places answers once.
    return references.keyed("staff answer", actor.user_id, quarter.isoformat(), secret=secret)
