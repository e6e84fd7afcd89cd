"""How a visit felt, asked on the holder's own page: one of five, at most three a card, venue and quarter.

An answer names a venue and a quarter. What leads back to the holder is a keyed hash of line, venue and quarter, which
the freeze of the quarter deletes; nobody but the holder can reckon it, and no member of staff is shown an answer.
"""

from collections import Counter
from dataclasses import dataclass
from datetime import date, datetime

import sqlalchemy as sa

from kaikukortti.db import db
from kaikukortti.errors import DomainError, NotFound
from kaikukortti.followup import references, store, visits
from kaikukortti.followup.models.answers import MoodAnswer
from kaikukortti.followup.models.holders import OwnKey
from kaikukortti.followup.ownsessions import OpenCard
from kaikukortti.followup.visits import Visit
from kaikukortti.models.network import Venue
from kaikukortti.rules import period, span

MOODS = (1, 2, 3, 4, 5)
MOST = 3  # answers of a card about a venue in a quarter: followup.md I-14


class MoodImpossible(DomainError):
    """A mood is a whole number from 1 to 5."""

    code = "mood_impossible"


class MoodEnough(DomainError):
    """Every visit to the venue in this quarter has been answered, or three of them."""

    code = "mood_enough"


@dataclass(frozen=True)
class Question:
    """A venue that was visited in this quarter and may still be asked about: the newest visit, and how many answers
    are left.
    """

    visit: Visit
    left: int


def list_questions(opened: OpenCard, *, now: datetime, secret: str) -> list[Question]:
    """Return the venues of this quarter's visits that may be asked about, the newest visit first."""
    quarter = _quarter(now)
    found = _visits(opened, quarter)
    macs = {venue_id: mac_of(opened.line, venue_id, quarter, secret=secret) for venue_id in found}
    with store.reading() as session:
        given = Counter(
            session.scalars(sa.select(MoodAnswer.holder_mac).where(MoodAnswer.holder_mac.in_(macs.values())))
        )
    rows = [Question(made[0], min(MOST, len(made)) - given[macs[venue_id]]) for venue_id, made in found.items()]
    return [row for row in rows if row.left > 0]


def answer(opened: OpenCard, *, venue_id: int, mood: int, now: datetime, secret: str) -> None:
    """Keep how a visit to a venue felt. Raises MoodImpossible, MoodEnough, NotFound where there was no visit."""
    if mood not in MOODS:
        raise MoodImpossible()
    quarter = _quarter(now)
    made = _visits(opened, quarter).get(venue_id)
    if not made:
        raise NotFound()
    mac = mac_of(opened.line, venue_id, quarter, secret=secret)
    with store.writing() as session:
        session.get(OwnKey, opened.line_ref, with_for_update=True)  # two answers at once are counted one by one
        given = session.scalar(sa.select(sa.func.count()).where(MoodAnswer.holder_mac == mac)) or 0
        if given >= min(MOST, len(made)):
            raise MoodEnough()
        row = MoodAnswer(area_id=opened.area_id, venue_id=venue_id, quarter=quarter, mood=mood, holder_mac=mac)
        session.add(row)


def _visits(opened: OpenCard, quarter: date) -> dict[int, list[Visit]]:
    """Return the visits of a quarter by venue, newest first; only to venues of the card's own area."""
    ours = set(db.session.scalars(sa.select(Venue.id).where(Venue.area_id == opened.area_id)))
    by_venue: dict[int, list[Visit]] = {}
    for visit in visits.of_line(opened.line, first_on=quarter):
        if visit.venue_id in ours:
            by_venue.setdefault(visit.venue_id, []).append(visit)
    return by_venue


def _quarter(now: datetime) -> date:
    return span.holding(period.day_of(now), span.QUARTER).first_on


def mac_of(line: str, venue_id: int, quarter: date, *, secret: str) -> str:
    """Return the keyed hash that holds a card to three answers about a venue in a quarter."""
    return references.keyed("mood", line, venue_id, quarter.isoformat(), secret=secret)
