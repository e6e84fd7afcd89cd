"""The tablet's list: what is on it and what is not, changes that lead to the same list, and none that is lost."""

import base64
import json
import random
import threading
from datetime import date
from pathlib import Path

import pytest
import sqlalchemy as sa

from kaikukortti import cardregister
from kaikukortti.db import db, transactional
from kaikukortti.models.cards import Card, ListCounter
from kaikukortti.models.ledger import Device
from kaikukortti.rules import number
from kaikukortti.rules.card import CardKind, State
from kaikukortti.rules.verdict import VerdictClass
from tests import factories, packedlist
from tests.factories import DAY, LIST_KEY, TODAY
from venues import practice, snapshot
from venues.snapshot import CardList


def read(since: int | None = None, *, area=None, list_key: bytes = LIST_KEY) -> CardList:
    """Read the list of a tablet in an area, EK when nothing else is said."""
    home = area or factories.the_area()
    return snapshot.read_cards(list_key=list_key, area_id=home.id, areas=snapshot.list_areas(), since=since)


def cursor() -> int:
    """Return the newest number of the list."""
    return db.session.execute(sa.select(ListCounter.n)).scalar_one()


@transactional
def change(card: Card, **fields) -> None:
    """Change a card as the desk does: in a transaction that takes a number of the list."""
    row = db.session.get_one(Card, card.id)
    for name, value in fields.items():
        setattr(row, name, value)
    row.n = cardregister.take_numbers()


def test_a_record_says_what_the_door_needs():
    card = factories.make_issued_card(children=3, first_on=TODAY - DAY, last_on=TODAY + 40 * DAY)
    records = read().records
    assert [len(record) for record in records] == [24]
    assert packedlist.find(records, card.number, LIST_KEY) == packedlist.Listed(
        card.ref, TODAY - DAY, TODAY + 40 * DAY, None, 0, 3, "personal", "active"
    )


def test_paused_and_community_cards():
    group = factories.make_issued_card(kind=CardKind.COMMUNITY)
    paused = factories.make_issued_card()
    change(paused, state=State.SUSPENDED, suspended_until=TODAY + 5 * DAY)
    records = read().records
    assert packedlist.find(records, group.number, LIST_KEY).kind == "community"
    found = packedlist.find(records, paused.number, LIST_KEY)
    assert (found.state, found.suspended_until) == ("suspended", TODAY + 5 * DAY)


@pytest.mark.parametrize("state", [State.BLOCKED, State.REPLACED, State.RETURNED, State.ANONYMISED])
def test_why_a_card_is_out_of_use_does_not_reach_the_door(state):
    card = factories.make_issued_card(state=state)
    assert packedlist.find(read().records, card.number, LIST_KEY).state == "off"


def test_stock_cards_are_on_no_list():
    factories.make_stock_cards(3)
    assert read().count == 0


def test_records_are_sorted_and_the_digest_is_theirs():
    for _ in range(20):
        factories.make_issued_card()
    found = read()
    assert list(found.records) == sorted(found.records) and found.count == 20
    assert found.digest == packedlist.digest(list(found.records))
    assert packedlist.from_planes(found.planes(), 20) == list(found.records)


def test_another_key_makes_another_list():
    card = factories.make_issued_card()
    other = read(list_key=bytes(32)).records
    assert not packedlist.holds(other, card.number, LIST_KEY)
    assert packedlist.holds(other, card.number, bytes(32))
    assert snapshot.hashes_of([card.number], list_key=LIST_KEY) == [packedlist.hash_of(card.number, LIST_KEY)]


def test_cards_of_other_areas_are_listed_unless_their_area_keeps_to_itself():
    other = factories.make_area("SA", grace_days=14)
    alone = factories.make_area("TU", local_only=True)
    shown = factories.make_issued_card(factories.make_unit(other))
    hidden = factories.make_issued_card(factories.make_unit(alone))
    records = read(area=other).records
    areas = snapshot.list_areas()
    assert areas[packedlist.find(records, shown.number, LIST_KEY).area].grace_days == 14
    assert not packedlist.holds(records, hidden.number, LIST_KEY)
    assert packedlist.holds(read(area=alone).records, hidden.number, LIST_KEY)


def test_changes_are_few_and_undone_registrations_are_tombstones():
    cards = [factories.make_issued_card() for _ in range(5)]
    whole, since = list(read().records), cursor()
    change(cards[0], state=State.BLOCKED)
    change(cards[1], state=State.STOCK, line=None, unit_id=cards[1].unit_id)
    changes = read(since)
    assert len(changes.records) == 2 and changes.count == 4
    after = packedlist.applied(whole, list(changes.records))
    assert packedlist.find(after, cards[0].number, LIST_KEY).state == "off"
    assert not packedlist.holds(after, cards[1].number, LIST_KEY)
    assert packedlist.digest(after) == changes.digest == read().digest


def test_a_card_that_moves_to_an_area_of_its_own_leaves_the_lists_elsewhere():
    card = factories.make_issued_card()
    whole, since = list(read().records), cursor()
    alone = factories.make_unit(factories.make_area("TU", local_only=True))
    change(card, unit_id=alone.id)
    changes = read(since)
    assert packedlist.applied(whole, list(changes.records)) == [] and changes.count == 0


@pytest.mark.parametrize("seed", range(4))
def test_any_sequence_of_changes_leads_to_the_whole_list(seed):
    """Three tablets fetch at moments of their own; each ends with the list that a fourth one fetches whole."""
    chance = random.Random(seed)
    unit = factories.make_unit()
    cards = [factories.make_issued_card(unit) for _ in range(4)]
    tablets: list[tuple[list[bytes], int]] = [(list(read().records), cursor())] * 3
    for _ in range(25):
        if chance.random() < 0.3:
            cards.append(factories.make_issued_card(unit, children=chance.randrange(4)))
        else:
            _change_somehow(chance.choice(cards), chance)
        place = chance.randrange(3)
        tablets[place] = _fetched(*tablets[place])
    whole = read()
    for tablet in tablets:
        records, _ = _fetched(*tablet)
        assert records == list(whole.records) and packedlist.digest(records) == whole.digest


def _change_somehow(card: Card, chance: random.Random) -> None:
    row = db.session.get_one(Card, card.id)
    if row.line is None:
        change(card, state=State.ACTIVE, line=f"{chance.getrandbits(128):032x}")
    elif chance.random() < 0.2:
        change(card, state=State.STOCK, line=None)
    else:
        later = TODAY + chance.randrange(300) * DAY
        change(card, state=chance.choice([State.ACTIVE, State.BLOCKED]), last_valid_on=later)


def _fetched(records: list[bytes], since: int) -> tuple[list[bytes], int]:
    n = cursor()  # first, as the door's call does
    changes = read(since)
    after = packedlist.applied(records, list(changes.records))
    assert packedlist.digest(after) == changes.digest
    return after, n


def test_a_change_that_commits_later_is_not_lost():
    """While one change is open, its number is not told; when it has committed, it is among the next changes."""
    card = factories.make_issued_card()
    since = cursor()
    db.session.rollback()
    with db.engine.connect().execution_options(kaiku_writes=True) as desk:
        taken = desk.execute(_TAKE).scalar_one()
        desk.execute(sa.update(Card).where(Card.id == card.id).values(state=State.BLOCKED, n=taken))
        assert cursor() == since
        assert not read(since).records
        db.session.rollback()
        desk.commit()
    assert cursor() == taken
    assert len(read(since).records) == 1


def test_numbers_are_given_in_the_order_of_commits(app):
    """A second change waits for the first to commit before it gets its number."""
    factories.the_area()
    db.session.rollback()
    second: list[int] = []

    def take() -> None:
        with app.app_context(), db.engine.connect().execution_options(kaiku_writes=True) as other:
            second.append(other.execute(_TAKE).scalar_one())
            other.commit()

    with db.engine.connect().execution_options(kaiku_writes=True) as desk:
        first = desk.execute(_TAKE).scalar_one()
        waiting = threading.Thread(target=take)
        waiting.start()
        waiting.join(0.3)
        assert not second, "the second change got a number while the first was open"
        desk.commit()
    waiting.join(10)
    assert second == [first + 1]


def test_the_epoch_changes_with_the_list_key():
    tablet = factories.make_tablet().known
    before = snapshot.read_cursor(tablet.device_id)
    db.session.execute(sa.update(Device).values(key_number=2))
    after = snapshot.read_cursor(tablet.device_id)
    assert (after.n, after.epoch) != (before.n, before.epoch) and after.epoch.rpartition(".")[2] == "2"
    assert "sealed" not in repr(after), "a key belongs in no log"


def test_the_deck_shows_every_verdict_and_none_of_it_is_a_card():
    judged = {card.key: practice.judge(card, now=factories.NOW) for card in practice.deck()}
    assert {verdict.klass for verdict in judged.values()} == set(VerdictClass)
    refused = {key: str(verdict.reason) for key, verdict in judged.items() if verdict.klass is VerdictClass.NOT_NOW}
    assert refused == {key: key for key in ("ended", "not_yet", "not_in_use", "wrong_time", "full", "limit")}
    assert not number.is_prefix(number.PRACTICE_PREFIX)
    assert len({card.number for card in practice.deck()}) == len(judged)


_TAKE = sa.update(ListCounter).where(ListCounter.id == 1).values(n=ListCounter.n + 1).returning(ListCounter.n)


VECTOR = json.loads(Path(__file__).parents[1].joinpath("vectors", "list.json").read_text(encoding="utf-8"))


def test_the_list_is_the_one_that_the_tablets_tests_read():
    """`tests/js/list.test.mjs` reads the same file: both sides mean the same bytes."""
    units = [
        factories.make_unit(factories.make_area(prefix, grace_days=days)) for prefix, days in (("EK", 0), ("SA", 14))
    ]
    for wanted in VECTOR["cards"]:
        _add(wanted, units)
    key = bytes.fromhex(VECTOR["list_key"])
    assert _view(read(list_key=key)) == VECTOR["whole"]
    since = cursor()
    for wanted in VECTOR["changed"]:
        row = db.session.scalars(sa.select(Card).where(Card.number == wanted["number"])).one()
        change(row, state=State(wanted["state"]), last_valid_on=date.fromisoformat(wanted["last_valid_on"]))
    _add(VECTOR["registered"], units)
    undone = db.session.scalars(sa.select(Card).where(Card.number == VECTOR["undone"])).one()
    change(undone, state=State.STOCK, line=None)
    assert _view(read(since, list_key=key)) == {**VECTOR["changes"], "since": since}


def _add(wanted, units) -> None:
    card = factories.make_issued_card(units[wanted["area"]], kind=CardKind(wanted["kind"]), children=wanted["children"])
    days = {name: _day(wanted[name]) for name in ("first_on", "last_valid_on", "suspended_until")}
    change(card, number=wanted["number"], ref=wanted["ref"], state=State(wanted["state"]), **days)


def _day(text: str | None) -> date | None:
    return None if text is None else date.fromisoformat(text)


def _view(cards: CardList) -> dict[str, object]:
    return {
        "since": cards.since,
        "size": len(cards.records),
        "planes": base64.b64encode(cards.planes()).decode(),
        "count": cards.count,
        "digest": cards.digest.hex(),
    }
