"""Figures that are kept ready: trait-free counts of a venue's months, and reports as they stood on their day.

What leaves its owner's hands is not here but in the cube's own database (kaikukortti/cube/).
"""

from datetime import date, datetime
from typing import Any

from sqlalchemy import JSON, CheckConstraint, ForeignKey, Index, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from kaikukortti.db import Base, choice
from kaikukortti.rules.programme import Category


class MonthCount(Base):
    """What a venue registered in a month for one event, by day of visit: exact, no trait, for its owners alone.

    `month` is its first day. `event_id` is 0 for visits to the house, which is no event, so that there is one row of
    each; `category` is the event's, or the venue's. `is_verified` tells the cards of the network (counted.is_verified)
    from all others. `community` is the part of the uses that came with community cards; `scans` are registrations.
    """

    __tablename__ = "month_counts"

    venue_id: Mapped[int] = mapped_column(ForeignKey("venues.id"), primary_key=True)
    month: Mapped[date] = mapped_column(primary_key=True)
    event_id: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    is_verified: Mapped[bool] = mapped_column(primary_key=True)
    category: Mapped[Category] = mapped_column(choice(Category, "category"))
    adults: Mapped[int]
    children: Mapped[int]
    helpers: Mapped[int]
    community: Mapped[int]
    scans: Mapped[int]


class StaleMonth(Base):
    """A mark that something changed in a venue's month since it was counted. Triggers of the database write one for
    each change, so that no two scans wait for each other; who counts takes away the marks that it saw.

    Without a `month` the whole venue is meant, or the months of one event. `undoes` is the scan that an undo names: its
    month is meant too, and is looked for when the mark is read, because that scan may arrive after its undo.
    """

    __tablename__ = "stale_months"

    id: Mapped[int] = mapped_column(primary_key=True)
    venue_id: Mapped[int] = mapped_column(ForeignKey("venues.id"))
    month: Mapped[date | None]
    event_id: Mapped[int | None]
    undoes: Mapped[str | None] = mapped_column(String(36))

    __table_args__ = (Index("ix_stale_months_venue_id_month", "venue_id", "month"),)


class CardCount(Base):
    """What was counted once a day of an area that has too many cards to be counted at every look, and of its large
    units; when it was counted last (keptcounts).
    """

    __tablename__ = "card_counts"

    area_id: Mapped[int] = mapped_column(ForeignKey("areas.id"), primary_key=True)
    counted_at: Mapped[datetime]
    figures: Mapped[dict[str, Any]] = mapped_column(JSON)


class Report(Base):
    """A report as it stood when it was frozen; never changed. `figures` is what its pages are drawn from."""

    __tablename__ = "reports"

    id: Mapped[int] = mapped_column(primary_key=True)
    area_id: Mapped[int] = mapped_column(ForeignKey("areas.id"), index=True)
    year: Mapped[int]
    number: Mapped[int]
    frozen_at: Mapped[datetime]
    frozen_by: Mapped[int | None] = mapped_column(ForeignKey("users.id"))
    figures: Mapped[dict[str, Any]] = mapped_column(JSON)
    digest: Mapped[str] = mapped_column(String(64))

    __table_args__ = (
        UniqueConstraint("area_id", "year", "number"),
        CheckConstraint("year between 2000 and 2200", name="year"),
    )
