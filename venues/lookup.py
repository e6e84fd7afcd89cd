"""What the door looks up to judge a reading: occurrence, card, earlier visits. Reads only, by prepared queries."""

from dataclasses import dataclass
from datetime import date, datetime, timedelta

import sqlalchemy as sa

from kaikukortti.db import db
from kaikukortti.errors import DomainError
from kaikukortti.models import counted
from kaikukortti.models.cards import Card, CardEvent
from kaikukortti.models.ledger import Scan, ScanCard
from kaikukortti.models.network import Area, Unit
from kaikukortti.models.programme import Event, Occurrence
from kaikukortti.rules import number
from kaikukortti.rules.card import CardKind, State
from kaikukortti.rules.counting import Counts
from kaikukortti.rules.programme import EventKind, Planned
from venues import reconcile

LIVE_WITHIN = timedelta(minutes=1)


class OccurrenceElsewhere(DomainError):
    """The event belongs to another venue, or to none."""

    code = "occurrence_elsewhere"


@dataclass(frozen=True)
class Place:
    """Where and when a visit is counted."""

    occurrence_id: int | None
    on_day: date
    is_course: bool = False
    is_cancelled: bool = False


@dataclass(frozen=True)
class FoundCard:
    """A card row with its area's days of grace and its area's telephone."""

    card_id: int
    number: str
    ref: str
    kind: CardKind
    line: str | None
    state: State
    first_on: date | None
    last_on: date | None
    children: int
    grace_days: int
    contact: str


def find_place(occurrence_id: int | None, venue_id: int, today: date) -> Place:
    """Return where and when a visit is counted; None is a house visit today. Raises OccurrenceElsewhere."""
    if occurrence_id is None:
        return Place(None, today)
    row = db.session.execute(_OCCURRENCE, {"occurrence_id": occurrence_id}).one_or_none()
    if row is None or row.venue_id != venue_id:
        raise OccurrenceElsewhere()
    return Place(occurrence_id, row.on_day, row.kind is EventKind.COURSE, row.state is Planned.CANCELLED)


def find_card(*, code: str | None, ref: str | None, lock: bool = False) -> FoundCard | None:
    """Return the card that an opaque ref or a code names, or None; `lock` keeps it for this transaction."""
    query, wanted = (_CARD_BY_REF, ref) if ref else (_CARD_BY_NUMBER, number.candidate(code or ""))
    row = db.session.execute(query.with_for_update(of=Card) if lock else query, {"wanted": wanted}).one_or_none()
    return None if row is None else FoundCard(*row)


def earlier_visits(card: FoundCard, place: Place, venue_id: int) -> list[reconcile.Earlier]:
    """Return the counted visits of the card's line to the same occurrence, or house visits of the same day here."""
    if card.line is None:
        return []
    query = _EARLIER_HOUSE if place.occurrence_id is None else _EARLIER_THERE
    values = {
        "line": card.line,
        "venue_id": venue_id,
        "on_day": place.on_day,
        "occurrence_id": place.occurrence_id,
    }
    return [
        reconcile.Earlier(at, device_id, Counts(*tickets))
        for at, device_id, *tickets in db.session.execute(query, values)
    ]


def state_at(card: FoundCard, moment: datetime, *, received_at: datetime) -> State:
    """Return the card's state at the moment of the visit: what came later does not count, neither block nor opening.

    A card in use that is read here and now, the common case, costs no statement.
    """
    is_live = received_at - moment < LIVE_WITHIN
    if card.state is State.STOCK or (card.state is State.ACTIVE and is_live):
        return card.state
    query = (
        sa.select(CardEvent.state)
        .where(CardEvent.card_id == card.card_id, CardEvent.effective_from <= moment)
        .order_by(CardEvent.effective_from.desc(), CardEvent.id.desc())
        .limit(1)
    )
    return db.session.scalar(query) or State.STOCK


_OCCURRENCE = (
    sa.select(Occurrence.venue_id, Occurrence.on_day, Occurrence.state, Event.kind)
    .join(Event, Event.id == Occurrence.event_id)
    .where(Occurrence.id == sa.bindparam("occurrence_id"))
)
_CARD = (
    sa.select(
        Card.id,
        Card.number,
        Card.ref,
        Card.kind,
        Card.line,
        Card.state,
        Card.first_on,
        Card.last_valid_on,
        Card.children,
        Area.grace_days,
        Area.help_phone,
    )
    .join(Unit, Unit.id == Card.unit_id)
    .join(Area, Area.id == Unit.area_id)
)
_CARD_BY_NUMBER = _CARD.where(Card.number == sa.bindparam("wanted"))
_CARD_BY_REF = _CARD.where(Card.ref == sa.bindparam("wanted"))
_EARLIER = (
    sa.select(
        Scan.occurred_at,
        Scan.device_id,
        Scan.adult,
        Scan.child,
        Scan.assistant,
        Scan.interpreter,
        Scan.worker,
        Scan.under16,
    )
    .join(ScanCard, ScanCard.scan_id == Scan.scan_id)
    # SQLite would walk the venue's whole day; adding nothing keeps it on the card's own few scans.
    .where(ScanCard.line == sa.bindparam("line"), Scan.venue_id + 0 == sa.bindparam("venue_id"))
    .where(Scan.adult + Scan.child + Scan.worker + Scan.under16 > 0, counted.is_counted())
    .order_by(Scan.occurred_at)
)
_EARLIER_THERE = _EARLIER.where(Scan.occurrence_id + 0 == sa.bindparam("occurrence_id"))
_EARLIER_HOUSE = _EARLIER.where(Scan.occurrence_id.is_(None), Scan.on_day == sa.bindparam("on_day"))
