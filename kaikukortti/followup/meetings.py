"""What meetings leave behind: what kept clients from going, in how many meetings that was asked, and what clients
thought of the meeting. Counts of a unit and a quarter; whose meeting it was stands nowhere.

No entry in the audit log tells of these rows: it would tie an answer without a person to a moment and a worker.
"""

import hashlib
import secrets
from collections.abc import Collection
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.orm import Session

from kaikukortti import cardregister
from kaikukortti.followup import store, texts
from kaikukortti.followup.models.answers import Agreement, BarrierNote, BarriersAsked, MeetingFeedback
from kaikukortti.followup.store import Base
from kaikukortti.rules import period, span
from kaikukortti.rules.access import Actor
from kaikukortti.rules.barrier import Barrier

LONGEST_WISH = 200
FEWEST = 5  # below this many answers one could be traced to a person


@dataclass(frozen=True)
class Feedback:
    """A client's answers to the three questions at the end. An answer that was not given is unsaid."""

    heard: Agreement = Agreement.UNSAID
    useful: Agreement = Agreement.UNSAID
    wish: str = ""


@dataclass(frozen=True)
class Voices:
    """What clients said of a unit's meetings of a quarter: how many meetings ended, answers by question, the wishes
    in an order that tells nothing.
    """

    meetings: int
    heard: dict[Agreement, int] = field(default_factory=dict)
    useful: dict[Agreement, int] = field(default_factory=dict)
    wishes: tuple[str, ...] = ()


def new_mark() -> str:
    """Return a random mark of a meeting that begins: it travels in the meeting's own forms and is kept nowhere."""
    return secrets.token_hex(16)


def keep(mark: str, *, actor: Actor, barriers: Collection[Barrier] | None, feedback: Feedback, now: datetime) -> bool:
    """Keep what a meeting leaves behind and return True; the same meeting a second time changes nothing, False.

    `barriers` is None where nobody asked, and empty where nothing was in the way. Raises NotAllowed for who belongs to
    no unit, and what texts.kept raises.
    """
    unit = cardregister.own_unit(actor)
    wish = texts.kept(feedback.wish, most=LONGEST_WISH)
    quarter = quarter_of(period.day_of(now))
    place = {"area_id": unit.area_id, "unit_id": unit.id, "quarter": quarter}
    with store.writing() as session:
        answers = {"heard": feedback.heard, "useful": feedback.useful, "wish": wish}
        if not _is_new(session, {"id": _key(mark, "feedback"), **place, **answers}):
            return False
        if barriers is not None:
            _count_asking(session, place)
            notes = [{"id": _key(mark, barrier), **place, "barrier": barrier} for barrier in sorted(set(barriers))]
            session.add_all(BarrierNote(**note) for note in notes)
    return True


def read_voices(*, actor: Actor, quarter: date, now: datetime) -> Voices | None:
    """Return what clients said of the meetings of the actor's unit in a quarter: answers from FEWEST meetings on that
    were answered, otherwise the number of meetings alone. None before the quarter has ended, so that nobody sees a
    number grow with one meeting. Raises NotAllowed.
    """
    unit = cardregister.own_unit(actor)
    if quarter_of(period.day_of(now)) <= quarter:
        return None
    with store.reading() as session:
        rows = session.scalars(
            sa.select(MeetingFeedback)
            .where(MeetingFeedback.unit_id == unit.id, MeetingFeedback.quarter == quarter)
            .order_by(MeetingFeedback.id)  # random keys: their order tells nothing
        ).all()
    answered = [row for row in rows if _is_answered(row)]
    if len(answered) < FEWEST:
        return Voices(len(rows))
    return Voices(
        len(rows),
        heard={answer: sum(row.heard is answer for row in answered) for answer in Agreement},
        useful={answer: sum(row.useful is answer for row in answered) for answer in Agreement},
        wishes=tuple(row.wish for row in answered if row.wish),
    )


def quarter_of(day: date) -> date:
    """Return the first day of the quarter that a day lies in."""
    return span.holding(day, span.QUARTER).first_on


def _is_answered(row: MeetingFeedback) -> bool:
    return bool(row.wish) or {row.heard, row.useful} != {Agreement.UNSAID}


def _is_new(session: Session, values: dict[str, object]) -> bool:
    """Write the row of a meeting; False where the meeting has one already, even one of this moment."""
    insert = _insert(session, MeetingFeedback).values(**values)
    query = insert.on_conflict_do_nothing().returning(MeetingFeedback.id)
    return session.execute(query).scalar_one_or_none() is not None


def _count_asking(session: Session, place: dict[str, object]) -> None:
    insert = _insert(session, BarriersAsked).values(**place, meetings=1)
    more = {"meetings": BarriersAsked.meetings + 1}
    session.execute(insert.on_conflict_do_update(index_elements=["unit_id", "quarter"], set_=more))


def _key(mark: str, part: str) -> str:
    return hashlib.sha256(f"{mark}\x1f{part}".encode()).hexdigest()[:32]


def _insert(session: Session, table: type[Base]) -> Any:
    """Return the engine's own insert, which knows what to do about a row that is there."""
    dialect = postgresql if session.get_bind().dialect.name == "postgresql" else sqlite
    return dialect.insert(table)
