"""The numbered steps that make a database and bring it forward. Apart from `db`: a server takes none of them."""

from pathlib import Path

import alembic.command
import alembic.config
import alembic.util
import sqlalchemy as sa

from kaikukortti import lockwaits
from kaikukortti.db import MIGRATIONS, DatabaseProblem, engine_options


def upgrade(database_url: str) -> None:
    """Bring the schema to the newest migration; a new database gets everything. Raises DatabaseProblem."""
    patience = engine_options(database_url).get("connect_args", {})
    engine = sa.create_engine(database_url, connect_args=patience, poolclass=sa.pool.NullPool)
    migrate(engine, MIGRATIONS)
    engine.dispose()


def migrate(engine: sa.Engine, steps: Path) -> None:
    """Bring a database to the newest of the numbered steps in a folder, each in a transaction of its own, while it is
    in use. Raises DatabaseProblem with one line that says what to do: other transactions hold its tables all the time,
    or a newer version has upgraded it.
    """
    settings = alembic.config.Config()
    settings.set_main_option("script_location", str(steps))
    settings.attributes["engine"] = engine
    where = engine.url.render_as_string(hide_password=True)
    try:
        lockwaits.persist(engine, lambda: alembic.command.upgrade(settings, "head"))
    except lockwaits.StillBusy as busy:
        raise DatabaseProblem(
            f"A table of {where} that has to be changed was in use all the time ({busy}). The service"
            " goes on as before: end the transaction that holds it (pg_stat_activity names it), and upgrade again."
        ) from busy
    except alembic.util.CommandError as error:
        raise DatabaseProblem(
            f"A newer version has upgraded {where} ({error}). Nothing was changed. This version can serve it; to"
            " upgrade it, use the newer version."
        ) from error
