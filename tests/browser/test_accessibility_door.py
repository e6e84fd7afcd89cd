"""The tablet's screens pass axe in three languages and fit: ready, each verdict, recorded, undone, events, waiting."""

from collections.abc import Callable, Iterator
from typing import Any

import pytest
from playwright.sync_api import Page, expect

from tests.browser.accessibility import check, check_width, double_text
from tests.browser.door import Door

SCREENS: dict[str, dict[str, Any]] = {
    "fi": {"viewport": {"width": 820, "height": 1180}},
    "sv": {"viewport": {"width": 320, "height": 640}, "color_scheme": "dark"},
    "en": {"viewport": {"width": 1280, "height": 800}},
}
READINGS = {
    "active": "welcome",
    "active_with_children": "counts",
    "community": "counts",
    "KUO-2231": "check",
    "expired": "not-now",
    "blocked": "not-now",
    "stock": "not-now",
}


@pytest.fixture(scope="module", params=SCREENS)
def door(request, open_context, theatre) -> Iterator[Door]:
    """Open the tablet's page in the language and on the screen of this run."""
    screen = SCREENS[request.param]
    with open_context(language=request.param, storage_state=theatre.tablet, **screen) as context:
        yield Door.open(context)


def look(page: Page) -> None:
    """Check the screen as it stands."""
    check(page)
    check_width(page)


def test_ready_and_its_sheets(door):
    look(door.page)
    door.type("EKU3F8M2X9T")
    expect(door.page.locator("[data-number-hint] mark")).to_be_visible()
    look(door.page)
    door.open_picker()
    look(door.page)
    door.leave()
    door.page.locator("[data-open=waiting]").click()
    look(door.page)
    door.leave()


@pytest.mark.parametrize("light", ["bright", "dark", "auto"])
def test_settings_todays_list_and_a_verdict_in_every_light(light, door, take_card):
    door.page.locator("[data-open=settings]").click()
    door.page.locator(f"[data-light-choice={light}]").click()
    # Between two lights the buttons fade over.
    door.page.evaluate("Promise.allSettled(document.getAnimations().map((fading) => fading.finished)).then(() => true)")
    look(door.page)
    door.leave()
    look(door.page)
    door.type(take_card("active"))
    door.expect_verdict("welcome")
    look(door.page)
    door.register()
    look(door.page)
    door.leave()
    door.page.locator("[data-open=today]").click()
    expect(door.page.locator("[data-today-undo]").first).to_be_visible()
    look(door.page)
    door.leave()
    for reading, verdict in (("KUO-2231", "check"), (take_card("expired"), "not-now")):
        door.type(reading)
        door.expect_verdict(verdict)
        look(door.page)
        door.leave()


@pytest.mark.parametrize("reading", READINGS)
def test_verdict(reading, door, take_card):
    door.type(take_card(reading) if reading.islower() else reading)
    door.expect_verdict(READINGS[reading])
    look(door.page)
    door.leave()


def test_fault_is_nobodys_shame(door, take_card):
    door.page.locator("[data-number]").blur()
    door.scan(take_card("active")[:-1] + "U")
    door.expect_verdict("technical")
    look(door.page)
    door.leave()


def test_recorded_waiting_undone_and_already_there(door, take_card):
    card = take_card("active_with_children")
    door.type(card)
    door.expect_verdict("counts")
    door.add("child")
    door.register()
    look(door.page)
    door.undo()
    look(door.page)
    door.leave()
    door.wire.mode = "cut"
    door.type(card)
    door.expect_verdict("counts")
    door.keep()
    door.leave()
    look(door.page)
    door.page.locator("[data-open=waiting]").click()
    expect(door.page.locator("[data-waiting-list] li")).to_be_visible()
    look(door.page)
    door.come_online()
    expect(door.page.locator("[data-waiting-list] li")).to_have_count(0)
    door.leave()
    door.type(card)
    door.expect_verdict("already")
    look(door.page)
    door.leave()


@pytest.mark.parametrize("language", SCREENS)
def test_strange_tablet_and_its_enrolment(language, new_context: Callable[..., Any]):
    page = new_context(language=language, **SCREENS[language]).new_page()
    page.goto("/door/")
    expect(page.locator("[data-enrol-link]")).to_be_visible()
    look(page)
    page.goto("/door/enrol")
    expect(page.locator("html")).to_have_attribute("data-ready", "")
    page.locator("[data-enrol-submit]").click()
    expect(page.locator("[data-code-problem]")).to_be_visible()
    look(page)
    page.locator("[data-enrol-code]").fill("0" * 16)
    page.locator("[data-enrol-name]").fill("Kassa")
    page.locator("[data-enrol-submit]").click()
    expect(page.locator("[data-enrol-fault]")).to_be_visible()
    look(page)


@pytest.mark.parametrize("height", [1180, 700])
def test_verdict_bears_text_of_twice_the_size(height, new_context, theatre, take_card):
    context = new_context(language="fi", storage_state=theatre.tablet, viewport={"width": 820, "height": height})
    door = Door.open(context)
    double_text(door.page)
    door.page.reload()
    door.wait()
    check_width(door.page)
    door.type(take_card("active_with_children"))
    door.expect_verdict("counts")
    check_width(door.page)
    # Everything can be reached, and what is pressed is not covered by anything.
    door.counter("interpreter").locator("[data-by='1']").click()
    door.register()
