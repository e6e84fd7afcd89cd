"""A holder's data are erased because the holder asks, with the card in hand at the unit; and erased again after a
restore. Totals, counts of months and frozen figures stay: nobody is in them.

Order: the journal, follow-up, the main database. Whatever ends it in between, the journal knows what is still to be
done, and doing it again does the rest.
"""

import secrets
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime

import sqlalchemy as sa

from kaikukortti import audit, cardregister, unitcounts
from kaikukortti.config import Config
from kaikukortti.db import db, transactional
from kaikukortti.errors import NotFound
from kaikukortti.models.cards import Card
from kaikukortti.models.keeping import Erasure, ErasureCause, FirstUse
from kaikukortti.models.ledger import Scan, ScanCard
from kaikukortti.models.network import Unit
from kaikukortti.retention import followups, journal, links, places, traits
from kaikukortti.retention.journal import Entry
from kaikukortti.retention.rules import in_parts
from kaikukortti.rules import access
from kaikukortti.rules import card as card_rules
from kaikukortti.rules import number, period
from kaikukortti.rules.access import Actor, Role
from kaikukortti.rules.card import CardKind, State
from kaikukortti.rules.span import QUARTER, holding


@dataclass(frozen=True)
class Replayed:
    """What a replay did: how many erasures the journal names, and how many lines were there and were erased again."""

    named: int
    erased: int


@dataclass(frozen=True)
class Taken:
    """What an erasure took: how many cards are out of use, how many visits name nobody any more, how many bookings."""

    cards: int
    visits: int
    bookings: int


def erase(card_id: int, *, actor: Actor, now: datetime, settings: Config) -> Taken:
    """Erase what is known of the holder of a personal card of the own unit: answers, the links of visits and bookings,
    pages for the telephone, all of follow-up. The card is out of use on every tablet.

    Raises NotFound, cardregister.IsCommunityCard, card_rules.WrongState for a card that was erased before, OSError
    where the journal cannot be written: then nothing has been erased.
    """
    card = db.session.get(Card, card_id, populate_existing=True)
    if card is None or card.line is None or not access.may_see_card(actor, unit_id=card.unit_id):
        raise NotFound()
    if card.kind is CardKind.COMMUNITY:
        raise cardregister.IsCommunityCard()
    if card.state is State.ANONYMISED:
        raise card_rules.WrongState(state=card.state.value)
    line, asked = card.line, card.number
    numbers = db.session.scalars(sa.select(Card.number).where(Card.line == line).order_by(Card.id)).all()
    entry = journal.write(settings, line, numbers, now=now)
    followups.forget_lines([line], now=now, secret=settings.secret_key)
    return _erase(line, entry, number_in_hand=asked, actor=actor, now=now)


def replay(settings: Config, *, now: datetime) -> Replayed:
    """Erase again what the journal names and the database still has, as it may after a restore. Follow-up is cleaned by
    the journal alone, whichever copy of it was put back. Doing it again does nothing.
    """
    entries = journal.read(settings)
    for part in in_parts([entry.line_ref for entry in entries]):
        followups.forget_refs(part)
    still_there = _find_lines(entries, settings.secret_key)
    for line, entry in still_there.items():
        followups.forget_lines([line], now=now, secret=settings.secret_key)
        _erase(line, entry, number_in_hand=None, actor=_replayer(line), now=now)
    for entry in entries:
        _remember(entry, now=now)
    return Replayed(len(entries), len(still_there))


@transactional
def _erase(line: str, entry: Entry, *, number_in_hand: str | None, actor: Actor, now: datetime) -> Taken:
    query = sa.select(Card).where(Card.line == line).order_by(Card.id).with_for_update(of=Card)
    cards = db.session.scalars(query.execution_options(populate_existing=True)).all()
    if not cards:  # somebody else was quicker
        return Taken(0, 0, 0)
    _keep_quarters(line, now)
    visits = links.cut_of_line(line) + _cut_codes([card.number for card in cards])
    bookings = places.cut_of_line(line, [card.id for card in cards], now=now)
    traits.leave_nothing(cards, state=State.ANONYMISED, now=now)
    fresh = secrets.token_hex(16)
    db.session.execute(sa.update(FirstUse).where(FirstUse.line == line).values(line=fresh))
    for card in cards:
        card.line = fresh
    _add(entry, ErasureCause.ASKED, actor, now)
    detail = {"cards": len(cards), "visits": visits, "bookings": bookings, "again": number_in_hand is None}
    audit.record("card.erased", actor=actor, now=now, card_number=number_in_hand or cards[-1].number, detail=detail)
    return Taken(len(cards), visits, bookings)


def _keep_quarters(line: str, now: datetime) -> None:
    """Let the units keep what they are told of the quarters that are over, before this line's visits leave them."""
    this_quarter = holding(period.day_of(now), QUARTER).first_on
    quarters: dict[int, set[date]] = {}
    for unit_id, on_day in links.days_of_line(line):
        quarters.setdefault(unit_id, set()).add(holding(on_day, QUARTER).first_on)
    for unit_id, found in sorted(quarters.items()):
        unitcounts.keep(unit_id, found - {this_quarter})


def _cut_codes(numbers: Sequence[str]) -> int:
    """Remove the numbers from scans that name one of them but were never linked to its card."""
    unlinked = ~sa.exists().where(ScanCard.scan_id == Scan.scan_id)
    query = sa.select(Scan.scan_id, Scan.raw_code).where(Scan.raw_code.is_not(None), unlinked)
    found = [scan_id for scan_id, code in db.session.execute(query) if number.candidate(code or "") in numbers]
    if found:
        links.cut_codes(found)
    return len(found)


def _find_lines(entries: Sequence[Entry], secret: str) -> dict[str, Entry]:
    """Return the lines of cards that entries name by their line or by a number. Linear in all cards."""
    by_line = {entry.line_ref: entry for entry in entries}
    by_number = {ref: entry for entry in entries for ref in entry.numbers}
    found: dict[str, Entry] = {}
    if not entries:
        return found
    query = sa.select(Card.line, Card.number).where(Card.line.is_not(None), Card.state != State.ANONYMISED)
    line_ref, number_ref = journal.refs(secret)
    for line, card_number in db.session.execute(query):
        entry = by_line.get(line_ref(line or "")) or by_number.get(number_ref(card_number))
        if entry is not None and line is not None:
            found[line] = entry
    return found


def _replayer(line: str) -> Actor:
    query = sa.select(Unit.area_id).join(Card, Card.unit_id == Unit.id).where(Card.line == line).limit(1)
    return Actor(None, "retention", Role.ADMINISTRATOR, area_id=db.session.scalar(query))


@transactional
def _remember(entry: Entry, *, now: datetime) -> None:
    """Write down an erasure that the restored copy knows nothing of, and of which nothing is there."""
    if db.session.scalar(sa.select(Erasure.id).where(Erasure.line_ref == entry.line_ref)) is None:
        _add(entry, ErasureCause.ASKED, None, now)


def _add(entry: Entry, cause: ErasureCause, actor: Actor | None, now: datetime) -> None:
    known = db.session.scalar(sa.select(Erasure.id).where(Erasure.line_ref == entry.line_ref))
    if known is None:
        asked_by = None if actor is None else actor.user_id
        db.session.add(Erasure(line_ref=entry.line_ref, cause=cause, erased_at=now, asked_by=asked_by))
