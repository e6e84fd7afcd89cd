"""Visits that arrived long after their day, as SQL on both engines: few, so that a partial index holds them alone."""

from typing import Any

import sqlalchemy as sa
from sqlalchemy.ext.compiler import compiles

# A visit of a period's last day that arrives after the revision, 45 whole days later, is caught in every time zone.
LONG = 44


def _on_sqlite(table: str = "") -> str:
    return f"julianday({table}received_at) - julianday({table}on_day)"


def _on_postgresql(table: str = "") -> str:
    return f"CAST({table}received_at AT TIME ZONE 'UTC' AS date) - {table}on_day"


ON_SQLITE, ON_POSTGRESQL = f"{_on_sqlite()} > {LONG}", f"{_on_postgresql()} > {LONG}"


class DaysToArrival(sa.sql.functions.GenericFunction[Any]):
    """The days from a scan's day to its arrival, word for word as the index has them: only so it is used."""

    type = sa.Float()
    inherit_cache = True
    name = "kaiku_days_to_arrival"


def is_long_after() -> sa.ColumnElement[bool]:
    """Return the condition that a scan arrived more than LONG days after its day; the query must hold one `scans`."""
    return DaysToArrival() > sa.literal_column(str(LONG))


@compiles(DaysToArrival)
def _days(_element: Any, _compiler: Any, **_options: Any) -> str:
    return f"({_on_postgresql('scans.')})"


@compiles(DaysToArrival, "sqlite")
def _days_on_sqlite(_element: Any, _compiler: Any, **_options: Any) -> str:
    return f"({_on_sqlite('scans.')})"
