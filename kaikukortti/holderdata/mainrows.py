"""What the main database keeps of a line of cards. Nothing here asks who may; nothing of staff or others is read."""

from collections.abc import Callable, Sequence

import sqlalchemy as sa
from sqlalchemy.orm import aliased

from kaikukortti.db import db
from kaikukortti.holderdata.shape import Holder, Section, section
from kaikukortti.models.bookings import Booking
from kaikukortti.models.cards import Card, CardEvent, CardPeriod, CardTalk, MobileCard
from kaikukortti.models.keeping import FirstUse
from kaikukortti.models.ledger import Scan, ScanCard, ScanDecision
from kaikukortti.models.network import Unit, Venue
from kaikukortti.models.programme import Event, Hold, Occurrence
from kaikukortti.profiles import Profile
from kaikukortti.rules import number
from kaikukortti.rules.card import Action

COUNTS = ("adult", "child", "assistant", "interpreter", "worker", "under16")


def cards(holder: Holder) -> Section:
    """Return the cards of the line."""
    newer = aliased(Card)
    columns = (Card.number, Card.kind, Unit.name_fi, Card.state, Card.first_on, Card.last_valid_on, Card.children)
    query = sa.select(*columns, Card.suspended_until, newer.number, Card.ticket_budget, Card.ref)
    query = query.join(Unit, Unit.id == Card.unit_id).outerjoin(newer, newer.id == Card.replaced_by_id)
    names = ("number", "kind", "unit", "state", "first_on", "last_on", "children", "paused_until", "replaced_by")
    rows = db.session.execute(query.where(Card.line == holder.line).order_by(Card.first_on, Card.id))
    return section("cards", (*names, "tickets_a_year", "name_on_tablets"), rows)


def periods(holder: Holder) -> Section:
    """Return the days of use of the cards; days of another holder, undone as a mistake, are not this one's."""
    columns = (Card.number, CardPeriod.kind, CardPeriod.first_on, CardPeriod.last_on, CardPeriod.children)
    query = sa.select(*columns, CardPeriod.recorded_at).join(Card, Card.id == CardPeriod.card_id)
    query = query.where(CardPeriod.card_id.in_(holder.card_ids), CardPeriod.withdrawn_at.is_(None))
    names = ("number", "what", "first_on", "last_on", "children", "recorded_at")
    return section("periods", names, db.session.execute(query.order_by(CardPeriod.id)))


def events(holder: Holder) -> Section:
    """Return what happened to the cards while they were this holder's."""
    undone = aliased(CardEvent)
    last_undone = (
        sa.select(sa.func.coalesce(sa.func.max(undone.id), 0))
        .where(undone.card_id == CardEvent.card_id, undone.action == Action.UNDO)
        .correlate(CardEvent)
        .scalar_subquery()
    )
    columns = (Card.number, CardEvent.action, CardEvent.state, CardEvent.recorded_at, CardEvent.effective_from)
    query = sa.select(*columns, CardEvent.effective_until, CardEvent.reason, CardEvent.fields)
    query = query.join(Card, Card.id == CardEvent.card_id)
    query = query.where(CardEvent.card_id.in_(holder.card_ids), CardEvent.id > last_undone)
    names = ("number", "action", "state", "recorded_at", "holds_from", "holds_until", "reason", "changed")
    return section("events", names, db.session.execute(query.order_by(CardEvent.id)))


def background(holder: Holder) -> Section:
    """Return the answers that were given with the card."""
    columns = (Profile.birth_year, Profile.postcode, Profile.gender, Profile.life_situation, Profile.language)
    names = ("birth_year", "postcode", "gender", "life_situation", "language", "coarse_on")
    query = sa.select(*columns, Profile.coarse_on).where(Profile.line == holder.line)
    return section("background", names, db.session.execute(query))


def mobile_cards(holder: Holder) -> Section:
    """Return when pages for the holder's telephone were made and withdrawn; their addresses are not kept."""
    query = sa.select(Card.number, MobileCard.created_at, MobileCard.withdrawn_at).join(Card)
    query = query.where(MobileCard.card_id.in_(holder.card_ids)).order_by(MobileCard.id)
    return section("mobile_cards", ("number", "made_at", "withdrawn_at"), db.session.execute(query))


def talks(holder: Holder) -> Section:
    """Return when a worker talked with the holder about using the card."""
    query = sa.select(Card.number, CardTalk.talked_at).join(Card).where(CardTalk.card_id.in_(holder.card_ids))
    return section("talks", ("number", "talked_at"), db.session.execute(query.order_by(CardTalk.id)))


def bookings(holder: Holder) -> Section:
    """Return the places that were booked with the cards."""
    columns = (Venue.name_fi, Event.title_fi, Booking.on_day, Booking.word, Booking.kind, Booking.booked_by)
    counts = [getattr(Booking, kind) for kind in COUNTS]
    more = (Booking.own_cards, Booking.arrives_at, Booking.access_needs, Booking.offered_until, Booking.ref)
    query = sa.select(*columns, Booking.state, Booking.created_at, *counts, *more)
    query = query.join(Venue, Venue.id == Booking.venue_id)
    query = query.outerjoin(Occurrence, Occurrence.id == Booking.occurrence_id)
    query = query.outerjoin(Event, Event.id == Occurrence.event_id)
    is_theirs = sa.or_(Booking.card_id.in_(holder.card_ids), Booking.holder == holder.line)
    is_theirs = sa.or_(is_theirs, Booking.raw_code.in_(holder.numbers))
    names = ("venue", "event", "on_day", "word", "kind", "booked_by", "state", "made_at", *COUNTS)
    last = ("own_cards", "arrives_at", "access_needs", "offered_until", "name_on_tablets")
    return section("bookings", (*names, *last), db.session.execute(query.where(is_theirs).order_by(Booking.id)))


def visits(holder: Holder) -> Section:
    """Return the registrations that are still linked with the cards, those taken back among them."""
    columns = (Scan.occurred_at, Scan.on_day, Venue.name_fi, Event.title_fi, Scan.entry, Scan.verdict, Scan.reason)
    counts = [getattr(Scan, kind) for kind in COUNTS]
    query = sa.select(*columns, *counts, Scan.undoes.is_not(None), Scan.scan_id)
    query = query.join(Venue, Venue.id == Scan.venue_id)
    query = query.outerjoin(Occurrence, Occurrence.id == Scan.occurrence_id)
    query = query.outerjoin(Event, Event.id == Occurrence.event_id)
    query = query.where(_is_theirs(holder)).order_by(Scan.occurred_at, Scan.scan_id)
    names = ("at", "on_day", "venue", "event", "entry", "verdict", "reason", *COUNTS, "takes_back", "visit")
    return section("visits", names, db.session.execute(query))


def visit_questions(holder: Holder) -> Section:
    """Return what people were asked about the visits, and what they answered."""
    columns = (ScanDecision.scan_id, ScanDecision.flag, ScanDecision.decided_at, ScanDecision.answer)
    query = sa.select(*columns, ScanDecision.counted, ScanDecision.reason)
    query = query.join(Scan, Scan.scan_id == ScanDecision.scan_id).where(_is_theirs(holder)).order_by(ScanDecision.id)
    return section("visit_questions", ("visit", "flag", "at", "answer", "counted", "reason"), db.session.execute(query))


def first_use(holder: Holder) -> Section:
    """Return the month of the first use, which is kept when the link to the visit has been cut."""
    query = sa.select(FirstUse.month).where(FirstUse.line == holder.line)
    return section("first_use", ("month",), db.session.execute(query))


def kept_places(holder: Holder) -> Section:
    """Return places that a door keeps for two minutes."""
    query = sa.select(Hold.places, Hold.expires_at, Hold.used_at).where(Hold.line == holder.line)
    return section("kept_places", ("places", "until", "used_at"), db.session.execute(query.order_by(Hold.expires_at)))


def typed_scans(numbers: Sequence[str]) -> tuple[str, ...]:
    """Return the scans that keep one of the numbers as it was typed or read. Linear in the scans that keep a code."""
    found = db.session.execute(sa.select(Scan.scan_id, Scan.raw_code).where(Scan.raw_code.is_not(None)))
    return tuple(scan_id for scan_id, code in found if number.candidate(code or "") in numbers)


def _is_theirs(holder: Holder) -> sa.ColumnElement[bool]:
    linked = sa.or_(ScanCard.line == holder.line, ScanCard.card_id.in_(holder.card_ids))
    return sa.or_(Scan.scan_id.in_(sa.select(ScanCard.scan_id).where(linked)), Scan.scan_id.in_(holder.typed_scans))


SOURCES: dict[str, tuple[Callable[[Holder], Section], ...]] = {
    "cards": (cards,),
    "card_periods": (periods,),
    "card_events": (events,),
    "profiles": (background,),
    "mobile_cards": (mobile_cards,),
    "card_talks": (talks,),
    "bookings": (bookings,),
    "scans": (visits,),
    "scan_cards": (visits,),
    "scan_decisions": (visit_questions,),
    "first_uses": (first_use,),
    "holds": (kept_places,),
}
"""By table, what reads it."""
