"""A place is booked by telephone and stands on the day's list; a unit books for a client and prints the slip."""

import re
from datetime import timedelta

import pytest
from playwright.sync_api import Locator, Page, expect

from tests.browser.accessibility import check, check_width
from tests.browser.keyboard import tab_to
from tests.browser.staff import add_event, hand_out, send

TITLE = "Varauskonsertti"
BOOKED = re.compile(r"/bookings/[0-9a-f]{16}$")


@pytest.fixture
def manager(theatre) -> Page:
    """Return the manager's page of the tests' own theatre."""
    return theatre.manager


def press(page: Page, target: Locator) -> None:
    """Go to a link or a button by Tab and press Enter."""
    tab_to(page, target)
    with page.expect_navigation():
        page.keyboard.press("Enter")


def look(page: Page) -> None:
    check(page)
    for width in (360, 768, 1280):
        page.set_viewport_size({"width": width, "height": 900})
        check_width(page)


def word_of(page: Page) -> str:
    page.wait_for_url(BOOKED)
    return page.locator(".pickup-word").inner_text().lower()


def test_a_booking_by_telephone_stands_on_the_list_of_the_day(manager, take_card, today):
    manager.goto("/venue/bookings/")
    press(manager, manager.locator("main a[href$='/venue/bookings/dates']"))
    look(manager)
    press(manager, manager.locator("main table a").filter(has_text="Huomisen näytös"))
    field = manager.locator("input[name=number]")
    expect(field).to_be_focused()
    number = take_card("active")
    field.fill(number.replace("0", "o").replace("1", "i").lower())
    press(manager, manager.locator("main form .button-row button[type=submit]"))
    word = word_of(manager)
    look(manager)
    assert number not in manager.content()
    manager.goto(f"/venue/bookings/?day={today + timedelta(days=1)}")
    row = manager.locator("main table tr").filter(has_text=word)
    expect(row).to_contain_text("1")
    look(manager)
    press(manager, manager.locator("main a[href*='/venue/bookings/print']"))
    expect(manager.locator(".booked-table")).to_contain_text(word)
    look(manager)
    manager.emulate_media(media="print")
    expect(manager.locator(".masthead")).to_be_hidden()
    expect(manager.locator(".booked-table")).to_be_visible()
    manager.emulate_media(media="screen")


def test_a_unit_books_for_a_client_and_prints_the_slip(manager, person, take_card, today):
    add_event(manager, TITLE, on_day=today + timedelta(days=1), starts="19:00")
    worker = person("worker")
    card = hand_out(worker, take_card("stock"), children="2")
    worker.goto(f"/cards/{card}")
    press(worker, worker.locator(f"main a[href$='/bookings/dates?card={card}']"))
    look(worker)
    worker.locator("input[name=day]").fill((today + timedelta(days=1)).isoformat())
    worker.locator("select[name=venue]").select_option(label="Koeteatteri")
    press(worker, worker.locator("main form button[type=submit]"))
    press(worker, worker.locator("main table a").filter(has_text=TITLE))
    look(worker)
    worker.locator("input[name=children]").fill("3")
    press(worker, worker.locator("main form .button-row button[type=submit]"))
    expect(worker.locator("#children-error")).to_be_visible()
    look(worker)
    worker.locator("input[name=children]").fill("2")
    press(worker, worker.locator("main form .button-row button[type=submit]"))
    word = word_of(worker)
    look(worker)
    press(worker, worker.locator("main a[href$='/slip']"))
    slip = worker.locator(".slip")
    expect(slip).to_contain_text(TITLE)
    expect(slip.locator(".pickup-word")).to_have_text(word)
    look(worker)
    worker.goto("/bookings/")
    expect(worker.locator("main table tr").filter(has_text=TITLE)).to_contain_text(word)
    look(worker)
    manager.goto(f"/venue/bookings/?day={today + timedelta(days=1)}")
    expect(manager.locator("main table tr").filter(has_text=word)).to_contain_text("2")


def test_a_date_that_is_called_off_is_told_to_the_unit(manager, person, take_card, today):
    title = "Peruttu konsertti"
    add_event(manager, title, on_day=today + timedelta(days=1), starts="20:00")
    worker = person("worker")
    card = hand_out(worker, take_card("stock"))
    worker.goto(f"/bookings/dates?card={card}&day={today + timedelta(days=1)}")
    worker.locator("select[name=venue]").select_option(label="Koeteatteri")
    send(worker, form="/bookings/dates")
    worker.locator("main table a").filter(has_text=title).click()
    worker.locator("main form .button-row button[type=submit]").click()
    word_of(worker)
    manager.goto("/venue/programme")
    manager.once("dialog", lambda dialog: dialog.accept())
    manager.locator("main tr").filter(has_text=title).locator("button").click()
    manager.wait_for_url("**/venue/programme")
    worker.goto("/cards/")
    press(worker, worker.locator("main .notice a[href$='/bookings/']"))
    notice = worker.locator("main .notice").filter(has_text=title)
    expect(notice).to_be_visible()
    look(worker)
    press(worker, notice.locator("button"))
    expect(worker.locator("main .notice").filter(has_text=title)).to_have_count(0)
