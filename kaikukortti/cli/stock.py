"""`kaikukortti stock`: draw numbers for a unit and write the sheet, or take in codes printed elsewhere."""

from pathlib import Path

import click
from flask_babel import force_locale

from kaikukortti import cardsheet, clock, partners, stock, stockcodes, stockimport, tables
from kaikukortti.cli import service
from kaikukortti.models.network import Unit
from kaikukortti.rules.access import Actor, Role
from kaikukortti.rules.card import CardKind
from kaikukortti.web import stockwords
from kaikukortti.web.sentences import sentence_of

ENGLISH = "en_GB"


@click.group(name="stock")
def stock_group() -> None:
    """Stock cards."""


@stock_group.command(name="print")
@service.instance_option
@click.option("--area", "prefix", required=True, help="Prefix of the area, for example EK.")
@click.option("--count", default=100, show_default=True, type=click.IntRange(1, stock.MOST_IN_BATCH))
@click.option("--unit", "unit_name", required=True, help="Finnish name of the unit that gets the cards.")
@click.option("--community", is_flag=True, help="Community cards instead of personal ones.")
@click.option("--out", required=True, type=click.Path(dir_okay=False, writable=True, path_type=Path))
def print_stock(instance: Path | None, prefix: str, count: int, unit_name: str, community: bool, out: Path) -> None:
    """Draw COUNT new numbers for a unit and write them as cards on A4."""
    if not out.parent.is_dir():
        raise click.BadParameter(f"the folder {out.parent} is not there", param_hint="--out")
    app = service.load_app(instance)
    with app.app_context():
        unit = _find_unit(unit_name, prefix)
        batch = stock.add_batch(
            actor=_coordinator(unit),
            unit_id=unit.id,
            count=count,
            kind=CardKind.COMMUNITY if community else CardKind.PERSONAL,
            now=clock.now(),
        )
        faces = stock.list_faces(batch)
        out.write_bytes(cardsheet.sheet_pdf(faces, title=f"Kaikukortti {unit.name_fi} {batch.id}"))
    click.echo(f"{len(faces)} cards for {unit.name_fi} in {out}")


@stock_group.command(name="import")
@service.instance_option
@click.argument("file", type=click.Path(exists=True, dir_okay=False, readable=True, path_type=Path))
@click.option("--unit", "unit_name", required=True, help="Finnish name of the unit that gets the cards.")
@click.option("--area", "prefix", help="Prefix of the area; needed where two areas have a unit of this name.")
@click.option("--dry-run", is_flag=True, help="Examine the file and change nothing.")
def import_stock(instance: Path | None, file: Path, unit_name: str, prefix: str | None, dry_run: bool) -> None:
    """Take in the card codes of FILE (CSV or XLSX), printed elsewhere, as stock of a unit: all of them, or none."""
    app = service.load_app(instance)
    with app.app_context(), force_locale(ENGLISH):
        unit = _find_unit(unit_name, prefix)
        try:
            sheet = stockcodes.read(file.read_bytes())
            click.echo(_examine(sheet, unit) if dry_run else _take_in(sheet, unit))
        except tables.Unreadable as error:
            raise click.ClickException(f"{file.name}: {stockwords.unreadable(error)}") from None
        except stockimport.ImportOvertaken as error:
            raise click.ClickException(sentence_of(error)) from None


def _examine(sheet: stockcodes.Sheet, unit: Unit) -> str:
    plan = stockimport.plan(sheet, unit_id=unit.id, actor=_coordinator(unit), now=clock.now())
    _refuse(plan.problems)
    return f"{len(plan.new)} cards would be taken in for {unit.name_fi}, {plan.here} are there already."


def _take_in(sheet: stockcodes.Sheet, unit: Unit) -> str:
    try:
        taken = stockimport.run(sheet, unit_id=unit.id, actor=_coordinator(unit), now=clock.now())
    except stockimport.ImportRefused as refused:
        _refuse(refused.problems)
        raise
    return f"{taken.added} cards taken in for {unit.name_fi}, {taken.here} were there already."


def _refuse(problems: tuple[stockcodes.Problem, ...]) -> None:
    """Say each problem on a line of its own and end the command, where there are any."""
    for problem in problems:
        code = f"{problem.shown}: " if problem.shown else ""
        click.echo(f"row {problem.row}, column {problem.column}: {code}{stockwords.in_cell(problem)}", err=True)
    if problems:
        raise click.ClickException(f"{len(problems)} to put right; nothing was taken in.")


def _find_unit(name: str, prefix: str | None) -> Unit:
    """Return the unit of a name. Raises click.BadParameter with what there is."""
    prefixes = [prefix] if prefix else sorted(partners.list_prefixes())
    areas = [area for each in prefixes if (area := partners.find_area_by_prefix(each))]
    if prefix and not areas:
        raise click.BadParameter(f"no area has the prefix {prefix}", param_hint="--area")
    units = [unit for area in areas if (unit := partners.find_unit_by_name(area.id, name))]
    if len(units) > 1:
        raise click.BadParameter(f"several areas have a unit called {name!r}; say which", param_hint="--area")
    if not units:
        names = ", ".join(row.unit.name_fi for area in areas for row in partners.list_units(area.id))
        raise click.BadParameter(f"no unit is called {name!r}; the area has: {names}", param_hint="--unit")
    return units[0]


def _coordinator(unit: Unit) -> Actor:
    return Actor(None, "command line", Role.COORDINATOR, area_id=unit.area_id)
