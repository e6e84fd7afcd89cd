"""Everything that is kept about the holder of a card, collected with the card in hand: GDPR article 15.

Both databases are read, table by table. A test compares the list below with every table that can lead to a card.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import TypeVar

import sqlalchemy as sa

from kaikukortti import audit, cardregister
from kaikukortti.auditing import cardlog
from kaikukortti.db import db, transactional
from kaikukortti.followup import references, store
from kaikukortti.holderdata import followuprows, mainrows
from kaikukortti.holderdata.shape import Holder, Section, section
from kaikukortti.models.cards import Card
from kaikukortti.rules.access import Actor

Read = TypeVar("Read")

LEFT_OUT = {
    "erasures": "a line stands there only after its data are gone, and then no card leads to it",
}
READ = frozenset({*mainrows.SOURCES, *followuprows.SOURCES, "audit_entries"})


@dataclass(frozen=True)
class HolderData:
    """All that is kept, at a moment. `number` is the card's that was in hand; a section without rows is there too."""

    card_id: int
    number: str
    made_at: datetime
    sections: tuple[Section, ...]


def collect(card_id: int, *, actor: Actor, now: datetime, secret: str, is_given: bool = True) -> HolderData:
    """Return everything that is kept about the holder of a card of the own unit; that it was read, or given to the
    holder, is in the trail before. Raises NotFound.
    """
    action = "card.data_exported" if is_given else "card.data_seen"
    number, holder, found = _of_main(card_id, action, actor=actor, now=now, secret=secret)
    with store.reading() as session:
        more = [read(session, holder) for read in _once(followuprows.SOURCES.values())]
    return HolderData(card_id, number, now, (*found[:-1], *more, found[-1]))


@transactional
def _of_main(
    card_id: int, action: str, *, actor: Actor, now: datetime, secret: str
) -> tuple[str, Holder, list[Section]]:
    card = cardregister.checked_own(db.session.get(Card, card_id), actor=actor)
    assert card.line is not None and card.unit_id is not None
    audit.record(action, actor=actor, now=now, card_number=card.number)
    cards = db.session.execute(sa.select(Card.id, Card.number).where(Card.line == card.line).order_by(Card.id)).all()
    numbers = tuple(row.number for row in cards)
    holder = Holder(
        line=card.line,
        card_ids=tuple(row.id for row in cards),
        numbers=numbers,
        typed_scans=mainrows.typed_scans(numbers),
        line_ref=references.of_line(card.line, secret=secret),
        secret=secret,
        unit_id=card.unit_id,
    )
    found = [read(holder) for read in _once(mainrows.SOURCES.values())]
    return card.number, holder, [*found, _log(holder, now)]


def _log(holder: Holder, now: datetime) -> Section:
    rows = cardlog.rows_of_line(holder.line, now=now)
    told = [(row.at, row.action, row.role, row.home.name_fi if row.home else "", row.purpose) for row in rows]
    return section("log", ("at", "action", "role", "organisation", "purpose"), told)


def _once(readers: Iterable[tuple[Read, ...]]) -> list[Read]:
    """Return the readers of all tables, each once, in order."""
    return list(dict.fromkeys(read for each in readers for read in each))
