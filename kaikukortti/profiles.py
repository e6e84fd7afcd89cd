"""Profiles: the background answers given with a card. No name, no free text; few modules may import this one."""

from datetime import date
from enum import StrEnum

from sqlalchemy import CheckConstraint, String
from sqlalchemy.orm import Mapped, mapped_column

from kaikukortti.db import Base, choice


class Gender(StrEnum):
    """Working list of domain.md §4.2; no answer is None."""

    WOMAN = "woman"
    MAN = "man"
    OTHER = "other"


class LifeSituation(StrEnum):
    """One main choice, working list of domain.md §4.2; no answer is None."""

    JOB_SEEKER = "job_seeker"
    WORK_ACTIVITY = "work_activity"
    STUDENT = "student"
    LOW_INCOME = "low_income"
    ENTREPRENEUR = "entrepreneur"
    SICK_LEAVE = "sick_leave"
    DISABILITY_PENSION = "disability_pension"
    OLD_AGE_PENSION = "old_age_pension"
    HOME_WITH_CHILDREN = "home_with_children"
    FAMILY_CARER = "family_carer"
    NEWCOMER = "newcomer"
    SERVICE = "service"
    OTHER = "other"


class HomeLanguage(StrEnum):
    """Language of the holder, as coarse as statistics need; no answer is None."""

    FINNISH = "fi"
    SWEDISH = "sv"
    RUSSIAN = "ru"
    ENGLISH = "en"
    OTHER = "other"


class Profile(Base):
    """Background answers of one line of cards.

    From `coarse_on` on, the birth year is the first of its age class and the postcode its first three digits.
    """

    __tablename__ = "profiles"

    line: Mapped[str] = mapped_column(String(32), primary_key=True)
    birth_year: Mapped[int]
    postcode: Mapped[str] = mapped_column(String(5))
    gender: Mapped[Gender | None] = mapped_column(choice(Gender, "gender"))
    life_situation: Mapped[LifeSituation | None] = mapped_column(choice(LifeSituation, "life_situation"))
    language: Mapped[HomeLanguage | None] = mapped_column(choice(HomeLanguage, "language"))
    coarse_on: Mapped[date | None]

    __table_args__ = (CheckConstraint("birth_year between 1900 and 2200", name="birth_year"),)
