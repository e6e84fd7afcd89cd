"""`kaikukortti import` and `kaikukortti export`: an area's earlier records in, the same shape out."""

import csv
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import click

from kaikukortti import clock, partners, tables
from kaikukortti.cli import service, transferwords
from kaikukortti.cli.progress import Progress
from kaikukortti.models.network import Area
from kaikukortti.rules import period
from kaikukortti.transfer import exporting, importing, rowfile
from kaikukortti.transfer.cardimport import CardImport
from kaikukortti.transfer.columns import CARDS, USES, Column
from kaikukortti.transfer.importing import Judged, Outcome, Shape, Summary
from kaikukortti.transfer.useimport import UseImport

TOLD = 20  # problems on the screen; the report has all
WORDS = {Outcome.NEW: "new", Outcome.THERE: "there already", Outcome.REFUSED: "refused"}

area_option = click.option("--area", "prefix", help="Prefix of the area; needed where there are several.")
in_file = click.argument("file", type=click.Path(exists=True, dir_okay=False, readable=True, path_type=Path))
out_file = click.argument("file", type=click.Path(dir_okay=False, writable=True, path_type=Path))
report_option = click.option(
    "--report", type=click.Path(dir_okay=False, writable=True, path_type=Path), help="A CSV that tells of every row."
)
dry_option = click.option("--dry-run", is_flag=True, help="Examine the file and change nothing.")


@click.group(name="import")
def import_group() -> None:
    """Take in an area's earlier cards and uses."""


@click.group(name="export")
def export_group() -> None:
    """Write an area's cards or uses in the shape that is taken in."""


@import_group.command(name="cards")
@service.instance_option
@in_file
@area_option
@report_option
@dry_option
def import_cards(instance: Path | None, file: Path, prefix: str | None, report: Path | None, dry_run: bool) -> None:
    """Take in the cards of FILE (CSV or XLSX) that were handed out before: all of them, or none."""
    _import(instance, file, prefix, report, dry_run, CardImport)


@import_group.command(name="uses")
@service.instance_option
@in_file
@area_option
@report_option
@dry_option
def import_uses(instance: Path | None, file: Path, prefix: str | None, report: Path | None, dry_run: bool) -> None:
    """Take in the uses of FILE (CSV or XLSX), with a card or without: all of them, or none."""
    _import(instance, file, prefix, report, dry_run, UseImport)


@export_group.command(name="cards")
@service.instance_option
@out_file
@area_option
def export_cards(instance: Path | None, file: Path, prefix: str | None) -> None:
    """Write the cards of an area with what was told about their holders: keep FILE as safe as the database."""
    _export(instance, file, prefix, "cards", CARDS, exporting.cards)


@export_group.command(name="uses")
@service.instance_option
@out_file
@area_option
def export_uses(instance: Path | None, file: Path, prefix: str | None) -> None:
    """Write the uses at the venues of an area that count."""
    _export(instance, file, prefix, "uses", USES, exporting.uses)


def _import(
    instance: Path | None,
    file: Path,
    prefix: str | None,
    report: Path | None,
    is_dry: bool,
    shape_of: Callable[..., Shape],
) -> None:
    now = clock.now()
    with service.load_app(instance).app_context(), Progress() as progress, _reporting(report) as told:
        area = _find_area(prefix)
        shape = shape_of(area, today=period.day_of(now))
        try:
            summary = importing.run(file, shape, area=area, is_dry=is_dry, now=now, report=told, progress=progress)
        except tables.Unreadable as error:
            raise click.ClickException(f"{file.name}: {transferwords.unreadable(error)}") from None
        except importing.TransferOvertaken as error:
            raise click.ClickException(
                f"somebody changed the register meanwhile: the rows before row {error.details['row']} are in,"
                " the rest is not. Run the command again."
            ) from None
    _conclude(summary, is_dry)


@contextmanager
def _reporting(path: Path | None) -> Iterator[Callable[[Judged], None]]:
    """Tell of the first problems on the screen, and of every row in a file if one is named."""
    told = 0

    def screen(judged: Judged) -> None:
        nonlocal told
        for problem in judged.problems:
            told += 1
            if told <= TOLD:
                click.echo(f"row {judged.row}, {transferwords.problem(problem)}", err=True)

    if path is None:
        yield screen
    else:
        with path.open("w", encoding="utf-8-sig", newline="") as stream:
            writer = csv.writer(stream, delimiter=";", lineterminator="\r\n")
            writer.writerow(["Row", "Outcome", "Reason"])

            def both(judged: Judged) -> None:
                screen(judged)
                reasons = " ".join(map(transferwords.problem, judged.problems))
                writer.writerow([judged.row, WORDS[judged.outcome], reasons])

            yield both
    if told > TOLD:
        click.echo(f"… and {told - TOLD:,} more; --report FILE lists them all.", err=True)


def _conclude(summary: Summary, is_dry: bool) -> None:
    if summary.unread:
        click.echo(f"Columns that were not read: {', '.join(summary.unread)}.", err=True)
    if summary.refused:
        raise click.ClickException(f"{summary.refused:,} of {summary.rows:,} rows to put right; nothing was taken in.")
    if not summary.new:
        click.echo(f"Nothing to take in: all of the {summary.rows:,} rows are there already.")
    elif is_dry:
        click.echo(f"{summary.new:,} rows would be taken in, {summary.there:,} are there already.")
    else:
        click.echo(f"{summary.new:,} rows taken in, {summary.there:,} were there already.")


def _export(
    instance: Path | None,
    file: Path,
    prefix: str | None,
    what: str,
    columns: Sequence[Column],
    rows: Callable[[int], Iterator[list[str]]],
) -> None:
    if not file.parent.is_dir():
        raise click.BadParameter(f"the folder {file.parent} is not there", param_hint="FILE")
    with service.load_app(instance).app_context():
        area = _find_area(prefix)
        key: Any = area.id
        with file.open("w", encoding="utf-8-sig", newline="") as stream:
            count = rowfile.write_rows(stream, columns, rows(key))
        exporting.note(area, what, rows=count, now=clock.now())
    click.echo(f"{count:,} {what} in {file}")


def _find_area(prefix: str | None) -> Area:
    """Return the area of a prefix, or the only one. Raises click.BadParameter with what there is."""
    prefixes = sorted(partners.list_prefixes())
    wanted = prefix or (prefixes[0] if len(prefixes) == 1 else "")
    area = partners.find_area_by_prefix(wanted) if wanted else None
    if area is None:
        raise click.BadParameter(f"say which of {', '.join(prefixes) or 'none'}", param_hint="--area")
    return area
