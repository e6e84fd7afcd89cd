"""What is asserted at start about a database beyond being there (db.check): its schema's number, its durability."""

from pathlib import Path

import sqlalchemy as sa

from kaikukortti.db import DatabaseProblem

VERSION = "alembic_version"
OLDEST_POSTGRESQL = 15
# What PostgreSQL needs to keep what it has acknowledged. `remote_apply` and its like are more than `on`.
DURABLE = {
    "fsync": {"on"},
    "full_page_writes": {"on"},
    "synchronous_commit": {"on", "local", "remote_write", "remote_apply"},
    "data_sync_retry": {"off"},
}


def newest_step(steps: Path) -> str:
    """Return the number of the newest migration in a folder: its file's name begins with it."""
    return max(file.name.partition("_")[0] for file in (steps / "versions").glob("[0-9]*.py"))


def find_step(connection: sa.Connection) -> str | None:
    """Return the number of the migration that a database stands at, or None for an empty one."""
    if not sa.inspect(connection).has_table(VERSION):
        return None
    step: str | None = connection.execute(sa.text(f"SELECT version_num FROM {VERSION}")).scalar()  # nosec B608  # ours
    return step


def check_step(engine: sa.Engine, steps: Path) -> str | None:
    """Assert that the schema is not older than the program, and return its number where it is newer, else None.

    A newer one is for the time of an upgrade: the last version runs on the next one's schema. Raises DatabaseProblem.
    """
    known = newest_step(steps)
    with engine.connect() as connection:
        found = find_step(connection)
    if found is None or found < known:
        where = engine.url.render_as_string(hide_password=True)
        raise DatabaseProblem(
            f"The database {where} has the schema {found or 'of nothing'}, this program needs {known}: run"
            " `kaikukortti init`, which brings it there (README: upgrades)."
        )
    return found if found > known else None


def find_weak(engine: sa.Engine) -> list[str]:
    """Return PostgreSQL's settings under which a registration could be lost that was acknowledged, as `name=value`.

    SQLite has none: db.check refuses to begin with other pragmas than ours. Raises DatabaseProblem for a server that is
    too old.
    """
    if engine.dialect.name != "postgresql":
        return []
    with engine.connect() as connection:
        version = int(connection.exec_driver_sql("SHOW server_version_num").scalar_one()) // 10_000
        if version < OLDEST_POSTGRESQL:
            raise DatabaseProblem(f"PostgreSQL {OLDEST_POSTGRESQL} or newer is needed, this server has {version}.")
        found = {name: str(connection.exec_driver_sql(f"SHOW {name}").scalar_one()) for name in DURABLE}
    return [f"{name}={value}" for name, value in found.items() if value not in DURABLE[name]]


def count_connections(engine: sa.Engine) -> int:
    """Return how many connections PostgreSQL takes at once, without those that are kept for superusers."""
    with engine.connect() as connection:
        names = ("max_connections", "superuser_reserved_connections")
        most, kept = (int(connection.exec_driver_sql(f"SHOW {name}").scalar_one()) for name in names)
    return most - kept
