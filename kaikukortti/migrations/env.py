"""Alembic's entry: takes the engine from `schema.migrate` and runs the numbered steps in one transaction each."""

from alembic import context

from kaikukortti import db


def run() -> None:
    """Run the migrations with the engine that `schema.migrate` put in the settings."""
    writing = context.config.attributes["engine"].connect().execution_options(kaiku_writes=True)
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


run()
