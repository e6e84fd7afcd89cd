"""The one unit or venue that somebody speaks for, in the caller's transaction. What is owed is not here."""

from dataclasses import dataclass
from typing import Any

from kaikukortti.db import db
from kaikukortti.errors import NotAllowed, NotFound
from kaikukortti.models.network import Unit, Venue
from kaikukortti.rules import access
from kaikukortti.rules.access import Actor


@dataclass(frozen=True)
class PartnerName:
    """A unit or a venue by its id and its names: exactly one id is set."""

    unit_id: int | None
    venue_id: int | None
    name_fi: str
    name_sv: str = ""
    name_en: str = ""


def key_of(partner: Unit | Venue) -> dict[str, int]:
    """Return the column that names a partner in the tables of this room, with its id."""
    return {"unit_id" if isinstance(partner, Unit) else "venue_id": partner.id}


def is_of(table: Any, partner: Unit | Venue) -> Any:
    """Return the condition that a row of a table with `unit_id` and `venue_id` is the partner's."""
    name, key = next(iter(key_of(partner).items()))
    return getattr(table, name) == key


def get_own(actor: Actor) -> Unit | Venue:
    """Return the unit or venue that the actor works for. Raises NotAllowed for people of an area."""
    return _own(actor, lock=False)


def lock_own(actor: Actor) -> Unit | Venue:
    """Return the unit or venue that the actor works for, locked for this transaction. Raises NotAllowed."""
    return _own(actor, lock=True)


def lock_venue(venue_id: int, *, actor: Actor) -> Venue:
    """Return a venue of the coordinator's area, locked for this transaction. Raises NotFound."""
    found = db.session.get(Venue, venue_id, with_for_update={"of": Venue}, populate_existing=True)
    if found is None or not access.may_coordinate(actor, area_id=found.area_id):
        raise NotFound()
    return found


def _own(actor: Actor, *, lock: bool) -> Unit | Venue:
    found: Unit | Venue | None = None
    if actor.unit_id is not None:
        found = db.session.get(Unit, actor.unit_id, **_locked(Unit, lock))
    elif actor.venue_id is not None:
        found = db.session.get(Venue, actor.venue_id, **_locked(Venue, lock))
    if found is None:
        raise NotAllowed()
    return found


def _locked(table: type[Unit] | type[Venue], lock: bool) -> dict[str, Any]:
    return {"with_for_update": {"of": table}, "populate_existing": True} if lock else {}
