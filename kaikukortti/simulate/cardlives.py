"""What happens to a made-up holder's cards from the day of handing out until yesterday, as the desk would write it."""

import random
from dataclasses import dataclass, field
from datetime import date, timedelta

from kaikukortti.models.cards import PeriodKind
from kaikukortti.rules import card as card_rules
from kaikukortti.rules.card import BLOCK_REASONS, Action, CardReason, State, Validity

MONTHS = 12
LOST, BLOCKED, RETURNED, PAUSED = 0.03, 0.015, 0.01, 0.004
LATE = 0.2  # of the renewals, those that come after the last day
DAY = timedelta(days=1)


@dataclass(frozen=True)
class Happening:
    """An action at the desk on a day, and the state that it led to; a registration holds from that day's midnight."""

    action: Action
    state: State
    on: date
    reason: CardReason | None = None
    until: date | None = None


@dataclass
class LifeCard:
    """One card of a life. `ended_on` is the day on which it went out of use before its last day."""

    first_on: date
    last_on: date
    state: State = State.ACTIVE
    suspended_until: date | None = None
    ended_on: date | None = None
    periods: list[tuple[PeriodKind, Validity, date]] = field(default_factory=list)
    happenings: list[Happening] = field(default_factory=list)

    def spells(self) -> list[tuple[date, date]]:
        """Return the days on which the card is good."""
        last = date.max if self.ended_on is None else self.ended_on - DAY
        if self.suspended_until is not None:
            last = self.happenings[-1].on - DAY
        spans = [(days.first_on, min(days.last_on, last)) for _, days, _ in self.periods]
        return [(first, last) for first, last in spans if first <= last]


def live(
    first_on: date, *, yesterday: date, renewed: float, may_replace: bool, chance: random.Random
) -> list[LifeCard]:
    """Return a holder's cards in order, one or two; `renewed` is the chance that an ending year is followed by another.

    Whatever happens, happens on a weekday and until yesterday.
    """
    days = card_rules.validity(first_on, months=MONTHS, fixed_end_on=None)
    cards = [_begin(PeriodKind.REGISTRATION, days, first_on)]
    while True:
        card = cards[-1]
        drawn, on = chance.random(), _weekday(days.first_on + chance.randint(20, 300) * DAY)
        if on <= yesterday and drawn < LOST and may_replace:
            _end(card, Happening(Action.REPLACE, State.REPLACED, on))
            cards.append(_begin(PeriodKind.REPLACEMENT, Validity(on, card.last_on), on))
            may_replace = False
        elif on <= yesterday and LOST <= drawn < LOST + BLOCKED:
            _end(card, Happening(Action.BLOCK, State.BLOCKED, on, chance.choice(BLOCK_REASONS)))
            return cards
        elif on <= yesterday and LOST + BLOCKED <= drawn < LOST + BLOCKED + RETURNED:
            _end(card, Happening(Action.RETURN, State.RETURNED, on))
            return cards
        following = _renew(cards[-1], chance, yesterday) if chance.random() < renewed else None
        if following is None:
            _pause(cards[-1], chance, yesterday)
            return cards
        days = following


def _begin(kind: PeriodKind, days: Validity, on: date) -> LifeCard:
    card = LifeCard(days.first_on, days.last_on)
    card.periods.append((kind, days, on))
    card.happenings.append(Happening(Action.REGISTER, State.ACTIVE, on))
    return card


def _end(card: LifeCard, happening: Happening) -> None:
    card.state, card.ended_on = happening.state, happening.on
    card.happenings.append(happening)


def _renew(card: LifeCard, chance: random.Random, yesterday: date) -> Validity | None:
    """Give a card another year as lifecycle.renew does, unless the day for it has not come."""
    early = -chance.randint(0, 45)
    on = _weekday(card.last_on + (chance.randint(3, 60) if chance.random() < LATE else early) * DAY)
    if on > yesterday:
        return None
    days = card_rules.renewal(card.last_on, today=on, months=MONTHS, fixed_end_on=None)
    if days.first_on - card.last_on > DAY:
        card.first_on = days.first_on
    card.last_on = days.last_on
    card.periods.append((PeriodKind.RENEWAL, days, on))
    card.happenings.append(Happening(Action.RENEW, State.ACTIVE, on))
    return days


def _pause(card: LifeCard, chance: random.Random, yesterday: date) -> None:
    """Pause a few of the cards that are good now, for some weeks."""
    on = _weekday(yesterday - chance.randint(0, 20) * DAY)
    until = yesterday + chance.randint(2, 40) * DAY
    if chance.random() < PAUSED and card.happenings[-1].on < on and card.first_on < on and until <= card.last_on:
        card.state, card.suspended_until = State.SUSPENDED, until
        card.happenings.append(Happening(Action.SUSPEND, State.SUSPENDED, on, until=until))


def _weekday(day: date) -> date:
    return day - max(day.weekday() - 4, 0) * DAY
