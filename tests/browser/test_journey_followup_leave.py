"""A client lets a worker see the use of the card, sees the look, and takes the leave back in another browser."""

import re
from datetime import UTC, datetime

import pytest
from playwright.sync_api import Page, expect

from tests import factories
from tests.browser.accessibility import check, check_width
from tests.browser.keyboard import tab_to
from tests.browser.staff import IN_USE, answer, send

UNIT = "Aikuissosiaalityö"  # the demo's one unit with episodes
EPISODE = re.compile(r"/followup/episodes/\d+$")
STRIP = ".change-strip .change-day"


@pytest.fixture
def worker(person) -> Page:
    """Return the page of a worker of the unit that has episodes."""
    return person("worker", UNIT)


def look(page: Page) -> None:
    check(page)
    for width in (360, 768, 1280):
        page.set_viewport_size({"width": width, "height": 900})
        check_width(page)


def press(page: Page, words: str) -> None:
    """Go to a link or a button by Tab and press Enter."""
    target = (
        page.locator("main").get_by_role("link", name=words).or_(page.locator("main").get_by_role("button", name=words))
    )
    tab_to(page, target.first)
    with page.expect_navigation():
        page.keyboard.press("Enter")


def hand_out(page: Page, number: str) -> int:
    """Hand out a stock card, which may have been printed for another unit; return the card's id."""
    page.goto("/cards/new")
    page.locator("input[name=number]").fill(number)
    send(page, form="/cards/new")
    if page.locator("button[name=accepts_other_unit]").count():
        send(page, form="/cards/new")
    answer(page)
    send(page, form="/cards/new/answers")
    for condition in ("is_client", "is_local", "is_tight"):
        page.locator(f"input[name={condition}]").check()
    send(page, form="/cards/new/hand-out")
    page.wait_for_url(IN_USE)
    return int(IN_USE.findall(page.url)[0])


def make_key(page: Page, card_id: int) -> str:
    """Make the holder's own key at the desk and read it off the paper."""
    page.goto(f"/cards/{card_id}/own-key")
    with page.expect_navigation():
        page.locator("main button[value=en]").click()
    return page.locator(".own-paper-key").inner_text()


def open_card(page: Page, number: str, key: str) -> None:
    """Type number and key as the holder does."""
    page.goto("/own/?reading=en")
    page.locator("input[name=number]").fill(number)
    page.locator("input[name=key]").fill(key)
    page.locator("main form .button-primary").click()
    page.wait_for_url(re.compile(r"/own/card"))


def start_episode(page: Page) -> str:
    page.goto("/followup/episodes/")
    look(page)
    press(page, "Start an episode")
    look(page)
    page.locator("input[name=service]").first.check()
    press(page, "Start the episode")
    page.wait_for_url(EPISODE)
    look(page)
    return page.url


def visit(tablet, number: str) -> None:
    body = factories.scan_body(number, occurred=datetime.now(UTC))
    answer = tablet.request.post("/door/api/scans", data={"items": [body]})
    assert answer.json()["answers"][0]["result"] == "accepted", answer.text()


def agree(page: Page) -> None:
    """Choose as the client and agree: everything, and the earlier day too."""
    page.locator("input[name=scope][value=timeline]").check()
    page.locator("details.hint-details summary").click()
    page.locator("input[name=earlier]").first.check()
    look(page)
    press(page, "I agree")
    expect(page.locator("#is_of_age-error")).to_be_visible()
    look(page)
    page.locator("input[name=is_of_age]").check()
    press(page, "I agree")
    page.wait_for_url(EPISODE)


def test_leave_is_given_looked_through_and_taken_back(worker, new_context, theatre, take_card):
    number = take_card("stock")
    key = make_key(worker, hand_out(worker, number))
    visit(new_context(storage_state=theatre.tablet), number)
    episode = start_episode(worker)
    press(worker, "Tell the client about it")
    expect(worker.get_by_role("link", name="The client opens the own card")).to_be_visible()
    look(worker)
    open_card(worker, number, key)
    worker.goto(f"{episode}/leave")
    look(worker)
    press(worker, "I do not want this")
    worker.wait_for_url("**/followup/episodes/")
    worker.goto(f"{episode}/leave")
    agree(worker)
    press(worker, "Look at the use")
    expect(worker.locator(STRIP)).to_have_count(1)
    expect(worker.locator(".caution")).to_be_visible()
    look(worker)

    holder = new_context().new_page()
    open_card(holder, number, key)
    holder.goto("/own/shared")
    expect(holder.locator("table tbody tr")).to_have_count(1)
    look(holder)
    press(holder, "Stop showing")
    expect(holder.get_by_role("status").filter(has_text="The link has been deleted.")).to_be_visible()
    look(holder)

    worker.evaluate("document.dispatchEvent(new Event('visibilitychange'))")
    worker.wait_for_url(EPISODE)
    expect(worker.locator("main")).to_contain_text("Nothing is shown.")
    worker.goto(f"{episode}/change")
    expect(worker.locator(STRIP)).to_have_count(0)
    look(worker)


def test_a_worker_takes_back_and_the_way_back_shows_nothing(worker, new_context, theatre, take_card):
    number = take_card("stock")
    key = make_key(worker, hand_out(worker, number))
    visit(new_context(storage_state=theatre.tablet), number)
    episode = start_episode(worker)
    open_card(worker, number, key)
    worker.goto(f"{episode}/leave")
    agree(worker)
    press(worker, "Look at the use")
    expect(worker.locator(STRIP)).to_have_count(1)
    worker.goto(episode)
    press(worker, "Stop showing")
    expect(worker.locator("main")).to_contain_text("Nothing is shown.")
    worker.go_back()
    worker.go_back()
    expect(worker).to_have_url(re.compile(r"/followup/episodes/\d+/use$"))
    expect(worker.locator("main h1")).to_have_text("The page was not found")
    expect(worker.locator(STRIP)).to_have_count(0)
