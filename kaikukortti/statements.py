"""Statements that are run past the ORM, for what a scan does: the same rows and types for a third of the CPU."""

from collections.abc import Mapping, Sequence
from typing import Any

import sqlalchemy as sa

from kaikukortti.db import db

Values = Mapping[str, Any]


def run(statement: sa.Executable, values: Values | Sequence[Values]) -> sa.CursorResult[*tuple[Any, ...]]:
    """Run a statement that names columns, not whole objects, in the session's transaction and return its rows.

    Worth most for a statement that is made once, with places for its values: making one costs more than running it.
    """
    session = db.session()
    session.flush()  # as the session itself would have done: what waits there is seen by the statement
    return (session.info.get("connection") or session.connection()).execute(statement, values)
