"""The card register under the desk: find the card that a text names, write down what happened to it. Its days of use
are in cardperiods.py.

Private to the use cases of the desk: nothing here asks who may, but for what belongs to the own unit.
"""

from collections.abc import Sequence
from datetime import date, datetime, time
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import joinedload

from kaikukortti import audit
from kaikukortti.db import db
from kaikukortti.errors import DomainError, NotAllowed, NotFound
from kaikukortti.models.cards import Card, CardEvent, ListCounter
from kaikukortti.models.network import Area, Unit
from kaikukortti.rules import access
from kaikukortti.rules import card as card_rules
from kaikukortti.rules import legacy, number, period
from kaikukortti.rules.access import Actor
from kaikukortti.rules.card import Action, CardKind, CardReason, State


class NumberMalformed(DomainError):
    """The text is no card number; details hold `problem` and `positions`."""

    code = "number_malformed"


class NumberUnknown(DomainError):
    """Well formed, but no such card was printed in this service."""

    code = "number_unknown"


class OtherUnitsStock(DomainError):
    """The stock card was printed for another unit; it may be used once the worker has said so."""

    code = "stock_of_other_unit"


class IsCommunityCard(DomainError):
    """The number belongs to a community card, which takes no profile and no children."""

    code = "card_is_community"


class IsPersonalCard(card_rules.WrongState):
    """The number belongs to a personal card, which is handed out with its holder's answers."""

    code = "card_is_personal"


def take_numbers(count: int = 1) -> int:
    """Return the last of `count` new numbers of the tablets' list; its one row is locked until the transaction ends."""
    query = sa.update(ListCounter).where(ListCounter.id == 1).values(n=ListCounter.n + count).returning(ListCounter.n)
    return db.session.execute(query).scalar_one()


def record_event(
    card: Card,
    action: Action,
    *,
    actor: Actor,
    now: datetime,
    reason: CardReason | None = None,
    from_on: date | None = None,
    fields: Sequence[str] = (),
    onto: Card | None = None,
) -> None:
    """Write down an action and the state that it led to: a card event, an audit entry, a new place in the list.

    `from_on` is the day from whose first moment the state holds (now, where there is none). `fields` names what was
    changed beside the state, never the values. `onto` is the card that takes this one's place.
    """
    add_event(card, action, actor=actor, now=now, reason=reason, from_on=from_on, fields=fields)
    detail: dict[str, Any] = {"reason": reason.value} if reason else {}
    if fields:
        detail["fields"] = list(fields)
    if onto is not None:
        detail["onto"] = audit.card_reference(onto.number, year=now.year)
    audit.record(f"card.{action.value}", actor=actor, now=now, card_number=card.number, detail=detail)


def add_event(
    card: Card,
    action: Action,
    *,
    actor: Actor,
    now: datetime,
    reason: CardReason | None = None,
    from_on: date | None = None,
    fields: Sequence[str] = (),
) -> None:
    """Write a card event and give the card a new place in the list; the change is in the audit log by another entry."""
    with db.session.no_autoflush:  # the card's row is written once, with its new place
        card.n = take_numbers()
    until = card.suspended_until if card.state is State.SUSPENDED else None
    db.session.add(
        CardEvent(
            card_id=card.id,
            action=action,
            state=card.state,
            effective_from=now if from_on is None else period.moment_of(from_on, time(0)),
            effective_until=None if until is None else period.moment_of(until, time(0)),
            recorded_at=now,
            recorded_by=actor.user_id,
            reason=reason,
            fields=",".join(fields),
        )
    )


def own_unit(actor: Actor) -> Unit:
    """Return the worker's unit. Raises NotAllowed for anybody else."""
    if actor.unit_id is None or not access.may_issue(actor, unit_id=actor.unit_id):
        raise NotAllowed()
    unit = db.session.get(Unit, actor.unit_id)
    if unit is None:
        raise NotAllowed()
    return unit


def own_number(text: str) -> str:
    """Return the number that a text names: ours, or an earlier one that was taken in. Raises NumberMalformed."""
    return read_number(text, list_prefixes())


def list_prefixes() -> list[str]:
    """Return the prefixes of all areas: a text that begins with one of them may be a number of ours."""
    return list(db.session.scalars(sa.select(Area.prefix)))


def read_number(text: str, prefixes: Sequence[str]) -> str:
    """Return the number of ours that a text names, as `own_number` does for many texts. Raises NumberMalformed."""
    reading = number.read(text, prefixes)
    if not isinstance(reading, number.Own) and (earlier := _earlier_number(text)):
        return earlier
    if isinstance(reading, number.Malformed):
        raise NumberMalformed(problem=reading.problem.value, positions=reading.positions, text=reading.text)
    if isinstance(reading, number.Elsewhere):
        raise NumberMalformed(problem="elsewhere", positions=(), text=reading.code)
    return reading.number


def _earlier_number(text: str) -> str | None:
    """Return the number of a card from before this service as the register keeps it, None for what cannot be one.

    A text is one if a card has it, or if it has the shape of an area's earlier numbers.
    """
    wanted, plain = number.candidate(text), legacy.compact(text)
    if wanted and db.session.scalar(sa.select(Card.id).where(Card.number == wanted)) is not None:
        return wanted
    masks = " ".join(db.session.scalars(sa.select(Area.legacy_masks)))
    return wanted if wanted and legacy.fits(masks, plain) else None


def get_card(wanted: str, *, lock: bool = False) -> Card:
    """Return the card with a number, kept for this transaction if so asked. Raises NumberUnknown."""
    query = sa.select(Card).where(Card.number == wanted)
    if lock:
        query = query.with_for_update(of=Card).execution_options(populate_existing=True)
    card = db.session.scalar(query)
    if card is None:
        raise NumberUnknown()
    return card


def own_card(card_id: int, *, actor: Actor) -> Card:
    """Return a registered card of the own unit, kept for this transaction. Raises NotFound."""
    return checked_own(lock_card(card_id), actor=actor)


def lock_card(card_id: int) -> Card | None:
    """Return a card with its unit and area, kept for this transaction, in one statement."""
    return db.session.scalars(_LOCKED.where(Card.id == card_id)).one_or_none()


def own_card_and_new(card_id: int, wanted: str, *, actor: Actor) -> tuple[Card, Card]:
    """Return a registered card of the own unit and the card with a number, both kept for this transaction.

    They are locked in the order of their ids, whichever is which. Raises NotFound, NumberUnknown.
    """
    query = _LOCKED.where(sa.or_(Card.id == card_id, Card.number == wanted)).order_by(Card.id)
    found = db.session.scalars(query).all()
    old = checked_own(next((card for card in found if card.id == card_id), None), actor=actor)
    new = next((card for card in found if card.number == wanted), None)
    if new is None:
        raise NumberUnknown()
    return old, new


def checked_own(card: Card | None, *, actor: Actor) -> Card:
    """Return the card if it is registered and of the own unit. Raises NotFound."""
    if card is None or card.line is None or not access.may_see_card(actor, unit_id=card.unit_id):
        raise NotFound()
    return card


def state_today(card: Card, *, today: date) -> State:
    """Return the card's state as of today: a pause that is over is over, though nobody has written it down."""
    return card_rules.state_on(card.state, card.suspended_until, today)


def last_day(card: Card) -> date:
    """Return the last day of use of a registered card."""
    assert card.last_valid_on is not None
    return card.last_valid_on


def enter(card: Card, state: State) -> None:
    """Put a card into a state; the day of an earlier pause goes."""
    card.state, card.suspended_until = state, None


def stay(card: Card, state: State) -> None:
    """Keep a card in its state of today: the day of a pause that lasts stays, that of one that is over goes."""
    card.state, card.suspended_until = state, card.suspended_until if state is State.SUSPENDED else None


def check_stock(card: Card, unit: Unit, kind: CardKind, *, accepts_other_unit: bool) -> None:
    """Check that a unit may hand this card out as one of a kind.

    Raises card_rules.AlreadyRegistered, WrongState, IsCommunityCard, IsPersonalCard, OtherUnitsStock.
    """
    card_rules.next_state(card.state, Action.REGISTER)
    if card.kind is not kind:
        raise IsCommunityCard() if kind is CardKind.PERSONAL else IsPersonalCard(state=card.state.value)
    if card.unit_id != unit.id and not accepts_other_unit:
        raise OtherUnitsStock()


_LOCKED = (
    sa.select(Card)
    .options(joinedload(Card.unit).joinedload(Unit.area))
    .with_for_update(of=Card)
    .execution_options(populate_existing=True)
)
