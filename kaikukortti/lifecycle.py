"""What a unit does with a card in use: renew, replace, pause, take back, undo. Blocking is in cards.py.

One transaction each: lock, check, change, record. A card of another unit is not found.
"""

from dataclasses import dataclass
from datetime import date, datetime

import sqlalchemy as sa

from kaikukortti import audit, barriers, cardperiods, cardregister
from kaikukortti.db import db, transactional
from kaikukortti.errors import DomainError
from kaikukortti.models.cards import Card, PeriodKind
from kaikukortti.models.ledger import ScanCard
from kaikukortti.models.network import Area, Unit
from kaikukortti.profiles import Profile
from kaikukortti.rules import card as card_rules
from kaikukortti.rules import period
from kaikukortti.rules.access import Actor
from kaikukortti.rules.barrier import Barrier
from kaikukortti.rules.card import Action, CardKind, State, Validity


class CardChanged(DomainError):
    """Somebody renewed the card after the worker's page was made."""

    code = "card_changed"


class UndoTooLate(DomainError):
    """A registration is undone on the day on which it was entered, or not at all."""

    code = "undo_too_late"


class CardIsUsed(DomainError):
    """A visit has been made with the card, so it was handed out."""

    code = "card_is_used"


class NothingToUndo(card_rules.WrongState):
    """The card took another one's place; there is no registration of its own to undo."""

    code = "undo_not_registration"


@dataclass(frozen=True)
class Renewal:
    """What a renewal would do now: the days that it adds, the last day until then, the number of children so far."""

    first_on: date
    last_on: date
    seen_last_on: date
    children: int


def new_last_day(card: Card, area: Area, today: date) -> date:
    """Return the last day that a card would have after a renewal today. Raises card_rules.RenewalTooEarly."""
    return _renewed_days(card, area, today).last_on


@transactional
def preview_renewal(card_id: int, *, actor: Actor, now: datetime) -> Renewal:
    """Return what a renewal would do, without doing it; the look is in the audit log.

    Raises NotFound, card_rules.WrongState, card_rules.RenewalTooEarly.
    """
    today = period.day_of(now)
    card = cardregister.own_card(card_id, actor=actor)
    _next_state(card, Action.RENEW, today)
    days = _renewed_days(card, _unit_of(card).area, today)
    audit.record("card.renewal_read", actor=actor, now=now, card_number=card.number)
    return Renewal(days.first_on, days.last_on, cardregister.last_day(card), card.children)


@transactional
def renew(
    card_id: int,
    *,
    seen_last_on: date,
    children: int | None = None,
    barrier: Barrier | None = None,
    actor: Actor,
    now: datetime,
) -> Card:
    """Give a card another year under the same number, with another number of children if one is given.

    Raises NotFound, card_rules.WrongState, CardChanged when `seen_last_on` is its last day no more,
    card_rules.RenewalTooEarly, card_rules.TooManyChildren, cardregister.IsCommunityCard.
    """
    today = period.day_of(now)
    card = cardregister.own_card(card_id, actor=actor)

    state = _next_state(card, Action.RENEW, today)
    days = _check_renewal(card, seen_last_on=seen_last_on, children=children, today=today)

    fields = _set_children(card, children)
    old_last = cardregister.last_day(card)
    if fields and days.first_on > today:  # the new year has not begun, the number is right from today
        cardperiods.add_period(card, PeriodKind.CORRECTION, Validity(today, old_last), actor=actor, now=now)
    cardregister.enter(card, state)
    if (days.first_on - old_last).days > 1:
        card.first_on = days.first_on
    card.last_valid_on = days.last_on
    cardperiods.add_period(card, PeriodKind.RENEWAL, days, actor=actor, now=now)
    cardregister.record_event(card, Action.RENEW, actor=actor, now=now, fields=fields)
    if barrier is not None:
        barriers.note(_unit_of(card).area_id, barrier, today=today)
    return card


@transactional
def renew_onto(
    card_id: int,
    new_text: str,
    *,
    seen_last_on: date,
    children: int | None = None,
    barrier: Barrier | None = None,
    accepts_other_unit: bool = False,
    actor: Actor,
    now: datetime,
) -> Card:
    """Give the holder another year on a new card, and return it; the old one is out of use at once.

    The new card works from today. Raises what `renew` and `replace` raise.
    """
    today = period.day_of(now)
    old, new = cardregister.own_card_and_new(card_id, cardregister.own_number(new_text), actor=actor)

    _next_state(old, Action.RENEW, today)
    days = _check_renewal(old, seen_last_on=seen_last_on, children=children, today=today)
    cardregister.check_stock(new, _unit_of(old), old.kind, accepts_other_unit=accepts_other_unit)

    fields = [] if children in (None, old.children) else ["children"]
    days = Validity(today, days.last_on)
    count = old.children if children is None else children
    cardperiods.hand_over(old, new, days, kind=PeriodKind.RENEWAL, children=count, actor=actor, now=now)
    cardregister.add_event(new, Action.RENEW, actor=actor, now=now, fields=fields)
    cardregister.record_event(old, Action.REPLACE, actor=actor, now=now, fields=fields, onto=new)
    if barrier is not None:
        barriers.note(_unit_of(old).area_id, barrier, today=today)
    return new


@transactional
def replace(card_id: int, new_text: str, *, accepts_other_unit: bool = False, actor: Actor, now: datetime) -> Card:
    """Put a new card in the place of a lost or broken one, and return it: same holder, children and last day.

    The old card is out of use at once. Raises NotFound, card_rules.WrongState, and for the new card
    cardregister.NumberMalformed, NumberUnknown, IsCommunityCard, IsPersonalCard, OtherUnitsStock,
    card_rules.AlreadyRegistered.
    """
    today = period.day_of(now)
    old, new = cardregister.own_card_and_new(card_id, cardregister.own_number(new_text), actor=actor)

    _next_state(old, Action.REPLACE, today)
    cardregister.check_stock(new, _unit_of(old), old.kind, accepts_other_unit=accepts_other_unit)

    last_on = cardregister.last_day(old)
    days = Validity(min(today, last_on), last_on)
    cardperiods.hand_over(old, new, days, kind=PeriodKind.REPLACEMENT, children=old.children, actor=actor, now=now)
    cardregister.add_event(new, Action.REGISTER, actor=actor, now=now)
    cardregister.record_event(old, Action.REPLACE, actor=actor, now=now, onto=new)
    return new


@transactional
def suspend(card_id: int, *, until_on: date, actor: Actor, now: datetime) -> Card:
    """Pause a card until a day on which it is in use again by itself: tomorrow at the earliest, its last day at most.

    Raises NotFound, card_rules.WrongState, CardEnded, SuspendDayImpossible.
    """
    today = period.day_of(now)
    card = cardregister.own_card(card_id, actor=actor)

    state = _next_state(card, Action.SUSPEND, today)
    card_rules.check_not_ended(card.last_valid_on, today=today)
    card_rules.check_pause(until_on, last_on=cardregister.last_day(card), today=today)

    card.state, card.suspended_until = state, until_on
    cardregister.record_event(card, Action.SUSPEND, actor=actor, now=now)
    return card


@transactional
def resume(card_id: int, *, actor: Actor, now: datetime) -> Card:
    """End a pause before its day. Raises NotFound, card_rules.WrongState."""
    return _change(card_id, Action.RESUME, actor=actor, now=now)


@transactional
def give_back(card_id: int, *, actor: Actor, now: datetime) -> Card:
    """Take a card back that its holder needs no more; it is out of use for good. Raises NotFound, WrongState."""
    return _change(card_id, Action.RETURN, actor=actor, now=now)


@transactional
def undo_registration(card_id: int, *, actor: Actor, now: datetime) -> Card:
    """Make a card stock again that was registered by mistake today: nothing of its holder stays, no figure counts it.

    Raises NotFound, card_rules.WrongState, NothingToUndo, UndoTooLate, CardIsUsed.
    """
    today = period.day_of(now)
    card = cardregister.own_card(card_id, actor=actor)

    _next_state(card, Action.UNDO, today)
    registered = cardperiods.find_registration(card)
    if registered is None:
        raise NothingToUndo(state=card.state.value, action=Action.UNDO.value)
    if period.day_of(registered.recorded_at) != today:
        raise UndoTooLate()
    if db.session.scalar(sa.select(sa.exists().where(ScanCard.card_id == card.id))):
        raise CardIsUsed()

    db.session.execute(sa.delete(Profile).where(Profile.line == card.line))
    cardperiods.withdraw(card, now=now)
    cardregister.record_event(card, Action.UNDO, actor=actor, now=now, from_on=registered.first_on)
    return card


@transactional
def set_budget(card_id: int, tickets: int | None, *, actor: Actor, now: datetime) -> Card:
    """Set how many tickets a community card may use in a calendar year; None is no limit.

    Raises NotFound, cardregister.IsPersonalCard, card_rules.WrongState, BudgetImpossible.
    """
    today = period.day_of(now)
    card = cardregister.own_card(card_id, actor=actor)

    if card.kind is not CardKind.COMMUNITY:
        raise cardregister.IsPersonalCard(state=card.state.value)
    state = _next_state(card, Action.CORRECT, today)
    card_rules.check_budget(tickets)
    if tickets == card.ticket_budget:
        return card

    card.ticket_budget = tickets
    cardregister.stay(card, state)
    cardregister.record_event(card, Action.CORRECT, actor=actor, now=now, fields=["ticket_budget"])
    return card


def _change(card_id: int, action: Action, *, actor: Actor, now: datetime) -> Card:
    card = cardregister.own_card(card_id, actor=actor)
    cardregister.enter(card, _next_state(card, action, period.day_of(now)))
    cardregister.record_event(card, action, actor=actor, now=now)
    return card


def _next_state(card: Card, action: Action, today: date) -> State:
    return card_rules.next_state(cardregister.state_today(card, today=today), action)


def _unit_of(card: Card) -> Unit:
    assert card.unit is not None
    return card.unit


def _renewed_days(card: Card, area: Area, today: date) -> Validity:
    return card_rules.renewal(
        cardregister.last_day(card), today=today, months=area.validity_months, fixed_end_on=area.fixed_end_on
    )


def _check_renewal(card: Card, *, seen_last_on: date, children: int | None, today: date) -> Validity:
    if seen_last_on != card.last_valid_on:
        raise CardChanged()
    if children is not None:
        card_rules.check_children(children)
        if children and card.kind is CardKind.COMMUNITY:
            raise cardregister.IsCommunityCard()
    return _renewed_days(card, _unit_of(card).area, today)


def _set_children(card: Card, children: int | None) -> list[str]:
    if children is None or children == card.children:
        return []
    card.children = children
    return ["children"]
