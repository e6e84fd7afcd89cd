"""A unit plans a visit as a group by keyboard, the venue says welcome, another unit sees that there is company."""

from datetime import date, timedelta

import pytest
from playwright.sync_api import Page, expect

from tests.browser import staff
from tests.browser.accessibility import check, check_width
from tests.browser.keyboard import tab_to

TITLE, WITH_COMPANY = "Ryhmien ilta", "Seuran ilta"


@pytest.fixture
def manager(person) -> Page:
    return person("venue_manager")


@pytest.fixture
def worker(person) -> Page:
    return person("worker")


def write(page: Page, name: str, text: str) -> None:
    """Go to a field by Tab and write into it."""
    field = page.locator(f"main [name={name}]").first
    tab_to(page, field)
    field.fill(text)


def open_date(page: Page, title: str, day: date) -> None:
    """Find the date in the list of dates and open it."""
    page.goto(f"/groups/dates?day={day.isoformat()}")
    page.locator("main").get_by_role("link", name=title).first.click()
    expect(page.locator("#group")).to_be_visible()


def test_a_group_is_planned_and_welcomed(manager, worker):
    day = date.today() + timedelta(days=5)
    staff.add_event(manager, TITLE, on_day=day, starts="18:00")
    open_date(worker, TITLE, day)
    check(worker)
    check_width(worker)
    write(worker, "workers", "1")
    write(worker, "under16", "4")
    write(worker, "own_cards", "2")
    tab_to(worker, worker.locator("input[name=needs]").first)
    worker.keyboard.press("Space")
    tab_to(worker, worker.locator("main section[aria-labelledby=group] button[type=submit]"))
    with worker.expect_navigation():
        worker.keyboard.press("Enter")
    line = worker.locator("main tr", has_text=TITLE)
    expect(line).to_contain_text("4")
    check(worker)
    check_width(worker)

    manager.goto("/venue/groups/")
    expect(manager.locator("main")).to_contain_text(TITLE)
    check(manager)
    check_width(manager)
    with manager.expect_navigation():
        manager.locator("main form[action$='/accept'] button").first.click()
    word = manager.locator("main section[aria-labelledby=coming] strong").first.inner_text()

    worker.goto("/groups/")
    expect(worker.locator("main tr", has_text=TITLE)).to_contain_text(word)


def test_company_is_wished(manager, worker):
    day = date.today() + timedelta(days=6)
    staff.add_event(manager, WITH_COMPANY, on_day=day, starts="17:00")
    open_date(worker, WITH_COMPANY, day)
    write(worker, "people", "2")
    tab_to(worker, worker.locator("main form[action$='/company'] button[type=submit]"))
    with worker.expect_navigation():
        worker.keyboard.press("Enter")
    expect(worker.locator("main [name=people]")).to_have_value("2")
    worker.goto(f"/groups/dates?day={day.isoformat()}")
    check(worker)
    check_width(worker)
