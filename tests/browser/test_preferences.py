"""Language and text size are chosen on any page, the tablet's too, and hold on the next ones."""

from playwright.sync_api import expect

from tests.browser.door import CHECKS


def test_language_and_text_size_hold_on_the_next_pages(page):
    page.goto("/help")
    page.locator("button[name=language][value=sv]").click()
    expect(page.locator("html")).to_have_attribute("lang", "sv")
    expect(page).to_have_url("/help")
    usual = text_size(page)
    page.locator("button[name=text_size][value=largest]").click()
    expect(page.locator("html")).to_have_attribute("data-text-size", "largest")
    assert text_size(page) > 1.2 * usual
    for address in ("/sign-in", "/door/enrol"):
        page.goto(address)
        expect(page.locator("html")).to_have_attribute("lang", "sv")
        expect(page.locator("html")).to_have_attribute("data-text-size", "largest")


def test_tablet_speaks_the_chosen_language_at_once(door, take_card):
    door.page.locator("[data-language=sv]:visible").click()
    expect(door.page.locator("html")).to_have_attribute("lang", "sv")
    with door.page.expect_response(CHECKS) as arriving:
        door.type(take_card("expired"))
    door.expect_verdict("not-now")
    say = arriving.value.json()["verdict"]["say"]
    expect(door.verdict.locator("[data-verdict-sentence]")).to_have_text(say["sv"])
    assert say["sv"] != say["fi"]
    door.leave()
    usual = text_size(door.page)
    door.page.locator("[data-size=largest]:visible").click()
    assert text_size(door.page) > 1.2 * usual
    door.page.reload()
    door.wait()
    expect(door.page.locator("html")).to_have_attribute("lang", "sv")
    expect(door.page.locator("html")).to_have_attribute("data-text-size", "largest")


def text_size(page) -> float:
    """Return the size of the page's plain text in pixels."""
    size: float = page.locator("main p").first.evaluate("node => parseFloat(getComputedStyle(node).fontSize)")
    return size
