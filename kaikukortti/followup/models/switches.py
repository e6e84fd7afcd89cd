"""What is on, by area and unit; a measure's permission."""

from datetime import date, datetime

import sqlalchemy as sa
from sqlalchemy import JSON, String
from sqlalchemy.orm import Mapped, mapped_column

from kaikukortti.followup.store import Base


class AreaSwitch(Base):
    """Follow-up of an area, and the holder's own page in it."""

    __tablename__ = "area_switches"

    area_id: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    is_on: Mapped[bool] = mapped_column(default=False)
    own_card_is_on: Mapped[bool] = mapped_column(default=False)
    changed_at: Mapped[datetime]
    changed_by: Mapped[int | None]


class UnitSwitch(Base):
    """Follow-up of a unit. `episodes_are_on` needs `decision`, the reference of what the data-protection officer
    decided. `review_months` counts from an episode's first day.
    """

    __tablename__ = "unit_switches"

    unit_id: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    area_id: Mapped[int] = mapped_column(index=True)
    is_on: Mapped[bool] = mapped_column(default=True)
    episodes_are_on: Mapped[bool] = mapped_column(default=False)
    decision: Mapped[str] = mapped_column(String(200), default="")
    review_months: Mapped[list[int]] = mapped_column(JSON, default=list)
    changed_at: Mapped[datetime]
    changed_by: Mapped[int | None]

    __table_args__ = (sa.CheckConstraint("episodes_are_on = false or decision <> ''", name="decision"),)


class MeasurePermission(Base):
    """What an administrator recorded so that a measure's form may be used in an area. `code` is the registry's."""

    __tablename__ = "measure_permissions"

    area_id: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    code: Mapped[str] = mapped_column(String(24), primary_key=True)
    owner: Mapped[str] = mapped_column(String(120))
    reference: Mapped[str] = mapped_column(String(120))
    text_version: Mapped[str] = mapped_column(String(60))
    valid_until: Mapped[date]
    is_form_on: Mapped[bool] = mapped_column(default=False)
    recorded_at: Mapped[datetime]
    recorded_by: Mapped[int | None]


class MeasureScale(Base):
    """From where to where a domain runs in an area's printouts, where the registry has no verified range."""

    __tablename__ = "measure_scales"

    area_id: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    code: Mapped[str] = mapped_column(String(24), primary_key=True)
    domain: Mapped[str] = mapped_column(String(24), primary_key=True)
    low: Mapped[float]
    high: Mapped[float]

    __table_args__ = (sa.CheckConstraint("low < high", name="range"),)
