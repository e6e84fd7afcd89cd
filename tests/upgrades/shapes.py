"""Whether the version before can work on a schema: its columns are all there, and nothing asks more of its rows."""

from dataclasses import dataclass
from pathlib import Path
from typing import Any

import alembic.command
import alembic.config
import sqlalchemy as sa


@dataclass(frozen=True)
class Table:
    """A table as the database describes it: its columns by name, and the rules that a row has to keep."""

    columns: dict[str, dict[str, Any]]
    rules: frozenset[str]


def migrate(engine: sa.Engine, steps: Path, revision: str) -> None:
    """Take the steps of a folder up to one of them."""
    settings = alembic.config.Config()
    settings.set_main_option("script_location", str(steps))
    settings.attributes["engine"] = engine
    alembic.command.upgrade(settings, revision)


def read(engine: sa.Engine, *, schema: str | None = None) -> dict[str, Table]:
    """Return the tables of a database by name."""
    inspector = sa.inspect(engine)
    return {
        name: Table(
            {column["name"]: dict(column) for column in inspector.get_columns(name, schema=schema)},
            frozenset(_rules(inspector, name, schema)),
        )
        for name in inspector.get_table_names(schema=schema)
    }


def find_problems(before: dict[str, Table], after: dict[str, Table]) -> list[str]:
    """Return what the version of the schema `before` cannot do on `after`, in words like `users.name is gone`."""
    problems = [f"{name} is gone" for name in before if name not in after]
    for name, old in before.items():
        if name in after:
            problems += _compare(name, old, after[name])
    return problems


def _compare(name: str, old: Table, new: Table) -> list[str]:
    found = [f"{name}.{column} is gone" for column in old.columns if column not in new.columns]
    for column, now in new.columns.items():
        was = old.columns.get(column)
        if was is None and not now["nullable"] and now["default"] is None:
            found.append(f"{name}.{column} is needed and has no default")
        if was is not None and was["nullable"] and not now["nullable"]:
            found.append(f"{name}.{column} may not be empty any more")
        if was is not None and str(was["type"]) != str(now["type"]):
            found.append(f"{name}.{column} was {was['type']} and is {now['type']}")
    added = new.columns.keys() - old.columns.keys()  # a reference of theirs is empty in the rows of before
    rules = sorted(rule for rule in new.rules - old.rules if rule.partition(" in ")[0] not in added)
    return found + [f"{name} has a new rule: {rule}" for rule in rules]


def _rules(inspector: sa.Inspector, table: str, schema: str | None) -> list[str]:
    """Return what may refuse a row: unique columns, checks, references."""
    unique = inspector.get_unique_constraints(table, schema=schema)
    indexes = inspector.get_indexes(table, schema=schema)
    checks = inspector.get_check_constraints(table, schema=schema)
    keys = inspector.get_foreign_keys(table, schema=schema)
    return [
        *(f"unique {sorted(map(str, one['column_names']))}" for one in unique),
        *(f"unique {sorted(map(str, one['column_names']))}" for one in indexes if one["unique"]),
        *(f"check {one['name']}: {one['sqltext']}" for one in checks),
        *(f"{', '.join(one['constrained_columns'])} in {one['referred_table']}" for one in keys),
    ]
