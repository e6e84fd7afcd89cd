"""Cards and their past. What is known about a client is not here but in `kaikukortti/profiles.py`."""

import secrets
from datetime import date, datetime
from enum import StrEnum

from sqlalchemy import CheckConstraint, ForeignKey, Index, String
from sqlalchemy.orm import Mapped, mapped_column, relationship

from kaikukortti.db import Base, choice
from kaikukortti.models.network import Area, Unit
from kaikukortti.rules.card import Action, BlockReason, CardKind, State


class PeriodKind(StrEnum):
    """What opened a period of a card."""

    REGISTRATION = "registration"
    RENEWAL = "renewal"
    REPLACEMENT = "replacement"
    CORRECTION = "correction"


class Batch(Base):
    """A print run of stock cards for one unit."""

    __tablename__ = "batches"

    id: Mapped[int] = mapped_column(primary_key=True)
    area_id: Mapped[int] = mapped_column(ForeignKey("areas.id"), index=True)
    unit_id: Mapped[int] = mapped_column(ForeignKey("units.id"), index=True)
    kind: Mapped[CardKind] = mapped_column(choice(CardKind, "kind"))
    created_at: Mapped[datetime]

    area: Mapped[Area] = relationship()
    unit: Mapped[Unit] = relationship()


def new_ref() -> str:
    """Return a random name for a card: what a tablet keeps of a known card instead of its number."""
    return secrets.token_hex(8)


class Card(Base):
    """One printed card. `unit_id`, `line` and the days are empty until a unit registers it.

    `line` (128 random bits as hex) is copied by renewal and replacement, so that one holder counts once. `state`,
    `first_on`, `last_valid_on` and `children` are today's copy of what the periods and events say.
    """

    __tablename__ = "cards"

    id: Mapped[int] = mapped_column(primary_key=True)
    number: Mapped[str] = mapped_column(String(11), unique=True)
    ref: Mapped[str] = mapped_column(String(16), unique=True, default=new_ref)
    batch_id: Mapped[int] = mapped_column(ForeignKey("batches.id"), index=True)
    kind: Mapped[CardKind] = mapped_column(choice(CardKind, "kind"))
    unit_id: Mapped[int | None] = mapped_column(ForeignKey("units.id"))
    line: Mapped[str | None] = mapped_column(String(32), index=True)
    state: Mapped[State] = mapped_column(choice(State, "state"), default=State.STOCK)
    first_on: Mapped[date | None]
    last_valid_on: Mapped[date | None]
    children: Mapped[int] = mapped_column(default=0)

    batch: Mapped[Batch] = relationship()
    unit: Mapped[Unit | None] = relationship()

    __table_args__ = (
        Index("ix_cards_unit_id_state", "unit_id", "state"),
        CheckConstraint("children between 0 and 20", name="children"),
        CheckConstraint("first_on <= last_valid_on", name="days"),
        CheckConstraint(
            "(state in ('stock', 'destroyed') and line is null)"
            " or (line is not null and unit_id is not null and first_on is not null and last_valid_on is not null)",
            name="registered",
        ),
    )


class CardPeriod(Base):
    """Append-only: first and last day and children, one row per registration, renewal or correction."""

    __tablename__ = "card_periods"

    id: Mapped[int] = mapped_column(primary_key=True)
    card_id: Mapped[int] = mapped_column(ForeignKey("cards.id"), index=True)
    kind: Mapped[PeriodKind] = mapped_column(choice(PeriodKind, "kind"))
    first_on: Mapped[date] = mapped_column(index=True)
    last_on: Mapped[date]
    children: Mapped[int]
    recorded_at: Mapped[datetime]
    recorded_by: Mapped[int | None] = mapped_column(ForeignKey("users.id"))

    __table_args__ = (CheckConstraint("first_on <= last_on", name="days"),)


class CardEvent(Base):
    """Append-only: what happened to a card, from when until when it has effect, and who wrote it down."""

    __tablename__ = "card_events"

    id: Mapped[int] = mapped_column(primary_key=True)
    card_id: Mapped[int] = mapped_column(ForeignKey("cards.id"), index=True)
    action: Mapped[Action] = mapped_column(choice(Action, "action"))
    state: Mapped[State] = mapped_column(choice(State, "state"))
    effective_from: Mapped[datetime]
    effective_until: Mapped[datetime | None]
    recorded_at: Mapped[datetime]
    recorded_by: Mapped[int | None] = mapped_column(ForeignKey("users.id"))
    reason: Mapped[BlockReason | None] = mapped_column(choice(BlockReason, "reason"))
