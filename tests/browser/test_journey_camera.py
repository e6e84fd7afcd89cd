"""The main job, end to end: a card is handed out, read at the door by each way of reading, and seen in the figures."""

import io
import re
import time
from collections.abc import Callable
from dataclasses import dataclass

import pytest
import zxingcpp
from PIL import Image
from playwright.sync_api import BrowserContext, Page, Route, expect

from tests.browser import staff
from tests.browser.door import Door

CHILDREN = 2
ENTRIES = {"qr": "camera", "code39": "camera", "scanner": "scanner", "typing": "typed"}


@dataclass(frozen=True)
class Issued:
    """A card as its unit has it: number, address of its page, and the pictures downloaded from there."""

    number: str
    address: str
    front: bytes
    back: bytes


@pytest.fixture
def worker(person: Callable[..., Page]) -> Page:
    """Return the page of a worker."""
    return person("worker")


@pytest.fixture
def coordinator(person: Callable[..., Page]) -> Page:
    """Return the page of the coordinator."""
    return person("coordinator")


@pytest.fixture
def issued(worker: Page, take_card: Callable[[str], str]) -> Issued:
    """Hand out a stock card to an adult with two children and download its pictures, all on the pages."""
    number = take_card("stock")
    address = f"/cards/{staff.hand_out(worker, number, children=str(CHILDREN))}"
    expect(worker.get_by_role("heading", level=1)).to_contain_text("in use from today to")
    worker.locator(f"main a[href$='{address}']").click()
    worker.wait_for_url(re.compile(f"{address}$"))
    front, back = (
        staff.download(worker, worker.locator(f"a[href*='card.png'][href*='side={side}'][href*='save']"))
        for side in ("front", "back")
    )
    return Issued(number, address, front, back)


@pytest.mark.parametrize("way", ENTRIES)
def test_card_is_handed_out_read_and_counted(
    way, issued, worker, coordinator, theatre, tablet, new_context, camera_clip
):
    total, here, evening = uses_now(coordinator, theatre)
    expect_taken_into_use(worker, issued, "Not yet")
    clip = {"qr": issued.front, "code39": issued.back}.get(way)
    door = enrol(theatre.manager, tablet(camera_clip(clip)) if clip else new_context())
    if way == "scanner":
        door.scan(issued.number)
    elif way == "typing":
        door.type(issued.number.lower())
    # Otherwise nothing but the camera's picture tells the page of the card.

    door.expect_verdict("counts")
    event = str(door.event.text_content())
    door.add("child", CHILDREN)
    door.add("assistant")
    sent = door.register()

    assert (sent.item["entry"], sent.answer["result"]) == (ENTRIES[way], "accepted")
    expect(door.recorded.get_by_role("heading")).to_contain_text(re.compile("1.adult, 2.children, 1.assistant"))
    total_after, here_after, evening_after = uses_now(coordinator, theatre)
    assert total_after == total + 1 + CHILDREN
    tickets = {"Adults": 1, "Children": CHILDREN, "Total": 1 + CHILDREN}
    assert here_after == {column: number + tickets[column] for column, number in here.items()}
    for row in (event, "Total"):
        assert evening_after[row]["Adults"] == evening[row]["Adults"] + 1
        assert evening_after[row]["Children"] == evening[row]["Children"] + CHILDREN
    expect_taken_into_use(worker, issued, "Yes")


def test_card_before_the_camera_waits_for_the_first_programme(issued, theatre, tablet, camera_clip):
    context = tablet(camera_clip(issued.front))

    def carry_slowly(route: Route) -> None:
        time.sleep(1)
        route.continue_()

    context.route("**/door/api/snapshot*", carry_slowly)
    door = enrol(theatre.manager, context)
    door.expect_verdict("counts")
    sent = door.register()
    assert sent.item["occurrence"] is not None
    expect(door.event).not_to_have_text("House visit")


def test_undoing_brings_the_figures_back(issued, worker, coordinator, theatre, door):
    before = uses_now(coordinator, theatre)
    door.type(issued.number)
    door.expect_verdict("counts")
    first = door.register()
    # One look at one page: there are twenty seconds.
    assert staff.uses(coordinator, theatre.name)[0] == before[0] + 1
    undone = door.undo()
    assert undone.item["undoes"] == first.item["scan_id"]
    assert undone.answer["result"] == "accepted"
    expect(door.page.locator("[data-recorded-heading]")).to_have_text("Undone. Nothing was recorded.")
    assert uses_now(coordinator, theatre) == before
    expect_taken_into_use(worker, issued, "Not yet")


def enrol(manager: Page, context: BrowserContext) -> Door:
    """Enrol a tablet by the QR on the manager's screen, and arrive at its reading page."""
    address = staff.plan_tablet(manager)
    picture = Image.open(io.BytesIO(manager.get_by_role("main").get_by_role("img").screenshot()))
    assert [found.text for found in zxingcpp.read_barcodes(picture)] == [address]
    page = context.new_page()
    page.goto(address)
    expect(page.locator("[data-enrol-code]")).to_have_value(address.partition("#")[2])
    assert "#" not in page.url, "the code stays in the tablet's history"
    page.locator("[data-enrol-name]").fill("Ovi")
    page.locator("[data-enrol-name]").press("Enter")
    page.wait_for_url("**/door/")
    door = Door(page)
    door.wait()
    return door


def uses_now(coordinator: Page, theatre) -> tuple[int, dict[str, int], dict[str, dict[str, int]]]:
    """Return the uses in total, those of the theatre, and its evening, as the pages show them now."""
    return *staff.uses(coordinator, theatre.name), staff.evening(theatre.manager)


def expect_taken_into_use(worker: Page, issued: Issued, words: str) -> None:
    """Look at the card's page of the unit: has the card been taken into use?"""
    worker.goto(issued.address)
    row = worker.locator("dl > div").filter(has=worker.locator("dt", has_text="Taken into use"))
    expect(row.locator("dd")).to_have_text(words)
