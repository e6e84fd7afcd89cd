"""Practice at the door: the whole deck without a server, nothing kept and nothing sent; it ends by itself."""

from datetime import date
from typing import Any

import pytest
from playwright.sync_api import BrowserType, Page, expect

from tests.browser import conftest, staff
from tests.browser.accessibility import check, check_width
from tests.browser.door import SCANS, Door
from tests.browser.outage import KeptTablet, Outage, enrol_by_page
from venues import practice

VENUE = "Lappeenrannan taidemuseo"
DECK = {card.key: card.number for card in practice.deck()}
SCREENS: dict[str, dict[str, Any]] = {
    "fi": {"viewport": {"width": 820, "height": 1180}},
    "sv": {"viewport": {"width": 320, "height": 640}, "color_scheme": "dark"},
    "en": {"viewport": {"width": 1280, "height": 800}},
}
WORDS = {"fi": "HARJOITUS", "sv": "ÖVNING", "en": "PRACTICE"}
# What the tablet keeps of visits: of practice, nothing.
KEPT = """new Promise((resolve, reject) => {
  const opening = indexedDB.open('kaiku-door');
  opening.onerror = reject;
  opening.onsuccess = () => {
    const read = opening.result.transaction(['outbox', 'recent']);
    const counts = ['outbox', 'recent'].map((name) => read.objectStore(name).count());
    read.oncomplete = () => resolve(counts.map((count) => count.result));
  };
})"""


@pytest.fixture
def kept(browser_type: BrowserType, outage: Outage, tmp_path, complaints: list[str]) -> KeptTablet:
    """Return a tablet that is switched off."""
    return KeptTablet(browser_type, outage.demo.url, tmp_path / "profile", complaints)


@pytest.fixture
def manager(new_context, outage: Outage) -> Page:
    """Return the page of the venue's manager."""
    page: Page = new_context(base_url=outage.demo.url).new_page()
    staff.sign_in(page, conftest.account_of(outage.demo, "venue_manager", VENUE))
    return page


def start(door: Door) -> None:
    """Begin the practice by its one tap."""
    door.page.locator("[data-practice-start]").click()
    expect(door.page.locator("html")).to_have_attribute("data-mode", "practice")


def met(door: Door) -> list[str]:
    """Return the verdicts that are ticked."""
    rows = door.page.locator("[data-practice-list] li[data-met=true] button").all()
    return [row.get_attribute("data-rehearse") or "" for row in rows]


def rehearse(door: Door, key: str, verdict: str) -> None:
    """Type a card of the deck and see its verdict with the word of practice."""
    door.type(DECK[key])
    door.expect_verdict(verdict)
    expect(door.verdict.locator("[data-practice-word]")).to_have_text("PRACTICE")
    expect(door.page.locator("[data-live]")).to_contain_text("PRACTICE.")


def rehearse_all(door: Door, real_card: str) -> None:
    """Go through the six verdicts as at a real door: register, undo, register, read again, let in, explain."""
    rehearse(door, "welcome", "welcome")
    door.keep()
    expect(door.page.locator("[data-undo-time]")).not_to_contain_text("20")
    door.page.locator("[data-undo]").click()
    expect(door.recorded).to_contain_text("Undone")
    door.leave()
    # The ring registers by itself, as live.
    door.set_ring(True)
    rehearse(door, "welcome", "welcome")
    expect(door.recorded).to_be_visible()
    door.leave()
    rehearse(door, "welcome", "already")
    door.leave()
    rehearse(door, "counts", "counts")
    door.add("child", 2)
    door.keep()
    expect(door.recorded).to_contain_text("1 adult, 2 children")
    door.leave()
    expect(door.page.locator("[data-tally]")).to_contain_text("On this tablet: 4")
    rehearse(door, "check", "check")
    door.leave()
    door.type(real_card)
    door.expect_verdict("technical")
    expect(door.verdict).to_contain_text("This is a real card.")
    door.leave()
    assert met(door) == ["welcome", "counts", "already", "check"]
    rehearse(door, "full", "not-now")
    door.leave()
    rehearse(door, "technical", "technical")
    door.leave()
    expect(door.page.locator("[data-practice-count]")).to_contain_text("All six seen")


def test_practice_from_a_cold_start_without_a_server(kept: KeptTablet, outage: Outage, manager: Page, today: date):
    before = staff.evening(manager)["Total"]
    with kept.opened() as context:
        enrol_by_page(context.new_page(), outage.demo.said["enrolment_codes"][VENUE])
    outage.stop()
    with kept.opened() as context:
        door = Door(context.new_page())
        sent: list[str] = []
        context.on("request", lambda request: sent.append(request.url) if request.url.endswith("/scans") else None)
        door.page.goto("/door/")
        door.wait()
        start(door)
        rehearse_all(door, outage.demo.said["cards"]["active"][0])
        assert door.page.evaluate(KEPT) == [0, 0]
        outage.restart()
        with door.page.expect_response("**/door/api/practised") as arriving:
            door.page.evaluate("dispatchEvent(new Event('online'))")
        assert arriving.value.json() == {"instructed_on": today.isoformat()}
        door.page.locator("[data-practice-leave]").click()
        expect(door.page.locator("html")).to_have_attribute("data-mode", "live")
        expect(door.status).to_contain_text("All sent")
        assert not sent
    assert staff.evening(manager)["Total"] == before


def test_a_practice_card_on_a_live_tablet_is_named_and_writes_nothing(door: Door):
    door.type(DECK["welcome"])
    expect(door.page.locator("[data-number-hint]")).to_contain_text("This is a practice card.")
    expect(door.verdict).to_be_hidden()
    door.page.locator("[data-number]").blur()
    door.scan(DECK["welcome"])
    door.expect_verdict("technical")
    expect(door.verdict.get_by_role("heading")).to_have_text("This is a practice card.")
    expect(door.page.locator("[data-verdict-register]")).to_be_hidden()
    assert door.page.evaluate(KEPT) == [0, 0]


def test_practice_ends_by_itself_after_ten_minutes_and_with_a_reload(new_context, theatre):
    context = new_context(storage_state=theatre.tablet)
    context.clock.install()
    door = Door.open(context)
    page = door.page
    start(door)
    context.clock.fast_forward("09:50")
    page.locator("[data-rehearse=counts]").click()
    door.expect_verdict("counts")
    context.clock.fast_forward("09:50")
    expect(page.locator("html")).to_have_attribute("data-mode", "practice")
    context.clock.fast_forward("00:11")
    expect(page.locator("html")).to_have_attribute("data-mode", "live")
    expect(door.verdict).to_be_hidden()
    expect(page.locator("[data-practice]")).to_be_hidden()
    start(door)
    page.reload()
    door.wait()
    expect(page.locator("html")).to_have_attribute("data-mode", "live")


def test_live_goes_on_after_practice(door: Door, take_card):
    start(door)
    rehearse(door, "counts", "counts")
    door.keep()
    door.leave()
    door.page.locator("[data-practice-leave]").click()
    door.type(take_card("active"))
    door.expect_verdict("welcome")
    expect(door.verdict.locator("[data-practice-word]")).to_be_hidden()
    assert door.register().answer["result"] == "accepted"
    assert door.page.evaluate(KEPT) == [1, 1]


def test_each_answer_can_be_touched_without_a_printed_deck(door: Door):
    door.page.route(SCANS, lambda route: pytest.fail("sent"))
    start(door)
    for row in door.page.locator("[data-rehearse]").all():
        row.click()
        expect(door.verdict).to_be_visible()
        door.leave()
    expect(door.page.locator("[data-practice-count]")).to_contain_text("All six seen")
    assert len(met(door)) == 6


@pytest.mark.parametrize("language", SCREENS)
def test_every_screen_of_practice_passes_axe_and_says_the_word(language, new_context, theatre):
    context = new_context(language=language, storage_state=theatre.tablet, **SCREENS[language])
    door = Door.open(context)
    start(door)
    check(door.page)
    check_width(door.page)
    for key, verdict in (("counts", "counts"), ("check", "check"), ("ended", "not-now"), ("technical", "technical")):
        door.type(DECK[key])
        door.expect_verdict(verdict)
        expect(door.verdict.locator("[data-practice-word]")).to_have_text(WORDS[language])
        check(door.page)
        check_width(door.page)
        if key == "counts":
            door.keep()
            expect(door.recorded.locator("[data-practice-word]")).to_have_text(WORDS[language])
            check(door.page)
        door.leave()
