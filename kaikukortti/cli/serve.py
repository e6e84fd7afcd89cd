"""`kaikukortti serve`: the production server. A missing secret or an unusable database stops it with one line."""

from pathlib import Path

import click
from flask import Flask

from kaikukortti import app as application
from kaikukortti import clock, config
from kaikukortti.cli import service, startup
from kaikukortti.db import db
from kaikukortti.mailing import setup
from kaikukortti.retention import erasures, journal
from kaikukortti.running import logs


@click.command()
@service.instance_option
@click.option("--host", default="127.0.0.1", show_default=True, help="Address to listen on.")
@click.option("--port", default=8000, show_default=True, help="Port to listen on.")
@click.option(
    "--workers",
    default=None,
    type=click.IntRange(1, 64),
    help="Processes. Default: one on SQLite, which takes no more, else by processors, memory and free connections.",
)
@click.option("--no-mail", is_flag=True, help="Leave e-mail to `kaikukortti mail run` or a timer.")
def serve(instance: Path | None, host: str, port: int, workers: int | None, no_mail: bool) -> None:
    """Serve a migrated database (see `kaikukortti init`)."""
    settings = config.load(service.ready_folder(instance))
    is_sqlite = settings.database_url.startswith("sqlite")
    if is_sqlite and (workers or 1) > 1:
        raise config.ConfigError("SQLite takes one writing process: leave --workers out, or use PostgreSQL.")
    if not no_mail:
        setup.find_transport(settings)  # settings that do not fit stop the start before anything is opened
    service.set_up_log(settings, logs.Style.JSON)
    app = application.create_app(settings)
    startup.check_database(app)
    _erase_again(app, settings)
    count = startup.choose_workers(app, workers)
    service.run_server(settings, bind=[f"{host}:{port}"], workers=count, sends_mail=not no_mail, app=app)


def _erase_again(app: Flask, settings: config.Config) -> None:
    """Start as after a restore: erase again what the journal names and an older copy has brought back."""
    with app.app_context():
        done = erasures.replay(settings, now=clock.now()) if journal.read(settings) else None
        db.session.remove()
    if done is not None and done.erased:
        click.echo(f"The journal of erasures names {done.named}; {done.erased} were there again and have been erased.")
