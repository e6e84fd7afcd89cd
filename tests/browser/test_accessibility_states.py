"""What a press leads to passes axe too: steps, errors, refusals and links shown once, in three languages."""

import io
import re
from collections.abc import Callable
from typing import Any

import pytest
from playwright.sync_api import Page, expect
from pypdf import PdfReader

from tests.browser import staff
from tests.browser.accessibility import check, check_width

# Narrow and wide, light and dark, by turns.
SCREENS: dict[str, dict[str, Any]] = {
    "fi": {"viewport": {"width": 320, "height": 640}},
    "sv": {"viewport": {"width": 1280, "height": 900}, "color_scheme": "dark"},
    "en": {"viewport": {"width": 360, "height": 740}},
}
UNIT, UNIT_IN_ENGLISH = "Kuntouttava päivätoiminta", "Rehabilitative day activities"


@pytest.fixture(params=SCREENS)
def open_as(request, person, new_context, demo) -> Callable[..., Page]:
    """Return a function that opens a page of a role (none: a stranger) in the language and on the screen of the run."""

    def enter(role: str = "", organisation: str = "") -> Page:
        known = {"storage_state": person(role, organisation).context.storage_state()} if role else {}
        return new_context(language=request.param, **SCREENS[request.param], **known).new_page()

    return enter


def look(page: Page, what: str = "main h1") -> None:
    """Check the page as it stands, once it shows what it should."""
    expect(page.locator(what).first).to_be_visible()
    check(page)
    check_width(page)


def test_steps_of_handing_out(open_as, take_card):
    page = open_as("worker")
    enter_number(page, "EK12", form="/cards/new")
    look(page, "[role=alert]")
    enter_number(page, take_card("stock"), form="/cards/new")
    look(page, "input[name=birth_year]")
    staff.answer(page, birth_year="2030", postcode="1", children="99")
    staff.send(page, form="/cards/new/answers")
    look(page, "[role=alert]")
    staff.answer(page)
    staff.send(page, form="/cards/new/answers")
    look(page, "input[name=is_tight]")
    staff.send(page, form="/cards/new/hand-out")
    look(page, "[role=alert]")
    for condition in ("is_client", "is_local", "is_tight"):
        page.locator(f"input[name={condition}]").check()
    staff.send(page, form="/cards/new/hand-out")
    page.wait_for_url(staff.IN_USE)
    look(page)


def test_cards_of_other_kinds_and_states(open_as, person, take_card):
    page = open_as("worker", UNIT)
    enter_number(page, take_card("stock"), form="/cards/new")
    look(page, "button[name=accepts_other_unit]")
    page.locator("button[name=accepts_other_unit]").click()
    community = community_card(person("coordinator"), UNIT_IN_ENGLISH)
    enter_number(page, community, form="/cards/new")
    look(page, "form[action$='/cards/new/community']")
    staff.send(page, form="/cards/new/community")
    look(page)
    page.goto("/cards/")
    look(page)
    page.locator(f"[data-number={community}]").click()
    look(page, "a[href$='/budget']")
    page.goto("/cards/")
    enter_number(page, "EKQQQQ", form="/cards/find")
    look(page, "[role=alert]")


def test_renewal_of_several_cards_and_a_mark_on_an_unused_one(open_as):
    page = open_as("worker", UNIT)
    page.goto("/renewals/")
    number = page.locator("section[aria-labelledby=ended] [data-number]").first.get_attribute("data-number")
    page.goto("/renewals/cards")
    staff.send(page, form="/renewals/cards")
    look(page, "[aria-invalid=true]")
    page.locator("#next-card").fill("EK12")
    page.locator("#next-card").press("Enter")
    look(page, ".number-hint")
    page.locator("#numbers").fill(f"{number}\nEK12\n{number}")
    staff.send(page, form="/renewals/cards")
    look(page, ".card-line")
    staff.send(page, form="/renewals/done")
    look(page, ".badge")
    page.goto("/sleeping/")
    page.locator("main summary").first.click()
    page.locator("button[formaction$='/talk']").first.click()
    look(page, "[role=status]")


def test_register_and_print_runs(open_as, request):
    page, name = open_as("coordinator"), f"Yksikkö {request.node.name}"
    page.goto("/partners/units/new")
    staff.send(page, form="")
    look(page, "[aria-invalid=true]")
    staff.open_unit(page, name)
    look(page, "[role=status]")
    there = page.url
    page.locator("main a[href$='/people']").click()
    page.locator("input[name=email]").fill("not an address")
    staff.send(page, form="")
    look(page, "[aria-invalid=true]")
    page.goto(there)
    link = staff.invite(page, "Uusi Ihminen", email=f"{request.node.name}@kokeilu.example", role="worker")
    look(page, "[data-copy]")
    page.goto("/stock/")
    page.locator("input[name=count]").fill("x")
    staff.send(page, form="")
    look(page, "[role=alert]")
    page.locator("input[name=count]").fill("3")
    staff.send(page, form="")
    look(page, "[role=status]")
    page.goto("/cards/")
    look(page)
    see_invitation(open_as(), link)


def see_invitation(page: Page, link: str) -> None:
    """Look at an invitation, with a password that will not do, with a good one, and when it is used up."""
    page.goto(link)
    look(page, "input[name=password]")
    page.locator("input[name=password]").fill("x")
    staff.send(page, form="")
    look(page, "[role=alert]")
    staff.accept_invitation(page, link)
    look(page, "[role=status]")
    page.goto(link)
    look(page)


def test_charts_opened_as_tables(open_as):
    page = open_as("coordinator")
    page.goto("/figures/")
    for summary in page.locator("main summary").all():
        summary.click()
    look(page, "figure table")


def test_person_of_two_organisations(open_as, person, new_context, request):
    coordinator, email = person("coordinator"), f"kaksi-{request.node.name}@kokeilu.example"
    staff.open_unit(coordinator, f"Ensimmäinen {request.node.name}")
    staff.invite(coordinator, "Kahden Väki", email=email, role="worker")
    staff.open_venue(coordinator, f"Toinen {request.node.name}")
    link = staff.invite(coordinator, "Kahden Väki", email=email, role="venue_manager")
    page = open_as()
    staff.accept_invitation(page, link)
    staff.set_up_app(page)
    page.goto("/organisation")
    look(page, "button[name=membership]")
    page.locator("button[name=membership]").last.click()
    look(page)


def test_venue_pages(open_as, theatre, new_context):
    page = open_as("venue_manager", "KontuFolk")
    page.goto("/venue/programme")
    staff.send(page, form="")
    look(page, "[role=alert]")
    staff.plan_tablet(page)
    page.locator("main summary").click()
    look(page, "a[href*='/door/enrol#']")


def test_refusals(open_as):
    page = open_as()
    page.goto("/sign-in")
    page.locator("input[name=email]").fill("nobody@kokeilu.example")
    page.locator("input[name=password]").fill("nothing")
    staff.send(page, form="")
    look(page, "[role=alert]")
    for address in ("/nowhere", "/partners/units/999999"):
        page.goto(address)
        look(page)


def enter_number(page: Page, number: str, *, form: str) -> None:
    """Enter a number at the desk, past the script that would hold it back."""
    if not page.url.endswith("/cards/") or form != "/cards/find":
        page.goto("/cards/new")
    page.locator(f"form[action$='{form}'] input[name=number]").fill(number)
    with page.expect_navigation():
        page.locator(f"form[action$='{form}']").evaluate("form => form.submit()")


def community_card(coordinator: Page, unit: str) -> str:
    """Print one community card for a unit and return its number."""
    coordinator.goto("/stock/")
    coordinator.locator("select[name=unit]").select_option(label=unit)
    coordinator.locator("select[name=kind]").select_option("community")
    coordinator.locator("input[name=count]").fill("1")
    staff.send(coordinator, form="")
    sheet = PdfReader(io.BytesIO(staff.download(coordinator, coordinator.locator("main table a[href$='.pdf']").first)))
    number = re.search(r"EK \w{4} \w{4} \w", sheet.pages[0].extract_text())
    assert number, "the sheet shows no number"
    return number[0].replace(" ", "")
