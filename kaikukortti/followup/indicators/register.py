"""What the register knows of an area's cards, streamed as it was known at a moment; SQL alone, no profile.

One statement, linear in the area's cards and what happened to them. What it means for a line is in lives.
"""

import functools
from collections.abc import Iterator
from datetime import date, datetime
from itertools import groupby
from typing import Any, NamedTuple

import sqlalchemy as sa

from kaikukortti.db import UTCDateTime
from kaikukortti.models.cards import Card, CardEvent, CardPeriod
from kaikukortti.models.network import Unit
from kaikukortti.rules import period

AT_ONCE = 5_000


class Entry(NamedTuple):
    """A period of a card (`first_on` is set), or an event in its life."""

    line: str
    card_id: int
    unit_id: int
    card_kind: str
    id: int
    what: str
    first_on: date | None
    last_on: date | None
    recorded_at: datetime
    effective_from: datetime | None
    effective_until: datetime | None


def stream_lines(connection: sa.Connection, area_id: int, *, known_by: datetime) -> Iterator[list[Entry]]:
    """Return the entries of each line of an area's cards, those of one line together, its periods as they
    were given."""
    given = {"area_id": area_id, "known_by": known_by}
    rows = connection.execution_options(yield_per=AT_ONCE).execute(_query(), given)
    for _, group in groupby((Entry(*row) for row in rows), key=lambda entry: entry.line):
        yield sorted(group, key=given_on)


def given_on(entry: Entry) -> tuple[date, int]:
    """Return where an entry stands: a period on the day on which it was given, or on its first one where it was written
    down later (a paper form, an import). Events come first; what holds on a day goes by their ids.
    """
    if entry.first_on is None:
        return date.min, entry.id
    return min(period.day_of(entry.recorded_at), entry.first_on), entry.id


@functools.cache
def _query() -> sa.CompoundSelect[Any]:
    known_by = sa.bindparam("known_by", type_=UTCDateTime())
    none_day, none_moment = sa.cast(sa.null(), sa.Date()), sa.cast(sa.null(), UTCDateTime())
    periods = _of_cards(
        CardPeriod,
        sa.type_coerce(CardPeriod.kind, sa.String()),
        CardPeriod.first_on,
        CardPeriod.last_on,
        CardPeriod.recorded_at,
        none_moment.label("effective_from"),
        none_moment.label("effective_until"),
    ).where(
        CardPeriod.recorded_at < known_by,
        sa.or_(CardPeriod.withdrawn_at.is_(None), CardPeriod.withdrawn_at >= known_by),
    )
    events = _of_cards(
        CardEvent,
        sa.type_coerce(CardEvent.state, sa.String()),
        none_day,
        none_day,
        CardEvent.recorded_at,
        CardEvent.effective_from,
        CardEvent.effective_until,
    ).where(CardEvent.recorded_at < known_by)
    return sa.union_all(periods, events).order_by("line")


def _of_cards(entries: type[CardPeriod] | type[CardEvent], *columns: Any) -> sa.Select[Any]:
    return (
        sa.select(
            Card.line.label("line"),
            Card.id.label("card_id"),
            Card.unit_id,
            sa.type_coerce(Card.kind, sa.String()).label("card_kind"),
            entries.id.label("entry_id"),
            *columns,
        )
        .join(entries, entries.card_id == Card.id)
        .join(Unit, Unit.id == Card.unit_id)
        .where(Unit.area_id == sa.bindparam("area_id", type_=sa.Integer()), Card.line.is_not(None))
    )
