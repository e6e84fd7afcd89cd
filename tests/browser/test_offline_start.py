"""A tablet starts, reads and records where no server is: the browser is closed and opened again without a network."""

from collections.abc import Callable
from pathlib import Path

import pytest
from playwright.sync_api import BrowserContext, BrowserType, Page, Request, expect

from kaikukortti.cardface import CardFace
from kaikukortti.cardprint import card_png
from tests.browser import chromium, conftest, staff
from tests.browser.door import Door
from tests.browser.outage import KeptTablet, Outage, enrol_by_page
from tests.serving import Demo

VENUE = "Lappeenrannan taidemuseo"


@pytest.fixture
def kept(browser_type: BrowserType, outage: Outage, tmp_path: Path, complaints: list[str]) -> KeptTablet:
    """Return a tablet that is switched off."""
    return KeptTablet(browser_type, outage.demo.url, tmp_path / "profile", complaints)


@pytest.fixture
def manager(new_context, outage: Outage) -> Page:
    """Return the page of the venue's manager."""
    page: Page = new_context(base_url=outage.demo.url).new_page()
    staff.sign_in(page, conftest.account_of(outage.demo, "venue_manager", VENUE))
    return page


def test_tablet_starts_and_reads_without_a_server(
    kept: KeptTablet, outage: Outage, manager: Page, camera_clip: Callable[[bytes], Path]
):
    front, back, typed = outage.demo.said["cards"]["active"][:3]
    before = staff.evening(manager)["Total"]["Adults"]
    with kept.opened() as context:
        enrol_by_page(context.new_page(), outage.demo.said["enrolment_codes"][VENUE])
    outage.stop()
    for picture in (card_png(face(front)), card_png(face(back), side="back")):
        with kept.opened(camera_clip(picture)) as context:
            keep_one(cold_start(context))
    with kept.opened() as context:
        door = cold_start(context)
        door.type(typed)
        keep_one(door)
        expect(door.status).to_contain_text("Waiting: 3")
        outage.restart()
        answers = door.come_online().json()["answers"]
        assert [answer["result"] for answer in answers] == ["accepted"] * 3
        expect(door.status).to_contain_text("All sent")
    assert staff.evening(manager)["Total"]["Adults"] == before + 3


def test_page_works_and_says_so_quietly_where_no_browser_keeps_pages(browser_type: BrowserType, demo: Demo):
    """Plain http from another machine: no service worker, no keys."""
    launch = chromium.launch_options()
    launch["args"] += ["--host-resolver-rules=MAP ovi.test 127.0.0.1"]
    with browser_type.launch(**launch) as browser:
        page = browser.new_page()
        page.goto(f"http://ovi.test:{demo.url.rpartition(':')[2]}/door/")
        expect(page.locator("html")).to_have_attribute("data-ready", "")
        assert page.evaluate("isSecureContext") is False
        expect(page.locator("[data-offline-unavailable]")).not_to_have_attribute("hidden", "")


def face(number: str) -> CardFace:
    """Return how a card looks."""
    return CardFace(number, "Etelä-Karjala", "apua@kaikukortti.example", "05 000 0000")


def cold_start(context: BrowserContext) -> Door:
    """Open the tablet's page in a browser that has just been started; each of its parts has to be there."""
    lost: list[str] = []
    context.on("requestfailed", lambda request: lost.append(request.url) if is_part(request) else None)
    door = Door(context.new_page())
    door.page.goto("/door/")
    door.wait()
    expect(door.page.locator("html")).to_have_attribute("lang", "en")
    assert not lost, lost
    return door


def is_part(request: Request) -> bool:
    """Return whether a request is for a part of the page, and no call to the server."""
    return "/door/api/" not in request.url


def keep_one(door: Door) -> None:
    """See the card welcomed by what the tablet knows alone, and record the visit."""
    door.expect_verdict("welcome")
    door.keep()
    door.leave()
