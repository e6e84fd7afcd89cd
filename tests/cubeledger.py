"""A network and its visits for tests of the statistics, written by the hundred: cards, their past, profiles, scans.

Other than in factories, nothing is committed card by card; `save` writes what has been added.
"""

import uuid
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from typing import Any

import sqlalchemy as sa

from kaikukortti.cube import counting, freezing
from kaikukortti.cube.freezing import Due
from kaikukortti.cube.periods import Period, parse
from kaikukortti.cube.tables import Key
from kaikukortti.db import db
from kaikukortti.models.cards import Card, CardEvent, CardPeriod, PeriodKind, new_ref
from kaikukortti.models.ledger import Entry, Scan, ScanCard
from kaikukortti.models.network import Area, Venue
from kaikukortti.profiles import LifeSituation, Profile
from kaikukortti.rules import period
from kaikukortti.rules.card import Action, CardKind, State
from kaikukortti.rules.verdict import VerdictClass
from tests import factories

NO_TICKETS = dict.fromkeys(("adult", "child", "assistant", "interpreter", "worker", "under16"), 0)


@dataclass(frozen=True)
class Holder:
    """A card in use."""

    card_id: int
    line: str


@dataclass
class Ledger:
    """An area with a unit, and what is to be written for it."""

    area: Area = field(default_factory=factories.the_area)
    rows: dict[Any, list[dict[str, Any]]] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self.unit = factories.make_unit(self.area)
        self._writer_id = factories.make_user(password=None).id

    def cards(
        self,
        count: int,
        *,
        first_on: date = date(2026, 1, 2),
        birth_year: int = 1980,
        postcode: str = "53100",
        situation: LifeSituation | None = None,
        kind: CardKind = CardKind.PERSONAL,
    ) -> list[Holder]:
        """Add cards that are valid for a year, all alike."""
        batch_id = factories.make_stock_card(self.unit, kind=kind).batch_id
        days = {"first_on": first_on, "last_valid_on": first_on + timedelta(days=364)}
        alike = {"batch_id": batch_id, "kind": kind, "unit_id": self.unit.id, "state": State.ACTIVE, "children": 0}
        lines = [uuid.uuid4().hex for _ in range(count)]
        rows = [
            {**alike, **days, "number": factories.make_number(self.area.prefix), "ref": new_ref(), "line": line}
            for line in lines
        ]
        db.session.execute(sa.insert(Card), rows)
        found = db.session.execute(
            sa.select(Card.id, Card.line).where(Card.batch_id == batch_id, Card.line.is_not(None))
        )
        made = [Holder(card_id, line or "") for card_id, line in found]
        for one in made:
            self._past(one, first_on, period.moment_of(first_on, time(0)))
            if kind is CardKind.PERSONAL:
                told = {"birth_year": birth_year, "postcode": postcode, "life_situation": situation}
                self._add(Profile, {"line": one.line, "gender": None, "language": None, **told})
        self.save()
        return made

    def _past(self, one: Holder, first_on: date, midnight: datetime) -> None:
        known = {"card_id": one.card_id, "recorded_at": midnight}
        days = {"first_on": first_on, "last_on": first_on + timedelta(days=364), "children": 0}
        self._add(CardPeriod, {**known, "kind": PeriodKind.REGISTRATION, **days})
        self._add(CardEvent, {**known, "action": Action.REGISTER, "state": State.ACTIVE, "effective_from": midnight})

    def visit(
        self, holder: Holder | None, venue: Venue, on_day: date, *, received_at: datetime | None = None, **facts: Any
    ) -> str:
        """Add a visit of one adult when nothing else is said, and return its scan id."""
        scan_id = str(uuid.uuid4())
        occurred_at = period.moment_of(on_day, time(18))
        row = {
            **NO_TICKETS,
            "scan_id": scan_id,
            "venue_id": venue.id,
            "user_id": self._writer_id,
            "occurred_at": occurred_at,
            "received_at": received_at or occurred_at + timedelta(seconds=1),
            "on_day": on_day,
            "entry": Entry.CAMERA,
            "verdict": VerdictClass.WELCOME,
            "body_hash": b"0" * 32,
            "occurrence_id": None,
            "undoes": None,
            "raw_code": None,
            "adult": 1,
        }
        self._add(Scan, {**row, **facts})
        if holder is not None:
            self._add(ScanCard, {"scan_id": scan_id, "card_id": holder.card_id, "line": holder.line})
        return scan_id

    def undo(self, scan_id: str, venue: Venue, on_day: date, *, received_at: datetime) -> None:
        """Add the undo of a visit."""
        self.visit(None, venue, on_day, received_at=received_at, undoes=scan_id, adult=0)

    def save(self) -> None:
        """Write what has been added."""
        for table, rows in self.rows.items():
            db.session.execute(sa.insert(table), rows)
        self.rows = {}
        db.session.commit()

    def _add(self, table: Any, row: dict[str, Any]) -> None:
        self.rows.setdefault(table, []).append(row)


def exact(area: Area, code: str, at: Period | str, *, revision: int = 1) -> dict[Key, int]:
    """Return the cells of a table before rounding, counted anew."""
    found = parse(at) if isinstance(at, str) else at
    cells = freezing.count(Due(area.id, area.prefix, found, revision)).cells.get(code, {})
    return {key: number_of(cell) for key, cell in cells.items()}


def number_of(cell: counting.Cell) -> int:
    """Return what a cell counts: tickets or registrations, or else cards."""
    return cell.number or cell.cards
