"""A holder's rights at the desk: who has looked at the card, all that is kept, its erasure; by keyboard too."""

import os
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from tests.browser import staff
from tests.browser.accessibility import check, check_width


@pytest.fixture
def worker(person) -> Page:
    return person("worker")


def _looked_at(page: Page, name: str) -> None:
    """Check a page at three widths; keep its pictures where a folder is named."""
    check(page)
    for width in (360, 768, 1280):
        page.set_viewport_size({"width": width, "height": 900})
        check_width(page)
        if folder := os.environ.get("KAIKU_SCREENSHOTS"):
            page.screenshot(path=str(Path(folder) / f"{name}-{width}.png"), full_page=True)


def test_the_holder_asks_at_the_desk(worker, take_card):
    number = take_card("stock")
    card_page = f"/cards/{staff.hand_out(worker, number, postcode='53850', children='2')}"
    worker.goto(card_page)
    _looked_at(worker, "rights-card")
    worker.get_by_role("link", name="Who has looked at this card").click()
    expect(worker.get_by_role("row").filter(has_text="Opened the card's page").first).to_be_visible()
    _looked_at(worker, "rights-log")
    table = staff.download(worker, worker.get_by_role("link", name="As a table (CSV)"))
    assert b"Opened this log" in table

    worker.goto(card_page)
    worker.get_by_role("link", name="Everything that is kept about this card").click()
    expect(worker.get_by_text("53850")).to_be_visible()
    _looked_at(worker, "rights-kept")
    worker.get_by_label("The last four characters of the number").fill(number[-4:])
    assert number.encode() in staff.download(worker, worker.get_by_role("button", name="For programs (JSON)"))

    worker.goto(card_page)
    worker.get_by_role("link", name="Erase what is kept").focus()
    with worker.expect_navigation():
        worker.keyboard.press("Enter")
    _looked_at(worker, "rights-erase")
    field = worker.get_by_label("The last four characters of the number")
    field.fill(number[-4:])
    with worker.expect_navigation():
        field.press("Enter")
    expect(worker.get_by_role("heading", name="Erase it for good?")).to_be_visible()
    _looked_at(worker, "rights-confirm")
    worker.get_by_role("button", name="Erase what is kept").press("Enter")
    expect(worker.get_by_text("is erased")).to_be_visible()
    _looked_at(worker, "rights-done")
    assert worker.goto(f"{card_page}/erase").status == 409
