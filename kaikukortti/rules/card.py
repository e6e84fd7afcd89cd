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
    BLOCK = "block"
    UNBLOCK = "unblock"


class BlockReason(StrEnum):
    """Why a card is blocked; seen by issuers and coordinators only."""

    LOST = "lost"
    STOLEN = "stolen"
    MISUSE = "misuse"
    FOUND = "found"


TRANSITIONS: dict[tuple[State, Action], State] = {
    (State.STOCK, Action.REGISTER): State.ACTIVE,
    (State.ACTIVE, Action.BLOCK): State.BLOCKED,
    (State.SUSPENDED, Action.BLOCK): State.BLOCKED,
    (State.BLOCKED, Action.UNBLOCK): State.ACTIVE,
}


class WrongState(DomainError):
    """The card's state does not allow the action."""

    code = "card_wrong_state"


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


def validity(first_on: date, *, months: int, fixed_end_on: date | None) -> Validity:
    """Return the days of use: some months less a day from receipt, or until the area's common end day.

    A common end day that has passed already is not used; the months count instead.
    """
    if fixed_end_on is not None and fixed_end_on >= first_on:
        return Validity(first_on, fixed_end_on)
    return Validity(first_on, period.add_months(first_on, months) - timedelta(days=1))


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
