"""Alembic's entry: takes the address from `db.upgrade` and runs the numbered steps in one transaction each."""

import sqlalchemy as sa
from alembic import context

from kaikukortti import db


def run() -> None:
    """Run the migrations against the address that `db.upgrade` put in the settings."""
    url = context.config.attributes["database_url"]
    patience = db.engine_options(url).get("connect_args", {})
    engine = sa.create_engine(url, connect_args=patience, poolclass=sa.pool.NullPool)
    writing = engine.connect().execution_options(kaiku_writes=True)
    with writing as connection:
        context.configure(
            connection=connection,
            target_metadata=db.Base.metadata,
            render_as_batch=True,
            compare_type=True,
            transaction_per_migration=True,
        )
        with context.begin_transaction():
            context.run_migrations()
        connection.commit()
    engine.dispose()


run()
