"""`kaikukortti serve`: the production server. A missing secret or an unusable database stops it with one line."""

from pathlib import Path

import click

from kaikukortti import app as application
from kaikukortti import config
from kaikukortti.cli import service


@click.command()
@service.instance_option
@click.option("--host", default="127.0.0.1", show_default=True, help="Address to listen on.")
@click.option("--port", default=8000, show_default=True, help="Port to listen on.")
@click.option("--workers", default=None, type=click.IntRange(1, 64), help="Processes; SQLite takes one.")
def serve(instance: Path | None, host: str, port: int, workers: int | None) -> None:
    """Serve a migrated database (see `kaikukortti init`)."""
    settings = config.load(service.ready_folder(instance))
    is_sqlite = settings.database_url.startswith("sqlite")
    if is_sqlite and (workers or 1) > 1:
        raise config.ConfigError("SQLite takes one writing process: leave --workers out, or use PostgreSQL.")
    application.check_database(application.create_app(settings)).dispose()
    service.run_server(settings, bind=[f"{host}:{port}"], workers=workers or (1 if is_sqlite else 2))
