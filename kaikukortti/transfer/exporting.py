"""An area's cards and uses as rows of the shapes that are taken in, streamed with flat memory."""

import functools
from collections.abc import Iterator
from datetime import date, datetime
from itertools import groupby
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import aliased

from kaikukortti import audit
from kaikukortti.db import db, transactional
from kaikukortti.models import counted
from kaikukortti.models.cards import Card, CardPeriod, PeriodKind
from kaikukortti.models.ledger import Scan, ScanCard
from kaikukortti.models.network import Area, Unit, Venue
from kaikukortti.models.programme import Event, Occurrence
from kaikukortti.profiles import Profile
from kaikukortti.rules.access import Actor, Role

AT_ONCE = 2_000
USES_AT_ONCE = 10_000  # PostgreSQL takes longer to plan the query of uses than to read two thousand of them


@transactional
def note(area: Area, what: str, *, rows: int, now: datetime) -> None:
    """Write into the area's log that its cards or uses were taken out."""
    actor = Actor(None, "command line", Role.COORDINATOR, area_id=area.id)
    audit.record(f"{what}.exported", actor=actor, now=now, detail={"rows": rows})


def cards(area_id: int) -> Iterator[list[str]]:
    """Yield an area's cards that have been handed out, in the columns of columns.CARDS, a replaced one before the card
    that took its place. The days of a card that was renewed after a gap are those from its first day on.
    """
    before = aliased(Card)
    query = (
        sa.select(Card, Unit.name_fi, Profile, sa.func.min(before.number).label("replaces"))
        .join(Unit, Unit.id == Card.unit_id)
        .outerjoin(Profile, Profile.line == Card.line)
        .outerjoin(before, sa.and_(before.line == Card.line, before.replaced_by_id == Card.id))
        .group_by(Card.id, Unit.id, Profile.line)
        .order_by(Card.line, Card.id)
    )
    # Chosen first: joined and grouped at once, each page would read all cards of the area.
    page = sa.select(Card.id).join(Unit, Unit.id == Card.unit_id).where(Unit.area_id == area_id)
    page = page.order_by(Card.line, Card.id).limit(AT_ONCE)
    after = ""
    while rows := db.session.execute(query.where(Card.id.in_(page.where(Card.line > after)))).all():
        if len(rows) == AT_ONCE and rows[0].Card.line != rows[-1].Card.line:  # the last line may go on
            rows = [row for row in rows if row.Card.line != rows[-1].Card.line]
        spans = _spans([row.Card.id for row in rows])
        after = rows[-1].Card.line
        for _, line in groupby(rows, key=lambda row: row.Card.line):
            for card, unit, profile, replaces in _in_order(list(line)):
                yield _card_row(card, unit, profile, replaces, spans[card.id])
        db.session.rollback()


def uses(area_id: int) -> Iterator[list[str]]:
    """Yield the uses at an area's venues that count, in the columns of columns.USES, in order of their ids. A later
    read of a course place or a pass is none.
    """
    query, after = _uses(), ""
    page = sa.select(Scan.scan_id).order_by(Scan.scan_id).limit(USES_AT_ONCE)
    while ids := db.session.scalars(page.where(Scan.scan_id > after)).all():
        after = ids[-1]
        for row in db.session.execute(query, {"area_id": area_id, "first": ids[0], "last": after}):
            used = _use_row(row)
            if any(used[5:9]):
                yield used
        db.session.rollback()


@functools.cache
def _uses() -> sa.Select[Any]:
    """Return the query of an area's uses from an id (`first`) to another (`last`); made once."""
    first, last = sa.bindparam("first", type_=sa.String()), sa.bindparam("last", type_=sa.String())
    columns: list[Any] = [
        Scan.scan_id,
        Scan.on_day,
        Venue.name_fi,
        Event.title_fi,
        sa.func.coalesce(Event.category, Venue.category),
        sa.func.coalesce(Card.number, Scan.raw_code),
        counted.ADULTS,
        counted.CHILDREN,
        Scan.assistant,
        Scan.interpreter,
        counted.is_detached(),
        Venue.category,
        counted.used_by(sa.literal_column("1", sa.Integer())),
    ]
    return (
        sa.select(*columns)
        .join(Venue, Venue.id == Scan.venue_id + 0)  # SQLite would walk the venues' scans, and sort them, for each page
        .outerjoin(Occurrence, Occurrence.id == Scan.occurrence_id)
        .outerjoin(Event, Event.id == Occurrence.event_id)
        .outerjoin(ScanCard, ScanCard.scan_id == Scan.scan_id)
        .outerjoin(Card, Card.id == ScanCard.card_id)
        .where(Venue.area_id == sa.bindparam("area_id", type_=sa.Integer()), counted.is_counted())
        .where(Scan.scan_id.between(first, last))
        .order_by(Scan.scan_id)
    )


def _in_order(line: list[Any]) -> list[Any]:
    """Return the cards of a line in the order in which they took each other's place."""
    by_number = {row.Card.number: row for row in line}

    def depth(row: Any) -> int:
        before = by_number.get(row.replaces or "")
        return 0 if before is None else 1 + depth(before)

    return sorted(line, key=depth)


def _use_row(row: Any) -> list[str]:
    scan_id, on_day, venue, event, category, code, *counts, is_detached, own, is_use = row
    if is_detached:  # its event was cancelled: a visit to the house
        event, category = None, own
    counts[:2] = counts[:2] if is_use else (0, 0)
    numbers = [str(count) if count else "" for count in counts]
    return [_day(on_day), venue, event or "", category.value, code or "", *numbers, scan_id]


def _card_row(
    card: Card, unit: str, profile: Profile | None, replaces: str | None, spans: list[CardPeriod]
) -> list[str]:
    renewed = [span.first_on for span in spans if span.kind is PeriodKind.RENEWAL]
    first = min([span.first_on for span in spans] + [card.first_on or date.max])
    own = [day for day in renewed if day > first]
    told: list[str] = ["", "", "", "", ""]
    if profile is not None:
        answers = (profile.gender, profile.life_situation, profile.language)
        told = [str(profile.birth_year), profile.postcode, *(answer.value if answer else "" for answer in answers)]
    last = card.last_valid_on
    return [
        card.number,
        unit,
        _day(first),
        _day(last) if last else "",
        told[0],
        told[1],
        str(card.children),
        *told[2:],
        card.kind.value,
        " ".join(map(_day, sorted(own))),
        card.state.value,
        replaces or "",
    ]


def _spans(card_ids: list[int]) -> dict[int, list[CardPeriod]]:
    found: dict[int, list[CardPeriod]] = {key: [] for key in card_ids}
    query = sa.select(CardPeriod).where(CardPeriod.card_id.in_(card_ids), CardPeriod.withdrawn_at.is_(None))
    for span in db.session.scalars(query.order_by(CardPeriod.id)):
        found[span.card_id].append(span)
    return found


def _day(day: date) -> str:
    return day.isoformat()
