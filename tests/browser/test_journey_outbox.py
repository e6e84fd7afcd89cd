"""A registration is never lost: it waits on the tablet while the server is away, and arrives exactly once."""

import re
from collections.abc import Callable
from typing import Any

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.browser import chromium, conftest, staff
from tests.browser.door import Door
from tests.browser.outage import Outage

VENUE = "Lappeenrannan taidemuseo"


@pytest.fixture
def open_there(browser: Browser, outage: Outage, complaints: list[str]) -> Callable[..., Any]:
    """Return a function that opens a context of that service."""
    return lambda: chromium.opened(browser, complaints, **chromium.context_options(outage.demo.url))


def test_registration_survives_an_outage_and_arrives_once(outage, open_there):
    with open_there() as office, open_there() as context:
        manager = office.new_page()
        staff.sign_in(manager, conftest.account_of(outage.demo, "venue_manager", VENUE))
        conftest.enrol(context, code=outage.demo.said["enrolment_codes"][VENUE])
        door = Door.open(context)
        door.choose("House visit")
        door.type(outage.demo.said["cards"]["active"][0])
        door.expect_verdict("welcome")

        outage.stop()
        door.keep()
        door.leave()
        expect(door.status).to_contain_text("Waiting: 1")
        expect(door.page.locator("[data-status]")).to_have_attribute("data-state", "offline")
        door.wire.mode = "cut"
        outage.restart()
        reload_the_page(door)
        assert house_visits(manager) == 0
        lose_the_answer(door)
        assert house_visits(manager) == 1
        send_again(door)
        assert house_visits(manager) == 1


def reload_the_page(door: Door) -> None:
    """Load the page anew: what waits is still there, and is shown."""
    door.page.reload()
    door.wait()
    expect(door.status).to_contain_text("Waiting: 1")
    door.page.locator("[data-open=waiting]").click()
    rows = door.page.locator("[data-waiting-list] li")
    expect(rows).to_have_count(1)
    expect(rows).to_contain_text(re.compile("1.adult"))


def lose_the_answer(door: Door) -> None:
    """Let the server take it in while the tablet hears nothing of that."""
    with door.page.expect_event("requestfailed", lambda _request: bool(door.wire.heard)):
        door.wire.mode = "deaf"
        door.page.locator("[data-send]").click()
    assert [answer["result"] for answer in door.wire.heard] == ["accepted"]
    expect(door.status).to_contain_text("Waiting: 1")


def send_again(door: Door) -> None:
    """Send it once more, when the network comes back: the server knows it already, and the tablet has nothing left."""
    assert [answer["result"] for answer in door.come_online().json()["answers"]] == ["replay"]
    expect(door.page.locator("[data-waiting-list] li")).to_have_count(0)
    door.leave()
    expect(door.status).not_to_contain_text("Waiting")


def house_visits(manager: Page) -> int:
    """Return the house visits of the evening."""
    return staff.evening(manager)["House visits"]["Adults"]
