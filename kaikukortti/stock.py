"""Stock: numbers are drawn, kept as a batch of one unit and printed. A stock card is worth nothing until registered."""

import secrets
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.orm import selectinload

from kaikukortti import audit
from kaikukortti.cardface import CardFace
from kaikukortti.db import db, transactional
from kaikukortti.errors import DomainError, NotFound
from kaikukortti.models.cards import Batch, Card
from kaikukortti.models.network import PartnerState, Unit
from kaikukortti.rules import access, number
from kaikukortti.rules.access import Actor
from kaikukortti.rules.card import CardKind, State

MOST_IN_BATCH = 2_000


class BatchTooLarge(DomainError):
    """A print run has between one and two thousand cards."""

    code = "batch_size"


@dataclass(frozen=True)
class BatchRow:
    """A batch in the list: where it went, how much of it is left, and how many cards were taken out of use unused."""

    batch: Batch
    printed: int
    left: int
    destroyed: int

    @property
    def handed_out(self) -> int:
        """Return how many cards were registered."""
        return self.printed - self.left - self.destroyed


@transactional
def add_batch(
    *,
    actor: Actor,
    unit_id: int,
    count: int,
    now: datetime,
    kind: CardKind = CardKind.PERSONAL,
    choose: Callable[[Sequence[str]], str] = secrets.choice,
) -> Batch:
    """Draw `count` new numbers for a unit of the coordinator's area and keep them as one batch.

    Raises NotFound for a unit elsewhere or one that has left, BatchTooLarge. Costs one look-up of the prefix's numbers
    per batch.
    """
    unit = db.session.get(Unit, unit_id, with_for_update=True)
    if unit is None or unit.state is PartnerState.LEFT or not access.may_coordinate(actor, area_id=unit.area_id):
        raise NotFound()
    if not 1 <= count <= MOST_IN_BATCH:
        raise BatchTooLarge(most=MOST_IN_BATCH)
    batch = Batch(area_id=unit.area_id, unit_id=unit.id, kind=kind, created_at=now)
    db.session.add(batch)
    db.session.flush()
    numbers = _draw(unit.area.prefix, count, choose)
    db.session.execute(
        sa.insert(Card),
        [
            {"number": text, "batch_id": batch.id, "kind": kind, "unit_id": unit.id, "state": State.STOCK}
            for text in numbers
        ],
    )
    audit.record("stock.printed", actor=actor, now=now, detail={"batch": batch.id, "unit": unit.id, "count": count})
    return batch


def list_batches(area_id: int, *, most: int = 100) -> list[BatchRow]:
    """Return the newest batches of an area with what is left of them."""
    return rows_of(batch_query().where(Batch.area_id == area_id).limit(most))


def look_at_batch(batch_id: int, *, actor: Actor) -> BatchRow:
    """Return a batch of the coordinator's area with what is left of it. Raises NotFound."""
    return rows_of(batch_query().where(Batch.id == get_batch(batch_id, actor=actor).id))[0]


def batch_query() -> sa.Select[Batch, int, int, int]:
    """Return the query of batches, newest first, with their cards, those in stock and those destroyed."""

    def number_in(state: State) -> sa.ColumnElement[int]:
        return sa.func.sum(sa.case((Card.state == state, 1), else_=0))

    return (
        sa.select(Batch, sa.func.count(Card.id), number_in(State.STOCK), number_in(State.DESTROYED))
        .options(selectinload(Batch.unit))
        .join(Card, Card.batch_id == Batch.id)
        .group_by(Batch.id)
        .order_by(Batch.id.desc())
    )


def rows_of(query: sa.Select[Batch, int, int, int]) -> list[BatchRow]:
    """Return what such a query finds."""
    found = db.session.execute(query)
    return [BatchRow(batch, printed, int(left), int(destroyed)) for batch, printed, left, destroyed in found]


def get_batch(batch_id: int, *, actor: Actor) -> Batch:
    """Return a batch of the coordinator's area. Raises NotFound."""
    batch = db.session.get(Batch, batch_id)
    if batch is None or not access.may_coordinate(actor, area_id=batch.area_id):
        raise NotFound()
    return batch


def list_numbers(batch_id: int) -> list[str]:
    """Return the numbers of a batch that are still stock, in the order of printing."""
    query = sa.select(Card.number).where(Card.batch_id == batch_id, Card.state == State.STOCK).order_by(Card.id)
    return list(db.session.scalars(query))


def list_faces(batch: Batch) -> list[CardFace]:
    """Return what is printed on the batch's cards that are still stock."""
    area = batch.area
    return [
        CardFace(
            number=text,
            area_name=area.name_fi,
            help_address=area.help_address,
            help_phone=area.help_phone,
            community=batch.kind is CardKind.COMMUNITY,
        )
        for text in list_numbers(batch.id)
    ]


def count_left(unit_id: int) -> int:
    """Return the number of personal stock cards that a unit has."""
    query = sa.select(sa.func.count()).where(
        Card.unit_id == unit_id, Card.state == State.STOCK, Card.kind == CardKind.PERSONAL
    )
    return db.session.scalar(query) or 0


def _draw(prefix: str, count: int, choose: Callable[[Sequence[str]], str]) -> list[str]:
    """Draw numbers that no card has yet: 40 random bits rarely collide, the unique index is the last guard."""
    numbers: dict[str, None] = {}
    while len(numbers) < count:
        numbers[number.make(prefix, choose)] = None
        if len(numbers) == count:
            for taken in _taken(list(numbers)):
                del numbers[taken]
    return list(numbers)


def _taken(numbers: list[str]) -> list[str]:
    taken: list[str] = []
    for start in range(0, len(numbers), 500):
        query = sa.select(Card.number).where(Card.number.in_(numbers[start : start + 500]))
        taken.extend(db.session.scalars(query))
    return taken
