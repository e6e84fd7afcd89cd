"""What the holder's own page shows: the card as it is, its visits by month and kind, what is on near by.

Nothing of a profile: what is near is what is on in the municipality of the unit that gave the card.
"""

from collections import Counter
from dataclasses import dataclass
from datetime import date, datetime, timedelta

import sqlalchemy as sa

from kaikukortti import cardregister, offer
from kaikukortti.db import db
from kaikukortti.followup import visits
from kaikukortti.followup.ownsessions import OpenCard
from kaikukortti.followup.visits import Visit
from kaikukortti.models.cards import Card, CardPeriod
from kaikukortti.models.network import Area, Unit
from kaikukortti.offer import Filters, Showing
from kaikukortti.rules import card as card_rules
from kaikukortti.rules import period
from kaikukortti.rules.card import State
from kaikukortti.rules.programme import Category

MONTHS = 12
AHEAD = timedelta(days=13)
MOST_NEAR = 4


@dataclass(frozen=True)
class Month:
    """A calendar month by its first day: visits, and how many of them with children."""

    first_on: date
    visits: int
    with_children: int


@dataclass(frozen=True)
class Near:
    """What is on within a fortnight, each event once; `place` is empty where it is from the whole area."""

    place: str
    showings: list[Showing]


@dataclass(frozen=True)
class OwnCard:
    """The newest card of a line, its visits, the last twelve months, and what was before. The newest come first."""

    area: Area
    last_on: date
    state: State
    has_ended: bool
    visits: list[Visit]
    months: list[Month]
    earlier: Month
    kinds: list[tuple[Category, int]]
    with_children: int
    near: Near


def read(opened: OpenCard, *, now: datetime) -> OwnCard:
    """Return what the holder sees. Linear in the visits of the line of cards."""
    today = period.day_of(now)
    query = sa.select(Card, Unit, Area).join(Unit, Unit.id == Card.unit_id).join(Area, Area.id == Unit.area_id)
    newest = query.where(Card.line == opened.line).order_by(Card.id.desc()).limit(1)
    card, unit, area = db.session.execute(newest).one()
    found = visits.of_line(opened.line)
    last_on = cardregister.last_day(card)
    months = _months(found, since=_first_day(opened.line), today=today)
    kinds = Counter(visit.category for visit in found)
    return OwnCard(
        area=area,
        last_on=last_on,
        state=card_rules.state_on(card.state, card.suspended_until, today),
        has_ended=today > last_on,
        visits=found,
        months=months,
        earlier=_counted([visit for visit in found if visit.on_day < months[-1].first_on], months[-1].first_on),
        kinds=[(kind, kinds[kind]) for kind in Category if kinds[kind]],
        with_children=sum(visit.children > 0 for visit in found),
        near=_near(area.id, unit.municipality, now=now),
    )


def _first_day(line: str) -> date | None:
    """Return the day on which the first card of a line was handed out."""
    begun = sa.select(sa.func.min(CardPeriod.first_on)).join(Card, Card.id == CardPeriod.card_id)
    return db.session.scalar(begun.where(Card.line == line, CardPeriod.withdrawn_at.is_(None)))


def _months(found: list[Visit], *, since: date | None, today: date) -> list[Month]:
    """Return this month and those before, to the one in which the holder got a first card; twelve at most."""
    this_month = today.replace(day=1)
    firsts = [period.add_months(this_month, -back) for back in range(MONTHS)]
    begun = min([day for day in (since, *(visit.on_day for visit in found)) if day], default=today).replace(day=1)
    firsts = [first for first in firsts if first >= begun] or [this_month]
    return [_counted([visit for visit in found if visit.on_day.replace(day=1) == first], first) for first in firsts]


def _counted(found: list[Visit], first_on: date) -> Month:
    return Month(first_on, len(found), sum(visit.children > 0 for visit in found))


def _near(area_id: int, municipality: str, *, now: datetime) -> Near:
    today = period.day_of(now)
    dates = offer.list_dates(Filters(area_id=area_id), first_on=today, last_on=today + AHEAD, now=now)
    each_once: dict[tuple[int, str], Showing] = {}
    for showing in dates.showings:
        if not showing.is_full:
            each_once.setdefault((showing.place.id, showing.title_fi), showing)
    own = [showing for showing in each_once.values() if municipality and showing.place.municipality == municipality]
    return Near(municipality, own[:MOST_NEAR]) if own else Near("", list(each_once.values())[:MOST_NEAR])
