"""A tablet without a network saves what waits as a sealed file; another tablet of the venue sends it."""

from collections.abc import Callable
from pathlib import Path

import pytest
from playwright.sync_api import BrowserContext, Page, expect

from tests.browser import staff
from tests.browser.door import Door
from tests.browser.outage import enrol_by_page


@pytest.fixture
def pair(theatre, new_context: Callable[..., BrowserContext]) -> tuple[Door, Door]:
    """Return two tablets of the theatre."""

    def enrolled(name: str) -> Door:
        code = staff.plan_tablet(theatre.manager).partition("#")[2]
        return enrol_by_page(new_context().new_page(), code, name=name)

    return enrolled("Lava"), enrolled("Kassa")


def test_rescue_file_is_carried_by_another_tablet(pair: tuple[Door, Door], take_card, tmp_path: Path, theatre):
    lonely, carrier = pair
    lonely.wire.mode = "cut"
    for _ in range(2):
        lonely.type(take_card("active"))
        lonely.expect_verdict("welcome")
        lonely.keep()
        lonely.leave()
    file = saved(lonely, tmp_path)
    before = staff.evening(theatre.manager)["Total"]["Adults"]

    choose(carrier.page, file)
    expect(said(carrier.page)).to_have_text("The file has arrived. New: 2. Already there: 0.")
    assert staff.evening(theatre.manager)["Total"]["Adults"] == before + 2
    choose(carrier.page, file)
    expect(said(carrier.page)).to_have_text("The file has arrived. New: 0. Already there: 2.")

    answers = lonely.come_online().json()["answers"]
    assert [answer["result"] for answer in answers] == ["replay", "replay"]
    assert staff.evening(theatre.manager)["Total"]["Adults"] == before + 2


def test_what_is_no_whole_rescue_file_is_refused_in_words(pair: tuple[Door, Door], take_card, tmp_path: Path):
    lonely, carrier = pair
    lonely.wire.mode = "cut"
    lonely.type(take_card("active"))
    lonely.expect_verdict("welcome")
    lonely.keep()
    lonely.leave()
    file = saved(lonely, tmp_path)
    file.write_text(file.read_text().replace('"key_number":1', '"key_number":2'))
    choose(carrier.page, file)
    expect(said(carrier.page)).to_contain_text("damaged")
    photo = tmp_path / "photo.json"
    photo.write_bytes(b"\x89PNG")
    choose(carrier.page, photo)
    expect(said(carrier.page)).to_contain_text("no rescue file")


def saved(door: Door, folder: Path) -> Path:
    """Save the rescue file of a tablet, and return where it lies."""
    door.page.locator("[data-open=waiting]").click()
    with door.page.expect_download() as arriving:
        door.page.locator("[data-rescue-save]").click()
    expect(said(door.page)).to_contain_text(arriving.value.suggested_filename)
    target = folder / arriving.value.suggested_filename
    arriving.value.save_as(target)
    assert "scan_id" not in target.read_text(), "the file is not sealed"
    return target


def choose(page: Page, file: Path) -> None:
    """Choose a file to send in the sheet of what waits."""
    if page.locator("[data-layer=waiting]").is_hidden():
        page.locator("[data-open=waiting]").click()
    with page.expect_file_chooser() as opening:
        page.locator("[data-rescue-send]").click()
    opening.value.set_files(file)


def said(page: Page):
    """Return the line that tells what became of a file."""
    return page.locator("[data-rescue-say]")
