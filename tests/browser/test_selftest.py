"""Ready for tonight: each part is tried as it will be used; what the browser threw away is fetched again by one tap."""

import io
from collections.abc import Callable
from typing import Any

import pytest
from PIL import Image
from playwright.sync_api import BrowserContext, Locator, Page, expect

from tests.browser import staff
from tests.browser.accessibility import check, check_width
from tests.browser.door import Door
from tests.browser.outage import enrol_by_page
from tests.browser.test_offline_outbox import empty_storage

LINES = ["network", "list", "queue", "camera", "sound", "storage", "page", "clock"]
SCREENS: dict[str, dict[str, Any]] = {
    "fi": {"viewport": {"width": 320, "height": 640}, "color_scheme": "dark"},
    "sv": {"viewport": {"width": 1180, "height": 820}},
    "en": {"viewport": {"width": 820, "height": 1180}},
}


@pytest.fixture
def enrolled(theatre) -> Callable[[BrowserContext], Door]:
    """Return a function that enrols a tablet of the theatre in a context."""

    def enrol(context: BrowserContext) -> Door:
        code = staff.plan_tablet(theatre.manager).partition("#")[2]
        return enrol_by_page(context.new_page(), code)

    return enrol


def run(page: Page) -> None:
    """Open the sheet and test."""
    page.locator("[data-open=selftest]").click()
    page.locator("[data-selftest-run]").click()
    expect(page.locator("[data-test]")).to_have_count(len(LINES))


def line(page: Page, name: str) -> Locator:
    """Return a line of the test."""
    return page.locator(f"[data-test={name}]")


def open_lines(page: Page) -> list[str]:
    """Return the lines that something is to be put right in."""
    return [found.get_attribute("data-test") or "" for found in page.locator("[data-good=false]").all()]


def test_all_in_order_is_told_to_the_manager(tablet, camera_clip, enrolled):
    nothing = io.BytesIO()
    Image.new("RGB", (1000, 630), "white").save(nothing, "PNG")
    context = tablet(camera_clip(nothing.getvalue()))
    door = enrolled(context)
    page = door.page
    inspector = context.new_cdp_session(page)
    place = inspector.send("Target.getTargetInfo")["targetInfo"]["browserContextId"]
    granted = {"permissions": ["durableStorage", "videoCapture"], "browserContextId": place}
    inspector.send("Browser.grantPermissions", granted)
    with page.expect_response("**/door/api/status?waiting=0&tested=*") as told:
        run(page)
        assert open_lines(page) == []
    assert told.value.status == 200
    expect(page.locator("[data-selftest-say]")).to_have_text("All in order. Ready for tonight.")
    page.keyboard.press("Escape")
    page.locator("[data-open=selftest]").click()
    expect(page.locator("[data-selftest-last]")).to_contain_text("all in order")


def test_what_the_browser_threw_away_is_fetched_again_by_one_tap(enrolled, new_context, take_card):
    door = enrolled(new_context())
    page = door.page
    empty_storage(page)
    page.reload()
    door.wait()
    run(page)
    assert "list" in open_lines(page)
    expect(line(page, "list")).to_contain_text("The browser has thrown away the list.")
    page.locator("[data-selftest-mend]").click()
    expect(line(page, "list")).to_have_attribute("data-good", "true")
    page.keyboard.press("Escape")
    expect(page.locator("[data-evicted]")).to_be_hidden()
    door.type(take_card("active"))
    door.expect_verdict("welcome")


def test_without_a_network_each_line_says_what_to_do(enrolled, new_context):
    context = new_context()
    door = enrolled(context)
    page = door.page
    context.set_offline(True)
    run(page)
    assert "network" in open_lines(page) and "list" not in open_lines(page)
    for name in open_lines(page):
        expect(line(page, name).locator(".selftest-step")).not_to_be_empty()
    context.set_offline(False)
    page.locator("[data-selftest-run]").click()
    expect(line(page, "network")).to_have_attribute("data-good", "true")


def test_a_silent_speaker_is_crossed_out_and_stops_nobody(enrolled, new_context):
    context = new_context()
    context.add_init_script("window.AudioContext = class { constructor() { throw new Error('no speaker'); } };")
    door = enrolled(context)
    run(door.page)
    sound = line(door.page, "sound")
    expect(sound).to_have_attribute("data-good", "false")
    expect(sound.locator(".mark-silent")).to_be_visible()


@pytest.mark.parametrize("language", SCREENS)
def test_the_sheet_passes_axe(language, new_context, theatre):
    context = new_context(language=language, storage_state=theatre.tablet, **SCREENS[language])
    door = Door.open(context)
    door.page.locator("[data-open=selftest]").click()
    check(door.page)
    door.page.locator("[data-selftest-run]").click()
    expect(door.page.locator("[data-test]")).to_have_count(len(LINES))
    check(door.page)
    check_width(door.page)
