"""A tablet's own account over HTTP: a new list key, how many wait, the cookie's renewal, what is never taken in."""

import base64
from datetime import timedelta

import pytest
import sqlalchemy as sa
import time_machine

from kaikukortti.db import db
from kaikukortti.models.ledger import Device, Scan
from kaikukortti.models.trail import AuditEntry
from tests import factories, onpage
from tests.factories import DAY, NOW, SECRET_KEY
from tests.webclient import Web
from venues import devices
from venues.web import schemas

IDENTITY = "131052-308T"


@pytest.fixture
def door(app, network) -> Web:
    """Return the venue's tablet, enrolled."""
    tablet = Web(app)
    tablet.client.set_cookie("kaiku_device", network.tablet.credential)
    return tablet


def row(app, network) -> Device:
    with app.app_context():
        return db.session.get_one(Device, network.tablet.known.device_id)


def test_a_tablet_with_an_empty_storage_gets_a_new_key(app, door, network):
    answer = onpage.json_of(door.post("/door/api/key"))
    assert answer["key_number"] == 2
    kept = devices.unseal(row(app, network).list_key, secret_key=SECRET_KEY)
    assert base64.urlsafe_b64decode(answer["list_key"] + "=") == kept
    assert door.get("/door/api/status").status_code == 200
    assert Web(app).post("/door/api/key").status_code == 401


def test_the_tablet_says_how_many_wait(app, door, network):
    assert door.get("/door/api/status?waiting=3").status_code == 200
    assert row(app, network).waiting == 3
    items = [factories.scan_body(f"VA{place:05d}") for place in range(2)]
    door.post("/door/api/scans", json={"items": [*items, {"scan_id": "odd"}]})
    assert row(app, network).waiting == 1, "what was parked still waits there"
    door.post("/door/api/scans?waiting=0", json={"items": items})
    assert row(app, network).waiting == 0
    for odd in ("-1", "x", "", "9" * 12, "1.5", "٣"):
        assert door.get("/door/api/status", query_string={"waiting": odd}).status_code == 400


def test_the_cookie_is_given_again_after_a_month(app, door, network):
    assert "Set-Cookie" in door.get("/door/api/status").headers, "nobody knows when it was given"
    for days, given in ((29, False), (30, True), (31, False)):
        with time_machine.travel(NOW + days * DAY, tick=False):
            cookie = door.get("/door/api/status").headers.get("Set-Cookie", "")
        assert (f"kaiku_device={network.tablet.credential}" in cookie) is given
        assert not given or all(part in cookie for part in ("Max-Age=34560000", "HttpOnly", "SameSite=Strict"))


def test_a_renewal_of_keys_through_the_door(app, door, network):
    manager = network.people["venue_manager"].actor
    with app.app_context():
        code = devices.plan_enrolment(
            actor=manager, venue_id=network.venue.id, now=NOW, renews=network.tablet.known.device_id
        )
    answer = door.post("/door/api/enrol", json={"code": code, "name": "Jokin muu"})
    assert onpage.json_of(answer)["device"] == {"id": str(network.tablet.known.device_id), "name": "Pääovi"}
    assert door.get("/door/api/status").status_code == 200, "with the new cookie"


def test_no_identity_code_is_ever_taken_in(app, door):
    assert door.post("/door/api/enrol", json={"code": "X", "name": f"Maija {IDENTITY}"}).status_code == 400
    items = [factories.scan_body("VA12345", shift=IDENTITY), factories.scan_body(IDENTITY)]
    answers = onpage.json_of(door.post("/door/api/scans", json={"items": items}))["answers"]
    assert [one["result"] for one in answers] == ["parked", "flagged"]
    with app.app_context():
        (scan,) = db.session.scalars(sa.select(Scan))
        assert (scan.scan_id, scan.raw_code) == (items[1]["scan_id"], None), "the visit is kept, the code is not"


def test_a_practice_card_never_reaches_the_figures(app, door):
    answer = onpage.json_of(door.post("/door/api/scans", json={"items": [factories.scan_body("UU00000000S")]}))
    with app.app_context():
        scans = db.session.scalars(sa.select(Scan.scan_id)).all()
    assert (answer["answers"][0]["result"], scans) == ("parked", [])


def test_a_conflict_is_an_alarm_without_a_code(app, door, network, caplog):
    body = factories.scan_body(network.card)
    door.post("/door/api/scans", json={"items": [body]})
    door.post("/door/api/scans", json={"items": [{**body, "seq": 9}]})
    (line,) = [record for record in caplog.records if record.levelname == "ERROR"]
    assert "conflict" in line.getMessage() and network.card.number not in line.getMessage()
    with app.app_context():
        entries = db.session.scalars(sa.select(AuditEntry.action).where(AuditEntry.action == devices.CONFLICT)).all()
    assert entries == ["device.conflict"]


@pytest.mark.parametrize("field", [{"series": "AB"}, {"series": ""}, {"series": "a" * 17}, {"run": 0}, {"run": 2**31}])
def test_an_odd_number_of_a_registration_is_parked(door, field):
    answer = onpage.json_of(door.post("/door/api/scans", json={"items": [factories.scan_body("VA12345", **field)]}))
    assert answer["answers"][0]["result"] == "parked"


def test_a_hold_is_told_with_the_verdict(app, door, network):
    with app.app_context():
        full = factories.make_occurrence(venue=network.venue, quota=3)
    body = {"code": network.card.number, "occurrence": full.id}
    hold = onpage.json_of(door.post("/door/api/checks", json=body))["hold"]
    schemas.HoldView.model_validate(hold)
    assert (hold["places"], hold["expires_at"]) == (3, (NOW + timedelta(minutes=2)).strftime("%Y-%m-%dT%H:%M:%S.000Z"))
    sent = {**factories.scan_body(network.card, occurrence=full), "hold": hold["id"]}
    answer = onpage.json_of(door.post("/door/api/scans", json={"items": [sent]}))
    assert answer["answers"][0]["result"] == "accepted"
