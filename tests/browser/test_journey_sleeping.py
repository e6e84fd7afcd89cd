"""Unused cards and renewals: a mark and a first use, several cards renewed by keyboard, camera and without script."""

from collections.abc import Callable
from datetime import date, timedelta

import pytest
from playwright.sync_api import BrowserContext, Page, expect

from tests.browser import staff
from tests.browser.door import Door
from tests.browser.keyboard import tab_to

LINES = ".card-line"


@pytest.fixture
def worker(person: Callable[..., Page]) -> Page:
    """Return the page of a worker."""
    return person("worker")


def test_unused_card_is_talked_about_and_leaves_the_list_at_its_first_use(worker, door, take_card, today):
    number = take_card("stock")
    enter_paper_form(worker, number, handed_out_on=today - timedelta(days=30))
    worker.goto("/cards/")
    tab_to(worker, worker.get_by_role("main").get_by_role("link", name="Unused cards"))
    worker.keyboard.press("Enter")
    line = worker.locator(LINES).filter(has=worker.locator(f"[data-number={number}]"))
    expect(line).to_be_visible()

    tab_to(worker, line.get_by_role("button", name="Talked about it"))
    worker.keyboard.press("Enter")
    expect(line).to_contain_text("Talked about it today")
    expect(worker.locator(LINES).last).to_contain_text("Talked about it")
    tab_to(worker, line.get_by_role("button", name="Remove the mark"))
    worker.keyboard.press("Enter")
    expect(line).not_to_contain_text("today")

    first_use(door, number)
    worker.reload()
    expect(worker.get_by_role("heading", level=1)).to_have_text("Unused cards")
    expect(line).to_have_count(0)


def test_several_cards_are_renewed_by_keyboard_alone(worker):
    soon, ended, *_ = due(worker)
    keys = worker.keyboard
    tab_to(worker, worker.get_by_role("link", name="Renew several cards"))
    keys.press("Enter")
    tab_to(worker, worker.get_by_label("Next card"))
    for number, told in ((soon, "1 card in the list."), (ended, "2 cards in the list."), (soon, "in the list already")):
        keys.type(number.lower())  # as a hand scanner types: the symbols and Enter
        keys.press("Enter")
        expect(worker.locator("[data-card-count]")).to_contain_text(told)
        expect(worker.get_by_label("Next card")).to_be_focused()
    keys.type("EK12")
    keys.press("Enter")
    expect(worker.locator("#numbers")).to_have_value(f"{soon}\n{ended}\n")
    tab_to(worker, worker.locator("#numbers"))
    keys.press("Control+End")
    keys.type("EK12")
    tab_to(worker, worker.get_by_role("button", name="Check the cards"))
    keys.press("Enter")
    expect(worker.get_by_role("heading", level=1)).to_have_text("2 cards can be renewed")
    expect(worker.locator(LINES).last).to_contain_text("Is left out")
    tab_to(worker, worker.get_by_role("button", name="Renew 2 cards"))
    keys.press("Enter")
    expect(worker.get_by_role("heading", level=1)).to_have_text("2 cards renewed")
    assert not {soon, ended} & set(due(worker))


def test_several_cards_are_renewed_without_script(worker, new_context):
    plain = new_context(
        storage_state=worker.context.storage_state(), java_script_enabled=False, language="en"
    ).new_page()
    number = due(plain)[0]
    plain.goto("/renewals/cards")
    expect(plain.get_by_label("Next card")).to_be_hidden()
    plain.locator("#numbers").fill(f"{number}\nEK12")
    staff.send(plain, form="/renewals/cards")
    plain.get_by_role("button", name="Change the list").click()
    expect(plain.locator("#numbers")).to_have_value(f"{number}\nEK12")
    staff.send(plain, form="/renewals/cards")
    staff.send(plain, form="/renewals/done")
    expect(plain.get_by_role("heading", level=1)).to_have_text("1 card renewed")
    plain.goto("/sleeping/")
    plain.get_by_role("button", name="Talked about it").first.click()
    expect(plain.get_by_text("Talked about it today").first).to_be_visible()


def test_camera_reads_one_card_after_the_other_into_the_list(worker, tablet, camera_clip):
    number = due(worker)[0]
    worker.locator(f"[data-number={number}]").click()
    picture = worker.request.get(f"{worker.url}/card.png").body()
    page = tablet(camera_clip(picture)).new_page()
    page.context.add_cookies(worker.context.cookies())
    page.goto("/renewals/cards")
    page.get_by_role("button", name="Read with the camera").click()
    expect(page.locator("#numbers")).to_have_value(f"{number}\n")
    expect(page.get_by_role("button", name="Close the camera")).to_be_visible()


def due(page: Page) -> list[str]:
    """Open the renewals and return the numbers of the cards that end next, then those that have ended."""
    page.goto("/renewals/")
    read = "numbers => numbers.map((number) => number.dataset.number)"
    ended: list[str] = page.locator("section[aria-labelledby=ended] [data-number]").evaluate_all(read)
    every: list[str] = page.locator(f"{LINES} [data-number]").evaluate_all(read)
    coming = [number for number in every if number not in ended]
    assert coming and ended, "the demo's unit has some of each"
    return [coming[0], ended[0], *coming[1:], *ended[1:]]


def enter_paper_form(worker: Page, number: str, *, handed_out_on: date) -> None:
    """Enter what was written on paper when the card was handed out."""
    worker.goto("/cards/new")
    worker.locator("input[name=number]").fill(number)
    field = worker.locator("input[name=handed_out_on]")
    field.evaluate("field => { field.closest('details').open = true; }")
    field.fill(handed_out_on.isoformat())
    staff.send(worker, form="/cards/new")
    staff.answer(worker)
    staff.send(worker, form="/cards/new/answers")
    for condition in ("is_client", "is_local", "is_tight"):
        worker.locator(f"input[name={condition}]").check()
    staff.send(worker, form="/cards/new/hand-out")


def first_use(door: Door, number: str) -> None:
    """Register one adult at the door."""
    door.type(number)
    door.expect_verdict("welcome")
    door.register()


def test_lists_print_on_paper_without_buttons(worker, new_context: Callable[..., BrowserContext]):
    page = new_context(storage_state=worker.context.storage_state()).new_page()
    for address in ("/sleeping/", "/renewals/"):
        page.goto(address)
        page.emulate_media(media="print")
        expect(page.locator(".paper-box").first).to_be_visible()
        expect(page.locator("main button:visible, main .button:visible")).to_have_count(0)
        page.emulate_media(media="screen")
        expect(page.locator(".paper-box").first).to_be_hidden()
