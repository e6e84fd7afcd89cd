"""Programmes as others send them, as calendars and tables, and what an import made of one."""

import sqlalchemy as sa

from kaikukortti.db import db
from kaikukortti.models.network import Venue
from kaikukortti.models.programme import Event, Occurrence
from venues.programmereport import Outcome, Report

GIG = (
    "UID:gig\nSUMMARY:Keikka\nDTSTART;TZID=Europe/Helsinki:20261201T190000\nDTEND;TZID=Europe/Helsinki:20261201T210000"
)


def calendar(*entries: str, zone: str = "") -> bytes:
    """Return a calendar file with entries."""
    inside = "\n".join([zone, *(f"BEGIN:VEVENT\n{entry}\nEND:VEVENT" for entry in entries)])
    lines = f"BEGIN:VCALENDAR\nVERSION:2.0\nPRODID:-//muu//ohjelma//FI\n{inside}\nEND:VCALENDAR\n"
    return "\r\n".join(line for line in lines.split("\n") if line).encode() + b"\r\n"


def table(head: str, *rows: str) -> bytes:
    """Return a table under its head."""
    return "\n".join((head, *rows)).encode()


def said(report: Report) -> list[tuple[Outcome, str | None]]:
    """Return what became of each entry, and why."""
    return [(row.outcome, row.problem.code if row.problem else None) for row in report.rows]


def dates(venue: Venue) -> list[Occurrence]:
    """Return the dates of a venue in order."""
    db.session.expire_all()
    query = sa.select(Occurrence).where(Occurrence.venue_id == venue.id)
    return list(db.session.scalars(query.order_by(Occurrence.starts_at, Occurrence.id)))


def events(venue: Venue) -> list[Event]:
    """Return the events of a venue in order."""
    return list(db.session.scalars(sa.select(Event).where(Event.venue_id == venue.id).order_by(Event.id)))
