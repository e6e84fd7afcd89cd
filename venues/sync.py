"""Take in a batch of scans: each item is its own transaction and gets its own answer; one odd item stops nobody."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

import sqlalchemy as sa

from kaikukortti.rules.flag import Flag
from venues import lookup, scanning
from venues.devices import KnownDevice
from venues.scanning import Item


class Result(StrEnum):
    """What became of one item (peers.md D5)."""

    ACCEPTED = "accepted"
    FLAGGED = "flagged"
    REPLAY = "replay"
    CONFLICT = "conflict"
    PARKED = "parked"


@dataclass(frozen=True)
class Answer:
    """The answer to one item; `problem` is a code that a person at the door should hear of."""

    scan_id: str
    result: Result
    use: str | None = None
    flags: tuple[Flag, ...] = ()
    problem: str | None = None


@dataclass(frozen=True)
class Unreadable:
    """An item that does not have the shape of a scan; it is parked on the tablet, where a person can see it."""

    scan_id: str


def accept(items: Sequence[Item | Unreadable], *, device: KnownDevice, received_at: datetime) -> list[Answer]:
    """Record the items one by one, each durably before the next, and return the answers in the same order."""
    return [_accept_one(item, device, received_at) for item in items]


def _accept_one(item: Item | Unreadable, device: KnownDevice, received_at: datetime) -> Answer:
    if isinstance(item, Unreadable):
        return Answer(item.scan_id, Result.PARKED, problem="item_unreadable")
    try:
        recorded = _record(item, device, received_at)
    except scanning.ScanConflict as error:
        return Answer(item.scan_id, Result.CONFLICT, problem=error.code)
    except lookup.OccurrenceElsewhere as error:
        return Answer(item.scan_id, Result.PARKED, problem=error.code)
    if recorded.is_replay:
        return Answer(item.scan_id, Result.REPLAY, recorded.use, recorded.flags)
    return Answer(item.scan_id, Result.FLAGGED if recorded.flags else Result.ACCEPTED, recorded.use, recorded.flags)


def _record(item: Item, device: KnownDevice, received_at: datetime) -> scanning.Recorded:
    try:
        return scanning.record(item, device=device, received_at=received_at)
    except sa.exc.IntegrityError:
        # The same scan id came twice at the same moment: the other one is committed now, so this one is a replay.
        return scanning.record(item, device=device, received_at=received_at)
