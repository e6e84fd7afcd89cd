"""The questions of a venue: a card read on two tablets is asked about, answered by keyboard, and the figures follow."""

import uuid
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from playwright.sync_api import BrowserContext, Page, expect

from tests.browser import accessibility, staff
from tests.browser.conftest import enrol
from tests.browser.keyboard import tab_to

SCREENS: dict[str, dict[str, Any]] = {
    "fi": {"viewport": {"width": 320, "height": 640}},
    "sv": {"viewport": {"width": 1280, "height": 900}, "color_scheme": "dark"},
    "en": {"viewport": {"width": 768, "height": 1024}},
}
Office = tuple[Page, list[BrowserContext]]


@pytest.fixture(scope="module")
def office(open_context: Callable[..., Any], person: Callable[..., Page]) -> Iterator[Office]:
    """Open a venue with two tablets; return its manager's page and the tablets."""
    coordinator = person("coordinator")
    staff.open_venue(coordinator, "Kysymysteatteri")
    link = staff.invite(coordinator, "Kaisa Kysyjä", email="kaisa@kysymysteatteri.example", role="venue_manager")
    with open_context() as desk, open_context() as front, open_context() as side:
        manager = desk.new_page()
        staff.accept_invitation(manager, link)
        for tablet in (front, side):
            enrol(tablet, code=staff.plan_tablet(manager).partition("#")[2])
        yield manager, [front, side]


def read(tablet: BrowserContext, number: str, *, minutes_ago: int = 0, jumped: bool = False) -> None:
    """Send what a tablet has registered without a network: one adult, to the house."""
    at = datetime.now(UTC) - timedelta(minutes=minutes_ago)
    item = {
        "scan_id": str(uuid.uuid4()),
        "occurred": at.isoformat(),
        "counts": {"adult": 1},
        "code": number,
        "shown": "welcome",
        "jumped": jumped,
    }
    answer = tablet.request.post("/door/api/scans", data={"items": [item]})
    assert answer.ok, answer.text()


def uses(manager: Page) -> int:
    return staff.evening(manager)["Total"]["Uses"]


def press(page: Page, name: str) -> None:
    """Go to a button or link by Tab and press Enter."""
    target = page.get_by_role("main").locator("button, a").filter(has_text=name).first
    tab_to(page, target)
    with page.expect_navigation():
        page.keyboard.press("Enter")


def test_a_double_is_answered_by_keyboard_and_a_visit_taken_back(office, take_card):
    manager, tablets = office
    before, doubles = uses(manager), [take_card("active"), take_card("active")]
    for number in doubles:
        for minutes, tablet in zip((4, 3), tablets, strict=True):
            read(tablet, number, minutes_ago=minutes)
    assert uses(manager) == before + 2, "each double counts once until it is answered"

    tab_to(manager, manager.get_by_role("link", name="Questions"))
    manager.keyboard.press("Enter")
    expect(manager.get_by_role("heading", level=2).first).to_have_text("2 open questions")
    expect(manager.get_by_role("main")).to_contain_text("1 adult each. Probably the same visit.")
    assert not any(number in manager.content() for number in doubles)
    press(manager, "Same visit: count once")
    expect(manager.get_by_role("heading", level=2).first).to_have_text("1 open question")
    press(manager, "Two visits: count both")
    expect(manager.get_by_role("main")).to_contain_text("Nothing to answer now")
    assert uses(manager) == before + 3, "one double once, the other one twice"

    press(manager, "Take back")
    reason = manager.get_by_label("Registered twice")
    tab_to(manager, manager.get_by_label("Registered by mistake"))
    for _ in range(4):
        manager.keyboard.press("ArrowDown")
    expect(reason).to_be_checked()
    press(manager, "Take it back")
    expect(manager.locator(".registrations s").first).to_have_text("1 adult")
    assert uses(manager) == before + 2


@pytest.mark.parametrize("language", SCREENS)
def test_questions_and_their_answers_are_accessible(office, take_card, new_context, language):
    manager, tablets = office
    number = take_card("active")
    for minutes, tablet in zip((4, 3), tablets, strict=True):
        read(tablet, number, minutes_ago=minutes)
    read(tablets[0], take_card("active"), jumped=True)
    state = manager.context.storage_state()
    page = new_context(language=language, storage_state=state, **SCREENS[language]).new_page()
    page.goto("/venue/questions")
    look(page)
    page.locator("input[name=on_day]").first.fill("2031-01-01")
    with page.expect_navigation():
        page.locator("form:has(input[name=on_day]) button[name=answer]").first.click()
    expect(page.locator("[data-error-summary]")).to_be_focused()
    look(page)
    page.goto("/venue/")
    look(page)
    page.locator("a[href$='/take-back']").first.click()
    look(page)
    with page.expect_navigation():
        page.locator("main form button").click()
    expect(page.locator("[data-error-summary]")).to_be_focused()
    look(page)


def look(page: Page) -> None:
    """Check the page as it stands."""
    expect(page.locator("main h1")).to_be_visible()
    accessibility.check(page)
    accessibility.check_width(page)
