"""The follow-up database is made and brought forward. Apart from `store`, because a server does neither."""

import sqlalchemy as sa

from kaikukortti import lockwaits, schema
from kaikukortti.config import Config
from kaikukortti.db import DatabaseProblem
from kaikukortti.followup import store


def upgrade(config: Config) -> None:
    """Bring the follow-up database to its newest migration. Raises DatabaseProblem with one line that says what to
    do.
    """
    options = store.binds(config)[store.BIND]
    url = options.pop("url")
    engine = sa.create_engine(url, poolclass=sa.NullPool, connect_args=options.get("connect_args", {}))
    try:
        if engine.dialect.name == "postgresql":
            lockwaits.persist(engine, lambda: _make_schema(engine))
        schema.migrate(engine, store.MIGRATIONS)
    except (sa.exc.DBAPIError, lockwaits.StillBusy) as error:
        cause = str(getattr(error, "orig", error)).splitlines()[0]
        raise DatabaseProblem(
            f"The follow-up database {url.render_as_string(hide_password=True)} cannot be made"
            f" ({cause}): check the right to write there, on PostgreSQL also to make the"
            f" schema {store.SCHEMA}, or set KAIKU_FOLLOWUP_DATABASE_URL."
        ) from error
    finally:
        engine.dispose()


def _make_schema(engine: sa.Engine) -> None:
    with engine.begin() as connection:
        connection.exec_driver_sql(f"CREATE SCHEMA IF NOT EXISTS {store.SCHEMA}")
