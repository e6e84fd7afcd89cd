"""A manager takes the programme along, edits the table, takes it in again; sets a limit. By keyboard, but for files."""

import csv
import io
from datetime import date, timedelta

import pytest
from icalendar import Calendar
from playwright.sync_api import Locator, Page, expect

from tests.browser.accessibility import check, check_width
from tests.browser.keyboard import tab_to

PAGE = "/venue/programme/files"
TITLE = "Ulkoilmakonsertti"


@pytest.fixture
def manager(person) -> Page:
    return person("venue_manager")


@pytest.fixture
def day() -> date:
    return date.today() + timedelta(days=40)


def press(page: Page, target: Locator) -> None:
    """Go to a link or a button by Tab and press Enter."""
    tab_to(page, target)
    with page.expect_navigation():
        page.keyboard.press("Enter")


def send(page: Page, data: bytes, name: str) -> None:
    page.goto(PAGE)
    page.locator("main input[type=file]").set_input_files({"name": name, "mimeType": "text/plain", "buffer": data})
    press(page, page.locator("main form[enctype] button[type=submit]"))


def take_along(page: Page, ending: str) -> bytes:
    page.goto(PAGE)
    with page.expect_download() as download:
        tab_to(page, page.locator(f"main a[href$='.{ending}']"))
        page.keyboard.press("Enter")
    return download.value.path().read_bytes()


def look(page: Page) -> None:
    check(page)
    for width in (360, 1280):
        page.set_viewport_size({"width": width, "height": 900})
        check_width(page)


def test_a_table_comes_in_goes_out_and_comes_back_changed(manager, day):
    rows = f"title_fi;starts;place\n{TITLE};{day} 18:00;Puisto\n{TITLE};{day + timedelta(days=1)} 18:00;Puisto\n;x;\n"
    manager.goto(PAGE)
    look(manager)
    send(manager, rows.encode(), "ohjelma.csv")
    found = manager.locator("main table tbody tr")
    expect(found).to_have_count(3)
    expect(found.filter(has_text=TITLE)).to_have_count(2)
    look(manager)
    press(manager, manager.locator("main form[action$='/confirm'] button"))
    manager.wait_for_url("**/venue/programme")

    table = list(csv.DictReader(io.StringIO(take_along(manager, "csv").decode("utf-8-sig")), delimiter=";"))
    mine = [row for row in table if row["title_fi"] == TITLE]
    assert [row["place"] for row in mine] == ["Puisto", "Puisto"]
    mine[1]["place"] = "Sali"
    text = io.StringIO()
    writer = csv.DictWriter(text, table[0], delimiter=";")
    writer.writeheader()
    writer.writerows(table)
    send(manager, text.getvalue().encode(), "ohjelma.csv")
    expect(manager.locator("main .badge-good")).to_have_count(1)
    press(manager, manager.locator("main form[action$='/confirm'] button"))
    entries = Calendar.from_ical(take_along(manager, "ics")).walk("VEVENT")
    assert sorted(str(one["location"]) for one in entries if str(one["summary"]) == TITLE) == ["Puisto", "Sali"]


def test_a_file_that_is_none_is_answered_beside_its_field(manager):
    send(manager, b"%PDF-1.7", "ohjelma.ics")
    expect(manager.locator("main .field-error")).to_be_visible()
    look(manager)


def test_a_limit_is_set_and_removed(manager):
    manager.goto("/venue/place/")
    press(manager, manager.locator("main a[href$='/limits']"))
    look(manager)
    field = manager.locator("main input[name=most]")
    tab_to(manager, field)
    field.fill("2")
    tab_to(manager, manager.locator("input[name=per]:checked"))
    manager.keyboard.press("ArrowDown")
    press(manager, manager.locator("main form:not([action]) button[type=submit]"))
    rows = manager.locator("main table tbody tr")
    expect(rows).to_have_count(1)
    look(manager)
    press(manager, rows.locator("button"))
    expect(rows).to_have_count(0)
