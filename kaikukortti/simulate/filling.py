"""Fills an empty database with a made-up network of any size, in one transaction: all of it is there, or nothing."""

import random
from collections.abc import Callable
from datetime import datetime

import sqlalchemy as sa

from kaikukortti import audit, bulkrows
from kaikukortti.db import db, transactional
from kaikukortti.models.figures import StaleMonth
from kaikukortti.models.ledger import Scan, ScanCard, ScanDecision
from kaikukortti.models.network import Area
from kaikukortti.rules import period
from kaikukortti.rules.access import Actor, Role
from kaikukortti.simulate import holders, places
from kaikukortti.simulate.calendar import Calendar
from kaikukortti.simulate.holders import Holder
from kaikukortti.simulate.journeys import Journeys
from kaikukortti.simulate.seasons import Programme
from kaikukortti.simulate.size import Size

COMING_DAYS = 60
AWAKE = 0.4  # domain.md §4.7: 38 % of the cards of 2023 had been taken into use
Progress = Callable[[str, int, int], None]


class NotEmpty(ValueError):
    """The database holds an area already; nothing made up is mixed with it."""


def is_empty() -> bool:
    """Return whether the database holds no area yet."""
    return db.session.scalar(sa.select(sa.func.count(Area.id))) == 0


@transactional
def network(size: Size, *, seed: int, now: datetime, progress: Progress = lambda _stage, _done, _total: None) -> int:
    """Fill an empty database with a made-up network and return the number of visits; the same seed and the same day
    give the same network.

    `progress` is told what is being written, how much of it is done and how much there is. Nobody gets an account.
    Linear in cards, venues and visits; in memory are the cards that are used and a month's visits. Raises NotEmpty.
    """
    if not is_empty():
        raise NotEmpty("the database is not empty")
    bulkrows.prepare()
    chance = random.Random(seed)
    days = Calendar(today=period.day_of(now), years=size.years, coming_days=COMING_DAYS)
    made = places.draw(size, chance)
    places.write(made, days, chance)
    used = _write_cards(made, days, size, chance, progress)
    visits = _write_visits(made, days, size, used, chance, progress)
    for area in made.areas:
        actor = Actor(None, "simulation", Role.COORDINATOR, area_id=area.id)
        audit.record("network.simulated", actor=actor, now=now, detail={"seed": seed, **vars(size)})
    db.session.flush()
    bulkrows.analyse()
    return visits


def _write_cards(
    made: places.Places, days: Calendar, size: Size, chance: random.Random, progress: Progress
) -> list[Holder]:
    """Write the cards; return the holders that use theirs: never more than there are visits."""
    awake = min(AWAKE, size.visits / size.cards / 2)
    used: list[Holder] = []
    for done, some in holders.write(made, days, size, awake=awake, chance=chance):
        used += some
        progress("cards", done, size.cards)
    return used


def _write_visits(
    made: places.Places, days: Calendar, size: Size, used: list[Holder], chance: random.Random, progress: Progress
) -> int:
    programme = Programme(made, days, chance)
    journeys = Journeys(made, days, used, visits=size.visits, chance=chance)
    done = 0
    with bulkrows.filling(Scan, ScanCard, ScanDecision):
        for month in days.months():
            season = programme.write(month)
            done += journeys.write(month, season)
            progress("visits", done, size.visits)
        progress("indexes", 0, 1)
    progress("indexes", 1, 1)
    programme.finish()
    bulkrows.insert(StaleMonth, ("venue_id",), ((venue.id,) for venue in made.venues))
    return done
