"""Option b, off by default: a case of a unit, results of measures, grants to look at a card's use, and who looked.

An episode has a random code; who it is stands in the unit's own client system alone.
"""

from datetime import date, datetime
from enum import StrEnum

from sqlalchemy import JSON, CheckConstraint, ForeignKey, LargeBinary, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from kaikukortti.db import choice
from kaikukortti.followup.store import Base


class Service(StrEnum):
    """Which service the episode is part of."""

    SOCIAL_REHABILITATION = "social_rehabilitation"
    ADULT_SOCIAL_WORK = "adult_social_work"
    JOINT_EMPLOYMENT = "joint_employment"
    OTHER = "other"


class Phase(StrEnum):
    """When something was measured."""

    START = "start"
    MIDDLE = "middle"
    END = "end"
    FOLLOW_UP = "follow_up"


class Mode(StrEnum):
    """How somebody answered: reading items aloud biases upwards (followup.md §6.2)."""

    SELF = "self"
    ASSISTED = "assisted"
    TRANSFERRED = "transferred"


class Scope(StrEnum):
    """How much of a card's use a grant shows: how often, also in what kinds of places, also when."""

    COUNT = "count"
    KINDS = "kinds"
    TIMELINE = "timeline"


class Episode(Base):
    """A time of work with a client. `review_dates` are ISO days."""

    __tablename__ = "episodes"

    id: Mapped[int] = mapped_column(primary_key=True)
    area_id: Mapped[int] = mapped_column(index=True)
    unit_id: Mapped[int] = mapped_column(index=True)
    case_code: Mapped[str] = mapped_column(String(12), unique=True)
    service: Mapped[Service] = mapped_column(choice(Service, "service"))
    started_on: Mapped[date]
    planned_end_on: Mapped[date | None]
    review_dates: Mapped[list[str]] = mapped_column(JSON, default=list)
    ended_on: Mapped[date | None]
    made_at: Mapped[datetime]
    made_by: Mapped[int | None]

    __table_args__ = (
        CheckConstraint("ended_on >= started_on", name="ended"),
        CheckConstraint("planned_end_on >= started_on", name="planned"),
    )


class Measurement(Base):
    """A result in an episode: totals only. ESIS and SWEMWBS never stand here (followup.md §0)."""

    __tablename__ = "measurements"

    id: Mapped[int] = mapped_column(primary_key=True)
    episode_id: Mapped[int] = mapped_column(ForeignKey("episodes.id", ondelete="CASCADE"), index=True)
    code: Mapped[str] = mapped_column(String(24))
    measured_on: Mapped[date]
    phase: Mapped[Phase] = mapped_column(choice(Phase, "phase"))
    mode: Mapped[Mode] = mapped_column(choice(Mode, "mode"))
    recorded_by: Mapped[int | None]

    scores: Mapped[list["MeasurementScore"]] = relationship(
        cascade="all, delete-orphan", order_by="MeasurementScore.id"
    )

    __table_args__ = (CheckConstraint("lower(code) not in ('esis', 'swemwbs')", name="never_of_a_person"),)


class MeasurementScore(Base):
    """One total of a result: of the whole measure (`domain` is empty), or of one of its domains, with the scale that it
    was given on.
    """

    __tablename__ = "measurement_scores"

    id: Mapped[int] = mapped_column(primary_key=True)
    measurement_id: Mapped[int] = mapped_column(ForeignKey("measurements.id", ondelete="CASCADE"), index=True)
    domain: Mapped[str] = mapped_column(String(24), default="")
    score: Mapped[float]
    low: Mapped[float]
    high: Mapped[float]

    __table_args__ = (
        UniqueConstraint("measurement_id", "domain"),
        CheckConstraint("score between low and high", name="range"),
    )


class Grant(Base):
    """A client's leave for named workers to look at the use of the own card: uses from `from_on`, and the earlier days
    that the client ticked (GrantDay). Revoking deletes the row.
    """

    __tablename__ = "grants"

    id: Mapped[int] = mapped_column(primary_key=True)
    episode_id: Mapped[int] = mapped_column(ForeignKey("episodes.id", ondelete="CASCADE"), unique=True)
    line_ref: Mapped[str] = mapped_column(String(64), index=True)
    sealed_line: Mapped[bytes] = mapped_column(LargeBinary(240))
    scope: Mapped[Scope] = mapped_column(choice(Scope, "scope"))
    from_on: Mapped[date]
    expires_on: Mapped[date]
    text_version: Mapped[int]
    given_at: Mapped[datetime]

    workers: Mapped[list["GrantWorker"]] = relationship(cascade="all, delete-orphan", order_by="GrantWorker.user_id")
    days: Mapped[list["GrantDay"]] = relationship(cascade="all, delete-orphan", order_by="GrantDay.on_day")

    __table_args__ = (CheckConstraint("expires_on >= from_on", name="days"),)


class GrantWorker(Base):
    """A worker named in a grant. The name is as the client saw it."""

    __tablename__ = "grant_workers"

    grant_id: Mapped[int] = mapped_column(ForeignKey("grants.id", ondelete="CASCADE"), primary_key=True)
    user_id: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    name: Mapped[str] = mapped_column(String(120))


class GrantDay(Base):
    """A day before the grant whose visits the client chose to show."""

    __tablename__ = "grant_days"

    grant_id: Mapped[int] = mapped_column(ForeignKey("grants.id", ondelete="CASCADE"), primary_key=True)
    on_day: Mapped[date] = mapped_column(primary_key=True)


class Look(Base):
    """A worker looked through a grant: for the holder's eyes. It stays when the grant is gone and names no episode."""

    __tablename__ = "looks"

    id: Mapped[int] = mapped_column(primary_key=True)
    line_ref: Mapped[str] = mapped_column(String(64), index=True)
    at: Mapped[datetime]
    user_id: Mapped[int | None]
    name: Mapped[str] = mapped_column(String(120))
    unit_id: Mapped[int]
    scope: Mapped[Scope] = mapped_column(choice(Scope, "scope"))
