"""A unit tells how many clients of each class it had; the coordinator does for a unit; nobody for a stranger."""

import pytest

from kaikukortti.followup import structures
from kaikukortti.followup.models.answers import ClientTrait
from kaikukortti.rules.access import Role
from tests import onpage

INDEX = "/followup/clients/"


@pytest.fixture
def own(network) -> str:
    """Return the address of the unit's page."""
    return f"{INDEX}units/{network.unit.id}"


def told(app, network) -> dict[tuple[int, str], dict[str, int]]:
    with app.app_context():
        actor = network.people[Role.WORKER].actor
        found = structures.list_of_unit(network.unit.id, actor=actor)
    return {(one.year, one.trait.value): one.clients for one in found}


def test_a_worker_tells_of_the_own_unit(app, enter, network, own):
    web = enter(network.people[Role.WORKER])
    assert web.get(INDEX).headers["Location"] == own
    web.submit(f"{own}/2025/age", {"under_25": "40", "65_over": "7", "not_told": "3"})
    assert "Saved." in web.text
    assert onpage.table(web, "What has been told")["2025, age"] == ["50", "Change : 2025, age"]
    assert told(app, network)[2025, "age"]["under_25"] == 40
    web.get(f"{own}/2025/age")
    assert onpage.fields(web)["65_over"] == "7"


def test_all_empty_takes_a_year_away(app, enter, network, own):
    web = enter(network.people[Role.WORKER])
    web.submit(f"{own}/2025/situation", {"student": "12"})
    classes = dict.fromkeys(structures.CLASSES[ClientTrait.SITUATION], "")
    web.submit(f"{own}/2025/situation", classes)
    assert told(app, network) == {}


def test_the_coordinator_tells_for_a_unit(app, enter, network, own):
    web = enter(network.people[Role.COORDINATOR])
    web.get(INDEX)
    assert "No unit has told of 2025 yet." in web.text
    web.submit(f"{own}/2025/age", {"25_34": "9"})
    assert told(app, network)[2025, "age"]["25_34"] == 9
    web.get(INDEX)
    assert "Of 2025 one unit has told." in web.text


@pytest.mark.parametrize("wrong", ["-1", "100001", "4.5", "x", "010190-123A"])
def test_a_mistake_keeps_what_was_typed(app, enter, network, own, wrong):
    web = enter(network.people[Role.WORKER])
    answer = web.submit(f"{own}/2025/age", {"under_25": wrong, "25_34": "6"})
    assert answer.status_code == 422
    assert onpage.fields(web)["25_34"] == "6"
    assert told(app, network) == {}


def test_other_units_other_years_and_other_traits_do_not_exist(enter, network, own):
    strangers = [network.strangers[Role.WORKER], network.strangers[Role.COORDINATOR]]
    for person in strangers:
        web = enter(person)
        assert web.get(own).status_code == 404
        assert web.get(f"{own}/2025/age").status_code == 404
    web = enter(network.people[Role.WORKER])
    for address in ("2027/age", "2014/age", "2025/gender", "2025/AGE"):
        assert web.get(f"{own}/{address}").status_code == 404, address


def test_viewers_and_venues_have_no_such_page(enter, network, own):
    for role in (Role.VIEWER, Role.VENUE_MANAGER, Role.VENUE_STAFF, Role.ADMINISTRATOR):
        web = enter(network.people[role])
        assert web.get(INDEX).status_code == web.get(own).status_code == 403
