"""Every page of every role passes axe in three languages, on screens wide and narrow, light and dark, and fits them.

What a press of a button leads to is in test_accessibility_states.py.
"""

import html
import re
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from playwright.sync_api import BrowserContext, Page, expect
from werkzeug.exceptions import HTTPException
from werkzeug.routing import MapAdapter

from kaikukortti.app import create_app
from kaikukortti.config import Config
from tests import tree
from tests.browser import accessibility

ROLES = ("stranger", "coordinator", "worker", "venue_manager", "venue_staff", "viewer", "administrator")
HOMES = {"worker": "Aikuissosiaalityö"}  # the unit whose clients let it look: it has the most pages
# How each language is looked at: wide and light, as on a telephone at night, as on an upright tablet.
SCREENS: dict[str, dict[str, Any]] = {
    "fi": {"viewport": {"width": 1280, "height": 900}},
    "sv": {"viewport": {"width": 360, "height": 740}, "color_scheme": "dark"},
    "en": {"viewport": {"width": 768, "height": 1024}},
}
# No pages: files, answers for programs, the tablet's calls.
NO_PAGES = {
    "static",
    "status",
    "openapi",
    "door_api",
    "seller_api",
    "door_snapshot",
    "offline",
    "tablet.decoder_worker",
    "cards.picture",
    "practicedeck",
    "stock.sheet",
    "found.any_card",
    "mobile.manifest",
    "mobile.service_worker",
    "offer.feed",
    "preferences",
    "annualreport.paper",
    "publicreports.paper",
    "statisticsapi",
    "programmefiles.table",
    "programmefiles.calendar",
    "cardlog.as_csv",
    "cardlog.as_json",
    "change.check",
    # The holder's own pages, in five readings: test_journey_followup_own and its neighbours.
    "ownentry",
    "owncard",
    "owngoals",
    "ownshared",
}
BEHIND_A_PRESS = {
    "handout.handed_out",
    "registrations.take_back",
    "areacards.show",
    "newpassword.invitation",
    "newpassword.reset",
    "accounts.second",
    "confirming.confirm",
    "confirming.prove",
    "accounts.choose_organisation",
    "mobile.card",
    "paperlist.entered",
    "apikeypages.show",
    "bookings.sheet",
    "bookings.show",
    "unitbookings.show",
    "unitbookings.slip",
    "change.own_use",
    "change.use",
    "meeting.over",
    "results.correct",
    "results.remove",
}
# What a card's page offers depends on the card: test_accessibility_desk.py looks at all of it.
OF_ONE_CARD = re.compile(r"(cardlife|cardchange)\.")
LINK = re.compile(r'\shref="([^"#]+)')


@pytest.fixture(scope="module")
def addresses(tmp_path_factory: pytest.TempPathFactory) -> MapAdapter:
    """Return the service's addresses, to be asked which page one leads to."""
    folder = tmp_path_factory.mktemp("addresses")
    app = create_app(Config(instance_path=folder, database_url="sqlite://", secret_key="-" * 40, testing=True))
    return app.url_map.bind("localhost")


@pytest.fixture(scope="module")
def pages(person: Callable[..., Page], open_context: Callable[..., Any], addresses: MapAdapter) -> Iterator[Any]:
    """Return a function from a role to its pages, {endpoint: address}, those of a stranger left out, as links lead."""
    with open_context() as nobody:
        known = {"stranger": walk(nobody, addresses)}

        def find(role: str) -> dict[str, str]:
            if role not in known:
                found = walk(person(role, HOMES.get(role, "")).context, addresses)
                known[role] = {page: address for page, address in found.items() if page not in known["stranger"]}
            return known[role]

        yield find


def open_page(
    role: str, person: Callable[..., Page], new_context: Callable[..., BrowserContext], **options: Any
) -> Page:
    """Open a page for a role on another screen than the person's usual one."""
    if role == "stranger":
        return new_context(**options).new_page()
    return new_context(storage_state=person(role, HOMES.get(role, "")).context.storage_state(), **options).new_page()


def test_links_lead_to_every_page(pages, addresses):
    reached = {endpoint for role in ROLES for endpoint in pages(role)}
    all_pages = {
        rule.endpoint
        for rule in addresses.map.iter_rules()
        if "GET" in (rule.methods or ()) and not {rule.endpoint, rule.endpoint.partition(".")[0]} & NO_PAGES
    }
    lost = {page for page in all_pages - reached - BEHIND_A_PRESS if not OF_ONE_CARD.match(page)}
    assert not lost, tree.listing(sorted(lost), "Pages that no link leads to, so nobody has looked at them:")


@pytest.mark.parametrize("language", SCREENS)
@pytest.mark.parametrize("role", ROLES)
def test_pages_are_accessible(role, language, pages, person, new_context):
    page = open_page(role, person, new_context, language=language, **SCREENS[language])
    for address in pages(role).values():
        page.goto(address)
        assert page.locator("html").get_attribute("lang") == language, address
        for switch in ("[name=language], [data-language]", "[name=text_size], [data-size]"):
            expect(page.locator("header").locator(switch)).to_have_count(3)
        accessibility.check(page)


@pytest.mark.parametrize("role", ROLES)
def test_pages_fit_the_narrowest_screen(role, pages, person, new_context):
    page = open_page(role, person, new_context, language="fi", viewport={"width": 320, "height": 640})
    for address in pages(role).values():
        page.goto(address)
        accessibility.check_width(page)


@pytest.mark.parametrize("role", ROLES)
def test_pages_bear_text_of_twice_the_size(role, pages, person, new_context):
    page = open_page(role, person, new_context, language="sv", viewport={"width": 1024, "height": 768})
    accessibility.double_text(page)
    for address in pages(role).values():
        page.goto(address)
        accessibility.check_width(page)


def walk(context: BrowserContext, addresses: MapAdapter) -> dict[str, str]:
    """Follow the links from the front page; return one address of each kind of page, {endpoint: address}."""
    found: dict[str, str] = {}
    ahead = ["/"]
    while ahead:
        address = ahead.pop(0)
        endpoint = endpoint_of(address, addresses)
        if endpoint is None or endpoint in found or {endpoint, endpoint.partition(".")[0]} & NO_PAGES:
            continue
        answer = context.request.get(address)
        assert answer.ok, f"{address} answered {answer.status}"
        found[endpoint] = address
        ahead += [html.unescape(link) for link in LINK.findall(answer.text())]
    return found


def endpoint_of(address: str, addresses: MapAdapter) -> str | None:
    """Return which page an address of ours leads to, None for other addresses."""
    if not address.startswith("/"):
        return None
    try:
        endpoint, _values = addresses.match(address.partition("?")[0], method="GET")
    except HTTPException:
        return None
    return str(endpoint)
