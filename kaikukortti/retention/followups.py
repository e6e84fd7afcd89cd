"""Follow-up's share: leave that has run out, open pages, old looks; and all of a line when its holder's answers go."""

from collections.abc import Sequence
from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.orm import Session

from kaikukortti.db import db
from kaikukortti.followup import grants, mood, ownsessions, references, store
from kaikukortti.followup.models.answers import MoodAnswer
from kaikukortti.followup.models.episodes import Grant, Look
from kaikukortti.followup.models.holders import Goal, KeyTry, OwnKey, OwnSession
from kaikukortti.models.network import Venue
from kaikukortti.retention.rules import AT_ONCE, Asked
from kaikukortti.rules import keeping, period

OF_LINE = (OwnSession, OwnKey, Goal, Look)


def take(asked: Asked) -> dict[str, int]:
    """Return how many rows of each kind are over; delete them unless the run is dry."""
    looks_until = period.add_months(asked.today, -keeping.LOOK_MONTHS)
    over: dict[str, tuple[type[store.Base], sa.ColumnElement[bool]]] = {
        "grants": (Grant, Grant.expires_on < asked.today),
        "own_sessions": (OwnSession, OwnSession.ends_at <= asked.now),
        "own_key_tries": (KeyTry, KeyTry.last_at < asked.now - ownsessions.REMEMBERED),
        "looks": (Look, Look.at < period.moment_of(looks_until, datetime.min.time())),
    }
    found = {}
    for kind, (table, condition) in over.items():
        with store.reading() as session:
            found[kind] = session.scalar(sa.select(sa.func.count()).select_from(table).where(condition)) or 0
        if found[kind] and not asked.is_dry:
            _delete(table, condition)
    return found


def forget_lines(lines: Sequence[str], *, now: datetime, secret: str) -> None:
    """Delete all that follow-up has of some lines: key, open pages, goals, leave, looks, and moods that still lead to
    them.
    """
    refs = [references.of_line(line, secret=secret) for line in lines]
    with store.reading() as session:
        quarters = session.scalars(sa.select(MoodAnswer.quarter).where(MoodAnswer.holder_mac.is_not(None)).distinct())
        marked = list(quarters)
    venues = db.session.scalars(sa.select(Venue.id)).all() if marked else []
    macs = [
        mood.mac_of(line, venue_id, quarter, secret=secret)
        for line in lines
        for venue_id in venues
        for quarter in marked
    ]
    forget_refs(refs, macs)


def forget_refs(refs: Sequence[str], macs: Sequence[str] = ()) -> None:
    """Delete what stands under some keyed names of lines, and under keyed names of answers about moods."""
    with store.writing() as session:
        for part in _parts(refs):
            grants.delete(session, Grant.line_ref.in_(part))
            for table in OF_LINE:
                session.execute(sa.delete(table).where(table.line_ref.in_(part)))
        for part in _parts(macs):
            session.execute(sa.delete(MoodAnswer).where(MoodAnswer.holder_mac.in_(part)))


def count_of(session: Session, line_ref: str) -> int:
    """Return how many rows stand under a line's keyed name."""
    tables = (*OF_LINE, Grant)
    counts = [sa.select(sa.func.count()).select_from(table).where(table.line_ref == line_ref) for table in tables]
    return sum(session.scalar(query) or 0 for query in counts)


def _delete(table: type[store.Base], condition: sa.ColumnElement[bool]) -> None:
    """Delete the rows that are over, a part at a time."""
    (key,) = table.__table__.primary_key
    while True:
        with store.writing() as session:
            found = session.scalars(sa.select(key).where(condition).limit(AT_ONCE)).all()
            session.execute(sa.delete(table).where(key.in_(found)))
        if len(found) < AT_ONCE:
            return


def _parts(rows: Sequence[str]) -> list[Sequence[str]]:
    return [rows[at : at + AT_ONCE] for at in range(0, len(rows), AT_ONCE)]
