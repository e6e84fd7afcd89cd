"""Every acknowledged visit is in the ledger exactly once, whatever the network and the other tablets do meanwhile."""

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import BrowserContext, BrowserType, Page, expect

from tests.browser import staff
from tests.browser.door import Door
from tests.browser.ledger import acknowledged, arrived_once, moment_of
from tests.browser.outage import KeptTablet, enrol_by_page
from tests.faults.wire import Fate, Wire
from tests.serving import Demo

SCANS_OFFLINE = 40
NUMBER = "LAP-{:04d}"  # of another area: as many as are needed, and nobody else's


@pytest.fixture
def code(theatre) -> Callable[[], str]:
    """Return a function that plans a tablet of the theatre."""
    return lambda: staff.plan_tablet(theatre.manager).partition("#")[2]


@pytest.fixture
def enrolled(code, new_context: Callable[..., BrowserContext]) -> Callable[..., Door]:
    """Return a function that enrols a tablet in a browser of its own; nothing is recorded by itself."""

    def enrol(name: str = "Kassa", **options: Any) -> Door:
        door = enrol_by_page(new_context(**options).new_page(), code(), name=name)
        door.set_ring(False)
        return door

    return enrol


@pytest.fixture
def wire(demo: Demo) -> Iterator[Wire]:
    """Return a network that does as it is told."""
    port = int(demo.url.rpartition(":")[2])
    wire = Wire(lambda: port, seed=7)
    wire.is_calm = True
    yield wire
    wire.stop()


def keep_all(door: Door, cards: list[str], verdict: str = "check") -> None:
    """Read cards and record a visit of each."""
    for card in cards:
        door.type(card)
        door.expect_verdict(verdict)
        door.keep()
        door.leave()


def all_sent(door: Door) -> None:
    """Tell the page that the network is there, and wait until nothing waits."""
    door.page.evaluate("dispatchEvent(new Event('online'))")
    expect(door.status).to_contain_text("All sent", timeout=30_000)


def test_forty_scans_from_a_cold_start_arrive_once_with_their_first_times(
    browser_type: BrowserType, demo: Demo, code, tmp_path: Path, complaints: list[str]
):
    kept = KeptTablet(browser_type, demo.url, tmp_path / "profile", complaints)
    with kept.opened() as context:
        enrol_by_page(context.new_page(), code()).set_ring(False)
    with kept.opened() as context:
        context.set_offline(True)
        door = Door.open(context)
        keep_all(door, [NUMBER.format(place) for place in range(SCANS_OFFLINE)])
        expect(door.status).to_contain_text(f"Waiting: {SCANS_OFFLINE}")
        before = acknowledged(door.page)
    with kept.opened() as context:
        door = Door.open(context)
        all_sent(door)
        items = acknowledged(door.page)
    assert items == before and len(items) == SCANS_OFFLINE, "what waits is fixed"
    rows = arrived_once(demo.instance, items)
    times = [row.occurred_at for row in rows]
    assert times == sorted(set(times)) and times[-1] < min(row.received_at for row in rows)
    assert {row.flags for row in rows} == {frozenset({"elsewhere"})}


def test_a_network_that_loses_three_of_ten_and_answers_after_the_commit(enrolled, wire: Wire, demo: Demo):
    door = enrolled(base_url=wire.url)
    wire.weather, wire.is_calm = {Fate.UNANSWERED: 1}, False
    with door.page.expect_event("requestfailed", lambda request: request.url.endswith("/door/api/scans")):
        keep_all(door, [NUMBER.format(100)])
    expect(door.status).to_contain_text("Waiting: 1")
    assert len(arrived_once(demo.instance, acknowledged(door.page))) == 1, "kept, and the tablet does not know"
    wire.weather = {Fate.PASSED: 7, Fate.CUT: 1, Fate.UNANSWERED: 1, Fate.HALF_ANSWERED: 1}
    keep_all(door, [NUMBER.format(place) for place in range(101, 109)])
    wire.is_calm = True
    all_sent(door)
    assert wire.cuts > 1
    assert len(arrived_once(demo.instance, acknowledged(door.page))) == 9


def test_two_tablets_read_one_card_without_a_network(enrolled, demo: Demo, take_card):
    doors, card = [enrolled("Lava"), enrolled("Kassa")], take_card("active")
    for door in doors:
        door.page.context.set_offline(True)
        keep_all(door, [card], "welcome")
    for door in doors:
        door.page.context.set_offline(False)
        all_sent(door)
    rows = arrived_once(demo.instance, [item for door in doors for item in acknowledged(door.page)])
    assert [row.flags for row in rows] == [frozenset(), frozenset({"double"})]
    assert [row.counts for row in rows] == [True, False]


def test_a_card_that_is_blocked_during_the_outage(enrolled, person, demo: Demo, take_card):
    door, cards = enrolled(), [take_card("active"), take_card("active")]
    door.page.context.set_offline(True)
    keep_all(door, cards[:1], "welcome")
    for card in cards:
        block(person("coordinator"), card)
    keep_all(door, cards[1:], "welcome")
    door.page.context.set_offline(False)
    all_sent(door)
    rows = arrived_once(demo.instance, acknowledged(door.page))
    assert [row.flags for row in rows] == [frozenset(), frozenset({"blocked_unknown"})]
    assert all(row.counts for row in rows)
    door.type(cards[0])
    door.expect_verdict("not-now")


def test_a_tablet_that_is_taken_out_of_use_with_a_queue_sends_it(enrolled, theatre, demo: Demo):
    door = enrolled("Kadonnut")
    door.page.context.set_offline(True)
    keep_all(door, [NUMBER.format(place) for place in range(200, 200 + SCANS_OFFLINE)])
    revoke(theatre.manager, "Kadonnut")
    door.page.context.set_offline(False)
    all_sent(door)
    items = acknowledged(door.page)
    assert len(items) == SCANS_OFFLINE
    assert {row.flags for row in arrived_once(demo.instance, items)} == {frozenset({"elsewhere", "device"})}
    assert moment_of(items[0]) < moment_of(items[-1])


def block(coordinator: Page, card: str) -> None:
    """Block a card by its number."""
    coordinator.goto("/area/cards/")
    coordinator.locator("input[name=number]").fill(card)
    staff.send(coordinator, form="/area/cards/")
    coordinator.locator("input[name=reason]").last.check()
    staff.send(coordinator, form="/block")


def revoke(manager: Page, name: str) -> None:
    """Take a tablet of the venue out of use."""
    manager.goto("/venue/tablets/")
    manager.get_by_role("link", name=name).click()
    manager.once("dialog", lambda dialog: dialog.accept())
    with manager.expect_navigation():
        manager.locator("form[action$='/revoke'] button").click()
