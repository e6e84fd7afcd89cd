"""Who may do what: whole truth tables over roles and homes."""

import itertools

import pytest

from kaikukortti.rules import access
from kaikukortti.rules.access import Actor, Role

OWN, OTHER = 1, 2


def _actor(role: Role) -> Actor:
    home = {
        Role.WORKER: {"unit_id": OWN},
        Role.VENUE_STAFF: {"venue_id": OWN},
        Role.VENUE_MANAGER: {"venue_id": OWN},
    }.get(role, {"area_id": OWN})
    return Actor(7, "somebody", role, **home)


@pytest.mark.parametrize(("role", "key"), list(itertools.product(Role, (OWN, OTHER))))
def test_truth_tables(role: Role, key: int) -> None:
    actor, own = _actor(role), key == OWN
    assert access.may_issue(actor, unit_id=key) == (role is Role.WORKER and own)
    assert access.may_see_card(actor, unit_id=key) == (role is Role.WORKER and own)
    assert access.may_coordinate(actor, area_id=key) == (role is Role.COORDINATOR and own)
    assert access.may_manage_venue(actor, venue_id=key) == (role is Role.VENUE_MANAGER and own)
    assert access.may_see_evening(actor, venue_id=key) == (role in access.VENUE_ROLES and own)


@pytest.mark.parametrize(("role", "unit", "area"), list(itertools.product(Role, (OWN, OTHER), (OWN, OTHER))))
def test_blocking_is_for_the_unit_and_the_areas_coordinator(role: Role, unit: int, area: int) -> None:
    expected = (role is Role.WORKER and unit == OWN) or (role is Role.COORDINATOR and area == OWN)
    assert access.may_block(_actor(role), unit_id=unit, area_id=area) == expected


@pytest.mark.parametrize(("role", "area", "unit", "venue"), list(itertools.product(Role, *[(True, False)] * 3)))
def test_each_role_has_one_kind_of_home(role: Role, area: bool, unit: bool, venue: bool) -> None:
    home = (role in access.AREA_ROLES, role in access.UNIT_ROLES, role in access.VENUE_ROLES)
    assert sum(home) == 1
    assert access.is_home_of(role, area=area, unit=unit, venue=venue) == ((area, unit, venue) == home)


def test_stock_without_a_unit_is_nobodys_to_see() -> None:
    assert not access.may_see_card(_actor(Role.WORKER), unit_id=None)


@pytest.mark.parametrize("role", Role)
def test_an_actor_has_one_organisation(role: Role) -> None:
    assert _actor(role).organisation.endswith(":1")
    with pytest.raises(ValueError):
        _ = Actor(1, "nobody", role).organisation
