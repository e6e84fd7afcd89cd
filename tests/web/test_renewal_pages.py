"""Renewals as a worker meets them: the list, a list of cards typed or read, the look before, the result."""

from datetime import date

import pytest

from kaikukortti.db import db
from kaikukortti.models.cards import Card
from kaikukortti.profiles import Profile
from kaikukortti.rules.access import Role
from kaikukortti.rules.card import CardKind, State
from tests import factories, onpage
from tests.factories import DAY, NOW, TODAY
from tests.web.test_budgets import PAGE_BUDGET, counting
from tests.webclient import Web
from venues import scanning

ENTRY, DONE, CHANGE = "/renewals/cards", "/renewals/done", "/renewals/cards/change"


@pytest.fixture
def worker(network, enter) -> Web:
    return enter(network.people[Role.WORKER])


@pytest.fixture
def ending(app, network) -> dict[str, Card]:
    """Return cards of the own unit whose last day is near, by a word for each."""
    with app.app_context():
        made = {
            "soon": card_until(network.unit, TODAY + 3 * DAY),
            "next": card_until(network.unit, date(2026, 12, 24)),
            "ended": card_until(network.unit, TODAY - 10 * DAY),
            "community": card_until(network.unit, TODAY, kind=CardKind.COMMUNITY),
            "blocked": card_until(network.unit, TODAY, blocked_at=NOW - DAY),
        }
        db.session.expunge_all()
        return made


def card_until(unit, last_on: date, **fields) -> Card:
    return factories.make_issued_card(unit, first_on=last_on - 300 * DAY, last_on=last_on, **fields)


def outcome(web: Web) -> dict[str, str]:
    """Return what the newest page says of each card: its number (or what was typed) and the words beside it."""
    found = {}
    for line in onpage.tree(web).iter("li"):
        if line.get("class") == "card-line":
            name, text, act = list(line)[:3]
            numbers = [span.get("data-number", "") for span in name.iter("span") if span.get("data-number")]
            found[numbers[0] if numbers else onpage.words(name)] = f"{onpage.words(text)} {onpage.words(act)}".strip()
    return found


def test_list_tells_what_ends_and_what_has_ended(worker, ending):
    worker.get("/renewals/")
    said = outcome(worker)
    assert list(said) == [ending[name].number for name in ("ended", "community", "soon", "next")]
    assert said[ending["ended"].number].startswith("Ended 10 Nov 2026")
    assert said[ending["next"].number].startswith("Last day 24 Dec 2026")
    assert [onpage.words(heading) for heading in onpage.tree(worker).iter("h2")] == [
        "Ended and not renewed",
        "End this month",
        "End next month",
    ]


def test_visit_after_the_last_day_is_a_task_without_its_details(app, network, worker, ending):
    with app.app_context():
        item = factories.make_item(ending["ended"].number, shown="welcome", occurrence=network.tonight)
        scanning.record(item, device=network.tablet.known, received_at=NOW)
    worker.get("/renewals/")
    assert "Used at the door after its last day" in outcome(worker)[ending["ended"].number]
    assert "Lumikuningatar" not in worker.text and "City theatre" not in worker.text


def test_list_leads_to_the_renewal_of_one_card(worker, ending):
    worker.get("/renewals/")
    address = f"/cards/{ending['soon'].id}/renew"
    assert address in {link.get("href") for link in onpage.tree(worker).iter("a")}
    assert worker.get(address).status_code == 200


def make_coarse(app, card):
    with app.app_context():
        db.session.get_one(Profile, card.line).coarse_on = TODAY
        db.session.commit()


def test_several_cards_are_looked_at_and_renewed(app, worker, ending, network):
    names = ("soon", "ended", "community", "blocked")
    typed = [f" {ending[name].number.lower()} " for name in names] + ["", network.other_card.number, "EK12"]
    assert worker.submit(ENTRY, {"numbers": "\r\n".join(typed)}).status_code == 200
    said = outcome(worker)
    assert "3 cards can be renewed" in worker.text
    assert said[ending["soon"].number] == "Last day 23 Nov 2026, after the renewal 23 Nov 2027 Is renewed"
    assert said[ending["blocked"].number].startswith("Blocked.") and "Is left out" in said[ending["blocked"].number]
    assert "There is no such card here." in worker.text and "You typed 4." in said["EK12"]

    make_coarse(app, ending["ended"])
    assert worker.go_on(form=DONE).status_code == 200
    links = {link.get("href") for link in onpage.tree(worker).iter("a")}
    assert [f"/cards/{card.id}/correct" in links for card in ending.values()] == [False, False, True, False, False]
    said = outcome(worker)
    assert "3 cards renewed" in worker.text and len(said) == 3
    asked = "Ask again for the year of birth and the postcode"
    assert said[ending["ended"].number] == f"Last day 19 Nov 2027 · {asked} Renewed"
    worker.get("/renewals/")
    assert list(outcome(worker)) == [ending["next"].number]


def test_the_form_sent_twice_renews_once(worker, ending):
    worker.submit(ENTRY, {"numbers": ending["soon"].number})
    sent = {"csrf_token": onpage.token(worker), "renew": f"{ending['soon'].id}:2026-11-23"}
    for title in ("1 card renewed", "0 cards renewed"):
        assert worker.post(DONE, data=sent).status_code == 200
        assert title in worker.text
    said = outcome(worker)[ending["soon"].number]
    assert said.startswith("Somebody else has changed this card meanwhile.") and "Last day 23 Nov 2027." in said


def test_somebody_else_changes_a_card_between_look_and_renewal(app, worker, ending):
    worker.submit(ENTRY, {"numbers": f"{ending['soon'].number}\n{ending['ended'].number}"})
    with app.app_context():
        db.session.get_one(Card, ending["soon"].id).state = State.BLOCKED
        db.session.commit()
    worker.go_on(form=DONE)
    said = outcome(worker)
    assert said[ending["soon"].number].startswith("Blocked.") and said[ending["ended"].number].endswith("Renewed")


def test_list_can_be_changed_after_the_look(worker, ending):
    typed = f"{ending['soon'].number}\nEK12"
    worker.submit(ENTRY, {"numbers": typed})
    worker.go_on(form=DONE, to=CHANGE)
    assert kept(worker) == typed.splitlines()


@pytest.mark.parametrize(
    ("typed", "sentence"),
    [
        ("", "Read or type at least one card."),
        (" \r\n \t ", "Read or type at least one card."),
        ("EK12\n" * 31, "At most 30 cards at a time."),
        ("E" * 4001, "At most 30 cards at a time."),
        ("EK3F8M2X9TS\n131052-308T", "personal identity code"),
    ],
)
def test_list_that_will_not_do_is_kept_and_told_why(worker, typed, sentence):
    assert worker.submit(ENTRY, {"numbers": typed}).status_code == 422
    assert sentence in worker.text
    assert kept(worker) == typed.splitlines()


@pytest.mark.parametrize("typed", ["Ω≈ç√\x00", "<b>EK</b>", "'; DROP TABLE cards; --", "EK" + "9" * 300, "\u202e12"])
def test_odd_lines_are_told_of_as_they_are(worker, typed):
    assert worker.submit(ENTRY, {"numbers": typed}).status_code == 200
    assert "0 cards can be renewed" in worker.text
    assert [form for form in onpage.tree(worker).iter("input") if form.get("name") == "renew"] == []


@pytest.mark.parametrize("renew", ["", "17", "x:2026-11-23", "17:tomorrow", "0:2026-11-23", f"{2**40}:2026-11-23"])
def test_tampered_page_is_refused(worker, renew):
    worker.get(ENTRY)
    assert worker.post(DONE, data={"csrf_token": onpage.token(worker), "renew": renew}).status_code == 400


def test_thirty_one_at_once_are_refused(worker):
    worker.get(ENTRY)
    wanted = [f"{key}:2026-11-23" for key in range(1, 32)]
    assert worker.post(DONE, data={"csrf_token": onpage.token(worker), "renew": wanted}).status_code == 409
    assert worker.post(DONE, data={"renew": wanted[0]}).status_code == 400, "no token"


def test_another_units_card_is_not_renewed_by_its_id(app, worker, network):
    worker.get(ENTRY)
    last_on = network.other_card.last_valid_on
    sent = {"csrf_token": onpage.token(worker), "renew": f"{network.other_card.id}:{last_on.isoformat()}"}
    worker.post(DONE, data=sent)
    assert "0 cards renewed" in worker.text and network.other_card.number not in worker.text
    with app.app_context():
        assert db.session.get_one(Card, network.other_card.id).last_valid_on == last_on


@pytest.mark.parametrize("role", [role for role in Role if role is not Role.WORKER])
def test_nobody_else_renews(role, network, enter):
    web = enter(network.people[role])
    assert [web.get(page).status_code for page in ("/renewals/", ENTRY)] == [403, 403]


def test_two_hundred_cards_cost_no_more_than_one(app, worker, network):
    def cost() -> int:
        with counting(app) as counted:
            assert worker.get("/renewals/").status_code == 200
        return len(counted.statements)

    def look(cards: list[Card]) -> int:
        worker.get(ENTRY)
        data = {"csrf_token": onpage.token(worker), "numbers": "\n".join(card.number for card in cards)}
        with counting(app) as counted:
            assert worker.post(ENTRY, data=data).status_code == 200
        return len(counted.statements)

    with app.app_context():
        made = [card_until(network.unit, TODAY - 3 * DAY)]
        for _ in range(2):  # the first look of all begins the log
            few = (cost(), look(made[:1]))
        made += [card_until(network.unit, TODAY - 3 * DAY) for _ in range(199)]
        assert (cost(), look(made[:30])) == few
        assert max(few) <= PAGE_BUDGET


def kept(web: Web) -> list[str]:
    """Return the lines of the list that the newest page holds."""
    return "".join(next(onpage.tree(web).iter("textarea")).itertext()).splitlines()
