"""Paper lists for the tests of their entry: a sheet, a line, what entering and looking say."""

import uuid
from datetime import date, time
from typing import Any

import sqlalchemy as sa

from kaikukortti.db import db
from kaikukortti.models.ledger import Scan
from kaikukortti.models.network import Venue
from kaikukortti.rules import period
from kaikukortti.rules.access import Actor
from kaikukortti.rules.counting import Counts
from kaikukortti.rules.flag import Flag
from tests import factories
from tests.factories import DAY, NOW, TODAY
from venues import paperlist, scanning
from venues.paperlist import Choice, Line, LineResult, Outcome, Sheet

LAST_WEEK = TODAY - 7 * DAY
ONE = Counts(adult=1)


def sheet_of(venue: Venue, on_day: date = LAST_WEEK, occurrence: Any = None) -> Sheet:
    """Return a list of a venue's day, last week when nothing else is said."""
    return Sheet(uuid.uuid4(), venue.id, on_day, occurrence and occurrence.id)


def line(card: Any, no: int = 1, *, choice: Choice | None = None, seen: int = 0, **counts: int) -> Line:
    """Return a line for a card or any code; one adult when no tickets are named."""
    return Line(no, getattr(card, "number", card), Counts(**counts) if counts else ONE, choice, seen)


def enter(sheet: Sheet, actor: Actor, *lines: Line) -> list[LineResult]:
    """Enter lines now."""
    return paperlist.enter(sheet, lines, actor=actor, now=NOW)


def preview(sheet: Sheet, actor: Actor, *lines: Line) -> list[LineResult]:
    """Look what lines would do now."""
    return paperlist.preview(sheet, lines, actor=actor, now=NOW)


def scans() -> list[Scan]:
    """Return the ledger."""
    return list(db.session.scalars(sa.select(Scan).order_by(Scan.on_day, Scan.occurred_at)))


def both(card: Any, sheet: Sheet, actor: Actor) -> tuple[Outcome, tuple[Flag, ...]]:
    """Return what the preview says of a card, and assert that entering does the same."""
    [told] = preview(sheet, actor, line(card))
    assert scans() == []
    [done] = enter(sheet, actor, line(card))
    assert (done.outcome, done.flags) == (told.outcome, told.flags)
    return told.outcome, told.flags


def visit(card: Any, venue: Venue, *, on_day: date = LAST_WEEK, **fields: Any) -> None:
    """Record a visit by tablet in the evening of a day."""
    at = period.moment_of(on_day, time(18, 55))
    item = factories.make_item(card, occurred=at, **fields)
    scanning.record(item, device=factories.make_tablet(venue).known, received_at=at)
