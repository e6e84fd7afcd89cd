"""A day some days later, as SQL on both engines: what the length of a pass is reckoned with (models/counted)."""

from typing import Any

import sqlalchemy as sa
from sqlalchemy.ext.compiler import compiles


class DaysLater(sa.sql.functions.GenericFunction[Any]):
    """A day, so many days later, on both engines."""

    type = sa.Date()
    inherit_cache = True
    name = "kaiku_days_later"


@compiles(DaysLater)
def _days_later(element: Any, compiler: Any, **options: Any) -> str:
    day, days = (compiler.process(each, **options) for each in element.clauses)
    return f"({day} + {days})"


@compiles(DaysLater, "sqlite")
def _days_later_on_sqlite(element: Any, compiler: Any, **options: Any) -> str:
    day, days = (compiler.process(each, **options) for each in element.clauses)
    return f"date({day}, '+' || {days} || ' days')"
