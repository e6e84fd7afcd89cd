"""Tablets as they call: one is enrolled with a code, recognised by its credential from then on, and given new keys."""

import base64
import hashlib
import secrets
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

import sqlalchemy as sa
from cryptography.fernet import Fernet
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

from kaikukortti import audit, statements
from kaikukortti.db import db, transactional
from kaikukortti.errors import DomainError, NotFound
from kaikukortti.models.ledger import Device, DeviceKey, DeviceState, Enrolment
from kaikukortti.models.network import Area, Venue
from kaikukortti.rules import access, number
from kaikukortti.rules.access import Actor, Role

ENROLMENT_LASTS = timedelta(minutes=15)
ENROLMENT_LASTS_IN_DEMO = timedelta(hours=24)
CODE_SYMBOLS = 16  # 80 random bits
LIST_KEY_BYTES = 32
CONTACT_GRAIN = timedelta(minutes=5)  # last contact is written down no more often than this
MAY_SEND = timedelta(hours=72)  # so long a revoked tablet may send its queue
RENEWED_AFTER = timedelta(days=30)
CONFLICT = "device.conflict"


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
    """A device, new or renewed, and the two secrets that the tablet gets once."""

    device: Device
    credential: str
    list_key: bytes


@dataclass(frozen=True)
class Rekeyed:
    """A new list key, and how many the tablet has been given by now."""

    list_key: bytes
    key_number: int


@dataclass(frozen=True)
class KnownDevice:
    """Who reads a card: what every door call needs to know, from one look-up. `last_on` is the venue's last day."""

    device_id: int
    name: str
    venue_id: int
    area_id: int
    last_contact_at: datetime | None
    waiting: int | None = None
    cookie_given_at: datetime | None = None
    is_revoked: bool = False
    last_on: date | None = None


@transactional
def plan_enrolment(
    *, actor: Actor, venue_id: int, now: datetime, lasts: timedelta = ENROLMENT_LASTS, renews: int | None = None
) -> str:
    """Return a new one-time code for a tablet of the manager's venue; with `renews`, for new keys of a device of it.

    Raises NotFound for another venue or its device.
    """
    if not access.may_manage_venue(actor, venue_id=venue_id):
        raise NotFound()
    if renews is not None:
        renewed = db.session.get(Device, renews)
        if renewed is None or renewed.venue_id != venue_id:
            raise NotFound()
    code = "".join(secrets.choice(number.SYMBOLS) for _ in range(CODE_SYMBOLS))
    db.session.add(
        Enrolment(
            venue_id=venue_id,
            code_hash=_hash(code),
            created_at=now,
            created_by=actor.user_id,
            expires_at=now + lasts,
            renews_id=renews,
        )
    )
    detail = {"venue": venue_id} if renews is None else {"venue": venue_id, "device": renews}
    audit.record("device.planned", actor=actor, now=now, detail=detail)
    return code


@transactional
def enrol(*, code: str, name: str, secret_key: str, now: datetime) -> Enrolled:
    """Make a tablet a device of the venue that planned it; the code is used up.

    A code that renews a device keeps its name and its history, and replaces its keys: what held the old ones is out.
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
    sealed = seal(list_key, secret_key=secret_key)
    renewed = _lock(enrolment.renews_id)
    if renewed is None:
        device = Device(venue_id=enrolment.venue_id, name=name, list_key=sealed, enrolled_at=now)
        db.session.add(device)
    else:
        device = renewed
        _renew_list_key(device, sealed, now)
    device.credential_hash, device.state, device.revoked_at = _hash(credential), DeviceState.ENROLLED, None
    device.last_contact_at = device.cookie_given_at = now
    db.session.flush()

    enrolment.used_at, enrolment.device_id = now, device.id
    action = "device.enrolled" if renewed is None else "device.renewed"
    audit.record(action, actor=_tablet(device.name, device.venue_id), now=now, detail={"device": device.id})
    return Enrolled(device, credential, list_key)


@transactional
def rekey(device: KnownDevice, *, secret_key: str, now: datetime) -> Rekeyed:
    """Give a tablet that lost its storage a new list key; its cookie, which it still has, says which one it is.

    The earlier key stays with the server, for files that were sealed with it. Raises DeviceRevoked.
    """
    row = _lock(device.device_id)
    if row is None or row.state is DeviceState.REVOKED:
        raise DeviceRevoked()
    list_key = secrets.token_bytes(LIST_KEY_BYTES)
    _renew_list_key(row, seal(list_key, secret_key=secret_key), now)
    tablet = _tablet(device.name, device.venue_id)
    audit.record("device.rekeyed", actor=tablet, now=now, detail={"device": row.id, "key": row.key_number})
    return Rekeyed(list_key, row.key_number)


@transactional
def note_conflict(scan_id: str, *, device: KnownDevice, now: datetime) -> None:
    """Write the alarm of a conflict down where the venue's manager sees it: a fault of the program, of no person."""
    tablet = _tablet(device.name, device.venue_id)
    audit.record(CONFLICT, actor=tablet, now=now, detail={"device": device.device_id, "scan": scan_id})


def _lock(device_id: int | None) -> Device | None:
    if device_id is None:
        return None
    return db.session.get(Device, device_id, with_for_update=True, populate_existing=True)


def _renew_list_key(device: Device, sealed: bytes, now: datetime) -> None:
    earlier = DeviceKey(device_id=device.id, key_number=device.key_number, list_key=device.list_key, renewed_at=now)
    db.session.add(earlier)
    device.list_key, device.key_number = sealed, device.key_number + 1


def _tablet(name: str, venue_id: int) -> Actor:
    return Actor(None, name, Role.VENUE_STAFF, venue_id=venue_id)


def recognise(credential: str | None) -> KnownDevice:
    """Return the device that holds a credential. One look-up. Raises DeviceUnknown, DeviceRevoked."""
    device, _revoked_at = _find(credential)
    if device.is_revoked:
        raise DeviceRevoked()
    return device


def recognise_sender(credential: str | None, *, now: datetime) -> KnownDevice:
    """Return the device that holds a credential, a revoked one as long as it may send. Raises as `recognise`."""
    device, revoked_at = _find(credential)
    if device.is_revoked and (revoked_at is None or now - revoked_at >= MAY_SEND):
        raise DeviceRevoked()
    return device


def _find(credential: str | None) -> tuple[KnownDevice, datetime | None]:
    if not credential:
        raise DeviceUnknown()
    row = statements.run(_RECOGNISE, {"credential_hash": _hash(credential)}).one_or_none()
    if row is None:
        raise DeviceUnknown()
    is_revoked = row.state is DeviceState.REVOKED
    values: list[Any] = [*row[:7], is_revoked, row.last_on]
    return KnownDevice(*values), row.revoked_at


_RECOGNISE = (
    sa.select(
        Device.id,
        Device.name,
        Device.venue_id,
        Venue.area_id,
        Device.last_contact_at,
        Device.waiting,
        Device.cookie_given_at,
        Device.state,
        Device.revoked_at,
        Venue.last_on,
    )
    .join(Venue, Venue.id == Device.venue_id)
    .where(Device.credential_hash == sa.bindparam("credential_hash"))
)


def is_contact_due(device: KnownDevice, *, now: datetime, waiting: int | None = None) -> bool:
    """Return whether the last contact is old enough to be written down again, or more or fewer wait there now."""
    is_news = waiting is not None and waiting != device.waiting
    return is_news or device.last_contact_at is None or now - device.last_contact_at >= CONTACT_GRAIN


@transactional
def touch(device: KnownDevice, *, now: datetime, waiting: int | None = None) -> None:
    """Write down that a tablet was in contact, and how many registrations wait there where it said so."""
    values = {"last_contact_at": now} if waiting is None else {"last_contact_at": now, "waiting": waiting}
    db.session.execute(sa.update(Device).where(Device.id == device.device_id).values(**values))


def is_renewal_due(device: KnownDevice, *, now: datetime) -> bool:
    """Return whether the tablet's cookie is old enough to be given again for its full time."""
    given_at = device.cookie_given_at
    return not device.is_revoked and (given_at is None or now - given_at >= RENEWED_AFTER)


@transactional
def note_renewal(device: KnownDevice, *, now: datetime) -> None:
    """Write down that the tablet's cookie was given again."""
    db.session.execute(sa.update(Device).where(Device.id == device.device_id).values(cookie_given_at=now))


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
