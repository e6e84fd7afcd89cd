"""Venues of the demo network (domain.md §7) with a made-up programme, from venues.csv and shows.csv.

`is_demo` marks what is inferred there; the interface says so. Address, bus stop, telephone, website and access are made
up for every venue, with streets that no town has: nothing here says anything about a real place.
"""

import csv
from dataclasses import dataclass
from datetime import time
from pathlib import Path

from kaikukortti.rules.place import Facts
from kaikukortti.rules.programme import Category, EventKind

FOLDER = Path(__file__).parent
ANSWERS = {"yes": True, "no": False, "": None}


@dataclass(frozen=True)
class DemoShow:
    """A made-up event of a venue and when it runs: months, weekdays (0 = Monday), Helsinki times."""

    title_fi: str
    title_sv: str
    title_en: str
    kind: EventKind
    category: Category
    months: frozenset[int]
    weekdays: frozenset[int]
    starts: time
    ends: time


@dataclass(frozen=True)
class DemoVenue:
    """A venue of the demo. `pull` is how often a visit goes there, `house` the share of visits without an event."""

    name_fi: str
    name_sv: str
    name_en: str
    mailbox: str
    category: Category
    is_demo: bool
    pull: int
    house: float
    facts: Facts
    shows: tuple[DemoShow, ...]


def _read(file: str) -> list[dict[str, str]]:
    with (FOLDER / file).open(encoding="utf-8", newline="") as stream:
        return list(csv.DictReader(stream))


def _show(row: dict[str, str]) -> DemoShow:
    return DemoShow(
        title_fi=row["title_fi"],
        title_sv=row["title_sv"],
        title_en=row["title_en"],
        kind=EventKind(row["kind"]),
        category=Category(row["category"]),
        months=frozenset(map(int, row["months"].split())),
        weekdays=frozenset(map(int, row["weekdays"].split())),
        starts=time.fromisoformat(row["starts"]),
        ends=time.fromisoformat(row["ends"]),
    )


def read_shows(file: str) -> list[tuple[str, DemoShow]]:
    """Return the shows of a file of this folder, each with the key of the venue or of the kind of venue it is for."""
    return [(row["mailbox"], _show(row)) for row in _read(file)]


def _facts(row: dict[str, str]) -> Facts:
    return Facts(
        street=row["street"],
        postcode=row["postcode"],
        bus_stop=row["bus_stop"],
        ticket_phone=row["ticket_phone"],
        website=row["website"],
        step_free=ANSWERS[row["step_free"]],
        hearing_loop=ANSWERS[row["hearing_loop"]],
    )


def _load() -> tuple[DemoVenue, ...]:
    shows = _read("shows.csv")
    return tuple(
        DemoVenue(
            name_fi=row["name_fi"],
            name_sv=row["name_sv"],
            name_en=row["name_en"],
            mailbox=row["mailbox"],
            category=Category(row["category"]),
            is_demo=row["is_demo"] == "1",
            pull=int(row["pull"]),
            house=float(row["house"]),
            facts=_facts(row),
            shows=tuple(_show(show) for show in shows if show["mailbox"] == row["mailbox"]),
        )
        for row in _read("venues.csv")
    )


VENUES = _load()
