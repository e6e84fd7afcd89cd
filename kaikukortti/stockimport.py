"""Import of stock cards that were printed elsewhere: a plan that lists every problem, and a run that is all or nothing.

What a file says is `stockcodes`; here its codes meet the register.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime

import sqlalchemy as sa

from kaikukortti import audit
from kaikukortti.db import db, transactional
from kaikukortti.errors import DomainError, NotFound
from kaikukortti.models.cards import Batch, BatchSource, Card
from kaikukortti.models.network import Area, PartnerState, Unit
from kaikukortti.rules import access
from kaikukortti.rules.access import Actor
from kaikukortti.rules.card import CardKind, State
from kaikukortti.stockcodes import Line, Problem, Sheet, judge, shown

AT_ONCE = 10_000  # codes in one question; SQLite takes 250,000 values, PostgreSQL 65,535


class ImportRefused(DomainError):
    """Something in the file has to be put right first, so nothing of it was taken."""

    code = "import_refused"

    def __init__(self, problems: tuple[Problem, ...]) -> None:
        super().__init__()
        self.problems = problems


class ImportOvertaken(DomainError):
    """Somebody took in one of the codes at the same moment; nothing of this file was taken."""

    code = "import_overtaken"


@dataclass(frozen=True)
class NewCard:
    """A code that becomes a stock card; `number` is what is looked up at the desk and at the door."""

    number: str
    kind: CardKind


@dataclass(frozen=True)
class Plan:
    """What a run would do: take in `new`, leave the `here` that the unit has already, or refuse for `problems`."""

    new: tuple[NewCard, ...]
    here: int
    problems: tuple[Problem, ...]


@dataclass(frozen=True)
class Taken:
    """What a run did."""

    batch_ids: tuple[int, ...]
    added: int
    here: int


@transactional
def plan(sheet: Sheet, *, unit_id: int, actor: Actor, now: datetime) -> Plan:
    """Say what an import for a unit would do; changes nothing but the audit log, because it is a look at the register.

    Raises NotFound for a unit elsewhere.
    """
    unit = _get_unit(unit_id, actor)
    planned = _plan(sheet, unit)
    detail = {"unit": unit.id, "new": len(planned.new), "here": planned.here, "problems": len(planned.problems)}
    audit.record("stock.import_examined", actor=actor, now=now, detail=detail)
    return planned


def run(sheet: Sheet, *, unit_id: int, actor: Actor, now: datetime) -> Taken:
    """Take in a file's codes as stock of a unit, a batch for each kind: all of them, or none.

    Codes that the unit has already change nothing. Raises ImportRefused, ImportOvertaken, NotFound.
    """
    try:
        return _run(sheet, unit_id=unit_id, actor=actor, now=now)
    except sa.exc.IntegrityError:
        raise ImportOvertaken() from None


@transactional
def _run(sheet: Sheet, *, unit_id: int, actor: Actor, now: datetime) -> Taken:
    unit = _get_unit(unit_id, actor, lock=True)
    planned = _plan(sheet, unit)
    if planned.problems:
        raise ImportRefused(planned.problems)
    if not planned.new:
        return Taken((), 0, planned.here)

    batches = [
        _add_batch(unit, kind, planned.new, now) for kind in CardKind if any(c.kind is kind for c in planned.new)
    ]
    detail = {"unit": unit.id, "batches": batches, "count": len(planned.new), "here": planned.here}
    audit.record("stock.imported", actor=actor, now=now, detail=detail)
    return Taken(tuple(batches), len(planned.new), planned.here)


def _get_unit(unit_id: int, actor: Actor, *, lock: bool = False) -> Unit:
    unit = db.session.get(Unit, unit_id, with_for_update=lock or None, populate_existing=lock)
    if unit is None or unit.state is PartnerState.LEFT or not access.may_coordinate(actor, area_id=unit.area_id):
        raise NotFound()
    return unit


def _plan(sheet: Sheet, unit: Unit) -> Plan:
    problems = list(sheet.problems)
    codes = _judge_all(sheet, unit.area, problems)
    cards = {card.number: card for card in _find_cards(list(codes))}
    new: list[NewCard] = []
    here = 0
    for wanted, line in codes.items():
        card = cards.get(wanted)
        if card is None:
            new.append(NewCard(wanted, line.kind))
        elif code := _clash(card, line, unit.id):
            problems.append(Problem(code, line.row, sheet.column, shown(line.text)))
        else:
            here += 1
    problems.sort(key=lambda problem: (problem.row, len(problem.column), problem.column))
    return Plan(tuple(new), here, tuple(problems))


def _judge_all(sheet: Sheet, area: Area, problems: list[Problem]) -> dict[str, Line]:
    """Return the file's codes by their numbers; what is none, or stands there twice, goes to the problems."""
    prefixes = frozenset(db.session.scalars(sa.select(Area.prefix)))
    codes: dict[str, Line] = {}
    for line in sheet.lines:
        wanted, code = judge(line.text, prefix=area.prefix, prefixes=prefixes, masks=area.legacy_masks)
        if code:
            problems.append(Problem(code, line.row, sheet.column, shown(line.text)))
        elif wanted in codes:
            first = codes[wanted].row
            problems.append(Problem("twice", line.row, sheet.column, shown(line.text), other_row=first))
        else:
            codes[wanted] = line
    return codes


def _find_cards(numbers: Sequence[str]) -> Iterator[sa.Row[str, State, int | None, CardKind]]:
    for start in range(0, len(numbers), AT_ONCE):
        query = sa.select(Card.number, Card.state, Card.unit_id, Card.kind)
        yield from db.session.execute(query.where(Card.number.in_(numbers[start : start + AT_ONCE])))


def _clash(card: sa.Row[str, State, int | None, CardKind], line: Line, unit_id: int) -> str:
    """Return why a code that the register has is in the way, or nothing: it is this unit's stock already."""
    if card.unit_id != unit_id:
        return "other_unit"
    if card.state is State.DESTROYED:
        return "destroyed"
    if card.state is not State.STOCK:
        return "handed_out"
    return "" if card.kind is line.kind else "other_kind"


def _add_batch(unit: Unit, kind: CardKind, cards: Sequence[NewCard], now: datetime) -> int:
    batch = Batch(area_id=unit.area_id, unit_id=unit.id, kind=kind, created_at=now, source=BatchSource.IMPORTED)
    db.session.add(batch)
    db.session.flush()
    rows = [
        {"number": card.number, "batch_id": batch.id, "kind": kind, "unit_id": unit.id, "state": State.STOCK}
        for card in cards
        if card.kind is kind
    ]
    db.session.execute(sa.insert(Card), rows)
    return batch.id
