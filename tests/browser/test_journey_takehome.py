"""What a holder takes home: the sheet on one page of paper, the card on the own telephone with or without network."""

import io
import re
from typing import Any

import pytest
import zxingcpp
from PIL import Image
from playwright.sync_api import BrowserContext, Locator, Page, expect
from pypdf import PdfReader

from tests.browser import conftest, staff
from tests.browser.accessibility import check, check_width
from tests.serving import Demo

A4 = (595, 842)  # points
TELEPHONE: dict[str, Any] = {"viewport": {"width": 360, "height": 740}}
SHEETS = ("fi", "sv", "en", "ru")
KEPT = (
    "caches.open('kaiku-mobile-1').then(kept => kept.keys()).then(keys => keys.map(key => new URL(key.url).pathname))"
)


@pytest.fixture
def worker(person) -> Page:
    return person("worker")


@pytest.fixture
def card(worker, take_card) -> tuple[str, str]:
    """Hand out a card; return its page and its number."""
    number = take_card("stock")
    return f"/cards/{staff.hand_out(worker, number, postcode='53850', children='2')}", number


@pytest.fixture
def telephone(new_context) -> BrowserContext:
    return new_context(language="en", **TELEPHONE)


def make_mobile(worker: Page, card_page: str, language: str = "ru") -> str:
    """Make a mobile card on the card's page and arrive at its sheet; return the address."""
    worker.goto(card_page)
    with worker.expect_navigation():
        worker.locator(f"form[action$='/mobile'] button[value={language}]").click()
    return worker.locator(".whole-address").inner_text()


def decoded(place: Locator) -> set[str]:
    """Return what the codes in a part of a page say, read from its picture."""
    place.scroll_into_view_if_needed()
    picture = Image.open(io.BytesIO(place.screenshot()))
    return {found.text for found in zxingcpp.read_barcodes(picture)}


def block(worker: Page, card_page: str) -> None:
    """Block a card as lost."""
    worker.goto(f"{card_page}/block")
    worker.locator("input[name=reason][value=lost]").check()
    with worker.expect_navigation():
        worker.locator("main form button[type=submit]").first.click()


def check_one_page(page: Page) -> str:
    """Print a page; assert that it is one sheet of A4 and return the words on it."""
    printed = PdfReader(io.BytesIO(page.pdf(prefer_css_page_size=True, print_background=True)))
    sides = [(round(side.mediabox.width), round(side.mediabox.height)) for side in printed.pages]
    assert sides == [A4], f"{page.url} prints as {sides}"
    return printed.pages[0].extract_text()


def keep(page: Page, address: str) -> None:
    """Open a mobile card and wait until it is kept, with all that it is made of."""
    page.goto(address)
    path = re.sub(r"^https?://[^/]+", "", address)
    page.wait_for_function(f"async path => (await {KEPT}).includes(path)", arg=path)
    page.wait_for_function(f"async () => (await {KEPT}).filter(path => path.endsWith('.css')).length === 4")


@pytest.mark.parametrize("language", SHEETS)
def test_sheet_is_one_page_in_every_language(worker, card, language):
    card_page, number = card
    worker.goto(f"{card_page}/sheet?language={language}")
    words = check_one_page(worker)
    assert re.sub(r"\s", "", words).count(number) >= 1
    assert "Näin käytät Kaikukorttia" in words and "Hae" not in words
    assert decoded(worker.locator(".paper-codes")) == {number}
    address = make_mobile(worker, card_page, language)
    check_one_page(worker)
    assert decoded(worker.locator(".paper-codes")) == {number, address}


def test_sheet_stays_one_page_with_the_longest_names_and_a_large_text(person, worker, card, new_context):
    manager = person("venue_manager", "Etelä-Karjalan kansalaisopisto")
    manager.goto("/venue/place/")
    for name, text in {"street": "Pitkä" * 24, "bus_stop": "linjat 1 ja 2, " * 8}.items():
        manager.locator(f"input[name={name}]").fill(text[:120])
    staff.send(manager, form="")
    page = new_context(storage_state=worker.context.storage_state()).new_page()
    page.goto(f"{card[0]}/sheet?language=ru")
    page.locator("button[name=text_size][value=largest]").click()
    expect(page.locator("html")).to_have_attribute("data-text-size", "largest")
    check_one_page(page)


@pytest.mark.parametrize("language", ["fi", "sv", "en"])
def test_paper_form_is_one_page(worker, new_context, language):
    page = new_context(language=language, storage_state=worker.context.storage_state()).new_page()
    page.goto("/cards/paper")
    check_one_page(page)


@pytest.mark.parametrize("width", [320, 1280])
def test_sheets_and_forms_are_accessible(worker, card, new_context, width):
    page = new_context(
        storage_state=worker.context.storage_state(), viewport={"width": width, "height": 800}, color_scheme="dark"
    ).new_page()
    for address in (card[0], f"{card[0]}/sheet?language=ru", "/cards/paper"):
        page.goto(address)
        check(page)
        check_width(page)
    make_mobile(page, card[0])
    check(page)
    check_width(page)


@pytest.mark.parametrize("language", ["fi", "sv", "en"])
def test_mobile_card_is_accessible_and_read_by_a_decoder(worker, card, new_context, language):
    address = make_mobile(worker, card[0])
    page = new_context(language=language, color_scheme="dark", **TELEPHONE).new_page()
    page.goto(address)
    expect(page.locator("html")).to_have_attribute("lang", language)
    expect(page.locator(".mobile-facts dd").last).to_have_text("2")
    assert decoded(page.locator(".mobile-code")) == {card[1]}
    assert page.evaluate("getComputedStyle(document.body).backgroundColor") == "rgb(255, 255, 255)"
    check(page)
    check_width(page)
    page.set_viewport_size({"width": 320, "height": 640})
    check_width(page)
    page.goto(address + "x")
    check(page)


def test_mobile_card_keeps_the_screen_awake(worker, card, telephone):
    page = telephone.new_page()
    page.add_init_script("navigator.wakeLock.request = kind => { window.asked = kind; return Promise.resolve({}); }")
    page.goto(make_mobile(worker, card[0]))
    page.wait_for_function("window.asked === 'screen'")


def test_mobile_card_is_shown_without_a_network_after_one_visit(worker, card, telephone):
    page = telephone.new_page()
    keep(page, make_mobile(worker, card[0]))
    expect(page.locator(".mobile-kept-words")).to_be_hidden()
    telephone.set_offline(True)
    page.reload()
    expect(page.locator(".mobile-kept-words")).to_contain_text("Shown as of")
    assert decoded(page.locator(".mobile-code")) == {card[1]}
    expect(page.locator(".mobile-facts")).to_contain_text("Last day")
    again = telephone.new_page()
    again.goto(page.url + "?language=sv")
    assert decoded(again.locator(".mobile-code")) == {card[1]}
    again.close()
    telephone.set_offline(False)
    expect(page.locator(".mobile-kept-words")).to_be_hidden()


def test_mobile_card_outlives_the_server(tmp_path, new_context):
    """The service is stopped, not only the network: the page is shown from what the telephone has kept."""
    demo = Demo.start(conftest.COMMAND, instance=tmp_path / "instance", folder=tmp_path)
    worker = new_context(base_url=demo.url).new_page()
    staff.sign_in(worker, demo.sign_in("worker"))
    number = demo.said["cards"]["stock"][0]
    address = make_mobile(worker, f"/cards/{staff.hand_out(worker, number)}")
    page = new_context(base_url=demo.url, **TELEPHONE).new_page()
    keep(page, address)
    demo.stop()
    page.reload()
    expect(page.locator(".mobile-kept-words")).to_be_visible()
    assert decoded(page.locator(".mobile-code")) == {number}


def test_withdrawn_mobile_card_is_gone_from_the_telephone_too(worker, card, telephone):
    page = telephone.new_page()
    address = make_mobile(worker, card[0])
    keep(page, address)
    worker.goto(card[0])
    worker.on("dialog", lambda dialog: dialog.accept())
    staff.send(worker, form="/mobile/withdraw")
    answer = page.reload()
    assert answer is not None and answer.status == 410
    expect(page.get_by_role("heading", level=1)).to_have_text("This page is not in use")
    page.wait_for_function(f"async () => !(await {KEPT}).some(path => path.startsWith('/mobile/'))")
    telephone.set_offline(True)
    with pytest.raises(Exception, match="ERR_"):
        page.goto(address)


def test_blocked_card_says_so_on_the_telephone(worker, card, telephone):
    page = telephone.new_page()
    keep(page, make_mobile(worker, card[0]))
    block(worker, card[0])
    page.reload()
    expect(page.get_by_role("main")).to_contain_text("This card is not in use now.")
    expect(page.locator(".qr")).to_have_count(0)
    page.wait_for_function(
        "async () => !(await (await (await caches.open('kaiku-mobile-1')).match(location.href)).text()).includes('qr')"
    )


def test_sheet_is_reached_by_keyboard(worker, card):
    worker.goto(card[0])
    link = worker.locator("a[href$='/sheet?language=sv']")
    link.focus()
    worker.keyboard.press("Enter")
    expect(worker).to_have_url(re.compile("language=sv"))
    expect(worker.locator("[data-print]")).to_be_visible()
