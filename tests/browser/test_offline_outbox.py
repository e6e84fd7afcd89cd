"""What the tablet has recorded survives: a killed tab, a second tab, a full or emptied storage, a new version."""

import json
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

import pytest
from playwright.sync_api import BrowserContext, Error, Page, Request, Route, expect

from tests.browser import staff
from tests.browser.between import Between, between
from tests.browser.door import SCANS, Door
from tests.browser.outage import enrol_by_page, wait_until_kept


@pytest.fixture
def enrolled(theatre, new_context: Callable[..., BrowserContext]) -> Callable[..., Door]:
    """Return a function that enrols a tablet of the theatre in a browser of its own: `enrolled(base_url=…)`."""

    def enrol(**options: Any) -> Door:
        code = staff.plan_tablet(theatre.manager).partition("#")[2]
        return enrol_by_page(new_context(**options).new_page(), code)

    return enrol


@contextmanager
def cut(context: BrowserContext) -> Iterator[None]:
    """Let no registration of any tab through meanwhile; they go on being watched after it (see door.Wire)."""
    is_cut = True

    def carry(route: Route) -> None:
        if is_cut:
            return route.abort()
        return route.continue_()

    context.route(SCANS, carry)
    yield
    is_cut = False


def sent_items(context: BrowserContext) -> list[dict[str, Any]]:
    """Return the list of what the tabs of a context send from now on."""
    items: list[dict[str, Any]] = []

    def note(request: Request) -> None:
        if request.url.endswith("/door/api/scans"):
            items.extend(json.loads(request.post_data or "{}")["items"])

    context.on("requestfinished", note)
    return items


def record(door: Door, card: str) -> None:
    """Read a card and record the visit, where no registration gets through."""
    door.type(card)
    door.expect_verdict("welcome")
    door.keep()


def test_tab_killed_right_after_welcome_loses_nothing(enrolled, take_card):
    door = enrolled()
    context = door.page.context
    sent = sent_items(context)
    with cut(context):
        record(door, take_card("active"))
        kill(door.page)
        door = Door(context.new_page())
        door.page.goto("/door/")
        door.wait()
        expect(door.status).to_contain_text("Waiting: 1")
    door.page.evaluate("dispatchEvent(new Event('online'))")
    expect(door.status).to_contain_text("All sent")
    assert [item["run"] for item in sent] == [1]


def kill(page: Page) -> None:
    """End the tab as a crash does: nothing of the page is asked first."""
    with page.expect_event("crash"), pytest.raises(Error):
        page.goto("chrome://crash")
    page.close()


def test_two_tabs_count_together_and_send_each_visit_once(enrolled, take_card):
    first = enrolled()
    context = first.page.context
    second = Door.open(context)
    sent = sent_items(context)
    with cut(context):
        for door in (first, second):
            record(door, take_card("active"))
            door.leave()
    for door in (first, second):
        door.page.evaluate("dispatchEvent(new Event('online'))")
    for door in (first, second):
        door.page.locator("[data-open=waiting]").click()
        expect(door.page.locator("[data-waiting-list] li")).to_have_count(0)
        expect(door.status).to_contain_text("All sent")
    assert sorted(item["run"] for item in sent) == [1, 2]
    assert len({item["series"] for item in sent}) == 1
    assert len({item["scan_id"] for item in sent}) == 2


def test_storage_that_the_browser_emptied_is_named_and_healed_by_one_tap(enrolled, theatre, take_card):
    door = enrolled()
    expect(door.page.locator("[data-evicted]")).to_be_hidden()
    empty_storage(door.page)
    door.page.reload()
    evicted = door.page.locator("[data-evicted]")
    expect(evicted).to_contain_text("This browser has thrown away what the tablet kept")
    evicted.locator("[data-evicted-mend]").click()
    expect(evicted).to_be_hidden()
    door.type(take_card("active"))
    door.expect_verdict("welcome")
    assert door.register().answer["result"] == "accepted"
    door.page.reload()
    door.wait()
    expect(evicted).to_be_hidden()
    expect(door.page.locator("[data-venue]")).to_have_text(theatre.name)


def empty_storage(page: Page) -> None:
    """Throw away what scripts have stored, as browsers do after weeks; the server's cookies stay."""
    session = page.context.new_cdp_session(page)
    origin = page.evaluate("location.origin")
    kinds = "indexeddb,cache_storage,service_workers"
    session.send("Storage.clearDataForOrigin", {"origin": origin, "storageTypes": kinds})


# A full disc shows at the very end: the writing went well and the transaction does not.
FULL = """() => {
  const add = IDBObjectStore.prototype.add;
  IDBObjectStore.prototype.add = function (...values) {
    const request = add.apply(this, values);
    request.addEventListener("success", () => this.transaction.abort());
    return request;
  };
}"""


def test_full_storage_is_a_technical_fault_and_never_a_welcome(enrolled, take_card):
    door = enrolled()
    sent = sent_items(door.page.context)
    door.page.evaluate(FULL)
    door.type(take_card("active"))
    door.expect_verdict("welcome")
    door.page.locator("[data-verdict-register]").click()
    door.expect_verdict("technical")
    expect(door.verdict).to_contain_text("Nothing was recorded")
    expect(door.recorded).to_be_hidden()
    expect(door.page.locator("[data-verdict-register]")).to_be_hidden()
    door.leave()
    expect(door.status).to_contain_text("All sent")
    assert not sent


@pytest.fixture
def proxy(base_url: str) -> Iterator[Between]:
    """Put a proxy before the service, whose page can be made a newer one."""
    with between(base_url) as passing:
        yield passing


def test_new_version_waits_until_nothing_waits_and_the_screen_is_idle(enrolled, proxy, take_card):
    door = enrolled(base_url=proxy.url)
    door.page.reload()
    door.wait()
    before = caches_of(door.page)
    with cut(door.page.context):
        record(door, take_card("active"))
        door.leave()
        proxy.release = "newer"
        door.page.evaluate("navigator.serviceWorker.getRegistration().then((one) => one.update())")
        expect_waiting_version(door.page)
        door.page.evaluate("document.body.dataset.same = 'yes'")
        door.page.wait_for_timeout(5000)
        assert [name for name in caches_of(door.page) if name in before] == before
        expect(door.page.locator("body")).to_have_attribute("data-same", "yes")
    door.page.evaluate("dispatchEvent(new Event('online'))")
    expect(door.status).to_contain_text("All sent")
    expect(door.page.locator("body")).not_to_have_attribute("data-same", "yes", timeout=30_000)
    door.wait()
    wait_until_kept(door.page)
    assert [name[:16] for name in caches_of(door.page)] == ["kaiku-door-newer"]


def caches_of(page: Page) -> list[str]:
    """Return the names of what the browser keeps of the page."""
    names: list[str] = page.evaluate("caches.keys()")
    return names


def expect_waiting_version(page: Page) -> None:
    """Wait until a new version is there and waits."""
    state = "navigator.serviceWorker.getRegistration().then((one) => one.waiting ? 'waiting' : 'none')"
    for _ in range(50):
        if page.evaluate(state) == "waiting":
            return
        page.wait_for_timeout(100)
    raise AssertionError("no new version came")
