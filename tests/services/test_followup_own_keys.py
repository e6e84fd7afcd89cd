"""The holder's own key: who makes one, what is kept of it, how long it lives."""

import re
from datetime import timedelta

import pytest
import sqlalchemy as sa

from kaikukortti import cards
from kaikukortti.db import db
from kaikukortti.errors import NotFound
from kaikukortti.followup import ownkeys, ownsessions, store
from kaikukortti.followup.models.holders import OwnKey, OwnSession
from kaikukortti.followup.ownsessions import OwnKeyWrong
from kaikukortti.models.cards import Card
from kaikukortti.models.trail import AuditEntry
from kaikukortti.rules import card as card_rules
from kaikukortti.rules import number
from kaikukortti.rules.access import Actor, Role
from kaikukortti.rules.card import CardKind, CardReason
from tests import cardlives, factories
from tests.factories import NOW, SECRET_KEY
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


def whole_database() -> str:
    """Return every value of the follow-up database as text."""
    with store.reading() as session:
        tables = store.Base.metadata.sorted_tables
        return repr([tuple(row) for table in tables for row in session.execute(sa.select(table))])


def test_a_key_is_drawn_from_the_signs_that_cannot_be_confused(card, worker):
    keys = {make(card, worker) for _ in range(3)}
    assert len(keys) == 3
    for key in keys:
        assert re.fullmatch("-".join([f"[{number.SYMBOLS}]{{4}}"] * 4), key), key


def test_only_a_hash_of_the_key_and_no_number_or_line_is_kept(card, worker):
    key = make(card, worker)
    opened = open_by(card, key)
    kept = whole_database()
    for secret in (key, key.replace("-", ""), card.number, card.line, opened.token, "192.0.2.1"):
        assert secret not in kept
    assert rows(OwnKey)[0].key_hash.startswith("$argon2id$")


def test_the_key_outlives_a_replacement_of_the_card(card, worker):
    key, old = make(card, worker), card.number
    cardlives.replace(card, worker)
    new = db.session.scalars(sa.select(Card).where(Card.line == card.line, Card.id != card.id)).one()
    for text in (new.number, old):
        opened_card = held(open_by(text, key))
        assert opened_card is not None and opened_card.line == card.line


def test_a_new_key_ends_the_old_one_and_what_it_had_opened(card, worker):
    old = make(card, worker)
    opened = open_by(card, old)
    new = make(card, worker)
    assert held(opened) is None
    with pytest.raises(OwnKeyWrong):
        open_by(card, old)
    assert held(open_by(card, new))


def test_a_new_key_ends_the_wait(card, worker):
    for _ in range(5):
        with pytest.raises(OwnKeyWrong):
            open_by(card, "wrong")
    assert held(open_by(card, make(card, worker)))


def test_making_is_in_the_audit_log_and_opening_is_not(card, worker):
    key = make(card, worker)
    opened = open_by(card, key)
    held(opened)
    ownsessions.close(opened.token)
    make(card, worker)
    entries = db.session.scalars(sa.select(AuditEntry).order_by(AuditEntry.seq)).all()
    made = [entry for entry in entries if entry.action == "followup.own_key_made"]
    assert [entry.detail["in_place_of_another"] for entry in made] == [False, True]
    assert {entry.user_id for entry in made} == {worker.user_id}
    assert not [entry for entry in entries if "own" in entry.action and entry not in made]


def test_the_holder_forgets_the_key(card, worker):
    key = make(card, worker)
    opened = open_by(card, key)
    opened_card = held(opened)
    assert opened_card is not None
    ownkeys.forget(opened_card.line_ref)
    assert held(opened) is None and not rows(OwnKey) and not rows(OwnSession)
    with pytest.raises(OwnKeyWrong):
        open_by(card, key)


def test_who_may_make_a_key_and_of_which_card(card, worker):
    unit = factories.unit_of(worker)
    others = factories.make_issued_card()
    for odd in (others.id, factories.make_stock_card(unit).id, 10**6):
        with pytest.raises(NotFound):
            ownkeys.make(odd, actor=worker, now=NOW, secret=SECRET_KEY)
    with pytest.raises(ownkeys.KeyForPersonalCards):
        make(factories.make_issued_card(unit, kind=CardKind.COMMUNITY), worker)
    cards.block(card.id, reason=CardReason.LOST, actor=worker, now=NOW)
    with pytest.raises(card_rules.WrongState):
        make(card, worker)
    for role in (Role.COORDINATOR, Role.VENUE_MANAGER, Role.VIEWER, Role.ADMINISTRATOR):
        with pytest.raises(NotFound):
            make(factories.make_issued_card(unit), factories.make_actor(role))
    assert not rows(OwnKey)


def test_standing_says_when_the_key_was_made(card, worker):
    def standing():
        return ownkeys.look(card.id, actor=worker, now=NOW, secret=SECRET_KEY).made_at

    assert standing() is None
    make(card, worker)
    assert standing() == NOW
