"""Printing cards: a run is made on the page, its sheet is downloaded, and holds the cards that are still stock."""

import io

import pypdf
import pytest
import sqlalchemy as sa

from kaikukortti.db import db
from kaikukortti.models.cards import Batch, Card
from kaikukortti.rules.access import Role
from kaikukortti.rules.card import CardKind
from tests.webclient import Web


@pytest.fixture
def coordinator(network, enter) -> Web:
    return enter(network.people[Role.COORDINATOR])


def newest(app) -> tuple[Batch, list[str]]:
    with app.app_context():
        batch = db.session.scalars(sa.select(Batch).order_by(Batch.id.desc())).first()
        assert batch is not None
        numbers = sa.select(Card.number).where(Card.batch_id == batch.id).order_by(Card.id)
        return batch, list(db.session.scalars(numbers))


def test_a_run_is_made_and_its_sheet_downloaded(app, coordinator, network):
    answer = coordinator.submit("/stock/", {"unit": str(network.unit.id), "kind": "personal", "count": "12"})
    assert answer.request.path == "/stock/" and "The cards are ready" in coordinator.text
    batch, numbers = newest(app)
    assert (batch.unit_id, batch.kind, len(numbers)) == (network.unit.id, CardKind.PERSONAL, 12)
    answer = coordinator.get(f"/stock/{batch.id}/cards.pdf")
    assert (answer.status_code, answer.mimetype) == (200, "application/pdf")
    assert answer.headers["Content-Disposition"] == f'attachment; filename="kaikukortti-{batch.id}.pdf"'
    pages = pypdf.PdfReader(io.BytesIO(answer.data)).pages
    assert len(pages) == 4, "two sheets of ten, both sides"
    words = "".join(page.extract_text() for page in pages).replace(" ", "")
    for number in numbers:
        assert number in words


def test_the_sheet_leaves_out_what_has_been_handed_out(app, coordinator, network):
    batch_id = network.stock.batch_id
    with app.app_context():
        stock = list(db.session.scalars(sa.select(Card).where(Card.batch_id == batch_id).order_by(Card.id)))
        stock[0].line, stock[0].first_on, stock[0].last_valid_on = (
            "f" * 32,
            network.card.first_on,
            network.card.first_on,
        )
        stock[0].state = network.card.state
        db.session.commit()
    pages = pypdf.PdfReader(io.BytesIO(coordinator.get(f"/stock/{batch_id}/cards.pdf").data)).pages
    words = "".join(page.extract_text() for page in pages).replace(" ", "")
    assert stock[0].number not in words and all(card.number in words for card in stock[1:])
    answer = coordinator.get(f"/stock/{network.card.batch_id}/cards.pdf")
    assert (answer.status_code, answer.mimetype) == (404, "text/plain")
    assert "handed out" in answer.text


def test_the_list_says_what_is_left(coordinator, network):
    coordinator.submit("/stock/", {"unit": str(network.other_unit.id), "kind": "community", "count": "7"})
    assert "Vammaispalvelut Community card, 20 Nov 2026 18.30 7 of 7" in coordinator.text
    assert "Nothing left to print" in coordinator.text
    assert network.far_unit.name_fi not in coordinator.text


@pytest.mark.parametrize(
    ("slip", "said"),
    [
        ({"count": "0"}, "1 to 2,000"),
        ({"count": "2001"}, "1 to 2,000"),
        ({"count": "-5"}, "1 to 2,000"),
        ({"count": "a lot"}, "whole number"),
        ({"count": ""}, "This is needed"),
        ({"unit": "{far}"}, "Not a valid choice"),
        ({"unit": "x"}, "Invalid Choice"),
        ({"kind": "golden"}, "Not a valid choice"),
    ],
)
def test_a_run_that_cannot_be_made_keeps_what_was_typed(app, coordinator, network, slip, said):
    before = newest(app)[0].id
    slip = {name: value.format(far=network.far_unit.id) for name, value in slip.items()}
    good = {"unit": str(network.unit.id), "kind": "community", "count": "30"}
    answer = coordinator.submit("/stock/", {**good, **slip})
    assert answer.status_code == 422
    assert said in coordinator.text
    body = answer.get_data(as_text=True)
    if "count" in slip and slip["count"]:
        assert f'value="{slip["count"]}"' in body
    else:
        assert "count" in slip or 'value="30"' in body
    assert newest(app)[0].id == before
