"""A manager plans a weekly series with a number of places, by keyboard alone, and calls off one of its evenings."""

from datetime import date, timedelta

import pytest
from playwright.sync_api import Locator, Page, expect

from tests.browser.accessibility import check, check_width
from tests.browser.keyboard import tab_to

TITLE = "Avoin laulupiiri"


@pytest.fixture
def manager(person) -> Page:
    return person("venue_manager")


@pytest.fixture
def tuesday() -> date:
    """Return a Tuesday that is two weeks away or a little more."""
    day = date.today() + timedelta(days=14)
    return day + timedelta(days=(1 - day.weekday()) % 7)


def write(page: Page, name: str, text: str) -> None:
    """Go to a field by Tab and write into it."""
    field = page.locator(f"main [name={name}]").first
    tab_to(page, field)
    field.fill(text)


def press(page: Page, target: Locator) -> None:
    """Go to a link or a button by Tab and press Enter."""
    tab_to(page, target)
    with page.expect_navigation():
        page.keyboard.press("Enter")


def add_event(page: Page, day: date) -> None:
    page.goto("/venue/programme")
    write(page, "title_fi", TITLE)
    write(page, "on_day", day.isoformat())
    write(page, "starts", "18:00")
    write(page, "ends", "19:30")
    press(page, page.locator("main form:not([action]) button[type=submit]"))


def add_series(page: Page, day: date) -> None:
    tab_to(page, page.locator("input[name=weekdays][value='1']"))
    page.keyboard.press("Space")
    write(page, "starts", "18:00")
    write(page, "ends", "19:30")
    write(page, "first_on", day.isoformat())
    write(page, "until_on", (day + timedelta(weeks=5)).isoformat())
    write(page, "left_out", f"{day + timedelta(weeks=2):%d.%m.%Y}")
    press(page, page.locator("main form button[type=submit]"))


def test_a_weekly_series_with_a_number_of_places(manager, tuesday):
    add_event(manager, tuesday)
    opener = manager.locator("main table a").filter(has_text=TITLE).first
    if not opener.is_visible():
        tab_to(manager, manager.locator("main details summary").first)
        manager.keyboard.press("Enter")
    press(manager, opener)
    press(manager, manager.locator("a.back-link"))
    event = manager.url
    press(manager, manager.locator("main a[href$='/series']"))
    check(manager)
    add_series(manager, tuesday)
    rows = manager.locator("main table tbody tr")
    expect(rows).to_have_count(5)
    press(manager, rows.first.locator("a"))
    press(manager, manager.locator("main a[href$='/places']"))
    tab_to(manager, manager.locator("input[name=limit]:checked"))
    manager.keyboard.press("ArrowDown")
    write(manager, "number", "6")
    tab_to(manager, manager.locator("input[name=and_later]"))
    manager.keyboard.press("Space")
    check(manager)
    press(manager, manager.locator("main form button[type=submit]"))
    check(manager)
    manager.goto(event)
    expect(rows.filter(has_text="6")).to_have_count(5)
    press(manager, rows.nth(1).locator("a"))
    manager.once("dialog", lambda dialog: dialog.accept())
    button = manager.locator("main form[action$='/cancel'] button")
    tab_to(manager, button)
    manager.keyboard.press("Enter")
    manager.wait_for_url("**/venue/programme")
    manager.goto(event)
    expect(manager.locator("main tbody .badge")).to_have_count(1)
    expect(rows.nth(1).locator(".badge")).to_have_count(1)
    check(manager)
    check_width(manager)
