"""The network: areas, issuing units, venues, and the people who work in them."""

from datetime import date, datetime
from enum import StrEnum

import sqlalchemy as sa
from sqlalchemy import JSON, CheckConstraint, ForeignKey, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from kaikukortti.db import Base, choice
from kaikukortti.rules.access import Role
from kaikukortti.rules.programme import Category


class PartnerState(StrEnum):
    """Where a unit or venue stands in the network."""

    INVITED = "invited"
    ACTIVE = "active"
    PAUSED = "paused"
    LEFT = "left"


class Area(Base):
    """A Kaikukortti area: its card prefix, its rules of validity and its public contact."""

    __tablename__ = "areas"

    id: Mapped[int] = mapped_column(primary_key=True)
    name_fi: Mapped[str] = mapped_column(String(120))
    name_sv: Mapped[str] = mapped_column(String(120), default="")
    name_en: Mapped[str] = mapped_column(String(120), default="")
    prefix: Mapped[str] = mapped_column(String(2), unique=True)
    municipalities: Mapped[list[str]] = mapped_column(JSON, default=list)
    validity_months: Mapped[int] = mapped_column(default=12)
    fixed_end_on: Mapped[date | None]
    grace_days: Mapped[int] = mapped_column(default=0)
    local_only: Mapped[bool] = mapped_column(default=False)
    help_address: Mapped[str] = mapped_column(String(120), default="")
    help_phone: Mapped[str] = mapped_column(String(40), default="")
    # Who answers for the data of holders by law, and where to ask about it: said on the pages about privacy.
    controller: Mapped[str] = mapped_column(String(200), default="", server_default=sa.text("''"))
    privacy_contact: Mapped[str] = mapped_column(String(200), default="", server_default=sa.text("''"))
    # Shapes of card numbers from before this service, with a space between: A a letter, 9 a digit, * either.
    legacy_masks: Mapped[str] = mapped_column(String(200), default="", server_default=sa.text("''"))

    __table_args__ = (
        CheckConstraint("validity_months between 1 and 60", name="validity_months"),
        CheckConstraint("grace_days between 0 and 366", name="grace_days"),
    )


class Unit(Base):
    """A social-service unit that hands out cards. `state_since` is the day of the newest change of its state."""

    __tablename__ = "units"

    id: Mapped[int] = mapped_column(primary_key=True)
    area_id: Mapped[int] = mapped_column(ForeignKey("areas.id"), index=True)
    name_fi: Mapped[str] = mapped_column(String(120))
    name_sv: Mapped[str] = mapped_column(String(120), default="")
    name_en: Mapped[str] = mapped_column(String(120), default="")
    municipality: Mapped[str] = mapped_column(String(80), default="")
    contact_person: Mapped[str] = mapped_column(String(120), default="")
    state: Mapped[PartnerState] = mapped_column(choice(PartnerState, "state"), default=PartnerState.INVITED)
    is_demo: Mapped[bool] = mapped_column(default=False)
    low_stock: Mapped[int] = mapped_column(default=10, server_default="10")
    instructed_on: Mapped[date | None]
    state_since: Mapped[date | None]

    area: Mapped[Area] = relationship()

    __table_args__ = (
        UniqueConstraint("area_id", "name_fi"),
        CheckConstraint("low_stock between 0 and 1000", name="low_stock"),
    )


class Venue(Base):
    """A place where the card gives free tickets, with its default category and how people get there.

    `step_free` and `hearing_loop` are None where nobody has said. `children_take_places` tells whether a child's ticket
    takes a place of a quota; `quota`, or `quota_percent` of `capacity`, is what a new date gives to card holders.
    `instructed_on` is the day of the last yearly instruction. `last_on` is the last day of a pop-up venue, on which it
    still takes visits. `state_since` is the day of the newest change of its state.
    """

    __tablename__ = "venues"

    id: Mapped[int] = mapped_column(primary_key=True)
    area_id: Mapped[int] = mapped_column(ForeignKey("areas.id"), index=True)
    name_fi: Mapped[str] = mapped_column(String(120))
    name_sv: Mapped[str] = mapped_column(String(120), default="")
    name_en: Mapped[str] = mapped_column(String(120), default="")
    municipality: Mapped[str] = mapped_column(String(80), default="")
    contact_person: Mapped[str] = mapped_column(String(120), default="")
    category: Mapped[Category] = mapped_column(choice(Category, "category"))
    state: Mapped[PartnerState] = mapped_column(choice(PartnerState, "state"), default=PartnerState.INVITED)
    is_demo: Mapped[bool] = mapped_column(default=False)
    street: Mapped[str] = mapped_column(String(120), default="", server_default=sa.text("''"))
    postcode: Mapped[str] = mapped_column(String(5), default="", server_default=sa.text("''"))
    bus_stop: Mapped[str] = mapped_column(String(120), default="", server_default=sa.text("''"))
    ticket_phone: Mapped[str] = mapped_column(String(40), default="", server_default=sa.text("''"))
    website: Mapped[str] = mapped_column(String(200), default="", server_default=sa.text("''"))
    step_free: Mapped[bool | None]
    hearing_loop: Mapped[bool | None]
    children_take_places: Mapped[bool] = mapped_column(default=True, server_default=sa.true())
    capacity: Mapped[int | None]
    quota: Mapped[int | None]
    quota_percent: Mapped[int | None]
    instructed_on: Mapped[date | None]
    last_on: Mapped[date | None]
    state_since: Mapped[date | None]

    area: Mapped[Area] = relationship()

    __table_args__ = (
        UniqueConstraint("area_id", "name_fi"),
        CheckConstraint("capacity is null or capacity > 0", name="capacity"),
        CheckConstraint(
            "quota_percent is null or (quota_percent between 1 and 100 and capacity is not null)", name="quota_percent"
        ),
        CheckConstraint("quota is null or (quota > 0 and quota_percent is null)", name="quota"),
    )

    @classmethod
    def is_there_on(cls, day: date | sa.SQLColumnExpression[date]) -> sa.ColumnElement[bool]:
        """Return the condition that a venue takes visits on a day: a pop-up venue until its last one."""
        return sa.or_(cls.last_on.is_(None), cls.last_on >= day)


class User(Base):
    """A member of staff. Holders of cards are never users.

    `session_key` changes with the password: no session of before goes on. `disabled_at` is when the account was put out
    of use, by a person or after 90 days without a sign-in; `warned_at` is when the person was told that this comes.
    """

    __tablename__ = "users"

    id: Mapped[int] = mapped_column(primary_key=True)
    email: Mapped[str] = mapped_column(String(254), unique=True)
    name: Mapped[str] = mapped_column(String(120))
    language: Mapped[str] = mapped_column(String(2), default="fi")
    password_hash: Mapped[str | None] = mapped_column(String(200))
    session_key: Mapped[str] = mapped_column(String(64), unique=True)
    created_at: Mapped[datetime]
    last_signed_in_at: Mapped[datetime | None]
    disabled_at: Mapped[datetime | None]
    warned_at: Mapped[datetime | None]

    memberships: Mapped[list["Membership"]] = relationship(back_populates="user", order_by="Membership.id")

    __table_args__ = (CheckConstraint("email = lower(email)", name="email_lower"),)

    @property
    def open_memberships(self) -> list["Membership"]:
        """Return what the person may act in: nobody signs in for a unit or a venue that has left."""
        return [held for held in self.memberships if held.is_open]


class Membership(Base):
    """One role of one person in exactly one area, unit or venue; `reviewed_at` is when a coordinator last kept it."""

    __tablename__ = "memberships"

    id: Mapped[int] = mapped_column(primary_key=True)
    user_id: Mapped[int] = mapped_column(ForeignKey("users.id"), index=True)
    role: Mapped[Role] = mapped_column(choice(Role, "role"))
    area_id: Mapped[int | None] = mapped_column(ForeignKey("areas.id"), index=True)
    unit_id: Mapped[int | None] = mapped_column(ForeignKey("units.id"), index=True)
    venue_id: Mapped[int | None] = mapped_column(ForeignKey("venues.id"), index=True)
    created_at: Mapped[datetime]
    reviewed_at: Mapped[datetime | None]

    user: Mapped[User] = relationship(back_populates="memberships")
    area: Mapped[Area | None] = relationship()
    unit: Mapped[Unit | None] = relationship()
    venue: Mapped[Venue | None] = relationship()

    __table_args__ = (
        CheckConstraint(
            "(area_id is not null and unit_id is null and venue_id is null"
            " and role in ('coordinator', 'viewer', 'administrator'))"
            " or (area_id is null and unit_id is not null and venue_id is null and role = 'worker')"
            " or (area_id is null and unit_id is null and venue_id is not null"
            " and role in ('venue_staff', 'venue_manager'))",
            name="one_home",
        ),
        UniqueConstraint("user_id", "role", "area_id", "unit_id", "venue_id"),
    )

    @property
    def is_open(self) -> bool:
        """Return whether the organisation is in the network: a unit or a venue that has left is not."""
        home = self.unit or self.venue
        return home is None or home.state is not PartnerState.LEFT

    @classmethod
    def is_in_network(cls) -> sa.ColumnElement[bool]:
        """Return the condition that says the same as `is_open`."""
        unit = sa.exists().where(Unit.id == cls.unit_id, Unit.state == PartnerState.LEFT)
        venue = sa.exists().where(Venue.id == cls.venue_id, Venue.state == PartnerState.LEFT)
        return sa.and_(~unit, ~venue)


class Invitation(Base):
    """A single-use link with which an invited person sets a password; only its hash is kept."""

    __tablename__ = "invitations"

    id: Mapped[int] = mapped_column(primary_key=True)
    user_id: Mapped[int] = mapped_column(ForeignKey("users.id"), index=True)
    token_hash: Mapped[str] = mapped_column(String(64), unique=True)
    created_at: Mapped[datetime]
    expires_at: Mapped[datetime]
    used_at: Mapped[datetime | None]

    user: Mapped[User] = relationship()
