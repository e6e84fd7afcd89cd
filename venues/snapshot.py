"""The tablet's list of cards: packed records under keyed hashes, the whole list or what has changed since a number.

No person is in it: no number, unit, postcode, birth year or note. The programme and the words that travel with the
list are put beside it by `venues/web/snapshot.py`.
"""

import hashlib
import struct
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field, fields
from datetime import date
from typing import Any

import sqlalchemy as sa
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.hmac import HMAC

from kaikukortti.db import db
from kaikukortti.models import counted
from kaikukortti.models.cards import Card, ListCounter
from kaikukortti.models.ledger import Device, Scan
from kaikukortti.models.network import Area, Unit
from kaikukortti.rules.card import CardKind, State
from kaikukortti.rules.counting import Counts

# Hash of the number, ref, first day, last day, day from which a paused card is back, place of the area, traits. Days
# count from DAY_ZERO, 0 for none. `static/door/packed.mjs` reads the same 24 bytes.
HASH_BYTES, REF_BYTES = 8, 8
TAIL = struct.Struct(">HHHBB")
RECORD_BYTES = HASH_BYTES + REF_BYTES + TAIL.size
DAY_ZERO = date(2000, 1, 1)
COMMUNITY = 1 << 5  # below it: the number of children, 0-20
ACTIVE, SUSPENDED, OFF, GONE = (state << 6 for state in range(4))
_TOMBSTONE = bytes(REF_BYTES) + TAIL.pack(0, 0, 0, 0, GONE)
_KINDS = tuple(kind.name for kind in fields(Counts))
_STATES = {State.ACTIVE.value: ACTIVE, State.SUSPENDED.value: SUSPENDED}


@dataclass(frozen=True)
class Cursor:
    """How far a tablet's list has come: `n` numbers the changes of one epoch, and `sealed_key` is the list key of its
    records, as the database keeps it.
    """

    epoch: str
    n: int
    sealed_key: bytes = field(repr=False)


@dataclass(frozen=True)
class ListedArea:
    """What of an area a tablet judges with; records name an area by its place in the list of areas."""

    id: int
    prefix: str
    grace_days: int
    legacy_masks: str
    contact: str
    local_only: bool


@dataclass(frozen=True)
class CardList:
    """Packed records by their hashes: the whole list, or the changes since `since` with tombstones among them.

    `count` and `digest` (SHA-256) are those of the whole list, which the changes lead to.
    """

    since: int | None
    records: Sequence[bytes]
    count: int
    digest: bytes

    def planes(self) -> bytes:
        """Return the first byte of every record, then the second of each, and so on: gzip finds what repeats."""
        joined = b"".join(self.records)
        return b"".join(joined[place::RECORD_BYTES] for place in range(RECORD_BYTES))


def read_cursor(device_id: int) -> Cursor:
    """Return the newest cursor of a tablet. Its number of list keys is part of the epoch: a new key starts a new one.

    Every change of a card takes its number from this one row and keeps it locked until it commits
    (cardregister.take_numbers), so changes commit in the order of their numbers: whoever reads `n` finds all changes
    up to `n` in every statement that follows, and a change that commits later has a higher number. Read it first, the
    cards after it: what slips in between is sent now and once more with the next changes, and nothing is lost. Key and
    epoch come from one statement, too: records under an old key in a new epoch would be found by nobody.
    """
    query = sa.select(ListCounter.epoch, ListCounter.n, Device.key_number, Device.list_key)
    query = query.join_from(ListCounter, Device, Device.id == device_id)
    epoch, n, key_number, sealed_key = db.session.execute(query).one()
    return Cursor(f"{epoch}.{key_number}", n, sealed_key)


def list_areas() -> list[ListedArea]:
    """Return every area in the service, in the order that records name them by."""
    query = sa.select(
        Area.id, Area.prefix, Area.grace_days, Area.legacy_masks, Area.help_phone, Area.local_only
    ).order_by(Area.id)
    return [ListedArea(*row) for row in db.session.execute(query)]


def read_cards(*, list_key: bytes, area_id: int, areas: Sequence[ListedArea], since: int | None) -> CardList:
    """Return the list of a tablet in an area, or what changed after the number `since`.

    Local-only areas elsewhere are left out. A card that is listed no more, because its registration was undone, is a
    tombstone among the changes. One statement, so that records and digest are of the same moment.
    """
    places = {area.id: place for place, area in enumerate(areas) if area.id == area_id or not area.local_only}
    keyed, tails = HMAC(list_key, SHA256()), _Tails(places)
    listed, changed = [], []
    # Below the ORM, which takes as long again for a hundred thousand rows.
    for number, n, ref, is_registered, *traits in db.session.connection().execute(_CARDS):
        is_listed = is_registered and traits[0] in places
        is_changed = since is not None and n > since
        if not is_listed and not is_changed:
            continue
        record = _hash(keyed, number) + (bytes.fromhex(ref) + tails[tuple(traits)] if is_listed else _TOMBSTONE)
        if is_listed:
            listed.append(record)
        if is_changed:
            changed.append(record)
    listed.sort()
    digest = hashlib.sha256(b"".join(listed)).digest()
    return CardList(since, listed if since is None else sorted(changed), len(listed), digest)


def count_tickets(occurrence_ids: Sequence[int]) -> dict[int, dict[str, int]]:
    """Return the tickets that count at occurrences, by occurrence and kind; kinds of which there are none are left out.

    One grouped statement: the tablet's tally begins with it.
    """
    sums = [sa.func.sum(getattr(Scan, kind)).label(kind) for kind in _KINDS]
    query = sa.select(Scan.occurrence_id, *sums).where(Scan.occurrence_id.in_(occurrence_ids), counted.is_counted())
    rows = db.session.execute(query.group_by(Scan.occurrence_id))
    return {row[0]: {kind: int(many) for kind, many in zip(_KINDS, row[1:], strict=True) if many} for row in rows}


def hashes_of(numbers: Iterable[str], *, list_key: bytes) -> list[bytes]:
    """Return the keyed hashes by which a tablet's list names these numbers."""
    keyed = HMAC(list_key, SHA256())
    return [_hash(keyed, number) for number in numbers]


def _hash(keyed: HMAC, number: str) -> bytes:
    own = keyed.copy()
    own.update(number.encode())
    return own.finalize()[:HASH_BYTES]


class _Tails(dict[tuple[Any, ...], bytes]):
    """What follows hash and ref, by the columns of _CARDS: many cards share days and traits, so each is packed once."""

    def __init__(self, places: dict[int, int]) -> None:
        super().__init__()
        self._places = places

    def __missing__(self, traits: tuple[Any, ...]) -> bytes:
        home, kind, state, children, *days = traits
        mixed = children | (COMMUNITY if kind == CardKind.COMMUNITY.value else 0) | _STATES.get(state, OFF)
        self[traits] = TAIL.pack(*map(_day, days), self._places[home], mixed)
        return self[traits]


def _day(value: str | date | None) -> int:
    if value is None:
        return 0
    return (date.fromisoformat(str(value)) - DAY_ZERO).days


def _plain(column: Any) -> Any:
    """Return a column as the driver gives it: enums and days need no objects here, a hundred thousand times over."""
    return sa.type_coerce(column, sa.types.NullType())


_CARDS = (
    sa.select(
        Card.number,
        Card.n,
        Card.ref,
        Card.line.is_not(None),
        Unit.area_id,
        _plain(Card.kind),
        _plain(Card.state),
        Card.children,
        _plain(Card.first_on),
        _plain(Card.last_valid_on),
        _plain(Card.suspended_until),
    )
    .outerjoin(Unit, Unit.id == Card.unit_id)
    .where(Card.n.is_not(None))
)
