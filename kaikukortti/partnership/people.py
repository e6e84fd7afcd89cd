"""Who works for whom in an area, as its coordinator sees them: role, last sign-in, second factor, last review."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta

import sqlalchemy as sa
from sqlalchemy.orm import aliased, joinedload

from kaikukortti.db import db
from kaikukortti.errors import NotFound
from kaikukortti.models.network import Area, Membership, Unit, User, Venue
from kaikukortti.models.signins import SecondFactor
from kaikukortti.rules import access, period
from kaikukortti.rules.access import Actor, Role

REVIEW_LASTS = timedelta(days=182)


@dataclass(frozen=True)
class PersonRow:
    """One role of one person. `organisations` is in how many the person works in all, those of other areas too;
    `is_waited_for` says that no password has been chosen yet.
    """

    membership_id: int
    user_id: int
    name: str
    email: str
    role: Role
    home: Area | Unit | Venue
    created_at: datetime
    last_signed_in_at: datetime | None
    has_factor: bool
    is_disabled: bool
    reviewed_at: datetime | None
    organisations: int
    is_waited_for: bool

    def is_review_due(self, today: date) -> bool:
        """Return whether nobody has looked at this right for half a year."""
        return period.day_of(self.reviewed_at or self.created_at) <= today - REVIEW_LASTS


def list_of_partner(partner: Unit | Venue) -> list[PersonRow]:
    """Return the people of a unit or a venue by name. Who may see them is the caller's business. One statement."""
    kind = Membership.unit_id if isinstance(partner, Unit) else Membership.venue_id
    return _rows(kind == partner.id)


def list_of_area(area_id: int, *, actor: Actor) -> list[PersonRow]:
    """Return the people of the area itself by name: those responsible and those who read its figures.

    Raises NotFound for another coordinator's area.
    """
    _check(actor, area_id)
    return _rows(Membership.area_id == area_id)


def get(membership_id: int, *, actor: Actor) -> PersonRow:
    """Return one role of a person in the coordinator's area. Raises NotFound."""
    if actor.area_id is None:
        raise NotFound()
    _check(actor, actor.area_id)
    found = _rows(Membership.id == membership_id, is_in_area(actor.area_id))
    if not found:
        raise NotFound()
    return found[0]


def list_due(area_id: int, *, actor: Actor, today: date, most: int, but: Sequence[int] = ()) -> list[PersonRow]:
    """Return the roles in an area that nobody has reviewed for half a year, by organisation, `most` at a time.

    Raises NotFound for another coordinator's area.
    """
    _check(actor, area_id)
    return _rows(is_in_area(area_id), _is_due(today), Membership.id.not_in(but), most=most)


def count_due(area_id: int, *, today: date) -> tuple[int, int]:
    """Return how many roles of an area are due for review, and how many there are. One statement."""
    due = sa.func.coalesce(sa.func.sum(sa.case((_is_due(today), 1), else_=0)), 0)
    counted = db.session.execute(sa.select(due, sa.func.count()).select_from(Membership).where(is_in_area(area_id)))
    found, all_of_them = counted.one()
    return int(found), int(all_of_them)


def is_in_area(area_id: int) -> sa.ColumnElement[bool]:
    """Return the condition that a membership is of an area, its units or its venues."""
    units, venues = (sa.select(table.id).where(table.area_id == area_id) for table in (Unit, Venue))
    return sa.or_(Membership.area_id == area_id, Membership.unit_id.in_(units), Membership.venue_id.in_(venues))


def _is_due(today: date) -> sa.ColumnElement[bool]:
    midnight = period.moment_of(today - REVIEW_LASTS + timedelta(days=1), time(0))
    return sa.func.coalesce(Membership.reviewed_at, Membership.created_at, type_=Membership.created_at.type) < midnight


def _rows(*conditions: sa.ColumnElement[bool], most: int | None = None) -> list[PersonRow]:
    other = aliased(Membership)
    homes = sa.func.coalesce(other.unit_id * 3, other.venue_id * 3 + 1, other.area_id * 3 + 2)
    many = sa.select(sa.func.count(homes.distinct())).where(other.user_id == Membership.user_id).scalar_subquery()
    has_factor = sa.exists().where(SecondFactor.user_id == Membership.user_id)
    query = (
        sa.select(Membership, many, has_factor)
        .join(Membership.user)
        .options(joinedload(Membership.user), joinedload(Membership.unit))
        .options(joinedload(Membership.venue), joinedload(Membership.area))
        .where(*conditions)
        .order_by(Membership.area_id, Membership.unit_id, Membership.venue_id, User.name, Membership.id)
        .limit(most)
    )
    return [_row(held, organisations, bool(factor)) for held, organisations, factor in db.session.execute(query)]


def _row(held: Membership, organisations: int, has_factor: bool) -> PersonRow:
    home = held.unit or held.venue or held.area
    assert home is not None
    return PersonRow(
        membership_id=held.id,
        user_id=held.user_id,
        name=held.user.name,
        email=held.user.email,
        role=held.role,
        home=home,
        created_at=held.created_at,
        last_signed_in_at=held.user.last_signed_in_at,
        has_factor=has_factor,
        is_disabled=held.user.disabled_at is not None,
        reviewed_at=held.reviewed_at,
        organisations=organisations,
        is_waited_for=held.user.password_hash is None,
    )


def _check(actor: Actor, area_id: int) -> None:
    if not access.may_coordinate(actor, area_id=area_id):
        raise NotFound()
