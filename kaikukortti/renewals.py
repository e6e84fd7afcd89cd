"""Renewals of a unit: what ends soon or has ended, and several cards renewed one after the other. Codes, no profile.

One card's renewal is lifecycle's business, which stands below this module.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta

import sqlalchemy as sa

from kaikukortti import audit, cardregister, lifecycle
from kaikukortti.db import db, transactional
from kaikukortti.errors import DomainError
from kaikukortti.models import counted
from kaikukortti.models.cards import Card
from kaikukortti.models.ledger import Scan, ScanCard
from kaikukortti.models.network import Area, Unit
from kaikukortti.rules import card as card_rules
from kaikukortti.rules import period
from kaikukortti.rules.access import Actor
from kaikukortti.rules.card import Action, CardKind, State

MOST_CARDS = 30
LOOK_BACK = timedelta(days=60)
AHEAD = timedelta(days=60)
KEPT = (State.ACTIVE, State.SUSPENDED)


class TooManyCards(DomainError):
    """More cards than are renewed at a time."""

    code = "too_many_cards"


class CardListedTwice(DomainError):
    """The card stands in the list already; it is renewed once."""

    code = "card_listed_twice"


@dataclass(frozen=True)
class DueCard:
    """A card whose last day is near or past. `came_after` tells that it was used at a door after that day, no more."""

    card_id: int
    number: str
    kind: CardKind
    last_on: date
    paused_until: date | None
    came_after: bool


@dataclass(frozen=True)
class Due:
    """The cards to think of, the earliest last day first."""

    this_month: list[DueCard]
    next_month: list[DueCard]
    ended: list[DueCard]


@dataclass(frozen=True)
class Prepared:
    """What would happen to one card of a list: a new last day, or a problem. `seen_last_on` is the last day so far."""

    text: str
    card_id: int | None = None
    number: str = ""
    seen_last_on: date | None = None
    new_last_on: date | None = None
    problem: DomainError | None = None


@dataclass(frozen=True)
class Wanted:
    """One card to renew, and the last day that the worker saw."""

    card_id: int
    seen_last_on: date


@dataclass(frozen=True)
class Outcome:
    """What became of one card: renewed, or why not. The last day is that of now, None for what is no card here."""

    card_id: int
    number: str
    last_on: date | None
    problem: DomainError | None


@transactional
def list_due(*, actor: Actor, now: datetime) -> Due:
    """Return the own unit's cards that end this month and next, and those that ended in the last 60 days.

    A card that ended earlier is here too when it was used at a door in these days. One entry in the audit log for the
    look; linear in the unit's cards. Raises NotAllowed.
    """
    unit, today = cardregister.own_unit(actor), period.day_of(now)
    next_first = period.add_months(today.replace(day=1), 1)
    month_after = period.add_months(next_first, 1)
    rows = [_due_card(card, came, today) for card, came in db.session.execute(_due(unit.id, today, month_after))]
    audit.record("cards.renewals_listed", actor=actor, now=now, detail={"count": len(rows)})
    return Due(
        this_month=[row for row in rows if today <= row.last_on < next_first],
        next_month=[row for row in rows if next_first <= row.last_on],
        ended=[row for row in rows if row.last_on < today],
    )


def count_due(unit_id: int, *, today: date) -> tuple[int, int]:
    """Return how many cards of a unit end within 60 days, and how many ended in the last 60 and were not renewed.

    Who may be told is the caller's business.
    """
    mine = (Card.unit_id == unit_id, Card.state.in_(KEPT), Card.last_valid_on.between(today - LOOK_BACK, today + AHEAD))
    ends = sa.func.coalesce(sa.func.sum(sa.case((Card.last_valid_on >= today, 1), else_=0)), 0)
    ending, found = db.session.execute(sa.select(ends, sa.func.count()).select_from(Card).where(*mine)).one()
    return int(ending), int(found) - int(ending)


@transactional
def prepare(texts: Sequence[str], *, actor: Actor, now: datetime) -> list[Prepared]:
    """Return for each text what a renewal today would do to the card that it names; nothing is changed.

    One search for all numbers of ours, two look-ups more for each other text; one entry in the audit log.
    Raises TooManyCards, NotAllowed.
    """
    if len(texts) > MOST_CARDS:
        raise TooManyCards(most=MOST_CARDS)
    unit, prefixes = cardregister.own_unit(actor), cardregister.list_prefixes()
    numbers = [_read(text, prefixes) for text in texts]
    cards = _own_cards(unit, [found for found in numbers if isinstance(found, str)])
    lines: list[Prepared] = []
    for text, found in zip(texts, numbers, strict=True):
        is_twice = isinstance(found, str) and any(found == line.number for line in lines)
        lines.append(_prepare(text, found, cards, unit.area, period.day_of(now), is_twice=is_twice))
    known = sum(line.card_id is not None for line in lines)
    detail = {"found": known, "unknown": len(lines) - known}
    audit.record("cards.renewal_prepared", actor=actor, now=now, detail=detail)
    return lines


def renew_each(wanted: Sequence[Wanted], *, actor: Actor, now: datetime) -> list[Outcome]:
    """Renew card after card, each in a transaction of its own: what one refuses does not hold the others up.

    Sent a second time it renews nothing again, since the last days are others then. Linear in the cards, some ten
    statements each. Raises TooManyCards.
    """
    if len(wanted) > MOST_CARDS:
        raise TooManyCards(most=MOST_CARDS)
    problems = [_renew(one, actor=actor, now=now) for one in wanted]
    cards = {
        card.id: card
        for card in db.session.scalars(
            sa.select(Card)
            .where(Card.id.in_([one.card_id for one in wanted]), Card.unit_id == actor.unit_id, Card.line.is_not(None))
            .execution_options(populate_existing=True)
        )
    }
    return [_outcome(one, cards.get(one.card_id), problem) for one, problem in zip(wanted, problems, strict=True)]


def _due(unit_id: int, today: date, month_after: date) -> sa.Select[Card, bool]:
    """Return the query of cards that end before a day and those that ended lately, each with whether it came after."""
    came = sa.and_(
        ScanCard.card_id == Card.id,
        ScanCard.scan_id == Scan.scan_id,
        Scan.on_day > Card.last_valid_on,
        counted.ADULTS + counted.CHILDREN > 0,
        counted.is_counted(),
    )
    ends = Card.last_valid_on.between(today - LOOK_BACK, month_after - timedelta(days=1))
    # Said of the day too, or the visits of every card that is in use would be walked through.
    came_lately = sa.and_(
        Card.last_valid_on < today - LOOK_BACK, sa.exists().where(came, Scan.on_day >= today - LOOK_BACK)
    )
    return (
        sa.select(Card, sa.exists().where(came))
        .where(Card.unit_id == unit_id, Card.state.in_(KEPT), sa.or_(ends, came_lately))
        .order_by(Card.last_valid_on, Card.number)
    )


def _due_card(card: Card, came_after: bool, today: date) -> DueCard:
    assert card.last_valid_on is not None
    is_paused = cardregister.state_today(card, today=today) is State.SUSPENDED
    paused_until = card.suspended_until if is_paused else None
    return DueCard(card.id, card.number, card.kind, card.last_valid_on, paused_until, came_after)


def _read(text: str, prefixes: Sequence[str]) -> str | DomainError:
    try:
        return cardregister.read_number(text, prefixes)
    except cardregister.NumberMalformed as error:
        return error


def _own_cards(unit: Unit, numbers: Sequence[str]) -> dict[str, Card]:
    query = sa.select(Card).where(Card.number.in_(numbers), Card.unit_id == unit.id, Card.line.is_not(None))
    return {card.number: card for card in db.session.scalars(query)}


def _prepare(
    text: str, found: str | DomainError, cards: dict[str, Card], area: Area, today: date, *, is_twice: bool
) -> Prepared:
    if isinstance(found, DomainError):
        return Prepared(text, problem=found)
    card = cards.get(found)
    if card is None:  # alike for no card, for stock and for another unit's card
        return Prepared(text, number=found, problem=cardregister.NumberUnknown())
    if is_twice:
        return Prepared(text, card.id, card.number, card.last_valid_on, problem=CardListedTwice())
    try:
        card_rules.next_state(cardregister.state_today(card, today=today), Action.RENEW)
        new_last_on = lifecycle.new_last_day(card, area, today)
    except DomainError as problem:
        return Prepared(text, card.id, card.number, card.last_valid_on, problem=problem)
    return Prepared(text, card.id, card.number, card.last_valid_on, new_last_on)


def _renew(one: Wanted, *, actor: Actor, now: datetime) -> DomainError | None:
    try:
        lifecycle.renew(one.card_id, seen_last_on=one.seen_last_on, actor=actor, now=now)
    except DomainError as problem:
        return problem
    return None


def _outcome(one: Wanted, card: Card | None, problem: DomainError | None) -> Outcome:
    if card is None:
        return Outcome(one.card_id, "", None, problem)
    return Outcome(one.card_id, card.number, card.last_valid_on, problem)
