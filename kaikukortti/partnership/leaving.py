"""A unit or a venue leaves the network: a unit's cards, stock and bookings go to another in one step; a venue's tablets
are taken out of use. Nobody signs in for either from then on (Membership.is_open).
"""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

import sqlalchemy as sa

from kaikukortti import audit
from kaikukortti.db import db, transactional
from kaikukortti.errors import DomainError, NotFound
from kaikukortti.models.bookings import Booking, CompanyWish
from kaikukortti.models.cards import Batch, Card
from kaikukortti.models.network import PartnerState, Unit
from kaikukortti.models.partnership import PartnerMove
from kaikukortti.partnership import ours, popups
from kaikukortti.rules import access, period
from kaikukortti.rules.access import Actor
from kaikukortti.rules.card import State

MOST_COMPANY = 50


class SuccessorNeeded(DomainError):
    """The unit has cards or stock, and another unit has to take them."""

    code = "successor_needed"


class SuccessorImpossible(DomainError):
    """Cards go to another active unit of the same area."""

    code = "successor_impossible"


class CasesOpen(DomainError):
    """The unit has open episodes of follow-up, which belong to it alone; details hold `count`."""

    code = "cases_open"


class LeftAlready(DomainError):
    """The partner has left, and nothing is there to be handed over."""

    code = "left_already"


@dataclass(frozen=True)
class Belongings:
    """What a unit would hand over: registered cards, stock cards, bookings. Destroyed cards go along uncounted."""

    cards: int
    stock: int
    bookings: int

    @property
    def is_nothing(self) -> bool:
        """Return whether the unit can leave without another one."""
        return not (self.cards or self.stock or self.bookings)


def count_belongings(unit_id: int) -> Belongings:
    """Return what a unit would hand over. Who may ask is the caller's business. One statement."""
    mine = Card.unit_id == unit_id
    query = sa.select(
        _number_of(Card, mine, Card.state.not_in([State.STOCK, State.DESTROYED])),
        _number_of(Card, mine, Card.state == State.STOCK),
        _number_of(Booking, Booking.unit_id == unit_id),
    )
    return Belongings(*db.session.execute(query).one())


def list_successors(unit: Unit) -> list[Unit]:
    """Return the units that could take over: the active others of the same area, by name."""
    query = sa.select(Unit).where(Unit.area_id == unit.area_id, Unit.id != unit.id, Unit.state == PartnerState.ACTIVE)
    return list(db.session.scalars(query.order_by(Unit.name_fi)))


@transactional
def leave_unit(unit_id: int, *, to_unit_id: int | None, open_cases: int, actor: Actor, now: datetime) -> Belongings:
    """Let a unit of the coordinator's area leave, and hand what it has to another one. Return what went.

    Every card keeps its number, its days and its past; the tablets' list, which knows no units, stays as it is.
    `open_cases` are the unit's open episodes of follow-up, counted by the caller: that package is not known here. A
    unit that has left already hands over what has come to it since. Raises NotFound, SuccessorNeeded,
    SuccessorImpossible, CasesOpen, LeftAlready.
    """
    unit, successor = _lock_both(unit_id, to_unit_id, actor)
    if open_cases:
        raise CasesOpen(count=open_cases)
    there = count_belongings(unit.id)
    if unit.state is PartnerState.LEFT and there.is_nothing:
        raise LeftAlready()
    if successor is None and not there.is_nothing:
        raise SuccessorNeeded()

    if successor is not None:
        _hand_over(unit.id, successor.id)
        key = {"from_unit_id": unit.id, "to_unit_id": successor.id}
        db.session.add(PartnerMove(**key, cards=there.cards, stock=there.stock, moved_at=now, moved_by=actor.user_id))
    if unit.state is not PartnerState.LEFT:
        unit.state, unit.state_since = PartnerState.LEFT, period.day_of(now)
    to = {} if successor is None else {"to": successor.id}
    audit.record("unit.left", actor=actor, now=now, detail={"unit": unit.id, **to, **vars(there)})
    return there


@transactional
def leave_venue(venue_id: int, *, actor: Actor, now: datetime) -> int:
    """Let a venue of the coordinator's area leave; its tablets may send for 72 hours. Return how many tablets it had.

    Raises NotFound, LeftAlready.
    """
    venue = ours.lock_venue(venue_id, actor=actor)
    if venue.state is PartnerState.LEFT:
        raise LeftAlready()
    venue.state, venue.state_since = PartnerState.LEFT, period.day_of(now)
    out = popups.take_tablets_out(venue.id, now=now)
    audit.record("venue.left", actor=actor, now=now, detail={"venue": venue.id, "devices": out})
    return out


def _lock_both(unit_id: int, to_unit_id: int | None, actor: Actor) -> tuple[Unit, Unit | None]:
    query = sa.select(Unit).where(Unit.id.in_({unit_id, to_unit_id} - {None})).order_by(Unit.id)
    rows = db.session.scalars(query.with_for_update(of=Unit).execution_options(populate_existing=True))
    found = {unit.id: unit for unit in rows if access.may_coordinate(actor, area_id=unit.area_id)}
    if unit_id not in found:
        raise NotFound()
    successor = None if to_unit_id is None else found.get(to_unit_id)
    is_active = successor is not None and successor.state is PartnerState.ACTIVE
    if to_unit_id is not None and (not is_active or to_unit_id == unit_id):
        raise SuccessorImpossible()
    return found[unit_id], successor


def _hand_over(unit_id: int, to_unit_id: int) -> None:
    _hand_over_wishes(unit_id, to_unit_id)
    for table in (Batch, Card, Booking):
        moved = sa.update(table).where(table.unit_id == unit_id).values(unit_id=to_unit_id)
        db.session.execute(moved.execution_options(synchronize_session=False))
    db.session.expire_all()


def _hand_over_wishes(unit_id: int, to_unit_id: int) -> None:
    """Wishes for company at one date become one wish: as many people as both had."""
    theirs = {wish.occurrence_id: wish for wish in _wishes_of(to_unit_id)}
    for wish in _wishes_of(unit_id):
        known = theirs.get(wish.occurrence_id)
        if known is None:
            key = {"occurrence_id": wish.occurrence_id, "unit_id": to_unit_id}
            made = CompanyWish(**key, people=wish.people, changed_at=wish.changed_at, changed_by=wish.changed_by)
            db.session.add(made)
        else:
            known.people = min(known.people + wish.people, MOST_COMPANY)
        db.session.delete(wish)
    db.session.flush()


def _wishes_of(unit_id: int) -> list[CompanyWish]:
    query = sa.select(CompanyWish).where(CompanyWish.unit_id == unit_id).with_for_update()
    return list(db.session.scalars(query))


def _number_of(table: Any, *conditions: sa.ColumnElement[bool]) -> Any:
    return sa.select(sa.func.count()).select_from(table).where(*conditions).scalar_subquery()
