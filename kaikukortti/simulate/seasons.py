"""A made-up programme for a network of any size, a month at a time: who plays when, and where one can go."""

import random
from dataclasses import dataclass, field

from kaikukortti import bulkrows
from kaikukortti.models.programme import Event, Occurrence
from kaikukortti.rules.programme import ONE_USE_IN_ALL, EventKind, Planned
from kaikukortti.simulate.calendar import Calendar, Month
from kaikukortti.simulate.places import Places, SimulatedVenue
from kaikukortti.simulate.venues import DemoShow

# How often the card is used in a month, by what surveys and the national table suggest: little in summer.
SEASON = (0, 0.9, 1.05, 1.15, 1.1, 1.0, 0.7, 0.55, 0.8, 1.1, 1.2, 1.25, 0.95)
HOUSE_WEEKDAYS = (1, 2, 2, 2, 2, 3, 2)  # Monday first: how many of a house's visits fall on a weekday
CANCELLED = 0.01
TERMS = {True: ("kevät", "våren", "spring"), False: ("syksy", "hösten", "autumn")}


@dataclass(slots=True, frozen=True)
class Goal:
    """Somewhere to go: an occurrence, or a house's day where there is no occurrence. `starts` is in seconds."""

    occurrence_id: int | None
    day: int
    starts: int
    is_course: bool
    key: int


@dataclass
class Season:
    """Where one can go in a month, for each venue by its place in the list: its evenings, and its house's days."""

    evenings: list[list[Goal]]
    house: list[list[Goal]]


@dataclass
class Programme:
    """Writes a month's events and dates after the other. An event is one title of a venue in half a year."""

    places: Places
    days: Calendar
    chance: random.Random
    _events: dict[tuple[int, str, int], int] = field(default_factory=dict)
    _next_event: int = 1
    _next_occurrence: int = 1

    def write(self, month: Month) -> Season:
        """Write a month of the programme and return where one can go in it, from the first day to yesterday."""
        events: list[bulkrows.Row] = []
        rows: list[bulkrows.Row] = []
        season = Season([[] for _ in self.places.venues], [[] for _ in self.places.venues])
        if month.month in (1, 7):
            self._events.clear()
        for at, venue in enumerate(self.places.venues):
            for show in venue.kind.shows:
                if month.month in show.months:
                    event_id = self._event(venue, show, month, events)
                    season.evenings[at] += self._dates(venue, show, month, event_id, rows)
            if venue.kind.house:
                season.house[at] = self._house_days(venue, month)
        bulkrows.insert(Event, _EVENT, events)
        bulkrows.insert(Occurrence, _OCCURRENCE, rows)
        return season

    def finish(self) -> None:
        """Let events and dates that people add follow."""
        bulkrows.renumber(Event, Occurrence)

    def _event(self, venue: SimulatedVenue, show: DemoShow, month: Month, events: list[bulkrows.Row]) -> int:
        is_spring = month.month < 7
        key = (venue.id, show.title_fi, is_spring)
        if key not in self._events:
            self._events[key] = self._next_event
            self._next_event += 1
            titles = zip((show.title_fi, show.title_sv, show.title_en), TERMS[is_spring], strict=True)
            named = (f"{title}, {term} {month.year}" for title, term in titles)
            begun = self.days.midnight(max(month.first - 30, 0))
            halves = ("01-01", "06-30") if is_spring else ("07-01", "12-31")
            is_term = show.kind in ONE_USE_IN_ALL
            term = (f"{month.year}-{day}" if is_term else None for day in halves)
            events.append((self._events[key], venue.id, *named, show.category.value, show.kind.value, begun, *term))
        return self._events[key]

    def _dates(
        self, venue: SimulatedVenue, show: DemoShow, month: Month, event_id: int, rows: list[bulkrows.Row]
    ) -> list[Goal]:
        days, found = self.days, []
        starts = show.starts.hour * 3_600 + show.starts.minute * 60
        ends = show.ends.hour * 3_600 + show.ends.minute * 60
        for day in range(month.first, month.last + 1):
            if days.weekdays[day] not in show.weekdays:
                continue
            key, self._next_occurrence = self._next_occurrence, self._next_occurrence + 1
            is_off = self.chance.random() < CANCELLED
            state = Planned.CANCELLED.value if is_off else Planned.ON.value
            moments = (days.moment(day, starts), days.moment(day, ends))
            rows.append((key, event_id, venue.id, *moments, days.texts[day], venue.name, state))
            if day < days.today and not is_off:
                found.append(Goal(key, day, starts, show.kind is EventKind.COURSE, key))
        return found

    def _house_days(self, venue: SimulatedVenue, month: Month) -> list[Goal]:
        """Return the month's days, those of busy weekdays several times."""
        last = min(month.last, self.days.today - 1)
        return [
            Goal(None, day, 0, False, -(day * len(self.places.venues) + venue.id))
            for day in range(month.first, last + 1)
            for _ in range(HOUSE_WEEKDAYS[self.days.weekdays[day]])
        ]


_EVENT = ("id", "venue_id", "title_fi", "title_sv", "title_en", "category", "kind", "created_at", "first_on", "last_on")
_OCCURRENCE = ("id", "event_id", "venue_id", "starts_at", "ends_at", "on_day", "place", "state")
