"""A partner's own part: the commitment is agreed to, the instruction is read, and the coordinator sees both."""

import pytest

from kaikukortti.partnership.commitments import VERSION
from kaikukortti.rules.access import Role
from tests import onpage
from tests.webclient import Web

DONE = {Role.WORKER: "/cards/", Role.VENUE_MANAGER: "/venue/"}


@pytest.fixture
def coordinator(network, enter) -> Web:
    return enter(network.people[Role.COORDINATOR])


@pytest.mark.parametrize("role", list(DONE))
def test_a_commitment_is_read_and_agreed_to(network, enter, coordinator, role):
    web, home = enter(network.people[role]), DONE[role]
    web.get(home)
    assert "Read the commitment and agree to it" in web.text
    web.get("/our-part/commitment")
    assert f"Version {VERSION}" in web.text and "duty of silence" in web.text and "Not yet agreed" in web.text
    assert web.go_on({}).status_code == 422
    assert "Tick this if you agree" in web.text
    answer = web.submit("/our-part/commitment", {"agrees": "y"})
    assert answer.request.path == "/our-part/" and "agreed on" in web.text
    web.get("/our-part/commitment")
    assert onpage.table(web, "Agreed") == {VERSION: ["20 Nov 2026", network.people[role].actor.name]}
    assert "agrees" not in onpage.fields(web)
    web.get(home)
    assert "Read the commitment and agree to it" not in web.text
    partner = f"units/{network.unit.id}" if role is Role.WORKER else f"venues/{network.venue.id}"
    coordinator.get(f"/partners/{partner}/commitment")
    assert list(onpage.table(coordinator, "Agreed")) == [VERSION]
    coordinator.get(f"/partners/{partner}")
    assert f"Version {VERSION}, 20 Nov 2026" in coordinator.text


def test_another_version_is_read_anew(network, enter):
    web = enter(network.people[Role.WORKER])
    answer = web.submit("/our-part/commitment", {"agrees": "y", "version": "2019-01"})
    assert answer.status_code == 422 and "was changed meanwhile" in web.text
    assert onpage.fields(web)["version"] == VERSION


def test_who_only_scans_reads_it_and_agrees_to_nothing(network, enter):
    web = enter(network.people[Role.VENUE_STAFF])
    web.get("/our-part/commitment")
    assert "duty of silence" in web.text and "agrees" not in onpage.fields(web)
    web.get("/our-part/")
    data = {"csrf_token": onpage.token(web), "version": VERSION, "agrees": "y"}
    assert web.post("/our-part/commitment", data=data).status_code == 403


@pytest.mark.parametrize("role", [Role.WORKER, Role.VENUE_MANAGER, Role.VENUE_STAFF])
def test_the_instruction_is_read_with_one_button(network, enter, role):
    web = enter(network.people[role])
    web.get("/our-part/instruction")
    assert "The duty of silence" in web.text
    assert ("Who gets the card" in web.text) == (role is Role.WORKER)
    answer = web.go_on()
    assert answer.request.path == "/our-part/" and "Five minutes, once a year" in web.text
    web.get("/our-part/instruction")
    assert "You last read this on 20 Nov 2026" in web.text


def test_a_meeting_is_recorded(coordinator, network):
    page = "/partners/instruction"
    coordinator.get(page)
    assert set(onpage.table(coordinator, "Who is due")) == {
        *("Adult social work", "City theatre", "Vammaispalvelut", "Uimahalli"),
    }
    chosen = {"on_day": "2026-11-19", "units": [str(network.unit.id)], "venues": [str(network.other_venue.id)]}
    coordinator.submit(page, chosen)
    assert "2 partners are noted" in coordinator.text
    assert set(onpage.table(coordinator, "Who is due")) == {"City theatre", "Vammaispalvelut"}
    for slip, said in (({"on_day": "2026-11-21"}, "one of the last 365 days"), ({"units": []}, "Choose the units")):
        answer = coordinator.submit(page, {"on_day": "2026-11-19", "units": [str(network.unit.id)], **slip})
        assert answer.status_code == 422 and said in coordinator.text
    far = {"on_day": "2026-11-19", "units": [str(network.far_unit.id)]}
    assert coordinator.submit(page, far).status_code == 422


def test_a_paused_unit_says_so_at_the_desk(app, coordinator, network, enter):
    coordinator.submit(f"/partners/units/{network.unit.id}/change", {"state": "paused"})
    worker = enter(network.people[Role.WORKER])
    answer = worker.submit("/cards/new", {"number": network.stock.number}, form="/cards/new")
    assert answer.status_code == 422 and "hands out no new cards" in worker.text
    assert worker.get(f"/cards/{network.card.id}").status_code == 200
