"""Which figures may leave their owner's hands: rules S2 to S9 of security.md §4.4 as plain functions.

How a number is rounded is in rules/rounding; which tables there are is in cube/tables.
"""

from collections.abc import Collection
from enum import StrEnum

FEWEST_FOR_TRAITS = 100  # valid cards: S5
FEWEST_FOR_TOTALS = 40
FEWEST_IN_RESIDENCE = 40  # valid cards of an area of residence: security.md AC-2
FEWEST_CARDS = 5  # S7
LARGEST_SHARE_OF_ONE = 0.5
LARGEST_SHARE_OF_TWO = 0.75
SMALLEST_DENOMINATOR = 20  # S9
MOST_VARIABLES = 2  # S2, besides network and period
MOST_CELLS_OF_FACT = 4  # S8


class NetworkSize(StrEnum):
    """How much may be said about a network of so many valid cards (S5)."""

    TRAITS = "traits"
    TOTALS = "totals"
    ONE_TOTAL = "one_total"


class Refusal(StrEnum):
    """Why a crossing of variables is not published."""

    UNIT_APART = "unit_apart"
    TOO_MANY_VARIABLES = "too_many_variables"
    VENUE_WITH_TRAIT = "venue_with_trait"
    NOT_AMONG_TABLES = "not_among_tables"
    UNKNOWN_VARIABLE = "unknown_variable"
    NETWORK_TOO_SMALL = "network_too_small"


def size_of(valid_cards: int) -> NetworkSize:
    """Return what may be said about a network (S5)."""
    if valid_cards >= FEWEST_FOR_TRAITS:
        return NetworkSize.TRAITS
    return NetworkSize.TOTALS if valid_cards >= FEWEST_FOR_TOTALS else NetworkSize.ONE_TOTAL


def may_show_tickets(tickets: int, *, cards: int, largest: int, second: int) -> bool:
    """Return whether a number of tickets may be shown (S7): of five cards at least, none with more than half of the
    tickets that came with cards, no two with more than three quarters. `tickets` leaves out those without a card.
    """
    return (
        cards >= FEWEST_CARDS
        and largest <= LARGEST_SHARE_OF_ONE * tickets
        and largest + second <= LARGEST_SHARE_OF_TWO * tickets
    )


def ratio(part: int, whole: int) -> float | None:
    """Return the share of two rounded numbers, at most 1; None where the denominator is too small to say it (S9)."""
    return None if whole < SMALLEST_DENOMINATOR else min(part / whole, 1.0)


def why_never(variables: Collection[str], *, known: Collection[str]) -> Refusal | None:
    """Return why these variables may never be crossed, whatever the size of the network; None where no rule forbids it.

    A unit stands alone (S3), a venue's figures are its own (S10), two variables are the most (S2).
    """
    if not set(variables) <= set(known):
        return Refusal.UNKNOWN_VARIABLE
    if "unit" in variables:
        return Refusal.UNIT_APART
    if "venue" in variables and len(variables) > 1:
        return Refusal.VENUE_WITH_TRAIT
    return Refusal.TOO_MANY_VARIABLES if len(set(variables)) > MOST_VARIABLES else None
