"""A venue joins: its manager is invited, agrees to the commitment, reads the instruction, and is missing no more."""

import re
from collections.abc import Callable

import pytest
from playwright.sync_api import BrowserContext, Locator, Page, expect

from tests.browser import accessibility, staff

NAME = "Kesänäyttämö Kallio"


@pytest.fixture
def coordinator(person: Callable[..., Page]) -> Page:
    """Return the page of the coordinator."""
    return person("coordinator")


def lines(page: Page, kind: str) -> Locator:
    """Return the lines of a kind on the coordinator's first page that name the new venue."""
    page.goto(f"/network/?kind={kind}")
    return page.get_by_role("main").get_by_role("link", name=NAME)


def test_a_new_venue_does_its_part_and_is_missing_no_more(coordinator, new_context):
    staff.open_venue(coordinator, NAME)
    link = staff.invite(coordinator, "Marja Malli", email="marja.malli@kokeilu.example", role="venue_manager")
    for kind in ("commitment", "instruction", "contact"):
        expect(lines(coordinator, kind)).to_have_count(1)
    do_the_part(new_context(viewport={"width": 360, "height": 800}), link)
    for kind in ("commitment", "instruction"):
        expect(lines(coordinator, kind)).to_have_count(0)
    for width in (360, 1280):
        coordinator.set_viewport_size({"width": width, "height": 900})
        look_around(coordinator)


def do_the_part(context: BrowserContext, link: str) -> None:
    """Accept the invitation, agree and read, by the links that the first page offers."""
    page = context.new_page()
    staff.accept_invitation(page, link)
    page.get_by_role("link", name=re.compile("Read the commitment")).click()
    accessibility.check(page)
    page.locator("input[name=agrees]").check()
    staff.send(page, form="")
    expect(page.get_by_role("main")).to_contain_text("agreed on")
    accessibility.check(page)
    page.get_by_role("main").get_by_role("link", name="Yearly instruction").click()
    accessibility.check(page)
    staff.send(page, form="")
    expect(page.get_by_role("status")).to_contain_text("Thank you")


def look_around(page: Page) -> None:
    """Look at the coordinator's pages of partners as they are now."""
    page.goto("/partners/")
    page.get_by_role("link", name=NAME).click()
    there = page.url
    accessibility.check(page)
    for address in (
        *(f"{there}/{more}" for more in ("commitment", "leave", "people", "change")),
        *("/network/", "/partners/area", "/partners/area/people", "/partners/review", "/partners/instruction"),
    ):
        page.goto(address)
        accessibility.check(page)
    page.goto(there)
    page.get_by_role("link", name="Marja Malli").click()
    accessibility.check(page)
