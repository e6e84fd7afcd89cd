"""Opens a sealed rescue file that another tablet of the venue brings, and has its scans taken in as its owner's.

The file is made by static/door/rescue.mjs: AES-256-GCM, the key derived by HKDF-SHA-256 from the owner's list key.
"""

import json
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import sqlalchemy as sa
from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

from kaikukortti import audit
from kaikukortti.db import db, transactional
from kaikukortti.errors import DomainError
from kaikukortti.models.ledger import Device, DeviceKey, DeviceState
from kaikukortti.models.network import Venue
from kaikukortti.rules.access import Actor, Role
from venues import devices, sync
from venues.devices import KnownDevice
from venues.scanrows import Item
from venues.sync import Answer, Unreadable

FORMAT = "kaikukortti-rescue-1"
PURPOSE = b"kaikukortti rescue"


class RescueDamaged(DomainError):
    """The file was changed, cut off, or sealed with no key of this tablet."""

    code = "rescue_damaged"


class RescueForeign(DomainError):
    """The file is of no tablet of the carrier's venue; whether of another one's is not told."""

    code = "rescue_foreign"


@dataclass(frozen=True)
class Sealed:
    """A rescue file as it was saved: whose key opens it (`key_number` counts from 1), and what it hides."""

    device_id: int
    key_number: int
    created: str
    iv: bytes
    ciphertext: bytes


def unseal(sealed: Sealed, *, carrier: KnownDevice, secret_key: str) -> tuple[KnownDevice, list[dict[str, Any]]]:
    """Return the tablet that sealed a file, and the items in it as they were kept.

    Raises RescueForeign, RescueDamaged.
    """
    device = db.session.get(Device, sealed.device_id)
    if device is None or device.venue_id != carrier.venue_id:
        raise RescueForeign()
    list_key = devices.unseal(_sealed_key(device, sealed.key_number), secret_key=secret_key)
    key = HKDF(algorithm=SHA256(), length=32, salt=None, info=PURPOSE).derive(list_key)
    head = "\n".join((FORMAT, str(sealed.device_id), str(sealed.key_number), sealed.created))
    try:
        plain = AESGCM(key).decrypt(sealed.iv, sealed.ciphertext, head.encode())
        items = json.loads(plain)["items"]
    except (InvalidTag, ValueError, KeyError, TypeError) as error:
        raise RescueDamaged() from error
    if not isinstance(items, list) or not all(isinstance(item, dict) for item in items):
        raise RescueDamaged()
    return _known(device), items


def accept(
    items: Sequence[Item | Unreadable], *, owner: KnownDevice, carrier: KnownDevice, received_at: datetime
) -> list[Answer]:
    """Record a file's items as their owner's, one by one like any batch, and return the answers in the same order."""
    _note(owner, carrier, len(items), received_at)
    return sync.accept(items, device=owner, received_at=received_at, carried_by=carrier.device_id)


def _sealed_key(device: Device, key_number: int) -> bytes:
    if key_number == device.key_number:
        return device.list_key
    earlier = db.session.get(DeviceKey, (device.id, key_number))
    if earlier is None:
        raise RescueDamaged()
    return earlier.list_key


def _known(device: Device) -> KnownDevice:
    area_id = db.session.execute(sa.select(Venue.area_id).where(Venue.id == device.venue_id)).scalar_one()
    is_revoked = device.state is DeviceState.REVOKED
    return KnownDevice(device.id, device.name, device.venue_id, area_id, device.last_contact_at, is_revoked=is_revoked)


@transactional
def _note(owner: KnownDevice, carrier: KnownDevice, count: int, now: datetime) -> None:
    tablet = Actor(None, carrier.name, Role.VENUE_STAFF, venue_id=carrier.venue_id)
    detail = {"device": owner.device_id, "carrier": carrier.device_id, "items": count}
    audit.record("rescue.carried", actor=tablet, now=now, detail=detail)
