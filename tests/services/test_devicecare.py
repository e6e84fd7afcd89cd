"""A tablet's later life: new keys under the old name, another name, silence, what is missing, what went wrong."""

from datetime import timedelta

import pytest
import sqlalchemy as sa

from kaikukortti.db import db
from kaikukortti.errors import NotFound
from kaikukortti.models.ledger import Device, DeviceKey, Scan
from kaikukortti.models.trail import AuditEntry
from kaikukortti.rules.access import Role
from tests import factories
from tests.factories import DAY, NOW
from venues import devicecare, devices, gaps, sync
from venues.devicecare import Standing

SECRET = "s" * 40
MINUTE = timedelta(minutes=1)


@pytest.fixture
def manager():
    return factories.make_actor(Role.VENUE_MANAGER)


def enrol(manager, name="Pääovi", *, renews=None) -> devices.Enrolled:
    code = devices.plan_enrolment(actor=manager, venue_id=manager.venue_id, now=NOW, renews=renews)
    return devices.enrol(code=code, name=name, secret_key=SECRET, now=NOW + MINUTE)


def row_of(device_id: int) -> Device:
    return db.session.get_one(Device, device_id, populate_existing=True)


def actions() -> list[str]:
    return list(db.session.scalars(sa.select(AuditEntry.action).order_by(AuditEntry.id)))


def test_enrolling_again_keeps_the_name_and_renews_the_keys(manager):
    first = enrol(manager)
    second = enrol(manager, "Aivan muu", renews=first.device.id)
    kept = row_of(first.device.id)
    assert (second.device.id, kept.name, kept.key_number) == (first.device.id, "Pääovi", 2)
    assert devices.recognise(second.credential).device_id == first.device.id
    with pytest.raises(devices.DeviceUnknown):
        devices.recognise(first.credential)
    assert devices.unseal(kept.list_key, secret_key=SECRET) == second.list_key != first.list_key
    earlier = db.session.get_one(DeviceKey, (kept.id, 1))
    assert devices.unseal(earlier.list_key, secret_key=SECRET) == first.list_key
    assert actions() == ["device.planned", "device.enrolled", "device.planned", "device.renewed"]


def test_a_revoked_tablet_can_be_enrolled_again(manager):
    first = enrol(manager)
    devicecare.revoke(first.device.id, actor=manager, now=NOW)
    second = enrol(manager, renews=first.device.id)
    assert devices.recognise(second.credential).device_id == first.device.id
    assert row_of(first.device.id).revoked_at is None


def test_keys_are_renewed_for_the_own_venue_s_device_alone(manager):
    for device_id in (factories.make_tablet().known.device_id, 999_999):
        with pytest.raises(NotFound):
            devices.plan_enrolment(actor=manager, venue_id=manager.venue_id, now=NOW, renews=device_id)


def test_a_tablet_that_lost_its_storage_gets_a_new_list_key(manager):
    enrolled = enrol(manager)
    known = devices.recognise(enrolled.credential)
    rekeyed = [devices.rekey(known, secret_key=SECRET, now=NOW + place * MINUTE) for place in (2, 3)]
    assert [one.key_number for one in rekeyed] == [2, 3]
    kept = row_of(known.device_id)
    assert devices.unseal(kept.list_key, secret_key=SECRET) == rekeyed[1].list_key
    earlier = db.session.scalars(sa.select(DeviceKey).order_by(DeviceKey.key_number))
    opened = [devices.unseal(one.list_key, secret_key=SECRET) for one in earlier]
    assert opened == [enrolled.list_key, rekeyed[0].list_key]
    assert devices.recognise(enrolled.credential).device_id == known.device_id, "its cookie is as good as before"
    assert actions()[-2:] == ["device.rekeyed"] * 2
    devicecare.revoke(known.device_id, actor=manager, now=NOW)
    with pytest.raises(devices.DeviceRevoked):
        devices.rekey(known, secret_key=SECRET, now=NOW)


def test_a_tablet_gets_another_name(manager):
    tablet = enrol(manager).device
    devicecare.rename(tablet.id, "  Kassa   2 ", actor=manager, now=NOW)
    assert row_of(tablet.id).name == "Kassa 2"
    for name in ("", "  ", "x" * 61, "\0", "Maija 131052-308T"):
        with pytest.raises(devicecare.NameImpossible):
            devicecare.rename(tablet.id, name, actor=manager, now=NOW)
    with pytest.raises(NotFound):
        devicecare.rename(tablet.id, "X", actor=factories.make_actor(Role.VENUE_MANAGER), now=NOW)
    assert row_of(tablet.id).name == "Kassa 2" and actions()[-1] == "device.renamed"


@pytest.mark.parametrize(("silent", "standing"), [(30 * DAY - MINUTE, Standing.ENROLLED), (30 * DAY, Standing.QUIET)])
def test_a_month_without_contact_is_quiet(manager, silent, standing):
    enrol(manager)
    (row,) = devicecare.list_devices(manager.venue_id, actor=manager, now=NOW + MINUTE + silent)
    assert row.state is standing


def test_a_revoked_tablet_may_send_for_three_days(manager):
    enrolled = enrol(manager)
    devicecare.revoke(enrolled.device.id, actor=manager, now=NOW)
    end = NOW + timedelta(hours=72)
    assert devices.recognise_sender(enrolled.credential, now=end - MINUTE).is_revoked
    with pytest.raises(devices.DeviceRevoked):
        devices.recognise_sender(enrolled.credential, now=end)
    states = [devicecare.list_devices(manager.venue_id, actor=manager, now=at)[0].state for at in (end - MINUTE, end)]
    assert states == [Standing.MAY_SEND, Standing.REVOKED]


def test_contact_tells_how_many_wait(manager):
    enrolled = enrol(manager)
    known = devices.recognise(enrolled.credential)
    assert not devices.is_contact_due(known, now=NOW + 2 * MINUTE)
    assert devices.is_contact_due(known, now=NOW + 2 * MINUTE, waiting=3)
    devices.touch(known, now=NOW + 2 * MINUTE, waiting=3)
    again = devices.recognise(enrolled.credential)
    assert (again.waiting, devices.is_contact_due(again, now=NOW + 3 * MINUTE, waiting=3)) == (3, False)
    devices.touch(again, now=NOW + 9 * MINUTE)
    assert devicecare.list_devices(manager.venue_id, actor=manager, now=NOW)[0].waiting == 3


def test_the_cookie_is_renewed_after_a_month(manager):
    enrolled = enrol(manager)
    known = devices.recognise(enrolled.credential)
    due = NOW + MINUTE + 30 * DAY
    assert not devices.is_renewal_due(known, now=due - MINUTE) and devices.is_renewal_due(known, now=due)
    devices.note_renewal(known, now=due)
    assert not devices.is_renewal_due(devices.recognise(enrolled.credential), now=due)


def test_what_is_missing_and_what_went_wrong_is_in_the_list(manager):
    enrolled, other = enrol(manager), enrol(manager, "Sivuovi")
    tablet, stranger = devices.recognise(enrolled.credential), factories.make_tablet().known
    bodies = [
        factories.scan_body(f"VA{place:05d}", series=series, run=run)
        for place, (series, run) in enumerate([("a1", 1), ("a1", 2), ("a1", 6), ("b2", 2), ("b2", 1)])
    ]
    items = [factories.item_of(body) for body in bodies]
    sync.accept(items, device=tablet, received_at=NOW)
    sync.accept([factories.make_item("VA99999", series="c3", run=9)], device=stranger, received_at=NOW)
    changed = factories.item_of({**bodies[0], "counts": {"adult": 9}})
    assert sync.accept([changed], device=tablet, received_at=NOW)[0].result is sync.Result.CONFLICT
    rows = devicecare.list_devices(manager.venue_id, actor=manager, now=NOW)
    assert [(row.id, row.missing, row.conflicts) for row in rows] == [(tablet.device_id, 3, 1), (other.device.id, 0, 0)]
    assert gaps.list_gaps(tablet.device_id) == [gaps.Gap("a1", 3, 5)]
    alarm = db.session.scalars(sa.select(AuditEntry).where(AuditEntry.action == devices.CONFLICT)).one()
    assert (alarm.organisation, alarm.detail) == (
        f"venue:{manager.venue_id}",
        {"device": tablet.device_id, "scan": bodies[0]["scan_id"]},
    )
    assert db.session.scalar(sa.select(sa.func.max(Scan.adult))) == 1, "the first one stands"


def test_a_rescued_registration_fills_the_gap_of_its_own_tablet(manager):
    tablet, carrier = devices.recognise(enrol(manager).credential), devices.recognise(enrol(manager).credential)
    sync.accept([factories.make_item("VA2", series="a", run=2)], device=tablet, received_at=NOW)
    assert gaps.count_missing(tablet.venue_id) == {tablet.device_id: 1}
    item = factories.make_item("VA1", series="a", run=1)
    sync.accept([item], device=tablet, received_at=NOW, carried_by=carrier.device_id)
    assert gaps.count_missing(tablet.venue_id) == {}
    scan = db.session.get_one(Scan, item.scan_id)
    assert (scan.device_id, scan.carried_by, scan.series, scan.run) == (tablet.device_id, carrier.device_id, "a", 1)
