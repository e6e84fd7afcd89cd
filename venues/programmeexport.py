"""The programme of a venue as files: a table, and a calendar that all calendars read and our own import reads whole."""

from collections.abc import Sequence
from datetime import datetime

import sqlalchemy as sa
from icalendar import Calendar
from icalendar import Event as Component
from sqlalchemy.orm import joinedload

from kaikukortti.db import db
from kaikukortti.errors import NotFound
from kaikukortti.models.programme import Event, Occurrence
from kaikukortti.rules import access, period
from kaikukortti.rules.access import Actor
from kaikukortti.rules.programme import Planned
from venues import programmecells, programmecsv, programmeical
from venues.programmecells import Column

PRODUCT = "-//Kaikukortti//Programme 1//FI"
# What a calendar says in its own words, beside the properties that only we read.
_SAID = (Column.UID, Column.STARTS, Column.ENDS, Column.TITLE_FI, Column.PLACE, Column.STATUS)


def list_dates(venue_id: int, *, actor: Actor, now: datetime) -> Sequence[Occurrence]:
    """Return the dates of the manager's venue from today on with their events, cancelled ones included.

    Raises NotFound for another venue.
    """
    if not access.may_manage_venue(actor, venue_id=venue_id):
        raise NotFound()
    query = (
        sa.select(Occurrence)
        .options(joinedload(Occurrence.event))
        .where(Occurrence.venue_id == venue_id, Occurrence.on_day >= period.day_of(now))
        .order_by(Occurrence.starts_at, Occurrence.id)
    )
    return db.session.scalars(query).all()


def table(dates: Sequence[Occurrence]) -> bytes:
    """Return the dates as CSV: UTF-8 with its mark, semicolons, a date in a row."""
    return programmecsv.write(
        {**programmecells.cells_of(date.event, date), Column.UID: programmecells.uid_of(date.event)} for date in dates
    )


def calendar(dates: Sequence[Occurrence], *, name: str) -> bytes:
    """Return the dates as iCalendar: an entry for each, those of an event tied together by RELATED-TO."""
    found = Calendar()
    found.add("prodid", PRODUCT)
    found.add("version", "2.0")
    found.add("calscale", "GREGORIAN")
    found.add("x-wr-calname", name)
    for date in dates:
        found.add_component(_entry(date.event, date))
    if dates:
        found.add_missing_timezones()
    return bytes(found.to_ical())


def _entry(event: Event, date: Occurrence) -> Component:
    entry = Component()
    entry.add("uid", f"occurrence-{date.id}@{programmecells.DOMAIN}")
    entry.add("related-to", programmecells.uid_of(event))
    entry.add("dtstamp", event.created_at)
    entry.add("summary", event.title_fi)
    entry.add("dtstart", _local(date.starts_at))
    if date.ends_at is not None:
        entry.add("dtend", _local(date.ends_at))
    entry.add("location", date.place)
    entry.add("status", "CANCELLED" if date.state is Planned.CANCELLED else "CONFIRMED")
    entry.add("categories", [event.category.value.upper()])
    for column, cell in programmecells.cells_of(event, date).items():
        if column not in _SAID:
            entry.add(programmeical.property_of(column), cell)
    return entry


def _local(moment: datetime) -> datetime:
    """Return a moment on Helsinki's clock; in UTC where that clock says the hour twice, for the standard means the
    first.
    """
    local = moment.astimezone(period.HELSINKI)
    return moment if local.fold else local
