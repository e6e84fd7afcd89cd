"""The holder's own key and page: who opens it, who does not, how long, and what is left of it anywhere."""

import secrets
from datetime import timedelta

import pytest

from kaikukortti.db import db
from kaikukortti.errors import NotFound
from kaikukortti.followup import ownsessions
from kaikukortti.followup.models.holders import KeyTry, OwnSession
from kaikukortti.followup.ownsessions import OwnKeyWait, OwnKeyWrong
from kaikukortti.models.cards import Card
from kaikukortti.rules import number
from kaikukortti.rules.access import Actor
from kaikukortti.rules.card import CardKind, State
from kaikukortti.signin import hashing
from tests import factories
from tests.factories import NOW
from tests.followupown import held, make, open_by, rows, switch

MINUTE = timedelta(minutes=1)


@pytest.fixture
def worker() -> Actor:
    actor = factories.make_actor()
    switch(followup=True, own_card=True)
    return actor


@pytest.fixture
def card(worker) -> Card:
    return factories.make_issued_card(factories.unit_of(worker))


def test_number_and_key_open_the_page_for_five_minutes(card, worker):
    opened = open_by(card, make(card, worker))
    assert opened.ends_at == NOW + 5 * MINUTE
    opened_card = held(opened)
    assert opened_card is not None and opened_card.line == card.line and opened_card.area_id == factories.the_area().id
    assert held(opened, now=NOW + 5 * MINUTE - timedelta(seconds=1))
    assert held(opened, now=NOW + 5 * MINUTE) is None


@pytest.mark.parametrize(
    "typed", ["{low}", "{key}", "{spaced}", " {bare} ", "{looks}", "{dashes}", "{wide}"], ids=lambda text: text[1:-1]
)
def test_a_typed_key_is_repaired(card, worker, typed, monkeypatch):
    signs = iter("01ABCDEFGHJKMN01")
    monkeypatch.setattr(secrets, "choice", lambda _symbols: next(signs))
    key = make(card, worker)
    variants = {
        "key": key,
        "low": key.lower(),
        "bare": key.replace("-", ""),
        "spaced": key.replace("-", "  "),
        "looks": key.replace("0", "o", 1).replace("0", "O").replace("1", "l", 1).replace("1", "I"),
        "dashes": key.replace("-", "–"),
        "wide": "".join(chr(ord(sign) + 0xFEE0) for sign in key),
    }
    assert held(open_by(card, typed.format(**variants)))


@pytest.mark.parametrize("shape", ["{0}", "{1}", "{2}"])
def test_the_number_is_read_as_everywhere(card, worker, shape):
    grouped = number.grouped(card.number)
    assert held(open_by(shape.format(card.number.lower(), grouped, grouped.replace(" ", "-")), make(card, worker)))


def test_whatever_is_wrong_the_answer_is_one_and_so_is_the_work(card, worker, monkeypatch):
    keyless, community = factories.make_issued_card(factories.unit_of(worker)), make(card, worker)
    elsewhere = factories.make_issued_card(factories.make_unit(factories.make_area("HX")))
    work: list[str] = []
    verify = hashing._hasher.verify

    class Counted:
        def verify(self, *given: str) -> bool:
            work.append("once")
            return verify(*given)

    monkeypatch.setattr(hashing, "_hasher", Counted())
    tried = [card, keyless, elsewhere, factories.make_stock_card(factories.unit_of(worker))]
    tried += [factories.make_issued_card(factories.unit_of(worker), kind=CardKind.COMMUNITY)]
    for text in (*(each.number for each in tried), factories.make_number(), "no number", "", "x" * 4000):
        with pytest.raises(OwnKeyWrong) as caught:
            open_by(text, "0000-0000-0000-0000", sender=text)
        assert caught.value.details == {}, "the answer does not say what was wrong"
    assert len(work) == 9 and community and not rows(OwnSession)


def test_six_wrong_keys_bring_a_wait_that_grows_and_ends(card, worker):
    key, now = make(card, worker), NOW
    for _ in range(5):
        with pytest.raises(OwnKeyWrong):
            open_by(card, "wrong", now=now)
    for place, minutes in enumerate((1, 2, 4, 8, 15, 15)):
        with pytest.raises(OwnKeyWait) as caught:
            open_by(card, key, now=now)
        assert caught.value.until == now + minutes * MINUTE
        with pytest.raises(OwnKeyWait):
            open_by(card, key, now=caught.value.until - timedelta(seconds=1))
        now = caught.value.until
        if place < 5:
            with pytest.raises(OwnKeyWrong):
                open_by(card, "wrong", now=now)
    assert held(open_by(card, key, now=now), now=now), "it is never locked for good"
    with pytest.raises(OwnKeyWrong):
        open_by(card, "wrong", now=now)
    assert held(open_by(card, key, now=now), now=now), "what is right clears the count"


def test_a_number_that_is_no_card_waits_just_the_same(card, worker):
    unknown = factories.make_number()
    for _ in range(5):
        with pytest.raises(OwnKeyWrong):
            open_by(unknown, "wrong")
    with pytest.raises(OwnKeyWait) as caught:
        open_by(unknown.lower(), "wrong")
    assert caught.value.until == NOW + MINUTE
    assert held(open_by(card, make(card, worker))), "another number does not wait"


def test_one_network_address_tries_many_numbers_only_for_a_while(worker):
    for _ in range(30):
        with pytest.raises(OwnKeyWrong):
            open_by(factories.make_number(), "wrong")
    with pytest.raises(OwnKeyWait):
        open_by(factories.make_number(), "wrong")
    with pytest.raises(OwnKeyWrong):
        open_by(factories.make_number(), "wrong", sender="192.0.2.2")


def test_tries_are_forgotten_after_a_day(card, worker):
    with pytest.raises(OwnKeyWrong):
        open_by(card, "wrong")
    assert len(rows(KeyTry)) == 2
    with pytest.raises(OwnKeyWrong):
        open_by(factories.make_number(), "wrong", now=NOW + timedelta(days=1, seconds=1), sender="elsewhere")
    assert {row.last_at for row in rows(KeyTry)} == {NOW + timedelta(days=1, seconds=1)}


def test_many_tries_at_once_are_all_counted(card, worker, together):
    make(card, worker)
    answers = together(*[lambda: open_by(card, "wrong") for _ in range(8)])
    assert sum(isinstance(answer, OwnKeyWrong) for answer in answers) == 5
    assert sum(isinstance(answer, OwnKeyWait) for answer in answers) == 3


def test_closing_and_five_minutes_more(card, worker):
    opened = open_by(card, make(card, worker))
    later = NOW + 4 * MINUTE
    assert ownsessions.extend(opened.token, now=later) == later + 5 * MINUTE
    assert held(opened, now=NOW + 8 * MINUTE)
    now = later
    while (end := ownsessions.extend(opened.token, now=now + 4 * MINUTE)) is not None and end > now + 4 * MINUTE:
        now += 4 * MINUTE
        if now > NOW + 120 * MINUTE:
            pytest.fail("a page stays open for as long as somebody presses")
    assert held(opened, now=NOW + 60 * MINUTE) is None
    again = open_by(card, make(card, worker))
    ownsessions.close(again.token)
    assert held(again) is None and ownsessions.extend(again.token, now=NOW) is None


def test_ended_sessions_go(card, worker):
    key = make(card, worker)
    open_by(card, key)
    open_by(card, key, now=NOW + 6 * MINUTE)
    assert len(rows(OwnSession)) == 1


@pytest.mark.parametrize("state", [State.BLOCKED, State.SUSPENDED, State.RETURNED])
def test_a_card_out_of_use_still_shows_its_holder_the_own_past(card, worker, state):
    key = make(card, worker)
    db.session.get_one(Card, card.id).state = state
    db.session.commit()
    assert held(open_by(card, key))


def test_an_ended_card_opens_too(card, worker):
    key, late = make(card, worker), NOW + timedelta(days=500)
    assert held(open_by(card, key, now=late), now=late)


def test_nothing_opens_and_nothing_stays_open_where_own_cards_are_off(card, worker):
    key = make(card, worker)
    opened = open_by(card, key)
    switch(followup=True, own_card=False)
    assert held(opened) is None and not ownsessions.is_in_use()
    with pytest.raises(OwnKeyWrong):
        open_by(card, key)
    with pytest.raises(NotFound):
        make(card, worker)
    switch(followup=False, own_card=True)
    assert held(opened) is None and not ownsessions.is_in_use()
