"""The partner register: issuing units and venues of an area, opened and renamed by its coordinator."""

from dataclasses import dataclass
from datetime import date, datetime

import sqlalchemy as sa
from sqlalchemy.orm import joinedload

from kaikukortti import audit
from kaikukortti.db import db, transactional
from kaikukortti.errors import DomainError, NotFound
from kaikukortti.models.cards import Card
from kaikukortti.models.network import Area, Membership, PartnerState, Unit, Venue
from kaikukortti.rules import access, period, place
from kaikukortti.rules.access import Actor, Role
from kaikukortti.rules.card import CardKind, State
from kaikukortti.rules.programme import Category


class NameInUse(DomainError):
    """Another partner of the area has this Finnish name."""

    code = "name_in_use"


class LeavesOtherwise(DomainError):
    """A unit or a venue leaves by a step of its own (partnership.leaving), not by a word in a form."""

    code = "leaves_otherwise"


class LastDayPast(DomainError):
    """The last day of a pop-up venue is over already."""

    code = "last_day_past"


@dataclass(frozen=True)
class PartnerDetails:
    """What the coordinator enters about a unit or a venue."""

    name_fi: str
    name_sv: str = ""
    name_en: str = ""
    municipality: str = ""
    contact_person: str = ""
    state: PartnerState = PartnerState.ACTIVE


@dataclass(frozen=True)
class UnitRow:
    """A unit in the register, with the number of its personal stock cards."""

    unit: Unit
    stock: int
    people: int


@dataclass(frozen=True)
class VenueRow:
    """A venue in the register."""

    venue: Venue
    people: int


def get_area(area_id: int) -> Area:
    """Return an area. Raises NotFound."""
    area = db.session.get(Area, area_id)
    if area is None:
        raise NotFound()
    return area


def list_areas() -> list[Area]:
    """Return every area of the service by name: their contacts are public."""
    return list(db.session.scalars(sa.select(Area).order_by(Area.name_fi)))


def find_area_by_prefix(prefix: str) -> Area | None:
    """Return the area whose cards begin with the prefix, or None."""
    return db.session.scalar(sa.select(Area).where(Area.prefix == prefix.upper()))


@transactional
def open_area(*, prefix: str, name_fi: str, help_address: str, help_phone: str, now: datetime) -> Area:
    """Add an area, from the command line: the one thing that no coordinator can do."""
    area = Area(prefix=prefix, name_fi=name_fi, help_address=help_address, help_phone=help_phone)
    db.session.add(area)
    db.session.flush()
    system = Actor(None, "command line", Role.ADMINISTRATOR, area_id=area.id)
    audit.record("area.opened", actor=system, now=now, detail={"prefix": prefix})
    return area


def list_prefixes() -> frozenset[str]:
    """Return the card prefixes of every area of the service."""
    return frozenset(db.session.scalars(sa.select(Area.prefix)))


def list_units(area_id: int) -> list[UnitRow]:
    """Return the units of an area by name, with personal stock cards and people."""
    stock = (
        sa.select(sa.func.count())
        .where(Card.unit_id == Unit.id, Card.state == State.STOCK, Card.kind == CardKind.PERSONAL)
        .correlate(Unit)
        .scalar_subquery()
    )
    people = sa.select(sa.func.count()).where(Membership.unit_id == Unit.id).correlate(Unit).scalar_subquery()
    rows = db.session.execute(sa.select(Unit, stock, people).where(Unit.area_id == area_id).order_by(Unit.name_fi))
    return [UnitRow(unit, on_hand, staff) for unit, on_hand, staff in rows]


def list_venues(area_id: int) -> list[VenueRow]:
    """Return the venues of an area by name, with the number of their people."""
    people = sa.select(sa.func.count()).where(Membership.venue_id == Venue.id).correlate(Venue).scalar_subquery()
    rows = db.session.execute(sa.select(Venue, people).where(Venue.area_id == area_id).order_by(Venue.name_fi))
    return [VenueRow(venue, staff) for venue, staff in rows]


def get_unit(unit_id: int, *, actor: Actor) -> Unit:
    """Return a unit of the actor's area or the actor's own. Raises NotFound."""
    unit = db.session.get(Unit, unit_id)
    if unit is None or not (actor.unit_id == unit.id or access.may_coordinate(actor, area_id=unit.area_id)):
        raise NotFound()
    return unit


def get_venue(venue_id: int, *, actor: Actor) -> Venue:
    """Return a venue of the actor's area or the actor's own. Raises NotFound."""
    venue = db.session.get(Venue, venue_id)
    if venue is None or not (actor.venue_id == venue.id or access.may_coordinate(actor, area_id=venue.area_id)):
        raise NotFound()
    return venue


def find_unit_by_name(area_id: int, name: str) -> Unit | None:
    """Return the unit of an area with this Finnish name, or None."""
    return db.session.scalar(sa.select(Unit).where(Unit.area_id == area_id, Unit.name_fi == name.strip()))


def list_people(*, unit_id: int | None = None, venue_id: int | None = None) -> list[Membership]:
    """Return the memberships of a unit or a venue with their users, by name."""
    query = sa.select(Membership).options(joinedload(Membership.user))
    query = query.where(Membership.unit_id == unit_id if unit_id is not None else Membership.venue_id == venue_id)
    return sorted(db.session.scalars(query), key=lambda membership: membership.user.name)


@transactional
def open_unit(*, actor: Actor, details: PartnerDetails, now: datetime) -> Unit:
    """Add a unit to the coordinator's area. Raises NotFound for other actors, NameInUse, LeavesOtherwise."""
    area_id = _own_area(actor)
    _check_name_free(Unit, area_id, details.name_fi)
    _check_not_leaving(None, details.state)
    unit = Unit(area_id=area_id, state_since=period.day_of(now), **vars(details))
    db.session.add(unit)
    db.session.flush()
    audit.record("unit.opened", actor=actor, now=now, detail={"unit": unit.id})
    return unit


@transactional
def change_unit(unit_id: int, *, actor: Actor, details: PartnerDetails, now: datetime) -> Unit:
    """Change names, contact or state of a unit; one that had left may come back. Raises NotFound, NameInUse,
    LeavesOtherwise.
    """
    unit = get_unit(unit_id, actor=actor)
    _check_name_free(Unit, _own_area(actor), details.name_fi, but=unit.id)
    _check_not_leaving(unit, details.state)
    if unit.state is not details.state:
        unit.state_since = period.day_of(now)
    for name, value in vars(details).items():
        setattr(unit, name, value)
    audit.record("unit.changed", actor=actor, now=now, detail={"unit": unit.id, "state": unit.state.value})
    return unit


@transactional
def open_venue(
    *,
    actor: Actor,
    details: PartnerDetails,
    category: Category,
    facts: place.Facts = place.Facts(),
    last_on: date | None = None,
    now: datetime,
) -> Venue:
    """Add a venue to the coordinator's area; `last_on` is the last day of a pop-up venue.

    Raises NotFound for other actors, NameInUse, LeavesOtherwise, LastDayPast, as place.check does.
    """
    area_id, today = _own_area(actor), period.day_of(now)
    place.check(facts)
    _check_name_free(Venue, area_id, details.name_fi)
    _check_not_leaving(None, details.state)
    _check_last_day(None, last_on, today)
    known = {"area_id": area_id, "category": category, "last_on": last_on, "state_since": today}
    venue = Venue(**known, **vars(details), **vars(facts))
    db.session.add(venue)
    db.session.flush()
    audit.record("venue.opened", actor=actor, now=now, detail={"venue": venue.id})
    return venue


@transactional
def change_venue(
    venue_id: int,
    *,
    actor: Actor,
    details: PartnerDetails,
    category: Category,
    facts: place.Facts | None = None,
    last_on: date | None = None,
    now: datetime,
) -> Venue:
    """Change names, contact, category, state and last day of a venue, and its facts where given. A venue that had left
    may come back, but not after its last day.

    Raises NotFound, NameInUse, LeavesOtherwise, LastDayPast, as place.check does.
    """
    venue, today = get_venue(venue_id, actor=actor), period.day_of(now)
    _check_name_free(Venue, _own_area(actor), details.name_fi, but=venue.id)
    _check_not_leaving(venue, details.state)
    _check_last_day(None if details.state is not venue.state else venue.last_on, last_on, today)
    if venue.state is not details.state:
        venue.state_since = today
    if facts is not None:
        place.check(facts)
    for name, value in (vars(details) | (vars(facts) if facts else {})).items():
        setattr(venue, name, value)
    venue.category, venue.last_on = category, last_on
    audit.record("venue.changed", actor=actor, now=now, detail={"venue": venue.id, "state": venue.state.value})
    return venue


@transactional
def describe_venue(venue_id: int, *, actor: Actor, facts: place.Facts, now: datetime) -> Venue:
    """Change the facts of the manager's own venue. Raises NotFound for other actors, and as place.check does."""
    venue = db.session.get(Venue, venue_id)
    if venue is None or not access.may_manage_venue(actor, venue_id=venue.id):
        raise NotFound()
    place.check(facts)
    changed = sorted(name for name, value in vars(facts).items() if getattr(venue, name) != value)
    for name in changed:
        setattr(venue, name, getattr(facts, name))
    audit.record("venue.described", actor=actor, now=now, detail={"venue": venue.id, "fields": changed})
    return venue


def facts_of(venue: Venue) -> place.Facts:
    """Return what is known of how people get to a venue and into it."""
    return place.Facts(**{name: getattr(venue, name) for name in vars(place.Facts())})


def _own_area(actor: Actor) -> int:
    if actor.area_id is None or not access.may_coordinate(actor, area_id=actor.area_id):
        raise NotFound()
    return actor.area_id


def _check_name_free(table: type[Unit] | type[Venue], area_id: int, name: str, *, but: int = 0) -> None:
    taken = sa.select(table.id).where(table.area_id == area_id, table.name_fi == name, table.id != but)
    if db.session.scalar(taken) is not None:
        raise NameInUse(name=name)


def _check_not_leaving(partner: Unit | Venue | None, wanted: PartnerState) -> None:
    if wanted is PartnerState.LEFT and (partner is None or partner.state is not PartnerState.LEFT):
        raise LeavesOtherwise()


def _check_last_day(known: date | None, wanted: date | None, today: date) -> None:
    if wanted is not None and wanted != known and wanted < today:
        raise LastDayPast()
