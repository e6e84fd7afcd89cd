"""Handing out a card through the forms: short steps, nothing lost on the way, each slip answered where it was made."""

from collections.abc import Mapping

import pytest
import sqlalchemy as sa

from kaikukortti.db import db
from kaikukortti.models.cards import Card
from kaikukortti.profiles import Gender, HomeLanguage, LifeSituation, Profile
from kaikukortti.rules.access import Role
from kaikukortti.rules.card import CardKind, State
from kaikukortti.rules.number import grouped
from tests import factories, onpage
from tests.webclient import Web

ANSWERS = {"birth_year": "1984", "postcode": "53100", "children": "2"}
TICKS = {"is_client": "y", "is_local": "y", "is_tight": "y"}
VOLUNTARY = {"gender": "woman", "life_situation": "student", "language": "ru"}


@pytest.fixture
def worker(network, enter) -> Web:
    return enter(network.people[Role.WORKER])


def follow(web: Web, values: Mapping[str, str | None], address: str) -> int:
    """Fill in the form to `address` on the newest page; return the status of the answer."""
    return web.go_on(values, form=address).status_code


def cards(app, number: str) -> Card:
    with app.app_context():
        return db.session.scalars(sa.select(Card).where(Card.number == number)).one()


def profiles(app) -> list[Profile]:
    with app.app_context():
        return list(db.session.scalars(sa.select(Profile).where(Profile.birth_year == 1984)))


def test_a_card_is_handed_out_in_three_steps(app, worker, network):
    number = network.stock.number
    worker.submit("/cards/new", {"number": grouped(number).lower()})
    assert onpage.fields(worker)["number"] == number and grouped(number) in worker.text
    assert follow(worker, {**ANSWERS, **VOLUNTARY}, "/cards/new/answers") == 200
    for said in ("1984", "53100", "Woman", "Student", "Russian", "19 Nov 2027"):
        assert said in worker.text
    assert follow(worker, TICKS, "/cards/new/hand-out") == 200
    assert worker.response is not None
    assert worker.response.request.path == f"/cards/{network.stock.id}/handed-out"
    assert "from today to 19 Nov 2027" in worker.text
    card = cards(app, number)
    assert (card.state, card.unit_id, card.children) == (State.ACTIVE, network.unit.id, 2)
    profile = profiles(app)[0]
    assert (profile.gender, profile.life_situation, profile.language) == (
        Gender.WOMAN,
        LifeSituation.STUDENT,
        HomeLanguage.RUSSIAN,
    )
    worker.get("/cards/")
    assert grouped(number) in worker.text and "Not used yet" in worker.text


def test_voluntary_answers_may_be_left_out(app, worker, network):
    worker.submit("/cards/new", {"number": network.stock.number})
    follow(worker, ANSWERS, "/cards/new/answers")
    assert worker.text.count("Does not want to say") == 3
    follow(worker, TICKS, "/cards/new/hand-out")
    profile = profiles(app)[0]
    assert (profile.gender, profile.life_situation, profile.language) == (None, None, None)


@pytest.mark.parametrize(
    ("typed", "said"),
    [
        ("", "Read or type"),
        ("EK 3F8M 2X9T 5", "One symbol is wrong, or two have changed places"),
        ("EK3F*M2X9TS", "not used on cards: * (5.)"),
        ("EK3F8", "has 11 symbols. You typed 5"),
        ("EM3F8M2X9TS", "first two letters"),
        ("VA-12345", "not a number of a card of this area"),
        ("{used}", "already"),
        ("{unknown}", "no such card"),
        ("<script>alert(1)</script>", "not used on cards"),
    ],
)
def test_a_number_that_will_not_do_is_kept_and_answered(worker, network, typed, said):
    typed = typed.format(used=network.card.number, unknown=factories.make_number())
    answer = worker.submit("/cards/new", {"number": typed})
    assert answer.status_code == 422
    assert onpage.fields(worker)["number"] == typed
    assert said in worker.text


@pytest.mark.parametrize("language", ["fi", "sv", "en"])
def test_refusals_are_in_the_reader_s_language(worker, network, language):
    worker.language(language)
    worker.submit("/cards/new", {"number": network.stock.number})
    seen = set()
    for slip in ({"birth_year": "2011"}, {"birth_year": "2030"}, {"postcode": "531"}, {"children": "99"}):
        assert follow(worker, {**ANSWERS, **slip}, "/cards/new/answers") == 422
        seen.add(worker.text)
    assert len(seen) == 4
    assert any("born in 2010 or earlier" in text for text in seen) == (language == "en")


@pytest.mark.parametrize(
    ("slip", "said"),
    [
        ({"birth_year": "2030"}, "lies in the future"),
        ({"birth_year": "1850"}, "too far in the past"),
        ({"birth_year": "2011"}, "born in 2010 or earlier"),
        ({"birth_year": "eighty"}, "whole number"),
        ({"birth_year": ""}, "This is needed"),
        ({"postcode": "531"}, "five digits"),
        ({"postcode": "5310a"}, "five digits"),
        ({"postcode": ""}, "This is needed"),
        ({"children": "99"}, "between 0 and 20"),
        ({"children": "-1"}, "between 0 and 20"),
        ({"children": "2.5"}, "whole number"),
        ({"children": "9" * 30}, "between 0 and 20"),
    ],
)
def test_an_answer_that_will_not_do_keeps_all_the_others(app, worker, network, slip, said):
    worker.submit("/cards/new", {"number": network.stock.number})
    given = {**ANSWERS, **VOLUNTARY, **slip}
    assert follow(worker, given, "/cards/new/answers") == 422
    assert said in worker.text
    kept = onpage.fields(worker)
    assert {name: kept[name] for name in given} == given
    assert kept["number"] == network.stock.number
    assert follow(worker, {**ANSWERS, **VOLUNTARY}, "/cards/new/answers") == 200, "mended, it goes on"
    assert cards(app, network.stock.number).state is State.STOCK


@pytest.mark.parametrize("field", ["birth_year", "postcode", "children"])
@pytest.mark.parametrize("typed", ["131052-308T", "131052 308t", "Maija, 131052A308T"])
def test_an_identity_code_is_refused_kindly(app, worker, network, field, typed):
    worker.submit("/cards/new", {"number": network.stock.number})
    is_code = typed != "131052 308t"
    assert follow(worker, {**ANSWERS, field: typed}, "/cards/new/answers") == 422
    assert ("personal identity code. It is never needed here" in worker.text) == is_code
    assert profiles(app) == []


@pytest.mark.parametrize("missing", [["is_client"], ["is_local"], ["is_tight"], ["is_client", "is_local", "is_tight"]])
def test_a_missing_tick_keeps_everything(app, worker, network, missing):
    worker.submit("/cards/new", {"number": network.stock.number})
    follow(worker, {**ANSWERS, **VOLUNTARY}, "/cards/new/answers")
    ticks = {name: None if name in missing else "y" for name in TICKS}
    assert follow(worker, ticks, "/cards/new/hand-out") == 422
    assert "Confirm all three" in worker.text
    kept = onpage.fields(worker)
    assert {name: kept[name] for name in TICKS} == {name: str(name not in missing) for name in TICKS}
    assert {name: kept[name] for name in (*ANSWERS, *VOLUNTARY)} == {**ANSWERS, **VOLUNTARY}
    assert cards(app, network.stock.number).state is State.STOCK
    assert follow(worker, TICKS, "/cards/new/hand-out") == 200
    assert cards(app, network.stock.number).state is State.ACTIVE


def test_back_to_the_answers_and_forth_again(app, worker, network):
    worker.submit("/cards/new", {"number": network.stock.number})
    follow(worker, {**ANSWERS, **VOLUNTARY}, "/cards/new/answers")
    assert worker.go_on({"back": "1"}, form="/cards/new/hand-out", to="/cards/new/answers").status_code == 200
    kept = onpage.fields(worker)
    assert {name: kept[name] for name in (*ANSWERS, *VOLUNTARY)} == {**ANSWERS, **VOLUNTARY}
    follow(worker, {"children": "4"}, "/cards/new/answers")
    assert follow(worker, TICKS, "/cards/new/hand-out") == 200
    assert cards(app, network.stock.number).children == 4


def test_another_unit_s_card_is_asked_about_first(app, worker, network):
    with app.app_context():
        stock = factories.make_stock_card(db.session.merge(network.other_unit, load=False))
    worker.submit("/cards/new", {"number": stock.number})
    assert "printed for another unit" in worker.text
    assert follow(worker, {"accepts_other_unit": "y"}, "/cards/new") == 200
    follow(worker, ANSWERS, "/cards/new/answers")
    assert follow(worker, TICKS, "/cards/new/hand-out") == 200
    assert cards(app, stock.number).unit_id == network.unit.id


def test_the_warning_cannot_be_skipped(app, worker, network):
    """Who posts the last step without having answered the question is refused there."""
    with app.app_context():
        stock = factories.make_stock_card(db.session.merge(network.other_unit, load=False))
    worker.submit("/cards/new", {"number": network.stock.number})
    follow(worker, ANSWERS, "/cards/new/answers")
    assert follow(worker, {**TICKS, "number": stock.number}, "/cards/new/hand-out") == 422
    assert "printed for another unit" in worker.text
    assert cards(app, stock.number).state is State.STOCK


def test_a_card_that_somebody_else_took_meanwhile(app, worker, network, enter):
    worker.submit("/cards/new", {"number": network.stock.number})
    follow(worker, ANSWERS, "/cards/new/answers")
    with app.app_context():
        colleague = factories.make_person(Role.WORKER, db.session.merge(network.unit, load=False))
    other = enter(colleague)
    other.submit("/cards/new", {"number": network.stock.number})
    follow(other, {**ANSWERS, "children": "0"}, "/cards/new/answers")
    assert follow(other, TICKS, "/cards/new/hand-out") == 200
    assert follow(worker, TICKS, "/cards/new/hand-out") == 409
    assert "in use already" in worker.text
    assert cards(app, network.stock.number).children == 0
    assert len(profiles(app)) == 1


def test_a_community_card_asks_nothing(app, worker, network):
    with app.app_context():
        stock = factories.make_stock_card(db.session.merge(network.unit, load=False), kind=CardKind.COMMUNITY)
    worker.submit("/cards/new", {"number": stock.number})
    assert "community card" in worker.text and "birth_year" not in onpage.fields(worker)
    assert follow(worker, {}, "/cards/new/community") == 200
    assert "from today to 19 Nov 2027" in worker.text
    assert cards(app, stock.number).state is State.ACTIVE
    assert profiles(app) == []


def test_steps_cannot_be_opened_from_the_middle(worker):
    for address in ("/cards/new/answers", "/cards/new/hand-out", "/cards/new/community", "/cards/find"):
        assert worker.get(address).status_code == 405


@pytest.mark.parametrize("address", ["/cards/new/answers", "/cards/new/hand-out", "/cards/new/community"])
def test_a_tampered_number_is_answered_kindly(app, worker, network, address):
    worker.get("/cards/new")
    token = onpage.fields(worker)["csrf_token"]
    for number in ("", "EK", network.card.number, "x" * 500, "\x00"):
        answer = worker.post(address, data={"csrf_token": token, "number": number, **ANSWERS, **TICKS})
        assert answer.status_code in (409, 422)
    assert profiles(app) == []


def test_an_answer_that_is_not_offered_is_refused(app, worker, network):
    worker.submit("/cards/new", {"number": network.stock.number})
    assert follow(worker, {**ANSWERS, "gender": "martian"}, "/cards/new/answers") == 422
    follow(worker, ANSWERS, "/cards/new/answers")
    assert follow(worker, {**TICKS, "life_situation": "martian"}, "/cards/new/hand-out") == 422
    assert cards(app, network.stock.number).state is State.STOCK


def test_the_answers_stand_in_no_address(worker, network):
    """Nothing about a client may lie in a history or a log."""
    visited = []
    worker.submit("/cards/new", {"number": network.stock.number})
    for values, address in (({**ANSWERS, **VOLUNTARY}, "/cards/new/answers"), (TICKS, "/cards/new/hand-out")):
        follow(worker, values, address)
        assert worker.response is not None
        visited += [worker.response.request.full_path, *(step.request.full_path for step in worker.response.history)]
    assert all(word not in " ".join(visited) for word in ("1984", "53100", network.stock.number))
