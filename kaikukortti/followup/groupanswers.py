"""Anonymous answers of groups to ESIS, SWEMWBS and their like: a total, a phase and a code that the person alone keeps.

The code pairs a person's two answers and is stored as a keyed hash of unit, measure and code. Nothing leads to a card
or an episode, and there is no way to read an answer back: totals leave as a group's change only (followup/groupchange).
No entry in the audit log tells of these rows: it would tie an answer without a person to a moment and a worker.
"""

import re
import secrets
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from kaikukortti.cube import periods
from kaikukortti.cube.periods import Grain
from kaikukortti.db import db
from kaikukortti.errors import DomainError, NotFound
from kaikukortti.followup import measurements, permissions, references, store, texts
from kaikukortti.followup.models.answers import GroupResponse, UsedCard
from kaikukortti.followup.models.episodes import Episode, Mode, Phase
from kaikukortti.followup.permissions import Entry
from kaikukortti.models.network import Unit
from kaikukortti.rules import period
from kaikukortti.rules.access import Actor, Role
from kaikukortti.rules.measure import MEASURES

FEWEST = 5  # below this many answers one could be traced to a person
PHASES = (Phase.START, Phase.END)
CODE_LETTERS = "BCDFGHJKMNPQRSTVWXZ"  # no vowels: a drawn code is never a word, and no letter looks like a digit
CODE_LENGTH = 8
SHORTEST_CODE, LONGEST_CODE, FEWEST_LETTERS, MOST_DIGITS = 6, 16, 4, 4
_APART = re.compile(r"[\s\u2010-\u2015\u2212-]+")


class NotAnsweredInGroups(DomainError):
    """No answers of groups are taken for this measure."""

    code = "measure_not_in_groups"


class CodeImpossible(DomainError):
    """A response code has 6 to 16 letters and digits, at least 4 letters and at most 4 digits, so that it is no
    birth date and no identity code. Nor is it a card's number or a case code.
    """

    code = "response_code_impossible"


class CodeUsed(DomainError):
    """There is an answer with this code in this phase already."""

    code = "response_code_used"


class CodeUnknown(DomainError):
    """There is no answer from the start with this code, so the second one would have no pair."""

    code = "response_code_unknown"


class TotalImpossible(DomainError):
    """A total is outside the measure's range, or not a whole number where sums are whole; details hold both ends."""

    code = "group_total_impossible"


@dataclass(frozen=True)
class Answer:
    """One paper: either the total that stands on it, or the answers to all items in order."""

    code: str
    response_code: str
    phase: Phase
    mode: Mode
    total: float | None = None
    answers: Sequence[int | None] = ()
    used_card: UsedCard = UsedCard.UNSAID


@dataclass(frozen=True)
class Count:
    """How many answers a unit has to a measure, and how many pairs. None: fewer than five."""

    code: str
    starts: int | None
    pairs: int | None


def draw_code() -> str:
    """Return a new response code for a slip of paper, two groups of four letters. It is kept nowhere."""
    drawn = "".join(secrets.choice(CODE_LETTERS) for _ in range(CODE_LENGTH))
    return f"{drawn[:4]}-{drawn[4:]}"


def list_answerable(*, actor: Actor, now: datetime) -> list[Entry]:
    """Return the measures that groups answer, as they stand in the area. Raises NotFound for anybody but a worker."""
    entries = permissions.entries_of(_own_unit(actor).area_id, today=period.day_of(now)).values()
    return [entry for entry in entries if entry.measure.is_answered_in_groups]


def add(answer: Answer, *, actor: Actor, now: datetime, secret: str) -> None:
    """Keep the answer of a person of the actor's unit under the quarter of the day.

    Whether the card was used in between is asked with the second answer alone. Raises NotFound, NotAnsweredInGroups,
    CodeImpossible, CodeUsed, CodeUnknown, TotalImpossible, and FormOff, ItemMissing and ItemImpossible (measurements).
    """
    unit, today = _own_unit(actor), period.day_of(now)
    if answer.code not in MEASURES:
        raise NotFound()
    if not MEASURES[answer.code].is_answered_in_groups or answer.phase not in PHASES:
        raise NotAnsweredInGroups(measure=answer.code)
    with store.writing() as session:
        entry = permissions.entry_within(session, answer.code, area_id=unit.area_id, today=today)
        pair_hash = _pair_hash(session, answer, unit_id=unit.id, secret=secret)
        _check_phase(session, answer, unit_id=unit.id, pair_hash=pair_hash)
        row = GroupResponse(
            area_id=unit.area_id,
            unit_id=unit.id,
            code=answer.code,
            quarter=periods.holding(today, Grain.QUARTER).first_on,
            phase=answer.phase,
            mode=answer.mode,
            pair_hash=pair_hash,
            total=_total(entry, answer),
            used_card=answer.used_card if answer.phase is Phase.END else UsedCard.UNSAID,
        )
        session.add(row)
        try:
            session.flush()
        except IntegrityError as error:  # somebody was quicker by a moment
            raise CodeUsed() from error


def forget(code: str, response_code: str, *, actor: Actor, now: datetime, secret: str) -> int:
    """Delete this quarter's answers of a code, when something was mistyped or the person wants it so; return how many.

    What an earlier quarter holds stays: it may stand in figures that are out. Raises NotFound, CodeImpossible.
    """
    unit = _own_unit(actor)
    quarter = periods.holding(period.day_of(now), Grain.QUARTER).first_on
    asked = Answer(code, response_code, Phase.START, Mode.SELF)
    with store.writing() as session:
        pair_hash = _pair_hash(session, asked, unit_id=unit.id, secret=secret)
        of_code = sa.and_(
            GroupResponse.unit_id == unit.id, GroupResponse.code == code, GroupResponse.pair_hash == pair_hash
        )
        rows = session.scalars(sa.select(GroupResponse).where(of_code, GroupResponse.quarter == quarter)).all()
        for row in rows:
            session.delete(row)
        if not rows:
            raise NotFound()
        return len(rows)


def count_answers(*, actor: Actor) -> list[Count]:
    """Return how many people of the actor's unit answered at the start, and how many twice, by measure.

    Numbers below five are hidden. Raises NotFound for anybody but a worker.
    """
    unit = _own_unit(actor)
    query = (
        sa.select(GroupResponse.code, GroupResponse.phase, sa.func.count())
        .where(GroupResponse.unit_id == unit.id)
        .group_by(GroupResponse.code, GroupResponse.phase)
    )
    with store.reading() as session:
        found = {(code, phase): count for code, phase, count in session.execute(query)}
    return [
        Count(code, _shown(found.get((code, Phase.START), 0)), _shown(found.get((code, Phase.END), 0)))
        for code, measure in MEASURES.items()
        if measure.is_answered_in_groups and any((code, phase) in found for phase in PHASES)
    ]


def plain_code(text: str) -> str:
    """Return a response code as it is hashed: capitals without spaces and hyphens. Raises CodeImpossible."""
    plain = _APART.sub("", text).upper()
    letters, digits = sum(map(str.isalpha, plain)), sum(map(str.isdigit, plain))
    is_shaped = SHORTEST_CODE <= len(plain) <= LONGEST_CODE and letters + digits == len(plain)
    if not is_shaped or letters < FEWEST_LETTERS or digits > MOST_DIGITS:
        raise CodeImpossible()
    return plain


def _pair_hash(session: Session, answer: Answer, *, unit_id: int, secret: str) -> str:
    plain = plain_code(answer.response_code)
    try:
        texts.check(answer.response_code)
    except DomainError as error:
        raise CodeImpossible() from error
    if len(plain) == CODE_LENGTH:
        case_code = f"{plain[:4]}-{plain[4:]}"
        if session.scalar(sa.select(Episode.id).where(Episode.case_code == case_code)) is not None:
            raise CodeImpossible()
    return references.keyed("group answer", unit_id, answer.code, plain, secret=secret)


def _check_phase(session: Session, answer: Answer, *, unit_id: int, pair_hash: str) -> None:
    query = sa.select(GroupResponse.phase).where(
        GroupResponse.unit_id == unit_id, GroupResponse.code == answer.code, GroupResponse.pair_hash == pair_hash
    )
    phases = set(session.scalars(query))
    if answer.phase in phases:
        raise CodeUsed()
    if answer.phase is Phase.END and Phase.START not in phases:
        raise CodeUnknown()


def _total(entry: Entry, answer: Answer) -> float:
    if answer.answers:
        return measurements.total_of(entry, answer.answers)
    measure = entry.measure
    try:
        if answer.total is None:
            raise ValueError("there is no total")
        return measure.of_raw(answer.total)
    except ValueError as error:
        raise TotalImpossible(low=measure.low, high=measure.high) from error


def _own_unit(actor: Actor) -> Unit:
    unit = db.session.get(Unit, actor.unit_id) if actor.role is Role.WORKER and actor.unit_id else None
    if unit is None:
        raise NotFound()
    return unit


def _shown(count: int) -> int | None:
    return count if count >= FEWEST else None
