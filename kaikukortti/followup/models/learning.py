"""What the network learns: social reports (structural social work, SHL 7 §), and indicators as they were frozen."""

from datetime import date, datetime
from enum import StrEnum
from typing import Any

from sqlalchemy import JSON, CheckConstraint, ForeignKey, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from kaikukortti.db import choice
from kaikukortti.followup.store import Base


class Grain(StrEnum):
    """How long a period of indicators is; others do not exist, so that none can be subtracted from another."""

    QUARTER = "quarter"
    YEAR = "year"


class Phenomenon(StrEnum):
    """What a social report is about."""

    REACH = "reach"
    TRANSPORT = "transport"
    OFFER = "offer"
    COMPANY = "company"
    INFORMATION = "information"
    ACCESSIBILITY = "accessibility"
    TREATMENT = "treatment"
    CHILDREN = "children"
    HEALTH = "health"
    SERVICE = "service"
    OTHER = "other"


class ReportStatus(StrEnum):
    """What has become of a social report."""

    RECEIVED = "received"
    IN_HAND = "in_hand"
    CHANGED = "changed"
    UNCHANGED = "unchanged"


class SocialReport(Base):
    """An observation of a unit (None: of the coordinator), with the indicators that it stands on as they were."""

    __tablename__ = "social_reports"

    id: Mapped[int] = mapped_column(primary_key=True)
    area_id: Mapped[int] = mapped_column(index=True)
    unit_id: Mapped[int | None]
    observation: Mapped[str] = mapped_column(String(1000))
    phenomenon: Mapped[Phenomenon] = mapped_column(choice(Phenomenon, "phenomenon"))
    recipient: Mapped[str] = mapped_column(String(120))
    figures: Mapped[list[dict[str, Any]]] = mapped_column(JSON, default=list)
    status: Mapped[ReportStatus] = mapped_column(choice(ReportStatus, "status"), default=ReportStatus.RECEIVED)
    reason: Mapped[str] = mapped_column(String(600), default="")
    written_at: Mapped[datetime]
    written_by: Mapped[int | None]
    decided_at: Mapped[datetime | None]

    steps: Mapped[list["SocialReportStep"]] = relationship(order_by="SocialReportStep.id")

    __table_args__ = (CheckConstraint("status <> 'unchanged' or reason <> ''", name="reason"),)


class SocialReportStep(Base):
    """Append-only: a status, with what was done or why not."""

    __tablename__ = "social_report_steps"

    id: Mapped[int] = mapped_column(primary_key=True)
    report_id: Mapped[int] = mapped_column(ForeignKey("social_reports.id"), index=True)
    at: Mapped[datetime]
    by_user: Mapped[int | None]
    status: Mapped[ReportStatus] = mapped_column(choice(ReportStatus, "status"))
    words: Mapped[str] = mapped_column(String(600), default="")


class FrozenPeriod(Base):
    """A quarter or year whose indicators of an area have been counted, and with which definitions."""

    __tablename__ = "frozen_periods"

    area_id: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    grain: Mapped[Grain] = mapped_column(choice(Grain, "grain"), primary_key=True)
    first_on: Mapped[date] = mapped_column(primary_key=True)
    frozen_at: Mapped[datetime]
    revision: Mapped[int] = mapped_column(default=0)
    definitions: Mapped[int]


class IndicatorSnapshot(Base):
    """One figure of a period. `unit_id` 0 is the whole area. `dims` tells the part where an indicator has several
    (a kind, a month, a number of days). A suppressed figure has neither numbers nor limits.
    """

    __tablename__ = "indicator_snapshots"

    id: Mapped[int] = mapped_column(primary_key=True)
    area_id: Mapped[int]
    unit_id: Mapped[int] = mapped_column(default=0)
    grain: Mapped[Grain] = mapped_column(choice(Grain, "grain"))
    first_on: Mapped[date]
    code: Mapped[str] = mapped_column(String(8))
    dims: Mapped[str] = mapped_column(String(80), default="")
    number: Mapped[float | None]
    n: Mapped[int | None]
    share: Mapped[float | None]
    low: Mapped[float | None]
    high: Mapped[float | None]
    is_suppressed: Mapped[bool] = mapped_column(default=False)
    facts: Mapped[dict[str, Any]] = mapped_column(JSON, default=dict)

    __table_args__ = (
        UniqueConstraint("area_id", "unit_id", "grain", "first_on", "code", "dims"),
        CheckConstraint(
            "is_suppressed = false or (number is null and n is null and share is null and low is null"
            " and high is null)",
            name="suppressed",
        ),
    )
