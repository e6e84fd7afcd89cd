"""Sixty payloads as the names of everything, in a real browser: nothing runs, no dialog opens, and the policy against
inline code has nothing to stop, because nothing gets that far.
"""

import json
import time
from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, BrowserContext, Dialog

from kaikukortti.db import db
from kaikukortti.rules.access import Role
from tests.factories import SECRET_KEY, Person
from tests.network import Network, make_network
from tests.payloads import XSS
from tests.serving import Service
from tests.web.test_hostile_names import fill
from tests.webclient import Web

# Counts on each page what should never be; a payload that ran would open a dialog or call `alert`.
WATCH = """window.kaikuHits = [];
window.alert = (said) => window.kaikuHits.push(`alert ${said}`);
document.addEventListener("securitypolicyviolation", (event) => window.kaikuHits.push(event.violatedDirective));"""
PAGES = {
    Role.WORKER: ["/cards/", "/cards/new", "/places/", "/bookings/dates", "/groups/dates"],
    Role.VENUE_MANAGER: ["/venue/", "/venue/programme", "/venue/tablets/", "/venue/place/"],
    Role.COORDINATOR: ["/partners/", "/partners/units/{unit}", "/partners/venues/{venue}", "/stock/", "/figures/"],
}
STRANGERS = ["/", "/offer/", "/offer/venues", "/offer/venues/{venue}", "/help", "/about"]


@pytest.fixture
def hostile(app) -> Network:
    """Return a network whose names are the payloads."""
    with app.app_context():
        network = make_network()
        fill(XSS, network)
        return network


@pytest.fixture
def service(app, hostile, tmp_path) -> Iterator[Service]:
    """Serve it as in production."""
    with app.app_context():
        url = db.engine.url.render_as_string(hide_password=False)
    served = Service.start(url, instance=tmp_path, secret_key=SECRET_KEY, KAIKU_SECURE_COOKIES="0")
    yield served
    served.stop()


def enter(context: BrowserContext, app, url: str, person: Person | None) -> None:
    """Give a browser a person's session, as the end of a sign-in does."""
    context.add_init_script(WATCH)
    if person is not None:
        made = Web(app)
        assert person.actor.user_id is not None
        cookie = made.begin(person.actor.user_id).client.get_cookie("kaiku")
        assert cookie is not None
        context.add_cookies([{"name": "kaiku", "value": cookie.value, "url": url}])


@pytest.mark.parametrize("engine_name", ["sqlite"])
def test_no_payload_runs_in_a_browser(app, service, hostile, browser: Browser):
    hits: list[str] = []
    dialogs: list[str] = []
    shown = 0

    def refuse(dialog: Dialog) -> None:
        dialogs.append(dialog.message)
        dialog.dismiss()

    ids = {"unit": hostile.unit.id, "venue": hostile.venue.id}
    for role, pages in [(None, STRANGERS), *PAGES.items()]:
        context = browser.new_context(base_url=service.url, locale="fi-FI")
        enter(context, app, service.url, hostile.people[role] if role else None)
        page = context.new_page()
        page.on("dialog", refuse)
        for address in pages:
            page.goto(address.format(**ids), wait_until="load")
            hits += [f"{address}: {hit}" for hit in page.evaluate("window.kaikuHits")]
            body = page.locator("body").inner_text()
            shown = max(shown, sum(text in body for text in XSS))
            assert page.url.startswith(service.url), "nothing leads away"
        context.close()
    assert (hits, dialogs) == ([], [])
    assert shown > 40, "the payloads are there to be read"
    assert [line for line in service.complaints if "content-security policy broken" in line] == []


@pytest.mark.parametrize("engine_name", ["sqlite"])
def test_the_policy_stops_what_would_run_and_is_told(app, service, hostile, browser: Browser):
    """What the test before looks for is seen where it is: code that a script adds is stopped and reported."""
    context = browser.new_context(base_url=service.url)
    enter(context, app, service.url, None)
    page = context.new_page()
    page.goto("/help")
    stopped = page.evaluate("""() => {
            try {
                document.createElement("img").setAttribute("onerror", "alert(1)");
            } catch (problem) {
                return String(problem);
            }
        }""")
    assert "TrustedScript" in stopped
    assert page.evaluate("window.kaikuHits") == ["require-trusted-types-for"]
    told: list[str] = []
    until = time.monotonic() + 20
    while not told and time.monotonic() < until:
        page.wait_for_timeout(100)
        told = [line for line in service.complaints if "content-security policy broken" in line]
    context.close()
    broken = "content-security policy broken: require-trusted-types-for at endpoint public.help"
    assert {json.loads(line)["message"] for line in told} == {broken}
