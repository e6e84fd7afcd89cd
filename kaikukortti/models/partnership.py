"""What units and venues owe the network: commitments, yearly instruction, reminders that were sent."""

from datetime import date, datetime
from enum import StrEnum

import sqlalchemy as sa
from sqlalchemy import CheckConstraint, ForeignKey, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from kaikukortti.db import Base, choice

ONE_PARTNER = "(unit_id is null) <> (venue_id is null)"


class InstructionKind(StrEnum):
    """How people were instructed."""

    READ = "read"
    PRACTISED = "practised"
    EVENT = "event"


class Commitment(Base):
    """Append-only: a partner agreed to a version of the commitment, by one of its people."""

    __tablename__ = "commitments"

    id: Mapped[int] = mapped_column(primary_key=True)
    unit_id: Mapped[int | None] = mapped_column(ForeignKey("units.id"), index=True)
    venue_id: Mapped[int | None] = mapped_column(ForeignKey("venues.id"), index=True)
    version: Mapped[str] = mapped_column(String(20))
    agreed_at: Mapped[datetime]
    agreed_by: Mapped[int | None] = mapped_column(ForeignKey("users.id"))

    __table_args__ = (CheckConstraint(ONE_PARTNER, name="one_partner"),)


class Instruction(Base):
    """Append-only: somebody of a partner was instructed on a day; an event counts for the whole partner."""

    __tablename__ = "instructions"

    id: Mapped[int] = mapped_column(primary_key=True)
    unit_id: Mapped[int | None] = mapped_column(ForeignKey("units.id"), index=True)
    venue_id: Mapped[int | None] = mapped_column(ForeignKey("venues.id"), index=True)
    kind: Mapped[InstructionKind] = mapped_column(choice(InstructionKind, "kind"))
    on_day: Mapped[date]
    user_id: Mapped[int | None] = mapped_column(ForeignKey("users.id"))
    recorded_at: Mapped[datetime]
    recorded_by: Mapped[int | None] = mapped_column(ForeignKey("users.id"))

    __table_args__ = (CheckConstraint(ONE_PARTNER, name="one_partner"),)


class Reminder(Base):
    """A reminder or a digest that was put into the mail: `about` and `due` make it once."""

    __tablename__ = "reminders"

    id: Mapped[int] = mapped_column(primary_key=True)
    kind: Mapped[str] = mapped_column(String(30))
    about: Mapped[str] = mapped_column(String(40))
    due: Mapped[date]
    sent_at: Mapped[datetime]

    __table_args__ = (UniqueConstraint("kind", "about", "due"),)


class PartnerMove(Base):
    """A unit that left handed its cards and its stock to another unit, in one step."""

    __tablename__ = "partner_moves"

    id: Mapped[int] = mapped_column(primary_key=True)
    from_unit_id: Mapped[int] = mapped_column(ForeignKey("units.id"), index=True)
    to_unit_id: Mapped[int] = mapped_column(ForeignKey("units.id"), index=True)
    cards: Mapped[int]
    stock: Mapped[int] = mapped_column(default=0, server_default=sa.text("0"))
    moved_at: Mapped[datetime]
    moved_by: Mapped[int | None] = mapped_column(ForeignKey("users.id"))
