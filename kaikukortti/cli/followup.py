"""`kaikukortti followup`: freeze the indicators of closed quarters and years, or count them again and compare."""

from pathlib import Path

import click
from flask import Flask

from kaikukortti import clock, partners
from kaikukortti.cli import service
from kaikukortti.cli.progress import Progress
from kaikukortti.config import Config
from kaikukortti.cube.store import RoundingKeyChanged
from kaikukortti.db import db
from kaikukortti.followup import freezing
from kaikukortti.followup.freezing import Due

KEY_CHANGED = (
    "the figures were rounded with another key: put it back as KAIKU_ROUNDING_KEY,"
    " or as rounding_key in the settings file"
)


@click.group(name="followup")
def followup_group() -> None:
    """Follow-up: what the visits give back to social rehabilitation."""


@followup_group.command()
@service.instance_option
@click.option("--area", "prefix", help="Prefix of one area; all of them when left out.")
@click.option("--recompute", is_flag=True, help="Count what is frozen again and compare; change nothing.")
@click.option("--dry-run", is_flag=True, help="Say what would be counted and change nothing.")
def freeze(instance: Path | None, prefix: str | None, recompute: bool, dry_run: bool) -> None:
    """Count the indicators of the quarters and years that have closed and write them down. For a daily timer.

    A quarter or year is counted 14 days after its end, again after 45 days, and after 91 days with what has to be
    followed so long. Only areas with follow-up on are counted. Interrupted at any point, the next run goes on with what
    is missing.
    """
    app = service.load_app(instance)
    with app.app_context():
        try:
            _run(app, prefix, recompute, dry_run)
        finally:
            db.session.remove()
            for engine in db.engines.values():
                engine.dispose()


def _run(app: Flask, prefix: str | None, recompute: bool, dry_run: bool) -> None:
    area_ids = None if prefix is None else [_area_id(prefix)]
    if dry_run:
        find = freezing.list_recounted if recompute else freezing.plan
        _list(find(area_ids=area_ids, now=clock.now()))
        return
    try:
        _recompute(app, area_ids) if recompute else _freeze(app, area_ids)
    except RoundingKeyChanged:
        raise click.ClickException(KEY_CHANGED) from None


def _freeze(app: Flask, area_ids: list[int] | None) -> None:
    begun = clock.now()
    with Progress() as progress:
        written = freezing.freeze(area_ids=area_ids, now=begun, secret=_secret(app), progress=progress)
    if not written:
        click.echo("Nothing has closed since the last run, or follow-up is on in no area.")
        return
    seconds = (clock.now() - begun).total_seconds()
    click.echo(f"{_number(len(written))} frozen, in {seconds:.1f} s.")


def _recompute(app: Flask, area_ids: list[int] | None) -> None:
    now = clock.now()
    dues = freezing.list_recounted(area_ids=area_ids, now=now)
    with Progress() as progress:
        found = freezing.recompute(area_ids=area_ids, now=now, secret=_secret(app), progress=progress)
    for one in found:
        click.echo(f"{one.due.prefix} {one.due.span.code} {one.code} differs")
    if found:
        raise click.ClickException(
            "indicators differ from what was frozen: was the register or the ledger changed? What is frozen stays"
        )
    click.echo(f"{_number(len(dues))} counted again: all as frozen.")


def _list(dues: list[Due]) -> None:
    for due in dues:
        click.echo(f"{due.prefix} {due.span.code}{f' (count {due.revision + 1})' if due.revision else ''}")
    click.echo(f"{_number(len(dues))} to count. Nothing was changed.")


def _number(periods: int) -> str:
    return f"{periods} period{'' if periods == 1 else 's'}"


def _area_id(prefix: str) -> int:
    found = partners.find_area_by_prefix(prefix)
    if found is None:
        raise click.BadParameter(f"no area has the prefix {prefix}", param_hint="--area")
    return found.id


def _secret(app: Flask) -> str:
    settings: Config = app.config["KAIKU"]
    return settings.rounding_key
