"""Take in a batch of scans: each item is its own transaction and gets its own answer; one odd item stops nobody."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

import sqlalchemy as sa

from kaikukortti.rules.flag import Flag
from venues import devices, lookup, reconcile, redeeming, scanning, scanrows
from venues.devices import KnownDevice
from venues.scanrows import Item


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


def accept(
    items: Sequence[Item | Unreadable], *, device: KnownDevice, received_at: datetime, carried_by: int | None = None
) -> list[Answer]:
    """Record the items one by one, each durably before the next, and return the answers in the same order.

    `device` is whose they are; `carried_by` the device that brought them in a rescue file.
    """
    return [_accept_one(item, device, received_at, carried_by) for item in items]


def _accept_one(item: Item | Unreadable, device: KnownDevice, received_at: datetime, carried_by: int | None) -> Answer:
    if isinstance(item, Unreadable):
        return Answer(item.scan_id, Result.PARKED, problem="item_unreadable")
    try:
        recorded = _record(item, device, received_at, carried_by)
    except scanrows.ScanConflict as error:
        devices.note_conflict(item.scan_id, device=device, now=received_at)
        return Answer(item.scan_id, Result.CONFLICT, problem=error.code)
    except (lookup.OccurrenceElsewhere, redeeming.BookingElsewhere, scanning.PracticeCard) as error:
        return Answer(item.scan_id, Result.PARKED, problem=error.code)
    flags = reconcile.told(recorded.flags)
    if recorded.is_replay:
        return Answer(item.scan_id, Result.REPLAY, recorded.use, flags)
    return Answer(item.scan_id, Result.FLAGGED if flags else Result.ACCEPTED, recorded.use, flags)


def _record(item: Item, device: KnownDevice, received_at: datetime, carried_by: int | None) -> scanrows.Recorded:
    return once(lambda: scanning.record(item, device=device, received_at=received_at, carried_by=carried_by))


def once(record: Callable[[], scanrows.Recorded]) -> scanrows.Recorded:
    """Record a scan that may be recorded elsewhere at the same moment: then it is a replay of the other one."""
    try:
        return record()
    except sa.exc.IntegrityError:
        return record()  # the other one is committed now
