"""The desk and the register: by keyboard alone, answers that stay, another unit's card, a unit from nothing to work."""

import io
import re
from collections.abc import Callable
from typing import Any

import pytest
from playwright.sync_api import Locator, Page, expect
from pypdf import PdfReader

from tests.browser import staff

MOST_STOPS = 80
# The element with the focus: its place among all elements, whether the focus is seen, and whether the screen shows it.
FOCUSED = """
() => {
  const node = document.activeElement;
  if (node === document.body) return null;
  const box = node.getBoundingClientRect(), around = [node, node.parentElement, node.parentElement.parentElement];
  return {
    place: [...document.querySelectorAll('*')].indexOf(node),
    what: node.outerHTML.slice(0, 120),
    marked: around.map((box) => getComputedStyle(box)).some(
      ({ outlineStyle, outlineWidth }) => outlineStyle !== 'none' && parseFloat(outlineWidth) >= 2),
    shown: box.width > 1 && box.height > 1 && box.bottom > 0 && box.top < innerHeight && box.right > 0,
  };
}
"""


@pytest.fixture
def worker(person: Callable[..., Page]) -> Page:
    """Return the page of a worker."""
    return person("worker")


def test_card_is_handed_out_by_keyboard_alone(worker, take_card):
    number, keys = take_card("stock"), worker.keyboard
    worker.goto("/cards/")
    tab_to(worker, worker.get_by_role("main").get_by_role("link", name="Hand out a card"))
    keys.press("Enter")
    expect(worker.locator("input[name=number]")).to_be_focused()
    keys.type(number.lower())
    keys.press("Enter")
    for name, text in {"birth_year": "1979", "postcode": "53200", "children": "1"}.items():
        tab_to(worker, worker.locator(f"input[name={name}]"))
        keys.type(text)
    tab_to(worker, worker.locator("select[name=life_situation]"))
    keys.press("ArrowDown")
    tab_to(worker, worker.get_by_role("button", name="Go on"))
    keys.press("Enter")
    expect(worker.locator("main dl")).to_contain_text("53200")
    for condition in ("is_client", "is_local", "is_tight"):
        tab_to(worker, worker.locator(f"input[name={condition}]"))
        keys.press("Space")
    tab_to(worker, worker.get_by_role("button", name="Hand out the card"))
    keys.press("Enter")
    worker.wait_for_url(staff.IN_USE)
    expect(worker.locator("[data-number]")).to_have_attribute("data-number", number)


@pytest.mark.parametrize("step", ["desk", "number", "answers", "confirm"])
def test_focus_goes_in_order_and_is_seen(step, worker, take_card):
    worker.goto("/cards/")
    if step != "desk":
        worker.goto("/cards/new")
    if step in ("answers", "confirm"):
        worker.locator("input[name=number]").fill(take_card("stock"))
        staff.send(worker, form="/cards/new")
    if step == "confirm":
        staff.answer(worker)
        staff.send(worker, form="/cards/new/answers")
        expect(worker.locator("input[name=is_tight]")).to_be_visible()
    stops = walk(worker)
    assert len(stops) > 8
    assert [stop["place"] for stop in stops] == sorted(stop["place"] for stop in stops)
    assert not [stop["what"] for stop in stops if not stop["marked"]], "focus that nobody sees"
    assert not [stop["what"] for stop in stops if not stop["shown"]], "focus outside of the screen"


def test_menu_of_a_telephone_opens_by_keyboard(worker, new_context):
    page = new_context(storage_state=worker.context.storage_state(), viewport={"width": 360, "height": 740}).new_page()
    page.goto("/cards/")
    expect(page.get_by_role("navigation", name="Main menu")).to_be_hidden()
    tab_to(page, page.get_by_role("button", name="Menu"))
    page.keyboard.press("Enter")
    tab_to(page, page.get_by_role("navigation", name="Main menu").get_by_role("link").first)
    page.keyboard.press("Escape")
    expect(page.get_by_role("navigation", name="Main menu")).to_be_hidden()
    expect(page.get_by_role("button", name="Menu")).to_be_focused()


def test_answers_stay_after_errors_and_on_the_way_back(worker, take_card, today):
    begin(worker, take_card("stock"))
    wrong = {"birth_year": str(today.year - 15), "postcode": "5310", "children": "99"}
    staff.answer(worker, **wrong)
    worker.locator("select[name=language]").select_option(index=2)
    kept = worker.locator("select[name=language]").input_value()
    for name, right in {"birth_year": str(today.year - 16), "postcode": "53100", "children": "3"}.items():
        staff.send(worker, form="/cards/new/answers")
        expect(worker.get_by_role("alert")).to_be_focused()
        expect(worker.locator(f"input[name={name}]")).to_have_attribute("aria-invalid", "true")
        for field, value in wrong.items():
            expect(worker.locator(f"input[name={field}]")).to_have_value(value)
        worker.get_by_role("alert").get_by_role("link").first.click()
        expect(worker.locator(f"input[name={name}]")).to_be_focused()
        worker.locator(f"input[name={name}]").fill(right)
        wrong[name] = right
    staff.send(worker, form="/cards/new/answers")
    worker.locator("button[name=back]").click()
    expect(worker.locator("select[name=language]")).to_have_value(kept)
    for field, value in wrong.items():
        expect(worker.locator(f"input[name={field}]")).to_have_value(value)


def test_conditions_must_be_confirmed_all_three(worker, take_card):
    number = take_card("stock")
    begin(worker, number)
    staff.answer(worker, children="2")
    staff.send(worker, form="/cards/new/answers")
    worker.locator("input[name=is_local]").check()
    staff.send(worker, form="/cards/new/hand-out")
    expect(worker.get_by_role("alert")).to_contain_text("all three conditions")
    expect(worker.locator("input[name=is_local]")).to_be_checked()
    for condition in ("is_client", "is_tight"):
        worker.locator(f"input[name={condition}]").check()
    staff.send(worker, form="/cards/new/hand-out")
    worker.wait_for_url(staff.IN_USE)
    begin(worker, number)
    expect(worker.get_by_role("alert")).to_contain_text("in use already")
    expect(worker.locator("input[name=number]")).to_have_value(number)


def test_card_of_another_unit_is_handed_out_after_a_warning(person, take_card):
    worker, number = person("worker", "Vammaispalvelut"), take_card("stock")
    begin(worker, number)
    expect(worker.get_by_role("heading", level=1)).to_have_text("A card of another unit")
    expect(worker.locator("input[name=birth_year]")).to_have_count(0)
    staff.send(worker, form="/cards/new")
    staff.answer(worker)
    staff.send(worker, form="/cards/new/answers")
    for condition in ("is_client", "is_local", "is_tight"):
        worker.locator(f"input[name={condition}]").check()
    staff.send(worker, form="/cards/new/hand-out")
    worker.wait_for_url(staff.IN_USE)
    worker.goto("/cards/")
    expect(worker.locator(f"[data-number={number}]")).to_be_visible()


def test_unit_is_opened_and_its_worker_hands_out_the_first_card(person, page):
    coordinator, name = person("coordinator"), "Kokeilun lähipalvelu"
    staff.open_unit(coordinator, name)
    link = staff.invite(coordinator, "Taimi Työ", email="taimi@kokeilu.example", role="worker")
    page.goto(link)
    page.locator("input[name=password]").fill("lyhyt")
    staff.send(page, form="")
    expect(page.get_by_role("alert")).to_contain_text("12 to 128 characters")
    staff.accept_invitation(page, link)
    expect(page).to_have_url(re.compile("/cards/$"))
    assert page.goto(link).status == 410

    coordinator.goto("/stock/")
    coordinator.locator("select[name=unit]").select_option(label=name)
    coordinator.locator("input[name=count]").fill("12")
    staff.send(coordinator, form="")
    row = coordinator.get_by_role("row").filter(has_text=name)
    sheet = PdfReader(io.BytesIO(staff.download(coordinator, row.get_by_role("link"))))
    numbers = re.findall(r"EK \w{4} \w{4} \w", "".join(page.extract_text() for page in sheet.pages))
    assert (len(sheet.pages), len(set(numbers))) == (4, 12)

    page.goto("/cards/")
    expect(page.get_by_role("main")).to_contain_text("12 cards left")
    staff.hand_out(page, numbers[0])
    page.goto("/cards/")
    expect(page.get_by_role("main")).to_contain_text("11 cards left")


def begin(worker: Page, number: str) -> None:
    """Enter a stock card's number at the desk."""
    worker.goto("/cards/new")
    worker.locator("input[name=number]").fill(number)
    staff.send(worker, form="/cards/new")


def tab_to(page: Page, target: Locator) -> None:
    """Press Tab until the focus is on an element. Raises AssertionError when it never gets there."""
    expect(target).to_be_visible()
    for _ in range(MOST_STOPS):
        if target.evaluate("node => node === document.activeElement"):
            return
        page.keyboard.press("Tab")
    raise AssertionError(f"{target} cannot be reached by keyboard")


def walk(page: Page) -> list[dict[str, Any]]:
    """Press Tab through the whole page from its first stop, the way past the menu; return what had the focus."""
    page.locator(".skip-link").focus()
    stops = [page.evaluate(FOCUSED)]
    for _ in range(MOST_STOPS):
        page.keyboard.press("Tab")
        stop = page.evaluate(FOCUSED)
        if stop is None:
            return stops
        stops.append(stop)
    raise AssertionError("the focus goes round and round")
