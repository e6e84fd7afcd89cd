"""On or off: follow-up in an area and in a unit, the holder's own page, episodes. Everything is off until somebody with
a decision switches it on.
"""

from dataclasses import dataclass
from datetime import datetime

import sqlalchemy as sa

from kaikukortti import partners
from kaikukortti.errors import DomainError, NotAllowed
from kaikukortti.followup import store, trail
from kaikukortti.followup.models.switches import AreaSwitch, UnitSwitch
from kaikukortti.rules import access
from kaikukortti.rules.access import Actor

REVIEW_MONTHS = (0, 3, 6, 12)  # followup.md §4: a setting of the unit


class DecisionMissing(DomainError):
    """Episodes link a card to a case: who switches them on says which decision allows it (followup.md §7)."""

    code = "decision_missing"


@dataclass(frozen=True)
class Switches:
    """What is on for a unit, or for an area where `unit_id` is None.

    `episodes` need the unit's own switch; `own_card` is the area's alone (the holder's own page, DESIGN §7).
    """

    area_id: int
    unit_id: int | None = None
    followup: bool = False
    own_card: bool = False
    episodes: bool = False
    decision: str = ""
    review_months: tuple[int, ...] = REVIEW_MONTHS


def of_area(area_id: int) -> Switches:
    """Return what is on in an area."""
    with store.reading() as session:
        area = session.get(AreaSwitch, area_id)
    is_on = area is not None and area.is_on
    return Switches(area_id, followup=is_on, own_card=is_on and area is not None and area.own_card_is_on)


def of_unit(unit_id: int, *, area_id: int) -> Switches:
    """Return what is on in a unit: nothing where its area has follow-up off. A unit takes part until it is left out.
    One statement: every page of a worker asks it.
    """
    query = sa.select(AreaSwitch, UnitSwitch).outerjoin(UnitSwitch, UnitSwitch.unit_id == unit_id)
    with store.reading() as session:
        found = session.execute(query.where(AreaSwitch.area_id == area_id)).one_or_none()
    area, unit = found or (None, None)
    is_on = area is not None and area.is_on and (unit is None or unit.is_on)
    return Switches(
        area_id,
        unit_id,
        followup=is_on,
        own_card=is_on and area is not None and area.own_card_is_on,
        episodes=is_on and unit is not None and unit.episodes_are_on,
        decision=unit.decision if unit else "",
        review_months=tuple(unit.review_months) if unit else REVIEW_MONTHS,
    )


def list_units(area_id: int) -> dict[int, Switches]:
    """Return the switches of those units of an area that have been set, by unit."""
    with store.reading() as session:
        area = session.get(AreaSwitch, area_id)
        units = session.scalars(sa.select(UnitSwitch).where(UnitSwitch.area_id == area_id)).all()
    is_on, own_card = area is not None and area.is_on, area is not None and area.own_card_is_on
    return {
        unit.unit_id: Switches(
            area_id,
            unit.unit_id,
            followup=is_on and unit.is_on,
            own_card=is_on and unit.is_on and own_card,
            episodes=is_on and unit.is_on and unit.episodes_are_on,
            decision=unit.decision,
            review_months=tuple(unit.review_months),
        )
        for unit in units
    }


def set_area(*, actor: Actor, area_id: int, followup: bool, own_card: bool, now: datetime) -> None:
    """Switch follow-up and the holder's own page of an area. Raises NotAllowed."""
    if not access.may_coordinate(actor, area_id=area_id):
        raise NotAllowed()
    with store.writing() as session:
        row = session.get(AreaSwitch, area_id)
        if row is None:
            row = AreaSwitch(area_id=area_id)
            session.add(row)
        row.is_on, row.own_card_is_on, row.changed_at, row.changed_by = followup, own_card, now, actor.user_id
        session.flush()
        detail = {"followup": followup, "own_card": own_card}
        trail.record("followup.area_switched", actor=actor, now=now, detail=detail)


def set_unit(
    unit_id: int,
    *,
    actor: Actor,
    followup: bool,
    episodes: bool,
    decision: str = "",
    review_months: tuple[int, ...] = REVIEW_MONTHS,
    now: datetime,
) -> None:
    """Switch follow-up and episodes of a unit of the coordinator's area; `decision` names what allows episodes.

    Raises NotFound for a unit elsewhere, DecisionMissing.
    """
    unit = partners.get_unit(unit_id, actor=actor)
    if episodes and not decision.strip():
        raise DecisionMissing()
    with store.writing() as session:
        row = session.get(UnitSwitch, unit_id)
        if row is None:
            row = UnitSwitch(unit_id=unit_id, area_id=unit.area_id)
            session.add(row)
        row.is_on, row.episodes_are_on, row.decision = followup, episodes, decision.strip()
        row.review_months, row.changed_at, row.changed_by = list(review_months), now, actor.user_id
        session.flush()
        detail = {"unit": unit_id, "followup": followup, "episodes": episodes}
        trail.record("followup.unit_switched", actor=actor, now=now, detail=detail)
