"""Rescue files: another tablet of the venue carries what waits, each visit arrives once with its first time."""

from datetime import timedelta

import pytest
import sqlalchemy as sa

from kaikukortti.db import db
from kaikukortti.models.ledger import Device, DeviceKey, DeviceState, Scan, ScanDecision
from kaikukortti.rules.flag import Flag
from tests import factories, onpage, rescuefiles
from tests.factories import LIST_KEY, NOW
from tests.webclient import Web
from venues import devices

ADDRESS = "/door/api/rescue"


@pytest.fixture
def carrier(app, network) -> Web:
    """Return another tablet of the venue."""
    with app.app_context():
        second = factories.make_tablet(network.venue, name="Toinen")
    tablet = Web(app)
    tablet.client.set_cookie("kaiku_device", second.credential)
    return tablet


@pytest.fixture
def items(network):
    """Return three visits that wait on the first tablet, an hour old and more."""
    return [
        factories.scan_body(network.card, occurrence=network.tonight, occurred=NOW - timedelta(minutes=60 + number))
        for number in range(3)
    ]


def file_of(network, items, **changes):
    whole = {"device_id": network.tablet.known.device_id, "list_key": LIST_KEY}
    return rescuefiles.seal(items, **whole | changes)


def ledger(app) -> list[Scan]:
    with app.app_context():
        return list(db.session.scalars(sa.select(Scan).order_by(Scan.occurred_at)))


def refused(answer) -> tuple[int, str]:
    return answer.status_code, onpage.json_of(answer)["error"]["code"]


def test_forty_visits_arrive_once_with_their_first_times(app, network, carrier):
    cards = [f"VA{number:06d}" for number in range(40)]
    items = [
        factories.scan_body(card, occurred=NOW - timedelta(minutes=200 - number)) for number, card in enumerate(cards)
    ]
    file = file_of(network, items)
    answer = carrier.post(ADDRESS, json=file)
    assert answer.status_code == 200
    told = onpage.json_of(answer)
    assert [one["scan_id"] for one in told["answers"]] == [item["scan_id"] for item in items]
    assert {one["result"] for one in told["answers"]} <= {"accepted", "flagged"}
    assert told["device"]["name"] == "Pääovi"
    again = onpage.json_of(carrier.post(ADDRESS, json=file))
    assert {one["result"] for one in again["answers"]} == {"replay"}
    scans = ledger(app)
    assert [scan.scan_id for scan in scans] == [item["scan_id"] for item in items]
    assert [scan.occurred_at.isoformat() for scan in scans] == [item["occurred"] for item in items]


def test_visits_are_their_own_tablet_s_and_name_the_carrier(app, network, carrier, items):
    carrier.post(ADDRESS, json=file_of(network, items))
    with app.app_context():
        second = db.session.scalar(sa.select(Device.id).where(Device.name == "Toinen"))
    assert {(scan.device_id, scan.carried_by) for scan in ledger(app)} == {(network.tablet.known.device_id, second)}


def test_the_tablet_s_own_sending_afterwards_gives_replays(network, carrier, items, app):
    carrier.post(ADDRESS, json=file_of(network, items))
    own = Web(app)
    own.client.set_cookie("kaiku_device", network.tablet.credential)
    answers = onpage.json_of(own.post("/door/api/scans", json={"items": items}))["answers"]
    assert [one["result"] for one in answers] == ["replay"] * 3


def test_each_item_has_its_own_answer(network, carrier, items):
    odd = {"scan_id": "not-a-uuid", "surprise": True}
    answers = onpage.json_of(carrier.post(ADDRESS, json=file_of(network, [items[0], odd, items[1]])))["answers"]
    assert [one["result"] for one in answers][1] == "parked"
    assert len(answers) == 3


def test_a_file_that_was_sealed_before_the_key_was_renewed_opens(app, network, carrier, items):
    file = file_of(network, items)
    with app.app_context():
        devices.rekey(network.tablet.known, secret_key=factories.SECRET_KEY, now=NOW)
        assert db.session.scalar(sa.select(sa.func.count()).select_from(DeviceKey)) == 1
    assert carrier.post(ADDRESS, json=file).status_code == 200
    assert refused(carrier.post(ADDRESS, json=file_of(network, items, key_number=2))) == (422, "rescue_damaged")
    assert refused(carrier.post(ADDRESS, json=file_of(network, items, key_number=3))) == (422, "rescue_damaged")


@pytest.mark.parametrize("hours", [1, 73, 1000])
def test_a_tablet_out_of_use_is_asked_about_and_its_visits_kept(app, network, carrier, items, hours):
    """Another tablet carries them even after the 72 hours in which it might have sent them itself: they happened."""
    file = file_of(network, items)
    with app.app_context():
        device = db.session.get_one(Device, network.tablet.known.device_id)
        device.state, device.revoked_at = DeviceState.REVOKED, NOW - timedelta(hours=hours)
        db.session.commit()
    assert carrier.post(ADDRESS, json=file).status_code == 200
    with app.app_context():
        flags = db.session.scalars(sa.select(ScanDecision.scan_id).where(ScanDecision.flag == Flag.DEVICE))
        assert set(flags) == {item["scan_id"] for item in items}
    assert len(ledger(app)) == len(items)


@pytest.mark.parametrize("change", ["device", "created", "iv", "ciphertext", "key"])
def test_a_damaged_file_is_refused_in_words_and_changes_nothing(change, app, network, carrier, items):
    file = file_of(network, items, list_key=bytes(32) if change == "key" else LIST_KEY)
    with app.app_context():
        third = factories.make_tablet(network.venue, name="Kolmas").known.device_id
    other = {"device": str(third), "created": "2026-11-20T16:31:00.000Z", "iv": "A" * 16}
    other["ciphertext"] = ("B" if file["ciphertext"][0] == "A" else "A") + file["ciphertext"][1:]
    answer = carrier.post(ADDRESS, json=file | ({change: other[change]} if change in other else {}))
    assert refused(answer) == (422, "rescue_damaged")
    assert not ledger(app)


@pytest.mark.parametrize("whose", ["other venue", "nobody"])
def test_a_foreign_file_is_refused_and_not_told_apart(whose, app, network, carrier, items):
    device_id = network.other_tablet.known.device_id if whose == "other venue" else 99_999
    answer = carrier.post(ADDRESS, json=file_of(network, items, device_id=device_id))
    assert refused(answer) == (404, "rescue_foreign")
    assert not ledger(app)


@pytest.mark.parametrize(
    "body", [{}, {"format": "other"}, {"iv": "!" * 16}, {"device": "0"}, {"device": "1' or"}, {"key_number": 0}]
)
def test_what_is_no_rescue_file_is_refused(body, network, carrier, items):
    file = file_of(network, items) | body if body else {}
    assert refused(carrier.post(ADDRESS, json=file)) == (400, "request_unreadable")


def test_a_tablet_out_of_use_carries_nothing(app, network, carrier, items):
    with app.app_context():
        device = db.session.scalars(sa.select(Device).where(Device.name == "Toinen")).one()
        device.state, device.revoked_at = DeviceState.REVOKED, NOW - timedelta(hours=1)
        db.session.commit()
    assert refused(carrier.post(ADDRESS, json=file_of(network, items))) == (401, "device_revoked")


def test_a_long_evening_fits_though_no_form_may_be_so_large(app, network, carrier):
    file = file_of(network, [factories.scan_body("VA000001")])
    whole = {**file, "ciphertext": file["ciphertext"] + "A" * 2_000_000}
    assert refused(carrier.post(ADDRESS, json=whole)) == (422, "rescue_damaged"), "read, and found to be changed"
    assert carrier.post(ADDRESS, data=b" " * (9 * 1024 * 1024), content_type="application/json").status_code == 413
