"""The list of unused cards as a worker meets it: live at the door's word, marked by one press, told nowhere else."""

import re
from datetime import timedelta

import pytest
import sqlalchemy as sa

from kaikukortti.db import db
from kaikukortti.models.cards import Card, CardTalk
from kaikukortti.models.trail import AuditEntry
from kaikukortti.rules.access import Role
from tests import factories, onpage
from tests.factories import DAY, NOW, TODAY
from tests.web.test_budgets import PAGE_BUDGET, counting
from tests.webclient import Web

LIST = "/sleeping/"


@pytest.fixture
def worker(network, enter) -> Web:
    return enter(network.people[Role.WORKER])


@pytest.fixture
def door(app, network) -> Web:
    tablet = Web(app)
    tablet.client.set_cookie("kaiku_device", network.tablet.credential)
    return tablet


def add_cards(app, unit, count=1, *, days=40, **fields) -> list[tuple[int, str]]:
    with app.app_context():
        made = [factories.make_issued_card(unit, first_on=TODAY - days * DAY, **fields) for _ in range(count)]
        return [(card.id, card.number) for card in made]


def numbers(web: Web) -> list[str]:
    """Return the numbers on the list in their order."""
    web.get(LIST)
    return [span.get("data-number", "") for span in onpage.tree(web).iter("span") if span.get("data-number")]


def test_first_use_at_the_door_takes_the_card_off_at_once_and_its_undo_brings_it_back(network, worker, door):
    assert numbers(worker) == [network.card.number]
    body = factories.scan_body(network.card, child=1)
    answer = onpage.json_of(door.post("/door/api/scans", json={"items": [body]}))
    assert answer["answers"][0]["result"] == "accepted"
    assert numbers(worker) == []
    assert "No unused cards here now." in worker.text
    door.post("/door/api/scans", json={"items": [factories.undo_body(body)]})
    assert numbers(worker) == [network.card.number]


def test_card_is_talked_about_and_the_mark_is_taken_back(app, network, worker):
    (card_id, number), *_ = add_cards(app, network.unit, days=50)
    assert numbers(worker) == [number, network.card.number]
    worker.go_on(form=LIST, to=f"/sleeping/{card_id}/talk")
    assert worker.response is not None and worker.response.request.path == LIST
    assert numbers(worker) == [network.card.number, number]
    assert "Talked about it today" in worker.text
    worker.go_on(form=LIST, to=f"/sleeping/{card_id}/talk/undo")
    assert numbers(worker) == [number, network.card.number]
    assert "Talked about it today" not in worker.text
    worker.go_on(form=LIST, to=f"/sleeping/{card_id}/talk/undo")
    assert "There was no mark of today on this card." in worker.text


def test_earlier_talk_shows_its_day_and_can_be_followed_by_another(app, network, worker):
    (card_id, _), *_ = add_cards(app, network.unit)
    with app.app_context():
        db.session.add(CardTalk(card_id=card_id, talked_at=NOW - 3 * DAY))
        db.session.commit()
    worker.get(LIST)
    assert "Talked about it 17 Nov 2026" in worker.text and "Talked again" in worker.text


def test_mark_on_a_card_that_was_used_meanwhile(network, worker, door):
    worker.get(LIST)
    door.post("/door/api/scans", json={"items": [factories.scan_body(network.card)]})
    worker.go_on(form=LIST, to=f"/sleeping/{network.card.id}/talk")
    assert "This card is no longer on the list. Nothing was noted." in worker.text


def test_press_without_a_token_changes_nothing(network, worker):
    worker.get(LIST)
    for address in (f"/sleeping/{network.card.id}/talk", f"/sleeping/{network.card.id}/talk/undo"):
        assert worker.post(address).status_code == 400


def test_another_unit_neither_sees_nor_marks(network, enter):
    stranger = enter(network.strangers[Role.WORKER])
    assert network.card.number not in numbers(stranger)
    token = {"csrf_token": onpage.token(stranger)}
    for address in (f"/sleeping/{network.card.id}/talk", f"/sleeping/{network.card.id}/talk/undo"):
        assert stranger.post(address, data=token).status_code == 404


@pytest.mark.parametrize("role", [role for role in Role if role is not Role.WORKER])
def test_nobody_else_opens_the_list(role, network, enter):
    assert enter(network.people[role]).get(LIST).status_code == 403


def test_page_holds_codes_days_and_an_idea_and_nothing_of_a_holder(app, network, worker):
    with app.app_context():
        starts_at = NOW + timedelta(days=2, hours=-3)
        venue = factories.make_venue(network.area, name_fi="Metku", postcode="53100")
        factories.make_occurrence(factories.make_event(venue, title="Nukketeatteri"), starts_at=starts_at)
    worker.get(LIST)
    assert "Own children come along free: Metku, Nukketeatteri, Sun 22 Nov at 15.30." in worker.text
    assert "Handed out 21 Oct 2026" in worker.text
    for kept_away in ("53100", "1980", network.card.line):
        assert kept_away not in worker.response.get_data(as_text=True)


def test_length_of_the_list_stands_on_no_page(app, network, worker):
    """A list that is opened, never a notification: what other pages say does not change with it (DESIGN §7)."""
    desk = ["/cards/", "/cards/new", f"/cards/{network.card.id}", "/renewals/", "/renewals/cards", "/help", "/about"]
    add_cards(app, network.unit, 36, days=100)
    shown = {page: (worker.get(page), worker.text)[1] for page in desk}
    assert len(numbers(worker)) == 37
    assert not [page for page, text in shown.items() if re.search(r"\b37\b", text)]
    before = {page: frame(worker, page) for page in desk}
    with app.app_context():
        db.session.execute(sa.update(Card).where(Card.first_on < TODAY - 60 * DAY).values(first_on=TODAY - 5 * DAY))
        db.session.execute(sa.text("UPDATE card_periods SET first_on = '2026-11-18' WHERE first_on < '2026-09-01'"))
        db.session.commit()
    assert len(numbers(worker)) == 1
    assert {page: frame(worker, page) for page in desk} == before


def frame(web: Web, page: str) -> str:
    """Return the words of a page's head, menu and links, without its lists of cards."""
    web.get(page)
    kept = [part for tag in ("header", "h1", "h2", "a", "button") for part in onpage.tree(web).iter(tag)]
    return " | ".join(onpage.words(part) for part in kept if not list(part.iter("span")))


def test_one_entry_in_the_log_for_each_opening(app, network, worker):
    add_cards(app, network.unit, 5)
    for _ in range(2):
        worker.get(LIST)
    with app.app_context():
        looks = db.session.scalars(sa.select(AuditEntry).where(AuditEntry.action.like("cards.sleeping%"))).all()
        assert [look.detail for look in looks] == [{"count": 6}] * 2


def test_two_hundred_cards_cost_no_more_than_one(app, network, worker):
    with app.app_context():
        venue = factories.make_venue(network.area, postcode="53100")
        for days in range(1, 14):
            factories.make_occurrence(venue=venue, starts_at=NOW + days * DAY)
    worker.get(LIST)  # the first look of a year makes the key of its log
    few = cost(app, worker)
    add_cards(app, network.unit, 199, days=130, children=1)
    assert len(numbers(worker)) == 200
    assert cost(app, worker) == few <= PAGE_BUDGET


def cost(app, worker: Web) -> int:
    with counting(app) as counted:
        assert worker.get(LIST).status_code == 200
    return len(counted.statements)


def test_bands_are_named_in_words(app, network, worker):
    for days in (60, 130):
        add_cards(app, network.unit, days=days)
    worker.get(LIST)
    headings = [onpage.words(heading) for heading in onpage.tree(worker).iter("h2")]
    assert headings == [
        "Handed out 120 days ago or earlier",
        "Handed out 60–119 days ago",
        "Handed out 30–59 days ago",
    ]
