"""What a step does to tables that requests are using. It comes first in the step.

On PostgreSQL each statement here is a transaction of its own: it holds the one lock that it needs for a moment, and
waits for no second one, so that no request and no step wait for each other. A step that was interrupted is run again
from its beginning; what it had done here stays. SQLite has one lock, and a step is one transaction.
"""

from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from typing import Any

import sqlalchemy as sa
from alembic import op

IS_BROKEN = "SELECT 1 FROM pg_index WHERE indexrelid = to_regclass(:name) AND NOT indisvalid"


def add_columns(added: Mapping[str, Sequence[sa.Column[Any]]]) -> None:
    """Add columns to tables, by the tables' names. They may be empty or have a default of the server's."""
    if not _is_postgresql():
        for table, columns in added.items():
            for column in columns:
                op.add_column(table, column)
        return
    with op.get_context().autocommit_block():
        for table, columns in added.items():
            for column in columns:
                op.add_column(table, column, if_not_exists=True)


def add_index(name: str, table: str, columns: Sequence[str], *, where: str | None = None) -> None:
    """Index the rows of a table, those that satisfy a condition where one is given. On PostgreSQL others read and write
    meanwhile.
    """
    condition = sa.text(where) if where else None
    if not _is_postgresql():
        op.create_index(name, table, columns, sqlite_where=condition)
        return
    with op.get_context().autocommit_block(), _patiently():
        if op.get_bind().execute(sa.text(IS_BROKEN), {"name": name}).scalar():  # an interrupted try left it behind
            op.drop_index(name, table, postgresql_concurrently=True)
        op.create_index(
            name, table, columns, postgresql_where=condition, postgresql_concurrently=True, if_not_exists=True
        )


@contextmanager
def _patiently() -> Iterator[None]:
    """Wait as long as it takes: for transactions that began before, while nobody waits for us."""
    usual = op.get_bind().exec_driver_sql("SHOW lock_timeout").scalar_one()
    op.execute("SET lock_timeout = 0")
    yield
    op.execute(f"SET lock_timeout = '{usual}'")


def _is_postgresql() -> bool:
    return bool(op.get_bind().dialect.name == "postgresql")
