"""For whom somebody speaks: a coordinator for the own area, a partner's people for the own unit or venue."""

from dataclasses import dataclass

import sqlalchemy as sa

from kaikukortti.db import db
from kaikukortti.errors import NotAllowed, NotFound
from kaikukortti.models.messages import Audience
from kaikukortti.models.network import Unit, Venue
from kaikukortti.rules import access
from kaikukortti.rules.access import UNIT_ROLES, VENUE_ROLES, Actor

PARTNER_ROLES = UNIT_ROLES | VENUE_ROLES


@dataclass(frozen=True)
class Home:
    """A partner: a unit or a venue, and its area."""

    area_id: int
    unit_id: int | None
    venue_id: int | None


def own_area(actor: Actor) -> int:
    """Return the coordinator's area. Raises NotFound for everybody else."""
    if actor.area_id is None or not access.may_coordinate(actor, area_id=actor.area_id):
        raise NotFound()
    return actor.area_id


def own_home(actor: Actor) -> Home:
    """Return the unit or venue that the actor works for. Raises NotAllowed for who works for none."""
    area_id = db.session.scalar(area_of(actor))
    if area_id is None:
        raise NotAllowed()
    return Home(area_id, actor.unit_id, actor.venue_id)


def area_of(actor: Actor) -> sa.Select[int]:
    """Return the query of the area of the actor's unit or venue; no row for who works for none."""
    if actor.role in UNIT_ROLES:
        return sa.select(Unit.area_id).where(Unit.id == actor.unit_id)
    wanted = Venue.id == actor.venue_id if actor.role in VENUE_ROLES else sa.false()
    return sa.select(Venue.area_id).where(wanted)


def audiences_of(actor: Actor) -> tuple[Audience, ...]:
    """Return the audiences that the actor's unit or venue is among."""
    return (Audience.ALL, Audience.UNITS if actor.role in UNIT_ROLES else Audience.VENUES)
