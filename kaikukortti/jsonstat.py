"""Tables of figures as JSON-stat 2.0, for programs: codes are the same in every language, labels are the reader's."""

import itertools
from collections.abc import Iterator, Sequence
from datetime import UTC
from typing import Any

from kaikukortti import figurefiles
from kaikukortti.figurefiles import FileWords
from kaikukortti.figuretable import Category, Dimension, FigureTable, Missing

VERSION = "2.0"


def dataset(table: FigureTable, words: FileWords) -> dict[str, Any]:
    """Return a table as a JSON-stat 2.0 dataset.

    Where the table itself has no dimension of time or of what was counted, one with a single value is added, so that
    roles and units are always there. `status` says why a figure is null (json-stat.org/full).
    """
    dimensions = (*_added_dimensions(table, words), *table.dimensions)
    cells = [table.values[key] for key in _keys(table)]
    roles = {
        "time": [dimension.code for dimension in dimensions if dimension.is_time],
        "metric": [dimension.code for dimension in dimensions if dimension.is_measure],
    }
    return {
        "version": VERSION,
        "class": "dataset",
        "label": table.title,
        "source": table.source,
        "updated": table.as_of.astimezone(UTC).isoformat(timespec="seconds").replace("+00:00", "Z"),
        "note": [text for _heading, text in figurefiles.notes(table, words)],
        "id": [dimension.code for dimension in dimensions],
        "size": [len(dimension.categories) for dimension in dimensions],
        "role": roles,
        "dimension": {dimension.code: _described(dimension, table) for dimension in dimensions},
        "value": [None if isinstance(cell, Missing) else figurefiles.finite(cell) for cell in cells],
        "status": {str(place): cell.value for place, cell in enumerate(cells) if isinstance(cell, Missing)},
        "extension": {
            "table": table.code,
            "language": words.language,
            "period": {"first": table.first_on.isoformat(), "last": table.last_on.isoformat()},
            "definition": table.definition,
            "rounding": table.rounding,
            "status": {reason.value: words.missing[reason] for reason in Missing},
        },
    }


def collection(tables: Sequence[FigureTable], words: FileWords) -> dict[str, Any]:
    """Return several tables as a JSON-stat 2.0 collection with the datasets in it."""
    return {
        "version": VERSION,
        "class": "collection",
        "label": tables[0].title,
        "link": {"item": [dataset(table, words) for table in tables]},
    }


def _keys(table: FigureTable) -> Iterator[tuple[str, ...]]:
    return itertools.product(*([category.code for category in part.categories] for part in table.dimensions))


def _added_dimensions(table: FigureTable, words: FileWords) -> list[Dimension]:
    added = []
    if not any(dimension.is_time for dimension in table.dimensions):
        code = f"{table.first_on.isoformat()}/{table.last_on.isoformat()}"
        added.append(Dimension("period", words.period, (Category(code, code),), is_time=True))
    if not any(dimension.is_measure for dimension in table.dimensions):
        counted = (Category(table.code, table.unit or table.title),)
        added.append(Dimension("measure", words.figure, counted, is_measure=True))
    return added


def _described(dimension: Dimension, table: FigureTable) -> dict[str, Any]:
    codes = [category.code for category in dimension.categories]
    category: dict[str, Any] = {
        "index": {code: place for place, code in enumerate(codes)},
        "label": {part.code: part.label for part in dimension.categories},
    }
    if dimension.is_measure:
        decimals = 0 if all(isinstance(value, int | Missing) for value in table.values.values()) else 1
        category["unit"] = {
            part.code: {"label": table.unit or part.label, "decimals": decimals} for part in dimension.categories
        }
    return {"label": dimension.label, "category": category}
