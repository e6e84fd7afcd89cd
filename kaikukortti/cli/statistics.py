"""`kaikukortti statistics`: freeze the figures of closed months and quarters, or count them again and compare."""

from datetime import datetime
from pathlib import Path

import click
from flask import Flask

from kaikukortti import cardcounts, clock, monthcounts, partners, unitcounts
from kaikukortti.cli import service
from kaikukortti.cli.progress import Progress
from kaikukortti.config import Config
from kaikukortti.cube import freezing, periods
from kaikukortti.cube.freezing import Due
from kaikukortti.cube.periods import Period
from kaikukortti.cube.store import RoundingKeyChanged
from kaikukortti.db import db

KEY_CHANGED = (
    "the figures were rounded with another key: put it back as KAIKU_ROUNDING_KEY,"
    " or as rounding_key in the settings file"
)


@click.group(name="statistics")
def statistics_group() -> None:
    """Figures of closed months and quarters."""


@statistics_group.command()
@service.instance_option
@click.option("--area", "prefix", help="Prefix of one area; all of them when left out.")
@click.option("--through", "month", metavar="MONTH", help="The last month or quarter to count, as 2026-10 or 2026-Q3.")
@click.option("--recompute", is_flag=True, help="Count the last twelve months again and compare; change nothing.")
@click.option("--dry-run", is_flag=True, help="Say what would be counted and change nothing.")
def freeze(instance: Path | None, prefix: str | None, month: str | None, recompute: bool, dry_run: bool) -> None:
    """Count the months and quarters that have closed and write their figures down. For a daily timer.

    A month or quarter is counted 14 days after its end, and once more 45 days after it. Interrupted at any point, the
    next run goes on with what is missing.
    """
    app = service.load_app(instance)
    with app.app_context():
        try:
            _run(app, prefix, month, recompute, dry_run)
        finally:
            db.session.remove()
            for engine in db.engines.values():
                engine.dispose()


def _run(app: Flask, prefix: str | None, month: str | None, recompute: bool, dry_run: bool) -> None:
    through = _period(month)
    area_ids = None if prefix is None else [_area_id(prefix)]
    if dry_run:
        find = freezing.list_recounted if recompute else freezing.plan
        _list(find(area_ids=area_ids, through=through, now=clock.now()))
    elif recompute:
        _recompute(app, area_ids, through)
    else:
        _freeze(app, area_ids, through)


def _freeze(app: Flask, area_ids: list[int] | None, through: Period | None) -> None:
    begun = clock.now()
    try:
        with Progress() as progress:
            report = freezing.freeze(
                area_ids=area_ids, through=through, now=begun, secret=_secret(app), progress=progress
            )
            _keep_ready(area_ids, begun, progress)
    except RoundingKeyChanged:
        raise click.ClickException(KEY_CHANGED) from None
    if not report.frozen:
        click.echo("Nothing has closed since the last run.")
        return
    revised = f", {report.revised} of them with their revision" if report.revised else ""
    seconds = (clock.now() - begun).total_seconds()
    click.echo(f"{_number(len(report.frozen))} frozen{revised}, in {seconds:.1f} s.")


def _keep_ready(area_ids: list[int] | None, now: datetime, progress: Progress) -> None:
    """Count what the owners' own pages keep ready, so that nobody waits for it in the morning."""
    monthcounts.refresh_all(area_ids=area_ids, progress=progress)
    for area in partners.list_areas():
        if area_ids is None or area.id in area_ids:
            cardcounts.of_area(area.id, now=now)
            unitcounts.prepare(area.id, now=now)


def _recompute(app: Flask, area_ids: list[int] | None, through: Period | None) -> None:
    now = clock.now()
    dues = freezing.list_recounted(area_ids=area_ids, through=through, now=now)
    try:
        with Progress() as progress:
            found = freezing.recompute(
                area_ids=area_ids, through=through, now=now, secret=_secret(app), progress=progress
            )
    except RoundingKeyChanged:
        raise click.ClickException(KEY_CHANGED) from None
    for one in found:
        why = " (answers of holders were corrected, made coarse or erased since)" if one.is_explained else ""
        click.echo(f"{one.due.prefix} {one.due.period.code} {one.code} differs{why}")
    if any(not one.is_explained for one in found):
        raise click.ClickException(
            "figures differ from what was frozen: was a category changed, or the ledger? What is published stays"
        )
    equal = "all as frozen" if not found else "all as frozen but for answers that changed"
    click.echo(f"{_number(len(dues))} counted again: {equal}.")


def _list(dues: list[Due]) -> None:
    for due in dues:
        click.echo(f"{due.prefix} {due.period.code}{' (revision)' if due.revision else ''}")
    click.echo(f"{_number(len(dues))} to count. Nothing was changed.")


def _number(periods_counted: int) -> str:
    return f"{periods_counted} period{'' if periods_counted == 1 else 's'}"


def _period(code: str | None) -> Period | None:
    try:
        return None if code is None else periods.parse(code)
    except ValueError as problem:
        raise click.BadParameter(str(problem), param_hint="--through") from None


def _area_id(prefix: str) -> int:
    found = partners.find_area_by_prefix(prefix)
    if found is None:
        raise click.BadParameter(f"no area has the prefix {prefix}", param_hint="--area")
    return found.id


def _secret(app: Flask) -> str:
    settings: Config = app.config["KAIKU"]
    return settings.rounding_key
