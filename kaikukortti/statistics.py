"""Live, trait-free counts for their owners: the coordinator's area and the venue's evening (DESIGN decision 6).

Nothing here reads a profile. Definitions are those of DESIGN §4 *Counting*.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime

import sqlalchemy as sa

from kaikukortti import cardcounts, usecounts
from kaikukortti.cardcounts import CardDays, CardFigures
from kaikukortti.db import db
from kaikukortti.ledgercounts import Row
from kaikukortti.models import counted
from kaikukortti.models.cards import Card
from kaikukortti.models.ledger import Scan
from kaikukortti.models.network import Unit, Venue
from kaikukortti.models.programme import Event, Occurrence
from kaikukortti.rules import period
from kaikukortti.rules.programme import Category
from kaikukortti.usecounts import Uses

USES = (sa.func.sum(counted.used_by(counted.ADULTS)), sa.func.sum(counted.used_by(counted.CHILDREN)))


@dataclass(frozen=True)
class VenueUses:
    """The uses of one venue, with its names."""

    venue_id: int
    name_fi: str
    name_sv: str
    name_en: str
    uses: Uses


@dataclass(frozen=True)
class ListedVenue:
    """A venue of an area with its names, and the day of its first scan."""

    venue_id: int
    name_fi: str
    name_sv: str
    name_en: str
    first_used_on: date | None


@dataclass(frozen=True)
class Overview:
    """The coordinator's first page for a period, both days included."""

    first_on: date
    last_on: date
    cards: CardFigures
    by_category: dict[Category, Uses]
    by_venue: list[VenueUses]
    by_month: list[tuple[tuple[int, int], Uses]]
    helpers: int
    unverified: int
    community_uses: int

    @property
    def uses(self) -> Uses:
        """Return all uses of the period."""
        parts = self.by_category.values()
        return Uses(sum(part.adults for part in parts), sum(part.children for part in parts))


@dataclass(frozen=True)
class VenueReport:
    """What a venue registered in a period, by month and event, with its events by id."""

    first_on: date
    last_on: date
    rows: list[Row]
    events: dict[int, Event]


@dataclass(frozen=True)
class EveningRow:
    """What was registered for one occurrence, or for house visits when `title` is None."""

    title: tuple[str, str, str] | None
    starts_at: datetime | None
    uses: Uses
    helpers: int


@dataclass(frozen=True)
class Evening:
    """A venue's own registrations of one day, cards from elsewhere included."""

    on_day: date
    rows: list[EveningRow]

    @property
    def uses(self) -> Uses:
        """Return all uses of the day."""
        return Uses(sum(row.uses.adults for row in self.rows), sum(row.uses.children for row in self.rows))

    @property
    def helpers(self) -> int:
        """Return the assistants and interpreters of the day."""
        return sum(row.helpers for row in self.rows)


def overview(
    area_id: int,
    *,
    first_on: date,
    last_on: date,
    card_days: CardDays | None = None,
    venues: Sequence[ListedVenue] | None = None,
) -> Overview:
    """Count an area's uses and cards over a period of whole days, exact and live.

    Uses are months that are kept ready, less the days of the first and last month that lie outside. Cards are counted
    here unless the caller has them by day already, which is linear in the area's cards; so are its venues listed.
    """
    months, by_venue = usecounts.of_area_and_venues(area_id, first_on=first_on, last_on=last_on)
    verified, strange = _split(months)
    of_venue = usecounts.by(_split(by_venue)[0], lambda row: row.venue_id)
    of_category, of_month = usecounts.by(verified, lambda row: row.category), usecounts.by(verified, _month)
    venue_rows = [
        VenueUses(each.venue_id, each.name_fi, each.name_sv, each.name_en, of_venue.get(each.venue_id, Uses()))
        for each in (list_venues(area_id) if venues is None else venues)
    ]
    days = cardcounts.days_of_area(area_id) if card_days is None else card_days
    return Overview(
        first_on=first_on,
        last_on=last_on,
        cards=days.within(first_on, last_on),
        by_category={category: of_category.get(category, Uses()) for category in Category},
        by_venue=sorted(venue_rows, key=lambda row: (-row.uses.total, row.name_fi)),
        by_month=[(month, of_month.get(month, Uses())) for month in period.months_of(first_on, last_on)],
        helpers=sum(row.helpers for row in verified),
        unverified=usecounts.added(strange).total,
        community_uses=sum(row.community for row in verified),
    )


def evening(venue_id: int, *, on_day: date) -> Evening:
    """Return a venue's own registrations of a day by occurrence; an occurrence without any is listed with zeros."""
    mine = (Scan.venue_id == venue_id, Scan.on_day == on_day, counted.is_counted())
    sums = {
        occurrence_id: (Uses(adults, children), helpers)
        for occurrence_id, adults, children, helpers in db.session.execute(
            counted.of_ledger(Occurrence.id, *USES, sa.func.sum(Scan.assistant + Scan.interpreter))
            .where(*mine)
            .group_by(Occurrence.id)
        )
    }
    planned = db.session.execute(
        sa.select(Occurrence.id, Occurrence.starts_at, Event.title_fi, Event.title_sv, Event.title_en)
        .join(Event)
        .where(Occurrence.venue_id == venue_id, Occurrence.on_day == on_day)
        .order_by(Occurrence.starts_at)
    )
    rows = [
        EveningRow((fi, sv or fi, en or fi), starts_at, *sums.get(key, (Uses(), 0)))
        for key, starts_at, fi, sv, en in planned
    ]
    return Evening(on_day, [*rows, EveningRow(None, None, *sums.get(None, (Uses(), 0)))])


def find_first_day(area_id: int, *, today: date) -> date:
    """Return the first day that has anything to show for an area; today when there is nothing yet."""
    issued = db.session.scalar(
        sa.select(sa.func.min(Card.first_on)).join(Unit, Unit.id == Card.unit_id).where(Unit.area_id == area_id)
    )
    return min(day for day in (issued, first_use_of(list_venues(area_id)), today) if day is not None)


def list_venues(area_id: int) -> list[ListedVenue]:
    """Return an area's venues; one look into an index for each to find its first scan."""
    first_on = sa.select(sa.func.min(Scan.on_day)).where(Scan.venue_id == Venue.id).scalar_subquery()
    query = sa.select(Venue.id, Venue.name_fi, Venue.name_sv, Venue.name_en, first_on).where(Venue.area_id == area_id)
    return [ListedVenue(key, fi, sv, en, used_on) for key, fi, sv, en, used_on in db.session.execute(query)]


def first_use_of(venues: Sequence[ListedVenue]) -> date | None:
    """Return the day of the first scan at any of these venues."""
    return min((each.first_used_on for each in venues if each.first_used_on is not None), default=None)


def venue_total(venue_id: int, *, first_on: date, last_on: date) -> Uses:
    """Return a venue's own uses over a period of whole days, cards from elsewhere included."""
    return usecounts.added(usecounts.of_venue(venue_id, first_on=first_on, last_on=last_on))


def venue_to_date(venue_id: int, *, today: date) -> tuple[Uses, Uses]:
    """Return a venue's own uses of this month and of this year, today included. The year is read once."""
    rows = usecounts.of_venue(venue_id, first_on=today.replace(month=1, day=1), last_on=today)
    return usecounts.added(row for row in rows if row.month == today.replace(day=1)), usecounts.added(rows)


def _split(rows: Sequence[Row]) -> tuple[list[Row], list[Row]]:
    """Return the rows of the network's own cards, and those of all others."""
    return [row for row in rows if row.is_verified], [row for row in rows if not row.is_verified]


def _month(row: Row) -> tuple[int, int]:
    return row.month.year, row.month.month


def report_of_venue(venue_id: int, *, first_on: date, last_on: date) -> VenueReport:
    """Return a venue's own registrations of a period, exact and live, cards from elsewhere included."""
    rows = [row for row in usecounts.of_venue(venue_id, first_on=first_on, last_on=last_on) if row.scans]
    ids = {row.event_id for row in rows if row.event_id is not None}
    events = db.session.scalars(sa.select(Event).where(Event.id.in_(ids))).all() if ids else []
    return VenueReport(first_on, last_on, rows, {event.id: event for event in events})


def find_first_use(venue_id: int) -> date | None:
    """Return the day of a venue's first scan."""
    return db.session.scalar(sa.select(sa.func.min(Scan.on_day)).where(Scan.venue_id == venue_id))
