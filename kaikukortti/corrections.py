"""What was entered about a holder, and its correction in mid-period. The values are in no event and no audit entry."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date, datetime

import sqlalchemy as sa

from kaikukortti import audit, cardperiods, cardregister
from kaikukortti.db import db, transactional
from kaikukortti.errors import NotFound
from kaikukortti.models.cards import Card, PeriodKind
from kaikukortti.profiles import Profile
from kaikukortti.rules import card as card_rules
from kaikukortti.rules import period
from kaikukortti.rules.access import Actor
from kaikukortti.rules.card import Action, CardKind, State, Validity


@dataclass(frozen=True)
class Entered:
    """What the form at the desk held, as far as it may be corrected. The answers are None once retention has made them
    coarse: they are asked again, never guessed from what is left.
    """

    birth_year: int | None
    postcode: str | None
    children: int


@transactional
def read_entered(card_id: int, *, actor: Actor, now: datetime) -> Entered:
    """Return what was entered with a card of the own unit; the look is in the audit log.

    Raises NotFound, cardregister.IsCommunityCard, card_rules.WrongState and CardEnded for what cannot be corrected.
    """
    card, profile, _ = _fetch(card_id, actor=actor, today=period.day_of(now))
    audit.record("card.entered_read", actor=actor, now=now, card_number=card.number)
    if profile.coarse_on is not None:
        return Entered(None, None, card.children)
    return Entered(profile.birth_year, profile.postcode, card.children)


def list_to_ask(card_ids: Collection[int]) -> set[int]:
    """Return those of these cards whose answers are coarse and have to be asked again; no answer is read.

    Who may be told is the caller's business.
    """
    query = sa.select(Card.id).join(Profile, Profile.line == Card.line)
    return set(db.session.scalars(query.where(Card.id.in_(card_ids), Profile.coarse_on.is_not(None))))


@transactional
def correct(card_id: int, *, birth_year: int, postcode: str, children: int, actor: Actor, now: datetime) -> Card:
    """Correct what was entered; what is the same stays unwritten. Another number of children holds from today. Answers
    that were coarse are exact again.

    Raises what read_entered raises and card_rules.ImpossibleBirthYear, TooYoung, ImpossiblePostcode, TooManyChildren.
    """
    today = period.day_of(now)
    card, profile, state = _fetch(card_id, actor=actor, today=today)

    card_rules.check_birth_year(birth_year, today=today)
    card_rules.check_postcode(postcode)
    card_rules.check_children(children)
    wanted = {"birth_year": birth_year, "postcode": postcode, "children": children}
    before: dict[str, object] = {"children": card.children}
    if profile.coarse_on is None:
        before |= {"birth_year": profile.birth_year, "postcode": profile.postcode}
    fields = [name for name in wanted if wanted[name] != before.get(name)]
    if not fields:
        return card

    profile.birth_year, profile.postcode, profile.coarse_on = birth_year, postcode, None
    if "children" in fields:
        card.children = children
        days = Validity(today, cardregister.last_day(card))
        cardperiods.add_period(card, PeriodKind.CORRECTION, days, actor=actor, now=now)
    cardregister.stay(card, state)
    cardregister.record_event(card, Action.CORRECT, actor=actor, now=now, fields=fields)
    return card


def _fetch(card_id: int, *, actor: Actor, today: date) -> tuple[Card, Profile, State]:
    card = cardregister.own_card(card_id, actor=actor)
    if card.kind is CardKind.COMMUNITY:
        raise cardregister.IsCommunityCard()
    state = card_rules.next_state(cardregister.state_today(card, today=today), Action.CORRECT)
    card_rules.check_not_ended(card.last_valid_on, today=today)
    profile = db.session.get(Profile, card.line, populate_existing=True)
    if profile is None:
        raise NotFound()
    return card, profile, state
