"""Follow-up switched on and off for tests, as if it had always been so. Inside an application context only."""

import sqlalchemy as sa

from kaikukortti.db import db
from kaikukortti.followup import store
from kaikukortti.followup.models.switches import AreaSwitch, UnitSwitch
from kaikukortti.models.network import Area, Unit
from tests.factories import DAY, NOW


def switch_all_on() -> None:
    """Switch everything of follow-up on in every area and unit there is."""
    for area in db.session.scalars(sa.select(Area)):
        switch_area_on(area)
    for unit in db.session.scalars(sa.select(Unit)):
        switch_unit_on(unit)


def switch_area_on(area: Area) -> None:
    """Switch follow-up on in an area, with the holder's own page, as if it had always been so."""
    with store.writing() as session:
        session.add(AreaSwitch(area_id=area.id, is_on=True, own_card_is_on=True, changed_at=NOW - 400 * DAY))


def switch_on(area: Area, unit: Unit) -> None:
    """Switch everything of follow-up on in an area and in one of its units, as if it had always been so."""
    switch_area_on(area)
    switch_unit_on(unit)


def switch_off(area: Area) -> None:
    """Switch follow-up off in an area."""
    with store.writing() as session:
        session.execute(sa.update(AreaSwitch).where(AreaSwitch.area_id == area.id).values(is_on=False))


def switch_unit_on(unit: Unit) -> None:
    """Switch everything of follow-up on in a unit, as if it had always been so."""
    now = NOW - 400 * DAY
    facts = {"episodes_are_on": True, "decision": "DPO 3/2026", "review_months": [0, 3, 6, 12], "changed_at": now}
    with store.writing() as session:
        session.add(UnitSwitch(unit_id=unit.id, area_id=unit.area_id, is_on=True, **facts))
