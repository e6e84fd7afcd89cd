"""Made-up networks: the demo's (Lappeenranta names, 258 cards, a season), and one of any size (`network`).

Both are drawn by a seeded chance: most cards sleep, some are used often, sport stands beside culture, families bring
children, seasons differ. Visits are written as the door would write them. The demo:

names        area and units
venues       venues and their programme, from venues.csv and shows.csv
cards        258 cards handed out, community cards, stock
visits       a season of scans
desk         talks about unused cards, what stood in the way
bookings     places booked for the next days, groups that ask, units that look for company

Any size, straight into the database:

size         how large, and whether that can be
filling      one transaction: places, cards, programme and visits
calendar     days and moments as text, reckoned once
places       areas, units, venues
holders      cards, profiles, periods, events; cardlives says what happens to a card
seasons      the programme, month by month
journeys     the visits, month by month
"""

import random
import secrets
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

import sqlalchemy as sa

from kaikukortti import accounts, audit
from kaikukortti.db import db, transactional
from kaikukortti.models.network import Area, PartnerState, Unit, User, Venue
from kaikukortti.models.programme import Event, Occurrence
from kaikukortti.rules import period
from kaikukortti.rules.access import Actor, Role
from kaikukortti.simulate import names
from kaikukortti.simulate.bookings import add_bookings
from kaikukortti.simulate.cards import add_cards
from kaikukortti.simulate.desk import add_desk_work
from kaikukortti.simulate.filling import NotEmpty, is_empty, network
from kaikukortti.simulate.venues import VENUES, DemoShow, DemoVenue
from kaikukortti.simulate.visits import add_visits

__all__ = ["NotEmpty", "SignIn", "fill", "is_empty", "list_sign_ins", "network", "new_demo_password"]

MAIL_DOMAIN = "kaikukortti.example"
SEASON_DAYS = 450
COMING_DAYS = 60


@dataclass(frozen=True)
class SignIn:
    """A made-up member of staff of the demo."""

    role: Role
    organisation: str
    email: str


@transactional
def fill(*, now: datetime, password: str, seed: int = 2017) -> None:
    """Fill an empty database with the demo: network, staff, programme, 258 handed-out cards, a season of visits.

    The same seed and the same day give the same network. Raises NotEmpty.
    """
    if not is_empty():
        raise NotEmpty("the database is not empty")
    chance = random.Random(seed)
    today = period.day_of(now)
    area = _add_area()
    units, venues = _add_units(area), _add_venues(area)
    db.session.flush()
    staff = _add_staff(area, units, venues, password=password, now=now)
    db.session.flush()
    _add_programme(venues, today)
    cards = add_cards(area, units, chance=chance, today=today, now=now)
    add_visits(venues, cards, chance=chance, today=today)
    add_desk_work(area, cards, chance=chance, today=today)
    add_bookings(units, chance=chance, now=now)
    actor = Actor(staff.id, staff.name, Role.COORDINATOR, area_id=area.id)
    audit.record("demo.filled", actor=actor, now=now, detail={"cards": len(cards)})
    db.session.flush()
    db.session.execute(sa.text("ANALYZE"))  # after so many rows at once, or the figures take ten times as long


def list_sign_ins() -> list[SignIn]:
    """Return the demo's members of staff, the coordinator first."""
    found = [SignIn(Role.COORDINATOR, names.AREA[0], f"koordinaattori@{MAIL_DOMAIN}")]
    found += [SignIn(Role.WORKER, unit.name_fi, f"{unit.mailbox}@{MAIL_DOMAIN}") for unit in names.UNITS]
    for venue in VENUES:
        found.append(SignIn(Role.VENUE_MANAGER, venue.name_fi, f"{venue.mailbox}@{MAIL_DOMAIN}"))
        found.append(SignIn(Role.VENUE_STAFF, venue.name_fi, f"{venue.mailbox}.kassa@{MAIL_DOMAIN}"))
    found.append(SignIn(Role.VIEWER, names.AREA[0], f"katselija@{MAIL_DOMAIN}"))
    found.append(SignIn(Role.ADMINISTRATOR, names.AREA[0], f"yllapito@{MAIL_DOMAIN}"))
    return found


def _add_area() -> Area:
    fi, sv, en = names.AREA
    area = Area(
        name_fi=fi,
        name_sv=sv,
        name_en=en,
        prefix=names.PREFIX,
        municipalities=list(names.MUNICIPALITIES),
        help_address=names.HELP_ADDRESS,
        help_phone=names.HELP_PHONE,
    )
    db.session.add(area)
    return area


def _add_units(area: Area) -> list[Unit]:
    units = [
        Unit(
            area=area,
            name_fi=unit.name_fi,
            name_sv=unit.name_sv,
            name_en=unit.name_en,
            municipality=names.TOWN,
            state=PartnerState.ACTIVE,
            is_demo=unit.is_demo,
        )
        for unit in names.UNITS
    ]
    db.session.add_all(units)
    return units


def _add_venues(area: Area) -> list[Venue]:
    venues = [
        Venue(
            area=area,
            name_fi=venue.name_fi,
            name_sv=venue.name_sv,
            name_en=venue.name_en,
            municipality=names.TOWN,
            category=venue.category,
            state=PartnerState.ACTIVE,
            is_demo=venue.is_demo,
            **vars(venue.facts),
        )
        for venue in VENUES
    ]
    db.session.add_all(venues)
    return venues


def _add_staff(area: Area, units: list[Unit], venues: list[Venue], *, password: str, now: datetime) -> User:
    """Add one person per sign-in and return the coordinator. One hash serves all: the demo has one password."""
    homes = {unit.name_fi: accounts.Home(unit_id=unit.id) for unit in units}
    homes.update({venue.name_fi: accounts.Home(venue_id=venue.id) for venue in venues})
    homes[area.name_fi] = accounts.Home(area_id=area.id)
    password_hash = accounts.hash_password(password)
    people = []
    for sign_in in list_sign_ins():
        user = accounts.new_user(email=sign_in.email, name=_staff_name(sign_in), language="fi", now=now)
        user.password_hash = password_hash
        accounts.add_membership(user, role=sign_in.role, home=homes[sign_in.organisation], now=now)
        people.append(user)
    return people[0]


def _staff_name(sign_in: SignIn) -> str:
    titles = {
        Role.COORDINATOR: "Koordinaattori",
        Role.WORKER: "Kortinjakaja",
        Role.VENUE_MANAGER: "Kohteen vastaava",
        Role.VENUE_STAFF: "Lipunmyyjä",
        Role.VIEWER: "Tilastojen katselija",
        Role.ADMINISTRATOR: "Ylläpitäjä",
    }
    return f"{titles[sign_in.role]} (demo)"


def _add_programme(venues: list[Venue], today: date) -> None:
    first_on, last_on = today - timedelta(days=SEASON_DAYS), today + timedelta(days=COMING_DAYS)
    rows: list[dict[str, Any]] = []
    for venue, plan in zip(venues, VENUES, strict=True):
        for show in plan.shows:
            event = Event(
                venue_id=venue.id,
                title_fi=show.title_fi,
                title_sv=show.title_sv,
                title_en=show.title_en,
                category=show.category,
                kind=show.kind,
                created_at=period.moment_of(first_on, show.starts),
            )
            db.session.add(event)
            db.session.flush()
            rows += [_occurrence(event, venue, plan, show, day) for day in _days(show, first_on, last_on)]
    db.session.execute(sa.insert(Occurrence), rows)


def _occurrence(event: Event, venue: Venue, plan: DemoVenue, show: DemoShow, day: date) -> dict[str, Any]:
    return {
        "event_id": event.id,
        "venue_id": venue.id,
        "starts_at": period.moment_of(day, show.starts),
        "ends_at": period.moment_of(day, show.ends),
        "on_day": day,
        "place": plan.name_fi,
    }


def _days(show: DemoShow, first_on: date, last_on: date) -> Iterator[date]:
    for offset in range((last_on - first_on).days + 1):
        day = first_on + timedelta(days=offset)
        if day.month in show.months and day.weekday() in show.weekdays:
            yield day


def new_demo_password() -> str:
    """Return a password for the demo's staff: random, short enough to type."""
    return "kaiku-" + secrets.token_hex(4)
