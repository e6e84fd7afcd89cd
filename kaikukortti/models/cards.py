"""Cards and their past. What is known about a client is not here but in `kaikukortti/profiles.py`."""

import secrets
from datetime import date, datetime
from enum import StrEnum

import sqlalchemy as sa
from sqlalchemy import CheckConstraint, ForeignKey, Index, String
from sqlalchemy.orm import Mapped, mapped_column, relationship

from kaikukortti.db import Base, choice
from kaikukortti.models.network import Area, Unit
from kaikukortti.rules.barrier import Barrier
from kaikukortti.rules.card import Action, CardKind, CardReason, State


class PeriodKind(StrEnum):
    """What opened a period of a card."""

    REGISTRATION = "registration"
    RENEWAL = "renewal"
    REPLACEMENT = "replacement"
    CORRECTION = "correction"


class BatchSource(StrEnum):
    """Where the numbers of a batch come from."""

    PRINTED = "printed"
    IMPORTED = "imported"


class Batch(Base):
    """A print run of stock cards for one unit, drawn here or printed elsewhere; `stolen_at` when it went astray."""

    __tablename__ = "batches"

    id: Mapped[int] = mapped_column(primary_key=True)
    area_id: Mapped[int] = mapped_column(ForeignKey("areas.id"), index=True)
    unit_id: Mapped[int] = mapped_column(ForeignKey("units.id"), index=True)
    kind: Mapped[CardKind] = mapped_column(choice(CardKind, "kind"))
    created_at: Mapped[datetime]
    source: Mapped[BatchSource] = mapped_column(
        choice(BatchSource, "source"), default=BatchSource.PRINTED, server_default="printed"
    )
    stolen_at: Mapped[datetime | None]

    area: Mapped[Area] = relationship()
    unit: Mapped[Unit] = relationship()


def new_ref() -> str:
    """Return a random name for a card: what a tablet keeps of a known card instead of its number."""
    return secrets.token_hex(8)


class Card(Base):
    """One printed card. `unit_id`, `line` and the days are empty until a unit registers it.

    `line` (128 random bits as hex) is copied by renewal and replacement, so that one holder counts once. `state`,
    `first_on`, `last_valid_on` and `children` are today's copy of what the periods and events say; `suspended_until` is
    the day from which a paused card is in use again. `ticket_budget` is what a community card may use in a calendar
    year. `n` is the number of the card's last change in the tablets' list (ListCounter); a stock card has none, unless
    its registration was undone: the tablets are to forget it.
    """

    __tablename__ = "cards"

    id: Mapped[int] = mapped_column(primary_key=True)
    number: Mapped[str] = mapped_column(String(24), unique=True)
    ref: Mapped[str] = mapped_column(String(16), unique=True, default=new_ref)
    batch_id: Mapped[int] = mapped_column(ForeignKey("batches.id"), index=True)
    kind: Mapped[CardKind] = mapped_column(choice(CardKind, "kind"))
    unit_id: Mapped[int | None] = mapped_column(ForeignKey("units.id"))
    line: Mapped[str | None] = mapped_column(String(32), index=True)
    state: Mapped[State] = mapped_column(choice(State, "state"), default=State.STOCK)
    first_on: Mapped[date | None]
    last_valid_on: Mapped[date | None]
    children: Mapped[int] = mapped_column(default=0)
    suspended_until: Mapped[date | None]
    replaced_by_id: Mapped[int | None] = mapped_column(ForeignKey("cards.id"))
    ticket_budget: Mapped[int | None]
    n: Mapped[int | None] = mapped_column(index=True)

    batch: Mapped[Batch] = relationship()
    unit: Mapped[Unit | None] = relationship()

    __table_args__ = (
        Index("ix_cards_unit_id_state", "unit_id", "state"),
        CheckConstraint("children between 0 and 20", name="children"),
        CheckConstraint("first_on <= last_valid_on", name="days"),
        CheckConstraint("suspended_until is null or state = 'suspended'", name="suspended_until"),
        CheckConstraint("ticket_budget is null or (ticket_budget >= 0 and kind = 'community')", name="ticket_budget"),
        CheckConstraint(
            "(state in ('stock', 'destroyed') and line is null)"
            " or (line is not null and unit_id is not null and first_on is not null and last_valid_on is not null)",
            name="registered",
        ),
    )


class CardPeriod(Base):
    """Append-only: first and last day and children, one row per registration, renewal or correction.

    `withdrawn_at` is set when a registration was undone the same day: such a row counts nowhere.
    """

    __tablename__ = "card_periods"

    id: Mapped[int] = mapped_column(primary_key=True)
    card_id: Mapped[int] = mapped_column(ForeignKey("cards.id"), index=True)
    kind: Mapped[PeriodKind] = mapped_column(choice(PeriodKind, "kind"))
    first_on: Mapped[date] = mapped_column(index=True)
    last_on: Mapped[date]
    children: Mapped[int]
    recorded_at: Mapped[datetime]
    recorded_by: Mapped[int | None] = mapped_column(ForeignKey("users.id"))
    withdrawn_at: Mapped[datetime | None]

    __table_args__ = (CheckConstraint("first_on <= last_on", name="days"),)


class CardEvent(Base):
    """Append-only: what happened to a card, from when until when it has effect, and who wrote it down.

    The state at a moment is that of the newest row (by id, the order of writing) whose effect covers the moment.
    `fields` names what a correction or a renewal changed, with commas between, never a value.
    """

    __tablename__ = "card_events"

    id: Mapped[int] = mapped_column(primary_key=True)
    card_id: Mapped[int] = mapped_column(ForeignKey("cards.id"), index=True)
    action: Mapped[Action] = mapped_column(choice(Action, "action"))
    state: Mapped[State] = mapped_column(choice(State, "state"))
    effective_from: Mapped[datetime]
    effective_until: Mapped[datetime | None]
    recorded_at: Mapped[datetime]
    recorded_by: Mapped[int | None] = mapped_column(ForeignKey("users.id"))
    reason: Mapped[CardReason | None] = mapped_column(choice(CardReason, "reason"))
    fields: Mapped[str] = mapped_column(String(60), default="", server_default=sa.text("''"))


class ListCounter(Base):
    """The one row that numbers every change of a card for the tablets' list; each change locks it.

    `epoch` changes when the whole list has to be fetched anew: after a restore, or when an area's days of grace change.
    """

    __tablename__ = "list_counters"

    id: Mapped[int] = mapped_column(primary_key=True)
    epoch: Mapped[str] = mapped_column(String(16))
    n: Mapped[int]

    __table_args__ = (CheckConstraint("id = 1", name="one_row"),)


class MobileCard(Base):
    """A page with a card's symbol for the holder's own telephone; only the hash of its address is kept."""

    __tablename__ = "mobile_cards"

    id: Mapped[int] = mapped_column(primary_key=True)
    card_id: Mapped[int] = mapped_column(ForeignKey("cards.id"), index=True)
    token_hash: Mapped[str] = mapped_column(String(64), unique=True)
    created_at: Mapped[datetime]
    created_by: Mapped[int | None] = mapped_column(ForeignKey("users.id"))
    withdrawn_at: Mapped[datetime | None]


class CardTalk(Base):
    """A worker talked with the holder of an unused card about using it. That alone: no answer, no note."""

    __tablename__ = "card_talks"

    id: Mapped[int] = mapped_column(primary_key=True)
    card_id: Mapped[int] = mapped_column(ForeignKey("cards.id"), index=True)
    talked_at: Mapped[datetime]
    recorded_by: Mapped[int | None] = mapped_column(ForeignKey("users.id"))


class BarrierAnswer(Base):
    """What kept a holder from going, one tap at renewal. `month` is its first day; no card and no unit stands here."""

    __tablename__ = "barrier_answers"

    id: Mapped[int] = mapped_column(primary_key=True)
    area_id: Mapped[int] = mapped_column(ForeignKey("areas.id"), index=True)
    month: Mapped[date]
    barrier: Mapped[Barrier] = mapped_column(choice(Barrier, "barrier"))


class StockCount(Base):
    """A unit counted its stock cards: how many were there, and how many should have been."""

    __tablename__ = "stock_counts"

    id: Mapped[int] = mapped_column(primary_key=True)
    unit_id: Mapped[int] = mapped_column(ForeignKey("units.id"), index=True)
    counted: Mapped[int]
    expected: Mapped[int]
    counted_at: Mapped[datetime]
    counted_by: Mapped[int | None] = mapped_column(ForeignKey("users.id"))

    __table_args__ = (CheckConstraint("counted >= 0 and expected >= 0", name="numbers"),)
