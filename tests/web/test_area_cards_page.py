"""The coordinator's page of one card: by number, to block it or open it, without a word about its holder."""

import pytest
import sqlalchemy as sa

from kaikukortti import cards
from kaikukortti.db import db
from kaikukortti.models.cards import Card
from kaikukortti.models.trail import AuditEntry
from kaikukortti.rules.access import Role
from kaikukortti.rules.card import CardReason, State
from tests import factories, onpage
from tests.factories import NOW
from tests.webclient import Web

FIND = "/area/cards/"


@pytest.fixture
def coordinator(network, enter) -> Web:
    return enter(network.people[Role.COORDINATOR])


def state(app, card: Card) -> State:
    with app.app_context():
        return db.session.get_one(Card, card.id).state


def test_a_card_of_the_area_is_found_and_shown(app, coordinator, network):
    answer = coordinator.submit(FIND, {"number": network.other_card.number.lower()})
    assert answer.request.path == f"{FIND}{network.other_card.id}"
    assert "Vammaispalvelut" in coordinator.text and "In use until 20 Oct 2027" in coordinator.text
    body = answer.get_data(as_text=True)
    assert "1980" not in body and "53100" not in body and "Children" not in coordinator.text
    assert [step.request.path for step in answer.history] == [FIND], "the number stands in no address"
    with app.app_context():
        newest = db.session.scalars(sa.select(AuditEntry.action).order_by(AuditEntry.id.desc()).limit(2)).all()
    assert newest == ["card.looked_at", "card.searched"]


def test_use_is_the_unit_s_to_know(app, coordinator, network):
    address = f"{FIND}{network.card.id}"
    coordinator.get(address)
    before = coordinator.text
    tablet = Web(app)
    tablet.client.set_cookie("kaiku_device", network.tablet.credential)
    sent = tablet.post("/door/api/scans", json={"items": [factories.scan_body(network.card)]})
    assert onpage.json_of(sent)["answers"][0]["result"] == "accepted"
    coordinator.get(address)
    assert coordinator.text == before


@pytest.mark.parametrize("whose", ["stock", "another area's", "nobody's"])
def test_what_is_not_there_for_the_coordinator(app, coordinator, network, whose):
    with app.app_context():
        far = factories.make_issued_card(db.session.merge(network.far_unit, load=False))
    numbers = {"stock": network.stock.number, "another area's": far.number}
    number = numbers.get(whose) or factories.make_number()
    assert coordinator.submit(FIND, {"number": number}).status_code == 422
    assert "no such card" in coordinator.text and onpage.fields(coordinator)["number"] == number
    for card in (network.stock, far):
        assert coordinator.get(f"{FIND}{card.id}").status_code == 404


@pytest.mark.parametrize("typed", ["", "EK3F8", "x" * 65, "EK\x00", "131052-308T"])
def test_a_malformed_number_is_answered(coordinator, typed):
    assert coordinator.submit(FIND, {"number": typed}).status_code == 422


def test_a_card_is_blocked_and_opened_with_a_reason(app, coordinator, network):
    address = f"{FIND}{network.card.id}"
    coordinator.submit(address, {"reason": "misuse", "confirmed": "1"}, form=f"{address}/block")
    assert "The card is blocked" in coordinator.text and state(app, network.card) is State.BLOCKED
    coordinator.submit(address, {"reason": "mistake"}, form=f"{address}/unblock")
    assert "The card is in use again" in coordinator.text and state(app, network.card) is State.ACTIVE


@pytest.mark.parametrize("wrong", ["found", "", None])
def test_a_block_needs_a_reason(app, coordinator, network, wrong):
    address = f"{FIND}{network.card.id}"
    assert coordinator.submit(address, {"reason": wrong, "confirmed": "1"}, form=f"{address}/block").status_code == 422
    assert state(app, network.card) is State.ACTIVE


def test_somebody_was_faster(app, coordinator, network):
    address = f"{FIND}{network.card.id}"
    coordinator.get(address)
    with app.app_context():
        cards.block(network.card.id, reason=CardReason.LOST, actor=network.people[Role.WORKER].actor, now=NOW)
    assert coordinator.go_on({"reason": "misuse", "confirmed": "1"}, form=f"{address}/block").status_code == 409
    assert "This cannot be done with the card as it is now" in coordinator.text and "Blocked" in coordinator.text


def test_another_area_s_coordinator_has_no_way_in(app, enter, network):
    stranger = enter(network.strangers[Role.COORDINATOR])
    assert stranger.submit(FIND, {"number": network.card.number}).status_code == 422
    token = {"csrf_token": onpage.token(stranger)}
    for act, fields in (("block", {"reason": "lost", "confirmed": "1"}), ("unblock", {"reason": "found"})):
        answer = stranger.post(f"{FIND}{network.card.id}/{act}", data={**token, **fields})
        assert answer.status_code == 404
    assert state(app, network.card) is State.ACTIVE
