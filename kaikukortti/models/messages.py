"""What is said between coordinator, partners and the public, and the e-mail that waits to be sent."""

from datetime import date, datetime
from enum import StrEnum
from typing import Any

import sqlalchemy as sa
from sqlalchemy import JSON, CheckConstraint, ForeignKey, LargeBinary, String
from sqlalchemy.orm import Mapped, mapped_column

from kaikukortti.db import Base, choice
from kaikukortti.models.partnership import ONE_PARTNER


class Audience(StrEnum):
    """To whom an announcement goes."""

    ALL = "all"
    UNITS = "units"
    VENUES = "venues"


class FeedbackKind(StrEnum):
    """What a partner's message is about."""

    IDEA = "idea"
    PROBLEM = "problem"
    QUESTION = "question"
    THANKS = "thanks"


class TurnedAwayCause(StrEnum):
    """What happened to a holder who was turned away."""

    NOT_KNOWN = "not_known"
    NO_TICKETS = "no_tickets"
    NOT_ACCEPTED = "not_accepted"
    UNKIND = "unkind"
    DEVICE = "device"
    OTHER = "other"


class CardThen(StrEnum):
    """What the service said of the card of a holder who was turned away, on that day; the code itself is not kept."""

    NOT_GIVEN = "not_given"
    VALID = "valid"
    NOT_VALID = "not_valid"
    UNKNOWN = "unknown"


class Announcement(Base):
    """A coordinator's word to the partners of an area. Swedish and English fall back to Finnish."""

    __tablename__ = "announcements"

    id: Mapped[int] = mapped_column(primary_key=True)
    area_id: Mapped[int] = mapped_column(ForeignKey("areas.id"), index=True)
    audience: Mapped[Audience] = mapped_column(choice(Audience, "audience"))
    title_fi: Mapped[str] = mapped_column(String(120))
    title_sv: Mapped[str] = mapped_column(String(120), default="")
    title_en: Mapped[str] = mapped_column(String(120), default="")
    text_fi: Mapped[str] = mapped_column(String(4000))
    text_sv: Mapped[str] = mapped_column(String(4000), default="")
    text_en: Mapped[str] = mapped_column(String(4000), default="")
    published_at: Mapped[datetime]
    published_by: Mapped[int | None] = mapped_column(ForeignKey("users.id"))
    last_on: Mapped[date | None]
    withdrawn_at: Mapped[datetime | None]


class AnnouncementRead(Base):
    """A member of staff has read an announcement."""

    __tablename__ = "announcement_reads"

    announcement_id: Mapped[int] = mapped_column(ForeignKey("announcements.id"), primary_key=True)
    user_id: Mapped[int] = mapped_column(ForeignKey("users.id"), primary_key=True, index=True)
    read_at: Mapped[datetime]


class PartnerFeedback(Base):
    """A partner's message to the coordinator, and the answer to it."""

    __tablename__ = "partner_feedback"

    id: Mapped[int] = mapped_column(primary_key=True)
    area_id: Mapped[int] = mapped_column(ForeignKey("areas.id"), index=True)
    unit_id: Mapped[int | None] = mapped_column(ForeignKey("units.id"), index=True)
    venue_id: Mapped[int | None] = mapped_column(ForeignKey("venues.id"), index=True)
    kind: Mapped[FeedbackKind] = mapped_column(choice(FeedbackKind, "kind"))
    text: Mapped[str] = mapped_column(String(2000))
    sent_at: Mapped[datetime]
    sent_by: Mapped[int | None] = mapped_column(ForeignKey("users.id"))
    answer: Mapped[str] = mapped_column(String(2000), default="")
    answered_at: Mapped[datetime | None]
    answered_by: Mapped[int | None] = mapped_column(ForeignKey("users.id"))

    __table_args__ = (CheckConstraint(ONE_PARTNER, name="one_partner"),)


class TurnedAway(Base):
    """Somebody with a card was turned away: no name, no card; the answer is read with a word that only they have.

    `language` is the one they read, for the answer: fi, sv, en or ru.
    """

    __tablename__ = "turned_away"

    id: Mapped[int] = mapped_column(primary_key=True)
    word_hash: Mapped[str] = mapped_column(String(64), unique=True)
    area_id: Mapped[int] = mapped_column(ForeignKey("areas.id"), index=True)
    venue_id: Mapped[int | None] = mapped_column(ForeignKey("venues.id"), index=True)
    on_day: Mapped[date | None]
    cause: Mapped[TurnedAwayCause] = mapped_column(choice(TurnedAwayCause, "cause"))
    text: Mapped[str] = mapped_column(String(1000), default="")
    language: Mapped[str] = mapped_column(String(2))
    card_then: Mapped[CardThen] = mapped_column(choice(CardThen, "card_then"))
    sent_at: Mapped[datetime]
    answer: Mapped[str] = mapped_column(String(1000), default="")
    answered_at: Mapped[datetime | None]
    answered_by: Mapped[int | None] = mapped_column(ForeignKey("users.id"))


class AccessibilityFeedback(Base):
    """Somebody could not use a page. The answer is due in 14 days; an address given for it goes 30 days after it."""

    __tablename__ = "accessibility_feedback"

    id: Mapped[int] = mapped_column(primary_key=True)
    area_id: Mapped[int] = mapped_column(ForeignKey("areas.id"), index=True)
    page: Mapped[str] = mapped_column(String(200), default="")
    text: Mapped[str] = mapped_column(String(2000))
    language: Mapped[str] = mapped_column(String(2))
    email: Mapped[str] = mapped_column(String(254), default="")
    sent_at: Mapped[datetime]
    due_on: Mapped[date]
    answer: Mapped[str] = mapped_column(String(2000), default="")
    answered_at: Mapped[datetime | None]
    answered_by: Mapped[int | None] = mapped_column(ForeignKey("users.id"))


class Mail(Base):
    """One e-mail that waits or was sent. `facts` are counts, days and names of organisations, never about a holder.

    It goes to a member of staff or to an address that somebody gave for an answer. `sealed` holds a secret link under
    seal; it, the facts and the address go when the e-mail was sent or given up. `key` keeps one and the same e-mail
    from being put in twice. `not_before` is when it is tried next; who tries moves it on, so that nobody else does.
    `problem` says in a word why the last try failed.
    """

    __tablename__ = "mails"

    id: Mapped[int] = mapped_column(primary_key=True)
    key: Mapped[str | None] = mapped_column(String(100), unique=True)
    user_id: Mapped[int | None] = mapped_column(ForeignKey("users.id"), index=True)
    address: Mapped[str] = mapped_column(String(254), default="")
    kind: Mapped[str] = mapped_column(String(30))
    language: Mapped[str] = mapped_column(String(2))
    facts: Mapped[dict[str, Any]] = mapped_column(JSON)
    sealed: Mapped[bytes | None] = mapped_column(LargeBinary(1000))
    created_at: Mapped[datetime]
    not_before: Mapped[datetime] = mapped_column(index=True)
    tries: Mapped[int] = mapped_column(default=0, server_default=sa.text("0"))
    sent_at: Mapped[datetime | None]
    given_up_at: Mapped[datetime | None]
    problem: Mapped[str] = mapped_column(String(40), default="", server_default=sa.text("''"))

    __table_args__ = (
        CheckConstraint(
            "user_id is not null or address <> '' or sent_at is not null or given_up_at is not null", name="somebody"
        ),
    )
