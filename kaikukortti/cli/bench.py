"""`kaikukortti bench`: a scan beside a bare floor, how fast cards are printed and how well they are read, the door."""

from collections.abc import Callable
from contextlib import AbstractContextManager

import click

from kaikukortti.cli import bench_cards, bench_databases, bench_door, bench_offer, bench_scan, bench_statistics
from kaikukortti.config import Config

SIZES = (10_000, 1_000_000, 10_000_000)


@click.group(invoke_without_command=True)
@click.pass_context
def bench(context: click.Context) -> None:
    """Measure, and print ratios. Without a sub-command: scan, sheet and door."""
    if context.invoked_subcommand is None:
        _scan(clients=(1, 4), rounds=5, requests=600)
        click.echo("")
        _sheet(1_000)
        click.echo("")
        bench_door.run(batches=10, write=click.echo)


@bench.command()
@click.option("--clients", multiple=True, type=click.IntRange(1, 64), default=(1, 4, 16), show_default=True)
@click.option("--rounds", default=5, show_default=True, type=click.IntRange(1, 50))
@click.option("--requests", default=1_000, show_default=True, type=click.IntRange(10, bench_scan.CARDS))
def scan(clients: tuple[int, ...], rounds: int, requests: int) -> None:
    """Scan + register over HTTP with a durable commit, beside a bare Flask floor, rounds in turn."""
    _scan(clients=clients, rounds=rounds, requests=requests)


@bench.command()
@click.option("--count", default=1_000, show_default=True, type=click.IntRange(1, 20_000))
def sheet(count: int) -> None:
    """Cards per second of the A4 sheet, both sides."""
    _sheet(count)


@bench.command()
@click.option("--count", default=20, show_default=True, type=click.IntRange(1, 200), help="Cards a condition.")
def cards(count: int) -> None:
    """How well printed cards are read: conditions, symbols and decoders, in per cent."""
    lack = bench_cards.missing_tools()
    if lack:
        raise click.ClickException(lack)
    bench_cards.write_matrix(bench_cards.decode_matrix(cards=count), write=click.echo)


@bench.command()
@click.option("--batches", default=20, show_default=True, type=click.IntRange(1, 1_000), help="Batches of 100 scans.")
def door(batches: int) -> None:
    """The tablets' list at 258 and 100,000 cards, a queued scan's upload, and the tablet's own verdict."""
    bench_door.run(batches=batches, write=click.echo)


@bench.command()
@click.option("--requests", default=100, show_default=True, type=click.IntRange(20, 10_000), help="Requests a page.")
def offer(requests: int) -> None:
    """The public offer with 450 venues and 20,000 dates: CPU of a request, and how many bare pages that is."""
    bench_offer.run(requests=requests, write=click.echo)


@bench.command(name="statistics")
@click.option("--large", is_flag=True, help="10 million visits too: some 20 minutes and 10 GB of disk for each engine.")
@click.option("--visits", multiple=True, type=click.IntRange(1_000, 100_000_000), help="Other numbers of visits.")
@click.option("--postgresql", metavar="URL", help="A server on which a database may be made and dropped.")
def figures(large: bool, visits: tuple[int, ...], postgresql: str | None) -> None:
    """Dashboards, freezing and filling at 10 thousand and 1 million visits: CPU, memory, cost of a doubling."""
    sizes = visits or (SIZES if large else SIZES[:-1])
    click.echo("SQLite")
    _figures(bench_databases.sqlite_settings, sizes)
    if postgresql is None:
        click.echo("PostgreSQL is left out: name a server with --postgresql.")
    else:
        click.echo("PostgreSQL")
        _figures(lambda: bench_databases.postgresql_settings(postgresql), sizes)


def _figures(database: Callable[[], AbstractContextManager[Config]], sizes: tuple[int, ...]) -> None:
    results = []
    for visits in sizes:
        click.echo(f" {visits:,} visits")
        with database() as settings:
            results.append(bench_statistics.run(settings, visits, write=click.echo))
    bench_statistics.compare(results, write=click.echo)


def _scan(*, clients: tuple[int, ...], rounds: int, requests: int) -> None:
    click.echo("Scan + register (SQLite, WAL, synchronous=FULL; one process, 8 threads; medians)")
    bench_scan.run(clients=clients, rounds=rounds, requests=requests, write=click.echo)


def _sheet(count: int) -> None:
    speed = bench_cards.sheet_speed(cards=count)
    click.echo(
        f"Card sheet: {speed.cards} cards, both sides, in {speed.seconds:.2f} s ="
        f" {speed.cards_per_second:.0f} cards/s, {speed.size / 1_000_000:.2f} MB"
    )
