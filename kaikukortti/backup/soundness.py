"""A database that is whole: pages and indexes as they should be, no reference to what is not there."""

from typing import Any

import sqlalchemy as sa

SHOWN = 5
UNREADABLE = "cannot be read whole"


def find_faults(connection: sa.Connection, schema: str | None) -> list[str]:
    """Return what is wrong with a file or schema, a line each; nothing where it is whole. Reads all of it."""
    try:
        if connection.dialect.name == "sqlite":
            return _of_file(connection)
        return _of_schema(connection, schema or "public")
    except sa.exc.DBAPIError as error:
        return [f"{UNREADABLE}: {str(error.orig).splitlines()[0]}"]


def _of_file(connection: sa.Connection) -> list[str]:
    said = [str(row[0]) for row in connection.exec_driver_sql("PRAGMA integrity_check")]
    faults = [f"integrity_check: {line}" for line in said[:SHOWN] if line != "ok"]
    orphans: dict[tuple[str, str], int] = {}
    for table, _rowid, parent, _number in connection.exec_driver_sql("PRAGMA foreign_key_check"):
        orphans[(table, parent)] = orphans.get((table, parent), 0) + 1
    return faults + [_orphans(table, parent, count) for (table, parent), count in sorted(orphans.items())]


def _of_schema(connection: sa.Connection, schema: str) -> list[str]:
    faults = []
    inspector = sa.inspect(connection)
    for table in sorted(inspector.get_table_names(schema=schema)):
        for key in inspector.get_foreign_keys(table, schema=schema):
            count = connection.execute(_missing_parents(table, schema, dict(key))).scalar_one()
            if count:
                faults.append(_orphans(table, str(key["referred_table"]), count))
    where = {"schema": schema}
    for words, query in QUERIES.items():
        faults += [f"{words}: {name}" for name in connection.execute(sa.text(query), where).scalars()]
    if connection.exec_driver_sql("SELECT count(*) FROM pg_extension WHERE extname = 'amcheck'").scalar_one():
        _check_indexes(connection, schema)
    return faults


QUERIES = {
    "a constraint that was never checked": "SELECT conname FROM pg_constraint c JOIN pg_namespace n"
    " ON n.oid = c.connamespace WHERE NOT convalidated AND nspname = :schema ORDER BY 1",
    "an index that is not whole": "SELECT relname FROM pg_index i JOIN pg_class c ON c.oid = i.indexrelid"
    " JOIN pg_namespace n ON n.oid = c.relnamespace WHERE NOT indisvalid AND nspname = :schema ORDER BY 1",
    "pages that fail their checksum": "SELECT checksum_failures FROM pg_stat_database"
    " WHERE datname = current_database() AND checksum_failures > 0 AND :schema = 'public'",
}


def _check_indexes(connection: sa.Connection, schema: str) -> None:
    """Let PostgreSQL's own module compare each index with itself. Raises DBAPIError for one that is damaged."""
    query = (
        "SELECT bt_index_check(i.indexrelid) FROM pg_index i JOIN pg_class c ON c.oid = i.indexrelid"
        " JOIN pg_am a ON a.oid = c.relam JOIN pg_namespace n ON n.oid = c.relnamespace"
        " WHERE a.amname = 'btree' AND i.indisvalid AND n.nspname = :schema"
    )
    connection.execute(sa.text(query), {"schema": schema})


def _missing_parents(table: str, schema: str, key: dict[str, Any]) -> sa.Select[Any]:
    mine, theirs = key["constrained_columns"], key["referred_columns"]
    child = sa.table(table, *map(sa.column, mine), schema=schema).alias("child")
    parent = sa.table(key["referred_table"], *map(sa.column, theirs), schema=key["referred_schema"] or schema)
    other = parent.alias("parent")
    same = sa.and_(*(child.c[here] == other.c[there] for here, there in zip(mine, theirs, strict=True)))
    named = sa.and_(*(child.c[here].is_not(None) for here in mine))
    return sa.select(sa.func.count()).select_from(child).where(named, ~sa.exists().where(same))


def _orphans(table: str, parent: str, count: int) -> str:
    return f"{count} row{'s' if count != 1 else ''} of {table} name what is not in {parent}"
