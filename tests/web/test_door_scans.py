"""Registrations over HTTP: each item its own answer, in order, whatever is wrong with its neighbours."""

import uuid
from datetime import timedelta
from typing import Any

import pytest
import sqlalchemy as sa
import time_machine

from kaikukortti.db import db
from kaikukortti.models.ledger import Scan
from kaikukortti.rules.access import Role
from tests import factories, onpage
from tests.factories import DAY, NOW
from tests.webclient import Web
from venues import scanning


@pytest.fixture
def door(app, network) -> Web:
    """Return the venue's tablet, enrolled."""
    tablet = Web(app)
    tablet.client.set_cookie("kaiku_device", network.tablet.credential)
    return tablet


def send(door: Web, *items) -> list[dict[str, Any]]:
    answer = door.post("/door/api/scans", json={"items": items})
    assert answer.status_code == 200
    assert set(onpage.json_of(answer)) == {"answers"}
    return list(onpage.json_of(answer)["answers"])


def count(app) -> int:
    with app.app_context():
        return db.session.scalar(sa.select(sa.func.count(Scan.scan_id))) or 0


def test_a_visit_is_accepted(door, network):
    body = factories.scan_body(network.card, occurrence=network.tonight, child=2)
    assert send(door, body) == [
        {"scan_id": body["scan_id"], "result": "accepted", "use": body["scan_id"], "flags": [], "say": None}
    ]


def test_a_batch_is_answered_item_by_item_in_order(app, door, network):
    first = factories.scan_body(network.card, occurrence=network.tonight)
    odd = {"scan_id": "not-a-uuid", "surprise": True}
    elsewhere = factories.scan_body(network.card, occurrence=network.other_occurrence)
    conflict = {**first, "counts": {"adult": 1, "child": 1}}
    doubt = factories.scan_body(network.card, occurrence=network.tonight, adult=0, child=1)
    answers = send(door, first, odd, elsewhere, conflict, first, doubt)
    assert [(one["scan_id"], one["result"]) for one in answers] == [
        (first["scan_id"], "accepted"),
        ("not-a-uuid", "parked"),
        (elsewhere["scan_id"], "parked"),
        (first["scan_id"], "conflict"),
        (first["scan_id"], "replay"),
        (doubt["scan_id"], "flagged"),
    ]
    assert answers[5]["flags"] == ["again"]
    assert count(app) == 2


def test_what_a_person_should_know_is_said_in_three_languages(door, network):
    body = factories.scan_body(network.card)
    changed = {**body, "counts": {"adult": 1, "child": 1}}
    strange = factories.scan_body(network.card, occurrence=network.other_occurrence)
    answers = send(
        door, body, changed, strange, {"scan_id": "x"}, factories.scan_body(network.card), factories.scan_body("VA1234")
    )
    severities = [one["say"] and one["say"]["severity"] for one in answers]
    assert severities == [None, "warning", "warning", "warning", "info", None]
    for one in answers[1:5]:
        say = one["say"]
        assert set(say) == {"severity", "fi", "sv", "en"}
        assert len({say["fi"], say["sv"], say["en"]}) == 3


UNREADABLE = [
    {"scan_id": "x"},
    {"occurred": "yesterday"},
    {"occurred": "2026-11-20T16:30:00"},
    {"occurred": "0001-01-01T00:00:00+14:00"},
    {"occurred": "9999-12-31T23:59:59-12:00"},
    {"occurred": 10**18},
    {"offset_ms": 10**14},
    {"counts": {"adult": -1}},
    {"counts": {"adult": 100}},
    {"counts": {"adult": 1, "dog": 1}},
    {"counts": None},
    {"code": None},
    {"ref": "0" * 16},
    {"code": "x" * 257},
    {"occurrence": 10**30},
    {"occurrence": "tonight"},
    {"entry": "telepathy"},
    {"shown": "red"},
    {"seq": -1},
    {"shift": "x" * 21},
    {"shift": "\x00"},
    {"undoes": "x"},
    {"extra": 1},
]


@pytest.mark.parametrize("change", UNREADABLE, ids=[repr(change)[:40] for change in UNREADABLE])
def test_an_item_that_cannot_be_read_is_parked_and_stops_nobody(app, door, network, change):
    good = factories.scan_body(network.card)
    odd = {**factories.scan_body(network.card), **change}
    answers = send(door, odd, good)
    assert [one["result"] for one in answers] == ["parked", "accepted"]
    assert answers[0]["scan_id"] == odd["scan_id"]
    assert count(app) == 1


ODD_BUT_READABLE = [
    {"scan_id": str(uuid.UUID(int=0))},
    {"occurred": "1970-01-01T00:00:00Z"},
    {"occurred": "2199-12-31T23:59:59Z", "offset_ms": -(10**13)},
    {"occurred": "1900-01-02T00:00:00Z", "offset_ms": 10**13},
    {"code": "\x00"},
    {"code": "💥" * 30},
    {"code": ""},
    {"code": "'; DROP TABLE scans; --"},
    {"code": None, "ref": ""},
    {"code": None, "ref": "no such ref"},
    {"undoes": str(uuid.UUID(int=1))},
    {"counts": {}},
    {"counts": {"adult": 99, "child": 99, "assistant": 99, "interpreter": 99, "worker": 99, "under16": 99}},
    {"seq": 2**31 - 1, "rules": 10_000, "shift": "ä" * 20, "hold": "x" * 64},
]


@pytest.mark.parametrize("change", ODD_BUT_READABLE, ids=[repr(change)[:40] for change in ODD_BUT_READABLE])
def test_a_fact_is_never_refused_however_odd(app, door, network, change):
    answers = send(door, {**factories.scan_body(network.card), **change})
    assert answers[0]["result"] in {"accepted", "flagged"}
    assert count(app) == 1
    assert send(door, {**factories.scan_body(network.card), **change, "scan_id": answers[0]["scan_id"]})


def test_a_hundred_at_once(app, door, network):
    bodies = [
        factories.scan_body(network.card, occurred=NOW - place % 25 * DAY, occurrence=None) for place in range(100)
    ]
    answers = send(door, *bodies)
    assert [one["scan_id"] for one in answers] == [body["scan_id"] for body in bodies]
    assert count(app) == 100


def test_items_before_a_fault_are_kept(app, door, network, monkeypatch):
    """Each item is durable before the next: a fault in the third leaves two, and the tablet sends all again."""
    bodies = [factories.scan_body(network.card, occurred=NOW - place * DAY) for place in range(3)]
    record = scanning.record

    def failing(item, **options):
        if item.scan_id == bodies[2]["scan_id"]:
            raise RuntimeError("the power fails")
        return record(item, **options)

    with monkeypatch.context() as patched:
        patched.setattr(scanning, "record", failing)
        with pytest.raises(RuntimeError):
            door.post("/door/api/scans", json={"items": bodies})
    assert count(app) == 2
    assert [one["result"] for one in send(door, *bodies)] == ["replay", "replay", "accepted"]


def test_an_undo_arrives_as_an_item_of_its_own(app, door, network):
    body = factories.scan_body(network.card, occurrence=network.tonight)
    undo = factories.undo_body(body)
    assert [(one["result"], one["use"]) for one in send(door, body, undo)] == [
        ("accepted", body["scan_id"]),
        ("accepted", None),
    ]
    verdict = onpage.json_of(
        door.post("/door/api/checks", json={"code": network.card.number, "occurrence": network.tonight.id})
    )
    assert verdict["verdict"]["class"] == "counts"


def revoke(network, enter) -> None:
    manager = enter(network.people[Role.VENUE_MANAGER])
    manager.submit(
        f"/venue/tablets/{network.tablet.known.device_id}",
        form=f"/venue/tablets/{network.tablet.known.device_id}/revoke",
    )


def test_a_revoked_tablet_sends_its_queue_and_nothing_else(app, door, network, enter):
    revoke(network, enter)
    late = NOW + timedelta(hours=72) - timedelta(seconds=1)
    with time_machine.travel(late, tick=False):
        answers = send(door, *(factories.scan_body(f"VA{place:05d}") for place in range(40)))
        assert {(one["result"], tuple(one["flags"])) for one in answers} == {("flagged", ("elsewhere", "device"))}
        for method, call in [("GET", "snapshot"), ("GET", "status"), ("POST", "checks"), ("POST", "key")]:
            answer = door.open(f"/door/api/{call}", method=method, json={} if method == "POST" else None)
            assert (answer.status_code, onpage.json_of(answer)["error"]["code"]) == (401, "device_revoked"), call
    assert count(app) == 40


def test_after_three_days_a_revoked_tablet_sends_no_more(app, door, network, enter):
    revoke(network, enter)
    with time_machine.travel(NOW + timedelta(hours=72), tick=False):
        answer = door.post("/door/api/scans", json={"items": [factories.scan_body(network.card)]})
    assert (answer.status_code, onpage.json_of(answer)["error"]["code"]) == (401, "device_revoked")
    assert count(app) == 0
