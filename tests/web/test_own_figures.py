"""Figures for their owners: a venue's own registrations, a unit's own cards; who may see what; rounded pages."""

import pytest

from kaikukortti.rules.access import Role
from tests import factories, onpage
from tests.factories import DAY, NOW
from tests.webclient import Web

PAGES = {
    "/figures/": {Role.COORDINATOR},
    "/figures/network/": {Role.COORDINATOR, Role.VIEWER},
    "/venue/figures/": {Role.VENUE_MANAGER},
    "/cards/figures/": {Role.WORKER},
}


@pytest.fixture
def door(app, network) -> Web:
    web = Web(app)
    web.client.set_cookie("kaiku_device", network.tablet.credential)
    return web


@pytest.mark.parametrize("address", PAGES)
def test_each_page_is_for_its_owners(address, enter, network):
    for role in Role:
        status = enter(network.people[role]).get(address).status_code
        assert status == (200 if role in PAGES[address] else 403), (role, address)


def test_a_venue_sees_its_own_registrations_and_nobody_else_s(enter, network, door):
    bodies = [
        factories.scan_body(network.card, occurrence=network.tonight, child=2, assistant=1),
        factories.scan_body("VA12345"),
        factories.scan_body(network.other_card, occurred=NOW - 20 * DAY),
    ]
    assert door.post("/door/api/scans", json={"items": bodies}).status_code == 200
    manager = enter(network.people[Role.VENUE_MANAGER])
    manager.get("/venue/figures/")
    assert onpage.figures(manager) == {
        "Uses": 5,
        "Assistants and interpreters": 1,
        "Registrations": 3,
        "Uses with cards from elsewhere": 1,
    }
    assert onpage.table(manager, "Uses by event") == {
        "Lumikuningatar": ["1", "2", "3", "1"],
        "House visits": ["2", "0", "2", "0"],
    }
    manager.get("/venue/figures/?period=2026-10")
    assert onpage.figures(manager)["Uses"] == 1
    other = enter(network.strangers[Role.VENUE_MANAGER])
    other.get("/venue/figures/")
    assert set(onpage.figures(other).values()) == {0}


def test_two_periods_stand_side_by_side_in_whole_months(enter, network, door):
    days = [5, 40, 45, 385, 400]
    bodies = [factories.scan_body(network.card, occurred=NOW - each * DAY) for each in days]
    assert door.post("/door/api/scans", json={"items": bodies}).status_code == 200
    web = enter(network.people[Role.COORDINATOR])
    web.get("/figures/?period=2026&compare=2025")
    assert "Whole months only: Jan–Oct 2026 beside Jan–Oct 2025." in web.text
    lines = onpage.table(web, "Two periods side by side")
    assert set(lines) >= {"Cards handed out", "Renewed", "Uses in total", "Adults", "Children", "Sport"}
    for strange in ("2025-Q1", "2026", "x", "1999", "2026-10-01", "2027"):
        web.get(f"/figures/?period=2026&compare={strange}")
        assert "Two periods side by side" not in web.text, strange


def test_a_unit_sees_no_uses_of_few_cards(enter, network, door):
    bodies = [factories.scan_body(network.card, occurred=NOW - 25 * DAY)]
    assert door.post("/door/api/scans", json={"items": bodies}).status_code == 200
    worker = enter(network.people[Role.WORKER])
    worker.get("/cards/figures/?period=2026-Q3")
    assert onpage.table(worker, "Our cards beside a year before")["Uses of our cards"] == ["too few cards"] * 2
    worker.get("/cards/figures/?period=2026-Q4")
    assert "Uses are shown when the quarter is over." in worker.text
    worker.get("/cards/figures/?period=2026")
    assert "Uses are shown for single quarters only" in worker.text


def test_what_is_not_frozen_or_never_made_says_why(enter, network):
    viewer = enter(network.people[Role.VIEWER])
    assert viewer.get("/").headers["Location"] == "/figures/network/", "it is the viewer's home"
    viewer.get("/figures/network/")
    plain = viewer.text
    viewer.get("/figures/network/?period=2026-Q4")
    assert "The figures of this period are not ready." in viewer.text
    for asked, said in (
        ("by=unit&by=age", "its workers know their clients"),
        ("by=venue&by=age", "a venue knows who came"),
        ("by=age&by=situation&by=origin", "At most two things"),
        ("by=age&by=situation", "This table is not made"),
        ("by=shoe_size", "This is not counted here"),
    ):
        viewer.get(f"/figures/network/?{asked}")
        assert viewer.text.count(said) == plain.count(said) + 1, asked


@pytest.mark.parametrize("form", ["csv", "xlsx", "jsonstat"])
@pytest.mark.parametrize("address", ["/figures/", "/venue/figures/", "/cards/figures/"])
def test_figures_can_be_taken_along(form, address, enter, network):
    role = next(iter(PAGES[address]))
    answer = enter(network.people[role]).get(f"{address}?format={form}")
    assert answer.status_code == 200 and "attachment" in answer.headers["Content-Disposition"]


def test_anybody_reads_the_public_page(web, network):
    assert web.get("/statistics/").status_code == 200
    assert web.get("/statistics/?area=QQ").status_code == 404
