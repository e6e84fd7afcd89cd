"""A registration: written once for ever, whatever arrives again; what cannot be read is parked and stops nobody."""

import uuid
from datetime import timedelta

import pytest
import sqlalchemy as sa

from kaikukortti.db import db
from kaikukortti.models.ledger import Entry, Scan, ScanCard, ScanDecision
from kaikukortti.rules.card import CardKind
from kaikukortti.rules.counting import Counts
from kaikukortti.rules.flag import Flag
from kaikukortti.rules.verdict import Reason, VerdictClass
from tests import factories
from tests.factories import DAY, NOW, TODAY, TONIGHT
from venues import lookup, scanning, sync
from venues.scanrows import Item, Recorded
from venues.sync import Result, Unreadable

LATER = NOW + timedelta(minutes=3)
HASH = "43a019b5fa18e940e3a87f700c163b2653d97f7a42d1bb36aa065181ef8039de"


@pytest.fixture
def venue():
    return factories.make_venue()


@pytest.fixture
def tablet(venue):
    return factories.make_tablet(venue).known


def accept(tablet, *bodies, received_at=LATER) -> list[sync.Answer]:
    return sync.accept([factories.item_of(body) for body in bodies], device=tablet, received_at=received_at)


def rows() -> tuple[int, int, int]:
    count = sa.func.count()
    tables = (Scan, ScanCard, ScanDecision)
    scans, links, decisions = (db.session.scalar(sa.select(count).select_from(table)) or 0 for table in tables)
    return scans, links, decisions


def test_a_visit_is_written_down_as_it_was(tablet, venue):
    card = factories.make_issued_card(children=2)
    tonight = factories.make_occurrence(venue=venue)
    clock = {"occurred": NOW + timedelta(seconds=90), "offset_ms": 60_000}
    tickets = {"child": 2, "assistant": 1}
    facts = {"seq": 7, "rules": 1, "shift": "Aho", "series": "00ff", "run": 12}
    told = {"entry": "scanner", "shown": "counts", **facts}
    body = factories.scan_body(card, occurrence=tonight, **clock, **tickets, **told)
    item = factories.item_of(body)
    recorded = scanning.record(item, device=tablet, received_at=LATER)
    assert recorded == Recorded(is_replay=False, use=body["scan_id"], flags=())
    scan = db.session.scalars(sa.select(Scan)).one()
    kept = {name: getattr(scan, name) for name in Scan.__mapper__.columns.keys()}
    assert kept == {
        "scan_id": body["scan_id"],
        "venue_id": venue.id,
        "device_id": tablet.device_id,
        "user_id": None,
        "api_key_id": None,
        "occurrence_id": tonight.id,
        "occurred_at": NOW + timedelta(seconds=30),
        "received_at": LATER,
        "on_day": TODAY,
        "offset_ms": 60_000,
        "jumped": False,
        "entry": Entry.SCANNER,
        "raw_code": None,
        "shown": VerdictClass.COUNTS,
        "verdict": VerdictClass.COUNTS,
        "reason": None,
        **vars(Counts(adult=1, child=2, assistant=1)),
        "undoes": None,
        **facts,
        "carried_by": None,
        "cut_as": None,
        "body_hash": item.body_hash,
    }
    link = db.session.scalars(sa.select(ScanCard)).one()
    assert (link.scan_id, link.card_id, link.line) == (scan.scan_id, card.id, card.line)


def test_answers_come_in_order_and_each_stands_alone(tablet, venue):
    card = factories.make_issued_card()
    conflicting = factories.scan_body(card, occurrence=factories.make_occurrence(venue=venue))
    scanning.record(factories.item_of(conflicting), device=tablet, received_at=NOW)
    changed = {**conflicting, "counts": {"adult": 1, "child": 9}}
    bodies = [
        factories.scan_body(card),
        factories.scan_body(card, occurrence=factories.make_occurrence()),
        changed,
        conflicting,
        factories.scan_body("VA12345"),
    ]
    items: list[Item | Unreadable] = [*map(factories.item_of, bodies), Unreadable("x")]
    answers = sync.accept(items, device=tablet, received_at=LATER)
    assert [(answer.scan_id, answer.result, answer.problem) for answer in answers] == [
        (bodies[0]["scan_id"], Result.ACCEPTED, None),
        (bodies[1]["scan_id"], Result.PARKED, "occurrence_elsewhere"),
        (conflicting["scan_id"], Result.CONFLICT, "scan_conflict"),
        (conflicting["scan_id"], Result.REPLAY, None),
        (bodies[4]["scan_id"], Result.FLAGGED, None),
        ("x", Result.PARKED, "item_unreadable"),
    ]
    assert rows() == (3, 2, 1)


def test_a_repeated_upload_is_answered_as_the_first(tablet):
    card = factories.make_issued_card()
    plain, asked = factories.scan_body(card), factories.scan_body(card, adult=1, child=1)
    first = accept(tablet, plain, asked)
    before = rows()
    again = accept(tablet, asked, plain, received_at=LATER + 60 * DAY)
    assert [(answer.use, answer.flags) for answer in again] == [(answer.use, answer.flags) for answer in first[::-1]]
    assert [answer.result for answer in again] == [Result.REPLAY, Result.REPLAY]
    assert rows() == before
    assert first[1].flags == (Flag.AGAIN, Flag.CHILDREN)


@pytest.mark.parametrize(
    "change",
    [
        {"counts": {"adult": 1, "child": 1}},
        {"occurred": (NOW + timedelta(seconds=1)).isoformat()},
        {"code": "VA12345"},
        {"shown": "welcome"},
        {"offset_ms": 1},
        {"jumped": True},
        {"entry": "typed"},
        {"seq": 2},
        {"shift": "B"},
        {"series": "0a", "run": 1},
        {"undoes": str(uuid.uuid4())},
    ],
)
def test_the_same_id_with_another_body_is_a_conflict(tablet, change):
    body = factories.scan_body(factories.make_issued_card())
    accept(tablet, body)
    first = db.session.scalars(sa.select(Scan)).one()
    before = (rows(), first.body_hash)
    answer = accept(tablet, {**body, **change})[0]
    assert (answer.result, answer.problem, answer.use) == (Result.CONFLICT, "scan_conflict", None)
    db.session.expire_all()
    assert (rows(), db.session.scalars(sa.select(Scan.body_hash)).one()) == before


def test_the_same_body_in_other_words_is_a_replay(tablet):
    """Key order, a time zone of another name, capitals of the id and defaults written out change nothing."""
    body = factories.scan_body(factories.make_issued_card())
    accept(tablet, body)
    other = dict(reversed(body.items())) | {
        "scan_id": body["scan_id"].upper(),
        "occurred": body["occurred"].replace("+00:00", "Z"),
        "counts": {"adult": 1, "child": 0, "assistant": 0, "interpreter": 0, "worker": 0, "under16": 0},
        "offset_ms": 0,
        "hold": None,
    }
    assert accept(tablet, other)[0].result is Result.REPLAY


def test_the_hash_of_a_body_stays_the_same_for_ever():
    """A tablet may send a body again after an upgrade: whatever fields are added then, this one is a replay."""
    body = {
        "scan_id": "6b2f8f6e-6a3c-4f0e-9d7a-0d0d6f0c1a11",
        "occurred": "2026-11-20T16:30:00Z",
        "counts": {"adult": 1, "child": 2, "under16": 0},
        "code": "EK3F8M2X9TS",
        "occurrence": 7,
        "entry": "typed",
        "jumped": False,
    }
    assert factories.item_of(body).body_hash.hex() == HASH


def test_a_refused_item_leaves_nothing(tablet):
    elsewhere = factories.make_occurrence()
    card = factories.make_issued_card()
    for occurrence in (elsewhere.id, 999_999):
        item = factories.make_item(card, occurrence=occurrence)
        with pytest.raises(lookup.OccurrenceElsewhere):
            scanning.record(item, device=tablet, received_at=NOW)
    assert rows() == (0, 0, 0)


def test_a_parked_item_can_be_sent_again(tablet, venue):
    body = factories.scan_body(factories.make_issued_card(), occurrence=999_999)
    assert accept(tablet, body)[0].result is Result.PARKED
    mended = {**body, "occurrence": factories.make_occurrence(venue=venue).id}
    assert accept(tablet, mended)[0].result is Result.ACCEPTED


def test_a_reading_without_tickets_is_kept_and_is_no_use(tablet):
    card = factories.make_issued_card()
    first, second = accept(tablet, factories.scan_body(card, adult=0), factories.scan_body(card))
    assert (first.result, first.use) == (Result.ACCEPTED, None)
    assert (second.result, second.use) == (Result.ACCEPTED, second.scan_id), "the reading was no earlier visit"


def test_helpers_alone_are_no_earlier_visit(tablet):
    card = factories.make_issued_card()
    first, second = accept(tablet, factories.scan_body(card, adult=0, assistant=1), factories.scan_body(card))
    assert (first.result, first.use) == (Result.ACCEPTED, first.scan_id)
    assert second.result is Result.ACCEPTED


def test_a_ticket_in_advance_is_dated_to_the_occurrence(tablet, venue):
    card = factories.make_issued_card()
    coming = factories.make_occurrence(venue=venue, starts_at=TONIGHT + 9 * DAY)
    assert accept(tablet, factories.scan_body(card, occurrence=coming))[0].result is Result.ACCEPTED
    assert db.session.scalars(sa.select(Scan.on_day)).one() == TODAY + 9 * DAY


def test_a_house_visit_is_dated_by_the_server_s_clock(tablet):
    """The tablet's clock is ahead by six hours and thinks that it is tomorrow."""
    body = factories.scan_body(
        factories.make_issued_card(), occurred=NOW + timedelta(hours=6), offset_ms=6 * 3600 * 1000
    )
    assert accept(tablet, body)[0].result is Result.ACCEPTED
    scan = db.session.scalars(sa.select(Scan)).one()
    assert (scan.on_day, scan.occurred_at) == (TODAY, NOW)


def test_a_ref_registers_without_the_number(tablet):
    card = factories.make_issued_card()
    body = {**factories.scan_body(card), "code": None, "ref": card.ref}
    assert accept(tablet, body)[0].result is Result.ACCEPTED
    assert db.session.scalars(sa.select(ScanCard.card_id)).one() == card.id


def test_an_unknown_code_is_kept_and_linked_to_no_card(tablet):
    stock = factories.make_stock_card()
    odd = "E\x00K" + "9" * 90
    accept(tablet, *(factories.scan_body(code) for code in ("va-12345", stock.number, odd)))
    assert {scan.raw_code: (scan.verdict, scan.reason) for scan in db.session.scalars(sa.select(Scan))} == {
        "VA-12345": (VerdictClass.CHECK, Reason.ELSEWHERE),
        stock.number: (VerdictClass.NOT_NOW, Reason.NOT_YET),
        "EK" + "9" * 62: (VerdictClass.TECHNICAL, Reason.MALFORMED),
    }
    assert db.session.scalars(sa.select(ScanCard)).all() == []


def test_a_community_card_brings_workers_and_young_clients(tablet):
    card = factories.make_issued_card(kind=CardKind.COMMUNITY)
    answer = accept(tablet, factories.scan_body(card, adult=0, worker=2, under16=7))[0]
    assert (answer.result, answer.flags) == (Result.ACCEPTED, ())


def test_a_ledger_row_is_of_a_tablet_or_a_person(tablet):
    accept(tablet, factories.scan_body(factories.make_issued_card()))
    with pytest.raises(sa.exc.IntegrityError):
        db.session.execute(sa.update(Scan).values(device_id=None))
    db.session.rollback()
    with pytest.raises(sa.exc.IntegrityError):
        db.session.execute(sa.update(Scan).values(child=-1))
    db.session.rollback()
