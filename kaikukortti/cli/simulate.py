"""`kaikukortti simulate`: a made-up network of any size, straight into an empty database."""

import os
from pathlib import Path

import click

from kaikukortti import clock, db, monthcounts, simulate
from kaikukortti.cli import databases, service
from kaikukortti.cli.progress import Progress
from kaikukortti.simulate.size import Size, SizeImpossible

# Bytes in the database, its indexes included, measured with a million visits on SQLite (docs/performance.md).
VISIT_BYTES, CARD_BYTES = 780, 2_600


@click.command(name="simulate")
@service.instance_option
@click.option("--areas", default=1, show_default=True, help="Areas of the network.")
@click.option("--units", default=9, show_default=True, help="Units in all areas together.")
@click.option("--venues", default=13, show_default=True, help="Venues in all areas together.")
@click.option("--cards", default=1_000, show_default=True, help="Cards handed out over all the years.")
@click.option("--years", default=2, show_default=True, help="Years until yesterday.")
@click.option("--visits", default=10_000, show_default=True, help="Registered visits.")
@click.option("--seed", default=2017, show_default=True, help="The same seed on the same day gives the same network.")
@click.option("--dry-run", is_flag=True, help="Say how large it would be and change nothing.")
def simulate_network(
    instance: Path | None,
    areas: int,
    units: int,
    venues: int,
    cards: int,
    years: int,
    visits: int,
    seed: int,
    dry_run: bool,
) -> None:
    """Fill an empty database with a made-up network: all of it, or nothing when it is interrupted."""
    try:
        size = Size(areas, units, venues, cards, years, visits)
    except SizeImpossible as problem:
        raise click.ClickException(str(problem)) from None
    if dry_run:
        click.echo(_estimate(size))
        return
    databases.prepare(service.ready_folder(instance), os.environ)
    with service.load_app(instance).app_context(), Progress() as progress:
        begun = clock.now()
        try:
            made = simulate.network(size, seed=seed, now=begun, progress=progress)
        except simulate.NotEmpty:
            raise click.ClickException(
                "the database holds an area already: choose another folder with --instance, or an empty database"
            ) from None
        seconds = (clock.now() - begun).total_seconds()
        monthcounts.refresh_all(progress=progress)
        db.db.engine.dispose()
    click.echo(
        f"{made:,} visits with {cards:,} cards in {seconds:.1f} s, {made / max(seconds, 0.001):,.0f} visits a second."
    )
    click.echo("Nobody has an account in it: add one with `kaikukortti user add`.")


def _estimate(size: Size) -> str:
    """Return the size of a network in words and megabytes."""
    megabytes = (size.visits * VISIT_BYTES + size.cards * CARD_BYTES) / 1_000_000
    return (
        f"{size.areas:,} areas, {size.units:,} units, {size.venues:,} venues, {size.cards:,} cards,"
        f" {size.visits:,} visits in {size.years} years: about {max(megabytes, 1):,.0f} MB. Nothing was changed."
    )
