"""What a ticket seller's system asks for: the programme, a check, a use, its return. Judged by scanning, as all.

A sandbox key is answered by the practice deck (sandbox). Bookings of sellers are in sellerbookings.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta

import sqlalchemy as sa
from sqlalchemy.orm import joinedload

from kaikukortti.db import db
from kaikukortti.errors import DomainError, NotFound
from kaikukortti.models.cards import Card
from kaikukortti.models.ledger import Entry, Scan, ScanCard
from kaikukortti.models.network import Venue
from kaikukortti.models.programme import Occurrence
from kaikukortti.rules import period
from kaikukortti.rules.counting import Counts
from kaikukortti.rules.verdict import VerdictClass
from venues import apikeys, lookup, quotas, sandbox, scanning
from venues.apikeys import KnownKey
from venues.bookingchecks import OccurrenceCancelled, OccurrenceOver
from venues.idempotency import Attempt
from venues.judging import Source
from venues.lookup import Place
from venues.reconcile import FUTURE_TOLERATED, OLDEST_TOLERATED
from venues.scanning import Checked
from venues.scanrows import Item, Recorded

DAYS_LISTED = 60
LONGEST_LIST = timedelta(days=366)


class SaleTimeImpossible(DomainError):
    """A sale that is told afterwards lies in the future, or more than 30 days back."""

    code = "sale_time_impossible"


class UseReturned(DomainError):
    """The tickets of this use have been returned already."""

    code = "use_returned"


class ListTooLong(DomainError):
    """The days of a list are in the wrong order, or more than a year."""

    code = "days_impossible"


@dataclass(frozen=True)
class Sale:
    """Tickets for a card. Without `sold_at` they are asked for now and given only where the card admits them; with it
    they were given then, and are a fact. `again`: the seller knows of the card's earlier visit and gives more.
    """

    code: str
    occurrence: int | None
    counts: Counts
    sold_at: datetime | None = None
    again: bool = False


@dataclass(frozen=True)
class Offered:
    """An occurrence with the places that its quota has left, None without a quota."""

    occurrence: Occurrence
    places_left: int | None


@dataclass(frozen=True)
class Programme:
    """One part of a list of occurrences; `after` is where the next part begins, None at the end."""

    offered: Sequence[Offered]
    after: int | None


def list_occurrences(
    *, key: KnownKey, from_on: date | None, until_on: date | None, after: int | None, most: int, now: datetime
) -> Programme:
    """Return the venue's occurrences between two days (today and 60 days on where they are not given), in the order of
    their start, those after the occurrence `after`. Three statements. Raises ListTooLong, OccurrenceElsewhere.
    """
    first_on = from_on or period.day_of(now)
    last_on = until_on or min(first_on, date.max - timedelta(days=DAYS_LISTED)) + timedelta(days=DAYS_LISTED)
    if not first_on <= last_on or last_on - first_on > LONGEST_LIST:
        raise ListTooLong()
    query = (
        sa.select(Occurrence)
        .options(joinedload(Occurrence.event))
        .where(Occurrence.venue_id == key.venue_id, Occurrence.on_day.between(first_on, last_on))
        .order_by(Occurrence.starts_at, Occurrence.id)
        .limit(most + 1)
    )
    if after is not None:
        last = db.session.get(Occurrence, after)
        if last is None or last.venue_id != key.venue_id:
            raise lookup.OccurrenceElsewhere()
        order = sa.tuple_(Occurrence.starts_at, Occurrence.id)
        query = query.where(order > sa.tuple_(sa.literal(last.starts_at), sa.literal(last.id)))
    rows = list(db.session.scalars(query))
    venue = db.session.get_one(Venue, key.venue_id)
    left = quotas.list_left(venue.id, from_on=first_on, children_take_places=venue.children_take_places, now=now)
    offered = [Offered(row, left.get(row.id)) for row in rows[:most]]
    return Programme(offered, rows[most - 1].id if len(rows) > most else None)


def check(code: str, *, occurrence: int | None, key: KnownKey, now: datetime) -> Checked:
    """Judge a card for an occurrence to come, whatever its doors; a quota's places are kept for two minutes.

    Raises OccurrenceElsewhere, OccurrenceCancelled, OccurrenceOver, PracticeOnly.
    """
    find_event(occurrence, key=key, now=now)
    if key.is_sandbox:
        return sandbox.check(code, now=now)
    return scanning.check_from(code=code, ref=None, occurrence=occurrence, source=source_of(key), now=now)


def use(sale: Sale, *, key: KnownKey, attempt: Attempt, now: datetime) -> Recorded:
    """Give tickets, or write down those that were given.

    Raises as `check`, NotAdmitted, PracticeCard, SaleTimeImpossible.
    """
    if sale.sold_at is None:
        find_event(sale.occurrence, key=key, now=now)
    elif not now - OLDEST_TOLERATED <= sale.sold_at <= now + FUTURE_TOLERATED:
        raise SaleTimeImpossible()
    if key.is_sandbox:
        lookup.find_place(sale.occurrence, key.venue_id, period.day_of(now))
        sandbox.use(sale.code, sale.counts, again=sale.again, was_given=sale.sold_at is not None, now=now)
        return Recorded(False, str(attempt.id), ())
    item = Item(
        scan_id=str(attempt.id),
        occurred=sale.sold_at or now,
        counts=sale.counts,
        body_hash=attempt.body_hash,
        code=sale.code,
        occurrence=sale.occurrence,
        entry=Entry.SELLER,
        shown=VerdictClass.ALREADY if sale.again else None,
        asks=sale.sold_at is None,
    )
    return scanning.record_from(item, source=source_of(key), received_at=now)


def take_back(use_id: str, *, key: KnownKey, attempt: Attempt, now: datetime) -> Recorded:
    """Undo a use of this seller's system: the tickets have been returned. After the day of the event the venue is asked
    about it. Raises NotFound, UseReturned.
    """
    if key.is_sandbox:
        said = sandbox.list_answers(use_id, of="use", api_key_id=attempt.api_key_id)
        if any(one["result"] == "returned" for one in said):
            raise UseReturned()
        return Recorded(False, None, ())
    row = db.session.execute(_USE, {"scan_id": use_id, "line": apikeys.list_line(key)}).one_or_none()
    if row is None:
        raise NotFound()
    if row.undoing not in (None, str(attempt.id)):
        raise UseReturned()
    item = Item(
        scan_id=str(attempt.id),
        occurred=now,
        counts=Counts(),
        body_hash=attempt.body_hash,
        code=row.raw_code,
        ref=row.ref,
        occurrence=row.occurrence_id,
        entry=Entry.SELLER,
        undoes=use_id,
    )
    return scanning.record_from(item, source=source_of(key), received_at=now)


def find_event(occurrence: int | None, *, key: KnownKey, now: datetime) -> Place:
    """Return the place of an occurrence that tickets can still be given for.

    Raises OccurrenceElsewhere, OccurrenceCancelled, OccurrenceOver.
    """
    today = period.day_of(now)
    place = lookup.find_place(occurrence, key.venue_id, today, in_advance=True)
    if place.is_cancelled:
        raise OccurrenceCancelled()
    if place.on_day < today:
        raise OccurrenceOver()
    return place


def source_of(key: KnownKey) -> Source:
    """Return who brings what a key sends."""
    return Source(key.venue_id, key.area_id, api_key_id=key.key_id)


_Undo = sa.orm.aliased(Scan)
_USE = (
    sa.select(Scan.occurrence_id, Scan.raw_code, Card.ref, sa.func.min(_Undo.scan_id).label("undoing"))
    .outerjoin(ScanCard, ScanCard.scan_id == Scan.scan_id)
    .outerjoin(Card, Card.id == ScanCard.card_id)
    .outerjoin(_Undo, _Undo.undoes == Scan.scan_id)
    .where(Scan.scan_id == sa.bindparam("scan_id"), Scan.undoes.is_(None))
    .where(Scan.api_key_id.in_(sa.bindparam("line", expanding=True)))
    .group_by(Scan.occurrence_id, Scan.raw_code, Card.ref)
)
