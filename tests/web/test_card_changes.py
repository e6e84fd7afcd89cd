"""What keeps a card going: renewal with its new last day before it is done, a new card in its place, a correction."""

from datetime import date

import pytest
import sqlalchemy as sa

from kaikukortti import corrections, lifecycle
from kaikukortti.db import db
from kaikukortti.models.cards import BarrierAnswer, Card
from kaikukortti.profiles import Profile
from kaikukortti.rules.access import Role
from kaikukortti.rules.barrier import Barrier
from kaikukortti.rules.card import CardKind, State
from kaikukortti.rules.number import grouped
from tests import factories, onpage
from tests.factories import DAY, NOW, TODAY
from tests.webclient import Web

HETU = "131052-308T"
IN_A_MONTH, IN_THIRTEEN = TODAY + 30 * DAY, date(2027, 12, 20)


@pytest.fixture
def worker(network, enter) -> Web:
    return enter(network.people[Role.WORKER])


@pytest.fixture
def card(app, network) -> Card:
    """Return a card of the unit that ends in a month."""
    with app.app_context():
        first_on = IN_A_MONTH - 364 * DAY
        return factories.make_issued_card(db.session.merge(network.unit, load=False), children=2, first_on=first_on)


def now_of(app, card: Card) -> Card:
    with app.app_context():
        return db.session.get_one(Card, card.id)


def barriers(app) -> list[Barrier]:
    with app.app_context():
        return list(db.session.scalars(sa.select(BarrierAnswer.barrier)))


def born(app, card: Card) -> tuple[int, str]:
    with app.app_context():
        profile = db.session.get_one(Profile, card.line)
        return profile.birth_year, profile.postcode


def stock_of_another_unit(app, network, kind: CardKind = CardKind.PERSONAL) -> Card:
    with app.app_context():
        return factories.make_stock_card(db.session.merge(network.other_unit, load=False), kind=kind)


def test_renewal_shows_the_new_last_day_first(app, worker, card):
    worker.get(f"/cards/{card.id}/renew")
    assert "Renew the card until 20 Dec 2027" in worker.text
    assert onpage.fields(worker)["children"] == "2"
    assert now_of(app, card).last_valid_on == IN_A_MONTH, "a look changes nothing"
    answer = worker.go_on({"children": "3", "barrier": "company"})
    assert answer.request.path == f"/cards/{card.id}"
    assert "renewed until 20 Dec 2027" in worker.text
    renewed = now_of(app, card)
    assert (renewed.last_valid_on, renewed.children) == (IN_THIRTEEN, 3)
    assert barriers(app) == [Barrier.COMPANY]
    assert "Renewed: children" in worker.text


def test_the_question_at_renewal_may_be_left_out(app, worker, card):
    worker.submit(f"/cards/{card.id}/renew")
    assert now_of(app, card).last_valid_on == IN_THIRTEEN
    assert barriers(app) == []


def test_renewal_onto_a_new_card(app, worker, network, card):
    given = {"onto": "new", "number": network.stock.number}
    answer = worker.submit(f"/cards/{card.id}/renew", given)
    assert answer.request.path == f"/cards/{network.stock.id}/handed-out"
    assert "from today to 20 Dec 2027" in worker.text
    old, new = now_of(app, card), now_of(app, network.stock)
    assert (old.state, new.state, new.line) == (State.REPLACED, State.ACTIVE, card.line)
    worker.get(f"/cards/{card.id}")
    assert f"Replaced by {grouped(new.number)}" in worker.text


def test_two_workers_renew_at_once_one_is_told(app, worker, network, card):
    worker.get(f"/cards/{card.id}/renew")
    with app.app_context():
        actor = network.people[Role.WORKER].actor
        lifecycle.renew(card.id, seen_last_on=IN_A_MONTH, children=5, actor=actor, now=NOW)
    assert worker.go_on({"children": "3", "barrier": "company"}).status_code == 409
    for said in ("Somebody else has changed this card", "In use until 20 Dec 2027"):
        assert said in worker.text
    assert now_of(app, card).children == 5 and barriers(app) == []


def test_a_card_that_is_long_valid_is_not_renewed(app, worker, network):
    with app.app_context():
        card = factories.make_issued_card(
            db.session.merge(network.unit, load=False), first_on=TODAY - DAY, last_on=TODAY + 500 * DAY
        )
    assert worker.get(f"/cards/{card.id}/renew").status_code == 409
    assert "would not give it a later last day" in worker.text


@pytest.mark.parametrize(
    ("slip", "said"),
    [
        ({"children": ""}, "This is needed"),
        ({"children": "99"}, "between 0 and 20"),
        ({"children": "-1"}, "between 0 and 20"),
        ({"children": "two"}, "whole number"),
        ({"children": HETU}, "personal identity code"),
        ({"number": HETU}, "personal identity code"),
        ({"onto": "new"}, "Read or type the number"),
        ({"onto": "new", "number": "EK3F8"}, "has 11 symbols"),
        ({"onto": "new", "number": "{used}"}, "in use already"),
        ({"onto": "new", "number": "{unknown}"}, "no such card"),
        ({"onto": "new", "number": "x" * 65}, "64"),
    ],
)
def test_a_slip_at_renewal_keeps_what_was_typed(app, worker, network, card, slip, said):
    numbers = {"used": network.card.number, "unknown": factories.make_number()}
    given = {"children": "3", **{name: value.format(**numbers) for name, value in slip.items()}}
    assert worker.submit(f"/cards/{card.id}/renew", {**given, "barrier": "times"}).status_code == 422
    assert said in worker.text
    kept = onpage.fields(worker)
    assert {name: kept[name] for name in given if name != "onto"} == {k: v for k, v in given.items() if k != "onto"}
    assert now_of(app, card).last_valid_on == IN_A_MONTH and barriers(app) == []


@pytest.mark.parametrize("given", [{"onto": "both"}, {"barrier": "laziness"}])
def test_a_choice_that_is_not_offered_is_refused(app, worker, card, given):
    assert worker.submit(f"/cards/{card.id}/renew", given).status_code == 422
    assert now_of(app, card).last_valid_on == IN_A_MONTH


@pytest.mark.parametrize("act", ["renew", "replace"])
def test_another_unit_s_stock_is_asked_about(app, worker, network, card, act):
    stock = stock_of_another_unit(app, network)
    given = {"onto": "new", "number": stock.number} if act == "renew" else {"number": stock.number}
    worker.submit(f"/cards/{card.id}/{act}", given)
    assert "printed for another unit" in worker.text
    assert now_of(app, stock).state is State.STOCK
    worker.go_on({"accepts_other_unit": "y"} if act == "renew" else {"confirmed": "1"})
    assert now_of(app, stock).unit_id == network.unit.id


def test_a_new_card_takes_an_old_one_s_place(app, worker, network, card):
    assert worker.submit(f"/cards/{card.id}/replace", {"number": grouped(network.stock.number)}).status_code == 200
    assert grouped(card.number) in worker.text and grouped(network.stock.number) in worker.text
    assert now_of(app, network.stock).state is State.STOCK, "nothing has happened yet"
    answer = worker.go_on({"confirmed": "1"})
    assert answer.request.path == f"/cards/{network.stock.id}/handed-out"
    assert "from today to 20 Dec 2026" in worker.text and "Undo the handing out" not in worker.text
    old, new = now_of(app, card), now_of(app, network.stock)
    assert (old.state, new.line, new.last_valid_on, new.children) == (State.REPLACED, card.line, IN_A_MONTH, 2)
    assert worker.get(f"/cards/{card.id}/replace").status_code == 409


@pytest.mark.parametrize(
    ("typed", "said"),
    [
        ("", "Read or type"),
        ("EK3F8", "has 11 symbols"),
        ("{used}", "in use already"),
        ("{unknown}", "no such card"),
        ("{community}", "community card"),
        (HETU, "personal identity code"),
        ("x" * 65, "64"),
        ("\x00", "Read or type"),
    ],
)
@pytest.mark.parametrize("is_confirmed", [False, True])
def test_a_card_that_cannot_take_the_place(app, worker, network, card, typed, said, is_confirmed):
    community = stock_of_another_unit(app, network, CardKind.COMMUNITY)
    typed = typed.format(used=network.card.number, unknown=factories.make_number(), community=community.number)
    worker.get(f"/cards/{card.id}/replace")
    given = {"csrf_token": onpage.token(worker), "number": typed} | ({"confirmed": "1"} if is_confirmed else {})
    given |= {"accepts_other_unit": "y"}
    assert worker.post(f"/cards/{card.id}/replace", data=given).status_code == 422
    assert said in worker.text
    assert now_of(app, card).state is State.ACTIVE


def test_a_lost_card_is_replaced_by_two_workers_at_once(app, worker, network, card):
    worker.submit(f"/cards/{card.id}/replace", {"number": network.stock.number})
    with app.app_context():
        other = factories.make_stock_card(db.session.merge(network.unit, load=False))
        lifecycle.replace(card.id, other.number, actor=network.people[Role.WORKER].actor, now=NOW)
    assert worker.go_on({"confirmed": "1"}).status_code == 409
    assert "This cannot be done now" in worker.text and "Replaced" in worker.text
    assert now_of(app, network.stock).state is State.STOCK


def test_what_was_entered_is_corrected(app, worker, card):
    worker.get(f"/cards/{card.id}/correct")
    kept = onpage.fields(worker)
    assert {name: kept[name] for name in ("birth_year", "postcode", "children")} == {
        "birth_year": "1980",
        "postcode": "53100",
        "children": "2",
    }
    answer = worker.go_on({"birth_year": "1990", "postcode": "53200", "children": "1"})
    assert answer.request.path == f"/cards/{card.id}"
    assert "Corrected: year of birth, postcode of the home, children" in worker.text
    assert "1990" not in worker.text and "53200" not in worker.text
    assert born(app, card) == (1990, "53200") and now_of(app, card).children == 1


def test_answers_that_have_become_coarse_are_asked_again_after_a_renewal(app, worker, card):
    make_coarse(app, card)
    answer = worker.submit(f"/cards/{card.id}/renew")
    assert answer.request.path == f"/cards/{card.id}/correct" and "Ask again for the year of birth" in worker.text
    kept = onpage.fields(worker)
    assert {name: kept[name] for name in ("birth_year", "postcode", "children")} == {
        "birth_year": "",
        "postcode": "",
        "children": "2",
    }
    worker.go_on({"birth_year": "1975", "postcode": "530", "children": "2"})
    assert born(app, card) == (1975, "530"), "three digits are no postcode"
    worker.go_on({"birth_year": "1975", "postcode": "53000", "children": "2"})
    assert born(app, card) == (1975, "53000")
    with app.app_context():
        assert db.session.get_one(Profile, card.line).coarse_on is None
        assert corrections.list_to_ask([card.id]) == set()


def test_a_new_card_says_it_too(app, worker, network, card):
    make_coarse(app, card)
    onto = {"onto": "new", "number": network.stock.number}
    answer = worker.submit(f"/cards/{card.id}/renew", onto)
    assert answer.status_code == 200 and "Ask again for the year of birth" in worker.text


def make_coarse(app, card: Card) -> None:
    with app.app_context():
        profile = db.session.get_one(Profile, card.line)
        profile.birth_year, profile.postcode, profile.coarse_on = 1975, "530", TODAY
        db.session.commit()


@pytest.mark.parametrize(
    ("slip", "said"),
    [
        ({"birth_year": "2030"}, "lies in the future"),
        ({"birth_year": "2011"}, "born in 2010 or earlier"),
        ({"birth_year": "9" * 30}, "lies in the future"),
        ({"birth_year": ""}, "This is needed"),
        ({"birth_year": HETU}, "personal identity code"),
        ({"postcode": "531"}, "five digits"),
        ({"postcode": HETU}, "personal identity code"),
        ({"postcode": "<b>53100</b>"}, "five digits"),
        ({"children": "21"}, "between 0 and 20"),
        ({"children": "x"}, "whole number"),
    ],
)
def test_a_correction_that_cannot_be_keeps_what_was_typed(app, worker, card, slip, said):
    given = {"birth_year": "1990", "postcode": "53200", "children": "1", **slip}
    assert worker.submit(f"/cards/{card.id}/correct", given).status_code == 422
    assert said in worker.text
    kept = onpage.fields(worker)
    assert {name: kept[name] for name in given} == given
    assert born(app, card) == (1980, "53100") and now_of(app, card).children == 2
