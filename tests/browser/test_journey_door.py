"""The door: every verdict on the screen, what can be chosen and registered there, and what is said before asking."""

import re
from collections.abc import Callable
from datetime import timedelta

import pytest
from playwright.sync_api import BrowserContext, Page, Request, Route, expect

from kaikukortti.rules import number
from tests.browser import staff
from tests.browser.door import CHECKS, Door

ELSEWHERE = "KUO-2231"


@pytest.fixture(scope="module")
def shown(open_context, theatre):
    """Open one tablet page for the verdicts that leave nothing behind."""
    with open_context(storage_state=theatre.tablet) as context:
        yield Door.open(context)


@pytest.mark.parametrize(
    ("card", "verdict", "kinds"),
    [
        ("active", "welcome", "adult assistant interpreter"),
        ("active_with_children", "counts", "adult child assistant interpreter"),
        ("community", "counts", "worker under16 assistant interpreter"),
        (ELSEWHERE, "check", "adult child assistant interpreter"),
        ("expired", "not-now", ""),
        ("blocked", "not-now", ""),
        ("stock", "not-now", ""),
        (number.make("EK", lambda symbols: symbols[-1]), "not-now", ""),
    ],
)
def test_verdict_is_shown_with_the_tickets_that_it_offers(card, verdict, kinds, shown, take_card):
    shown.type(take_card(card) if card.islower() else card)
    shown.expect_verdict(verdict)
    expect(shown.verdict.get_by_role("heading")).to_be_focused()
    offered = shown.verdict.locator(".counter [data-value]")
    assert [value.get_attribute("data-value") for value in offered.all()] == kinds.split()
    register = shown.page.locator("[data-verdict-register]")
    expect(register).to_be_visible(visible=bool(kinds))
    shown.leave()
    expect(shown.page.locator("[data-number]")).to_have_value("")


def test_second_visit_to_the_same_event_is_already_recorded(door, take_card):
    card = take_card("active")
    door.type(card)
    door.expect_verdict("welcome")
    door.register()
    door.leave()
    door.type(card)
    door.expect_verdict("already")
    # Nobody is counted before staff says so.
    expect(door.counter("adult").locator("[data-value]")).to_have_text("0")
    door.page.locator("[data-verdict-register]").click(force=True)
    expect(door.page.locator("[data-verdict-problem]")).not_to_be_empty()
    expect(door.verdict).to_be_visible()


@pytest.mark.parametrize("way", ["scanner", "typing"])
@pytest.mark.parametrize("slip", ["wrong symbol", "swapped symbols", "impossible symbol"])
def test_slip_in_the_number_is_said_without_asking(way, slip, shown, take_card):
    asked: list[Request] = []
    shown.page.on("request", lambda request: asked.append(request) if request.method == "POST" else None)
    text = slipped(take_card("active"), slip)
    if way == "scanner":
        shown.scan(text)
        shown.expect_verdict("technical")
        expect(shown.page.locator("[data-verdict-register]")).to_be_hidden()
        shown.leave()
    else:
        shown.type(text)
        hint = shown.page.locator("[data-number-hint]")
        expect(hint).to_have_attribute("data-tone", "fault")
        expect(hint.locator("mark")).to_have_text(["U"] if slip == "impossible symbol" else [])
        expect(shown.page.locator("[data-number]")).to_have_value(text)
        expect(shown.page.locator("[data-number]")).to_be_focused()
        expect(shown.verdict).to_be_hidden()
        shown.page.locator("[data-number]").fill("")
        shown.page.locator("[data-number]").blur()
    assert not asked, [request.url for request in asked]


def test_children_are_limited_to_the_register(door, take_card):
    with door.page.expect_response(CHECKS) as arriving:
        door.type(take_card("active_with_children"))
    registered = arriving.value.json()["verdict"]["card"]["children"]
    door.expect_verdict("counts")
    more = door.counter("child").locator("[data-by='1']")
    door.add("child", registered)
    expect(more).to_have_attribute("aria-disabled", "true")
    more.click(force=True)
    expect(door.counter("child").locator("[data-value]")).to_have_text(str(registered))
    sent = door.register()
    assert sent.item["counts"]["child"] == registered


def test_no_answer_in_time_lets_the_visitor_in_and_says_the_late_answer(door, take_card):
    held: list[Route] = []
    door.page.route(CHECKS, lambda route: held.append(route))
    door.type(take_card("expired"))
    door.expect_verdict("check")
    expect(door.verdict.locator(".fact-cloud")).to_be_visible()
    strip = door.page.locator("[data-verdict-strip]")
    expect(strip).to_be_hidden()
    held[0].continue_()
    expect(strip).to_contain_text("The last day of the card was")
    door.expect_verdict("check")
    sent = door.register()
    assert (sent.answer["result"], sent.item["shown"]) == ("flagged", "check")


def test_another_event_is_two_taps_away_and_the_house_visit_is_always_there(door, theatre, take_card):
    choices = door.open_picker()
    texts = choices.all_inner_texts()
    planned = [theatre.first, theatre.second, "House visit", theatre.tomorrow]
    # Other journeys plan dates at the theatre, too.
    assert [line for line in (text.splitlines()[0] for text in texts) if line in planned] == planned
    expect(choices.and_(door.page.locator("[aria-current=true]"))).to_have_count(1)
    door.leave()
    card = take_card("active")
    for title in (theatre.first, theatre.second, "House visit"):
        before = staff.evening(theatre.manager)
        door.choose(title)
        # The same card is welcome at each of them: they are different visits.
        door.type(card)
        door.expect_verdict("welcome")
        door.register()
        door.leave()
        row = "House visits" if title == "House visit" else title
        assert staff.evening(theatre.manager)[row]["Adults"] == before[row]["Adults"] + 1


def test_ticket_in_advance_counts_on_the_day_of_the_event(door, theatre, person, take_card, today):
    tomorrow, coordinator = today + timedelta(days=1), person("coordinator")
    before = staff.evening(theatre.manager, on_day=tomorrow)
    now, total = staff.evening(theatre.manager), staff.uses(coordinator, theatre.name)
    door.choose(theatre.tomorrow)
    expect(door.page.locator("[data-event-advance]")).to_be_visible()
    door.type(take_card("active"))
    door.expect_verdict("welcome")
    expect(door.page.locator("[data-verdict-advance]")).to_contain_text(f"{tomorrow.day}")
    sent = door.register()
    assert sent.answer["result"] == "accepted"
    after = staff.evening(theatre.manager, on_day=tomorrow)
    for row in (theatre.tomorrow, "Total"):
        assert after[row]["Adults"] == before[row]["Adults"] + 1
    assert (staff.evening(theatre.manager), staff.uses(coordinator, theatre.name)) == (now, total)


def test_second_card_waits_until_the_first_is_done(door, take_card):
    first, second = take_card("active"), take_card("active")
    door.scan(first)
    door.expect_verdict("welcome")
    door.scan(second)
    expect(door.page.locator("[data-verdict-strip]")).to_be_visible()
    sent = door.register()
    assert sent.item["entry"] == "scanner"
    expect(door.recorded).to_be_visible()


def test_stranger_is_told_how_to_enrol(page: Page):
    page.goto("/door/")
    refused = page.locator("[data-layer=refused]")
    expect(refused).to_be_visible()
    expect(refused.get_by_role("heading")).to_have_text("This tablet is not enrolled yet")
    expect(refused).not_to_contain_text("again")
    refused.locator("[data-language=sv]").click()
    expect(page.locator("html")).to_have_attribute("lang", "sv")
    refused.locator("[data-enrol-link]").click()
    expect(page).to_have_url(re.compile("/door/enrol$"))
    expect(page.locator("[data-enrol-code]")).to_be_visible()


@pytest.mark.parametrize(
    ("code", "words"),
    [("used", "used already"), ("0000-0000-0000-0000", "not known"), ("1234", "16 symbols"), ("U" * 16, "not used")],
)
def test_enrolment_code_that_cannot_be_is_answered_in_words(
    code: str, words: str, theatre, new_context: Callable[..., BrowserContext]
):
    if code == "used":
        address = staff.plan_tablet(theatre.manager)
        code = address.partition("#")[2]
        new_context().request.post("/door/api/enrol", data={"code": code, "name": "Ensimmäinen"})
    page = new_context().new_page()
    page.goto("/door/enrol")
    page.locator("[data-enrol-code]").fill(code)
    page.locator("[data-enrol-name]").fill("Toinen")
    page.locator("[data-enrol-submit]").click()
    said = page.locator("[data-enrol-fault-words], [data-code-problem]").filter(has_text=words)
    expect(said).to_be_visible()
    expect(page.locator("[data-enrol-code]")).to_have_value(code)
    expect(page.locator("[data-enrol-name]")).to_have_value("Toinen")


def slipped(card: str, slip: str) -> str:
    """Return a card's number with a slip in it."""
    if slip == "impossible symbol":
        return card[:4] + "U" + card[5:]
    if slip == "wrong symbol":
        return card[:4] + ("7" if card[4] != "7" else "8") + card[5:]
    place = next(at for at in range(2, 9) if card[at] != card[at + 1])
    return card[:place] + card[place + 1] + card[place] + card[place + 2 :]
