"""Handing out a card: check a stock card, check the answers, look for twins, register. One transaction each."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, datetime

import sqlalchemy as sa

from kaikukortti import audit, cardperiods, cardregister
from kaikukortti.db import db, transactional
from kaikukortti.errors import DomainError
from kaikukortti.models.cards import Card, PeriodKind
from kaikukortti.models.network import PartnerState, Unit
from kaikukortti.profiles import Gender, HomeLanguage, LifeSituation, Profile
from kaikukortti.rules import card as card_rules
from kaikukortti.rules import period
from kaikukortti.rules.access import Actor
from kaikukortti.rules.card import Action, CardKind, State


class UnitPaused(DomainError):
    """The unit is on a pause or has left: what holders have stays in use, no new card is handed out."""

    code = "unit_paused"


class UnitNotStarted(DomainError):
    """The unit was invited and has not started yet."""

    code = "unit_not_started"


@dataclass(frozen=True)
class Answers:
    """What the client says at the desk. The last three are voluntary: None means "does not want to say"."""

    birth_year: int
    postcode: str
    children: int
    gender: Gender | None = None
    life_situation: LifeSituation | None = None
    language: HomeLanguage | None = None


@dataclass(frozen=True)
class StockCard:
    """A card that can be handed out now."""

    number: str
    kind: CardKind
    is_other_units: bool
    first_on: date
    last_on: date


def check_stock(text: str, *, actor: Actor, today: date, now: datetime) -> StockCard:
    """Return the stock card that a text names, ready to be handed out by the actor's unit from a day on. That a card in
    use was named is in the audit log: that it is in use is told.

    Raises cardregister.NumberMalformed, NumberUnknown, card_rules.AlreadyRegistered, card_rules.WrongState, UnitPaused,
    UnitNotStarted.
    """
    _check_active(cardregister.own_unit(actor))
    card = cardregister.get_card(cardregister.own_number(text))
    if card.line is not None:
        _note_named(card.number, actor=actor, now=now)
    card_rules.next_state(card.state, Action.REGISTER)
    unit = cardregister.own_unit(actor)
    days = cardperiods.area_days(unit.area, today)
    return StockCard(card.number, card.kind, card.unit_id != unit.id, days.first_on, days.last_on)


@transactional
def _note_named(card_number: str, *, actor: Actor, now: datetime) -> None:
    audit.record("card.searched", actor=actor, now=now, card_number=card_number, detail={"stock": False})


def answers_of(
    *,
    birth_year: int,
    postcode: str,
    children: int,
    gender: str | None,
    life_situation: str | None,
    language: str | None,
) -> Answers:
    """Return the answers that a form's plain values stand for. Raises ValueError for a choice that is not offered."""
    return Answers(
        birth_year,
        postcode,
        children,
        Gender(gender) if gender else None,
        LifeSituation(life_situation) if life_situation else None,
        HomeLanguage(language) if language else None,
    )


def find_problems(answers: Answers, *, today: date) -> list[DomainError]:
    """Return what is wrong with the answers, all at once, so that a form is mended in one go."""
    checks: tuple[Callable[[], None], ...] = (
        lambda: card_rules.check_birth_year(answers.birth_year, today=today),
        lambda: card_rules.check_postcode(answers.postcode),
        lambda: card_rules.check_children(answers.children),
    )
    problems = []
    for check in checks:
        try:
            check()
        except DomainError as problem:
            problems.append(problem)
    return problems


def check_answers(answers: Answers, *, today: date) -> None:
    """Check what the client said. Raises the first error of card_rules on birth year, postcode and children."""
    for problem in find_problems(answers, today=today):
        raise problem


@transactional
def find_twins(answers: Answers, *, actor: Actor, now: datetime) -> int:
    """Count the unit's valid personal cards with the same birth year, postcode and number of children: a hint that
    the client may have a card, never a refusal. The look is in the audit log. Linear in the unit's cards in use.
    """
    unit = cardregister.own_unit(actor)
    query = (
        sa.select(sa.func.count(Card.id))
        .join(Profile, Profile.line == Card.line)
        .where(
            Card.unit_id == unit.id,
            Card.state.in_([State.ACTIVE, State.SUSPENDED]),
            Card.kind == CardKind.PERSONAL,
            Card.last_valid_on >= period.day_of(now),
            Card.children == answers.children,
            Profile.birth_year == answers.birth_year,
            Profile.postcode == answers.postcode,
        )
    )
    twins = db.session.scalar(query) or 0
    audit.record("cards.compared", actor=actor, now=now, detail={"count": twins})
    return twins


@transactional
def register(
    text: str,
    *,
    actor: Actor,
    answers: Answers,
    is_eligible: bool,
    accepts_other_unit: bool,
    handed_out_on: date | None = None,
    now: datetime,
) -> Card:
    """Hand out a personal card: it is in use from today to its last day.

    `handed_out_on` is the day on a paper form that is entered later: the days of use, the client's age and the event
    go by it. Raises what check_stock and check_answers raise, card_rules.TicksMissing unless all three conditions were
    confirmed, OtherUnitsStock until the worker accepts it, IsCommunityCard, NotAllowed, UnitPaused, UnitNotStarted, and
    card_rules.HandedOutInFuture, HandedOutTooOld.
    """
    first_on = handed_out_on or period.day_of(now)
    unit = _lock_active_unit(actor)
    card = cardregister.get_card(cardregister.own_number(text), lock=True)

    card_rules.check_handed_out(first_on, today=period.day_of(now))
    cardregister.check_stock(card, unit, CardKind.PERSONAL, accepts_other_unit=accepts_other_unit)
    check_answers(answers, today=first_on)
    if not is_eligible:
        raise card_rules.TicksMissing()

    _start(card, unit, first_on=first_on, children=answers.children, actor=actor, now=now)
    assert card.line is not None
    db.session.add(
        Profile(
            line=card.line,
            birth_year=answers.birth_year,
            postcode=answers.postcode,
            gender=answers.gender,
            life_situation=answers.life_situation,
            language=answers.language,
        )
    )
    return card


@transactional
def register_community(
    text: str, *, actor: Actor, accepts_other_unit: bool, handed_out_on: date | None = None, now: datetime
) -> Card:
    """Take a community card of the unit into use; it has no profile and no children of its own.

    Raises what check_stock raises, OtherUnitsStock, NotAllowed, cardregister.IsPersonalCard, and for the day
    card_rules.HandedOutInFuture, HandedOutTooOld.
    """
    first_on = handed_out_on or period.day_of(now)
    unit = _lock_active_unit(actor)
    card = cardregister.get_card(cardregister.own_number(text), lock=True)

    card_rules.check_handed_out(first_on, today=period.day_of(now))
    cardregister.check_stock(card, unit, CardKind.COMMUNITY, accepts_other_unit=accepts_other_unit)

    _start(card, unit, first_on=first_on, children=0, actor=actor, now=now)
    return card


def _start(card: Card, unit: Unit, *, first_on: date, children: int, actor: Actor, now: datetime) -> None:
    days = cardperiods.area_days(unit.area, first_on)
    cardperiods.begin(card, unit, days, kind=PeriodKind.REGISTRATION, children=children, actor=actor, now=now)
    cardregister.record_event(card, Action.REGISTER, actor=actor, now=now, from_on=first_on)


def _lock_active_unit(actor: Actor) -> Unit:
    """Return the worker's unit, which nobody lets leave before this transaction ends. Raises as `_check_active`."""
    unit_id = cardregister.own_unit(actor).id
    unit = db.session.get_one(Unit, unit_id, with_for_update={"of": Unit, "read": True}, populate_existing=True)
    _check_active(unit)
    return unit


def _check_active(unit: Unit) -> None:
    if unit.state is PartnerState.INVITED:
        raise UnitNotStarted()
    if unit.state is not PartnerState.ACTIVE:
        raise UnitPaused()
