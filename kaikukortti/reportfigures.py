"""What a report holds, as values and as it is stored: figures and names, and no word of any language."""

import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from kaikukortti.cube import periods, tables
from kaikukortti.cube.reading import Cells
from kaikukortti.figuretable import Missing
from kaikukortti.yearfigures import Exactness, Row, YearTable

SHAPE = 1


@dataclass(frozen=True)
class Figures:
    """What a report's pages are drawn from, without a word in any language: `names` of the network in fi, sv and en,
    its yearly table up to the report's year, `last_on`, the last day of visits in it, whether the year was over, and
    the published tables of the year's months and quarters as they stood in the cube.
    """

    names: tuple[str, str, str]
    municipalities: tuple[str, ...]
    year: int
    last_on: date
    is_whole: bool
    table: YearTable
    published: tuple[Cells, ...] = ()

    @property
    def row(self) -> Row:
        """Return the row of the report's own year."""
        return self.table.years[self.year]


def to_plain(figures: Figures) -> dict[str, Any]:
    """Return figures as plain values for the database."""
    years = {
        str(year): {column: _plain(value) for column, value in row.items()} for year, row in figures.table.years.items()
    }
    return {
        "shape": SHAPE,
        "names": list(figures.names),
        "municipalities": list(figures.municipalities),
        "year": figures.year,
        "last_on": figures.last_on.isoformat(),
        "is_whole": figures.is_whole,
        "exactness": figures.table.exactness.value,
        "years": years,
        "published": [_of_cells(cells) for cells in figures.published],
    }


def from_plain(found: Mapping[str, Any]) -> Figures:
    """Return figures from what is stored."""
    years: dict[int, Row] = {
        int(year): {column: _figure(value) for column, value in row.items()} for year, row in found["years"].items()
    }
    fi, sv, en = found["names"]
    return Figures(
        names=(fi, sv, en),
        municipalities=tuple(found["municipalities"]),
        year=found["year"],
        last_on=date.fromisoformat(found["last_on"]),
        is_whole=found["is_whole"],
        table=YearTable(Exactness(found["exactness"]), years),
        published=tuple(_to_cells(cells) for cells in found["published"]),
    )


def digest_of(figures: Mapping[str, Any]) -> str:
    """Return the SHA-256 of figures as they are stored."""
    text = json.dumps(figures, ensure_ascii=False, separators=(",", ":"), sort_keys=True)
    return hashlib.sha256(text.encode()).hexdigest()


def _of_cells(cells: Cells) -> dict[str, Any]:
    return {
        "table": cells.table.code,
        "periods": [at.code for at in cells.periods],
        "classes": {variable: list(known) for variable, known in cells.classes.items()},
        "values": [[*key, _plain(value)] for key, value in cells.values.items()],
        "as_of": cells.as_of.isoformat(),
        "revision": cells.revision,
        "late": sorted(cells.late),
    }


def _to_cells(found: Mapping[str, Any]) -> Cells:
    return Cells(
        table=tables.BY_CODE[found["table"]],
        periods=tuple(periods.parse(code) for code in found["periods"]),
        classes={variable: tuple(known) for variable, known in found["classes"].items()},
        values={tuple(key): _figure(value) for *key, value in found["values"]},
        as_of=datetime.fromisoformat(found["as_of"]),
        revision=found["revision"],
        late=frozenset(found["late"]),
    )


def _figure(value: int | str) -> int | Missing:
    return value if isinstance(value, int) else Missing(value)


def _plain(value: int | Missing) -> int | str:
    return value.value if isinstance(value, Missing) else value
