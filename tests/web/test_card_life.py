"""What ends, pauses or reopens a card, each on a page that says what will happen; and what the card's page offers."""

from datetime import date

import pytest

from kaikukortti import cards
from kaikukortti.db import db
from kaikukortti.models.cards import Card
from kaikukortti.rules.access import Role
from kaikukortti.rules.card import CardReason, State
from tests import factories, onpage
from tests.factories import DAY, NOW, TODAY
from tests.webclient import Web

HETU = "131052-308T"
PAGES = ["block", "pause", "return", "renew", "replace", "correct"]
OFFERS = {
    "Renew the card": "renew",
    "Give a new card in place of this one": "replace",
    "Block the card": "block",
    "Pause the card": "pause",
    "End the pause": "resume",
    "Open the card again": "unblock",
    "Correct what was entered": "correct",
    "Take the card back": "return",
    "Undo the handing out": "undo",
    "Set the tickets of a year": "budget",
}


@pytest.fixture
def worker(network, enter) -> Web:
    return enter(network.people[Role.WORKER])


@pytest.fixture
def address(network) -> str:
    return f"/cards/{network.card.id}"


def state(app, card: Card) -> State:
    with app.app_context():
        return db.session.get_one(Card, card.id).state


def change(app, *, state: State, last_on: date | None = None, card: Card) -> None:
    """Put a card into a state as if long ago."""
    with app.app_context():
        found = db.session.get_one(Card, card.id)
        found.state = state
        found.suspended_until = TODAY + 13 * DAY if state is State.SUSPENDED else None
        found.last_valid_on = last_on or found.last_valid_on
        db.session.commit()


def offered(web: Web, page: str) -> set[str]:
    """Return what the card's page offers to do, by the last part of the address."""
    web.get(page)
    links = {onpage.words(link): link.get("href", "") for link in onpage.tree(web).iter("a")}
    found = {title: links[title] for title in OFFERS if title in links}
    assert all(found[title] == f"{page}/{OFFERS[title]}" for title in found)
    return {OFFERS[title] for title in found}


def facts(web: Web) -> dict[str, str]:
    """Return what the newest page's summary lists say."""
    rows = [row for row in onpage.tree(web).iter("div") if row.get("class") == "summary-row"]
    return {onpage.words(row[0]): onpage.words(row[1]) for row in rows}


@pytest.mark.parametrize(
    ("held", "last_on", "wanted", "said"),
    [
        (State.ACTIVE, None, {"renew", "replace", "block", "pause", "correct", "return"}, "In use until 20 Oct 2027"),
        (State.ACTIVE, TODAY - DAY, {"renew", "return"}, "Ended on 19 Nov 2026"),
        (State.SUSPENDED, None, {"resume", "block", "correct", "return"}, "Paused until 3 Dec 2026"),
        (State.BLOCKED, None, {"unblock", "replace", "return"}, "Blocked"),
        (State.BLOCKED, TODAY - DAY, {"replace", "return"}, "Blocked"),
        (State.REPLACED, None, set(), "Replaced"),
        (State.RETURNED, None, set(), "Returned"),
    ],
)
def test_page_offers_what_can_be_done_now(app, worker, network, address, held, last_on, wanted, said):
    change(app, state=held, last_on=last_on, card=network.card)
    assert offered(worker, address) == wanted
    assert facts(worker)["State"] == said
    for page in wanted:
        assert worker.get(f"{address}/{page}").status_code == 200


@pytest.mark.parametrize("held", [State.REPLACED, State.RETURNED])
@pytest.mark.parametrize("act", [*PAGES, "resume", "unblock", "undo"])
def test_what_cannot_be_done_is_told_with_the_state(app, worker, network, address, held, act):
    change(app, state=held, card=network.card)
    assert worker.get(f"{address}/{act}").status_code == 409
    assert "This cannot be done now" in worker.text and facts(worker)["The card now"] == held.value.capitalize()


@pytest.mark.parametrize("act", [*PAGES, "resume", "unblock", "undo", "budget"])
def test_another_unit_s_card_is_one_that_does_not_exist(app, worker, network, act):
    worker.get("/cards/")
    token = {"csrf_token": onpage.token(worker)}
    seen = set()
    for card_id in (network.other_card.id, network.stock.id, 999_999):
        answers = (
            worker.get(f"/cards/{card_id}/{act}"),
            worker.post(f"/cards/{card_id}/{act}", data={**token, **FILLED[act]}),
        )
        assert [answer.status_code for answer in answers] == [404, 404]
        seen.add(worker.text)
    assert len(seen) == 1
    assert state(app, network.other_card) is State.ACTIVE


FILLED: dict[str, dict[str, str]] = {
    "block": {"reason": "lost"},
    "unblock": {"reason": "found"},
    "pause": {"until_on": "2026-12-03"},
    "renew": {"seen_last_on": "2027-10-20", "onto": "same", "children": "2"},
    "replace": {"number": "EK3F8M2X9TS"},
    "correct": {"birth_year": "1980", "postcode": "53100", "children": "2"},
    "return": {},
    "resume": {},
    "undo": {},
    "budget": {"tickets": "5"},
}


def test_a_card_is_blocked_and_opened_again(app, worker, network, address):
    answer = worker.submit(f"{address}/block", {"reason": "stolen", "confirmed": "1"})
    assert answer.request.path == address and "The card is blocked" in worker.text
    answer = worker.submit(f"{address}/unblock", {"reason": "mistake"})
    assert answer.request.path == address and "The card is in use again" in worker.text
    past = worker.text.partition("What has happened to the card")[2]
    assert past.index("Opened again: blocked by mistake") < past.index("Blocked: stolen") < past.index("Handed out")
    assert past.count("Maija Mallikas") == 2, "who did it"


@pytest.mark.parametrize(("act", "wrong"), [("block", "revenge"), ("block", None), ("unblock", "lost")])
def test_a_reason_is_one_that_is_offered(app, worker, network, address, act, wrong):
    held = State.ACTIVE if act == "block" else State.BLOCKED
    change(app, state=held, card=network.card)
    assert worker.submit(f"{address}/{act}", {"reason": wrong}).status_code == 422
    assert "Reason:" in worker.text
    assert state(app, network.card) is held


@pytest.mark.parametrize("act", ["block", "return", "undo"])
def test_enter_does_nothing_that_cannot_be_taken_back(app, worker, network, act):
    """A form that is sent by the Enter key comes without the name of its button."""
    with app.app_context():
        card = factories.make_issued_card(db.session.merge(network.unit, load=False), first_on=TODAY)
    chosen = {"reason": "stolen"} if act == "block" else {}
    assert worker.submit(f"/cards/{card.id}/{act}", chosen).status_code == 422
    assert "Nothing has been done yet" in worker.text and state(app, card) is State.ACTIVE
    assert worker.go_on({"confirmed": "1"}).status_code == 200, "what was chosen is kept"
    assert state(app, card) is not State.ACTIVE


def test_a_card_is_paused_and_the_pause_ended(app, worker, network, address):
    answer = worker.submit(f"{address}/pause", {"until_on": "2026-12-03"})
    assert answer.request.path == address and facts(worker)["State"] == "Paused until 3 Dec 2026"
    assert "Paused until 3 Dec 2026" in onpage.words(onpage.tree(worker))
    worker.get("/cards/")
    assert "Paused until 3 Dec 2026" in worker.text
    worker.submit(f"{address}/resume")
    assert facts(worker)["State"] == "In use until 20 Oct 2027"
    assert state(app, network.card) is State.ACTIVE


@pytest.mark.parametrize(
    "typed", ["", "2026-11-20", "2020-01-01", "2027-10-21", "9999-12-31", "soon", HETU, "2026-02-30"]
)
def test_a_pause_needs_a_day_to_come(app, worker, network, address, typed):
    assert worker.submit(f"{address}/pause", {"until_on": typed}).status_code == 422
    assert worker.response is not None
    assert onpage.fields(worker)["until_on"] == typed, "what was typed is kept"
    assert ("personal identity code" in worker.text) == (typed == HETU)
    assert state(app, network.card) is State.ACTIVE


def test_a_card_is_taken_back_for_good(app, worker, network, address):
    worker.submit(f"{address}/return", {"confirmed": "1"})
    assert facts(worker)["State"] == "Returned" and offered(worker, address) == set()
    assert state(app, network.card) is State.RETURNED


def test_a_handing_out_is_undone_on_the_same_day(app, worker, network):
    worker.submit("/cards/new", {"number": network.stock.number})
    worker.go_on({"birth_year": "1984", "postcode": "53100", "children": "2"}, form="/cards/new/answers")
    worker.go_on({"is_client": "y", "is_local": "y", "is_tight": "y"}, form="/cards/new/hand-out")
    page = f"/cards/{network.stock.id}"
    assert f"{page}/undo" in [link.get("href") for link in onpage.tree(worker).iter("a")]
    assert "undo" in offered(worker, page)
    answer = worker.submit(f"{page}/undo", {"confirmed": "1"})
    assert answer.request.path == "/cards/" and "in your stock again" in worker.text
    assert state(app, network.stock) is State.STOCK
    assert worker.get(page).status_code == 404
    assert worker.submit("/cards/new", {"number": network.stock.number}).status_code == 200


def test_yesterday_s_handing_out_is_not_undone(app, worker, network, address):
    assert "undo" not in offered(worker, address)
    assert worker.submit(f"{address}/undo", {"confirmed": "1"}).status_code == 409
    assert "only on the day on which it was entered" in worker.text
    assert state(app, network.card) is State.ACTIVE


def test_a_community_card_gets_tickets_for_a_year(app, worker, network):
    page = f"/cards/{network.community.id}"
    assert offered(worker, page) == {"renew", "replace", "block", "pause", "return", "budget"}
    assert facts(worker)["Tickets this year"] == "0"
    worker.submit(f"{page}/budget", {"tickets": "40"})
    assert facts(worker)["Tickets this year"] == "0 of 40 used"
    worker.get(f"{page}/budget")
    assert onpage.fields(worker)["tickets"] == "40"
    worker.go_on({"tickets": ""})
    assert facts(worker)["Tickets this year"] == "0"


@pytest.mark.parametrize("typed", ["-1", "10001", "9" * 30, "many", "2.5", HETU])
def test_tickets_are_a_number_that_can_be(app, worker, network, typed):
    page = f"/cards/{network.community.id}/budget"
    assert worker.submit(page, {"tickets": typed}).status_code == 422
    assert onpage.fields(worker)["tickets"] == typed
    with app.app_context():
        assert db.session.get_one(Card, network.community.id).ticket_budget is None


@pytest.mark.parametrize("act", ["budget", "correct"])
def test_what_is_for_the_other_kind_of_card(worker, network, act):
    card = network.card if act == "budget" else network.community
    assert worker.get(f"/cards/{card.id}/{act}").status_code == 409
    assert "personal card" in worker.text if act == "budget" else "community card" in worker.text


def test_two_workers_at_once_one_is_told(app, worker, network, address):
    """The page was open while a colleague blocked the card."""
    worker.get(f"{address}/pause")
    colleague = network.people[Role.WORKER].actor
    with app.app_context():
        cards.block(network.card.id, reason=CardReason.LOST, actor=colleague, now=NOW)
    assert worker.go_on({"until_on": "2026-12-03"}).status_code == 409
    assert facts(worker)["The card now"] == "Blocked"
    assert state(app, network.card) is State.BLOCKED


def test_a_card_that_is_used_meanwhile_is_not_undone(app, worker, network):
    with app.app_context():
        card = factories.make_issued_card(db.session.merge(network.unit, load=False), first_on=TODAY)
    page = f"/cards/{card.id}"
    assert "undo" in offered(worker, page)
    worker.get(f"{page}/undo")
    tablet = Web(app)
    tablet.client.set_cookie("kaiku_device", network.tablet.credential)
    sent = tablet.post("/door/api/scans", json={"items": [factories.scan_body(card)]})
    assert onpage.json_of(sent)["answers"][0]["result"] == "accepted"
    assert worker.go_on({"confirmed": "1"}).status_code == 409
    assert "A visit has been made" in worker.text
    assert "undo" not in offered(worker, page)
    assert state(app, card) is State.ACTIVE
