"""`kaikukortti retention`: let go what has been kept long enough, see the last report, erase again after a restore."""

from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path

import click
from flask import Flask

from kaikukortti import clock
from kaikukortti.cli import service
from kaikukortti.config import Config
from kaikukortti.db import db
from kaikukortti.retention import erasures, logs, running
from kaikukortti.retention.rules import Line


@click.group(name="retention")
def retention_group() -> None:
    """How long things are kept."""


@retention_group.command()
@service.instance_option
@click.option("--dry-run", is_flag=True, help="Say what would go and change nothing.")
def run(instance: Path | None, dry_run: bool) -> None:
    """Let go what has been kept long enough. For a nightly timer, after `statistics freeze` and `followup freeze`.

    The answers of holders become coarse at the end of validity and go a year later; visits name no card 13 months after
    their day; the log, sign-ins, links and e-mails go in their time. What a figure still needs waits until it is
    frozen. Can be stopped at any point; doing it again does the rest.
    """
    with _inside(instance) as app:
        settings: Config = app.config["KAIKU"]
        done = running.run(
            now=clock.now(),
            secret=settings.secret_key,
            log_months=settings.log_months,
            dry=dry_run,
            clock=clock.now,
        )
        _print(done.lines)
        seconds = (done.ended_at - done.began_at).total_seconds()
        if dry_run:
            click.echo(f"{done.rows} rows would go. Nothing was changed.")
        else:
            click.echo(f"{done.rows} rows let go, in {seconds:.1f} s.")
        if any(line.kind == logs.BROKEN for line in done.lines):
            raise click.ClickException("a chain of the audit log does not hold: run `kaikukortti audit verify`")


@retention_group.command()
@service.instance_option
def report(instance: Path | None) -> None:
    """Print what the last run let go."""
    with _inside(instance):
        newest = running.newest()
        if newest is None:
            click.echo("There has been no run yet: `kaikukortti retention run`.")
            return
        _print(Line(**line) for line in newest.report["lines"])
        click.echo(f"Run of {newest.began_at:%Y-%m-%d %H:%M} UTC.")


@retention_group.command()
@service.instance_option
def replay(instance: Path | None) -> None:
    """Erase again what was erased before, after a restore. Needs the newest journal of erasures. Doing it again does
    nothing.
    """
    with _inside(instance) as app:
        done = erasures.replay(app.config["KAIKU"], now=clock.now())
        click.echo(f"The journal names {done.named}; {done.erased} were there again and have been erased.")


@contextmanager
def _inside(instance: Path | None) -> Iterator[Flask]:
    app = service.load_app(instance)
    with app.app_context():
        try:
            yield app
        finally:
            db.session.remove()
            for engine in db.engines.values():
                engine.dispose()


def _print(lines: Iterable[Line]) -> None:
    for line in lines:
        if line.rows:
            waits = " (kept)" if line.is_held else ""
            click.echo(f"{line.kind:<28} {line.rows:>9}{waits}  {line.rule}")
