"""The shape of what is collected of a holder: sections of plain rows. Words for them are the pages' business."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from enum import Enum
from typing import Any

Cell = str | int | float | bool | date | datetime | None


@dataclass(frozen=True)
class Section:
    """One kind of data: its rows, and the names of their columns."""

    key: str
    columns: tuple[str, ...]
    rows: tuple[tuple[Cell, ...], ...]


@dataclass(frozen=True)
class Holder:
    """Whose data: a line of cards, with the names that it has in the two databases, and the scans that keep one of its
    numbers as text.
    """

    line: str
    card_ids: tuple[int, ...]
    numbers: tuple[str, ...]
    typed_scans: tuple[str, ...]
    line_ref: str
    secret: str
    unit_id: int


def section(key: str, columns: Sequence[str], rows: Iterable[Sequence[Any]]) -> Section:
    """Return a section of rows as a query gave them: choices become their plain values, lists text with commas."""
    return Section(key, tuple(columns), tuple(tuple(_plain(cell) for cell in row) for row in rows))


def _plain(cell: Any) -> Cell:
    if isinstance(cell, Enum):
        return str(cell.value)
    if isinstance(cell, (list, tuple)):
        return ", ".join(str(_plain(each)) for each in cell)
    kept: Cell = cell
    return kept
