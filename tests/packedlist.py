"""The tablet's side of the card list for tests: unpack records, apply changes, find a card. Plain, slow, clear."""

import hashlib
import hmac
import struct
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta

RECORD = struct.Struct(">8s8sHHHBB")
STATES = ("active", "suspended", "off", "gone")


@dataclass(frozen=True)
class Listed:
    """One unpacked record."""

    ref: str
    first_on: date | None
    last_on: date | None
    suspended_until: date | None
    area: int
    children: int
    kind: str
    state: str


def from_planes(planes: bytes, size: int) -> list[bytes]:
    """Return the records that planes hold."""
    assert len(planes) == size * RECORD.size
    return [planes[place::size] for place in range(size)] if size else []


def hash_of(number: str, list_key: bytes) -> bytes:
    """Return the keyed hash of a number, by Python's own HMAC."""
    return hmac.new(list_key, number.encode(), hashlib.sha256).digest()[:8]


def applied(records: list[bytes], changes: list[bytes]) -> list[bytes]:
    """Return the list that changes lead to."""
    held = {record[:8]: record for record in [*records, *changes]}
    return sorted(record for record in held.values() if record[-1] >> 6 != STATES.index("gone"))


def digest(records: list[bytes]) -> bytes:
    """Return the digest of a whole list."""
    return hashlib.sha256(b"".join(records)).digest()


def holds(records: Sequence[bytes], number: str, list_key: bytes) -> bool:
    """Return whether a number is on a list."""
    return any(record[:8] == hash_of(number, list_key) for record in records)


def find(records: Sequence[bytes], number: str, list_key: bytes) -> Listed:
    """Return what a list says of a number that is on it."""
    return next(_unpacked(record) for record in records if record[:8] == hash_of(number, list_key))


def _unpacked(record: bytes) -> Listed:
    _, ref, first, last, until, area, traits = RECORD.unpack(record)
    kind = "community" if traits & 32 else "personal"
    return Listed(ref.hex(), _day(first), _day(last), _day(until), area, traits & 31, kind, STATES[traits >> 6])


def _day(count: int) -> date | None:
    return date(2000, 1, 1) + timedelta(days=count) if count else None
