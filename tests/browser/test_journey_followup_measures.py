"""Measures in a browser: the administrator records a permission, a worker enters a paper and a result by keyboard, the
coordinator reads the change of groups under the caution. Every page passes axe, wide and narrow, in three languages.
"""

import io
from collections.abc import Callable, Iterator
from datetime import date
from typing import Any

import pytest
import sqlalchemy as sa
from playwright.sync_api import Page, expect
from pypdf import PdfReader
from sqlalchemy.orm import Session

from kaikukortti.config import Config, followup_url, sqlite_url
from kaikukortti.followup import groupchange
from kaikukortti.rules import span
from tests import frozenfigures
from tests.browser import conftest, keyboard, staff
from tests.browser.accessibility import check, check_width
from tests.serving import Demo

YEAR = span.year_of(2014)  # nothing else of the demo has figures of it
SCREENS: dict[str, dict[str, Any]] = {
    "fi": {"viewport": {"width": 360, "height": 740}},
    "sv": {"viewport": {"width": 1280, "height": 900}, "color_scheme": "dark"},
    "en": {"viewport": {"width": 768, "height": 1024}},
}
ADMINISTRATOR = "yllapito@kaikukortti.example"
OPENED = sa.text("SELECT id, unit_id FROM episodes WHERE ended_on IS NULL ORDER BY id LIMIT 1")


@pytest.fixture(scope="module")
def databases(demo: Demo) -> Iterator[tuple[sa.Engine, sa.Engine]]:
    """Open the demo's databases beside the running service: the main one, and that of follow-up."""
    settings = Config(instance_path=demo.instance, database_url=sqlite_url(demo.instance), secret_key="")
    urls = (settings.database_url, followup_url(settings))
    engines = [sa.create_engine(url, poolclass=sa.NullPool) for url in urls]
    yield engines[0], engines[1]
    for engine in engines:
        engine.dispose()


@pytest.fixture(scope="module", autouse=True)
def frozen(databases: tuple[sa.Engine, sa.Engine]) -> None:
    """Freeze the demo's pairs of last year as those of a year long ago."""
    main, followup = databases
    with main.connect() as connection:
        area_id = connection.execute(sa.text("SELECT id FROM areas ORDER BY id LIMIT 1")).scalar_one()
    with Session(followup) as session, session.begin():
        figures = groupchange.count(session, area_id=area_id, period=span.year_of(date.today().year - 1))
        assert any(not figure.is_suppressed for figure in figures)
        frozenfigures.write(session, YEAR, figures, area_id=area_id)


@pytest.fixture
def episode(databases: tuple[sa.Engine, sa.Engine]) -> tuple[int, str]:
    """Return an open episode of the demo and the name of its unit."""
    main, followup = databases
    with followup.connect() as connection:
        found = connection.execute(OPENED).one()
    with main.connect() as connection:
        name = connection.execute(
            sa.text("SELECT name_fi FROM units WHERE id = :id"), {"id": found.unit_id}
        ).scalar_one()
    return found.id, name


@pytest.fixture
def open_as(person, new_context) -> Callable[..., Page]:
    """Return a function that opens a page of a role in a language, on a screen."""

    def enter(role: str, language: str, organisation: str = "", **screen: Any) -> Page:
        state = person(role, organisation).context.storage_state()
        return new_context(language=language, storage_state=state, **screen).new_page()

    return enter


@pytest.fixture
def administrator(new_context, demo) -> Callable[..., Page]:
    """Return a function that signs the administrator in, in a language and on a screen."""

    def enter(language: str, **screen: Any) -> Page:
        page: Page = new_context(language=language, **screen).new_page()
        password = conftest.account_of(demo, "coordinator")["password"]
        staff.sign_in(page, {"email": ADMINISTRATOR, "password": password})
        return page

    return enter


def look(page: Page, address: str) -> None:
    """Open a page and check it as it stands."""
    page.goto(address)
    expect(page.locator("main h1")).to_be_visible()
    check(page)
    check_width(page)


@pytest.mark.parametrize("language", SCREENS)
def test_every_page_of_measures_passes_axe(open_as, administrator, episode, language):
    episode_id, unit = episode
    screen = SCREENS[language]
    page = administrator(language, **screen)
    for code in ("", "swemwbs", "kykyviisari", "esis", "mood"):
        look(page, f"/followup/measures/{code}")
    look(open_as("coordinator", language, **screen), f"/followup/area/change/?period={YEAR.code}")
    page = open_as("worker", language, unit, **screen)
    for address in ("", "swemwbs", "esis", "slips", "forget"):
        look(page, f"/followup/group-answers/{address}")
    for address in ("", "new/kykyviisari", "new/who5"):
        look(page, f"/followup/episodes/{episode_id}/results/{address}")
    staff.send(page, form="")
    expect(page.locator("[role=alert]")).to_be_visible()
    check(page)


def test_a_permission_switches_the_form_on(administrator, open_as, episode):
    episode_id, unit = episode
    entry = f"/followup/episodes/{episode_id}/results/new/eurohis"
    worker = open_as("worker", "en", unit)
    worker.goto(entry)
    expect(worker.locator("select[name=item_1]")).to_have_count(0)
    page = administrator("en")
    page.goto("/followup/measures/eurohis")
    for name, words in {"reference": "WHO 12/2026", "owner": "WHO", "text_version": "fi 2005"}.items():
        page.locator(f"input[name={name}]").fill(words)
    page.locator("input[name=valid_until]").fill(f"{date.today().year + 1}-12-31")
    page.locator("input[name=is_form_on]").check()
    staff.send(page, form="/followup/measures/eurohis")
    expect(page.locator("[role=status]")).to_contain_text("Saved.")
    worker.goto(entry)
    expect(worker.locator("select[name^=item_]")).to_have_count(8)


def test_a_paper_is_entered_by_keyboard_and_never_shown_again(open_as, episode):
    page = open_as("worker", "en", episode[1])
    page.goto("/followup/group-answers/esis")
    keyboard.tab_to(page, page.locator("input[name=response_code]"))
    page.keyboard.type("Saimaa 47")
    keyboard.tab_to(page, page.locator("input[name=phase]").first)
    page.keyboard.press("Space")
    keyboard.tab_to(page, page.locator("input[name=total]"))
    page.keyboard.type("41,93")
    with page.expect_navigation():
        page.keyboard.press("Enter")
    expect(page.locator("[role=status]")).to_contain_text("The answer is kept.")
    assert "41" not in page.locator("main").inner_text() and page.locator("input[name=total]").input_value() == ""
    page.goto("/followup/group-answers/")
    assert "41.93" not in page.content()


def test_a_result_is_recorded_put_right_and_removed(open_as, episode):
    page = open_as("worker", "en", episode[1])
    room = f"/followup/episodes/{episode[0]}/results/"
    page.goto(f"{room}new/whodas")
    page.locator("input[name=score_]").fill("33,5")
    staff.send(page, form="")
    result = page.locator(".result").filter(has_text="WHODAS")
    expect(result).to_contain_text("33.5")
    result.get_by_role("link", name="Put right").click()
    page.locator("input[name=score_]").fill("35")
    staff.send(page, form="")
    expect(result).to_contain_text("35")
    result.get_by_role("link", name="Remove").click()
    staff.send(page, form="")
    expect(page.locator(".result").filter(has_text="WHODAS")).to_have_count(0)


def test_the_coordinator_reads_change_under_the_caution(open_as):
    page = open_as("coordinator", "en")
    page.goto(f"/followup/area/change/?period={YEAR.code}")
    caution, table = page.locator(".caution"), page.get_by_role("table").filter(has_text="Say that they used the card")
    expect(caution).to_have_count(1)
    expect(table).to_have_count(1)
    above, below = caution.bounding_box(), table.bounding_box()
    assert above and below and above["y"] < below["y"]


def test_slips_print_eight_to_a_sheet(open_as, episode):
    page = open_as("worker", "en", episode[1])
    page.goto("/followup/group-answers/slips")
    pages = PdfReader(io.BytesIO(page.pdf(format="A4", print_background=True))).pages
    assert len(pages) == 1
    words = pages[0].extract_text()
    assert words.count("This is your own code.") == 8
