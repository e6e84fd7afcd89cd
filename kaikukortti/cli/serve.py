"""`kaikukortti serve`: the production server. A missing secret or an unusable database stops it with one line."""

from pathlib import Path

import click
from flask import Flask

from kaikukortti import app as application
from kaikukortti import clock, config
from kaikukortti.cli import service
from kaikukortti.db import db
from kaikukortti.retention import erasures, journal


@click.command()
@service.instance_option
@click.option("--host", default="127.0.0.1", show_default=True, help="Address to listen on.")
@click.option("--port", default=8000, show_default=True, help="Port to listen on.")
@click.option("--workers", default=None, type=click.IntRange(1, 64), help="Processes; SQLite takes one.")
@click.option("--no-mail", is_flag=True, help="Leave e-mail to `kaikukortti mail run` or a timer.")
def serve(instance: Path | None, host: str, port: int, workers: int | None, no_mail: bool) -> None:
    """Serve a migrated database (see `kaikukortti init`)."""
    settings = config.load(service.ready_folder(instance))
    is_sqlite = settings.database_url.startswith("sqlite")
    if is_sqlite and (workers or 1) > 1:
        raise config.ConfigError("SQLite takes one writing process: leave --workers out, or use PostgreSQL.")
    app = application.create_app(settings)
    application.check_database(app)
    _erase_again(app, settings)
    service.run_server(
        settings, bind=[f"{host}:{port}"], workers=workers or (1 if is_sqlite else 2), sends_mail=not no_mail
    )


def _erase_again(app: Flask, settings: config.Config) -> None:
    """Start as after a restore: erase again what the journal names and an older copy has brought back."""
    with app.app_context():
        done = erasures.replay(settings, now=clock.now()) if journal.read(settings) else None
        db.session.remove()
        for engine in db.engines.values():
            engine.dispose()
    if done is not None and done.erased:
        click.echo(f"The journal of erasures names {done.named}; {done.erased} were there again and have been erased.")
