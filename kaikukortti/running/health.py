"""Whether the parts that the service stands on answer, and what is wrong with one that does not."""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import sqlalchemy as sa

from kaikukortti.running import checks, trouble
from kaikukortti.running.trouble import Kind

EMPTY, SCHEMA_OLDER = "empty", "schema_older"


@dataclass(frozen=True)
class Part:
    """A database of the service. `steps` is the folder of its migrations; one without has `probe` to be read."""

    name: str
    engine: sa.Engine
    steps: Path | None = None
    probe: sa.Select[tuple[int]] | None = None


def find_reasons(parts: Sequence[Part]) -> list[str]:
    """Return why the service cannot serve, as `part_code`; nothing when it can."""
    found = {part.name: find_problem(part) for part in parts}
    return [f"{name}_{problem}" for name, problem in found.items() if problem is not None]


def find_problem(part: Part) -> str | None:
    """Return the code of what is wrong with a part, or None."""
    try:
        with part.engine.connect() as connection:
            if _is_standby(connection):
                return Kind.REFUSED.value
            if part.probe is not None:
                connection.execute(part.probe)
            return None if part.steps is None else _schema_problem(connection, part.steps)
    except sa.exc.SQLAlchemyError as error:
        found = trouble.find(error)
        return found.kind.value if found else EMPTY  # it answers, but our tables are not there


def _schema_problem(connection: sa.Connection, steps: Path) -> str | None:
    found = checks.find_step(connection)
    if found is None:
        return EMPTY
    return SCHEMA_OLDER if found < checks.newest_step(steps) else None


def _is_standby(connection: sa.Connection) -> bool:
    if connection.dialect.name != "postgresql":
        return False
    return bool(connection.exec_driver_sql("SELECT pg_is_in_recovery()").scalar())
