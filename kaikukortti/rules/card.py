"""A card's life: states, which action leads where, how long it is valid, and what may be entered about a client.

Sources: peers.md D4 for the states, domain.md §2.1, §2.2 and §10 for the rules on age, children and validity.
"""

from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum

from kaikukortti.errors import DomainError
from kaikukortti.rules import period

YOUNGEST = 16  # in the calendar year: domain.md §2.1
OLDEST = 120
MOST_CHILDREN = 20
POSTCODE_LENGTH = 5
RENEWED_WITHOUT_LOSS = 60  # days before the end within which a renewal adds to the days that are left
OLDEST_PAPER = 30  # days that the entry of a paper form may come late
LARGEST_BUDGET = 10_000


class CardKind(StrEnum):
    """A personal card has a holder; a community card belongs to the unit and has no profile."""

    PERSONAL = "personal"
    COMMUNITY = "community"


class State(StrEnum):
    """The state that is kept. That a card has ended follows from its last day and is never stored."""

    STOCK = "stock"
    ACTIVE = "active"
    SUSPENDED = "suspended"
    BLOCKED = "blocked"
    REPLACED = "replaced"
    RETURNED = "returned"
    DESTROYED = "destroyed"
    ANONYMISED = "anonymised"


class Action(StrEnum):
    """What can happen to a card; written down as a card event."""

    PRINT = "print"
    REGISTER = "register"
    RENEW = "renew"
    REPLACE = "replace"
    SUSPEND = "suspend"
    RESUME = "resume"
    BLOCK = "block"
    UNBLOCK = "unblock"
    RETURN = "return"
    CORRECT = "correct"
    UNDO = "undo"
    DESTROY = "destroy"


class CardReason(StrEnum):
    """Why a card was blocked, opened again or destroyed; seen by issuers and coordinators only."""

    LOST = "lost"
    STOLEN = "stolen"
    MISUSE = "misuse"
    FOUND = "found"
    SPOILED = "spoiled"
    LOST_IN_POST = "lost_in_post"
    MISTAKE = "mistake"


BLOCK_REASONS = (CardReason.LOST, CardReason.STOLEN, CardReason.MISUSE)
OPENING_REASONS = (CardReason.FOUND, CardReason.MISTAKE)

# Every pair that is not here is refused. That a card has ended is a matter of days, not of state: RENEW and REPLACE
# take an ended card too, UNBLOCK and SUSPEND do not (`check_not_ended`).
TRANSITIONS: dict[tuple[State, Action], State] = {
    (State.STOCK, Action.REGISTER): State.ACTIVE,
    (State.STOCK, Action.DESTROY): State.DESTROYED,
    (State.ACTIVE, Action.RENEW): State.ACTIVE,
    (State.ACTIVE, Action.REPLACE): State.REPLACED,
    (State.ACTIVE, Action.SUSPEND): State.SUSPENDED,
    (State.ACTIVE, Action.BLOCK): State.BLOCKED,
    (State.ACTIVE, Action.RETURN): State.RETURNED,
    (State.ACTIVE, Action.CORRECT): State.ACTIVE,
    (State.ACTIVE, Action.UNDO): State.STOCK,
    (State.SUSPENDED, Action.RESUME): State.ACTIVE,
    (State.SUSPENDED, Action.BLOCK): State.BLOCKED,
    (State.SUSPENDED, Action.RETURN): State.RETURNED,
    (State.SUSPENDED, Action.CORRECT): State.SUSPENDED,
    (State.BLOCKED, Action.UNBLOCK): State.ACTIVE,
    (State.BLOCKED, Action.REPLACE): State.REPLACED,
    (State.BLOCKED, Action.RETURN): State.RETURNED,
}


class WrongState(DomainError):
    """The card's state does not allow the action."""

    code = "card_wrong_state"


class CardEnded(WrongState):
    """The card's last day has passed; it can be renewed or replaced, but not opened or paused."""

    code = "card_ended"


class AlreadyRegistered(WrongState):
    """The card is in use already, so it cannot be handed out again."""

    code = "card_already_registered"


class TooYoung(DomainError):
    """The holder is not sixteen and does not turn sixteen this calendar year."""

    code = "birth_year_too_young"


class ImpossibleBirthYear(DomainError):
    """The birth year lies in the future or further back than people live."""

    code = "birth_year_impossible"


class ImpossiblePostcode(DomainError):
    """A postcode has five digits."""

    code = "postcode_impossible"


class TooManyChildren(DomainError):
    """The number of children is negative or beyond what a household has."""

    code = "children_impossible"


class ReasonImpossible(DomainError):
    """The reason does not go with what is done to the card."""

    code = "reason_impossible"


class SuspendDayImpossible(DomainError):
    """A pause ends tomorrow at the earliest and on the card's last day at the latest."""

    code = "suspend_day_impossible"


class RenewalTooEarly(DomainError):
    """The renewal would not give a single day more than the card has."""

    code = "renewal_too_early"


class HandedOutInFuture(DomainError):
    """The day of handing out has not come yet."""

    code = "handed_out_in_future"


class HandedOutTooOld(DomainError):
    """The day of handing out lies too far back for a later entry."""

    code = "handed_out_too_old"


class BudgetImpossible(DomainError):
    """The yearly number of tickets is negative or beyond belief."""

    code = "budget_impossible"


class TicksMissing(DomainError):
    """The three conditions of eligibility were not all confirmed."""

    code = "ticks_missing"


@dataclass(frozen=True)
class Validity:
    """First and last day of use, both included."""

    first_on: date
    last_on: date


def next_state(state: State, action: Action) -> State:
    """Return the state after an action. Raises WrongState for every pair that is not in TRANSITIONS."""
    if action is Action.REGISTER and state not in (State.STOCK, State.DESTROYED):
        raise AlreadyRegistered(state=state.value)
    try:
        return TRANSITIONS[state, action]
    except KeyError:
        raise WrongState(state=state.value, action=action.value) from None


def state_on(state: State, suspended_until: date | None, day: date) -> State:
    """Return the state on a day: a pause goes by itself on the day until which it was set."""
    is_over = state is State.SUSPENDED and suspended_until is not None and day >= suspended_until
    return State.ACTIVE if is_over else state


def check_not_ended(last_on: date | None, *, today: date) -> None:
    """Check that the last day, which is a day of use, has not passed. Raises CardEnded."""
    if last_on is None or today > last_on:
        raise CardEnded(last_on=last_on)


def validity(first_on: date, *, months: int, fixed_end_on: date | None) -> Validity:
    """Return the days of use: some months less a day from receipt, or until the area's common end day.

    A common end day that has passed already is not used; the months count instead.
    """
    if fixed_end_on is not None and fixed_end_on >= first_on:
        return Validity(first_on, fixed_end_on)
    return Validity(first_on, period.add_months(first_on, months) - timedelta(days=1))


def renewal(
    last_on: date, *, today: date, months: int, fixed_end_on: date | None, margin: int = RENEWED_WITHOUT_LOSS
) -> Validity:
    """Return the days that a renewal adds to a card whose last day is `last_on`.

    Within the last `margin` days they follow upon that day, so that nobody loses days by coming early; otherwise they
    begin today. The end is never earlier than before. Raises RenewalTooEarly where it would not be later either.
    """
    is_near = timedelta() <= last_on - today < timedelta(days=margin)
    start = last_on + timedelta(days=1) if is_near else today
    days = validity(start, months=months, fixed_end_on=fixed_end_on)
    if days.last_on <= last_on:
        raise RenewalTooEarly(last_on=last_on)
    return days


def check_pause(until_on: date, *, last_on: date, today: date) -> None:
    """Check the day on which a pause ends by itself. Raises SuspendDayImpossible."""
    if not today < until_on <= last_on:
        raise SuspendDayImpossible(until_on=until_on, last_on=last_on)


def check_handed_out(handed_out_on: date, *, today: date) -> None:
    """Check the day on a paper form that is entered today. Raises HandedOutInFuture, HandedOutTooOld."""
    if handed_out_on > today:
        raise HandedOutInFuture()
    if today - handed_out_on > timedelta(days=OLDEST_PAPER):
        raise HandedOutTooOld(days=OLDEST_PAPER)


def check_budget(tickets: int | None) -> None:
    """Check how many tickets a year a community card may use; None is no limit. Raises BudgetImpossible."""
    if tickets is not None and not 0 <= tickets <= LARGEST_BUDGET:
        raise BudgetImpossible(most=LARGEST_BUDGET)


def check_birth_year(birth_year: int, *, today: date) -> None:
    """Check that the holder turns sixteen this year at the latest. Raises ImpossibleBirthYear or TooYoung."""
    if not today.year - OLDEST <= birth_year <= today.year:
        raise ImpossibleBirthYear(birth_year=birth_year)
    if today.year - birth_year < YOUNGEST:
        raise TooYoung(birth_year=birth_year, latest=today.year - YOUNGEST)


def check_postcode(postcode: str) -> None:
    """Check the form of a Finnish postcode. Raises ImpossiblePostcode."""
    if len(postcode) != POSTCODE_LENGTH or not (postcode.isascii() and postcode.isdigit()):
        raise ImpossiblePostcode()


def check_children(children: int) -> None:
    """Check that a number of own minors is believable. Raises TooManyChildren."""
    if not 0 <= children <= MOST_CHILDREN:
        raise TooManyChildren(children=children, most=MOST_CHILDREN)
