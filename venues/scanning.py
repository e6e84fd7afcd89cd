"""One reading of a card: `check` judges it, `record` writes it into the ledger, once for ever.

The hot path of the service: few statements, prepared once, one transaction a scan.
"""

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

import sqlalchemy as sa

from kaikukortti.db import db, transactional
from kaikukortti.errors import DomainError
from kaikukortti.models.ledger import Entry, Scan, ScanCard, ScanDecision
from kaikukortti.models.network import Area
from kaikukortti.rules import number, period, verdict
from kaikukortti.rules.card import CardKind, State
from kaikukortti.rules.counting import Counts
from kaikukortti.rules.flag import Flag
from kaikukortti.rules.verdict import CardFacts, Reason, Verdict, VerdictClass, Visit
from venues import lookup, reconcile
from venues.devices import KnownDevice
from venues.lookup import FoundCard, Place


class ScanConflict(DomainError):
    """The scan id was used before with another body: a fault of the program, never of a person."""

    code = "scan_conflict"


@dataclass(frozen=True)
class Item:
    """One uploaded scan, well formed. `occurred` is the tablet's clock; `offset_ms` is tablet minus server."""

    scan_id: str
    occurred: datetime
    counts: Counts
    body_hash: bytes
    code: str | None = None
    ref: str | None = None
    occurrence: int | None = None
    offset_ms: int = 0
    jumped: bool = False
    entry: Entry = Entry.CAMERA
    shown: VerdictClass | None = None
    seq: int | None = None
    rules: int | None = None
    shift: str | None = None
    undoes: str | None = None


@dataclass(frozen=True)
class Recorded:
    """What became of an item: the id of the use when it has tickets, and the flags it raised."""

    is_replay: bool
    use: str | None
    flags: tuple[Flag, ...]


@dataclass(frozen=True)
class Checked:
    """The verdict of a check, with what the door may see of the card: kind, last day, children, an opaque ref.

    `valid_until` is there for a card that has ended too, for the sentence; `contact` is the card's area's telephone.
    """

    verdict: Verdict
    kind: CardKind | None = None
    ref: str | None = None
    valid_until: date | None = None
    children: int = 0
    malformed: number.Malformed | None = None
    contact: str = ""


def check(*, code: str | None, ref: str | None, occurrence: int | None, device: KnownDevice, now: datetime) -> Checked:
    """Judge a card for an occurrence (None: a house visit today) without writing anything.

    Raises lookup.OccurrenceElsewhere.
    """
    place = lookup.find_place(occurrence, device.venue_id, period.day_of(now))
    card = lookup.find_card(code=code, ref=ref)
    if card is None:
        judged, malformed = _judge_unknown(code, place)
        return Checked(judged, malformed=malformed)
    earlier = lookup.earlier_visits(card, place, device.venue_id)
    judged = verdict.judge(_facts(card, card.state), _visit(place, earlier))
    if card.line is None or not judged.admits:
        return Checked(judged, valid_until=card.last_on, contact=card.contact)
    return Checked(judged, card.kind, card.ref, card.last_on, card.children, contact=card.contact)


@transactional
def record(item: Item, *, device: KnownDevice, received_at: datetime) -> Recorded:
    """Write one scan into the ledger, or answer a repeated one as it was answered first.

    Raises ScanConflict for a known id with another body, lookup.OccurrenceElsewhere. At most nine statements.
    """
    repeated = _find_repeated(item)
    if repeated is not None:
        return repeated
    occurred_at = item.occurred - timedelta(milliseconds=item.offset_ms)
    place = lookup.find_place(item.occurrence, device.venue_id, period.day_of(occurred_at))
    card = lookup.find_card(code=item.code, ref=item.ref, lock=True)

    earlier = lookup.earlier_visits(card, place, device.venue_id) if card is not None and item.counts.tickets else []
    if card is None:
        judged, _ = _judge_unknown(item.code, place)
    else:
        state = lookup.state_at(card, occurred_at, received_at=received_at)
        judged = verdict.judge(_facts(card, state), _visit(place, earlier))
    arrived = reconcile.Arrived(
        device.device_id,
        occurred_at,
        received_at,
        item.jumped,
        item.shown,
        item.counts,
        is_registered=card is not None and card.line is not None,
    )
    flags = reconcile.settle(arrived, judged, earlier=earlier, is_cancelled=place.is_cancelled)

    _write(item, device, place, judged, occurred_at=occurred_at, received_at=received_at, card=card)
    _raise_flags(item.scan_id, flags, received_at)
    return Recorded(False, _use(item), flags)


def _find_repeated(item: Item) -> Recorded | None:
    body_hash = db.session.execute(_BODY_HASH, {"scan_id": item.scan_id}).scalar_one_or_none()
    if body_hash is None:
        return None
    if body_hash != item.body_hash:
        raise ScanConflict(scan_id=item.scan_id)
    query = sa.select(ScanDecision.flag).where(ScanDecision.scan_id == item.scan_id, ScanDecision.decided_by.is_(None))
    return Recorded(True, _use(item), tuple(db.session.scalars(query.order_by(ScanDecision.id))))


def _use(item: Item) -> str | None:
    return item.scan_id if item.counts.tickets else None


def _judge_unknown(code: str | None, place: Place) -> tuple[Verdict, number.Malformed | None]:
    reading = number.read(code or "", frozenset(db.session.scalars(sa.select(Area.prefix))))
    match reading:
        case number.Elsewhere():
            return verdict.judge_elsewhere(is_course=place.is_course), None
        case number.Own():
            return verdict.judge(None, Visit(place.on_day)), None
        case _:
            return Verdict(VerdictClass.TECHNICAL, Reason.MALFORMED), reading


def _visit(place: Place, earlier: list[reconcile.Earlier]) -> Visit:
    return Visit(place.on_day, place.is_course, min((visit.at for visit in earlier), default=None))


def _facts(card: FoundCard, state: State) -> CardFacts:
    last_on = None if card.last_on is None else card.last_on + timedelta(days=card.grace_days)
    return CardFacts(card.kind, state, card.first_on, last_on, card.children)


def _write(
    item: Item,
    device: KnownDevice,
    place: Place,
    judged: Verdict,
    *,
    occurred_at: datetime,
    received_at: datetime,
    card: FoundCard | None,
) -> None:
    is_ours = card is not None and card.line is not None
    values: dict[str, Any] = {
        "scan_id": item.scan_id,
        "venue_id": device.venue_id,
        "device_id": device.device_id,
        "occurrence_id": place.occurrence_id,
        "occurred_at": occurred_at,
        "received_at": received_at,
        "on_day": place.on_day,
        "offset_ms": item.offset_ms,
        "jumped": item.jumped,
        "entry": item.entry,
        "raw_code": None if is_ours else _storable(item.code),
        "shown": item.shown,
        "verdict": judged.klass,
        "reason": judged.reason,
        **vars(item.counts),
        "undoes": item.undoes,
        "seq": item.seq,
        "rules": item.rules,
        "shift": item.shift,
        "body_hash": item.body_hash,
    }
    db.session.execute(sa.insert(Scan), values)
    if card is not None and is_ours:
        linked = {"scan_id": item.scan_id, "card_id": card.card_id, "line": card.line}
        db.session.execute(sa.insert(ScanCard), linked)


def _storable(code: str | None) -> str | None:
    """Return what is kept of an unknown code; PostgreSQL keeps no text with a zero byte."""
    return (code or "").replace("\0", "")[:64] or None


def _raise_flags(scan_id: str, flags: tuple[Flag, ...], now: datetime) -> None:
    if not flags:
        return
    held = reconcile.is_held_back(flags)
    rows = [
        {
            "scan_id": scan_id,
            "flag": flag,
            "counted": False if held and flag in reconcile.HOLDS_BACK else None,
            "decided_at": now,
        }
        for flag in flags
    ]
    db.session.execute(sa.insert(ScanDecision), rows)


_BODY_HASH = sa.select(Scan.body_hash).where(Scan.scan_id == sa.bindparam("scan_id"))
