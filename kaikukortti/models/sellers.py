"""Keys of ticket sellers' systems, and the answers that they were given, for requests that come twice."""

from datetime import datetime

import sqlalchemy as sa
from sqlalchemy import JSON, ForeignKey, LargeBinary, String
from sqlalchemy.orm import Mapped, mapped_column, relationship

from kaikukortti.db import Base
from kaikukortti.models.network import Venue


class ApiKey(Base):
    """A venue's key for a ticket seller's system; only the hash of its secret part is kept.

    `prefix` is shown in lists and found by; `scopes` are the calls that it may make (checks, uses, bookings).
    `replaces_id` is the key that this one took over from. A sandbox key knows the practice cards alone, and nothing of
    it reaches the figures.
    """

    __tablename__ = "api_keys"

    id: Mapped[int] = mapped_column(primary_key=True)
    venue_id: Mapped[int] = mapped_column(ForeignKey("venues.id"), index=True)
    name: Mapped[str] = mapped_column(String(60))
    prefix: Mapped[str] = mapped_column(String(12), unique=True)
    secret_hash: Mapped[str] = mapped_column(String(64))
    scopes: Mapped[list[str]] = mapped_column(JSON, default=list)
    is_sandbox: Mapped[bool] = mapped_column(default=False, server_default=sa.false())
    created_at: Mapped[datetime]
    created_by: Mapped[int | None] = mapped_column(ForeignKey("users.id"))
    expires_at: Mapped[datetime | None]
    last_used_at: Mapped[datetime | None]
    revoked_at: Mapped[datetime | None]
    replaces_id: Mapped[int | None] = mapped_column(ForeignKey("api_keys.id"))

    venue: Mapped[Venue] = relationship()


class ApiAnswer(Base):
    """What a request with an Idempotency-Key was answered: the same request gets the same answer.

    `idempotency_key` is the SHA-256 of what the caller chose, `body_hash` that of call and body. `status` is
    empty while the first request is still at work.
    """

    __tablename__ = "api_answers"

    api_key_id: Mapped[int] = mapped_column(ForeignKey("api_keys.id"), primary_key=True)
    idempotency_key: Mapped[str] = mapped_column(String(64), primary_key=True)
    body_hash: Mapped[bytes] = mapped_column(LargeBinary(32))
    status: Mapped[int | None]
    answer: Mapped[str | None] = mapped_column(sa.Text)
    created_at: Mapped[datetime] = mapped_column(index=True)
