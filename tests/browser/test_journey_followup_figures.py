"""Indicators in a browser: a quarter prints on one sheet of A4 with all its words; every page passes axe, wide and
narrow, in three languages, and is used by keyboard.
"""

import io
from collections.abc import Callable
from typing import Any

import pytest
import sqlalchemy as sa
from playwright.sync_api import Page, expect
from pypdf import PdfReader
from sqlalchemy.orm import Session

from kaikukortti.config import Config, followup_url, sqlite_url
from kaikukortti.rules import span
from tests import frozenfigures
from tests.browser import keyboard
from tests.browser.accessibility import check, check_width
from tests.serving import Demo

A4 = (595, 842)  # points
# Periods that nothing else of the demo has figures of: the year before is there as well.
QUARTER, QUARTER_BEFORE, YEAR = "2017-Q1", "2016-Q1", "2016"
UNIT, AREA = "/followup/", "/followup/area/"
PAGES = {
    UNIT: ("worker", QUARTER),
    AREA: ("coordinator", QUARTER),
    f"{AREA}kinds/": ("coordinator", QUARTER),
    f"{AREA}barriers/": ("coordinator", QUARTER),
    f"{AREA}first-use/": ("coordinator", YEAR),
    f"{AREA}season/": ("coordinator", YEAR),
    f"{AREA}reach/": ("coordinator", YEAR),
}
SCREENS: dict[str, dict[str, Any]] = {
    "fi": {"viewport": {"width": 360, "height": 740}},
    "sv": {"viewport": {"width": 1280, "height": 900}, "color_scheme": "dark"},
    "en": {"viewport": {"width": 768, "height": 1024}},
}


@pytest.fixture(scope="module", autouse=True)
def frozen(demo: Demo) -> None:
    """Write figures of long ago beside the running service: of the first area, and of all of its units."""
    settings = Config(instance_path=demo.instance, database_url=sqlite_url(demo.instance), secret_key="")
    main, followup = (
        sa.create_engine(url, poolclass=sa.NullPool) for url in (settings.database_url, followup_url(settings))
    )
    with main.connect() as connection:
        units = connection.execute(sa.text("SELECT id, area_id FROM units")).all()
    area_id = units[0].area_id
    with Session(followup) as session, session.begin():
        for code in (QUARTER, QUARTER_BEFORE):
            frozenfigures.write(session, span.parse(code), frozenfigures.of_area(), area_id=area_id)
        frozenfigures.write(session, span.parse(YEAR), frozenfigures.of_year(), area_id=area_id)
        frozenfigures.write(session, span.parse("2018-Q1"), frozenfigures.at_most(), area_id=area_id)
        for unit in units:
            frozenfigures.write(session, span.parse(QUARTER), frozenfigures.of_unit(), area_id=area_id, unit_id=unit.id)


@pytest.fixture
def open_as(person, new_context) -> Callable[..., Page]:
    """Return a function that opens a page of a role in a language, on a screen."""

    def enter(role: str, language: str, **screen: Any) -> Page:
        state = person(role).context.storage_state()
        return new_context(language=language, storage_state=state, **screen).new_page()

    return enter


@pytest.mark.parametrize("language", SCREENS)
def test_pages_are_accessible_and_fit(language, open_as):
    people = {role: open_as(role, language, **SCREENS[language]) for role in ("worker", "coordinator")}
    for address, (role, period) in PAGES.items():
        page = people[role]
        page.goto(f"{address}?period={period}")
        expect(page.locator("main h1")).to_be_visible()
        check(page)
        check_width(page)


def test_forms_of_the_units_clients_are_accessible(open_as):
    page = open_as("worker", "fi", viewport={"width": 320, "height": 640})
    page.goto("/followup/clients/")
    check(page)
    page.locator("main table a").first.click()
    page.locator("input[name=under_25]").fill("-4")
    with page.expect_navigation():
        page.locator("main form button[type=submit]").click()
    expect(page.locator("[role=alert]")).to_be_visible()
    check(page)
    check_width(page)


@pytest.mark.parametrize("language", ["fi", "sv", "en"])
@pytest.mark.parametrize("period", [QUARTER, "2018-Q1"])
def test_a_quarter_prints_on_one_sheet(language, period, open_as):
    """The reader's test: one A4, and every sentence and line of the screen is on it, whole."""
    page = open_as("coordinator", language)
    page.goto(f"{AREA}?period={period}")
    told = page.locator(".told-words, .told-sure, .table th, .table td").all_inner_texts()
    paper = PdfReader(io.BytesIO(page.pdf(prefer_css_page_size=True)))
    assert len(paper.pages) == 1
    assert tuple(round(float(side)) for side in paper.pages[0].mediabox[2:]) == A4
    printed = squeezed(paper.pages[0].extract_text())
    missing = [text for text in told if squeezed(text) not in printed]
    assert len(told) > 50 and not missing, missing


def test_an_open_explanation_or_large_text_still_leave_one_sheet(open_as):
    page = open_as("coordinator", "fi")
    page.goto(f"{AREA}?period={QUARTER}")
    with page.expect_navigation():
        page.locator(".switch-largest").click()
    page.locator(".hint-details summary").click()
    assert len(PdfReader(io.BytesIO(page.pdf(prefer_css_page_size=True))).pages) == 1


@pytest.mark.parametrize("address", PAGES)
def test_pages_are_used_by_keyboard(address, open_as):
    role, period = PAGES[address]
    page = open_as(role, "en")
    page.goto(f"{address}?period={period}")
    stops = keyboard.walk(page)
    assert [stop["place"] for stop in stops] == sorted(stop["place"] for stop in stops)
    assert all(stop["marked"] and stop["shown"] for stop in stops), [stop for stop in stops if not stop["marked"]]
    link = page.locator("nav.filter a").first
    keyboard.tab_to(page, link)
    with page.expect_navigation():
        page.keyboard.press("Enter")
    expect(page.locator("nav.filter a[aria-current]")).to_have_count(1)


def squeezed(text: str) -> str:
    """Return a text without white space and soft hyphens: a PDF breaks lines where it likes."""
    return "".join(text.split()).replace("\u00ad", "")
