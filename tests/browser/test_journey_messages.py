"""Messages on a telephone: who was turned away reads the answer; the coordinator announces, and a worker reads."""

import pytest
from playwright.sync_api import Page, expect

from tests.browser import staff
from tests.browser.accessibility import check, check_width

TELEPHONE = {"width": 360, "height": 740}


@pytest.fixture
def narrow(person, new_context):
    """Return a function that opens a person of the demo, or a stranger, on a telephone."""

    def enter(role: str = "", language: str = "en") -> Page:
        known = {"storage_state": person(role).context.storage_state()} if role else {}
        page: Page = new_context(language=language, viewport=TELEPHONE, **known).new_page()
        return page

    return enter


def look(page: Page, what: str = "main h1") -> None:
    """Check the page as it stands, once it shows what it should."""
    expect(page.locator(what).first).to_be_visible()
    check(page)
    check_width(page)


def test_turned_away_and_answered_without_a_name(narrow):
    page, coordinator = narrow(language="fi"), narrow("coordinator")
    page.goto("/")
    page.locator("main a[href='/turned-away/']").click()
    look(page)
    page.locator("a[lang=ru]").click()
    look(page, "main [lang=ru] h1")
    page.locator("main a[lang=fi]").click()
    staff.send(page, form="")
    look(page, "[role=alert]")
    page.locator("select[name=venue]").select_option(index=1)
    page.locator("input[name=when][value=yesterday]").check()
    page.locator("input[name=cause][value=unkind]").check()
    page.locator("textarea[name=text]").fill("Hattuni oli kuulemma liian suuri.")
    staff.send(page, form="")
    word = page.locator("[data-answer-word]")
    look(page, "[data-answer-word]")
    said = word.inner_text()
    assert said not in page.url
    page.locator("a[href='/turned-away/answer']").click()
    look(page, "input[name=word]")
    page.locator("input[name=word]").fill(said.lower().replace("-", " "))
    staff.send(page, form="")
    look(page, "h1")
    coordinator.goto("/area/messages/turned-away/")
    look(coordinator)
    coordinator.locator(".message-link", has_text="They were unkind").first.click()
    expect(coordinator.locator(".message-text")).to_contain_text("Hattuni")
    look(coordinator, "textarea[name=text]")
    coordinator.locator("textarea[name=text]").fill("Olemme puhuneet paikan kanssa. Tervetuloa uudelleen!")
    staff.send(coordinator, form="")
    page.goto("/turned-away/answer")
    page.locator("input[name=word]").fill(said)
    staff.send(page, form="")
    expect(page.locator(".message-text")).to_contain_text("Tervetuloa uudelleen!")
    look(page, ".message-text")


def test_announced_read_and_taken_back(narrow):
    coordinator, worker = narrow("coordinator"), narrow("worker")
    coordinator.goto("/area/messages/announcements/new")
    staff.send(coordinator, form="")
    look(coordinator, "[role=alert]")
    coordinator.locator("input[name=title_fi]").fill("Kokeilutiedote")
    coordinator.locator("textarea[name=text_fi]").fill("Hei!\n\nKatso https://kaikukortti.example/kevat")
    staff.send(coordinator, form="")
    look(coordinator, "table")
    worker.goto("/cards/")
    look(worker, ".unread-line")
    worker.locator(".unread-line a").click()
    look(worker, ".message-link")
    worker.get_by_role("link", name="Kokeilutiedote").click()
    expect(worker.locator(".message-text a")).to_have_attribute("href", "https://kaikukortti.example/kevat")
    look(worker, ".message-text")
    coordinator.locator("main details summary").click()
    staff.send(coordinator, form="/withdraw")
    look(coordinator, ".badge")
    worker.goto("/messages/")
    expect(worker.get_by_role("link", name="Kokeilutiedote")).to_have_count(0)
    look(worker)
