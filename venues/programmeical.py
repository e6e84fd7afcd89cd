"""A programme as a calendar file (iCalendar, RFC 5545) that somebody sends: each entry with the dates that it means."""

from collections.abc import Iterator, Mapping, Sequence
from datetime import UTC, date, datetime, timedelta, tzinfo
from typing import Any

from icalendar import Calendar, Component

from kaikukortti.errors import DomainError
from kaikukortti.rules import foreignseries, period
from kaikukortti.rules.foreignseries import Found, Series
from kaikukortti.rules.recurrence import SeriesEmpty
from kaikukortti.tables import FileProblem, Unreadable
from venues import programmecells
from venues.celltexts import CellProblem
from venues.programmecells import MOST_BYTES, MOST_ENTRIES, Column, Contents, Entry, Problem

PREFIX = "X-KAIKU-"
MOST_SERIES = 200
MOST_FRUITLESS = 10  # a rule that fits no day is looked for long
_PLAIN = {Column.TITLE_FI: "SUMMARY", Column.PLACE: "LOCATION", Column.STATUS: "STATUS"}
_READ = {"DTSTART", "DTEND", "DURATION", "RRULE", "RDATE", "EXDATE", "EXRULE", "RECURRENCE-ID", *_PLAIN.values()}


def is_calendar(data: bytes) -> bool:
    """Return whether a file says that it is a calendar."""
    start = data[:200].removeprefix(b"\xef\xbb\xbf").replace(b"\x00", b"").lstrip(b"\xff\xfe \r\n\t")
    return start[:15].upper() == b"BEGIN:VCALENDAR"


def property_of(column: Column) -> str:
    """Return the name under which a calendar keeps a column."""
    return _PLAIN.get(column, PREFIX + column.value.upper().replace("_", "-"))


def read(data: bytes, *, from_on: date, last_on: date) -> Contents:
    """Return the entries of a calendar with their dates from a day on, until the last that may be planned.

    Raises tables.Unreadable.
    """
    if len(data) > MOST_BYTES:
        raise Unreadable(problem=FileProblem.TOO_LARGE.value, most=MOST_BYTES // (1024 * 1024))
    if data.upper().count(b"BEGIN:VEVENT") > MOST_ENTRIES:
        raise Unreadable(problem=FileProblem.TOO_MANY_ROWS.value, most=MOST_ENTRIES)
    try:
        text = data.decode("utf-8-sig")  # the only encoding that the standard knows
    except UnicodeDecodeError:
        raise Unreadable(problem=FileProblem.ENCODING.value) from None
    try:
        calendars = Calendar.from_ical(text, multiple=True)
    except (ValueError, LookupError, TypeError, AttributeError, RecursionError):
        raise Unreadable(problem=FileProblem.DAMAGED.value) from None
    components = [component for calendar in calendars for component in calendar.walk("VEVENT")]
    if not calendars:
        raise Unreadable(problem=FileProblem.DAMAGED.value)
    if not components:
        raise Unreadable(problem=FileProblem.EMPTY.value)
    return Contents(tuple(_entries(components, from_on, last_on)))


def _entries(components: Sequence[Component], from_on: date, last_on: date) -> Iterator[Entry]:
    moved, series, fruitless = _moved(components), 0, 0
    for row, component in enumerate(components, 1):
        is_series = "RRULE" in component
        series += is_series
        is_allowed = not is_series or (series <= MOST_SERIES and fruitless < MOST_FRUITLESS)
        entry = _entry(row, component, moved, is_allowed, from_on, last_on)
        fruitless += is_series and entry.problem is not None and entry.problem.code == SeriesEmpty.code
        yield entry


def _entry(
    row: int, component: Component, moved: Mapping[str, list[Any]], is_allowed: bool, from_on: date, last_on: date
) -> Entry:
    title = ""
    try:
        broken = next((str(name) for name, _ in component.errors if str(name).upper() in _READ), "")
        if broken:
            raise CellProblem("property_unreadable", column=broken.upper())
        facts, dates = programmecells.read_cells(_cells(component))
        title = facts.get("title_fi", "")
        is_override = "RECURRENCE-ID" in component
        if not title and not is_override:
            raise CellProblem("title_missing", column="SUMMARY")
        if not is_allowed:
            raise CellProblem("too_many_series", most=MOST_SERIES)
        uid = _one_text(component, "RELATED-TO") or _one_text(component, "UID")
        found = _dates(component, [] if is_override else moved.get(uid, []), from_on, last_on)
        problem = None if found.slots or found.skipped else Problem("past")
        if not found.slots and found.skipped and not found.past:
            problem = Problem("hour_missing", "DTSTART", {"day": found.skipped[0]})
        dates["ends"] = True
        return Entry(row, uid[:255], title, {} if is_override else facts, dates, found.slots, found.skipped, problem)
    except CellProblem as problem:
        details = dict(problem.details)
        shown = "" if problem.code == "identity" else title
        return Entry(row, title=shown, problem=Problem(problem.code, details.pop("column", ""), details))
    except DomainError as error:
        return Entry(row, title=title, problem=Problem(error.code, "RRULE", error.details))
    except (ValueError, LookupError, TypeError, AttributeError, OverflowError):
        return Entry(row, title=title, problem=Problem("property_unreadable", "DTSTART"))


def _cells(component: Component) -> dict[Column, str]:
    cells = {}
    for column in Column:
        text = _one_text(component, property_of(column))
        if text or property_of(column) in component:
            cells[column] = text
    return cells


def _one_text(component: Component, name: str) -> str:
    found = component.get(name)
    return str(found[0] if isinstance(found, list) else found or "")


def _dates(component: Component, moved: Sequence[Any], from_on: date, last_on: date) -> Found:
    """Return the dates of an entry. Raises CellProblem, and what foreignseries.expand raises."""
    starts, zone = _wall(component.get("DTSTART"))
    length = _length(component, starts, zone)
    if length is not None and length <= timedelta(0):
        raise CellProblem("occurrence_order", column="DTEND")
    if starts.date() < from_on and "RRULE" not in component and "RDATE" not in component:
        return Found((), past=1)
    if "EXRULE" in component or isinstance(component.get("RRULE"), list):
        raise CellProblem("series_unreadable", column="RRULE")
    rule, count, until = _rule(component.get("RRULE"), zone)
    extra = [_extra(value, zone) for value in _listed(component.get("RDATE"))]
    left_out = {_on_wall(value, zone) for value in (*_listed(component.get("EXDATE")), *moved)}
    wanted = Series(starts, zone, length, rule, count, until, extra, left_out)
    found = foreignseries.expand(wanted, from_on=from_on, last_on=last_on)
    return found


def _wall(value: Any) -> tuple[datetime, tzinfo]:
    """Return the time on the clock of its own zone; a floating one is Helsinki's. Raises CellProblem."""
    if value is None:
        raise CellProblem("start_missing", column="DTSTART")
    if isinstance(value, list):
        raise CellProblem("property_unreadable", column="DTSTART")
    moment = value.dt
    if not isinstance(moment, datetime):
        raise CellProblem("all_day", column="DTSTART")
    if moment.tzinfo is None and "TZID" in value.params:
        raise CellProblem("time_zone_unknown", text=str(value.params["TZID"])[:60], column="DTSTART")
    zone = moment.tzinfo or period.HELSINKI
    return moment.replace(tzinfo=None, second=0, microsecond=0), zone


def _length(component: Component, starts: datetime, zone: tzinfo) -> timedelta | None:
    if "DTEND" in component:
        wall, end_zone = _wall(component.get("DTEND"))
        return wall.replace(tzinfo=end_zone).astimezone(UTC) - starts.replace(tzinfo=zone).astimezone(UTC)
    if "DURATION" in component:
        value: Any = component["DURATION"]
        length = value.dt
        return length if isinstance(length, timedelta) else None
    return None


def _rule(rule: Any, zone: tzinfo) -> tuple[str, int | None, datetime | None]:
    if rule is None:
        return "", None, None
    parts = dict(rule)
    counts, untils = parts.pop("COUNT", []), parts.pop("UNTIL", [])
    until = None
    if untils:
        said = untils[0]
        is_day = not isinstance(said, datetime)
        until = datetime(said.year, said.month, said.day, 23, 59, 59) if is_day else _on_wall(said, zone)
    text = rule.to_ical().decode()
    kept = [part for part in text.split(";") if part.partition("=")[0].upper() not in ("COUNT", "UNTIL")]
    return ";".join(kept), int(counts[0]) if counts else None, until


def _listed(value: Any) -> list[Any]:
    """Return the values of RDATE or EXDATE, which may stand there several times with several values each."""
    lists = value if isinstance(value, list) else [] if value is None else [value]
    for each in (one for several in lists for one in several.dts):
        if isinstance(each.dt, datetime) and each.dt.tzinfo is None and "TZID" in {**each.params}:
            raise CellProblem("time_zone_unknown", text=str(each.params["TZID"])[:60], column="EXDATE")
    return [one.dt for several in lists for one in several.dts]


def _extra(value: Any, zone: tzinfo) -> tuple[datetime, timedelta | None]:
    start, end = value if isinstance(value, tuple) else (value, None)
    wall = _on_wall(start, zone)
    if not isinstance(wall, datetime):
        raise CellProblem("all_day", column="RDATE")
    return wall, end - start if isinstance(end, datetime) else end


def _on_wall(value: Any, zone: tzinfo) -> Any:
    """Return a moment on the clock of a zone; a whole day stays one."""
    if not isinstance(value, datetime):
        return value
    moment = value if value.tzinfo is None else value.astimezone(zone).replace(tzinfo=None, fold=0)
    return moment.replace(second=0, microsecond=0) if value.tzinfo else moment


def _moved(components: Sequence[Component]) -> dict[str, list[Any]]:
    """Return the dates of series that have an entry of their own, by UID."""
    moved: dict[str, list[Any]] = {}
    for component in components:
        value = component.get("RECURRENCE-ID")
        if value is not None and not isinstance(value, list) and not component.errors:
            moved.setdefault(_one_text(component, "UID"), []).append(value.dt)
    return moved
