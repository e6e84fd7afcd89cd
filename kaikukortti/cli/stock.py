"""`kaikukortti stock print`: draw numbers for a unit and write the sheet."""

from pathlib import Path

import click

from kaikukortti import cardsheet, clock, partners, stock
from kaikukortti.cli import service
from kaikukortti.rules.access import Actor, Role
from kaikukortti.rules.card import CardKind


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
        area = partners.find_area_by_prefix(prefix)
        if area is None:
            raise click.BadParameter(f"no area has the prefix {prefix}", param_hint="--area")
        unit = partners.find_unit_by_name(area.id, unit_name)
        if unit is None:
            names = ", ".join(row.unit.name_fi for row in partners.list_units(area.id))
            raise click.BadParameter(f"no unit is called {unit_name!r}; the area has: {names}", param_hint="--unit")
        batch = stock.add_batch(
            actor=Actor(None, "command line", Role.COORDINATOR, area_id=area.id),
            unit_id=unit.id,
            count=count,
            kind=CardKind.COMMUNITY if community else CardKind.PERSONAL,
            now=clock.now(),
        )
        faces = stock.list_faces(batch)
        out.write_bytes(cardsheet.sheet_pdf(faces, title=f"Kaikukortti {unit.name_fi} {batch.id}"))
    click.echo(f"{len(faces)} cards for {unit.name_fi} in {out}")
