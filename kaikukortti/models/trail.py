"""The trail: append-only audit entries, one hash chain per organisation, and the yearly keys that hide card numbers."""

from datetime import datetime
from typing import Any

from sqlalchemy import JSON, ForeignKey, LargeBinary, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from kaikukortti.db import Base


class AuditEntry(Base):
    """One change or one look. `card_ref` is a yearly-key HMAC of the card number, never the number.

    `purpose` is what the page is for (rules/purpose) and `request_id` the request; a command has neither.
    """

    __tablename__ = "audit_entries"

    id: Mapped[int] = mapped_column(primary_key=True)
    organisation: Mapped[str] = mapped_column(String(24))
    seq: Mapped[int]
    at: Mapped[datetime]
    user_id: Mapped[int | None] = mapped_column(ForeignKey("users.id"))
    role: Mapped[str] = mapped_column(String(24))
    action: Mapped[str] = mapped_column(String(40))
    card_ref: Mapped[str | None] = mapped_column(String(64), index=True)
    detail: Mapped[dict[str, Any]] = mapped_column(JSON)
    previous_hash: Mapped[str] = mapped_column(String(64))
    entry_hash: Mapped[str] = mapped_column(String(64))
    purpose: Mapped[str | None] = mapped_column(String(24))
    request_id: Mapped[str | None] = mapped_column(String(16))

    __table_args__ = (UniqueConstraint("organisation", "seq"),)


class AuditHead(Base):
    """The newest link of an organisation's chain; its row is locked by each new entry."""

    __tablename__ = "audit_heads"

    organisation: Mapped[str] = mapped_column(String(24), primary_key=True)
    seq: Mapped[int]
    entry_hash: Mapped[str] = mapped_column(String(64))


class AuditKey(Base):
    """The secret of one year's card references; destroying it cuts the link from log to card."""

    __tablename__ = "audit_keys"

    year: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    secret: Mapped[bytes] = mapped_column(LargeBinary(32))
