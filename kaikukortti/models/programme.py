"""What a venue offers: events and their occurrences. A house visit has no row: it is a scan without an occurrence."""

from datetime import date, datetime

from sqlalchemy import CheckConstraint, ForeignKey, Index, String
from sqlalchemy.orm import Mapped, mapped_column, relationship

from kaikukortti.db import Base, choice
from kaikukortti.models.network import Venue
from kaikukortti.rules.programme import Category, EventKind, Planned


class Event(Base):
    """A title in the programme of a venue; `category` differs from the venue's own where the event's does."""

    __tablename__ = "events"

    id: Mapped[int] = mapped_column(primary_key=True)
    venue_id: Mapped[int] = mapped_column(ForeignKey("venues.id"), index=True)
    title_fi: Mapped[str] = mapped_column(String(160))
    title_sv: Mapped[str] = mapped_column(String(160), default="")
    title_en: Mapped[str] = mapped_column(String(160), default="")
    category: Mapped[Category] = mapped_column(choice(Category, "category"))
    kind: Mapped[EventKind] = mapped_column(choice(EventKind, "kind"))
    created_at: Mapped[datetime]

    venue: Mapped[Venue] = relationship()
    occurrences: Mapped[list["Occurrence"]] = relationship(back_populates="event", order_by="Occurrence.starts_at")


class Occurrence(Base):
    """One evening of an event. `on_day` is the Helsinki day of its start, the day that its visits are counted on."""

    __tablename__ = "occurrences"

    id: Mapped[int] = mapped_column(primary_key=True)
    event_id: Mapped[int] = mapped_column(ForeignKey("events.id"), index=True)
    venue_id: Mapped[int] = mapped_column(ForeignKey("venues.id"))
    starts_at: Mapped[datetime]
    ends_at: Mapped[datetime | None]
    on_day: Mapped[date]
    place: Mapped[str] = mapped_column(String(120), default="")
    state: Mapped[Planned] = mapped_column(choice(Planned, "state"), default=Planned.ON)

    event: Mapped[Event] = relationship(back_populates="occurrences")

    __table_args__ = (
        Index("ix_occurrences_venue_id_on_day", "venue_id", "on_day"),
        CheckConstraint("ends_at is null or ends_at > starts_at", name="order"),
    )
