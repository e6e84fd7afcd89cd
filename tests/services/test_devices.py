"""Tablets: a code makes one tablet a device, once and in time; the credential is its only key, until it is revoked."""

import hashlib
import re
from datetime import timedelta

import pytest
import sqlalchemy as sa
from cryptography.fernet import InvalidToken

from kaikukortti.db import db
from kaikukortti.errors import NotFound
from kaikukortti.models.ledger import Device, DeviceState, Enrolment
from kaikukortti.models.trail import AuditEntry
from kaikukortti.rules.access import Role
from tests import factories
from tests.factories import NOW
from venues import devicecare, devices

SECRET = "s" * 40


@pytest.fixture
def manager():
    return factories.make_actor(Role.VENUE_MANAGER)


def plan(manager, **options) -> str:
    return devices.plan_enrolment(actor=manager, venue_id=manager.venue_id, now=NOW, **options)


def enrol(code: str, *, after: timedelta = timedelta(minutes=1), name: str = "Pääovi") -> devices.Enrolled:
    return devices.enrol(code=code, name=name, secret_key=SECRET, now=NOW + after)


def test_a_code_makes_one_tablet_a_device(manager):
    code = plan(manager)
    assert re.fullmatch("[0-9A-HJKMNP-TV-Z]{16}", code)
    enrolled = enrol(code)
    known = devices.recognise(enrolled.credential)
    assert (known.device_id, known.name, known.venue_id) == (enrolled.device.id, "Pääovi", manager.venue_id)
    assert known.area_id == enrolled.device.venue.area_id
    with pytest.raises(devices.EnrolmentUsed):
        enrol(code)
    with pytest.raises(devices.EnrolmentUsed):
        enrol(code, after=timedelta(days=2))
    assert db.session.scalar(sa.select(sa.func.count(Device.id))) == 1
    enrolment = db.session.scalars(sa.select(Enrolment)).one()
    assert (enrolment.device_id, enrolment.used_at) == (known.device_id, NOW + timedelta(minutes=1))


def test_a_typed_code_is_forgiven(manager):
    code = plan(manager)
    typed = "-".join(code[start : start + 4] for start in range(0, 16, 4)).lower().replace("0", "o").replace("1", "i")
    assert enrol(f" {typed} ").device.venue_id == manager.venue_id


@pytest.mark.parametrize(
    ("lasts", "after", "expired"),
    [
        (devices.ENROLMENT_LASTS, timedelta(minutes=15) - timedelta(seconds=1), False),
        (devices.ENROLMENT_LASTS, timedelta(minutes=15), True),
        (devices.ENROLMENT_LASTS_IN_DEMO, timedelta(hours=24) - timedelta(seconds=1), False),
        (devices.ENROLMENT_LASTS_IN_DEMO, timedelta(hours=24), True),
    ],
)
def test_a_code_lasts_its_time(manager, lasts, after, expired):
    code = plan(manager, lasts=lasts)
    if not expired:
        assert enrol(code, after=after).device.id
        return
    with pytest.raises(devices.EnrolmentExpired):
        enrol(code, after=after)
    assert db.session.scalar(sa.select(sa.func.count(Device.id))) == 0


@pytest.mark.parametrize("code", ["", "0000000000000000", "ä", "x" * 64])
def test_an_unknown_code(manager, code):
    plan(manager)
    with pytest.raises(devices.EnrolmentUnknown):
        enrol(code)


def test_only_the_manager_of_the_venue_plans_and_revokes(manager):
    tablet = enrol(plan(manager)).device
    strangers = [
        factories.make_actor(Role.VENUE_MANAGER),
        factories.make_actor(Role.VENUE_STAFF, tablet.venue),
        factories.make_actor(Role.COORDINATOR),
        factories.make_actor(Role.WORKER),
    ]
    for actor in strangers:
        with pytest.raises(NotFound):
            devices.plan_enrolment(actor=actor, venue_id=tablet.venue_id, now=NOW)
        with pytest.raises(NotFound):
            devicecare.list_devices(tablet.venue_id, actor=actor, now=NOW)
        with pytest.raises(NotFound):
            devicecare.revoke(tablet.id, actor=actor, now=NOW)
    assert db.session.get_one(Device, tablet.id, populate_existing=True).state is DeviceState.ENROLLED
    with pytest.raises(NotFound):
        devicecare.revoke(999_999, actor=manager, now=NOW)


def test_a_revoked_tablet_is_told_so(manager):
    enrolled = enrol(plan(manager))
    device = devicecare.revoke(enrolled.device.id, actor=manager, now=NOW)
    assert (device.state, device.revoked_at) == (DeviceState.REVOKED, NOW)
    with pytest.raises(devices.DeviceRevoked):
        devices.recognise(enrolled.credential)
    devicecare.revoke(enrolled.device.id, actor=manager, now=NOW + timedelta(days=1))
    assert db.session.get_one(Device, device.id, populate_existing=True).revoked_at == NOW, "revoked once"


@pytest.mark.parametrize("credential", [None, "", "nobody's", "ä", "x" * 5000])
def test_an_unknown_credential(credential):
    factories.make_tablet()
    with pytest.raises(devices.DeviceUnknown):
        devices.recognise(credential)


def test_secrets_are_kept_as_hash_and_sealed(manager):
    code = plan(manager)
    enrolled = enrol(code)
    device = db.session.scalars(sa.select(Device)).one()
    enrolment = db.session.scalars(sa.select(Enrolment)).one()
    assert device.credential_hash == hashlib.sha256(enrolled.credential.encode()).hexdigest()
    assert enrolment.code_hash == hashlib.sha256(code.encode()).hexdigest()
    assert len(enrolled.list_key) == 32 and enrolled.list_key not in device.list_key
    assert devices.unseal(device.list_key, secret_key=SECRET) == enrolled.list_key
    with pytest.raises(InvalidToken):
        devices.unseal(device.list_key, secret_key="t" * 40)


def test_two_tablets_have_nothing_in_common(manager):
    first, second = enrol(plan(manager)), enrol(plan(manager))
    assert first.credential != second.credential and first.list_key != second.list_key
    assert [device.id for device in devicecare.list_devices(manager.venue_id, actor=manager, now=NOW)] == [
        first.device.id,
        second.device.id,
    ]


def test_what_happens_to_a_tablet_is_written_down(manager):
    tablet = enrol(plan(manager)).device
    devicecare.revoke(tablet.id, actor=manager, now=NOW)
    entries = db.session.scalars(sa.select(AuditEntry).order_by(AuditEntry.id)).all()
    assert [(entry.action, entry.organisation, entry.user_id, entry.detail) for entry in entries] == [
        ("device.planned", f"venue:{manager.venue_id}", manager.user_id, {"venue": manager.venue_id}),
        ("device.enrolled", f"venue:{manager.venue_id}", None, {"device": tablet.id}),
        ("device.revoked", f"venue:{manager.venue_id}", manager.user_id, {"device": tablet.id}),
    ]


def test_contact_is_written_down_every_five_minutes():
    tablet = factories.make_tablet(last_contact_at=NOW)
    assert not devices.is_contact_due(tablet.known, now=NOW + timedelta(minutes=5) - timedelta(seconds=1))
    assert devices.is_contact_due(tablet.known, now=NOW + timedelta(minutes=5))
    devices.touch(tablet.known, now=NOW + timedelta(minutes=6))
    assert devices.recognise(tablet.credential).last_contact_at == NOW + timedelta(minutes=6)
