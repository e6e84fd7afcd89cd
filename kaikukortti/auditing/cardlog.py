"""Who has looked at a holder's card or changed something: two years of the trail, through every card of its line.

For the holder, with the card in hand: organisations and roles, no names of staff (DECISIONS).
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, time
from typing import Any

import sqlalchemy as sa

from kaikukortti import audit
from kaikukortti.db import db, transactional
from kaikukortti.errors import NotFound
from kaikukortti.models.cards import Card, CardPeriod
from kaikukortti.models.network import Area, Unit, Venue
from kaikukortti.models.trail import AuditEntry, AuditKey
from kaikukortti.rules import access, period
from kaikukortti.rules.access import Actor

MONTHS = 24  # 703/2023 §11: not older than two years
HOMES: dict[str, type[Area] | type[Unit] | type[Venue]] = {"area": Area, "unit": Unit, "venue": Venue}
Home = Area | Unit | Venue


@dataclass(frozen=True)
class LogRow:
    """One look or change. `home` is the organisation, to be named; `purpose` is None where no page was open."""

    at: datetime
    action: str
    role: str
    home: Home | None
    purpose: str | None


@dataclass(frozen=True)
class Log:
    """The log of a card, newest first, since a moment."""

    card_id: int
    number: str
    since: datetime
    rows: list[LogRow]


@transactional
def read(card_id: int, *, actor: Actor, now: datetime) -> Log:
    """Return the log of a card of the own unit with its number; reading it is the newest row. Raises NotFound."""
    card = db.session.get(Card, card_id)
    if card is None or card.line is None or not access.may_see_card(actor, unit_id=card.unit_id):
        raise NotFound()
    audit.record("card.log_read", actor=actor, now=now, card_number=card.number)
    return Log(card.id, card.number, since(now), rows_of_line(card.line, now=now))


def list_of_card(card_id: int, *, actor: Actor, now: datetime) -> list[LogRow]:
    """Return the rows of a card's log, newest first, as `read` does. Raises NotFound."""
    return read(card_id, actor=actor, now=now).rows


def rows_of_line(line: str, *, now: datetime) -> list[LogRow]:
    """Return what the trail says of the cards of a line within MONTHS, newest first. The caller has told the trail."""
    names = _references(_cards_of(line), now=now)
    if not names:
        return []
    query = (
        sa.select(AuditEntry)
        .where(AuditEntry.card_ref.in_(names), AuditEntry.at >= since(now))
        .order_by(AuditEntry.at.desc(), AuditEntry.id.desc())
    )
    entries = [entry for entry in db.session.scalars(query) if entry.at >= names[entry.card_ref or ""]]
    homes = _homes({entry.organisation for entry in entries})
    return [
        LogRow(entry.at, entry.action, entry.role, homes.get(entry.organisation), entry.purpose) for entry in entries
    ]


def since(now: datetime) -> datetime:
    """Return the first moment that a log tells of."""
    return period.moment_of(period.add_months(period.day_of(now), -MONTHS), time(0))


def _cards_of(line: str) -> Sequence[tuple[str, datetime | None]]:
    """Return the numbers of a line's cards, each with the moment from which it was this holder's.

    What was written of a card before that, when it was another's for a day by mistake, is not this holder's to read.
    """
    held = (CardPeriod.card_id == Card.id) & CardPeriod.withdrawn_at.is_(None)
    query = sa.select(Card.number, sa.func.min(CardPeriod.recorded_at)).outerjoin(CardPeriod, held)
    found = db.session.execute(query.where(Card.line == line).group_by(Card.id, Card.number))
    return [(number, recorded_at) for number, recorded_at in found]


def _references(cards: Iterable[tuple[str, datetime | None]], *, now: datetime) -> dict[str, datetime]:
    """Return the names of cards under the keys of the years that are read, with the moment each counts from."""
    first = since(now)
    query = sa.select(AuditKey.secret).where(AuditKey.year.between(first.year, now.year))
    keys = db.session.scalars(query).all()
    return {audit.keyed(number, key): max(begun or first, first) for number, begun in cards for key in keys}


def _homes(organisations: Iterable[str]) -> dict[str, Home]:
    wanted: dict[str, set[int]] = {kind: set() for kind in HOMES}
    for organisation in organisations:
        kind, _, row_id = organisation.partition(":")
        wanted[kind].add(int(row_id))
    found: dict[str, Home] = {}
    for kind, row_ids in wanted.items():
        if row_ids:
            table: Any = HOMES[kind]
            for home in db.session.scalars(sa.select(table).where(table.id.in_(row_ids))):
                found[f"{kind}:{home.id}"] = home
    return found
