"""The ledger of visits. Only the venue side writes scans; the core reads them to count. A scan names no card."""

from datetime import date, datetime
from enum import StrEnum

from sqlalchemy import BigInteger, CheckConstraint, ForeignKey, Index, LargeBinary, String
from sqlalchemy.orm import Mapped, mapped_column, relationship

from kaikukortti.db import Base, choice
from kaikukortti.models.network import Venue
from kaikukortti.rules.flag import Flag
from kaikukortti.rules.verdict import Reason, VerdictClass


class DeviceState(StrEnum):
    """A tablet's standing with its venue."""

    ENROLLED = "enrolled"
    REVOKED = "revoked"


class Entry(StrEnum):
    """How a code came in."""

    CAMERA = "camera"
    SCANNER = "scanner"
    TYPED = "typed"
    BACKLOG = "backlog"


class Device(Base):
    """A tablet of a venue: only the hash of its credential, its list key encrypted."""

    __tablename__ = "devices"

    id: Mapped[int] = mapped_column(primary_key=True)
    venue_id: Mapped[int] = mapped_column(ForeignKey("venues.id"), index=True)
    name: Mapped[str] = mapped_column(String(60))
    credential_hash: Mapped[str] = mapped_column(String(64), unique=True)
    list_key: Mapped[bytes] = mapped_column(LargeBinary(200))
    state: Mapped[DeviceState] = mapped_column(choice(DeviceState, "state"), default=DeviceState.ENROLLED)
    enrolled_at: Mapped[datetime]
    last_contact_at: Mapped[datetime | None]
    revoked_at: Mapped[datetime | None]

    venue: Mapped[Venue] = relationship()


class Enrolment(Base):
    """A one-time code with which a tablet becomes a device; only its hash is kept."""

    __tablename__ = "enrolments"

    id: Mapped[int] = mapped_column(primary_key=True)
    venue_id: Mapped[int] = mapped_column(ForeignKey("venues.id"), index=True)
    code_hash: Mapped[str] = mapped_column(String(64), unique=True)
    created_at: Mapped[datetime]
    created_by: Mapped[int | None] = mapped_column(ForeignKey("users.id"))
    expires_at: Mapped[datetime]
    used_at: Mapped[datetime | None]
    device_id: Mapped[int | None] = mapped_column(ForeignKey("devices.id"))


class Scan(Base):
    """Immutable: one reading with its tickets, or the undo of one.

    `on_day` is the Helsinki day that the visit is counted on: the occurrence's, or the day of the reading.
    `body_hash` (SHA-256 of the canonical item) tells a repeated upload from another one with the same id.
    """

    __tablename__ = "scans"

    scan_id: Mapped[str] = mapped_column(String(36), primary_key=True)
    venue_id: Mapped[int] = mapped_column(ForeignKey("venues.id"))
    device_id: Mapped[int | None] = mapped_column(ForeignKey("devices.id"))
    user_id: Mapped[int | None] = mapped_column(ForeignKey("users.id"))
    occurrence_id: Mapped[int | None] = mapped_column(ForeignKey("occurrences.id"), index=True)
    occurred_at: Mapped[datetime]
    received_at: Mapped[datetime]
    on_day: Mapped[date]
    offset_ms: Mapped[int] = mapped_column(BigInteger, default=0)  # a clock that was reset is off by decades
    jumped: Mapped[bool] = mapped_column(default=False)
    entry: Mapped[Entry] = mapped_column(choice(Entry, "entry"))
    raw_code: Mapped[str | None] = mapped_column(String(64))
    shown: Mapped[VerdictClass | None] = mapped_column(choice(VerdictClass, "shown"))
    verdict: Mapped[VerdictClass] = mapped_column(choice(VerdictClass, "verdict"))
    reason: Mapped[Reason | None] = mapped_column(choice(Reason, "reason"))
    adult: Mapped[int] = mapped_column(default=0)
    child: Mapped[int] = mapped_column(default=0)
    assistant: Mapped[int] = mapped_column(default=0)
    interpreter: Mapped[int] = mapped_column(default=0)
    worker: Mapped[int] = mapped_column(default=0)
    under16: Mapped[int] = mapped_column(default=0)
    undoes: Mapped[str | None] = mapped_column(String(36), index=True)
    seq: Mapped[int | None]
    rules: Mapped[int | None]
    shift: Mapped[str | None] = mapped_column(String(20))
    body_hash: Mapped[bytes] = mapped_column(LargeBinary(32))

    __table_args__ = (
        Index("ix_scans_venue_id_on_day", "venue_id", "on_day"),
        Index("ix_scans_device_id_seq", "device_id", "seq"),
        CheckConstraint(
            "adult >= 0 and child >= 0 and assistant >= 0 and interpreter >= 0 and worker >= 0 and under16 >= 0",
            name="counts",
        ),
        CheckConstraint("device_id is not null or user_id is not null", name="source"),
    )


class ScanCard(Base):
    """Which card a scan was of; the whole row goes when the retention time is over. `line` is copied for counting."""

    __tablename__ = "scan_cards"

    scan_id: Mapped[str] = mapped_column(ForeignKey("scans.scan_id"), primary_key=True)
    card_id: Mapped[int] = mapped_column(ForeignKey("cards.id"), index=True)
    line: Mapped[str | None] = mapped_column(String(32), index=True)


class ScanDecision(Base):
    """Append-only: a flag raised on a scan, or the answer to it. The newest row with `counted` set decides."""

    __tablename__ = "scan_decisions"

    id: Mapped[int] = mapped_column(primary_key=True)
    scan_id: Mapped[str] = mapped_column(ForeignKey("scans.scan_id"), index=True)
    flag: Mapped[Flag] = mapped_column(choice(Flag, "flag"))
    counted: Mapped[bool | None]
    decided_at: Mapped[datetime]
    decided_by: Mapped[int | None] = mapped_column(ForeignKey("users.id"))

    scan: Mapped[Scan] = relationship()
