"""Beside the usual way of handing out: the hint at a second card, and a paper form that is entered afterwards."""

from collections.abc import Mapping
from datetime import date

import pytest

from kaikukortti.db import db
from kaikukortti.models.cards import Card
from kaikukortti.rules.access import Role
from kaikukortti.rules.card import CardKind, State
from tests import factories, onpage
from tests.webclient import Web

ANSWERS = {"birth_year": "1984", "postcode": "53100", "children": "2"}
TICKS = {"is_client": "y", "is_local": "y", "is_tight": "y"}


@pytest.fixture
def worker(network, enter) -> Web:
    return enter(network.people[Role.WORKER])


def follow(web: Web, values: Mapping[str, str | None], address: str) -> int:
    """Fill in the form to `address` on the newest page; return the status of the answer."""
    return web.go_on(values, form=address).status_code


def card_of(app, card: Card) -> Card:
    """Return a card as it is now."""
    with app.app_context():
        return db.session.get_one(Card, card.id)


@pytest.mark.parametrize("twins", [0, 1, 2])
def test_a_second_card_is_hinted_at_and_never_refused(app, worker, network, twins):
    with app.app_context():
        for _ in range(twins):
            factories.make_issued_card(db.session.merge(network.unit, load=False), children=1)
        factories.make_issued_card(db.session.merge(network.other_unit, load=False), children=1)
    worker.submit("/cards/new", {"number": network.stock.number})
    given = {"birth_year": "1980", "postcode": "53100", "children": "1"}
    assert follow(worker, given, "/cards/new/answers") == 200
    noun = "card" if twins == 1 else "cards"
    said = f"Your unit has handed out {twins} {noun} with the same year of birth, postcode and number of children."
    assert (said in worker.text) == bool(twins)
    assert ("/cards/lost/" in [link.get("href") for link in onpage.tree(worker).iter("a")]) == bool(twins)
    assert follow(worker, TICKS, "/cards/new/hand-out") == 200
    assert card_of(app, network.stock).state is State.ACTIVE


def test_a_paper_form_is_entered_afterwards(app, worker, network):
    worker.submit("/cards/new", {"number": network.stock.number, "handed_out_on": "2026-11-10"})
    assert "handed out on 10 Nov 2026" in worker.text
    follow(worker, ANSWERS, "/cards/new/answers")
    assert "from 10 Nov 2026 to 9 Nov 2027" in worker.text
    worker.go_on({"back": "1"}, form="/cards/new/hand-out", to="/cards/new/answers")
    follow(worker, ANSWERS, "/cards/new/answers")
    assert follow(worker, TICKS, "/cards/new/hand-out") == 200
    assert "from 10 Nov 2026 to 9 Nov 2027" in worker.text and "Undo the handing out" in worker.text
    card = card_of(app, network.stock)
    assert (card.first_on, card.last_valid_on) == (date(2026, 11, 10), date(2027, 11, 9))


@pytest.mark.parametrize("kind", CardKind)
def test_a_paper_form_with_another_unit_s_card(app, worker, network, kind):
    with app.app_context():
        stock = factories.make_stock_card(db.session.merge(network.other_unit, load=False), kind=kind)
    worker.submit("/cards/new", {"number": stock.number, "handed_out_on": "2026-11-10"})
    follow(worker, {"accepts_other_unit": "y"}, "/cards/new")
    if kind is CardKind.COMMUNITY:
        follow(worker, {}, "/cards/new/community")
    else:
        follow(worker, ANSWERS, "/cards/new/answers")
        follow(worker, TICKS, "/cards/new/hand-out")
    assert card_of(app, stock).first_on == date(2026, 11, 10)


@pytest.mark.parametrize(
    ("typed", "said"),
    [
        ("2026-11-21", "This day has not come yet"),
        ("2026-10-20", "at most 30 days afterwards"),
        ("0001-01-01", "at most 30 days afterwards"),
        ("9999-12-31", "This day has not come yet"),
        ("10.11.2026", "Choose a day"),
        ("131052-308T", "personal identity code"),
    ],
)
def test_a_day_of_handing_out_that_cannot_be(app, worker, network, typed, said):
    given = {"number": network.stock.number, "handed_out_on": typed}
    assert worker.submit("/cards/new", given).status_code == 422
    assert said in worker.text
    assert {name: onpage.fields(worker)[name] for name in given} == given
    worker.go_on({"handed_out_on": ""}, form="/cards/new")
    follow(worker, ANSWERS, "/cards/new/answers")
    assert follow(worker, {**TICKS, "handed_out_on": typed}, "/cards/new/hand-out") >= 400
    assert card_of(app, network.stock).state is State.STOCK
