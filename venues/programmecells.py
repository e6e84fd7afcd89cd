"""The facts of a programme as text, one cell each, and back: what its CSV and its calendar file share. Plain Python."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import date as Day
from datetime import datetime, time
from enum import StrEnum
from typing import Any

from kaikukortti.models.programme import Event, Occurrence
from kaikukortti.rules.programme import Category, EventKind
from kaikukortti.rules.recurrence import Slot
from venues import celltexts
from venues.celltexts import CellProblem

MOST_BYTES = 5 * 1024 * 1024
MOST_ENTRIES = 2000
TITLE_LENGTH, PLACE_LENGTH = 160, 120
DOMAIN = "programme.kaikukortti"


@dataclass(frozen=True)
class Problem:
    """Why an entry is not taken in: a code, the column it is about, and what its sentence needs."""

    code: str
    column: str = ""
    details: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True)
class Entry:
    """One row of a table, or one entry of a calendar with all its dates.

    `facts` are what it says of the event, by the names of events.EventDetails, `date` what it says of its dates, by
    column; what is missing in them is left as it is. `left_out` are days on which its hour does not exist. A `problem`
    says why nothing of it is taken.
    """

    row: int
    uid: str = ""
    title: str = ""
    facts: Mapping[str, Any] = field(default_factory=dict)
    date: Mapping[str, Any] = field(default_factory=dict)
    slots: tuple[Slot, ...] = ()
    left_out: tuple[Day, ...] = ()
    problem: Problem | None = None


@dataclass(frozen=True)
class Contents:
    """What a file says, and the names of its columns that are not read."""

    entries: tuple[Entry, ...]
    unread: tuple[str, ...] = ()


class Column(StrEnum):
    """The columns of a programme, in their order. In a calendar all but the plainest are properties X-KAIKU-…."""

    UID = "uid"
    TITLE_FI = "title_fi"
    TITLE_SV = "title_sv"
    TITLE_EN = "title_en"
    STARTS = "starts"
    ENDS = "ends"
    PLACE = "place"
    STATUS = "status"
    KIND = "kind"
    CATEGORY = "category"
    USUAL_PLACE = "usual_place"
    OPENS = "opens"
    CLOSES = "closes"
    QUOTA = "quota"
    QUOTA_PERCENT = "quota_percent"
    CAPACITY = "capacity"
    SOLD_OUT = "sold_out"
    FIRST_ON = "first_on"
    LAST_ON = "last_on"
    COURSE_PLACES = "course_places"
    OWN_SHARE = "own_share"
    PASS_DAYS = "pass_days"
    STEP_FREE = "step_free"
    HEARING_LOOP = "hearing_loop"
    BUS_STOP = "bus_stop"
    CALM_FROM = "calm_from"
    CALM_UNTIL = "calm_until"


NEEDED = (Column.TITLE_FI, Column.STARTS)


# What a column says of the event: its name among events.EventDetails, and how it is read.
FACTS: dict[Column, tuple[str, Callable[[str], Any]]] = {
    Column.TITLE_FI: ("title_fi", celltexts.text_reader(TITLE_LENGTH)),
    Column.TITLE_SV: ("title_sv", celltexts.text_reader(TITLE_LENGTH)),
    Column.TITLE_EN: ("title_en", celltexts.text_reader(TITLE_LENGTH)),
    Column.KIND: ("kind", celltexts.reader_of(EventKind)),
    Column.CATEGORY: ("category", celltexts.reader_of(Category)),
    Column.USUAL_PLACE: ("place", celltexts.text_reader(PLACE_LENGTH)),
    Column.FIRST_ON: ("first_on", celltexts.read_day),
    Column.LAST_ON: ("last_on", celltexts.read_day),
    Column.COURSE_PLACES: ("places", celltexts.read_number),
    Column.OWN_SHARE: ("own_share_cents", celltexts.read_cents),
    Column.PASS_DAYS: ("pass_days", celltexts.read_number),
    Column.STEP_FREE: ("step_free", celltexts.read_whether),
    Column.HEARING_LOOP: ("hearing_loop", celltexts.read_whether),
    Column.BUS_STOP: ("bus_stop", celltexts.text_reader(PLACE_LENGTH)),
    Column.CALM_FROM: ("calm_from", celltexts.read_clock),
    Column.CALM_UNTIL: ("calm_until", celltexts.read_clock),
}
# What a column says of a date.
DATE: dict[Column, Callable[[str], Any]] = {
    Column.PLACE: celltexts.text_reader(PLACE_LENGTH),
    Column.STATUS: celltexts.read_status,
    Column.OPENS: celltexts.read_moment,
    Column.CLOSES: celltexts.read_moment,
    Column.QUOTA: celltexts.read_number,
    Column.QUOTA_PERCENT: celltexts.read_number,
    Column.CAPACITY: celltexts.read_number,
    Column.SOLD_OUT: celltexts.read_whether,
}


def read_cells(cells: Mapping[Column, str]) -> tuple[dict[str, Any], dict[str, Any]]:
    """Return what cells say of an event and of its dates. Raises CellProblem with the `column` in its details.

    An empty kind, category or status says nothing: no event is without one.
    """
    facts: dict[str, Any] = {}
    dates: dict[str, Any] = {}
    for column, cell in cells.items():
        try:
            if column in FACTS:
                name, read = FACTS[column]
                facts[name] = read(cell)
            elif column in DATE:
                dates[column.value] = DATE[column](cell)
        except CellProblem as problem:
            raise CellProblem(problem.code, **{**problem.details, "column": column.value}) from None
    for name in ("kind", "category"):
        if facts.get(name, "") is None:
            del facts[name]
    if not cells.get(Column.STATUS, "on"):
        del dates[Column.STATUS.value]
    if not dates.get(Column.PLACE.value) and Column.USUAL_PLACE not in cells:
        dates.pop(Column.PLACE.value, None)  # at the usual place, whatever that is
    return facts, dates


def uid_of(event: Event) -> str:
    """Return the name of an event in files: the one that it was imported by, or its own. The moment at which it was
    added tells it from the event of the same number in another installation.
    """
    return event.imported_uid or f"event-{event.id}-{event.created_at:%Y%m%dT%H%M%S%f}@{DOMAIN}"


def cells_of(event: Event, occurrence: Occurrence) -> dict[Column, str]:
    """Return all that is known of a date and its event as cells, UID apart."""
    known: dict[str, Any] = {
        **{column: getattr(event, name) for column, (name, _) in FACTS.items()},
        Column.STARTS: occurrence.starts_at,
        Column.ENDS: occurrence.ends_at,
        Column.PLACE: occurrence.place,
        Column.STATUS: occurrence.state,
        Column.OPENS: occurrence.opens_at,
        Column.CLOSES: occurrence.closes_at,
        Column.QUOTA: None if occurrence.quota_percent else occurrence.quota,
        Column.QUOTA_PERCENT: occurrence.quota_percent,
        Column.CAPACITY: occurrence.capacity,
        Column.SOLD_OUT: occurrence.sold_out,
    }
    cells: dict[Column, str] = {column: _written(known[column]) for column in Column if column is not Column.UID}
    if event.own_share_cents is not None:
        cells[Column.OWN_SHARE] = f"{event.own_share_cents // 100}.{event.own_share_cents % 100:02d}"
    return cells


def _written(value: Any) -> str:
    match value:
        case None:
            return ""
        case bool():
            return "yes" if value else "no"
        case datetime():
            return celltexts.write_moment(value)
        case time():
            return f"{value:%H:%M}"
        case _:
            return str(value)
