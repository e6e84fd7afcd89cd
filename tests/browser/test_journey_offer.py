"""The public offer as its readers use it: without script, in easy Finnish, on paper, passed on as an address."""

import io
from typing import Any

import pytest
from playwright.sync_api import expect
from pypdf import PdfReader

from tests.browser.accessibility import check, check_width

A4 = (595, 842)  # points
TELEPHONE: dict[str, Any] = {"viewport": {"width": 360, "height": 740}}
READINGS = [("fi", ""), ("sv", ""), ("en", ""), ("fi", "&easy=1")]


def test_a_reader_without_script_finds_a_place(new_context):
    page = new_context(language="en", java_script_enabled=False, **TELEPHONE).new_page()
    page.goto("/")
    page.locator("main a[href='/offer/']").click()
    page.locator(".filter-link").nth(1).click()
    assert "when=week" in page.url
    page.locator(".offer-narrow summary").click()
    page.locator("#category").select_option("culture")
    page.locator("#step_free").check()
    page.locator(".offer-form button").click()
    chosen = {"when=week", "category=culture", "step_free=1"}
    assert chosen <= set(page.url.partition("?")[2].split("&"))
    expect(page.locator(".offer-chosen")).to_contain_text("Culture")
    expect(page.locator("#step_free")).to_be_checked()
    page.locator("header button[name=language][value=sv]").click()
    expect(page.locator("html")).to_have_attribute("lang", "sv")
    assert set(page.url.partition("?")[2].split("&")) == chosen, "another language keeps the choices and no empty ones"
    page.locator(".offer-places a").first.click()
    expect(page.locator(".summary-row dt")).to_have_count(6)
    assert page.request.get(page.locator("a[type='text/calendar']").get_attribute("href") or "").ok
    page.locator(".back-link").click()
    expect(page.locator(".offer-day").first).to_be_visible()


def test_the_easy_reading_and_the_way_out_of_it(new_context):
    page = new_context(language="sv").new_page()
    page.goto("/offer/?when=week")
    page.locator(".offer-readings a").click()
    expect(page.locator("h1")).to_have_text("Mihin pääset Kaikukortilla?")
    page.locator("header button[name=language][value=en]").click()
    expect(page.locator("html")).to_have_attribute("lang", "en")
    assert page.url.endswith("/offer/?when=week")
    assert not [cookie for cookie in page.context.cookies() if cookie["name"] == "kaiku"], "nobody needs a session"


@pytest.mark.parametrize(("language", "reading"), READINGS)
def test_every_reading_is_accessible_and_fits(new_context, language, reading):
    page = new_context(language=language, color_scheme="dark" if reading else "light").new_page()
    for address in (
        "/offer/?step_free=1&when=nonsense",
        "/offer/?page=400",
        "/offer/venues?stop=1",
        "/offer/venues/1?",
    ):
        page.goto(address.replace("?", "?x=1&", 1) + reading)
        for width in (1280, 320):
            page.set_viewport_size({"width": width, "height": 800})
            check_width(page)
        check(page)


@pytest.mark.parametrize("reading", ["", "?easy=1"])
def test_printed_on_a4(new_context, reading):
    page = new_context(language="fi").new_page()
    page.goto("/offer/" + reading)
    printed = PdfReader(io.BytesIO(page.pdf(prefer_css_page_size=True)))
    assert {(round(side.mediabox.width), round(side.mediabox.height)) for side in printed.pages} == {A4}
    assert len(printed.pages) <= 3
    words = " ".join(side.extract_text() for side in printed.pages)
    assert "Pyydä lippu" in words or "Ask for a ticket" in words
    assert page.locator("h1").inner_text() in words and page.locator(".offer-title strong").last.inner_text() in words
    for control in (".offer-narrow", ".filter", ".offer-pages .button", ".offer-readings", "[data-print]"):
        page.emulate_media(media="print")
        expect(page.locator(control).first).to_be_hidden()


def test_the_keyboard_reaches_the_choices(new_context):
    page = new_context(language="en").new_page()
    page.goto("/offer/")
    page.locator(".offer-narrow summary").focus()
    page.keyboard.press("Enter")
    page.keyboard.press("Tab")
    expect(page.locator("#area")).to_be_focused()
    page.locator("#children").focus()
    page.keyboard.press("Space")
    page.keyboard.press("Enter")
    page.wait_for_url("**children=1*")
