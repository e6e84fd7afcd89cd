"""One reading of a card: `check` judges it, `record` writes it into the ledger, once for ever.

The hot path of the service: few statements, prepared once, one transaction a scan.
"""

from dataclasses import dataclass, replace
from datetime import date, datetime

from kaikukortti.db import transactional
from kaikukortti.errors import DomainError
from kaikukortti.models.ledger import Entry
from kaikukortti.rules import number, period, verdict
from kaikukortti.rules.card import CardKind
from kaikukortti.rules.counting import Counts
from kaikukortti.rules.flag import Flag
from kaikukortti.rules.verdict import Verdict, VerdictClass
from venues import flagging, judging, lookup, quotas, reconcile, redeeming, scanrows
from venues.devices import KnownDevice
from venues.judging import Door, Reading, Source
from venues.limits import Standing
from venues.lookup import Place
from venues.quotas import Held, Room
from venues.reconcile import Arrived, Earlier, Found
from venues.redeeming import Booked, Named, Sighting
from venues.scanrows import Item, Recorded


class PracticeCard(DomainError):
    """The card is one of the practice deck, which never reaches the figures."""

    code = "practice_card"


class NotAdmitted(DomainError):
    """Tickets that are still to be given were asked for, and the card or the event does not admit so many.

    `checked` says why.
    """

    code = "not_admitted"

    def __init__(self, checked: "Checked") -> None:
        super().__init__()
        self.checked = checked


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
    `hold` are the places that a quota keeps for it, `booked` what it has booked there, `own_read` how many own cards of
    a booked group have been read; `standing` is what the venue has for its holder.
    """

    verdict: Verdict
    kind: CardKind | None = None
    ref: str | None = None
    valid_until: date | None = None
    children: int = 0
    malformed: number.Malformed | None = None
    contact: str = ""
    hold: Held | None = None
    booked: Booked | None = None
    own_read: int | None = None
    standing: Standing = Standing()


def check(
    *,
    code: str | None = None,
    ref: str | None = None,
    booking: str | None = None,
    occurrence: int | None,
    device: KnownDevice,
    now: datetime,
) -> Checked:
    """Judge a card, or the one that a booking is for, for an occurrence (None: a house visit today). Where there is a
    quota and the card is admitted, places are kept for it for two minutes; nothing else is written. Of a card that was
    not shown nothing is told. Raises lookup.OccurrenceElsewhere, redeeming.BookingElsewhere.
    """
    source = Source(device.venue_id, device.area_id, device_id=device.device_id, last_on=device.last_on)
    return _check(Named(code, ref, booking), occurrence, source, now)


def check_from(*, code: str | None, ref: str | None, occurrence: int | None, source: Source, now: datetime) -> Checked:
    """Judge a card, as `check`, for whoever asks."""
    return _check(Named(code, ref), occurrence, source, now)


def _check(named: Named, occurrence: int | None, source: Source, now: datetime) -> Checked:
    place = _find_place(occurrence, source, period.day_of(now), lock=False)
    door = Door(source.venue_id, source.area_id, now, now)
    if place.quota is not None:
        return _check_and_hold(door, place, named, source)
    seen = redeeming.look(door, place, named)
    # Sold out without a quota: who has booked comes in.
    room = quotas.count_room(place, quotas.holder_of(seen.reading.card, seen.reading.code), now=now)
    places_left = None if room is None else room.left
    return _checked(seen, judging.judge(seen.reading, place, moment=now, places_left=places_left), now)


@transactional
def _check_and_hold(door: Door, there: Place, named: Named, source: Source) -> Checked:
    place = _find_place(there.occurrence_id, source, there.on_day, lock=True)
    seen = redeeming.look(door, place, named)
    reading = seen.reading
    holder = quotas.holder_of(reading.card, reading.code)
    room = quotas.count_room(place, holder, now=door.now)
    left = None if room is None else room.left
    judged = judging.judge(reading, place, moment=door.now, places_left=left)
    # Who is in already adds tickets seldom; keeping places at every look would close the door to others.
    if not left or not judged.admits or judged.klass is VerdictClass.ALREADY:
        return _checked(seen, judged, door.now)
    places = min(left, quotas.places_wanted(reading.card, place))
    held = quotas.hold(place, holder, places=places, device_id=source.device_id, now=door.now)
    return _checked(seen, judged, door.now, held)


def _checked(seen: Sighting, judged: Verdict, now: datetime, held: Held | None = None) -> Checked:
    card, malformed = seen.reading.card, seen.reading.malformed
    booked = seen.booked if judged.admits and seen.may_show(now) else None
    told = Checked(judged, malformed=malformed, hold=held, booked=booked, standing=seen.reading.standing)
    if booked is not None:
        told = replace(told, own_read=redeeming.count_own_cards(booked))
    # Whoever says a word has shown no card: nothing of it is told.
    if card is None or (seen.is_by_word and judged.admits):
        return told
    told = replace(told, valid_until=card.last_on, contact=card.contact)
    if card.line is None or not judged.admits:
        return told
    return replace(told, kind=card.kind, ref=card.ref, children=card.children)


def record(item: Item, *, device: KnownDevice, received_at: datetime, carried_by: int | None = None) -> Recorded:
    """Write one scan of a tablet into the ledger; `carried_by` is the device that brought it in a rescue file.

    As `record_from`. At most nine statements for a visit that is sent at once.
    """
    ids = {"device_id": device.device_id, "carried_by": carried_by}
    source = Source(device.venue_id, device.area_id, is_revoked=device.is_revoked, last_on=device.last_on, **ids)
    return record_from(item, source=source, received_at=received_at)


@transactional
def record_from(item: Item, *, source: Source, received_at: datetime) -> Recorded:
    """Write one scan into the ledger, or answer a repeated one as it was answered first.

    A booking that its card has there, or that it names, is redeemed by it, and kept again by its undo.
    Raises ScanConflict for a known id with another body, lookup.OccurrenceElsewhere, redeeming.BookingElsewhere,
    PracticeCard, and NotAdmitted for an item that asks.
    """
    repeated = scanrows.find_repeated(item)
    if repeated is not None:
        return repeated
    door, place, seen = _read(item, source, received_at, lock=True)
    reading = seen.reading
    if reading.malformed is not None and number.is_practice(reading.malformed):
        raise PracticeCard()
    room = _take_places(item, reading, place, received_at)
    places_left = None if room is None else room.left
    judged = judging.judge(reading, place, moment=door.moment, places_left=places_left)
    if item.asks and not is_allowed(judged, item.tickets, knows=item.shown is VerdictClass.ALREADY):
        raise NotAdmitted(_checked(seen, judged, received_at))
    flags, is_closed = _settle(item, source, place, door=door, seen=seen, places_left=places_left)
    scanrows.write(item, source, place, judged, door=door, reading=reading)
    flagging.raise_flags(item.scan_id, flags, received_at, is_closed=is_closed)
    if item.tickets.tickets:
        redeeming.redeem(seen, place, item.scan_id, now=received_at)
    if item.undoes and Flag.UNDO_LATE not in flags:
        redeeming.give_back(seen, item.undoes, now=received_at)
    return Recorded(False, scanrows.use_of(item), flags)


def foresee(item: Item, *, source: Source, now: datetime) -> Foreseen:
    """Return what recording a scan would do now, without a lock and without writing anything.

    Raises ScanConflict, lookup.OccurrenceElsewhere.
    """
    repeated = scanrows.find_repeated(item)
    door, place, seen = _read(item, source, now, lock=False)
    reading = seen.reading
    holder = quotas.holder_of(reading.card, reading.code)
    if repeated is not None:
        return Foreseen(True, repeated.flags, (), reading.malformed, holder)
    room = quotas.count_room(place, holder, now=now)
    places_left = None if room is None else room.left
    flags, _ = _settle(item, source, place, door=door, seen=seen, places_left=places_left)
    return Foreseen(False, flags, reading.visits.earlier, reading.malformed, holder)


def _read(item: Item, source: Source, now: datetime, *, lock: bool) -> tuple[Door, Place, Sighting]:
    moment, day = judging.day_of_visit(item.occurred, item.offset_ms)
    needs_visits = item.tickets.tickets > 0
    door = Door(source.venue_id, source.area_id, moment, now, needs_visits, is_by_day=source.is_person)
    place = _find_place(item.occurrence, source, day, lock=lock)
    return door, place, redeeming.look(door, place, Named(item.code, item.ref, item.booking), lock=lock)


def _find_place(occurrence: int | None, source: Source, day: date, *, lock: bool) -> Place:
    return lookup.find_place(
        occurrence, source.venue_id, day, lock=lock, in_advance=source.is_seller, last_on=source.last_on
    )


def is_allowed(judged: Verdict, counts: Counts, *, knows: bool) -> bool:
    """Return whether tickets may be given; more after an earlier visit only to who `knows` of it."""
    is_known = judged.klass is not VerdictClass.ALREADY or knows
    return judged.admits and is_known and verdict.allows(judged.limits, counts)


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
    item: Item, source: Source, place: Place, *, door: Door, seen: Sighting, places_left: int | None
) -> tuple[tuple[Flag, ...], bool]:
    """Return the flags, and whether a person has answered them before they were raised."""
    reading = seen.reading
    arrived = Arrived(
        source.device_id,
        door.moment,
        door.now,
        item.jumped,
        item.shown if item.knew is None or len(reading.visits.earlier) <= item.knew else None,
        item.tickets,
        is_registered=reading.card is not None and reading.card.line is not None,
        is_from_paper=item.entry is Entry.BACKLOG,
        is_from_revoked=source.is_revoked or place.is_over,
        is_dated_by_person=source.is_person,
        is_sold=source.is_seller and place.on_day >= period.day_of(door.now),
    )
    if item.undoes:
        undone = lookup.find_undone(item.undoes, source.venue_id)
        return reconcile.settle_undo(arrived, undone), undone is not None and undone.is_decided
    found = Found(
        reading.visits.earlier,
        () if source.is_seller else reading.visits.away,
        place.is_cancelled,
        reading.has_grace,
        places_left,
        quotas.takes(item.tickets, place),
        seen.is_doubtful(place, door.now),
        reading.standing.hindrance is not None,
    )
    return reconcile.settle(arrived, judging.judge_card(reading, place), found), False
