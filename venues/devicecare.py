"""The manager's tablets: list them with what is odd about each, look at one, rename it, take it out of use."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

import sqlalchemy as sa

from kaikukortti import audit
from kaikukortti.db import db, transactional
from kaikukortti.errors import DomainError, NotFound
from kaikukortti.models.ledger import Device, DeviceState
from kaikukortti.models.trail import AuditEntry
from kaikukortti.rules import access, identitycode
from kaikukortti.rules.access import Actor
from venues import gaps
from venues.devices import CONFLICT, MAY_SEND

LONGEST_NAME = 60
QUIET_AFTER = timedelta(days=30)


class Standing(StrEnum):
    """How a tablet stands (peers.md D4): in use, silent for a month, sending its queue, or out."""

    ENROLLED = "enrolled"
    QUIET = "quiet"
    MAY_SEND = "may_send"
    REVOKED = "revoked"


class NameImpossible(DomainError):
    """A tablet's name has 1 to 60 characters and holds no identity code."""

    code = "device_name_impossible"


@dataclass(frozen=True)
class DeviceRow:
    """A tablet in the manager's list. `waiting` is what it said at its last contact, None when it said nothing;
    `missing` the registrations that have not arrived though later ones have; `conflicts` the uploads under a known id.
    """

    id: int
    name: str
    state: Standing
    enrolled_at: datetime
    last_contact_at: datetime | None
    revoked_at: datetime | None
    tested_at: datetime | None
    waiting: int | None
    missing: int
    conflicts: int

    @property
    def may_send_until(self) -> datetime | None:
        """Return until when a tablet out of use may send its queue, None for one in use."""
        return None if self.revoked_at is None else self.revoked_at + MAY_SEND


def list_devices(venue_id: int, *, actor: Actor, now: datetime) -> list[DeviceRow]:
    """Return the tablets of the manager's venue, those in use first. Raises NotFound for another venue."""
    if not access.may_manage_venue(actor, venue_id=venue_id):
        raise NotFound()
    query = sa.select(Device).where(Device.venue_id == venue_id).order_by(Device.state, Device.name, Device.id)
    missing, conflicts = gaps.count_missing(venue_id), _count_conflicts(actor)
    return [
        _row(device, now, missing=missing.get(device.id, 0), conflicts=conflicts.get(device.id, 0))
        for device in db.session.scalars(query)
    ]


def look(device_id: int, *, actor: Actor, now: datetime) -> tuple[DeviceRow, list[gaps.Gap]]:
    """Return one tablet and which registrations of it have not arrived. Raises NotFound for another venue's."""
    device = db.session.get(Device, device_id)
    if device is None or not access.may_manage_venue(actor, venue_id=device.venue_id):
        raise NotFound()
    found = gaps.list_gaps(device_id)
    conflicts = _count_conflicts(actor).get(device_id, 0)
    return _row(device, now, missing=sum(gap.missing for gap in found), conflicts=conflicts), found


def _row(device: Device, now: datetime, *, missing: int, conflicts: int) -> DeviceRow:
    return DeviceRow(
        id=device.id,
        name=device.name,
        state=standing(device, now=now),
        enrolled_at=device.enrolled_at,
        last_contact_at=device.last_contact_at,
        revoked_at=device.revoked_at,
        tested_at=device.tested_at,
        waiting=device.waiting,
        missing=missing,
        conflicts=conflicts,
    )


def standing(device: Device, *, now: datetime) -> Standing:
    """Return how a tablet stands at a moment."""
    if device.state is DeviceState.REVOKED:
        may_send = device.revoked_at is not None and now - device.revoked_at < MAY_SEND
        return Standing.MAY_SEND if may_send else Standing.REVOKED
    last = device.last_contact_at or device.enrolled_at
    return Standing.QUIET if now - last >= QUIET_AFTER else Standing.ENROLLED


@transactional
def rename(device_id: int, name: str, *, actor: Actor, now: datetime) -> Device:
    """Give a tablet another name. Raises NotFound for a tablet of another venue, NameImpossible."""
    device = _lock(device_id, actor)
    wanted = " ".join(name.split())
    if not 1 <= len(wanted) <= LONGEST_NAME or "\0" in wanted or identitycode.holds_one(wanted):
        raise NameImpossible()
    if device.name != wanted:
        device.name = wanted
        audit.record("device.renamed", actor=actor, now=now, detail={"device": device.id})
    return device


@transactional
def revoke(device_id: int, *, actor: Actor, now: datetime) -> Device:
    """Take a tablet out of use at once; it may send its queue for 72 hours. Raises NotFound for another venue's."""
    device = _lock(device_id, actor)
    if device.state is DeviceState.ENROLLED:
        device.state, device.revoked_at = DeviceState.REVOKED, now
        audit.record("device.revoked", actor=actor, now=now, detail={"device": device.id})
    return device


def _lock(device_id: int, actor: Actor) -> Device:
    device = db.session.get(Device, device_id, with_for_update=True, populate_existing=True)
    if device is None or not access.may_manage_venue(actor, venue_id=device.venue_id):
        raise NotFound()
    return device


def _count_conflicts(actor: Actor) -> dict[int, int]:
    device = AuditEntry.detail["device"].as_integer()
    mine = (AuditEntry.organisation == actor.organisation, AuditEntry.action == CONFLICT)
    query = sa.select(device, sa.func.count()).where(*mine).group_by(device)
    return {device_id: count for device_id, count in db.session.execute(query)}
