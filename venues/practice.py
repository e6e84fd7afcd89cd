"""The practice deck: made-up cards, one for every verdict, for rehearsing at the door without a visitor.

Their numbers begin with a prefix that no area can have, so that they are told from real cards wherever they are read.
What a reading of them becomes is left to the same rule as for every card; nothing here reaches the figures.
"""

from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta

from stdnum.iso7064 import mod_37_36

from kaikukortti.rules import localverdict, number, period
from kaikukortti.rules.card import CardKind, State
from kaikukortti.rules.localverdict import Mode
from kaikukortti.rules.verdict import CardFacts, Verdict, Visit

FIRST_ON, LAST_ON, ENDED_ON = date(2020, 1, 1), date(2099, 12, 31), date(2025, 8, 31)
_VALID = CardFacts(CardKind.PERSONAL, State.ACTIVE, FIRST_ON, LAST_ON)


@dataclass(frozen=True)
class DeckCard:
    """One card of the deck: `key` names what it shows, `facts` is None for a card that is on no list.

    The rest is the made-up evening that it is read at: how long ago the card was read before, when the doors open, the
    places left, whether its visits are used.
    """

    key: str
    number: str
    facts: CardFacts | None = _VALID
    earlier_minutes: int | None = None
    opens_in_minutes: int | None = None
    places_left: int | None = None
    is_limit_reached: bool = False


def deck() -> tuple[DeckCard, ...]:
    """Return the deck, the same one for ever, so that a printed deck stays good."""
    return _DECK


def judge(card: DeckCard, *, now: datetime) -> Verdict:
    """Return what practice mode says of a card of the deck."""
    visit = Visit(
        period.day_of(now),
        earlier_at=None if card.earlier_minutes is None else now - timedelta(minutes=card.earlier_minutes),
        moment=now,
        opens_at=None if card.opens_in_minutes is None else now + timedelta(minutes=card.opens_in_minutes),
        places_left=card.places_left,
        is_limit_reached=card.is_limit_reached,
    )
    return localverdict.judge(number.read(card.number, ()), card.facts, visit, list_days=0, mode=Mode.PRACTICE)


def _number(body: str) -> str:
    plain = number.PRACTICE_PREFIX + body
    return plain + mod_37_36.calc_check_digit(plain)


_DECK = (
    DeckCard("welcome", _number("HARJ0004")),
    DeckCard("counts", _number("HARJ0012"), replace(_VALID, children=2)),
    DeckCard("community", _number("HARJ0020"), replace(_VALID, kind=CardKind.COMMUNITY)),
    DeckCard("already", _number("HARJ0037"), earlier_minutes=48),
    DeckCard("check", _number("HARJ0045"), None),
    DeckCard("ended", _number("HARJ0053"), replace(_VALID, last_on=ENDED_ON)),
    DeckCard("not_yet", _number("HARJ0061"), replace(_VALID, state=State.STOCK)),
    DeckCard("not_in_use", _number("HARJ0078"), replace(_VALID, state=State.BLOCKED)),
    DeckCard("wrong_time", _number("HARJ0086"), opens_in_minutes=60),
    DeckCard("full", _number("HARJ0094"), places_left=0),
    DeckCard("limit", _number("HARJ0102"), is_limit_reached=True),
    # Read as a card whose print has suffered: the check symbol does not fit.
    DeckCard("technical", number.PRACTICE_PREFIX + "HARJ0118" + "0", None),
)
