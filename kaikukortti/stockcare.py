"""Care for stock cards: destroyed ones, a stolen batch, the count of a unit's cupboard, what is left and running low.

New numbers are drawn in `stock`; codes printed elsewhere come by `stockimport`.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

import sqlalchemy as sa

from kaikukortti import audit, cardregister, stock
from kaikukortti.db import db, transactional
from kaikukortti.errors import DomainError, NotAllowed, NotFound
from kaikukortti.models.cards import Batch, Card, CardEvent, StockCount
from kaikukortti.models.network import Unit
from kaikukortti.rules import access
from kaikukortti.rules import card as card_rules
from kaikukortti.rules.access import Actor, Role
from kaikukortti.rules.card import Action, CardKind, CardReason, State

MOST_COUNTED = 100_000
MOST_LOW = 1_000
OLD_BATCHES = 5
# A worker sees what is in the cupboard; what went astray on the way there, the coordinator hears.
REASONS = {
    Role.WORKER: (CardReason.SPOILED,),
    Role.COORDINATOR: (CardReason.SPOILED, CardReason.LOST_IN_POST),
}


class NotInStock(card_rules.WrongState):
    """The card has been handed out, so it is a holder's card and no stock."""

    code = "card_not_in_stock"


class DestroyedAlready(card_rules.WrongState):
    """The card has been taken out of stock before."""

    code = "card_destroyed_already"


class StolenAlready(DomainError):
    """The batch has been marked before; details hold `stolen_at`."""

    code = "batch_stolen_already"


class CountImpossible(DomainError):
    """A number of cards is negative or beyond what a cupboard holds; details hold `most`."""

    code = "count_impossible"


@dataclass(frozen=True)
class Level:
    """How many personal cards a unit has to hand out, and the number at which it asks for more."""

    left: int
    limit: int

    @property
    def is_low(self) -> bool:
        """Return whether more should be asked for."""
        return self.left <= self.limit


@dataclass(frozen=True)
class Counted:
    """A count of a unit's stock cards of both kinds beside what the register knew."""

    at: datetime
    counted: int
    expected: int

    @property
    def difference(self) -> int:
        """Return how many more were there than known; negative: how many fewer."""
        return self.counted - self.expected


@dataclass(frozen=True)
class StockRoom:
    """What a unit has: its level, its batches with something left and the newest of the others, the newest count."""

    level: Level
    batches: list[stock.BatchRow]
    newest_count: Counted | None


@dataclass(frozen=True)
class UnitStock:
    """A unit's stock as the coordinator sees it."""

    unit: Unit
    level: Level
    newest_count: Counted | None


@transactional
def destroy(text: str, *, reason: CardReason, actor: Actor, now: datetime) -> Card:
    """Take one stock card of the own unit or area out of use for good.

    Raises cardregister.NumberMalformed, NumberUnknown (alike for other units' cards), NotInStock, DestroyedAlready,
    NotAllowed for a reason that is not the role's.
    """
    if reason not in REASONS.get(actor.role, ()):
        raise NotAllowed()
    card = cardregister.get_card(cardregister.own_number(text), lock=True)
    if not _may_care(actor, card):
        raise cardregister.NumberUnknown()
    if card.state is State.DESTROYED:
        raise DestroyedAlready(state=card.state.value)
    if card.state is not State.STOCK:
        raise NotInStock(state=card.state.value)

    _destroy([card], reason, actor=actor, now=now)
    audit.record("card.destroy", actor=actor, now=now, card_number=card.number, detail={"reason": reason.value})
    return card


@transactional
def mark_stolen(batch_id: int, *, actor: Actor, now: datetime) -> int:
    """Take all that is left of a batch out of use and return how many cards that is; handed-out ones stay as they are.

    Raises NotFound for others than the area's coordinator, StolenAlready.
    """
    batch = db.session.get(Batch, batch_id, with_for_update=True, populate_existing=True)
    if batch is None or not access.may_coordinate(actor, area_id=batch.area_id):
        raise NotFound()
    if batch.stolen_at is not None:
        raise StolenAlready(stolen_at=batch.stolen_at)
    left = sa.select(Card).where(Card.batch_id == batch.id, Card.state == State.STOCK).order_by(Card.id)
    cards = db.session.scalars(left.with_for_update(of=Card).execution_options(populate_existing=True)).all()

    batch.stolen_at = now
    _destroy(cards, CardReason.STOLEN, actor=actor, now=now)
    audit.record("stock.stolen", actor=actor, now=now, detail={"batch": batch.id, "count": len(cards)})
    return len(cards)


@transactional
def count_stock(counted: int, *, actor: Actor, now: datetime) -> Counted:
    """Keep how many stock cards, of both kinds, a worker found in the own unit. Raises CountImpossible, NotAllowed."""
    unit = cardregister.own_unit(actor)
    if not 0 <= counted <= MOST_COUNTED:
        raise CountImpossible(most=MOST_COUNTED)
    in_stock = sa.select(sa.func.count()).where(Card.unit_id == unit.id, Card.state == State.STOCK)
    expected = db.session.scalar(in_stock) or 0
    row = StockCount(unit_id=unit.id, counted=counted, expected=expected, counted_at=now, counted_by=actor.user_id)
    db.session.add(row)
    audit.record("stock.counted", actor=actor, now=now, detail={"counted": counted, "expected": expected})
    return Counted(now, counted, expected)


@transactional
def set_limit(limit: int, *, actor: Actor, now: datetime) -> Level:
    """Choose at how many personal cards the own unit asks for more. Raises CountImpossible, NotAllowed."""
    unit = cardregister.own_unit(actor)
    if not 0 <= limit <= MOST_LOW:
        raise CountImpossible(most=MOST_LOW)
    unit.low_stock = limit
    audit.record("stock.limit_set", actor=actor, now=now, detail={"limit": limit})
    return Level(stock.count_left(unit.id), limit)


def read_room(*, actor: Actor) -> StockRoom:
    """Return what the worker's unit has in stock; no numbers of cards. Raises NotAllowed."""
    unit = cardregister.own_unit(actor)
    newest = db.session.scalars(_newest_counts().where(StockCount.unit_id == unit.id)).one_or_none()
    return StockRoom(_level(unit), _batches_of(unit), _counted(newest))


def level_of(unit_id: int) -> Level:
    """Return how many personal cards a unit has to hand out, and its limit."""
    limit = db.session.scalar(sa.select(Unit.low_stock).where(Unit.id == unit_id))
    return Level(stock.count_left(unit_id), limit or 0)


def list_units(*, actor: Actor) -> list[UnitStock]:
    """Return the stock of every unit of the coordinator's area, by name, with its newest count. Raises NotAllowed."""
    if actor.role is not Role.COORDINATOR or actor.area_id is None:
        raise NotAllowed()
    here = sa.and_(Card.unit_id == Unit.id, Card.state == State.STOCK, Card.kind == CardKind.PERSONAL)
    left = sa.select(sa.func.count()).where(here).correlate(Unit).scalar_subquery()
    units = db.session.execute(sa.select(Unit, left).where(Unit.area_id == actor.area_id).order_by(Unit.name_fi)).all()
    ids = [unit.id for unit, _ in units]
    counts = {row.unit_id: row for row in db.session.scalars(_newest_counts().where(StockCount.unit_id.in_(ids)))}
    return [UnitStock(unit, Level(on_hand, unit.low_stock), _counted(counts.get(unit.id))) for unit, on_hand in units]


def _may_care(actor: Actor, card: Card) -> bool:
    if actor.role is Role.WORKER:
        return actor.unit_id == card.unit_id
    return access.may_coordinate(actor, area_id=card.batch.area_id)


def _destroy(cards: Sequence[Card], reason: CardReason, *, actor: Actor, now: datetime) -> None:
    """Change and write down; a stock card stands on no tablet's list, so none has to be told."""
    for card in cards:
        card.state = card_rules.next_state(card.state, Action.DESTROY)
    db.session.flush()
    events = [
        {
            "card_id": card.id,
            "action": Action.DESTROY,
            "state": card.state,
            "effective_from": now,
            "recorded_at": now,
            "recorded_by": actor.user_id,
            "reason": reason,
        }
        for card in cards
    ]
    if events:
        db.session.execute(sa.insert(CardEvent), events)


def _batches_of(unit: Unit) -> list[stock.BatchRow]:
    """Return the batches with cards of a unit; of those with nothing left the newest few."""
    rows = stock.rows_of(stock.batch_query().where(Card.unit_id == unit.id))
    empty = [row for row in rows if not row.left][:OLD_BATCHES]
    return [row for row in rows if row.left or row in empty]


def _newest_counts() -> sa.Select[StockCount]:
    """Return the query of each unit's newest count."""
    newest = sa.select(sa.func.max(StockCount.id)).group_by(StockCount.unit_id)
    return sa.select(StockCount).where(StockCount.id.in_(newest))


def _counted(row: StockCount | None) -> Counted | None:
    return None if row is None else Counted(row.counted_at, row.counted, row.expected)


def _level(unit: Unit) -> Level:
    return Level(stock.count_left(unit.id), unit.low_stock)
