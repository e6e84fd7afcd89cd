"""The worst texts through the door's calls: answered in order, never a fault, and no identity code is kept anywhere."""

import json
from typing import Any

import pytest
import sqlalchemy as sa

from kaikukortti.db import db
from kaikukortti.models.ledger import Scan
from kaikukortti.models.trail import AuditEntry
from kaikukortti.rules import identitycode
from tests import factories, hostiletexts, onpage
from tests.hostiletexts import WORST
from tests.webclient import Web

# No JSON for strict readers: half a symbol, and what only JavaScript writes.
BROKEN = (
    b'{"code": "\\ud800"}',
    b'{"code": "EK\xff"}',
    b'{"code": NaN}',
    b'{"code": ["EK3F8M2X9TS"]}',
    b"\0",
    b"[" * 5000,
)

# A right number that is on no list: the service knows that it belongs to nobody.
NOBODYS = ("not_yet", "not_in_use")


@pytest.fixture
def door(app, network) -> Web:
    """Return the venue's tablet."""
    tablet = Web(app)
    tablet.client.set_cookie("kaiku_device", network.tablet.credential)
    return tablet


@pytest.fixture
def texts() -> list[str]:
    """Return the worst, and some that were drawn."""
    return [*WORST, *hostiletexts.drawn(7, 60)]


def test_a_check_never_fails(door, texts):
    for text in texts:
        answer = door.post("/door/api/checks", data=json.dumps({"code": text}), content_type="application/json")
        assert answer.status_code in (200, 400), repr(text)
        if answer.status_code == 200:
            said = onpage.json_of(answer)["verdict"]
            assert said["class"] in ("technical", "check") or said["reason"] in NOBODYS, repr(text)


def test_a_registration_is_kept_or_parked_and_no_identity_code_with_it(app, door, texts):
    bodies = [factories.scan_body(text) for text in texts]
    results: list[str] = []
    for body in bodies:
        answer = door.post("/door/api/scans", data=json.dumps({"items": [body]}), content_type="application/json")
        assert answer.status_code in (200, 400), repr(body["code"])
        results += (
            [one["result"] for one in onpage.json_of(answer)["answers"]] if answer.status_code == 200 else ["parked"]
        )
    assert set(results) == {"flagged", "parked"}
    with app.app_context():
        kept = {scan.scan_id: scan.raw_code for scan in db.session.scalars(sa.select(Scan))}
        trail = " ".join(json.dumps(detail) for detail in db.session.scalars(sa.select(AuditEntry.detail)))
    assert len(kept) == results.count("flagged") > 30
    assert [code for code in kept.values() if code and identitycode.holds_one(code)] == []
    assert not identitycode.holds_one(trail)


def test_one_odd_text_stops_nobody(door, network, texts):
    right = factories.scan_body(network.card)
    items = [*(factories.scan_body(text) for text in WORST), right]
    answers: list[dict[str, Any]] = onpage.json_of(door.post("/door/api/scans", json={"items": items}))["answers"]
    assert [one["scan_id"] for one in answers] == [item["scan_id"] for item in items]
    assert answers[-1]["result"] == "accepted"


@pytest.mark.parametrize("call", ["checks", "scans"])
@pytest.mark.parametrize("body", BROKEN)
def test_what_is_no_text_at_all_is_refused(door, call, body):
    sent = body if call == "checks" else b'{"items": [' + body + b"]}"
    answer = door.post(f"/door/api/{call}", data=sent, content_type="application/json")
    is_parked = answer.status_code == 200 and [one["result"] for one in onpage.json_of(answer)["answers"]] == ["parked"]
    assert answer.status_code == 400 or is_parked
