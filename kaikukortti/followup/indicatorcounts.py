"""All indicators of an area and its units in one period, put together. Reads only; freezing writes what is found.

In memory are the area's lines of cards and the cells; a period takes one statement over the register and two over the
visits of its days, whatever the number of units.
"""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass

import sqlalchemy as sa
from sqlalchemy.orm import Session

from kaikukortti.cube import ledger, newholders
from kaikukortti.db import db
from kaikukortti.followup import groupchange, store, structures
from kaikukortti.followup.indicators import answers, cards, lives, reach, register, spans, uses, visits
from kaikukortti.followup.indicators.cards import CardCells
from kaikukortti.followup.indicators.figures import Code, Figure, Found
from kaikukortti.followup.indicators.lives import Life
from kaikukortti.followup.indicators.publishing import AREA, Scope
from kaikukortti.followup.indicators.uses import Days, UseCells
from kaikukortti.rules import period
from kaikukortti.rules.span import YEAR, Span

AT_THE_END = (Code.RETENTION, Code.LOOP_CLOSED)  # counted when enough time has passed


@dataclass(frozen=True)
class Asked:
    """A period of an area that is counted, for which units, with the rounding key."""

    area_id: int
    span: Span
    revision: int
    unit_ids: tuple[int, ...]
    secret: bytes

    def scopes(self) -> list[Scope]:
        """Return the area and its units."""
        return [Scope(unit_id, self.secret) for unit_id in (AREA, *self.unit_ids)]


def count_cards(asked: Asked) -> Found:
    """Return I-01 to I-09, I-12 and I-13: what the register and the ledger tell. Linear in both."""
    stage, span = min(asked.revision, spans.REVISED), asked.span
    known_by, data_on = spans.closes_at(span, stage), spans.data_on(span, stage)
    days = {"first_on": span.first_on, "last_on": span.last_on}
    with _connected() as connection:
        known = _lives(connection, asked, stage)
        lost_until = visits.find_forgotten_day(connection, asked.area_id)
        first = visits.first_uses(connection, asked.area_id, **days, data_on=data_on, known_by=known_by)
        days["first_on"] = min(span.first_on, span.last_on - cards.LATELY)
        of_uses, lately = uses.count(visits.stream_visits(connection, asked.area_id, **days, known_by=known_by), span)
        of_area = _of_area_by_year(connection, asked, stage, known, of_uses) if span.months == YEAR else []
    seen = cards.Seen(first, lately, data_on, lost_until)
    of_cards, of_days = cards.count(known, span, seen=seen), uses.count_days(known, span)
    found: Found = {}
    for scope in asked.scopes():
        at = scope.unit_id
        made, usable = of_uses.get(at, UseCells()), of_days.get(at, Days())
        found[at] = [
            *cards.figures(of_cards.get(at, CardCells()), span, scope=scope, delays=made.delays, data_on=data_on),
            uses.rate_figure(made, usable, scope=scope),
        ]
    found[AREA] += [*uses.area_figures(of_uses[AREA], scope=asked.scopes()[0]), *of_area]
    return found


def count_answers(session: Session, asked: Asked, *, told_before: Sequence[str]) -> Found:
    """Return I-11 and I-14 to I-17: what people answered. `told_before` are the parts of I-14 of a year's quarters."""
    area_id, span = asked.area_id, asked.span
    barriers = answers.count_barriers(session, span, area_id=area_id)
    goals = answers.count_goals(session, span, area_id=area_id, unit_ids=asked.unit_ids)
    found: Found = {
        scope.unit_id: [
            *answers.barrier_figures(barriers[scope.unit_id], scope=scope),
            *answers.goal_figures(goals, scope=scope),
        ]
        for scope in asked.scopes()
    }
    found[AREA] += answers.mood(session, span, area_id=area_id, scope=asked.scopes()[0], told_before=told_before)
    found[AREA] += groupchange.count(session, area_id=area_id, period=span)
    return found


def count_settled(session: Session, asked: Asked) -> Found:
    """Return I-10 and I-18, which have to be followed for months: hidden until then."""
    is_settled = asked.revision >= spans.SETTLED
    renewals: dict[int, cards.RenewalCells] | None = None
    if is_settled:
        with _connected() as connection:
            renewals = cards.count_renewals(_lives(connection, asked, spans.SETTLED), asked.span)
    found: Found = {
        scope.unit_id: cards.renewal_figures(
            None if renewals is None else renewals.get(scope.unit_id, cards.RenewalCells()), scope=scope
        )
        for scope in asked.scopes()
    }
    found[AREA] += answers.reports(session, asked.span, area_id=asked.area_id, is_settled=is_settled)
    return found


def _of_area_by_year(
    connection: sa.Connection, asked: Asked, stage: int, known: Sequence[Life], of_uses: dict[int, UseCells]
) -> list[Figure]:
    """Return I-12 and I-13."""
    span, area = asked.span, asked.scopes()[0]
    first_on = ledger.find_first_day(connection, asked.area_id) or span.first_on
    months_known = len(period.months_of(first_on, span.last_on))
    days = uses.count_days(known, span)[AREA]
    holders = newholders.count(
        connection,
        asked.area_id,
        year=span.first_on.year,
        known_by=spans.closes_at(span, stage),
        secret=asked.secret,
    )
    with store.reading() as session:
        clients = structures.sum_of_area(session, asked.area_id, span.first_on.year)
    return [
        *reach.figures(holders, clients),
        *uses.season_figures(of_uses[AREA], days, months_known=months_known, scope=area),
    ]


def _lives(connection: sa.Connection, asked: Asked, stage: int) -> list[Life]:
    known_by = spans.closes_at(asked.span, stage)
    return [lives.fold(line) for line in register.stream_lines(connection, asked.area_id, known_by=known_by)]


@contextmanager
def _connected() -> Iterator[sa.Connection]:
    with db.engine.connect() as connection:
        if connection.dialect.name == "postgresql":
            connection.exec_driver_sql("SET LOCAL jit = off")  # compiling takes longer than running
        yield connection
