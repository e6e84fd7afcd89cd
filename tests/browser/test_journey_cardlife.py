"""A card's life at the desk: renewed, replaced, lost without its number, paused, undone; by mouse and by keyboard."""

import re
from collections.abc import Callable
from datetime import date, timedelta

import pytest
from playwright.sync_api import Locator, Page, expect

from tests.browser import keyboard, staff

DAY = timedelta(days=1)


@pytest.fixture
def worker(person: Callable[..., Page]) -> Page:
    """Return the page of a worker."""
    return person("worker")


@pytest.fixture
def old_card(worker: Page, take_card: Callable[[str], str], today: date) -> str:
    """Hand out a card by a paper form of ten days ago; return the address of its page."""
    worker.goto("/cards/new")
    worker.locator("input[name=number]").fill(take_card("stock"))
    worker.get_by_text("Entering a paper form afterwards?").click()
    worker.locator("input[name=handed_out_on]").fill((today - 10 * DAY).isoformat())
    staff.send(worker, form="/cards/new")
    staff.answer(worker, birth_year="1961", postcode="53850", children="1")
    staff.send(worker, form="/cards/new/answers")
    for condition in ("is_client", "is_local", "is_tight"):
        worker.locator(f"input[name={condition}]").check()
    staff.send(worker, form="/cards/new/hand-out")
    worker.wait_for_url(staff.IN_USE)
    return f"/cards/{staff.IN_USE.findall(worker.url)[0]}"


def test_card_is_renewed(worker, old_card):
    worker.goto(old_card)
    worker.get_by_role("link", name="Renew the card").click()
    new_last_day = worker.get_by_role("heading", level=1).inner_text().removeprefix("Renew the card until ")
    expect(worker.locator("input[name=number]")).to_be_hidden()
    worker.get_by_label("A new card").check()
    expect(worker.locator("input[name=number]")).to_be_visible()
    worker.get_by_label("The same card").check()
    worker.locator("input[name=children]").fill("2")
    worker.get_by_label("No company").check()
    worker.get_by_role("button", name="Renew the card").click()
    expect(worker.get_by_role("status")).to_contain_text(f"renewed until {new_last_day}")
    expect(fact(worker, "Last day")).to_have_text(new_last_day)
    expect(fact(worker, "Children")).to_have_text("2")
    expect(worker.get_by_role("row").filter(has_text="Renewed: children")).to_be_visible()


def test_card_is_replaced_by_keyboard_alone(worker, old_card, take_card):
    number, keys = take_card("stock"), worker.keyboard
    worker.goto(old_card)
    last_day = fact(worker, "Last day").inner_text()
    keyboard.tab_to(worker, worker.get_by_role("link", name="Give a new card in place of this one"))
    keys.press("Enter")
    expect(worker.locator("input[name=number]")).to_be_focused()
    keys.type(number)
    keys.press("Enter")
    expect(worker.get_by_role("heading", level=1)).to_have_text("Replace the card?")
    keyboard.tab_to(worker, worker.get_by_role("button", name="Replace the card"))
    keys.press("Enter")
    worker.wait_for_url(staff.IN_USE)
    expect(worker.locator("[data-number]")).to_have_attribute("data-number", number)
    expect(fact(worker, "Last day")).to_have_text(last_day)
    worker.goto(old_card)
    expect(fact(worker, "State")).to_have_text("Replaced")
    expect(fact(worker, "Replaced by").locator("[data-number]")).to_have_attribute("data-number", number)


def test_card_is_renewed_and_then_lost_by_keyboard_alone(worker, old_card):
    keys = worker.keyboard
    worker.goto(old_card)
    keyboard.tab_to(worker, worker.get_by_role("link", name="Renew the card"))
    keys.press("Enter")
    worker.wait_for_url(re.compile("/renew$"))
    keyboard.tab_to(worker, worker.locator("input[name=barrier]:checked"))
    keys.press("ArrowDown")
    keyboard.tab_to(worker, worker.get_by_role("button", name="Renew the card"))
    keys.press("Enter")
    expect(worker.get_by_role("status")).to_contain_text("renewed until")
    worker.goto("/cards/lost/")
    for name, text in {"birth_year": "1961", "postcode": "53850"}.items():
        keyboard.tab_to(worker, worker.locator(f"input[name={name}]"))
        keys.type(text)
    keys.press("Enter")
    keyboard.tab_to(worker, worker.locator("input[name=card_id]").first)
    keys.press("Space")
    keyboard.tab_to(worker, worker.get_by_role("button", name="Block the card"))
    keys.press("Enter")
    expect(fact(worker, "State")).to_have_text("Blocked")


def test_lost_card_is_found_without_its_number_and_replaced(worker, old_card, take_card):
    worker.goto("/cards/")
    worker.get_by_role("link", name="A lost card whose number nobody knows").click()
    worker.locator("input[name=birth_year]").fill("1961")
    worker.locator("input[name=postcode]").fill("53850")
    staff.send(worker, form="/cards/lost/")
    expect(worker.locator("input[name=card_id]:checked")).to_have_count(0)
    worker.locator(f"input[name=card_id][value='{old_card.rpartition('/')[2]}']").check()
    worker.keyboard.press("Enter")
    expect(worker.get_by_role("alert")).to_contain_text("Nothing has been done yet")
    worker.get_by_role("button", name="Block the card").click()
    worker.wait_for_url(re.compile(old_card + "$"))
    expect(fact(worker, "State")).to_have_text("Blocked")
    worker.get_by_role("link", name="Give a new card in place of this one").click()
    worker.locator("input[name=number]").fill(take_card("stock"))
    worker.get_by_role("button", name="Go on").click()
    worker.get_by_role("button", name="Replace the card").click()
    worker.wait_for_url(staff.IN_USE)


@pytest.mark.parametrize("act", ["block", "return"])
def test_enter_never_does_what_cannot_be_taken_back(worker, old_card, act):
    worker.goto(f"{old_card}/{act}")
    if act == "block":
        worker.locator("input[name=reason]").first.check()
        worker.keyboard.press("Enter")
        expect(worker.get_by_role("alert")).to_contain_text("Nothing has been done yet")
        expect(worker.locator("input[name=reason]").first).to_be_checked()
    worker.get_by_role("link", name="Cancel").click()
    worker.wait_for_url(re.compile(old_card + "$"))
    expect(fact(worker, "State")).to_contain_text("In use until")


def test_card_is_paused_and_undone(worker, old_card, today):
    worker.goto(old_card)
    worker.get_by_role("link", name="Pause the card").click()
    worker.locator("input[name=until_on]").fill((today + 11 * DAY).isoformat())
    staff.send(worker, form="")
    expect(fact(worker, "State")).to_contain_text("Paused until")
    worker.get_by_role("link", name="End the pause").click()
    staff.send(worker, form="")
    expect(fact(worker, "State")).to_contain_text("In use until")
    worker.get_by_role("link", name="Undo the handing out").click()
    worker.get_by_role("button", name="Undo the handing out").click()
    worker.wait_for_url(re.compile("/cards/$"))
    expect(worker.get_by_role("status")).to_contain_text("in your stock again")


def test_two_workers_at_one_card(worker, old_card, new_context):
    """The page of one was open while the other renewed: nothing happens twice, and the second one is told."""
    colleague = new_context(storage_state=worker.context.storage_state()).new_page()
    for page in (worker, colleague):
        page.goto(f"{old_card}/renew")
    worker.get_by_role("button", name="Renew the card").click()
    worker.wait_for_url(re.compile(old_card + "$"))
    colleague.get_by_role("button", name="Renew the card").click()
    expect(colleague.get_by_role("heading", level=1)).to_have_text("This cannot be done now")
    expect(colleague.get_by_role("main")).to_contain_text("Somebody else has changed this card")
    assert fact(colleague, "Last day").inner_text() == fact(worker, "Last day").inner_text()


def fact(page: Page, name: str) -> Locator:
    """Return what a page's summary says beside a word."""
    rows = page.locator("main dl > div")
    return rows.filter(has=page.locator("dt", has_text=re.compile(f"^{name}$"))).locator("dd").first
