"""What a venue offers: events, occurrences, limits. A house visit has no row: it is a scan without an occurrence."""

from datetime import date, datetime, time

import sqlalchemy as sa
from sqlalchemy import CheckConstraint, ForeignKey, Index, String
from sqlalchemy.orm import Mapped, mapped_column, relationship

from kaikukortti.db import Base, choice
from kaikukortti.models.network import Venue
from kaikukortti.rules.limit import LimitPer
from kaikukortti.rules.programme import Category, EventKind, Planned


class Event(Base):
    """A title in the programme of a venue; `category` differs from the venue's own where the event's does.

    Facts of access that are not said here are those of the venue. `first_on` and `last_on` are a course's term or the
    days of a pass; `places` and `own_share_cents` are a course's: how many it takes, and what a holder pays. A pass
    with `pass_days` lasts so many days from a holder's first visit. `imported_uid` names it where it was imported from.
    """

    __tablename__ = "events"

    id: Mapped[int] = mapped_column(primary_key=True)
    venue_id: Mapped[int] = mapped_column(ForeignKey("venues.id"), index=True)
    title_fi: Mapped[str] = mapped_column(String(160))
    title_sv: Mapped[str] = mapped_column(String(160), default="")
    title_en: Mapped[str] = mapped_column(String(160), default="")
    category: Mapped[Category] = mapped_column(choice(Category, "category"))
    kind: Mapped[EventKind] = mapped_column(choice(EventKind, "kind"))
    created_at: Mapped[datetime]
    place: Mapped[str] = mapped_column(String(120), default="", server_default=sa.text("''"))
    bus_stop: Mapped[str] = mapped_column(String(120), default="", server_default=sa.text("''"))
    step_free: Mapped[bool | None]
    hearing_loop: Mapped[bool | None]
    calm_from: Mapped[time | None]
    calm_until: Mapped[time | None]
    first_on: Mapped[date | None]
    last_on: Mapped[date | None]
    places: Mapped[int | None]
    own_share_cents: Mapped[int | None]
    pass_days: Mapped[int | None]
    imported_uid: Mapped[str | None] = mapped_column(String(255))

    venue: Mapped[Venue] = relationship()
    occurrences: Mapped[list["Occurrence"]] = relationship(back_populates="event", order_by="Occurrence.starts_at")

    __table_args__ = (
        CheckConstraint("calm_until is null or calm_until > calm_from", name="calm_order"),
        CheckConstraint("last_on is null or last_on >= first_on", name="last_on"),
        CheckConstraint("places is null or places > 0", name="places"),
        CheckConstraint("own_share_cents is null or own_share_cents >= 0", name="own_share_cents"),
        CheckConstraint("pass_days is null or pass_days between 1 and 400", name="pass_days"),
        Index("ix_events_venue_id_imported_uid", "venue_id", "imported_uid"),
    )


class Occurrence(Base):
    """One evening of an event. `on_day` is the Helsinki day of its start, the day that its visits are counted on.

    `opens_at` and `closes_at` are the door window, where there is one. `quota` is the number of places for card
    holders, None without a limit; `sold_out` closes it whatever is left. Where the venue gives a share, `quota_percent`
    of `capacity` is what `quota` was reckoned from. `moved_from_on` is the day before the newest move.
    """

    __tablename__ = "occurrences"

    id: Mapped[int] = mapped_column(primary_key=True)
    event_id: Mapped[int] = mapped_column(ForeignKey("events.id"), index=True)
    venue_id: Mapped[int] = mapped_column(ForeignKey("venues.id"))
    starts_at: Mapped[datetime]
    ends_at: Mapped[datetime | None]
    on_day: Mapped[date]
    place: Mapped[str] = mapped_column(String(120), default="")
    state: Mapped[Planned] = mapped_column(choice(Planned, "state"), default=Planned.ON)
    opens_at: Mapped[datetime | None]
    closes_at: Mapped[datetime | None]
    quota: Mapped[int | None]
    sold_out: Mapped[bool] = mapped_column(default=False, server_default=sa.false())
    capacity: Mapped[int | None]
    quota_percent: Mapped[int | None]
    moved_from_on: Mapped[date | None]

    event: Mapped[Event] = relationship(back_populates="occurrences")

    __table_args__ = (
        Index("ix_occurrences_venue_id_on_day", "venue_id", "on_day"),
        Index("ix_occurrences_starts_at_id", "starts_at", "id"),  # the public offer walks along it
        CheckConstraint("ends_at is null or ends_at > starts_at", name="order"),
        CheckConstraint("quota is null or quota >= 0", name="quota"),
        CheckConstraint("closes_at is null or opens_at is null or closes_at > opens_at", name="door"),
        CheckConstraint("capacity is null or capacity > 0", name="capacity"),
        CheckConstraint(
            "quota_percent is null or (quota_percent between 1 and 100 and capacity is not null)", name="quota_percent"
        ),
    )


class Hold(Base):
    """Places of a quota kept for two minutes by a check; the registration that follows uses it up."""

    __tablename__ = "holds"

    id: Mapped[str] = mapped_column(String(32), primary_key=True)
    occurrence_id: Mapped[int] = mapped_column(ForeignKey("occurrences.id"), index=True)
    device_id: Mapped[int | None] = mapped_column(ForeignKey("devices.id"))
    line: Mapped[str] = mapped_column(String(32))
    places: Mapped[int]
    expires_at: Mapped[datetime]
    used_at: Mapped[datetime | None]

    __table_args__ = (CheckConstraint("places > 0", name="places"),)


class VisitLimit(Base):
    """At most `most` uses of one holder in a day, month, term or year: at a venue, of its events of one kind, or of one
    event. With neither kind nor event it holds for all that the venue offers.
    """

    __tablename__ = "visit_limits"

    id: Mapped[int] = mapped_column(primary_key=True)
    venue_id: Mapped[int] = mapped_column(ForeignKey("venues.id"), index=True)
    event_id: Mapped[int | None] = mapped_column(ForeignKey("events.id"), index=True)
    kind: Mapped[EventKind | None] = mapped_column(choice(EventKind, "kind"))
    per: Mapped[LimitPer] = mapped_column(choice(LimitPer, "per"))
    most: Mapped[int]

    __table_args__ = (
        CheckConstraint("most between 1 and 1000", name="most"),
        CheckConstraint("event_id is null or kind is null", name="one_reach"),
    )
