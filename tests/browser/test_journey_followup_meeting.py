"""The meeting with the screen turned to the client (W2, W4) and the own goals (C3): by keyboard alone, with and without
the own card, without script, on paper.
"""

import io
import re
import sqlite3
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Locator, Page, expect
from pypdf import PdfReader

from tests.browser import keyboard, staff
from tests.browser.accessibility import check, check_width

A4 = (595, 842)  # points
MEETING = "/followup/meeting/"
GOAL, OTHER_GOAL = "I read at the library on Tuesdays", "I swim with my child"
OF_NOBODY = {"barrier_notes": 2, "barriers_asked": 1, "meeting_feedback": 1}
READINGS = ("fi", "easy", "sv", "en", "ru")


@pytest.fixture
def desk(person, new_context) -> Page:
    """A worker's page of the test's own, signed in."""
    return new_context(storage_state=person("worker").context.storage_state()).new_page()


@pytest.fixture(scope="module")
def own(person, take_card) -> tuple[str, str]:
    """Hand out a card and press for an own key at the desk; return number and key."""
    worker, number = person("worker"), take_card("stock")
    worker.goto(f"/cards/{staff.hand_out(worker, number)}/own-key")
    with worker.expect_navigation():
        worker.locator("main button[name=reading]").first.click()
    return number, worker.locator(".own-paper-key").inner_text()


def rows(instance: Path) -> dict[str, int]:
    """Return how many rows each table of the follow-up database has; the counter of meetings asked as its sum."""
    with sqlite3.connect(f"file:{instance / 'followup.db'}?mode=ro", uri=True) as database:
        tables = [name for (name,) in database.execute("select name from sqlite_master where type = 'table'")]
        found = {name: database.execute(f"select count(*) from {name}").fetchone()[0] for name in tables}
        found["barriers_asked"] = database.execute("select coalesce(sum(meetings), 0) from barriers_asked").fetchone()[
            0
        ]
    return found


def grown(before: dict[str, int], after: dict[str, int]) -> dict[str, int]:
    """Return what has other numbers than before, and by how many."""
    return {name: after[name] - number for name, number in before.items() if after[name] != number}


def button(page: Page, words: str) -> Locator:
    return page.get_by_role("main").get_by_role("button", name=words, exact=True)


def press(page: Page, words: str) -> None:
    """Go to a button by Tab and press it by Enter."""
    keyboard.tab_to(page, button(page, words))
    with page.expect_navigation():
        page.keyboard.press("Enter")


def type_words(page: Page, name: str, words: str) -> None:
    """Go to a field by Tab and type."""
    keyboard.tab_to(page, page.locator(f"[name={name}]"))
    page.keyboard.type(words)


def choose(page: Page, group: str, ups: int) -> None:
    """Go to a group of radio buttons by Tab, to the chosen one, and press the arrow up so many times."""
    keyboard.tab_to(page, page.locator(f"input[name={group}]:checked"))
    for _ in range(ups):
        page.keyboard.press("ArrowUp")


def tick(page: Page, selector: str) -> None:
    """Go to a box by Tab and tick it with the space bar."""
    keyboard.tab_to(page, page.locator(selector))
    page.keyboard.press("Space")
    expect(page.locator(selector)).to_be_checked()


def finish(page: Page) -> None:
    """Walk from the cards of what gets in the way to the end, by keyboard."""
    tick(page, "#barrier-transport")
    tick(page, "#barrier-company")
    press(page, "Go on")
    type_words(page, "own_step", "I ask my neighbour")
    press(page, "Go on")
    tick(page, "#is_approved")
    press(page, "Show the text to copy")
    press(page, "Copied: go on")
    choose(page, "heard", 3)
    type_words(page, "wish", "More time")
    press(page, "Finish the meeting")
    expect(page.get_by_role("heading", level=1)).to_have_text("Thank you!")


def test_a_meeting_by_keyboard_without_the_card_leaves_nothing_of_the_client(desk, demo):
    before = rows(demo.instance)
    desk.goto(MEETING)
    expect(desk.get_by_role("navigation", name="Main menu")).to_be_hidden()
    press(desk, "Go on without my card")
    type_words(desk, "words", GOAL)
    desk.keyboard.press("Enter")
    expect(desk.get_by_role("heading", level=1)).to_have_text("Where are you now?")
    choose(desk, "level-0", 2)  # from "I cannot say now" to "On the way, not there yet"
    press(desk, "Go on")
    expect(desk.locator("input[name=level-0]:checked")).to_have_value("")
    choose(desk, "level-0", 3)
    press(desk, "Go on")
    expect(desk.locator(".ladder-rung-chosen")).to_contain_text(["The worker", "The client"])
    expect(desk.get_by_role("main")).to_contain_text("They see it on different steps.")
    press(desk, "Go on")
    finish(desk)
    assert grown(before, rows(demo.instance)) == OF_NOBODY
    desk.keyboard.press("Tab")
    expect(desk.get_by_role("main")).not_to_contain_text(GOAL)


def test_a_meeting_with_the_own_card_keeps_the_goals_on_the_own_page(desk, demo, own):
    number, key = own
    desk.goto(MEETING)
    with desk.expect_popup() as opened:
        keyboard.tab_to(desk, desk.get_by_role("link", name="Open my card"))
        desk.keyboard.press("Enter")
    card = opened.value
    type_words(card, "number", number)
    type_words(card, "key", key)
    card.keyboard.press("Enter")
    expect(card).to_have_url(re.compile("/own/card$"))
    before = rows(demo.instance)
    press(desk, "My card is open: go on")
    type_words(desk, "words", GOAL)
    press(desk, "Write another goal")
    type_words(desk, "words", OTHER_GOAL)
    press(desk, "Go on")
    choose(desk, "level-0", 1)
    choose(desk, "level-1", 3)
    press(desk, "Go on")
    choose(desk, "level-0", 1)
    press(desk, "Go on")
    expect(desk.get_by_role("main")).to_contain_text("They are on your own page.")
    assert grown(before, rows(demo.instance)) == {"goals": 2, "goal_reviews": 2}
    card.goto("/own/goals/")
    expect(card.locator(".own-goal h2")).to_have_text([GOAL, OTHER_GOAL])
    expect(card.locator(".ladder-rung-chosen").first).to_contain_text("Still far away")
    expect(card.locator(".ladder-rung-chosen").first.locator(".ladder-mark")).to_have_text(["Me", "The worker"])
    press(desk, "Go on")
    finish(desk)
    assert grown(before, rows(demo.instance)) == {**OF_NOBODY, "goals": 2, "goal_reviews": 2, "own_sessions": -1}
    card.goto("/own/goals/")
    expect(card.locator("input[name=key]")).to_be_visible()


def walk_screens(page: Page, look: Any) -> None:
    """Walk a meeting to its end and look at every screen of it."""
    page.goto(MEETING)
    for values in (
        {},
        {"words": GOAL},
        {"level-0": "-1"},
        {"level-0": "1"},
        {},
        {"barrier": "health"},
        {},
        {"is_approved": "y"},
        {},
        {},
    ):
        look(page)
        for name, value in values.items():
            field = page.locator(f"[name={name}]")
            if name in ("words",):
                field.fill(value)
            else:
                page.locator(f"input[name={name}][value='{value}']").check()
        with page.expect_navigation():
            page.locator("button[name=without_card], main form > .button-row > .button-primary").first.click()
    look(page)
    expect(page.get_by_role("heading", level=1)).to_have_text("Thank you!")


@pytest.mark.parametrize("width, scheme", [(320, "dark"), (1280, "light")])
def test_every_screen_is_accessible(person, new_context, width, scheme):
    page = new_context(
        storage_state=person("worker").context.storage_state(),
        viewport={"width": width, "height": 800},
        color_scheme=scheme,
    ).new_page()

    def look(shown: Page) -> None:
        check(shown)
        check_width(shown)

    walk_screens(page, look)


def test_a_meeting_needs_no_script(person, new_context):
    page = new_context(storage_state=person("worker").context.storage_state(), java_script_enabled=False).new_page()
    walk_screens(page, lambda page: None)


def test_the_text_is_copied_by_a_button_and_by_selecting(desk):
    desk.context.grant_permissions(["clipboard-read", "clipboard-write"])
    desk.goto(MEETING)
    press(desk, "Go on without my card")
    for _ in range(3):
        press(desk, "Go on")
    tick(desk, "#is_approved")
    press(desk, "Show the text to copy")
    text = desk.locator("#whole").input_value()
    assert text.startswith("Services\nKaikukortti:") and desk.locator("#whole").is_editable() is False
    button(desk, "Copy the text").click()
    assert desk.evaluate("navigator.clipboard.readText()") == text
    keyboard.tab_to(desk, desk.locator("#whole"))
    desk.keyboard.press("Control+A")
    assert desk.evaluate("getSelection().toString()") == text


@pytest.fixture
def telephone(new_context, own) -> Page:
    """Open the own card on a telephone."""
    page = new_context(viewport={"width": 360, "height": 740}).new_page()
    page.goto("/own/?reading=en")
    page.locator("input[name=number]").fill(own[0])
    page.locator("input[name=key]").fill(own[1])
    page.keyboard.press("Enter")
    expect(page).to_have_url(re.compile("/own/card$"))
    return page


def test_the_holder_writes_marks_prints_and_deletes_a_goal(telephone):
    telephone.goto("/own/goals/new")
    check(telephone)
    check_width(telephone)
    telephone.locator("input[name=words]").fill("I try the theatre " + "and one more place " * 9)
    telephone.locator("input[name=level]").nth(4).check()
    press(telephone, "Save")
    goal = telephone.locator(".own-goal", has_text="I try the theatre")
    goal.get_by_role("link", name="Mark where I am now").click()
    check(telephone)
    check_width(telephone)
    telephone.locator("input[name=level]").nth(3).check()
    telephone.locator("input[name=note]").fill("A friend came along")
    press(telephone, "Save")
    expect(goal.locator(".ladder-rung-chosen")).to_contain_text("On the way")
    for reading in READINGS:
        telephone.goto(f"/own/goals/?reading={reading}")
        check(telephone)
        check_width(telephone)
        printed = PdfReader(io.BytesIO(telephone.pdf(prefer_css_page_size=True, print_background=True)))
        assert [(round(side.mediabox.width), round(side.mediabox.height)) for side in printed.pages] == [A4]
        words = printed.pages[0].extract_text()
        assert "I try the theatre" in words and "A friend came along" in words
    telephone.goto("/own/goals/?reading=en")
    goal.get_by_role("link", name="Change").click()
    check(telephone)
    press(telephone, "Delete the goal and all its marks")
    expect(goal).to_have_count(0)
