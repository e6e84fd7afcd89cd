"""The unit's stock room and the coordinator's care: what is left, counts, spoiled cards, a stolen batch."""

import pytest
import sqlalchemy as sa

from kaikukortti.db import db
from kaikukortti.models.cards import Batch, BatchSource, Card, StockCount
from kaikukortti.rules.access import Role
from kaikukortti.rules.card import State
from tests import factories, onpage
from tests.webclient import Web

COUNT, SPOILED, LIMIT = "/stockroom/count", "/stockroom/spoiled", "/stockroom/limit"


@pytest.fixture
def worker(network, enter) -> Web:
    return enter(network.people[Role.WORKER])


@pytest.fixture
def coordinator(network, enter) -> Web:
    return enter(network.people[Role.COORDINATOR])


def state_of(app, card: Card) -> State:
    with app.app_context():
        return db.session.get_one(Card, card.id, populate_existing=True).state


def test_the_room_shows_what_is_left(worker, network):
    worker.get("/stockroom")
    rows = onpage.table(worker, "What is left")
    batch = next(cells for name, cells in rows.items() if name.startswith(f"Batch {network.stock.batch_id} "))
    assert batch == ["3", "0"]
    assert "The cards are running low" in worker.text and "3 cards are left." in worker.text
    assert network.stock.number not in worker.text.replace(" ", "")


@pytest.mark.parametrize(
    ("counted", "said"),
    [
        ("3", "3 cards on 20 Nov 2026 18.30. The count and the register agree."),
        ("2", "1 card fewer than the register expects."),
        ("1", "2 cards fewer than the register expects."),
        ("4", "1 card more than the register expects."),
    ],
)
def test_a_count_is_kept_and_compared_in_kind_words(worker, coordinator, network, counted, said):
    worker.submit("/stockroom", {"counted": counted}, form=COUNT)
    assert said in worker.text
    coordinator.get("/stock/")
    short = {"3": "agrees", "2": "1 missing", "1": "2 missing", "4": "1 too many"}[counted]
    assert f"{counted}, {short}" in onpage.table(coordinator, "What the units have")["Adult social work Running low"][1]
    assert onpage.table(coordinator, "What the units have")["Vammaispalvelut Running low"] == ["0", "Not counted yet"]


@pytest.mark.parametrize(
    ("form", "field", "typed", "said"),
    [
        (COUNT, "counted", "-1", "below zero"),
        (COUNT, "counted", "100001", "larger than any stock"),
        (COUNT, "counted", "many", "whole number"),
        (COUNT, "counted", "", "This is needed"),
        (COUNT, "counted", "131052-308T", "identity code"),
        (LIMIT, "limit", "-1", "below zero"),
        (LIMIT, "limit", "1001", "larger than any stock"),
        (SPOILED, "number", "EK3F8M2X9TT", "One symbol is wrong"),
        (SPOILED, "number", "", "Read or type the number"),
        (SPOILED, "number", "{other}", "There is no such card here"),
        (SPOILED, "number", "{issued}", "no longer stock"),
        (SPOILED, "number", "131052-308T", "identity code"),
    ],
)
def test_what_cannot_be_kept_says_why_beside_its_field(app, worker, network, form, field, typed, said):
    typed = typed.format(other=network.other_card.number, issued=network.card.number)
    answer = worker.submit("/stockroom", {field: typed}, form=form)
    assert answer.status_code == 422 and said in worker.text
    assert onpage.fields(worker)[field] == typed, "what was typed is kept"
    with app.app_context():
        assert db.session.scalar(sa.select(sa.func.count()).select_from(StockCount)) == 0
    assert state_of(app, network.card) is State.ACTIVE


def test_a_spoiled_card_goes(app, worker, network):
    worker.submit("/stockroom", {"number": network.stock.number.lower()}, form=SPOILED)
    assert "The card is out of stock." in worker.text and "2 cards are left." in worker.text
    assert state_of(app, network.stock) is State.DESTROYED
    worker.submit("/stockroom", {"number": network.stock.number}, form=SPOILED)
    assert "taken out of stock already" in worker.text


def test_the_unit_chooses_when_to_be_told(worker):
    worker.submit("/stockroom", {"limit": "2"}, form=LIMIT)
    assert "running low" not in worker.text and onpage.fields(worker)["limit"] == "2"
    worker.submit("/stockroom", {"limit": "3"}, form=LIMIT)
    assert "running low" in worker.text


def test_a_batch_is_marked_stolen_in_one_step(app, coordinator, network):
    page = f"/stock/{network.stock.batch_id}"
    coordinator.get(page)
    assert "takes the 3 cards that are left out of use" in coordinator.text
    coordinator.submit(page, form=page + "/stolen")
    assert "The batch is marked as stolen. 3 cards were taken out of use." in coordinator.text
    assert "Marked on 20 Nov 2026 18.30" in coordinator.text and "Mark the batch as stolen" not in coordinator.text
    assert state_of(app, network.stock) is State.DESTROYED and state_of(app, network.card) is State.ACTIVE
    coordinator.post(page + "/stolen", data={"csrf_token": onpage.token(coordinator)}, follow_redirects=True)
    assert "marked as stolen already" in coordinator.text
    coordinator.get("/stock/")
    assert "Stolen" in coordinator.text


def test_a_batch_of_another_area_is_not_there(app, coordinator, network):
    page = f"/stock/{network.far_stock.batch_id}"
    assert coordinator.get(page).status_code == 404
    coordinator.get("/stock/")
    assert coordinator.post(page + "/stolen", data={"csrf_token": onpage.token(coordinator)}).status_code == 404
    assert state_of(app, network.far_stock) is State.STOCK


@pytest.mark.parametrize("reason", ["spoiled", "lost_in_post"])
def test_the_coordinator_takes_a_single_card_out(app, coordinator, network, reason):
    coordinator.submit("/stock/destroy", {"number": network.stock.number, "reason": reason})
    assert "Nobody can hand it out any more." in coordinator.text
    assert state_of(app, network.stock) is State.DESTROYED


@pytest.mark.parametrize(
    ("values", "said"),
    [
        ({"number": "{far}", "reason": "spoiled"}, "There is no such card here"),
        ({"number": "{issued}", "reason": "spoiled"}, "no longer stock"),
        ({"number": "{stock}"}, "Choose a reason."),
        ({"number": "x", "reason": "spoiled"}, "A card number has 11 symbols"),
    ],
)
def test_a_card_that_cannot_be_taken_out(app, coordinator, network, values, said):
    numbers = {"far": network.far_stock.number, "issued": network.card.number, "stock": network.stock.number}
    answer = coordinator.submit("/stock/destroy", {name: value.format(**numbers) for name, value in values.items()})
    assert answer.status_code == 422 and said in coordinator.text
    assert state_of(app, network.stock) is State.STOCK


def test_an_imported_batch_has_no_sheet(app, coordinator, network):
    with app.app_context():
        batch = db.session.get_one(Batch, network.stock.batch_id)
        batch.source = BatchSource.IMPORTED
        db.session.commit()
    coordinator.get(f"/stock/{batch.id}")
    assert "Printed elsewhere, taken in from a list" in coordinator.text and "cards.pdf" not in links(coordinator)
    coordinator.get("/stock/")
    assert f"/stock/{batch.id}/cards.pdf" not in links(coordinator)


def test_the_desk_tells_when_cards_run_low(app, worker, network):
    worker.get("/cards/")
    assert "The cards are running low" in worker.text and "/stockroom" in links(worker)
    with app.app_context():
        factories.make_stock_cards(8, network.unit)
    worker.get("/cards/")
    assert "running low" not in worker.text
    worker.submit("/stockroom", {"limit": "11"}, form=LIMIT)
    worker.get("/cards/")
    assert "running low" in worker.text


def links(web: Web) -> str:
    return " ".join(link.get("href", "") for link in onpage.tree(web).iter("a"))
