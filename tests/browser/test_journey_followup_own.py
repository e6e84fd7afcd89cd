"""The holder opens the own card with the key from the desk, looks, answers, prints, and is gone at one press."""

import io
import re
from collections.abc import Callable
from dataclasses import dataclass

import pytest
from playwright.sync_api import Page, expect
from pypdf import PdfReader

from tests.browser import staff
from tests.browser.accessibility import check, check_width
from tests.browser.door import Door

TELEPHONE = {"width": 360, "height": 740}
A4 = (595, 842)  # points
READINGS = ("fi", "easy", "sv", "en", "ru")


@dataclass(frozen=True)
class Own:
    """A card with two visits today, one of them with a child, and its holder's key; its page at the desk."""

    number: str
    key: str
    card_page: str


@pytest.fixture(scope="module")
def own(person, take_card, theatre, open_context) -> Own:
    """Hand out a card, visit the theatre with it, and press for an own key at the desk."""
    worker, number = person("worker"), take_card("stock")
    card_page = f"/cards/{staff.hand_out(worker, number, children='2')}"
    with open_context(storage_state=theatre.tablet) as context:
        door = Door.open(context)
        for title, children in ((theatre.first, 0), (theatre.second, 1)):
            door.choose(title)
            door.type(number)
            door.expect_verdict("counts")
            door.add("child", children)
            door.register()
            door.leave()
    return Own(number, make_key(worker, card_page), card_page)


def make_key(worker: Page, card_page: str, reading: str = "easy") -> str:
    """Press for a key on the card's page; return what the paper shows."""
    worker.goto(card_page)
    worker.locator("main a[href$='/own-key']").click()
    with worker.expect_navigation():
        worker.locator(f"main button[name=reading][value={reading}]").click()
    return worker.locator(".own-paper-key").inner_text()


@pytest.fixture
def telephone(new_context) -> Page:
    return new_context(language="en", viewport=TELEPHONE).new_page()


def type_in(page: Page, own: Own, key: str = "") -> None:
    """Type number and key, and send them."""
    page.locator("input[name=number]").fill(own.number.lower())
    page.locator("input[name=key]").fill(key or own.key)
    with page.expect_navigation():
        page.locator("main form button").click()


def open_card(page: Page, own: Own, reading: str = "en") -> Page:
    """Open the own card."""
    page.goto(f"/own/?reading={reading}")
    type_in(page, own)
    expect(page).to_have_url(re.compile("/own/card$"))
    return page


def sheets(page: Page) -> list[tuple[int, int]]:
    """Return the sizes of the sheets that a page is printed on, in points."""
    printed = PdfReader(io.BytesIO(page.pdf(prefer_css_page_size=True, print_background=True)))
    return [(round(side.mediabox.width), round(side.mediabox.height)) for side in printed.pages]


def test_a_holder_looks_answers_prints_and_leaves(telephone, own, theatre):
    telephone.goto("/own/")
    type_in(telephone, own, key="0000 0000 0000 0000")
    expect(telephone.get_by_role("alert")).to_contain_text("The card did not open")
    spoken = own.key.lower().replace("-", " ").replace("0", "o").replace("1", "l")
    telephone.locator("input[name=key]").fill(spoken)
    telephone.keyboard.press("Enter")
    expect(telephone).to_have_url(re.compile("/own/card$"))
    main = telephone.get_by_role("main")
    expect(main).to_contain_text("The card is valid until")
    expect(main.locator(".own-facts .stat-value").nth(0)).to_have_text("2")
    expect(main.locator(".own-facts .stat-value").nth(1)).to_have_text("1")
    expect(main).not_to_contain_text(theatre.first)

    main.get_by_role("link", name="Show exact dates").click()
    expect(main.locator(".own-visits li")).to_have_count(2)
    expect(main.locator(".own-visits")).to_contain_text(theatre.first)
    main.get_by_role("link", name="Hide exact dates").click()

    main.get_by_text("Show as a table").click()
    expect(main.locator("tbody tr").first.locator("td")).to_have_text(["2", "1"])
    main.get_by_label("Very good").check()
    main.get_by_role("button", name="Answer", exact=True).click()
    expect(telephone.get_by_role("status").filter(has_text="Thank you")).to_be_visible()
    assert sheets(telephone) == [A4]

    with telephone.expect_request("**/own/leave"):
        telephone.get_by_role("button", name="Leave at once").click()
    expect(telephone).to_have_url(re.compile("/offer/$"))
    telephone.go_back()
    expect(telephone.get_by_role("main")).not_to_contain_text("The card is valid until")
    telephone.goto("/own/card")
    expect(telephone.locator("input[name=key]")).to_be_visible()


@pytest.mark.parametrize("reading", READINGS)
def test_it_prints_on_one_page_in_every_reading(telephone, own, reading):
    assert sheets(open_card(telephone, own, reading)) == [A4]


def test_after_five_minutes_it_is_gone_by_itself(telephone, own):
    telephone.clock.install()
    open_card(telephone, own)
    soon = telephone.locator("[data-soon]")
    telephone.clock.run_for("03:55")
    expect(soon).to_have_text("")
    telephone.clock.run_for("00:10")
    expect(soon).to_have_text("This page closes in one minute.")
    telephone.clock.run_for("01:00")
    expect(telephone.get_by_role("main")).to_contain_text("The page closed because the time was over")
    telephone.goto("/own/card")
    expect(telephone.locator("input[name=key]")).to_be_visible()


def test_five_minutes_more_by_one_press(telephone, own):
    telephone.clock.install()
    open_card(telephone, own)
    telephone.clock.run_for("04:30")
    telephone.get_by_role("button", name="5 minutes more").click()
    expect(telephone.locator("[data-soon]")).to_have_text("")
    telephone.clock.run_for("01:00")
    expect(telephone).to_have_url(re.compile("/own/card$"))


def test_without_script_the_way_out_works_as_well(new_context, own):
    page = new_context(language="en", viewport=TELEPHONE, java_script_enabled=False).new_page()
    open_card(page, own)
    page.get_by_role("button", name="Leave at once").click()
    expect(page).to_have_url(re.compile("/offer/$"))
    page.goto("/own/card")
    expect(page.locator("input[name=key]")).to_be_visible()


def test_the_way_out_is_the_first_thing_that_the_keyboard_meets(telephone, own):
    open_card(telephone, own)
    telephone.keyboard.press("Tab")
    leave = telephone.get_by_role("button", name="Leave at once")
    expect(leave).to_be_focused()
    telephone.mouse.wheel(0, 3000)
    expect(leave).to_be_in_viewport()
    telephone.keyboard.press("Enter")
    expect(telephone).to_have_url(re.compile("/offer/$"))


@pytest.mark.parametrize(("width", "scheme"), [(320, "light"), (1280, "dark")])
@pytest.mark.parametrize("reading", READINGS)
def test_every_page_is_accessible(new_context, own, reading, width, scheme):
    page = new_context(viewport={"width": width, "height": 800}, color_scheme=scheme).new_page()
    page.goto(f"/own/?reading={reading}")
    look(page)
    if width == 320:  # once a reading: there are only so many tries a minute from one address
        type_in(page, own, key="wrong")
        look(page)
    type_in(page, own)
    for path in ("/own/card", "/own/card?dates=1", "/own/key"):
        page.goto(path)
        look(page)


def look(page: Page) -> None:
    check(page)
    check_width(page)


@pytest.mark.parametrize("reading", READINGS)
def test_the_paper_with_the_key_is_one_page(person: Callable[..., Page], take_card, reading):
    worker = person("worker")
    card_page = f"/cards/{staff.hand_out(worker, take_card('stock'))}"
    key = make_key(worker, card_page, reading)
    assert re.fullmatch(r"(?:\w{4}-){3}\w{4}", key)
    assert sheets(worker) == [A4]
    look(worker)
    worker.set_viewport_size({"width": 320, "height": 640})
    look(worker)
    worker.set_viewport_size({"width": 1280, "height": 800})
    worker.goto(f"{card_page}/own-key")
    look(worker)
