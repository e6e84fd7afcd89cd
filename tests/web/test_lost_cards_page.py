"""A lost card whose number nobody knows: found within the own unit, blocked only after an explicit choice."""

import pytest

from kaikukortti.db import db
from kaikukortti.models.cards import Card
from kaikukortti.rules.access import Role
from kaikukortti.rules.card import State
from kaikukortti.rules.number import grouped
from tests import factories, onpage
from tests.webclient import Web

HETU = "131052-308T"
KNOWN = {"birth_year": "1980", "postcode": "53100"}


@pytest.fixture
def worker(network, enter) -> Web:
    return enter(network.people[Role.WORKER])


@pytest.fixture
def twin(app, network) -> Card:
    """Return another card of the unit that fits as well."""
    with app.app_context():
        return factories.make_issued_card(db.session.merge(network.unit, load=False))


def states(app, *cards: Card) -> list[State]:
    with app.app_context():
        return [db.session.get_one(Card, card.id).state for card in cards]


def choices(web: Web) -> dict[str, str]:
    """Return the cards to choose from on the newest page: the value of each, and the words beside it."""
    page = onpage.tree(web)
    radios = [field for field in page.iter("input") if field.get("name") == "card_id"]
    assert not [field for field in radios if "checked" in field.attrib], "none is chosen beforehand"
    labels = {label.get("for"): onpage.words(label) for label in page.iter("label")}
    return {field.get("value", ""): labels[field.get("id")] for field in radios}


def test_a_lost_card_is_found_chosen_and_blocked(app, worker, network, twin):
    worker.submit("/cards/lost/", KNOWN)
    found = choices(worker)
    assert set(found) == {str(network.card.id), str(twin.id)}
    told = found[str(network.card.id)]
    assert told == f"{grouped(network.card.number)}, from 21 Oct 2026 to 20 Oct 2027, children: 2"
    answer = worker.go_on({"card_id": str(twin.id), "confirmed": "1"})
    assert answer.request.path == f"/cards/{twin.id}"
    assert "The card is blocked" in worker.text and "Give a new card in place of this one" in worker.text
    assert states(app, network.card, twin) == [State.ACTIVE, State.BLOCKED]


def test_nothing_is_blocked_without_a_choice(app, worker, network, twin):
    worker.submit("/cards/lost/", KNOWN)
    assert worker.go_on({"confirmed": "1"}).status_code == 422
    assert "Choose a card" in worker.text and len(choices(worker)) == 2
    assert worker.go_on({"card_id": str(twin.id)}).status_code == 422, "the Enter key"
    assert states(app, network.card, twin) == [State.ACTIVE, State.ACTIVE]
    worker.go_on({"card_id": str(twin.id), "confirmed": "1"})
    assert states(app, network.card, twin) == [State.ACTIVE, State.BLOCKED], "mended, it goes on"


def test_only_a_card_among_the_matches_can_be_chosen(app, worker, network):
    worker.submit("/cards/lost/", KNOWN)
    for card in (network.other_card, network.community, network.stock):
        assert worker.go_on({"card_id": str(card.id), "confirmed": "1"}).status_code == 422
    for wrong in ("", "x", "-1", "9" * 30):
        assert worker.go_on({"card_id": wrong, "confirmed": "1"}).status_code == 422
    held = states(app, network.card, network.other_card, network.community)
    assert held == [State.ACTIVE, State.ACTIVE, State.ACTIVE]


def test_no_card_fits(worker):
    assert worker.submit("/cards/lost/", {**KNOWN, "birth_year": "1955"}).status_code == 200
    assert "No card fits" in worker.text


@pytest.mark.parametrize(
    ("slip", "said"),
    [
        ({"birth_year": ""}, "This is needed"),
        ({"birth_year": "9" * 30}, "lies in the future"),
        ({"birth_year": "eighty"}, "whole number"),
        ({"birth_year": HETU}, "personal identity code"),
        ({"postcode": ""}, "This is needed"),
        ({"postcode": "5310"}, "five digits"),
        ({"postcode": "5" * 21}, "20"),
        ({"postcode": HETU}, "personal identity code"),
        ({"postcode": "\x00"}, "five digits"),
    ],
)
def test_a_slip_keeps_what_was_typed(worker, slip, said):
    given = {**KNOWN, **slip}
    assert worker.submit("/cards/lost/", given).status_code == 422
    assert said in worker.text
    kept = onpage.fields(worker)
    assert {name: kept[name] for name in given} == {name: value.strip("\x00") for name, value in given.items()}


def test_details_that_were_tampered_with_are_asked_anew(worker, network):
    worker.submit("/cards/lost/", KNOWN)
    for wrong in ({"birth_year": "x"}, {"postcode": ""}, {"birth_year": "2030"}):
        assert worker.go_on({**wrong, "card_id": str(network.card.id)}).status_code == 422
        worker.submit("/cards/lost/", KNOWN)


def test_what_is_known_of_a_holder_stands_in_no_address(worker, network):
    worker.submit("/cards/lost/", KNOWN)
    assert worker.response is not None
    visited = [worker.response.request.full_path]
    worker.go_on({"card_id": str(network.card.id), "confirmed": "1"})
    visited += [step.request.full_path for step in worker.response.history]
    assert all(word not in " ".join(visited) for word in KNOWN.values())
