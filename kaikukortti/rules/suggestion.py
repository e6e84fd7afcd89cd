"""What to talk about with the holder of an unused card: one thing near home that is coming up. Facts in, choice out.

The kinds stand in the order of what helps most: company is missed more often than an offer (followup.md §4). One more
kind is one more line in CHOOSERS. No fact tells anything of the holder but which venues are near and own children.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, time
from enum import StrEnum

from kaikukortti.rules import period
from kaikukortti.rules.programme import EventKind

# A course place is for the holder alone (domain.md §2.8), and a season pass is no first visit.
WITH_CHILDREN = frozenset({EventKind.PERFORMANCE, EventKind.EXHIBITION, EventKind.MATCH})
LATEST_WITH_CHILDREN = time(18, 30)


class Kind(StrEnum):
    """What is suggested."""

    GROUP_VISIT = "group_visit"
    CHILDREN = "children"
    EVENT = "event"


@dataclass(frozen=True)
class Coming:
    """Something ahead: an occurrence of a venue's programme, or a visit that a unit has planned as a group."""

    key: int
    venue_id: int
    starts_at: datetime
    event_kind: EventKind


@dataclass(frozen=True)
class Ahead:
    """What is coming in an area: the first thing of each venue, the first that suits children, visits as a group."""

    events: Mapping[int, Coming]
    with_children: Mapping[int, Coming]
    group_visits: Sequence[Coming] = ()


@dataclass(frozen=True)
class Suggestion:
    """One kind and the one thing of that kind."""

    kind: Kind
    coming: Coming


@dataclass(frozen=True)
class _Asked:
    ahead: Ahead
    children: int
    venues: Sequence[int]


def look_ahead(offers: Sequence[Coming], *, group_visits: Sequence[Coming] = ()) -> Ahead:
    """Sort out what is coming, once for all cards; both sequences are in the order of their times. Linear."""
    events: dict[int, Coming] = {}
    with_children: dict[int, Coming] = {}
    for coming in offers:
        events.setdefault(coming.venue_id, coming)
        if _suits_children(coming):
            with_children.setdefault(coming.venue_id, coming)
    return Ahead(events, with_children, tuple(group_visits))


def suggest(ahead: Ahead, *, children: int, venues: Sequence[int]) -> Suggestion | None:
    """Return the first kind that has something for a card; None where nothing is coming.

    `venues` are the ids of venues from the nearest to home on. Linear in them.
    """
    asked = _Asked(ahead, children, venues)
    for kind, choose in CHOOSERS.items():
        coming = choose(asked)
        if coming is not None:
            return Suggestion(kind, coming)
    return None


def _group_visit(asked: _Asked) -> Coming | None:
    return next(iter(asked.ahead.group_visits), None)


def _with_children(asked: _Asked) -> Coming | None:
    return _nearest(asked.ahead.with_children, asked.venues) if asked.children else None


def _event(asked: _Asked) -> Coming | None:
    return _nearest(asked.ahead.events, asked.venues)


def _nearest(first_of: Mapping[int, Coming], venues: Sequence[int]) -> Coming | None:
    return next((first_of[venue_id] for venue_id in venues if venue_id in first_of), None)


def _suits_children(coming: Coming) -> bool:
    starts = coming.starts_at.astimezone(period.HELSINKI).time()
    return coming.event_kind in WITH_CHILDREN and starts <= LATEST_WITH_CHILDREN


CHOOSERS: dict[Kind, Callable[[_Asked], Coming | None]] = {
    Kind.GROUP_VISIT: _group_visit,
    Kind.CHILDREN: _with_children,
    Kind.EVENT: _event,
}
