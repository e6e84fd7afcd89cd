"""Pages of figures and reports by keyboard alone, without script, and on paper."""

import io
import re
from typing import Any

import pytest
from playwright.sync_api import BrowserContext, Page, expect
from pypdf import PdfReader

from tests.browser import keyboard

PAGES = (
    ("coordinator", "/figures/"),
    ("coordinator", "/figures/network/"),
    ("coordinator", "/figures/barriers/"),
    ("coordinator", "/figures/reports/"),
    ("venue_manager", "/venue/figures/"),
    ("worker", "/cards/figures/"),
    ("", "/statistics/"),
    ("", "/reports/"),
    ("", "report"),
)
A4_WITHIN_MARGINS = {"width": 672, "height": 990}  # 178 by 263 mm in the points of a style sheet
NO_PRINT = (
    "nav, button, select, input, .skip-link, .back-link, .button, .export-links, .link-list, .summary-action, "
    ".footer, summary"
)
# What paper cannot do: scroll, fold out, press. Each answer lists what is wrong.
TOO_WIDE = """() => [...document.querySelectorAll('main *')].filter(node => node.checkVisibility()
    && !node.closest('.visually-hidden') && node.getBoundingClientRect().right > innerWidth + 1)
    .map(node => node.outerHTML.slice(0, 100))"""
FOLDED = """() => [...document.querySelectorAll('figure table')].filter(node => !node.checkVisibility({
    contentVisibilityAuto: true}) || !node.getBoundingClientRect().height).map(node => node.caption.innerText)"""
SUMS_ON_EACH_SHEET = """() => [...document.querySelectorAll('tfoot')]
    .filter(node => getComputedStyle(node).display === 'table-footer-group').map(node => node.innerText)"""
PALE = """() => [...document.querySelectorAll('.chart-mark')].filter(node =>
    getComputedStyle(node).getPropertyValue('-webkit-print-color-adjust') !== 'exact').length"""
BARE_HEADINGS = """() => [...document.querySelectorAll('main section')].filter(node => node.checkVisibility()
    && ![...node.children].some(child => !/^H[1-6]$/.test(child.tagName) && child.checkVisibility()))
    .map(node => node.innerText)"""


def opened(role: str, address: str, person: Any, new_context: Any, **options: Any) -> Page:
    """Open a page of figures for a role; the newest report by its link."""
    known = {"storage_state": person(role).context.storage_state()} if role else {}
    context: BrowserContext = new_context(**known, **options)
    page = context.new_page()
    page.goto("/reports/" if address == "report" else address)
    if address == "report":
        page.goto(str(page.locator(".report-list a").first.get_attribute("href")))
    return page


@pytest.mark.parametrize("width", [360, 1280])
@pytest.mark.parametrize(("role", "address"), PAGES)
def test_everything_is_reached_by_tab_and_the_focus_is_seen(role, address, width, person, new_context):
    page = opened(role, address, person, new_context, viewport={"width": width, "height": 800})
    stops = keyboard.walk(page)
    lost = [stop["what"] for stop in stops if not (stop["marked"] and stop["shown"])]
    assert not lost, f"the focus is not seen on {lost}"
    places = [stop["place"] for stop in stops]
    assert places == sorted(places), "the order of Tab is the order of the page"
    for table in page.locator(".table-scroll:visible").all():
        caption = table.locator("caption").text_content()
        assert table.get_attribute("aria-label") == caption and caption, "a table that scrolls has its name"
        assert table.evaluate("node => [...document.querySelectorAll('*')].indexOf(node)") in places, caption


def test_a_chart_opens_its_table_by_keyboard(person, new_context):
    page = opened("coordinator", "/figures/", person, new_context)
    chart = page.locator("figure").first
    keyboard.tab_to(page, chart.locator("summary"))
    page.keyboard.press("Enter")
    expect(chart.locator("table")).to_be_visible()
    page.keyboard.press("Tab")
    expect(chart.locator(".table-scroll")).to_be_focused()


@pytest.mark.parametrize("address", ["/figures/", "/figures/network/"])
def test_periods_are_chosen_by_keyboard_without_script(address, person, new_context):
    page = opened("coordinator", address, person, new_context, java_script_enabled=False)
    period = page.locator(".filter-link:not([aria-current])").first
    name = period.inner_text()
    period.focus()
    page.keyboard.press("Enter")
    page.wait_for_url(re.compile(r"\?period="))
    expect(page.locator(".filter-link[aria-current=true]").first).to_have_text(name)
    page.locator("select[name=compare]").focus()
    page.keyboard.press("ArrowDown")
    page.keyboard.press("Tab")
    page.keyboard.press("Enter")
    page.wait_for_url(re.compile(r"[?&]compare=\d"))
    assert page.locator("select[name=compare]").input_value()


@pytest.mark.parametrize("language", ["fi", "sv", "en"])
@pytest.mark.parametrize(("role", "address"), PAGES)
def test_paper_shows_all_figures_and_no_controls(role, address, language, person, new_context):
    page = opened(role, address, person, new_context, language=language, viewport=A4_WITHIN_MARGINS)
    page.emulate_media(media="print")
    assert not [one.evaluate("node => node.outerHTML") for one in page.locator(NO_PRINT).all() if one.is_visible()]
    for question in (TOO_WIDE, FOLDED, SUMS_ON_EACH_SHEET, BARE_HEADINGS):
        assert page.evaluate(question) == [], question
    assert page.evaluate(PALE) == 0, "a printer that saves ink leaves the bars out"


@pytest.mark.parametrize(("role", "address"), PAGES)
def test_no_sheet_is_nearly_empty(role, address, person, new_context):
    page = opened(role, address, person, new_context)
    sheets = PdfReader(io.BytesIO(page.pdf(prefer_css_page_size=True))).pages
    assert [len(sheet.extract_text()) > 40 for sheet in sheets] == [True] * len(sheets)
