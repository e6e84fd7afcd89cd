"""The days of use of a card: begun when it is handed out, handed over to the next card, withdrawn when undone.

Private to the use cases of the desk, and inside their transactions: nothing here asks who may.
"""

import secrets
from datetime import date, datetime, time, timedelta

import sqlalchemy as sa

from kaikukortti import cardregister
from kaikukortti.db import db
from kaikukortti.models.cards import Card, CardPeriod, CardTalk, MobileCard, PeriodKind
from kaikukortti.models.ledger import Scan, ScanCard, ScanDecision
from kaikukortti.models.network import Area, Unit
from kaikukortti.rules import card as card_rules
from kaikukortti.rules import number, period
from kaikukortti.rules.access import Actor
from kaikukortti.rules.card import Action, State, Validity
from kaikukortti.rules.flag import Flag

LINKED_WITHIN = timedelta(days=14)  # peers.md D6, row "own prefix, not in the register"


def area_days(area: Area, first_on: date) -> Validity:
    """Return the days of use of a card that is handed out in an area on a day."""
    return card_rules.validity(first_on, months=area.validity_months, fixed_end_on=area.fixed_end_on)


def begin(
    card: Card,
    unit: Unit,
    days: Validity,
    *,
    kind: PeriodKind,
    children: int,
    actor: Actor,
    now: datetime,
    line: str | None = None,
) -> None:
    """Take a stock card into use on its days, on a line of its own or as the next card of `line`; visits that were
    made with it before are linked.
    """
    cardregister.enter(card, card_rules.next_state(card.state, Action.REGISTER))
    card.unit_id, card.line = unit.id, line or secrets.token_hex(16)
    card.first_on, card.last_valid_on, card.children = days.first_on, days.last_on, children
    add_period(card, kind, days, actor=actor, now=now)
    link_early_visits(card, now=now)


def hand_over(
    old: Card, new: Card, days: Validity, *, kind: PeriodKind, children: int, actor: Actor, now: datetime
) -> None:
    """Put a stock card in the place of a card in use, on the same line; the old one is out of use at once."""
    assert old.unit is not None
    cardregister.enter(old, State.REPLACED)
    old.replaced_by_id = new.id
    new.ticket_budget = old.ticket_budget
    begin(new, old.unit, days, kind=kind, children=children, line=old.line, actor=actor, now=now)


def add_period(card: Card, kind: PeriodKind, days: Validity, *, actor: Actor, now: datetime) -> None:
    """Write a period with the card's number of children; the caller has set what the card says today."""
    db.session.add(
        CardPeriod(
            card_id=card.id,
            kind=kind,
            first_on=days.first_on,
            last_on=days.last_on,
            children=card.children,
            recorded_at=now,
            recorded_by=actor.user_id,
        )
    )


def link_early_visits(card: Card, *, now: datetime) -> int:
    """Link the visits that were made with a card before its registration was entered, and return how many.

    They were flagged as unregistered, name the card in whatever spelling, and occurred within LINKED_WITHIN or since
    the card's first day. One look through the unknown codes of that time (a partial index holds them alone).
    """
    assert card.first_on is not None
    since = min(now - LINKED_WITHIN, period.moment_of(card.first_on, time(0)))
    query = sa.select(Scan.scan_id, Scan.raw_code).where(
        Scan.raw_code.is_not(None),
        Scan.occurred_at.between(since, now),
        sa.exists().where(ScanDecision.scan_id == Scan.scan_id, ScanDecision.flag == Flag.UNREGISTERED),
        ~sa.exists().where(ScanCard.scan_id == Scan.scan_id),
    )
    with db.session.no_autoflush:
        rows = db.session.execute(query).all()
    early = [scan_id for scan_id, code in rows if number.candidate(code or "") == card.number]
    db.session.add_all(ScanCard(scan_id=scan_id, card_id=card.id, line=card.line) for scan_id in early)
    return len(early)


def find_registration(card: Card) -> CardPeriod | None:
    """Return the period with which a card was handed out; None for one that took another card's place."""
    query = sa.select(CardPeriod).where(
        CardPeriod.card_id == card.id,
        CardPeriod.kind == PeriodKind.REGISTRATION,
        CardPeriod.withdrawn_at.is_(None),
    )
    return db.session.scalar(query)


def withdraw(card: Card, *, now: datetime) -> None:
    """Make a card that nobody used stock again: its periods count nowhere, its page for the telephone is closed."""
    current = (CardPeriod.card_id == card.id, CardPeriod.withdrawn_at.is_(None))
    db.session.execute(sa.update(CardPeriod).where(*current).values(withdrawn_at=now))
    pages = (MobileCard.card_id == card.id, MobileCard.withdrawn_at.is_(None))
    db.session.execute(sa.update(MobileCard).where(*pages).values(withdrawn_at=now))
    db.session.execute(sa.delete(CardTalk).where(CardTalk.card_id == card.id))
    cardregister.enter(card, State.STOCK)
    card.line = card.first_on = card.last_valid_on = card.ticket_budget = None
    card.children = 0
