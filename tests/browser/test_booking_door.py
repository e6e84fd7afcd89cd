"""Bookings at the door: read by the card, told by the word, without a network from a cold start, a group, on paper."""

import io
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import BrowserType, Locator, Page, expect
from pypdf import PdfReader

from tests.browser import bookedahead
from tests.browser.accessibility import check, check_width
from tests.browser.door import SCANS, Door
from tests.browser.outage import KeptTablet, Outage, enrol_by_page

VENUE = "Lappeenrannan taidemuseo"
SCREENS: dict[str, dict[str, Any]] = {
    "fi": {"viewport": {"width": 768, "height": 1024}},
    "sv": {"viewport": {"width": 360, "height": 740}, "color_scheme": "dark"},
    "en": {"viewport": {"width": 1280, "height": 800}},
}
# Everything that the browser keeps of this page, as text: of what is sealed, its bytes.
KEPT = """async () => {
  const database = await new Promise((resolve) => {
    indexedDB.open("kaiku-door").onsuccess = (event) => resolve(event.target.result);
  });
  const names = Array.from(database.objectStoreNames);
  const read = (name) => new Promise((resolve) => {
    database.transaction(name).objectStore(name).getAll().onsuccess = (event) => resolve(event.target.result);
  });
  const rows = await Promise.all(names.map(read));
  database.close();
  const decoder = new TextDecoder("latin1");
  return JSON.stringify(rows, (key, value) => (value instanceof Uint8Array ? decoder.decode(value) : value));
}"""


@pytest.fixture
def kept(browser_type: BrowserType, outage: Outage, tmp_path: Path, complaints: list[str]) -> KeptTablet:
    """Return a tablet that is switched off."""
    return KeptTablet(browser_type, outage.demo.url, tmp_path / "profile", complaints)


def open_list(door: Door) -> Locator:
    """Open tonight's bookings and return its rows."""
    door.page.locator("[data-open=bookings]").click()
    rows = door.page.locator("[data-booking]")
    expect(rows.first).to_be_visible()
    return rows


def fetch(door: Door) -> None:
    """Have the tablet fetch the list, as it does by itself every ten minutes."""
    with door.page.expect_response("**/door/api/snapshot*"):
        door.page.reload()
    door.wait()
    expect(door.page.locator("[data-open=bookings]")).to_be_visible()


def values(door: Door, *kinds: str) -> list[str]:
    """Return what the counters show."""
    return [door.page.locator(f"[data-value={kind}]").inner_text() for kind in kinds]


def test_a_card_that_was_booked_for_says_so_and_begins_with_its_counts(demo, door: Door, theatre, take_card):
    number = take_card("active_with_children")
    ref = bookedahead.book(demo.instance, number, theatre.name, "Orvokki", title=theatre.second, adult=1, child=1)
    fetch(door)
    door.choose(theatre.second)
    door.type(number)
    door.expect_verdict("counts")
    expect(door.page.locator("[data-verdict-booked]")).to_have_text("Booked: Orvokki, 1 adult, 1 child")
    assert values(door, "adult", "child") == ["1", "1"]
    sent = door.register()
    assert sent.answer["result"] == "accepted" and "booking" not in sent.item
    door.leave()
    assert bookedahead.state_of(demo.instance, ref) == ("redeemed", 2, 2)
    row = open_list(door).filter(has_text="Orvokki")
    expect(row).to_contain_text("Came at")


def test_a_word_is_found_by_a_letter_or_two_and_registered(demo, door: Door, theatre, take_card):
    ref = bookedahead.book(
        demo.instance, take_card("active"), theatre.name, "Quokka", title=theatre.second, adult=1, assistant=1
    )
    bookedahead.book(demo.instance, take_card("active"), theatre.name, "Vaahtera", title=theatre.second, adult=1)
    fetch(door)
    rows = open_list(door)
    search = door.page.locator("[data-bookings-search]")
    search.press_sequentially("qu")
    expect(rows).to_have_count(1)
    search.press("Enter")
    door.expect_verdict("welcome")
    expect(door.verdict.get_by_role("heading")).to_have_text("Quokka")
    expect(door.page.locator("[data-verdict-event]")).to_have_text(theatre.second)
    expect(door.page.locator("[data-verdict-facts]")).not_to_contain_text("Valid until")
    assert values(door, "adult", "assistant") == ["1", "1"]
    sent = door.register()
    assert (sent.item["booking"], sent.answer["flags"]) == (ref, [])
    assert not {"code", "ref"} & sent.item.keys()
    assert bookedahead.state_of(demo.instance, ref) == ("redeemed", 1, 1)
    door.undo()
    assert bookedahead.state_of(demo.instance, ref)[0] == "booked"


def test_a_word_that_was_cancelled_meanwhile_is_told_and_still_registered(demo, door: Door, theatre, take_card):
    ref = bookedahead.book(demo.instance, take_card("active"), theatre.name, "Ångström", title=theatre.second, adult=1)
    fetch(door)
    bookedahead.cancel(demo.instance, ref)
    open_list(door).filter(has_text="Ångström").click()
    expect(door.page.locator("[data-verdict-booked]")).to_contain_text("This booking is not there any more.")
    assert door.register().answer["flags"] == ["booking"]
    assert bookedahead.state_of(demo.instance, ref) == ("cancelled", 1, None)


def test_a_word_without_a_network_from_a_cold_start_is_delivered_once(kept: KeptTablet, outage: Outage):
    instance = outage.demo.instance
    known, gone = outage.demo.said["cards"]["active"][:2]
    ref = bookedahead.book(instance, known, VENUE, "Kvitteni", adult=1)
    cancelled = bookedahead.book(instance, gone, VENUE, "Xylofoni", adult=1)
    with kept.opened() as context:
        door = enrol_by_page(context.new_page(), outage.demo.said["enrolment_codes"][VENUE])
        expect(door.page.locator("[data-open=bookings]")).to_have_text("Bookings: 2")
        assert not {"Kvitteni", "Xylofoni"} & set(door.page.evaluate(KEPT).replace('"', " ").split())
    bookedahead.cancel(instance, cancelled)
    outage.stop()
    with kept.opened() as context:
        door = Door(context.new_page())
        door.page.goto("/door/")
        door.wait()
        for word in ("Kvitteni", "Xylofoni"):
            open_list(door).filter(has_text=word).click()
            door.expect_verdict("welcome")
            expect(door.verdict).to_contain_text("No answer from the network")
            door.keep()
            door.leave()
        expect(open_list(door).filter(has_text="Came at")).to_have_count(2)
        open_list_row = door.page.locator("[data-booking]").first
        open_list_row.click()
        door.expect_verdict("already")
        door.leave()
        expect(door.status).to_contain_text("Waiting: 2")
        outage.restart()
        answers = door.come_online().json()["answers"]
        assert [(answer["result"], answer["flags"]) for answer in answers] == [
            ("accepted", []),
            ("flagged", ["booking"]),
        ]
        expect(door.status).to_contain_text("All sent")
    assert bookedahead.state_of(instance, ref) == ("redeemed", 1, 1)
    assert bookedahead.state_of(instance, cancelled) == ("cancelled", 1, None)


def test_a_group_of_eight_comes_with_six(demo, door: Door, theatre, take_card):
    number = take_card("community")
    ref = bookedahead.book(
        demo.instance,
        number,
        theatre.name,
        "Zeppelin",
        title=theatre.second,
        worker=2,
        under16=6,
        own_cards=3,
        access_needs=["step_free"],
        arrives_at=datetime.now(UTC) + timedelta(minutes=10),
    )
    fetch(door)
    row = open_list(door).filter(has_text="Zeppelin")
    expect(row).to_contain_text("2 workers, 6 under 16")
    expect(row).to_contain_text("3 more with own cards")
    expect(row).to_contain_text("A way in without steps")
    door.leave()
    door.choose(theatre.second)
    door.type(number)
    door.expect_verdict("counts")
    # The evening is shared by the tests: some of their cards may be of this group's unit.
    read = bookedahead.own_cards_at(demo.instance, number, theatre.second)
    expect(door.page.locator("[data-verdict-facts]")).to_contain_text(f"Own cards read: {read} of 3")
    assert values(door, "worker", "under16") == ["2", "6"]
    for _ in range(2):
        door.counter("under16").locator("[data-by='-1']").click()
    assert door.register().answer["result"] == "accepted"
    assert bookedahead.state_of(demo.instance, ref) == ("redeemed", 8, 6)


def test_a_hand_scanner_is_heard_in_the_search_too(demo, door: Door, theatre, take_card):
    bookedahead.book(demo.instance, take_card("active"), theatre.name, "Åkerö", title=theatre.second, adult=1)
    fetch(door)
    open_list(door)
    door.page.locator("[data-bookings-search]").focus()
    door.scan("nosuchword")
    expect(door.page.locator("[data-bookings-none]")).to_have_text("No booking has such a word.")
    expect(door.verdict).to_be_hidden()
    door.page.locator("[data-bookings-search]").fill("")
    door.scan(take_card("active"))
    door.expect_verdict("welcome")


def test_practice_has_a_booking_that_is_never_sent(door: Door):
    door.page.route(SCANS, lambda route: pytest.fail("sent"))
    door.page.locator("[data-practice-start]").click()
    open_list(door).click()
    door.expect_verdict("counts")
    expect(door.verdict.locator("[data-practice-word]")).to_have_text("PRACTICE")
    assert values(door, "adult", "child") == ["1", "2"]
    door.keep()
    door.leave()
    expect(open_list(door)).to_contain_text("Came at")


@pytest.mark.parametrize("language", SCREENS)
def test_the_list_and_the_verdict_pass_axe_and_print_on_paper(language, demo, new_context, theatre, take_card):
    word = {"fi": "Wokki", "sv": "Ypsilon", "en": "Öljylamppu"}[language]
    bookedahead.book(demo.instance, take_card("active"), theatre.name, word, title=theatre.second, adult=1)
    context = new_context(language=language, storage_state=theatre.tablet, **SCREENS[language])
    door = Door.open(context)
    page = door.page
    check(page)
    rows = open_list(door)
    check(page)
    check_width(page)
    small = [box for box in (row.bounding_box() for row in rows.all()) if box is None or box["height"] < 48]
    assert not small
    expect(paper(page)).to_contain_text(word)
    rows.filter(has_text=word).click()
    door.expect_verdict("welcome")
    expect(door.page.locator("[data-verdict-booked]")).to_be_visible()
    check(page)
    check_width(page)


def paper(page: Page) -> Locator:
    """Print the list on one page of A4 without a button on it; return the list, as the screen shows it again."""
    page.emulate_media(media="print")
    printed = PdfReader(io.BytesIO(page.pdf(prefer_css_page_size=True)))
    page.emulate_media(media="screen")
    (side,) = printed.pages
    text = side.extract_text()
    found = page.locator("[data-bookings-list]")
    assert all(word in text for word in found.locator(".booking-word").all_inner_texts())
    assert page.locator("[data-bookings-print]").inner_text() not in text
    return found
