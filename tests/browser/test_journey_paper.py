"""An evening without a tablet: the list is printed on one page, entered by keyboard afterwards, and in the figures."""

import io
from datetime import date, timedelta

import pytest
from playwright.sync_api import Page, expect
from pypdf import PdfReader

from tests.browser import staff
from tests.browser.accessibility import check, check_width

A4 = (595, 842)  # points
VENUE = "Ratsuväkimuseo"
PLACES = ("number", "adult", "child", "assistant", "interpreter", "worker", "under16")


@pytest.fixture
def cashier(person) -> Page:
    return person("venue_staff", VENUE)


@pytest.fixture
def yesterday(today) -> date:
    return today - timedelta(days=1)


def step(page: Page, value: str) -> None:
    """Press the button of a step and wait for the answer."""
    with page.expect_navigation():
        page.locator(f"button[name=step][value={value}]").press("Enter")


def type_line(page: Page, number: str, *counts: str) -> None:
    """Type a line as a hand scanner and a keyboard do, from its number on, and go to the next line."""
    page.keyboard.type(number)
    page.keyboard.press("Enter")
    for place in range(len(PLACES) - 1):
        page.keyboard.type(counts[place] if place < len(counts) else "")
        page.keyboard.press("Tab")


def look(page: Page) -> None:
    check(page)
    check_width(page)


@pytest.mark.parametrize("language", ["fi", "sv", "en"])
@pytest.mark.parametrize("query", ["", "?event=house"])
def test_empty_list_is_one_page(cashier, new_context, language, query):
    page = new_context(language=language, storage_state=cashier.context.storage_state()).new_page()
    page.goto(f"/venue/paper/print{query}")
    expect(page.locator("[data-print]")).to_be_visible()
    printed = PdfReader(io.BytesIO(page.pdf(prefer_css_page_size=True, print_background=True)))
    assert [(round(side.mediabox.width), round(side.mediabox.height)) for side in printed.pages] == [A4]
    assert "Kaikukortti ·" in printed.pages[0].extract_text()


def test_list_of_an_evening_with_the_longest_words_is_one_page(person, new_context, today):
    manager = person("venue_manager", VENUE)
    title = "Pitkästä aikaa " * 10
    staff.add_event(manager, title.strip(), on_day=today + timedelta(days=1))
    page = new_context(storage_state=manager.context.storage_state()).new_page()
    page.goto("/venue/paper/print")
    page.locator("button[name=text_size][value=largest]").click()
    expect(page.locator("html")).to_have_attribute("data-text-size", "largest")
    event = page.locator("select[name=event] option", has_text="Pitkästä").get_attribute("value")
    page.goto(f"/venue/paper/print?event={event}")
    printed = PdfReader(io.BytesIO(page.pdf(prefer_css_page_size=True, print_background=True)))
    assert len(printed.pages) == 1 and "Pitkästä aikaa" in printed.pages[0].extract_text()


def test_three_lines_by_keyboard_are_in_the_figures_of_their_day(cashier, take_card, yesterday):
    page, numbers = cashier, [take_card("active"), take_card("active_with_children"), take_card("community")]
    before = staff.evening(page, on_day=yesterday)["Total"]["Uses"]
    page.goto(f"/venue/paper?day={yesterday.isoformat()}")
    page.locator(".action-link").last.press("Enter")
    page.wait_for_url("**/lines?*")
    page.locator("input[name=lines-0-number]").focus()
    type_line(page, numbers[0].lower(), "1")
    type_line(page, numbers[1], "1", "1", "1")
    type_line(page, numbers[2], "", "", "", "", "2", "3")
    expect(page.locator("input[name=lines-3-number]")).to_be_focused()
    step(page, "check")
    expect(page.locator(".paper-result")).to_have_count(3)
    expect(page.locator(".badge-success")).to_have_count(3)
    assert staff.evening(page.context.new_page(), on_day=yesterday)["Total"]["Uses"] == before
    step(page, "enter")
    page.wait_for_url("**/entered/**")
    assert [number for number in numbers if number in page.content()] == []
    assert staff.evening(page, on_day=yesterday)["Total"]["Uses"] == before + 1 + 2 + 5


def test_hint_says_what_is_wrong_while_it_is_typed(cashier, yesterday):
    cashier.goto(f"/venue/paper/lines?day={yesterday.isoformat()}")
    field = cashier.locator("input[name=lines-0-number]")
    field.fill("EK12")
    field.press("Enter")
    expect(cashier.locator("#lines-0-number-live")).to_contain_text("4 of 11")
    expect(cashier.locator("input[name=lines-0-adult]")).to_be_focused()
    expect(cashier.locator("#lines-1-number-live")).to_be_empty()


@pytest.mark.parametrize("screen", [(320, "fi"), (768, "sv"), (1280, "en")])
def test_each_step_is_accessible(cashier, new_context, take_card, yesterday, screen):
    width, language = screen
    options = {"viewport": {"width": width, "height": 900}, "color_scheme": "dark" if width == 768 else "light"}
    page = new_context(language=language, storage_state=cashier.context.storage_state(), **options).new_page()
    number, lines = take_card("active"), f"/venue/paper/lines?day={yesterday.isoformat()}"
    for address in ("/venue/paper?day=2099-01-01", "/venue/paper/print", lines):
        page.goto(address)
        look(page)
    for place, (code, adults) in enumerate([(number, "1"), (number, "1"), ("EK3F8M2X9T7", "1"), ("VANTAA-17", "x")]):
        page.locator(f"input[name=lines-{place}-number]").fill(code)
        page.locator(f"input[name=lines-{place}-adult]").fill(adults)
    step(page, "check")
    expect(page.locator("[data-error-summary]")).to_be_focused()
    look(page)
    page.locator("input[name=lines-3-adult]").fill("1")
    step(page, "check")
    expect(page.locator("input[name=lines-1-choice]")).to_have_count(2)
    look(page)
    step(page, "enter")
    look(page)
    page.locator("input[name=lines-2-number]").fill("")
    page.locator("input[name=lines-2-adult]").fill("")
    step(page, "check")
    step(page, "enter")
    page.wait_for_url("**/entered/**")
    look(page)


def test_coordinator_enters_for_a_venue(person, take_card, today):
    page, old = person("coordinator"), today - timedelta(days=45)
    page.goto("/partners/")
    page.locator("a[href='/area/paper']").click()
    look(page)
    page.locator("main a[href^='/area/paper/']").first.click()
    page.locator("input[name=day]").fill(old.isoformat())
    page.locator("main form button").click()
    page.locator(".action-link").last.click()
    page.locator("input[name=lines-0-number]").fill(take_card("active"))
    page.locator("input[name=lines-0-adult]").fill("1")
    step(page, "check")
    step(page, "enter")
    page.wait_for_url("**/area/paper/*/entered/**")
    look(page)
