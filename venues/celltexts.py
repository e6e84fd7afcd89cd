"""What people write into the cells of a programme, as values: moments, days, numbers, choices. Plain Python.

Times are Helsinki's clock. In the hour that comes twice in October the second one is told by its distance from UTC.
"""

import re
from collections.abc import Callable
from datetime import UTC, date, datetime, time
from enum import StrEnum
from typing import Any

from kaikukortti.rules import identitycode, period
from kaikukortti.rules.programme import Planned

LAST_YEAR = 2199
_DAY = r"(?:(?P<y>\d{4})-(?P<m>\d{1,2})-(?P<d>\d{1,2})|(?P<d2>\d{1,2})\.(?P<m2>\d{1,2})\.(?P<y2>\d{4}))"
_CLOCK = r"(?P<h>\d{1,2})[:.](?P<min>\d{2})(?:[:.]00)?"
_MOMENT = re.compile(rf"{_DAY}(?:T|\s+(?:klo\s+|kl\.\s+)?){_CLOCK}\s*(?P<off>Z|[+-]\d{{2}}:\d{{2}})?", re.IGNORECASE)
_EURO = re.compile(r"(\d{1,4})(?:[.,](\d{1,2}))?\s*€?")
_YES, _NO = {"yes", "true", "1", "kyllä", "ja"}, {"no", "false", "0", "ei", "nej"}


class CellProblem(Exception):
    """A cell says nothing that can be understood."""

    def __init__(self, code: str, **details: Any) -> None:
        super().__init__(code)
        self.code, self.details = code, details


def read_text(cell: str, most: int) -> str:
    """Return a text without what cannot be printed. Raises CellProblem."""
    text = "".join(sign for sign in " ".join(cell.split()) if sign.isprintable())
    if identitycode.holds_one(text):
        raise CellProblem("identity")
    if text == "=":  # all that is left of a formula in a workbook
        raise CellProblem("formula")
    if len(text) > most:
        raise CellProblem("text_too_long", most=most)
    return text


def read_moment(cell: str) -> datetime | None:
    """Return a moment written as 2026-12-01 19:00 or 1.12.2026 19.00, None for an empty cell. Raises CellProblem."""
    if not cell:
        return None
    found = _MOMENT.fullmatch(cell)
    if found is None:
        raise CellProblem("time_unreadable", text=cell[:40])
    parts = found.groupdict()
    try:
        day = date(*(int(parts[name] or parts[name + "2"]) for name in "ymd"))
        clock_time = time(int(parts["h"]), int(parts["min"]))
        if parts["off"]:
            offset = parts["off"].upper().replace("Z", "+00:00")
            return datetime.fromisoformat(f"{day}T{clock_time:%H:%M}{offset}").astimezone(UTC)
    except (ValueError, OverflowError):
        raise CellProblem("time_unreadable", text=cell[:40]) from None
    if not 1970 <= day.year <= LAST_YEAR:
        raise CellProblem("time_unreadable", text=cell[:40])
    try:
        return period.moment_of(day, clock_time)
    except ValueError:
        raise CellProblem("hour_missing", day=day) from None


def write_moment(moment: datetime | None) -> str:
    """Write a moment for a cell."""
    if moment is None:
        return ""
    local = moment.astimezone(period.HELSINKI)
    return f"{local:%Y-%m-%d %H:%M}" + (f"{local:%z}"[:3] + ":00" if local.fold else "")


def read_day(cell: str) -> date | None:
    """Return a day written as 2026-12-01 or 1.12.2026, None for an empty cell. Raises CellProblem."""
    moment = read_moment(f"{cell} 12:00" if cell else "")
    return None if moment is None else period.day_of(moment)


def read_clock(cell: str) -> time | None:
    """Return a time of day written as 18:30 or 18.30, None for an empty cell. Raises CellProblem."""
    found = re.fullmatch(_CLOCK, cell)
    try:
        return None if not cell else time(int(found["h"]), int(found["min"]))  # type: ignore[index]  # caught below
    except (TypeError, ValueError):
        raise CellProblem("time_unreadable", text=cell[:40]) from None


def read_number(cell: str) -> int | None:
    """Return a whole number, None for an empty cell. Raises CellProblem."""
    if not cell:
        return None
    if not re.fullmatch(r"-?[0-9]{1,9}", cell):
        raise CellProblem("number_unreadable", text=cell[:40])
    return int(cell)


def read_cents(cell: str) -> int | None:
    """Return euros as cents, None for an empty cell. Raises CellProblem."""
    found = _EURO.fullmatch(cell)
    if cell and found is None:
        raise CellProblem("number_unreadable", text=cell[:40])
    return None if found is None else int(found[1]) * 100 + int((found[2] or "0").ljust(2, "0"))


def read_whether(cell: str) -> bool | None:
    """Return yes or no as a truth, None for an empty cell. Raises CellProblem."""
    if cell and cell.lower() not in _YES | _NO:
        raise CellProblem("whether_unreadable", text=cell[:40])
    return cell.lower() in _YES if cell else None


def read_status(cell: str) -> Planned:
    """Return whether a date is on or cancelled, in the words of calendars, too. Raises CellProblem."""
    wanted = cell.lower()
    if wanted not in ("", "on", "confirmed", "tentative", "cancelled"):
        raise CellProblem("choice_unknown", text=cell[:40])
    return Planned.CANCELLED if wanted == "cancelled" else Planned.ON


def reader_of(kind: type[StrEnum]) -> Callable[[str], Any]:
    """Return what reads one of some words, None for an empty cell; it raises CellProblem."""

    def read(cell: str) -> Any:
        try:
            return kind(cell.lower()) if cell else None
        except ValueError:
            raise CellProblem("choice_unknown", text=cell[:40]) from None

    return read


def text_reader(most: int) -> Callable[[str], str]:
    """Return what reads a text of at most so many letters; it raises CellProblem."""
    return lambda cell: read_text(cell, most)
