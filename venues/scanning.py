"""One reading of a card: `check` judges it, `record` writes it into the ledger, once for ever.

The hot path of the service: few statements, prepared once, one transaction a scan.
"""

from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

import sqlalchemy as sa

from kaikukortti.db import db, transactional
from kaikukortti.errors import DomainError
from kaikukortti.models.ledger import Entry, Scan, ScanCard, ScanDecision
from kaikukortti.rules import number, period
from kaikukortti.rules.card import CardKind
from kaikukortti.rules.counting import Counts
from kaikukortti.rules.flag import Flag
from kaikukortti.rules.verdict import Verdict, VerdictClass
from venues import flagging, judging, lookup, quotas, reconcile
from venues.devices import KnownDevice
from venues.judging import Door, Reading, Source
from venues.lookup import Place
from venues.quotas import Held, Room
from venues.reconcile import Arrived, Earlier, Found, Repeat


class ScanConflict(DomainError):
    """The scan id was used before with another body: a fault of the program, never of a person."""

    code = "scan_conflict"


class PracticeCard(DomainError):
    """The card is one of the practice deck, which never reaches the figures."""

    code = "practice_card"


@dataclass(frozen=True)
class Item:
    """One uploaded scan, well formed. `occurred` is the tablet's clock; `offset_ms` is tablet minus server.

    `knew` is how many earlier visits a person had seen who says that this is another one; a tablet tells by `shown`.
    """

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
    series: str | None = None
    run: int | None = None
    knew: int | None = None

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


@dataclass(frozen=True)
class Foreseen:
    """What recording an item would do: its flags, and the earlier visits that it may be mixed up with.

    `holder` is one and the same for every reading of a card, whatever was typed.
    """

    is_replay: bool
    flags: tuple[Flag, ...]
    earlier: tuple[Earlier, ...]
    malformed: number.Malformed | None
    holder: str


@dataclass(frozen=True)
class Checked:
    """The verdict of a check, with what the door may see of the card: kind, last day, children, an opaque ref.

    `valid_until` is there for a card that has ended too, for the sentence; `contact` is the card's area's telephone;
    `hold` are the places that a quota keeps for it.
    """

    verdict: Verdict
    kind: CardKind | None = None
    ref: str | None = None
    valid_until: date | None = None
    children: int = 0
    malformed: number.Malformed | None = None
    contact: str = ""
    hold: Held | None = None


def check(*, code: str | None, ref: str | None, occurrence: int | None, device: KnownDevice, now: datetime) -> Checked:
    """Judge a card for an occurrence (None: a house visit today). Where there is a quota and the card is admitted,
    places are kept for it for two minutes; nothing else is written. Raises lookup.OccurrenceElsewhere.
    """
    place = lookup.find_place(occurrence, device.venue_id, period.day_of(now))
    door = Door(device.venue_id, device.area_id, now, now)
    if place.quota is not None:
        return _check_and_hold(door, place, code, ref, device.device_id)
    reading = judging.read(door, place, code=code, ref=ref)
    places_left = 0 if place.is_sold_out else None
    return _checked(reading, judging.judge(reading, place, moment=now, places_left=places_left), None)


@transactional
def _check_and_hold(door: Door, seen: Place, code: str | None, ref: str | None, device_id: int) -> Checked:
    place = lookup.find_place(seen.occurrence_id, door.venue_id, seen.on_day, lock=True)
    reading = judging.read(door, place, code=code, ref=ref)
    holder = quotas.holder_of(reading.card, reading.code)
    room = quotas.count_room(place, holder, now=door.now)
    left = None if room is None else room.left
    judged = judging.judge(reading, place, moment=door.now, places_left=left)
    # Who is in already adds tickets seldom; keeping places at every look would close the door to others.
    if not left or not judged.admits or judged.klass is VerdictClass.ALREADY:
        return _checked(reading, judged, None)
    places = min(left, quotas.places_wanted(reading.card, place))
    return _checked(reading, judged, quotas.hold(place, holder, places=places, device_id=device_id, now=door.now))


def _checked(reading: Reading, judged: Verdict, held: Held | None) -> Checked:
    card = reading.card
    if card is None:
        return Checked(judged, malformed=reading.malformed, hold=held)
    if card.line is None or not judged.admits:
        return Checked(judged, valid_until=card.last_on, contact=card.contact)
    return Checked(judged, card.kind, card.ref, card.last_on, card.children, contact=card.contact, hold=held)


def record(item: Item, *, device: KnownDevice, received_at: datetime, carried_by: int | None = None) -> Recorded:
    """Write one scan of a tablet into the ledger; `carried_by` is the device that brought it in a rescue file.

    As `record_from`. At most nine statements for a visit that is sent at once.
    """
    ids = {"device_id": device.device_id, "carried_by": carried_by}
    source = Source(device.venue_id, device.area_id, is_revoked=device.is_revoked, **ids)
    return record_from(item, source=source, received_at=received_at)


@transactional
def record_from(item: Item, *, source: Source, received_at: datetime) -> Recorded:
    """Write one scan into the ledger, or answer a repeated one as it was answered first.

    Raises ScanConflict for a known id with another body, lookup.OccurrenceElsewhere, PracticeCard.
    """
    repeated = _find_repeated(item)
    if repeated is not None:
        return repeated
    door, place, reading = _read(item, source, received_at, lock=True)
    if reading.malformed is not None and number.is_practice(reading.malformed):
        raise PracticeCard()
    room = _take_places(item, reading, place, received_at)
    places_left = None if room is None else room.left
    judged = judging.judge(reading, place, moment=door.moment, places_left=places_left)
    flags, is_closed = _settle(item, source, place, door=door, reading=reading, places_left=places_left)
    _write(item, source, place, judged, door=door, reading=reading)
    flagging.raise_flags(item.scan_id, flags, received_at, is_closed=is_closed)
    return Recorded(False, _use(item), flags)


def foresee(item: Item, *, source: Source, now: datetime) -> Foreseen:
    """Return what recording a scan would do now, without a lock and without writing anything.

    Raises ScanConflict, lookup.OccurrenceElsewhere.
    """
    repeated = _find_repeated(item)
    door, place, reading = _read(item, source, now, lock=False)
    holder = quotas.holder_of(reading.card, reading.code)
    if repeated is not None:
        return Foreseen(True, repeated.flags, (), reading.malformed, holder)
    room = quotas.count_room(place, holder, now=now)
    places_left = None if room is None else room.left
    flags, _ = _settle(item, source, place, door=door, reading=reading, places_left=places_left)
    return Foreseen(False, flags, reading.visits.earlier, reading.malformed, holder)


def _read(item: Item, source: Source, now: datetime, *, lock: bool) -> tuple[Door, Place, Reading]:
    moment, day = judging.day_of_visit(item.occurred, item.offset_ms)
    needs_visits = item.tickets.tickets > 0
    door = Door(source.venue_id, source.area_id, moment, now, needs_visits, is_by_day=source.is_person)
    place = lookup.find_place(item.occurrence, source.venue_id, day, lock=lock)
    return door, place, judging.read(door, place, code=item.code, ref=item.ref, lock=lock)


def _take_places(item: Item, reading: Reading, place: Place, now: datetime) -> Room | None:
    """Return what a quota leaves for the tickets, and use up the places that the check kept for them."""
    if not item.tickets.tickets:
        return None
    holder = quotas.holder_of(reading.card, reading.code)
    room = quotas.count_room(place, holder, now=now)
    if room is not None and room.held:
        quotas.use(place, holder, now=now)
    return room


def _settle(
    item: Item, source: Source, place: Place, *, door: Door, reading: Reading, places_left: int | None
) -> tuple[tuple[Flag, ...], bool]:
    """Return the flags, and whether a person has answered them before they were raised."""
    arrived = Arrived(
        source.device_id,
        door.moment,
        door.now,
        item.jumped,
        item.shown if item.knew is None or len(reading.visits.earlier) <= item.knew else None,
        item.tickets,
        is_registered=reading.card is not None and reading.card.line is not None,
        is_from_paper=item.entry is Entry.BACKLOG,
        is_from_revoked=source.is_revoked,
        is_dated_by_person=source.is_person,
    )
    if item.undoes:
        undone = lookup.find_undone(item.undoes, source.venue_id)
        return reconcile.settle_undo(arrived, undone), undone is not None and undone.is_decided
    found = Found(
        reading.visits.earlier,
        reading.visits.away,
        place.is_cancelled,
        reading.has_grace,
        places_left,
        quotas.takes(item.tickets, place),
    )
    return reconcile.settle(arrived, judging.judge_card(reading, place), found), False


def _find_repeated(item: Item) -> Recorded | None:
    stored = db.session.execute(_BODY_HASH, {"scan_id": item.scan_id}).scalar_one_or_none()
    match reconcile.compare(stored, item.body_hash):
        case Repeat.NEW:
            return None
        case Repeat.CONFLICT:
            raise ScanConflict(scan_id=item.scan_id)
    raised = (ScanDecision.answer.is_(None), ScanDecision.flag != Flag.WITHDRAWN)
    query = sa.select(ScanDecision.flag).where(ScanDecision.scan_id == item.scan_id, *raised)
    return Recorded(True, _use(item), tuple(db.session.scalars(query.order_by(ScanDecision.id))))


def _use(item: Item) -> str | None:
    return item.scan_id if item.tickets.tickets else None


def _write(item: Item, source: Source, place: Place, judged: Verdict, *, door: Door, reading: Reading) -> None:
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
        "body_hash": item.body_hash,
    }
    db.session.execute(sa.insert(Scan), values)
    if reading.card is not None and reading.card.line is not None:
        linked = {"scan_id": item.scan_id, "card_id": reading.card.card_id, "line": reading.card.line}
        db.session.execute(sa.insert(ScanCard), linked)


_BODY_HASH = sa.select(Scan.body_hash).where(Scan.scan_id == sa.bindparam("scan_id"))
