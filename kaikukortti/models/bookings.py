"""Places that are kept in advance: bookings of holders and groups, and the units that look for company."""

from datetime import date, datetime

from sqlalchemy import JSON, CheckConstraint, ForeignKey, Index, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from kaikukortti.db import Base, choice
from kaikukortti.models.cards import Card
from kaikukortti.models.network import Unit, Venue
from kaikukortti.models.programme import Occurrence
from kaikukortti.rules.booking import BookedBy, BookingKind, BookingNews, BookingState


class Booking(Base):
    """Places of one occurrence, or of a venue's day without one, for a card.

    `ref` is the opaque name that tablets and ticket sellers know; `word` is what is said at the door, one and the same
    once a day at a venue. `holder` is the card's line, or a digest of a code that is not ours (quotas.holder_of).
    `card_id` and `raw_code` are seen by nobody at the venue and go when the card link is cut. `own_cards` is how many
    of a group come with cards of their own; `access_needs` holds values of AccessNeed. `scan_id` is the registration
    that redeemed it; `news` what became of its date, until its maker has read it.
    """

    __tablename__ = "bookings"

    id: Mapped[int] = mapped_column(primary_key=True)
    ref: Mapped[str] = mapped_column(String(16), unique=True)
    venue_id: Mapped[int] = mapped_column(ForeignKey("venues.id"))
    occurrence_id: Mapped[int | None] = mapped_column(ForeignKey("occurrences.id"), index=True)
    on_day: Mapped[date]
    word: Mapped[str] = mapped_column(String(24))
    kind: Mapped[BookingKind] = mapped_column(choice(BookingKind, "kind"))
    booked_by: Mapped[BookedBy] = mapped_column(choice(BookedBy, "booked_by"))
    state: Mapped[BookingState] = mapped_column(choice(BookingState, "state"))
    holder: Mapped[str] = mapped_column(String(32), index=True)
    card_id: Mapped[int | None] = mapped_column(ForeignKey("cards.id"), index=True)
    raw_code: Mapped[str | None] = mapped_column(String(64))
    unit_id: Mapped[int | None] = mapped_column(ForeignKey("units.id"))
    adult: Mapped[int] = mapped_column(default=0)
    child: Mapped[int] = mapped_column(default=0)
    assistant: Mapped[int] = mapped_column(default=0)
    interpreter: Mapped[int] = mapped_column(default=0)
    worker: Mapped[int] = mapped_column(default=0)
    under16: Mapped[int] = mapped_column(default=0)
    own_cards: Mapped[int] = mapped_column(default=0)
    arrives_at: Mapped[datetime | None]
    access_needs: Mapped[list[str]] = mapped_column(JSON, default=list)
    offered_until: Mapped[datetime | None]
    created_at: Mapped[datetime]
    created_by: Mapped[int | None] = mapped_column(ForeignKey("users.id"))
    api_key_id: Mapped[int | None] = mapped_column(ForeignKey("api_keys.id"))
    changed_at: Mapped[datetime]
    scan_id: Mapped[str | None] = mapped_column(ForeignKey("scans.scan_id"), index=True)
    news: Mapped[BookingNews | None] = mapped_column(choice(BookingNews, "news"))

    venue: Mapped[Venue] = relationship()
    occurrence: Mapped[Occurrence | None] = relationship()
    card: Mapped[Card | None] = relationship()
    unit: Mapped[Unit | None] = relationship()

    __table_args__ = (
        UniqueConstraint("venue_id", "on_day", "word"),
        Index("ix_bookings_unit_id_on_day", "unit_id", "on_day"),
        CheckConstraint(
            "adult >= 0 and child >= 0 and assistant >= 0 and interpreter >= 0 and worker >= 0 and under16 >= 0"
            " and own_cards >= 0",
            name="counts",
        ),
        CheckConstraint("state <> 'offered' or offered_until is not null", name="offered_until"),
        CheckConstraint("scan_id is null or state = 'redeemed'", name="redeemed"),
    )


class CompanyWish(Base):
    """A unit has clients who would like company at an occurrence: a number of people, and nothing else."""

    __tablename__ = "company_wishes"

    occurrence_id: Mapped[int] = mapped_column(ForeignKey("occurrences.id"), primary_key=True)
    unit_id: Mapped[int] = mapped_column(ForeignKey("units.id"), primary_key=True, index=True)
    people: Mapped[int]
    changed_at: Mapped[datetime]
    changed_by: Mapped[int | None] = mapped_column(ForeignKey("users.id"))

    __table_args__ = (CheckConstraint("people between 1 and 50", name="people"),)
