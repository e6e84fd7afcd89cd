"""What goes wrong on the tablet itself: its clock, its storage, its tab, and what it is given to read."""

import re
from collections.abc import Callable
from datetime import UTC, datetime, timedelta

import pytest
from playwright.sync_api import BrowserContext, Error, Page, expect

from kaikukortti.rules import number
from kaikukortti.rules.number import Malformed
from tests.browser import staff
from tests.browser.door import Door
from tests.browser.ledger import acknowledged, arrived_once
from tests.browser.outage import enrol_by_page
from tests.hostiletexts import WORST
from tests.serving import Demo

# A clock that the test can turn, for as long as the browser lives.
TURNABLE = """(() => {
  const Told = Date;
  const now = Date.now.bind(Date);
  const turned = () => now() + Number(localStorage.getItem("turned") ?? 0);
  globalThis.Date = class extends Told {
    constructor(...given) { super(...(given.length ? given : [turned()])); }
    static now() { return turned(); }
  };
})();"""
TURN = "by => localStorage.setItem('turned', String(by))"
HOUR, YEAR = timedelta(hours=1), timedelta(days=365)
AUTUMN_NIGHT = datetime(2026, 10, 25, 0, 30, tzinfo=UTC)  # half past three in Helsinki, and an hour later once more
PATIENCE = timedelta(seconds=30)

# A full disc shows at the very end: the writing went well and the transaction does not.
FULL = """() => {
  const { add } = IDBObjectStore.prototype;
  IDBObjectStore.prototype.add = function (...values) {
    const request = add.apply(this, values);
    request.addEventListener("success", () => this.transaction.abort());
    return request;
  };
}"""
VIOLATIONS = """() => {
  window.violations = [];
  document.addEventListener("securitypolicyviolation", (event) => window.violations.push(event.violatedDirective));
}"""
# What a hand scanner types, as keys of the page.
BURST = """text => {
  const how = { bubbles: true, cancelable: true };
  const press = (key) => document.body.dispatchEvent(new KeyboardEvent("keydown", { key, ...how }));
  [...text, "Enter"].forEach(press);
}"""
READABLE = [text for text in WORST if text.isprintable() and 4 <= len(text) <= 60]


@pytest.fixture
def enrolled(theatre, new_context: Callable[..., BrowserContext]) -> Callable[[], Door]:
    """Return a function that enrols a tablet of the theatre, whose clock can be turned."""

    def enrol() -> Door:
        context = new_context()
        context.add_init_script(TURNABLE)
        door = enrol_by_page(context.new_page(), staff.plan_tablet(theatre.manager).partition("#")[2])
        door.set_ring(False)
        return door

    return enrol


def keep(door: Door, code: str) -> None:
    """Read a code of another area, which is always let in, and record the visit."""
    door.type(code)
    door.expect_verdict("check")
    door.keep()
    door.leave()


def all_sent(door: Door) -> None:
    """Tell the page that the network is there, and wait until nothing waits."""
    door.page.evaluate("dispatchEvent(new Event('online'))")
    expect(door.status).to_contain_text("All sent", timeout=30_000)


def turn(door: Door, by: timedelta) -> None:
    """Turn the tablet's clock and start its page, which meets the server's."""
    door.page.evaluate(TURN, by / timedelta(milliseconds=1))
    with door.page.expect_response("**/door/api/status*") as met, door.page.expect_response("**/door/api/snapshot*"):
        door.page.reload()
    met.value.finished()
    door.wait()
    door.page.wait_for_timeout(500)  # the page has the answer; that it has reckoned with it shows nowhere


def test_a_wrong_clock_changes_no_time_and_a_turned_one_is_asked_about(enrolled, demo: Demo):
    door = enrolled()
    context, begun, items = door.page.context, [], []
    now = datetime.now(UTC)
    night = [AUTUMN_NIGHT - now, AUTUMN_NIGHT + HOUR - now]
    turns = [HOUR, -HOUR, YEAR, -YEAR, *night]
    for place, by in enumerate(turns):
        turn(door, by)
        context.set_offline(True)
        begun.append(datetime.now(UTC))
        keep(door, f"KUO-1{place:03d}")
        items += acknowledged(door.page)[-1:]  # those that were sent are forgotten after a week of the tablet's own
        context.set_offline(False)
        all_sent(door)
    context.set_offline(True)
    door.page.evaluate(TURN, 0)
    keep(door, "KUO-1100")
    context.set_offline(False)
    all_sent(door)
    *right, doubtful = arrived_once(demo.instance, [*items, *acknowledged(door.page)[-1:]])
    for at, row in zip(begun, right, strict=True):
        assert timedelta(seconds=-2) < row.occurred_at - at < PATIENCE
        assert (row.flags, row.counts) == (frozenset({"elsewhere"}), True)
    assert "time" in doubtful.flags and not doubtful.counts


def test_storage_that_is_full_and_a_tab_that_is_killed(enrolled, demo: Demo):
    door = enrolled()
    context = door.page.context
    keep(door, "KUO-1200")
    door.page.evaluate(FULL)
    door.type("KUO-1201")
    door.expect_verdict("check")
    door.page.locator("[data-verdict-register]").click()
    door.expect_verdict("technical")
    expect(door.recorded).to_be_hidden()
    door.page.reload()
    door.wait()
    context.set_offline(True)
    door.type("KUO-1202")
    door.expect_verdict("check")
    door.keep()
    kill(door.page)
    door = Door.open(context)
    keep(door, "KUO-1203")
    context.set_offline(False)
    all_sent(door)
    items = acknowledged(door.page)
    assert [item["code"] for item in items] == ["KUO-1200", "KUO-1202", "KUO-1203"]
    arrived_once(demo.instance, items)


def test_storage_that_is_emptied_loses_nothing_that_was_sent(enrolled, demo: Demo, complaints):
    door = enrolled()
    keep(door, "KUO-1300")
    all_sent(door)
    before = acknowledged(door.page)
    session = door.page.context.new_cdp_session(door.page)
    kinds = "indexeddb,cache_storage,service_workers"
    session.send("Storage.clearDataForOrigin", {"origin": door.page.evaluate("location.origin"), "storageTypes": kinds})
    door.page.reload()
    door.page.locator("[data-evicted-mend]").click()
    expect(door.page.locator("[data-evicted]")).to_be_hidden()
    door.set_ring(False)
    keep(door, "KUO-1301")
    all_sent(door)
    after = acknowledged(door.page)
    assert {item["series"] for item in before}.isdisjoint(item["series"] for item in after)
    assert len(arrived_once(demo.instance, [*before, *after])) == 2
    door.page.close()
    complaints.clear()  # the browser tells of every call that it cut off when it threw the storage away


def test_hostile_texts_do_nothing(enrolled):
    door = enrolled()
    page, moves = door.page, list[str]()
    page.evaluate(VIOLATIONS)
    page.on("framenavigated", lambda frame: moves.append(frame.url))
    page.on("dialog", lambda dialog: moves.append(dialog.message))
    address, title = page.url, page.title()
    for text in READABLE:
        page.evaluate(BURST, text)
        expect_no_welcome(door)
        door.type(text)
        if isinstance(number.read(text, ["EK"]), Malformed):
            expect(page.locator("[data-number]")).to_have_attribute("aria-invalid", "true")
        else:
            expect_no_welcome(door)
        page.locator("[data-number]").fill("")
    assert (page.url, page.title(), moves) == (address, title, [])
    assert page.evaluate("window.violations") == []
    assert acknowledged(page) == []


def expect_no_welcome(door: Door) -> None:
    """Wait for a verdict that lets nobody in, unless unchecked, and leave it."""
    expect(door.verdict).to_be_visible()
    expect(door.verdict).to_have_class(re.compile(r"\bverdict-(technical|check|not-now)\b"))
    door.leave()


def kill(page: Page) -> None:
    """End the tab as a crash does: nothing of the page is asked first."""
    with page.expect_event("crash"), pytest.raises(Error):
        page.goto("chrome://crash")
    page.close()
