"""A table of figures as it leaves the service: page, CSV, XLSX and JSON-stat are all made of this one shape.

Plain values with labels in the reader's language already; who makes a table decides what may stand in it.
"""

from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum


class Missing(StrEnum):
    """Why a cell shows no number. A true zero that may be shown is the number 0."""

    UNDER_FIVE = "under_five"
    TOO_FEW_CARDS = "too_few_cards"
    NOT_FROZEN = "not_frozen"
    NOT_APPLICABLE = "not_applicable"


@dataclass(frozen=True)
class Category:
    """One value of a dimension: a code that stays the same in every language, and its label."""

    code: str
    label: str


@dataclass(frozen=True)
class Dimension:
    """A classifying variable with all its values in the order in which they are shown.

    `is_time` marks months, quarters and years; `is_measure` the one dimension whose values are what was counted.
    """

    code: str
    label: str
    categories: tuple[Category, ...]
    is_time: bool = False
    is_measure: bool = False


@dataclass(frozen=True)
class FigureTable:
    """Figures by one dimension or more: `values` holds one number or reason for each combination of codes, in the order
    of `dimensions`.

    `definition` says what was counted and `rounding` how exact it is; `as_of` is the moment of counting. `first_on` and
    `last_on` bound the days of visit, both included. `source` names the network.
    """

    code: str
    title: str
    dimensions: tuple[Dimension, ...]
    values: dict[tuple[str, ...], int | float | Missing]
    first_on: date
    last_on: date
    as_of: datetime
    definition: str
    rounding: str
    source: str
    unit: str = ""
