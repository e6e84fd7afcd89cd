"""Signing in for real: a code of an app, a passkey of the device, a recovery code; and proving anew."""

import re
from datetime import timedelta
from typing import Any

import pytest
from playwright.sync_api import Page, expect

from tests.browser import conftest, signedin, staff
from tests.browser.accessibility import check, check_width

NARROW = {"viewport": {"width": 360, "height": 740}}
WIDE = {"viewport": {"width": 1280, "height": 900}, "color_scheme": "dark"}
SCREENS: dict[str, Any] = {"fi": NARROW, "sv": WIDE, "en": {"viewport": {"width": 768, "height": 1024}}}


def look(page: Page) -> None:
    """Check the page as it stands."""
    expect(page.locator("main h1")).to_be_visible()
    check(page)
    check_width(page)


@pytest.fixture(params=SCREENS)
def stranger(request, new_context) -> Page:
    """Return a stranger's page in the language and on the screen of the run."""
    page: Page = new_context(language=request.param, **SCREENS[request.param]).new_page()
    return page


@pytest.fixture
def newcomer(person, new_context, request) -> tuple[Page, dict[str, str]]:
    """Return the page of a worker who has just taken up the invitation, and what the worker signs in with."""
    coordinator = person("coordinator")
    name = re.sub(r"\W+", "-", request.node.name).strip("-").lower()
    staff.open_unit(coordinator, f"Yksikkö {name}")
    email = f"{name}@kokeilu.example"
    link = staff.invite(coordinator, "Uusi Tulokas", email=email, role="worker")
    page = new_context().new_page()
    staff.accept_invitation(page, link)
    return page, {"email": email, "password": staff.PASSWORD}


def test_the_demo_shows_the_code_and_a_person_walks_in(page, demo):
    account = worker(demo)
    staff.sign_in_by_pages(page, account)
    expect(page).to_have_url(re.compile("/cards/$"))
    page.locator(".account-out button").click()
    page.wait_for_url(lambda url: "/cards/" not in url)
    page.go_back()
    expect(page).to_have_url(re.compile("/sign-in"))


def worker(demo) -> dict[str, str]:
    """Return the last worker of the demo, as whom no other test signs in by the pages."""
    found: dict[str, str] = [one for one in demo.said["sign_ins"] if one["role"] == "worker"][-1]
    return found


def test_recovery_codes_are_printed_once_and_one_lets_in(newcomer, new_context):
    page, account = newcomer
    expect(page).to_have_url(re.compile("/account/factors/$"))
    look(page)
    page.goto("/cards/")
    expect(page).to_have_url(re.compile("/account/factors/$"))
    staff.set_up_app(page)
    look(page)
    staff.send(page, form="")
    codes = page.locator(".recovery-codes code").all_inner_texts()
    assert len(codes) == 10
    expect(page.locator("[data-print]")).to_be_visible()
    look(page)
    other = new_context().new_page()
    staff.give_password(other, account)
    other.locator("main a[href*='/sign-in/recovery']").click()
    look(other)
    other.locator("input[name=recovery]").fill(codes[0].lower())
    staff.send(other, form="")
    expect(other).to_have_url(re.compile("/cards/$"))


def test_a_passkey_is_made_and_signs_in(newcomer):
    page, account = newcomer
    add_authenticator(page, knows_the_person=True)
    page.goto("/account/factors/passkey")
    page.locator("[data-passkey-start]").click()
    expect(page).to_have_url(re.compile("/account/factors/recovery-codes$"))
    for is_first in (True, False):
        page.locator(".account-out button").click()
        expect(page.locator(".account-out")).to_have_count(0)
        staff.give_password(page, account)
        expect(page).to_have_url(re.compile("/sign-in/passkey"))
        if is_first:
            page.locator("[data-passkey-start]").click()
            expect(page).to_have_url(re.compile("/cards/$"))
    look(page)  # last: axe takes the made-up device away


def test_a_device_that_does_not_know_the_person_says_so(newcomer):
    page, _ = newcomer
    add_authenticator(page, knows_the_person=False)
    page.goto("/account/factors/passkey")
    page.locator("[data-passkey-start]").click()
    expect(page.locator("[data-passkey-refused]")).to_be_visible()
    look(page)
    expect(page.locator("[data-passkey-start]")).to_be_enabled()


def add_authenticator(page: Page, *, knows_the_person: bool) -> None:
    """Give a page's browser a made-up device that makes and uses passkeys."""
    page.bring_to_front()
    device = page.context.new_cdp_session(page)
    device.send("WebAuthn.enable")
    kind = {"protocol": "ctap2", "transport": "internal", "hasResidentKey": True, "hasUserVerification": True}
    answers = {"isUserVerified": knows_the_person, "automaticPresenceSimulation": True}
    device.send("WebAuthn.addVirtualAuthenticator", {"options": {**kind, **answers}})


def test_what_reaches_far_asks_who_is_there(newcomer, demo):
    page, account = newcomer
    staff.set_up_app(page)
    signedin.forget_proof(demo.instance, account["email"], timedelta(minutes=6))
    page.goto("/account/password")
    expect(page).to_have_url(re.compile("/account/confirm/code"))
    look(page)


def test_pages_of_the_own_account(person, new_context, demo, stranger):
    staff.sign_in(stranger, conftest.account_of(demo, "coordinator"))
    for address in (
        "/account/",
        "/account/sessions",
        "/account/password",
        "/account/factors/",
        "/account/factors/app",
        "/account/factors/passkey",
        "/account/factors/recovery-codes",
    ):
        stranger.goto(address)
        look(stranger)
    stranger.goto("/account/factors/")
    stranger.locator("main a[href$='/remove']").first.click()
    look(stranger)
    staff.send(stranger, form="")
    look(stranger)
    stranger.goto("/account/factors/")
    stranger.locator("main td a").first.click()
    look(stranger)
    stranger.goto("/account/password")
    staff.send(stranger, form="")
    look(stranger)


def test_pages_before_signing_in(stranger, demo):
    stranger.goto("/forgotten-password")
    look(stranger)
    stranger.locator("input[name=email]").fill("kukaan@kokeilu.example")
    staff.send(stranger, form="")
    look(stranger)
    stranger.goto("/account/reset/nothing")
    look(stranger)
    staff.give_password(stranger, worker(demo))
    look(stranger)
    stranger.locator("input[name=code]").fill("000000")
    staff.send(stranger, form="")
    look(stranger)
    stranger.locator("main a[href*='/sign-in/recovery']").click()
    look(stranger)
