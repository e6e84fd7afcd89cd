"""Tablets: a manager plans an enrolment, the tablet uses it once, and is recognised by its credential from then on."""

import base64
import hashlib
import secrets
from dataclasses import dataclass
from datetime import datetime, timedelta

import sqlalchemy as sa
from cryptography.fernet import Fernet
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

from kaikukortti import audit
from kaikukortti.db import db, transactional
from kaikukortti.errors import DomainError, NotFound
from kaikukortti.models.ledger import Device, DeviceState, Enrolment
from kaikukortti.models.network import Area, Venue
from kaikukortti.rules import access, number
from kaikukortti.rules.access import Actor, Role

ENROLMENT_LASTS = timedelta(minutes=15)
ENROLMENT_LASTS_IN_DEMO = timedelta(hours=24)
CODE_SYMBOLS = 16  # 80 random bits
LIST_KEY_BYTES = 32
CONTACT_GRAIN = timedelta(minutes=5)  # last contact is written down no more often than this


class EnrolmentUnknown(DomainError):
    """No enrolment has this code."""

    code = "enrolment_unknown"


class EnrolmentUsed(DomainError):
    """Another tablet was enrolled with this code already."""

    code = "enrolment_used"


class EnrolmentExpired(DomainError):
    """The code was not used in time."""

    code = "enrolment_expired"


class DeviceUnknown(DomainError):
    """The credential is missing or nobody's."""

    code = "device_unknown"


class DeviceRevoked(DomainError):
    """The venue has taken the tablet out of use."""

    code = "device_revoked"


@dataclass(frozen=True)
class Enrolled:
    """A new device and the two secrets that the tablet gets once."""

    device: Device
    credential: str
    list_key: bytes


@dataclass(frozen=True)
class KnownDevice:
    """Who reads a card: what every door call needs to know, from one look-up."""

    device_id: int
    name: str
    venue_id: int
    area_id: int
    last_contact_at: datetime | None


@transactional
def plan_enrolment(*, actor: Actor, venue_id: int, now: datetime, lasts: timedelta = ENROLMENT_LASTS) -> str:
    """Return a new one-time code for a tablet of the manager's venue. Raises NotFound for another venue."""
    if not access.may_manage_venue(actor, venue_id=venue_id):
        raise NotFound()
    code = "".join(secrets.choice(number.SYMBOLS) for _ in range(CODE_SYMBOLS))
    db.session.add(
        Enrolment(
            venue_id=venue_id,
            code_hash=_hash(code),
            created_at=now,
            created_by=actor.user_id,
            expires_at=now + lasts,
        )
    )
    audit.record("device.planned", actor=actor, now=now, detail={"venue": venue_id})
    return code


@transactional
def enrol(*, code: str, name: str, secret_key: str, now: datetime) -> Enrolled:
    """Make a tablet a device of the venue that planned it; the code is used up.

    Raises EnrolmentUnknown, EnrolmentUsed, EnrolmentExpired.
    """
    query = sa.select(Enrolment).where(Enrolment.code_hash == _hash(clean_code(code)))
    enrolment = db.session.scalar(query.with_for_update())
    if enrolment is None:
        raise EnrolmentUnknown()
    if enrolment.used_at is not None:
        raise EnrolmentUsed()
    if enrolment.expires_at <= now:
        raise EnrolmentExpired()

    credential, list_key = secrets.token_urlsafe(32), secrets.token_bytes(LIST_KEY_BYTES)
    device = Device(
        venue_id=enrolment.venue_id,
        name=name,
        credential_hash=_hash(credential),
        list_key=seal(list_key, secret_key=secret_key),
        enrolled_at=now,
        last_contact_at=now,
    )
    db.session.add(device)
    db.session.flush()

    enrolment.used_at, enrolment.device_id = now, device.id
    tablet = Actor(None, name, Role.VENUE_STAFF, venue_id=enrolment.venue_id)
    audit.record("device.enrolled", actor=tablet, now=now, detail={"device": device.id})
    return Enrolled(device, credential, list_key)


def recognise(credential: str | None) -> KnownDevice:
    """Return the device that holds a credential. One look-up. Raises DeviceUnknown, DeviceRevoked."""
    if not credential:
        raise DeviceUnknown()
    row = db.session.execute(_RECOGNISE, {"credential_hash": _hash(credential)}).one_or_none()
    if row is None:
        raise DeviceUnknown()
    device_id, name, venue_id, state, last_contact_at, area_id = row
    if state is DeviceState.REVOKED:
        raise DeviceRevoked()
    return KnownDevice(device_id, name, venue_id, area_id, last_contact_at)


_RECOGNISE = (
    sa.select(Device.id, Device.name, Device.venue_id, Device.state, Device.last_contact_at, Venue.area_id)
    .join(Venue, Venue.id == Device.venue_id)
    .where(Device.credential_hash == sa.bindparam("credential_hash"))
)


def is_contact_due(device: KnownDevice, *, now: datetime) -> bool:
    """Return whether the last contact is old enough to be written down again."""
    return device.last_contact_at is None or now - device.last_contact_at >= CONTACT_GRAIN


@transactional
def touch(device_id: int, *, now: datetime) -> None:
    """Write down that a tablet was in contact."""
    db.session.execute(sa.update(Device).where(Device.id == device_id).values(last_contact_at=now))


def list_devices(venue_id: int, *, actor: Actor) -> list[Device]:
    """Return the tablets of the manager's venue, those in use first. Raises NotFound for another venue."""
    if not access.may_manage_venue(actor, venue_id=venue_id):
        raise NotFound()
    query = sa.select(Device).where(Device.venue_id == venue_id).order_by(Device.state, Device.name, Device.id)
    return list(db.session.scalars(query))


@transactional
def revoke(device_id: int, *, actor: Actor, now: datetime) -> Device:
    """Take a tablet out of use at once. Raises NotFound for a tablet of another venue."""
    device = db.session.get(Device, device_id, with_for_update=True, populate_existing=True)
    if device is None or not access.may_manage_venue(actor, venue_id=device.venue_id):
        raise NotFound()
    if device.state is DeviceState.ENROLLED:
        device.state, device.revoked_at = DeviceState.REVOKED, now
        audit.record("device.revoked", actor=actor, now=now, detail={"device": device.id})
    return device


def get_venue_of(device: KnownDevice) -> tuple[Venue, frozenset[str]]:
    """Return the device's venue and the card prefixes of the whole service."""
    venue = db.session.get_one(Venue, device.venue_id)
    return venue, frozenset(db.session.scalars(sa.select(Area.prefix)))


def clean_code(code: str) -> str:
    """Return a typed code as it was printed: capitals, without spaces and hyphens, look-alikes repaired."""
    return "".join(code.upper().replace("-", " ").split()).translate(str.maketrans("OIL", "011"))


def seal(list_key: bytes, *, secret_key: str) -> bytes:
    """Encrypt a list key for the database."""
    return _fernet(secret_key).encrypt(list_key)


def unseal(sealed: bytes, *, secret_key: str) -> bytes:
    """Decrypt a list key from the database. Raises cryptography's InvalidToken when the secret has changed."""
    return _fernet(secret_key).decrypt(sealed)


def _fernet(secret_key: str) -> Fernet:
    derived = HKDF(algorithm=SHA256(), length=32, salt=None, info=b"kaikukortti list key").derive(secret_key.encode())
    return Fernet(base64.urlsafe_b64encode(derived))


def _hash(secret: str) -> str:
    return hashlib.sha256(secret.encode()).hexdigest()
