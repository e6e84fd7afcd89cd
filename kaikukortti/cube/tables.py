"""Which tables there are. Few and fixed: noise protects nobody where everything can be asked (security.md §4.2).

Months hold totals of the network without a trait (S4); an owner sees the same ones exactly. Quarters hold what is known
of the holders and how they go: four tables, so that one fact (card x venue x quarter) lies in four cells (S8). A venue
has no table, since its figures are its own; a unit has none, since its workers know their clients (S3, S10).
"""

from dataclasses import dataclass
from enum import StrEnum

from kaikukortti.cube.periods import Grain
from kaikukortti.rules.disclosure import NetworkSize

Key = tuple[str, ...]
"""The classes of a cell, in the order of its table's variables."""

TICKET, CATEGORY, DELAY = "ticket", "category", "delay"
AGE, SITUATION, ORIGIN, VENUES, CATEGORIES = "age", "situation", "origin", "venues", "categories"
# What somebody might ask to cross; those that no table holds are here so that the answer can say why.
VARIABLES = (
    *(TICKET, CATEGORY, DELAY, AGE, SITUATION, ORIGIN, VENUES, CATEGORIES),
    *("unit", "venue", "event", "gender", "language"),
)


class Measure(StrEnum):
    """What is counted: distinct lines of cards, admission tickets, registrations. Rounding goes by it."""

    CARDS = "cards"
    USES = "uses"
    RECORDS = "records"


class Audience(StrEnum):
    """Who may see a table: everybody; the coordinators and viewers of a network; its coordinators, who have the same
    totals exactly. The fewer cells others see of a month, the less whoever knows everybody else can tell of one card.
    """

    PUBLIC = "public"
    NETWORK = "network"
    COORDINATOR = "coordinator"


@dataclass(frozen=True)
class CubeTable:
    """A published table; it exists for networks of the sizes named and for no others."""

    code: str
    measure: Measure
    variables: tuple[str, ...]
    grain: Grain
    audience: Audience
    sizes: tuple[NetworkSize, ...]


SMALL = (NetworkSize.ONE_TOTAL,)
MIDDLING = (NetworkSize.TRAITS, NetworkSize.TOTALS)
LARGE = (NetworkSize.TRAITS,)

USES_ALL = CubeTable("uses_all", Measure.USES, (), Grain.QUARTER, Audience.PUBLIC, SMALL)
USES_TOTAL = CubeTable("uses_total", Measure.USES, (TICKET,), Grain.MONTH, Audience.PUBLIC, MIDDLING)
USES = CubeTable("uses", Measure.USES, (CATEGORY, TICKET), Grain.MONTH, Audience.PUBLIC, LARGE)
RECORDS = CubeTable("records", Measure.RECORDS, (DELAY,), Grain.MONTH, Audience.COORDINATOR, LARGE)
CARDS_VALID = CubeTable("cards_valid", Measure.CARDS, (), Grain.MONTH, Audience.PUBLIC, MIDDLING)
CARDS_IN_USE = CubeTable("cards_in_use", Measure.CARDS, (), Grain.MONTH, Audience.PUBLIC, MIDDLING)
FIRST_VISITS = CubeTable("first_visits", Measure.CARDS, (), Grain.MONTH, Audience.COORDINATOR, MIDDLING)
BY_AGE = CubeTable("cards_by_age", Measure.CARDS, (AGE,), Grain.QUARTER, Audience.NETWORK, LARGE)
BY_SITUATION = CubeTable("cards_by_situation", Measure.CARDS, (SITUATION,), Grain.QUARTER, Audience.NETWORK, LARGE)
BY_ORIGIN = CubeTable("cards_by_origin", Measure.CARDS, (ORIGIN,), Grain.QUARTER, Audience.NETWORK, LARGE)
BY_VARIETY = CubeTable("cards_by_variety", Measure.CARDS, (VENUES, CATEGORIES), Grain.QUARTER, Audience.NETWORK, LARGE)

TABLES: tuple[CubeTable, ...] = (
    *(USES_TOTAL, USES, RECORDS, CARDS_VALID, CARDS_IN_USE, FIRST_VISITS),
    *(BY_AGE, BY_SITUATION, BY_ORIGIN, BY_VARIETY, USES_ALL),
)
BY_CODE = {table.code: table for table in TABLES}
