"""How long things are kept: runs of retention, the journal of erasures, months of the trail that were closed."""

from datetime import date, datetime
from enum import StrEnum
from typing import Any

from sqlalchemy import JSON, ForeignKey, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from kaikukortti.db import Base, choice


class ErasureCause(StrEnum):
    """Why the data of a line of cards went."""

    ASKED = "asked"
    TIME = "time"


class RetentionRun(Base):
    """One run of retention, in earnest: when, by which clock, and how many rows of each kind it took."""

    __tablename__ = "retention_runs"

    id: Mapped[int] = mapped_column(primary_key=True)
    began_at: Mapped[datetime]
    ended_at: Mapped[datetime]
    report: Mapped[dict[str, Any]] = mapped_column(JSON)


class Erasure(Base):
    """The data of one line of cards were erased. `line_ref` is a keyed hash: by it a restored copy is cleaned again."""

    __tablename__ = "erasures"

    id: Mapped[int] = mapped_column(primary_key=True)
    line_ref: Mapped[str] = mapped_column(String(64), unique=True)
    cause: Mapped[ErasureCause] = mapped_column(choice(ErasureCause, "cause"))
    erased_at: Mapped[datetime]
    asked_by: Mapped[int | None] = mapped_column(ForeignKey("users.id"))


class FirstUse(Base):
    """The month (its first day) in which a line was taken into use; written when the link of that visit is cut.

    Whether a card was ever used and whether a visit was its first stays known so. Where and on which day does not.
    """

    __tablename__ = "first_uses"

    line: Mapped[str] = mapped_column(String(32), primary_key=True)
    month: Mapped[date]


class UnitQuarter(Base):
    """What a unit is told of its own cards' visits in a quarter (its first day), kept when their links are cut: empty
    where nothing may be told.
    """

    __tablename__ = "unit_quarters"

    unit_id: Mapped[int] = mapped_column(ForeignKey("units.id"), primary_key=True)
    quarter: Mapped[date] = mapped_column(primary_key=True)
    uses: Mapped[int | None]
    cards: Mapped[int | None]


class AuditSeal(Base):
    """The entries of an organisation's chain up to `last_seq`, counted and closed at a month's end.

    Only entries under a seal may ever be deleted; the chain is then verified from the seal on.
    """

    __tablename__ = "audit_seals"

    id: Mapped[int] = mapped_column(primary_key=True)
    organisation: Mapped[str] = mapped_column(String(24))
    month: Mapped[date]
    first_seq: Mapped[int]
    last_seq: Mapped[int]
    last_hash: Mapped[str] = mapped_column(String(64))
    sealed_at: Mapped[datetime]
    entries_gone_at: Mapped[datetime | None]

    __table_args__ = (UniqueConstraint("organisation", "month"),)
