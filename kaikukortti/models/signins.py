"""How people sign in: sessions, second factors, recovery codes, links to a new password; what slows down guessing."""

from datetime import datetime
from enum import StrEnum

from sqlalchemy import BigInteger, CheckConstraint, ForeignKey, LargeBinary, String
from sqlalchemy.orm import Mapped, mapped_column, relationship

from kaikukortti.db import Base, choice
from kaikukortti.models.network import Membership, User


class FactorKind(StrEnum):
    """What a person has beside the password."""

    TOTP = "totp"
    PASSKEY = "passkey"


class StaffSession(Base):
    """One signed-in browser of a member of staff; only the hash of its cookie's token is kept.

    `membership_id` is the role that the person acts in. `confirmed_at` is when the person last proved to be there, by
    signing in or by confirming anew. `browser` says in a few words which it is, for the list of the own sessions.
    """

    __tablename__ = "staff_sessions"

    id: Mapped[int] = mapped_column(primary_key=True)
    token_hash: Mapped[str] = mapped_column(String(64), unique=True)
    user_id: Mapped[int] = mapped_column(ForeignKey("users.id"), index=True)
    membership_id: Mapped[int | None] = mapped_column(ForeignKey("memberships.id", ondelete="SET NULL"), index=True)
    browser: Mapped[str] = mapped_column(String(80), default="")
    created_at: Mapped[datetime]
    seen_at: Mapped[datetime]
    confirmed_at: Mapped[datetime]
    ends_at: Mapped[datetime] = mapped_column(index=True)

    user: Mapped[User] = relationship()
    membership: Mapped[Membership | None] = relationship()


class SecondFactor(Base):
    """An authenticator app (its secret under seal, the newest step of thirty seconds that was used) or a passkey."""

    __tablename__ = "second_factors"

    id: Mapped[int] = mapped_column(primary_key=True)
    user_id: Mapped[int] = mapped_column(ForeignKey("users.id"), index=True)
    kind: Mapped[FactorKind] = mapped_column(choice(FactorKind, "kind"))
    name: Mapped[str] = mapped_column(String(60))
    created_at: Mapped[datetime]
    last_used_at: Mapped[datetime | None]
    sealed_secret: Mapped[bytes | None] = mapped_column(LargeBinary(200))
    last_step: Mapped[int | None] = mapped_column(BigInteger)
    credential_id: Mapped[bytes | None] = mapped_column(LargeBinary(1023), unique=True)
    public_key: Mapped[bytes | None] = mapped_column(LargeBinary(2000))
    sign_count: Mapped[int | None] = mapped_column(BigInteger)

    __table_args__ = (
        CheckConstraint(
            "(kind = 'totp' and sealed_secret is not null and credential_id is null)"
            " or (kind = 'passkey' and sealed_secret is null and credential_id is not null and public_key is not null"
            " and sign_count is not null)",
            name="one_kind",
        ),
    )


class RecoveryCode(Base):
    """A code for the day on which the second factor is lost: good once, only its hash is kept."""

    __tablename__ = "recovery_codes"

    id: Mapped[int] = mapped_column(primary_key=True)
    user_id: Mapped[int] = mapped_column(ForeignKey("users.id"), index=True)
    code_hash: Mapped[str] = mapped_column(String(64), unique=True)
    created_at: Mapped[datetime]
    used_at: Mapped[datetime | None]


class PasswordReset(Base):
    """A single-use link to a new password; only its hash is kept."""

    __tablename__ = "password_resets"

    id: Mapped[int] = mapped_column(primary_key=True)
    user_id: Mapped[int] = mapped_column(ForeignKey("users.id"), index=True)
    token_hash: Mapped[str] = mapped_column(String(64), unique=True)
    created_at: Mapped[datetime]
    expires_at: Mapped[datetime]
    used_at: Mapped[datetime | None]


class Challenge(Base):
    """A sign-in or a confirmation that waits for the second factor, or a passkey that is being added.

    Only the hash of its token is kept; `nonce` is what a passkey has to sign; `tries` counts wrong codes.
    """

    __tablename__ = "challenges"

    id: Mapped[int] = mapped_column(primary_key=True)
    token_hash: Mapped[str] = mapped_column(String(64), unique=True)
    user_id: Mapped[int] = mapped_column(ForeignKey("users.id"), index=True)
    purpose: Mapped[str] = mapped_column(String(16))
    nonce: Mapped[bytes] = mapped_column(LargeBinary(64))
    tries: Mapped[int] = mapped_column(default=0)
    created_at: Mapped[datetime]
    expires_at: Mapped[datetime]

    __table_args__ = (CheckConstraint("purpose in ('sign_in', 'confirm', 'add')", name="purpose"),)


class Throttle(Base):
    """Tries that went wrong: by account or network address (`what`), named by a keyed hash (`who`)."""

    __tablename__ = "throttles"

    what: Mapped[str] = mapped_column(String(16), primary_key=True)
    who: Mapped[str] = mapped_column(String(64), primary_key=True)
    failures: Mapped[int]
    since: Mapped[datetime]
    waits_until: Mapped[datetime | None]
    changed_at: Mapped[datetime] = mapped_column(index=True)
