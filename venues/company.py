"""Company for a visit: units say that somebody would like company at a date, and see that others do.

A number of people for each unit, no contact data, no card. A unit learns that there is company, not whose or how much.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

import sqlalchemy as sa

from kaikukortti import audit
from kaikukortti.db import db, transactional
from kaikukortti.errors import DomainError, NotFound
from kaikukortti.models.bookings import CompanyWish
from kaikukortti.models.network import Unit, Venue
from kaikukortti.models.programme import Occurrence
from kaikukortti.rules import access
from kaikukortti.rules.access import Actor
from kaikukortti.rules.programme import Planned

MOST_PEOPLE = 50


class PeopleImpossible(DomainError):
    """Company is for 1 to MOST_PEOPLE people; details hold `most`."""

    code = "company_people_impossible"


class CompanyTooLate(DomainError):
    """The date has begun or was called off."""

    code = "company_too_late"


@dataclass(frozen=True)
class Company:
    """What a unit sees of a date: how many of its own would like company, and whether another unit's would."""

    own: int = 0
    is_there: bool = False


@transactional
def wish(occurrence_id: int, *, people: int, actor: Actor, now: datetime) -> None:
    """Say how many of the unit's clients would like company at a date of the area; none takes the wish back.

    Raises NotFound, PeopleImpossible, CompanyTooLate.
    """
    unit = _own_unit(actor)
    if not 0 <= people <= MOST_PEOPLE:
        raise PeopleImpossible(most=MOST_PEOPLE)
    query = sa.select(Occurrence).where(Occurrence.id == occurrence_id).with_for_update(key_share=True)
    occurrence = db.session.scalar(query)
    venue = None if occurrence is None else db.session.get(Venue, occurrence.venue_id)
    if occurrence is None or venue is None or venue.area_id != unit.area_id:
        raise NotFound()
    if occurrence.starts_at <= now or occurrence.state is Planned.CANCELLED:
        raise CompanyTooLate()
    _set(occurrence.id, unit.id, people, actor=actor, now=now)
    audit.record("company.wished", actor=actor, now=now, detail={"occurrence": occurrence.id, "people": people})


def look(occurrence_ids: Sequence[int], *, actor: Actor) -> dict[int, Company]:
    """Return what a worker's unit sees of dates, by date; those without any wish are left out. One statement.

    Raises NotFound for anybody but a worker.
    """
    unit = _own_unit(actor)
    is_own = CompanyWish.unit_id == unit.id
    own = sa.func.coalesce(sa.func.sum(sa.case((is_own, CompanyWish.people), else_=0)), 0)
    others = sa.func.count(sa.case((~is_own, 1)))
    query = (
        sa.select(CompanyWish.occurrence_id, own, others)
        .join(Unit, Unit.id == CompanyWish.unit_id)
        .where(CompanyWish.occurrence_id.in_(occurrence_ids), Unit.area_id == unit.area_id)
        .group_by(CompanyWish.occurrence_id)
    )
    return {key: Company(int(mine), there > 0) for key, mine, there in db.session.execute(query)}


def _own_unit(actor: Actor) -> Unit:
    unit = None if actor.unit_id is None else db.session.get(Unit, actor.unit_id)
    if unit is None or not access.may_issue(actor, unit_id=unit.id):
        raise NotFound()
    return unit


def _set(occurrence_id: int, unit_id: int, people: int, *, actor: Actor, now: datetime) -> None:
    mine = sa.and_(CompanyWish.occurrence_id == occurrence_id, CompanyWish.unit_id == unit_id)
    db.session.execute(sa.delete(CompanyWish).where(mine))
    if people:
        db.session.add(
            CompanyWish(
                occurrence_id=occurrence_id,
                unit_id=unit_id,
                people=people,
                changed_at=now,
                changed_by=actor.user_id,
            )
        )
