"""One uploaded scan and its rows in the ledger: what is stored under its id, written once for ever. Judges nothing."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

import sqlalchemy as sa

from kaikukortti import statements
from kaikukortti.db import db
from kaikukortti.errors import DomainError
from kaikukortti.models.ledger import Entry, Scan, ScanCard, ScanDecision
from kaikukortti.rules.counting import Counts
from kaikukortti.rules.flag import Flag
from kaikukortti.rules.verdict import Verdict, VerdictClass
from venues import reconcile
from venues.judging import Door, Reading, Source
from venues.lookup import Place
from venues.reconcile import Repeat


class ScanConflict(DomainError):
    """The scan id was used before with another body: a fault of the program, never of a person."""

    code = "scan_conflict"


@dataclass(frozen=True)
class Item:
    """One uploaded scan, well formed. `occurred` is the tablet's clock; `offset_ms` is tablet minus server.

    `knew` is how many earlier visits a person had seen who says that this is another one; a tablet tells by `shown`.
    `booking` names the card where only a booking's word was said.
    `asks`: the tickets are still to be given, and are given only where the card admits them.
    """

    scan_id: str
    occurred: datetime
    counts: Counts
    body_hash: bytes
    code: str | None = None
    ref: str | None = None
    booking: str | None = None
    occurrence: int | None = None
    offset_ms: int = 0
    jumped: bool = False
    entry: Entry = Entry.CAMERA
    shown: VerdictClass | None = None
    seq: int | None = None
    rules: int | None = None
    shift: str | None = None
    undoes: str | None = None
    series: str | None = None
    run: int | None = None
    knew: int | None = None
    asks: bool = False

    @property
    def tickets(self) -> Counts:
        """Return the tickets given: an undo gives none, whatever it carries."""
        return Counts() if self.undoes else self.counts


@dataclass(frozen=True)
class Recorded:
    """What became of an item: the id of the use when it has tickets, and the flags it raised."""

    is_replay: bool
    use: str | None
    flags: tuple[Flag, ...]


def find_repeated(item: Item) -> Recorded | None:
    """Return what became of an item that is stored already, None for a new one. Raises ScanConflict."""
    stored = statements.run(_BODY_HASH, {"scan_id": item.scan_id}).scalar_one_or_none()
    match reconcile.compare(stored, item.body_hash):
        case Repeat.NEW:
            return None
        case Repeat.CONFLICT:
            raise ScanConflict(scan_id=item.scan_id)
    raised = (ScanDecision.answer.is_(None), ScanDecision.flag != Flag.WITHDRAWN)
    query = sa.select(ScanDecision.flag).where(ScanDecision.scan_id == item.scan_id, *raised)
    return Recorded(True, use_of(item), tuple(db.session.scalars(query.order_by(ScanDecision.id))))


def use_of(item: Item) -> str | None:
    """Return the id of the use: there is one where tickets were given."""
    return item.scan_id if item.tickets.tickets else None


def write(item: Item, source: Source, place: Place, judged: Verdict, *, door: Door, reading: Reading) -> None:
    """Write a scan down, and which card it is of where that is known."""
    values: dict[str, Any] = {
        "scan_id": item.scan_id,
        "venue_id": source.venue_id,
        "device_id": source.device_id,
        "user_id": source.user_id,
        "occurrence_id": place.occurrence_id,
        "occurred_at": door.moment,
        "received_at": door.now,
        "on_day": place.on_day,
        "offset_ms": item.offset_ms,
        "jumped": item.jumped,
        "entry": item.entry,
        "raw_code": reading.code,
        "shown": item.shown,
        "verdict": judged.klass,
        "reason": judged.reason,
        **vars(item.counts),
        "undoes": item.undoes,
        "seq": item.seq,
        "rules": item.rules,
        "shift": item.shift,
        "series": item.series,
        "run": item.run,
        "carried_by": source.carried_by,
        "api_key_id": source.api_key_id,
        "body_hash": item.body_hash,
    }
    statements.run(_NEW_SCAN, values)
    if reading.card is not None and reading.card.line is not None:
        linked = {"scan_id": item.scan_id, "card_id": reading.card.card_id, "line": reading.card.line}
        statements.run(_NEW_LINK, linked)


_BODY_HASH = sa.select(Scan.body_hash).where(Scan.scan_id == sa.bindparam("scan_id"))
_NEW_SCAN, _NEW_LINK = sa.insert(Scan), sa.insert(ScanCard)
