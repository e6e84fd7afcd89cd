"""The tablet in the hand: the ring, today's list, every verdict on a low screen, the keyboard alone, and the light."""

import re

import pytest
from playwright.sync_api import Page, expect

from tests.browser.door import SCANS, Door

LOW = {"width": 740, "height": 360}
SMALL = {"width": 360, "height": 640}
READINGS = {
    "active": "welcome",
    "active_with_children": "counts",
    "KUO-2231": "check",
    "expired": "not-now",
    "slip": "technical",
}
# What has to be scrolled to be reached, in pixels.
HIDDEN_BELOW = "node => node.scrollHeight - node.clientHeight"


@pytest.fixture(scope="module")
def shown(open_context, theatre):
    """Open one tablet page for what leaves nothing behind."""
    with open_context(storage_state=theatre.tablet) as context:
        yield Door.open(context)


def test_ring_registers_by_itself_once(door, take_card):
    door.set_ring(True)
    sent = watch_items(door.page)
    with door.page.expect_response(SCANS):
        door.type(take_card("active"))
        door.expect_verdict("welcome")
        expect(door.verdict).to_have_attribute("data-ring", "on")
        expect(door.verdict.locator(".verdict-ring")).to_be_visible()
        expect(door.page.locator("[data-live]")).to_contain_text("by itself")
    expect(door.recorded).to_be_visible()
    expect(door.recorded).to_contain_text("1 adult")
    assert [item["counts"]["adult"] for item in sent] == [1]


def test_touch_stops_the_ring_and_opens_the_counts(door, take_card):
    door.page.clock.install()
    door.set_ring(True)
    sent = watch_items(door.page)
    door.type(take_card("active"))
    door.expect_verdict("welcome")
    expect(door.verdict).to_have_attribute("data-ring", "on")
    expect(door.counter("adult")).to_be_hidden()
    door.page.locator("[data-verdict-heading]").click()
    expect(door.counter("adult")).to_be_visible()
    door.page.clock.run_for(60_000)
    expect(door.verdict).to_be_visible()
    assert not sent
    door.add("assistant")
    door.register()
    assert [item["counts"]["assistant"] for item in sent] == [1]


def test_children_wait_for_register(door, take_card):
    door.page.clock.install()
    door.set_ring(True)
    door.type(take_card("active_with_children"))
    door.expect_verdict("counts")
    door.page.clock.run_for(60_000)
    expect(door.verdict).to_be_visible()
    expect(door.verdict).to_have_attribute("data-ring", "off")


def test_visit_is_undone_from_todays_list_after_a_reload(door, theatre, take_card):
    door.type(take_card("active"))
    door.expect_verdict("welcome")
    item = door.register().item
    door.page.reload()
    door.wait()
    door.page.locator("[data-open=today]").click()
    row = door.page.locator(f"[data-today='{item['scan_id']}']")
    expect(row).to_contain_text("1 adult")
    expect(row).to_contain_text("Personal card")
    expect(row).not_to_contain_text(re.compile("EK"))
    with door.page.expect_response(SCANS) as arriving:
        row.locator("[data-today-undo]").click()
    (undo,) = arriving.value.request.post_data_json["items"]
    assert (undo["undoes"], arriving.value.json()["answers"][0]["result"]) == (item["scan_id"], "accepted")
    expect(row.locator("[data-today-undo]")).to_have_count(0)
    expect(row).to_contain_text("Undone")
    expect(door.page.locator("#today-heading")).to_be_focused()


@pytest.mark.parametrize("size", [LOW, SMALL], ids=["landscape", "portrait"])
@pytest.mark.parametrize("reading", READINGS)
def test_next_step_of_a_verdict_needs_no_scrolling(reading, size, shown, take_card):
    shown.page.set_viewport_size(size)
    shown.page.locator("[data-number]").blur()
    if reading == "slip":
        shown.scan(take_card("active")[:-1] + "U")
    else:
        shown.type(take_card(reading) if reading.islower() else reading)
    shown.expect_verdict(READINGS[reading])
    expect_no_scrolling(shown)
    shown.leave()


@pytest.mark.parametrize("size", [LOW, SMALL], ids=["landscape", "portrait"])
def test_card_that_was_there_and_the_next_one_need_no_scrolling(size, door, theatre, take_card):
    door.page.set_viewport_size(size)
    card = take_card("active")
    door.type(card)
    door.expect_verdict("welcome")
    door.register()
    expect(door.page.locator("[data-next-card]")).to_be_in_viewport(ratio=1)
    assert door.recorded.evaluate(HIDDEN_BELOW) <= 1
    door.leave()
    door.type(card)
    door.expect_verdict("already")
    expect(door.verdict.locator("[data-verdict-venue]")).to_have_text(theatre.name)
    expect_no_scrolling(door)


def test_counter_stops_at_the_register_and_says_why(shown, take_card):
    shown.page.set_viewport_size(SMALL)
    shown.type(take_card("active_with_children"))
    shown.expect_verdict("counts")
    registered = int(re.sub(r"\D", "", shown.verdict.locator(".fact-children").inner_text()))
    shown.add("child", registered)
    expect(shown.counter("child").locator("[data-counter-why]")).to_contain_text("The register says")
    expect_no_scrolling(shown)
    shown.leave()


def test_round_by_the_keyboard_alone(door, take_card):
    keyboard = door.page.keyboard
    door.page.locator("[data-number]").focus()
    keyboard.type(take_card("active_with_children"), delay=60)
    keyboard.press("Enter")
    door.expect_verdict("counts")
    expect(door.page.locator("#verdict-heading")).to_be_focused()
    press_until_focused(door.page, "[data-value=child] ~ [data-by='1']")
    keyboard.press("Enter")
    expect(door.counter("child").locator("[data-value]")).to_have_text("1")
    press_until_focused(door.page, "[data-verdict-register]")
    with door.page.expect_response(SCANS):
        keyboard.press("Enter")
    expect(door.page.locator("#recorded-heading")).to_be_focused()
    press_until_focused(door.page, "[data-next-card]")
    expect(door.page.locator("[data-undo-time]")).not_to_contain_text("20")
    keyboard.press("Enter")
    expect(door.recorded).to_be_hidden()
    for sheet in ("picker", "today", "settings", "waiting"):
        door.page.locator(f"[data-open={sheet}]").focus()
        keyboard.press("Enter")
        expect(door.page.locator(f"#{sheet}-heading")).to_be_focused()
        keyboard.press("Escape")
        expect(door.page.locator(f"[data-open={sheet}]")).to_be_focused()


def test_light_and_ring_are_kept_on_the_tablet(door):
    root, settings = door.page.locator("html"), door.page.locator("[data-open=settings]")
    expect(root).to_have_attribute("data-light", "auto")
    settings.click()
    door.page.locator("[data-light-choice=dark]").click()
    expect(root).to_have_attribute("data-light", "dark")
    door.leave()
    door.page.reload()
    door.wait()
    expect(root).to_have_attribute("data-light", "dark")
    expect(door.page.locator("[data-light-choice=dark]")).to_have_attribute("aria-pressed", "true")
    expect(door.page.locator("[data-ring-switch]")).to_have_attribute("aria-pressed", "false")


def test_tally_counts_the_event_and_what_waits_here(door, take_card):
    tally = door.page.locator("[data-tally]")
    expect(tally).to_contain_text("On this tablet: 0")
    door.wire.mode = "cut"
    door.type(take_card("active"))
    door.expect_verdict("welcome")
    door.keep()
    door.leave()
    expect(tally).to_contain_text("On this tablet: 1")
    expect(tally).to_contain_text("Plus 1 waiting here")
    door.come_online()
    expect(tally).not_to_contain_text("waiting")
    expect(tally).to_contain_text(re.compile(r"This event: \d+\sadults?"))


def watch_items(page: Page) -> list[dict[str, dict[str, int]]]:
    """Return a list that gets every item the page sends."""
    items: list[dict[str, dict[str, int]]] = []

    def note(request):
        if request.url.endswith("/door/api/scans"):
            items.extend(request.post_data_json["items"])

    page.on("request", note)
    return items


def expect_no_scrolling(door: Door) -> None:
    """Raise AssertionError where something of the verdict, or its buttons, has to be scrolled to."""
    assert door.verdict.locator(".verdict-scroll").evaluate(HIDDEN_BELOW) <= 1
    for button in door.verdict.locator(".verdict-actions button:visible").all():
        expect(button).to_be_in_viewport(ratio=1)
        box = button.bounding_box()
        assert box is not None and box["height"] >= 48


def press_until_focused(page: Page, selector: str) -> None:
    """Press Tab until an element has the focus. Raises AssertionError when the keyboard does not come by."""
    for _ in range(20):
        if page.locator(selector).evaluate("node => node === document.activeElement"):
            return
        page.keyboard.press("Tab")
    raise AssertionError(f"Tab does not lead to {selector}")
