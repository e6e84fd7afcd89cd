"""Handing out a card: check a stock card, check the client's answers, register. One transaction each."""

import secrets
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, datetime

from kaikukortti import cardregister
from kaikukortti.db import db, transactional
from kaikukortti.errors import DomainError
from kaikukortti.models.cards import Card, CardPeriod, PeriodKind
from kaikukortti.models.network import Area, Unit
from kaikukortti.profiles import Gender, HomeLanguage, LifeSituation, Profile
from kaikukortti.rules import card as card_rules
from kaikukortti.rules import period
from kaikukortti.rules.access import Actor
from kaikukortti.rules.card import Action, CardKind


class OtherUnitsStock(DomainError):
    """The stock card was printed for another unit; it may be used once the worker has said so."""

    code = "stock_of_other_unit"


class IsCommunityCard(DomainError):
    """The number belongs to a community card, which takes no profile."""

    code = "card_is_community"


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


def check_stock(text: str, *, actor: Actor, today: date) -> StockCard:
    """Return the stock card that a text names, ready to be handed out by the actor's unit.

    Raises cardregister.NumberMalformed, NumberUnknown, card_rules.AlreadyRegistered, card_rules.WrongState.
    """
    card = cardregister.get_card(cardregister.own_number(text))
    card_rules.next_state(card.state, Action.REGISTER)
    unit = cardregister.own_unit(actor)
    days = _validity(unit.area, today)
    return StockCard(card.number, card.kind, card.unit_id != unit.id, days.first_on, days.last_on)


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
def register(
    text: str, *, actor: Actor, answers: Answers, is_eligible: bool, accepts_other_unit: bool, now: datetime
) -> Card:
    """Hand out a personal card: it is in use from today to its last day.

    Raises what check_stock and check_answers raise, card_rules.TicksMissing unless all three conditions were
    confirmed, OtherUnitsStock until the worker accepts it, IsCommunityCard, NotAllowed.
    """
    today = period.day_of(now)
    unit = cardregister.own_unit(actor)
    card = cardregister.get_card(cardregister.own_number(text), lock=True)

    card_rules.next_state(card.state, Action.REGISTER)
    if card.kind is not CardKind.PERSONAL:
        raise IsCommunityCard()
    check_answers(answers, today=today)
    if not is_eligible:
        raise card_rules.TicksMissing()
    if card.unit_id != unit.id and not accepts_other_unit:
        raise OtherUnitsStock()

    _start(card, unit, children=answers.children, actor=actor, now=now)
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
def register_community(text: str, *, actor: Actor, accepts_other_unit: bool, now: datetime) -> Card:
    """Take a community card of the unit into use; it has no profile and no children of its own.

    Raises what check_stock raises, OtherUnitsStock, NotAllowed, card_rules.WrongState for a personal card.
    """
    unit = cardregister.own_unit(actor)
    card = cardregister.get_card(cardregister.own_number(text), lock=True)

    card_rules.next_state(card.state, Action.REGISTER)
    if card.kind is not CardKind.COMMUNITY:
        raise card_rules.WrongState(state=card.state.value)
    if card.unit_id != unit.id and not accepts_other_unit:
        raise OtherUnitsStock()

    _start(card, unit, children=0, actor=actor, now=now)
    return card


def _start(card: Card, unit: Unit, *, children: int, actor: Actor, now: datetime) -> None:
    days = _validity(unit.area, period.day_of(now))
    card.unit_id = unit.id
    card.line = secrets.token_hex(16)
    card.state = card_rules.next_state(card.state, Action.REGISTER)
    card.first_on, card.last_valid_on, card.children = days.first_on, days.last_on, children
    db.session.add(
        CardPeriod(
            card_id=card.id,
            kind=PeriodKind.REGISTRATION,
            first_on=days.first_on,
            last_on=days.last_on,
            children=children,
            recorded_at=now,
            recorded_by=actor.user_id,
        )
    )
    cardregister.record_event(card, Action.REGISTER, actor=actor, now=now)


def _validity(area: Area, today: date) -> card_rules.Validity:
    return card_rules.validity(today, months=area.validity_months, fixed_end_on=area.fixed_end_on)
