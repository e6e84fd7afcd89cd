"""Answers without a person. Each row has a random key, so that not even their order tells anything, and stands under a
calendar quarter (its first day) instead of a day.
"""

import secrets
from datetime import date
from enum import StrEnum

from sqlalchemy import CheckConstraint, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from kaikukortti.db import choice
from kaikukortti.followup.models.episodes import Mode, Phase
from kaikukortti.followup.store import Base
from kaikukortti.rules.barrier import Barrier


class UsedCard(StrEnum):
    """What somebody says of having used the card between two measurements. It is asked, never looked up."""

    YES = "yes"
    NO = "no"
    UNSAID = "unsaid"


class Agreement(StrEnum):
    """An answer to one of the questions at the end of a meeting."""

    YES = "yes"
    PARTLY = "partly"
    NO = "no"
    UNSAID = "unsaid"


class ClientTrait(StrEnum):
    """By what a unit tells its own clients: what the cube knows of new holders, too."""

    AGE = "age"
    SITUATION = "situation"


def new_key() -> str:
    """Return a random key of a row."""
    return secrets.token_hex(16)


class GroupResponse(Base):
    """A total of ESIS, SWEMWBS or another group measure, at start or end. `pair_hash` pairs the two by a code
    that the person alone keeps; nothing leads from here to a card or an episode.
    """

    __tablename__ = "group_responses"

    id: Mapped[str] = mapped_column(String(32), primary_key=True, default=new_key)
    area_id: Mapped[int] = mapped_column(index=True)
    unit_id: Mapped[int]
    code: Mapped[str] = mapped_column(String(24))
    quarter: Mapped[date]
    phase: Mapped[Phase] = mapped_column(choice(Phase, "phase"))
    mode: Mapped[Mode] = mapped_column(choice(Mode, "mode"))
    pair_hash: Mapped[str] = mapped_column(String(64))
    total: Mapped[float]
    used_card: Mapped[UsedCard] = mapped_column(choice(UsedCard, "used_card"), default=UsedCard.UNSAID)

    __table_args__ = (
        UniqueConstraint("unit_id", "code", "pair_hash", "phase"),
        CheckConstraint("phase in ('start', 'end')", name="two_phases"),
        {"sqlite_with_rowid": False},  # rows lie in the order of their random keys, not of their coming
    )


class MoodAnswer(Base):
    """How a visit felt, 1 to 5. `holder_mac` (line, venue and quarter, keyed) holds a card to three answers; it is
    deleted at the freeze.
    """

    __tablename__ = "mood_answers"

    id: Mapped[str] = mapped_column(String(32), primary_key=True, default=new_key)
    area_id: Mapped[int] = mapped_column(index=True)
    venue_id: Mapped[int] = mapped_column(index=True)
    quarter: Mapped[date]
    mood: Mapped[int]
    holder_mac: Mapped[str | None] = mapped_column(String(64), index=True)

    __table_args__ = (CheckConstraint("mood between 1 and 5", name="mood"),)


class BarrierNote(Base):
    """One thing that kept a client from going, from a meeting."""

    __tablename__ = "barrier_notes"

    id: Mapped[str] = mapped_column(String(32), primary_key=True, default=new_key)
    area_id: Mapped[int] = mapped_column(index=True)
    unit_id: Mapped[int]
    quarter: Mapped[date]
    barrier: Mapped[Barrier] = mapped_column(choice(Barrier, "barrier"))


class BarriersAsked(Base):
    """In how many meetings of a quarter a unit asked what kept the client from going."""

    __tablename__ = "barriers_asked"

    unit_id: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    quarter: Mapped[date] = mapped_column(primary_key=True)
    area_id: Mapped[int] = mapped_column(index=True)
    meetings: Mapped[int]


class MeetingFeedback(Base):
    """Three questions at the end of a meeting: were you heard, was it of use, what would you change."""

    __tablename__ = "meeting_feedback"

    id: Mapped[str] = mapped_column(String(32), primary_key=True, default=new_key)
    area_id: Mapped[int] = mapped_column(index=True)
    unit_id: Mapped[int]
    quarter: Mapped[date]
    heard: Mapped[Agreement] = mapped_column(choice(Agreement, "heard"))
    useful: Mapped[Agreement] = mapped_column(choice(Agreement, "useful"))
    wish: Mapped[str] = mapped_column(String(200), default="")


class StaffAnswer(Base):
    """A worker's or a venue's three answers of a quarter, 1 to 5. `person_mac` holds each to one; deleted at the
    freeze.
    """

    __tablename__ = "staff_answers"

    id: Mapped[str] = mapped_column(String(32), primary_key=True, default=new_key)
    area_id: Mapped[int] = mapped_column(index=True)
    is_of_venue: Mapped[bool]
    quarter: Mapped[date]
    first: Mapped[int]
    second: Mapped[int]
    third: Mapped[int]
    wish: Mapped[str] = mapped_column(String(200), default="")
    person_mac: Mapped[str | None] = mapped_column(String(64), unique=True)

    __table_args__ = (
        CheckConstraint("first between 1 and 5 and second between 1 and 5 and third between 1 and 5", name="answers"),
    )


class ClientStructure(Base):
    """How many clients of each class a unit had in a year, as the unit says: what new holders are compared with."""

    __tablename__ = "client_structures"

    unit_id: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    year: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    trait: Mapped[ClientTrait] = mapped_column(choice(ClientTrait, "trait"), primary_key=True)
    trait_class: Mapped[str] = mapped_column(String(24), primary_key=True)
    area_id: Mapped[int] = mapped_column(index=True)
    clients: Mapped[int]

    __table_args__ = (CheckConstraint("clients >= 0", name="clients"),)
