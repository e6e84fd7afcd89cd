"""How many clients of each class a unit had in a year, as the unit says: what its area's new holders are compared with
(I-12). Numbers of classes, no person; the area's figure adds up those of all its units.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.orm import Session

from kaikukortti import partners
from kaikukortti.cube import classes, ledger
from kaikukortti.errors import DomainError
from kaikukortti.followup import store, trail
from kaikukortti.followup.models.answers import ClientStructure, ClientTrait
from kaikukortti.rules import period
from kaikukortti.rules.access import Actor

CLASSES: dict[ClientTrait, tuple[str, ...]] = {
    ClientTrait.AGE: (*classes.AGE_CODES, classes.NOT_TOLD),
    ClientTrait.SITUATION: (*ledger.SITUATIONS, classes.NOT_TOLD),
}
MOST_CLIENTS = 100_000
EARLIEST_YEAR = 2015


class StructureYearImpossible(DomainError):
    """The year lies in the future or before the card. Details: `first` and `last`, the years that are possible."""

    code = "structure_year_impossible"


class StructureClassUnknown(DomainError):
    """There is no such class."""

    code = "structure_class_unknown"


class StructureCountImpossible(DomainError):
    """A number of clients is whole, not negative, and at most `most`."""

    code = "structure_count_impossible"


class StructureEmpty(DomainError):
    """Not a single client is told: then the year is taken away instead (`forget`)."""

    code = "structure_empty"


@dataclass(frozen=True)
class Structure:
    """A unit's clients of a year by one trait, all classes in their order."""

    unit_id: int
    year: int
    trait: ClientTrait
    clients: dict[str, int]

    @property
    def total(self) -> int:
        """Return all clients, those whose class is not known included."""
        return sum(self.clients.values())


def keep(
    unit_id: int, *, year: int, trait: ClientTrait, clients: Mapping[str, int], actor: Actor, now: datetime
) -> Structure:
    """Keep a unit's clients of a year by a trait, instead of what was there. A class that is left out has none.

    For the unit's own workers and the area's coordinator. Raises NotFound, StructureYearImpossible,
    StructureClassUnknown, StructureCountImpossible, StructureEmpty.
    """
    area_id = partners.get_unit(unit_id, actor=actor).area_id
    last = period.day_of(now).year
    if not EARLIEST_YEAR <= year <= last:
        raise StructureYearImpossible(first=EARLIEST_YEAR, last=last)
    if not set(clients) <= set(CLASSES[trait]):
        raise StructureClassUnknown()
    if not all(isinstance(count, int) and 0 <= count <= MOST_CLIENTS for count in clients.values()):
        raise StructureCountImpossible(most=MOST_CLIENTS)
    if not any(clients.values()):
        raise StructureEmpty()
    with store.writing() as session:
        _delete(session, unit_id, year, trait)
        at = {"unit_id": unit_id, "year": year, "trait": trait, "area_id": area_id}
        session.add_all(ClientStructure(**at, trait_class=code, clients=count) for code, count in clients.items())
        session.flush()
        _record("followup.structure_kept", unit_id, year, trait, actor, now)
    return Structure(unit_id, year, trait, {code: clients.get(code, 0) for code in CLASSES[trait]})


def forget(unit_id: int, *, year: int, trait: ClientTrait, actor: Actor, now: datetime) -> None:
    """Take a unit's structure of a year away; nothing happens where there is none. Raises NotFound."""
    partners.get_unit(unit_id, actor=actor)
    with store.writing() as session:
        if _delete(session, unit_id, year, trait):
            _record("followup.structure_forgotten", unit_id, year, trait, actor, now)


def list_of_unit(unit_id: int, *, actor: Actor) -> list[Structure]:
    """Return a unit's structures, the newest year first. Raises NotFound."""
    partners.get_unit(unit_id, actor=actor)
    with store.reading() as session:
        rows = session.scalars(sa.select(ClientStructure).where(ClientStructure.unit_id == unit_id)).all()
    found: dict[tuple[int, ClientTrait], dict[str, int]] = {}
    for row in rows:
        found.setdefault((row.year, row.trait), {})[row.trait_class] = row.clients
    return [
        Structure(unit_id, year, trait, {code: told.get(code, 0) for code in CLASSES[trait]})
        for (year, trait), told in sorted(found.items(), key=lambda item: (-item[0][0], item[0][1]))
    ]


def sum_of_area(session: Session, area_id: int, year: int) -> dict[ClientTrait, dict[str, int]]:
    """Return the clients of all units of an area in a year; nothing where no unit has told. Linear in units."""
    query = (
        sa.select(ClientStructure.trait, ClientStructure.trait_class, sa.func.sum(ClientStructure.clients))
        .where(ClientStructure.area_id == area_id, ClientStructure.year == year)
        .group_by(ClientStructure.trait, ClientStructure.trait_class)
    )
    found: dict[ClientTrait, dict[str, int]] = {}
    for trait, trait_class, clients in session.execute(query):
        found.setdefault(trait, {})[trait_class] = int(clients)
    return found


def count_units(area_id: int, year: int) -> int:
    """Return how many units of an area have told their clients' structure of a year, by whichever trait."""
    query = sa.select(sa.func.count(sa.distinct(ClientStructure.unit_id))).where(
        ClientStructure.area_id == area_id, ClientStructure.year == year
    )
    with store.reading() as session:
        return session.scalar(query) or 0


def _delete(session: Session, unit_id: int, year: int, trait: ClientTrait) -> int:
    gone = session.execute(
        sa.delete(ClientStructure).where(
            ClientStructure.unit_id == unit_id, ClientStructure.year == year, ClientStructure.trait == trait
        )
    )
    return int(getattr(gone, "rowcount", 0))


def _record(action: str, unit_id: int, year: int, trait: ClientTrait, actor: Actor, now: datetime) -> None:
    trail.record(action, actor=actor, now=now, detail={"unit": unit_id, "year": year, "trait": trait.value})
