"""The ledger of visits. Only the venue side writes scans; the core reads them to count. A scan names no card."""

from datetime import date, datetime
from enum import StrEnum

import sqlalchemy as sa
from sqlalchemy import BigInteger, CheckConstraint, ForeignKey, Index, LargeBinary, String
from sqlalchemy.orm import Mapped, mapped_column, relationship

from kaikukortti.db import Base, choice
from kaikukortti.models import lateness
from kaikukortti.models.network import Venue
from kaikukortti.models.sellers import ApiKey
from kaikukortti.rules.flag import Answer, Flag, WithdrawalReason
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
    SELLER = "seller"
    IMPORTED = "imported"


class CutAs(StrEnum):
    """What stays known of a scan whose link to a card, or whose code that is not ours, was cut: of what it was, and
    that it was a later read of a course or a pass, which is no use. An erased line's scans went before their time.
    """

    CARD = "card"
    CARD_LATER = "card_later"
    COMMUNITY = "community"
    COMMUNITY_LATER = "community_later"
    OTHER = "other"
    OTHER_LATER = "other_later"
    ERASED = "erased"
    ERASED_LATER = "erased_later"


CUT_BY_AGE = (CutAs.CARD, CutAs.CARD_LATER, CutAs.COMMUNITY, CutAs.COMMUNITY_LATER)
CUT_OF_CARDS = (*CUT_BY_AGE, CutAs.ERASED, CutAs.ERASED_LATER)
CUT_OF_COMMUNITY = (CutAs.COMMUNITY, CutAs.COMMUNITY_LATER)
CUT_LATER = (CutAs.CARD_LATER, CutAs.COMMUNITY_LATER, CutAs.OTHER_LATER, CutAs.ERASED_LATER)


class Device(Base):
    """A tablet of a venue: only the hash of its credential, its list key encrypted.

    `key_number` counts the list keys that the tablet has been given (DeviceKey keeps the earlier ones). `waiting` is
    how many registrations it said were still to be sent at `last_contact_at`; `tested_at` the last self-test that found
    all in order; `cookie_given_at` when its credential was last given or renewed.
    """

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
    key_number: Mapped[int] = mapped_column(default=1, server_default="1")
    waiting: Mapped[int | None]
    tested_at: Mapped[datetime | None]
    cookie_given_at: Mapped[datetime | None]

    venue: Mapped[Venue] = relationship()


class DeviceKey(Base):
    """An earlier list key of a tablet: it opens rescue files that were sealed before the key was renewed."""

    __tablename__ = "device_keys"

    device_id: Mapped[int] = mapped_column(ForeignKey("devices.id"), primary_key=True)
    key_number: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    list_key: Mapped[bytes] = mapped_column(LargeBinary(200))
    renewed_at: Mapped[datetime]


class Enrolment(Base):
    """A one-time code with which a tablet becomes a device; only its hash is kept.

    `renews_id` names the device that gets new keys with it, rather than a new device.
    """

    __tablename__ = "enrolments"

    id: Mapped[int] = mapped_column(primary_key=True)
    venue_id: Mapped[int] = mapped_column(ForeignKey("venues.id"), index=True)
    code_hash: Mapped[str] = mapped_column(String(64), unique=True)
    created_at: Mapped[datetime]
    created_by: Mapped[int | None] = mapped_column(ForeignKey("users.id"))
    expires_at: Mapped[datetime]
    used_at: Mapped[datetime | None]
    device_id: Mapped[int | None] = mapped_column(ForeignKey("devices.id"))
    renews_id: Mapped[int | None] = mapped_column(ForeignKey("devices.id"))


class Scan(Base):
    """Immutable: one reading with its tickets, or the undo of one.

    `on_day` is the Helsinki day that the visit is counted on: the occurrence's, or the day of the reading.
    `body_hash` (SHA-256 of the canonical item) tells a repeated upload from another one with the same id. `seq` is the
    number of the list that the tablet judged with. `series` names one life of a tablet's storage and `run` counts its
    registrations from 1, so that a gap shows. `carried_by` is the device that brought a rescue file. `api_key_id` is
    the ticket seller's system that sent it. An area's earlier record (`entry` imported) may be of many visits at once.
    `cut_as` (CutAs) is written when retention takes away `raw_code` and the link to the card: what counted, counts on.
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
    series: Mapped[str | None] = mapped_column(String(16))
    run: Mapped[int | None]
    carried_by: Mapped[int | None] = mapped_column(ForeignKey("devices.id"))
    api_key_id: Mapped[int | None] = mapped_column(ForeignKey(ApiKey.id))
    body_hash: Mapped[bytes] = mapped_column(LargeBinary(32))
    cut_as: Mapped[str | None] = mapped_column(String(16))

    __table_args__ = (
        Index("ix_scans_venue_id_on_day", "venue_id", "on_day"),
        # Retention asks every night which are old: of those that it has not been through, hardly any.
        Index(
            "ix_scans_uncut",
            "on_day",
            postgresql_where=sa.text("cut_as IS NULL"),
            sqlite_where=sa.text("cut_as IS NULL"),
        ),
        Index("ix_scans_device_id_series_run", "device_id", "series", "run"),
        # Few scans keep a raw code: they are looked through when a card is registered.
        Index(
            "ix_scans_unknown",
            "occurred_at",
            postgresql_where=sa.text("raw_code IS NOT NULL"),
            sqlite_where=sa.text("raw_code IS NOT NULL"),
        ),
        # Whether a read of a course was a code's first there takes all visits of that code.
        Index(
            "ix_scans_raw_code",
            "raw_code",
            postgresql_where=sa.text("raw_code IS NOT NULL"),
            sqlite_where=sa.text("raw_code IS NOT NULL"),
        ),
        # Fewer still arrive long after their day: the statistics count them in the month of arrival.
        Index(
            "ix_scans_late",
            "received_at",
            postgresql_where=sa.text(lateness.ON_POSTGRESQL),
            sqlite_where=sa.text(lateness.ON_SQLITE),
        ),
        CheckConstraint(
            "adult >= 0 and child >= 0 and assistant >= 0 and interpreter >= 0 and worker >= 0 and under16 >= 0",
            name="counts",
        ),
        CheckConstraint(
            "device_id is not null or user_id is not null or api_key_id is not null or entry = 'imported'",
            name="source",
        ),
    )


class ScanCard(Base):
    """Which card a scan was of; the whole row goes when the retention time is over. `line` is copied for counting."""

    __tablename__ = "scan_cards"

    scan_id: Mapped[str] = mapped_column(ForeignKey("scans.scan_id"), primary_key=True)
    card_id: Mapped[int] = mapped_column(ForeignKey("cards.id"), index=True)
    line: Mapped[str | None] = mapped_column(String(32), index=True)


class ScanDecision(Base):
    """Append-only: a flag raised on a scan (`answer` is None), or the answer to it. The newest row with `counted` set
    decides. `is_suggested` marks the answer that was applied because nobody gave one in time.
    """

    __tablename__ = "scan_decisions"

    id: Mapped[int] = mapped_column(primary_key=True)
    scan_id: Mapped[str] = mapped_column(ForeignKey("scans.scan_id"), index=True)
    flag: Mapped[Flag] = mapped_column(choice(Flag, "flag"))
    counted: Mapped[bool | None]
    decided_at: Mapped[datetime] = mapped_column(index=True)
    decided_by: Mapped[int | None] = mapped_column(ForeignKey("users.id"))
    answer: Mapped[Answer | None] = mapped_column(choice(Answer, "answer"))
    reason: Mapped[WithdrawalReason | None] = mapped_column(choice(WithdrawalReason, "reason"))
    is_suggested: Mapped[bool] = mapped_column(default=False, server_default=sa.false())

    scan: Mapped[Scan] = relationship()
