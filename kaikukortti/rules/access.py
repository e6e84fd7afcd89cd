"""Roles, and who may do what with whose things. The web layer asks by role, each service asks again for the object."""

from dataclasses import dataclass
from enum import StrEnum


class Role(StrEnum):
    """What a membership lets a person do (DESIGN §4)."""

    WORKER = "worker"
    VENUE_STAFF = "venue_staff"
    VENUE_MANAGER = "venue_manager"
    COORDINATOR = "coordinator"
    VIEWER = "viewer"
    ADMINISTRATOR = "administrator"


UNIT_ROLES = frozenset({Role.WORKER})
VENUE_ROLES = frozenset({Role.VENUE_STAFF, Role.VENUE_MANAGER})
AREA_ROLES = frozenset({Role.COORDINATOR, Role.VIEWER, Role.ADMINISTRATOR})
NEEDS_FACTOR = frozenset({Role.WORKER, Role.COORDINATOR, Role.ADMINISTRATOR})  # a password alone is not enough


@dataclass(frozen=True)
class Actor:
    """Who acts, in which role, for which one organisation: exactly one of area, unit and venue is set.

    `user_id` is None for the command line.
    """

    user_id: int | None
    name: str
    role: Role
    area_id: int | None = None
    unit_id: int | None = None
    venue_id: int | None = None

    @property
    def organisation(self) -> str:
        """Return the key of the actor's organisation, which is also the name of its audit chain."""
        for kind, key in (("area", self.area_id), ("unit", self.unit_id), ("venue", self.venue_id)):
            if key is not None:
                return f"{kind}:{key}"
        raise ValueError("an actor belongs to an organisation")


def is_home_of(role: Role, *, area: bool, unit: bool, venue: bool) -> bool:
    """Return whether a role may be held in exactly this kind of organisation."""
    wanted = (role in AREA_ROLES, role in UNIT_ROLES, role in VENUE_ROLES)
    return (area, unit, venue) == wanted


def may_issue(actor: Actor, *, unit_id: int) -> bool:
    """A worker issues cards of the own unit."""
    return actor.role is Role.WORKER and actor.unit_id == unit_id


def may_see_card(actor: Actor, *, unit_id: int | None) -> bool:
    """A worker sees the cards of the own unit; others answer as if there were none."""
    return actor.role is Role.WORKER and unit_id is not None and actor.unit_id == unit_id


def may_block(actor: Actor, *, unit_id: int | None, area_id: int) -> bool:
    """A worker blocks cards of the own unit, a coordinator any card of the area."""
    if actor.role is Role.COORDINATOR:
        return actor.area_id == area_id
    return may_see_card(actor, unit_id=unit_id)


def may_coordinate(actor: Actor, *, area_id: int) -> bool:
    """A coordinator looks after stock, partners and people of the own area."""
    return actor.role is Role.COORDINATOR and actor.area_id == area_id


def may_manage_venue(actor: Actor, *, venue_id: int) -> bool:
    """A manager changes the programme and the tablets of the own venue."""
    return actor.role is Role.VENUE_MANAGER and actor.venue_id == venue_id


def may_see_evening(actor: Actor, *, venue_id: int) -> bool:
    """Everybody of a venue sees its own registrations."""
    return actor.role in VENUE_ROLES and actor.venue_id == venue_id
