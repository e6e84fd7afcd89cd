"""Each page of a card's life passes axe: every action, its answers to mistakes and conflicts, the way to a lost card.

In three languages, narrow and wide, light and dark.
"""

from collections.abc import Callable
from datetime import date, timedelta
from typing import Any

import pytest
from playwright.sync_api import Page, expect

from tests.browser import staff
from tests.browser.accessibility import check, check_width

SCREENS: dict[str, dict[str, Any]] = {
    "fi": {"viewport": {"width": 320, "height": 640}},
    "sv": {"viewport": {"width": 1280, "height": 900}, "color_scheme": "dark"},
    "en": {"viewport": {"width": 768, "height": 1024}},
}
BORN, LIVES = "1958", "54530"


@pytest.fixture(params=SCREENS)
def open_as(request, person, new_context) -> Callable[[str], Page]:
    """Return a function that opens a page of a role in the language and on the screen of the run."""

    def enter(role: str) -> Page:
        state = person(role).context.storage_state()
        return new_context(language=request.param, storage_state=state, **SCREENS[request.param]).new_page()

    return enter


def look(page: Page, what: str = "main h1") -> None:
    """Check the page as it stands, once it shows what it should."""
    expect(page.locator(what).first).to_be_visible()
    check(page)
    check_width(page)


def hand_out(page: Page, number: str, today: date, *, is_looked_at: bool = False) -> str:
    """Hand out a card by a paper form of ten days ago; return the address of its page."""
    page.goto("/cards/new")
    page.locator("input[name=number]").fill(number)
    page.locator("main details summary").first.click()
    page.locator("input[name=handed_out_on]").fill((today + timedelta(days=1)).isoformat())
    staff.send(page, form="/cards/new")
    if is_looked_at:
        look(page, "[role=alert]")
    page.locator("input[name=handed_out_on]").fill((today - timedelta(days=10)).isoformat())
    staff.send(page, form="/cards/new")
    staff.answer(page, birth_year=BORN, postcode=LIVES)
    staff.send(page, form="/cards/new/answers")
    if is_looked_at:
        look(page, ".notice")
    for condition in ("is_client", "is_local", "is_tight"):
        page.locator(f"input[name={condition}]").check()
    staff.send(page, form="/cards/new/hand-out")
    page.wait_for_url(staff.IN_USE)
    return f"/cards/{staff.IN_USE.findall(page.url)[0]}"


def test_paper_form_and_second_card_hint(open_as, take_card, today):
    page = open_as("worker")
    hand_out(page, take_card("stock"), today)
    hand_out(page, take_card("stock"), today, is_looked_at=True)
    look(page, "a[href$='/undo']")


def test_actions_on_one_card(open_as, take_card, today):
    page = open_as("worker")
    card = hand_out(page, take_card("stock"), today)
    page.goto(card)
    look(page, ".action-list")
    for act in ("return", "undo"):
        page.goto(f"{card}/{act}")
        look(page)
    for act, field in (("block", "reason"), ("pause", "until_on"), ("correct", "birth_year"), ("renew", "children")):
        page.goto(f"{card}/{act}")
        look(page, f"[name={field}]")
        if act in ("correct", "renew"):
            page.locator(f"input[name={field}]").fill("x")
        staff.send(page, form="")
        look(page, "[role=alert]")
    page.goto(f"{card}/resume")
    look(page, ".notice")


def test_states_of_one_card(open_as, take_card, today):
    page = open_as("worker")
    card = hand_out(page, take_card("stock"), today)
    page.goto(f"{card}/pause")
    page.locator("input[name=until_on]").fill((today + timedelta(days=5)).isoformat())
    staff.send(page, form="")
    look(page, "a[href$='/resume']")
    page.goto(f"{card}/resume")
    look(page)
    page.goto(f"{card}/block")
    page.locator("input[name=reason]").first.check()
    staff.send(page, form="")
    look(page, "a[href$='/unblock']")
    page.goto(f"{card}/unblock")
    look(page, "[name=reason]")
    page.goto(f"{card}/replace")
    look(page, "[name=number]")
    page.locator("input[name=number]").fill(take_card("stock"))
    staff.send(page, form="")
    look(page, "[name=confirmed]")
    page.locator("[name=confirmed]").click()
    page.wait_for_url(staff.IN_USE)
    look(page)
    page.goto(card)
    look(page, "dl [data-number]")


def test_lost_card_and_the_coordinator_s_look(open_as, take_card, today):
    page = open_as("worker")
    number = take_card("stock")
    hand_out(page, number, today)
    page.goto("/cards/lost/")
    staff.send(page, form="/cards/lost/")
    look(page, "[role=alert]")
    page.locator("input[name=birth_year]").fill(BORN)
    page.locator("input[name=postcode]").fill(LIVES)
    staff.send(page, form="/cards/lost/")
    look(page, "[name=card_id]")
    page.goto("/cards/lost/")
    page.locator("input[name=birth_year]").fill("1930")
    page.locator("input[name=postcode]").fill("99999")
    staff.send(page, form="/cards/lost/")
    look(page, "a[href$='/lost/']")

    coordinator = open_as("coordinator")
    coordinator.goto("/area/cards/")
    coordinator.locator("input[name=number]").fill(number)
    staff.send(coordinator, form="/area/cards/")
    look(coordinator, "form[action$='/block']")
    staff.send(coordinator, form="/block")
    look(coordinator, "[role=alert]")
    coordinator.locator("input[name=reason]").last.check()
    staff.send(coordinator, form="/block")
    look(coordinator, "form[action$='/unblock']")
