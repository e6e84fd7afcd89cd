"""`kaikukortti bench`: a scan beside a bare floor, how fast cards are printed and how well they are read, the door."""

import click

from kaikukortti.cli import (
    bench_all,
    bench_cards,
    bench_databases,
    bench_door,
    bench_hotcalls,
    bench_offer,
    bench_plans,
    bench_scan,
    bench_soak,
    bench_statistics,
)

SIZES = (10_000, 1_000_000, 10_000_000)
WORKERS = 2  # the machine that all budgets are made for has two cores


postgresql_option = click.option(
    "--postgresql", metavar="URL", help="A server on which a database may be made and dropped: that engine too."
)


@click.group(invoke_without_command=True)
@click.pass_context
def bench(context: click.Context) -> None:
    """Measure, and print ratios. Without a sub-command: scan, sheet and door."""
    if context.invoked_subcommand is None:
        _scan(None, clients=(1, 4), rounds=5, requests=600, workers=WORKERS)
        click.echo("")
        _sheet(1_000)
        click.echo("")
        bench_door.run(batches=10, write=click.echo)


@bench.command()
@click.option(
    "--clients", multiple=True, type=click.IntRange(1, 64), default=bench_scan.CLIENTS, show_default=True
)
@click.option("--rounds", default=5, show_default=True, type=click.IntRange(1, 50))
@click.option("--requests", default=1_000, show_default=True, type=click.IntRange(10, bench_scan.CARDS))
@click.option("--workers", default=WORKERS, show_default=True, type=click.IntRange(1, 64), help="On PostgreSQL.")
@postgresql_option
def scan(clients: tuple[int, ...], rounds: int, requests: int, workers: int, postgresql: str | None) -> None:
    """Scan + register over HTTP with a durable commit, beside a bare Flask floor, rounds in turn."""
    _scan(postgresql, clients=clients, rounds=rounds, requests=requests, workers=workers)


@bench.command(name="all")
@click.option("--visits", multiple=True, type=click.IntRange(1_000, 10_000_000), default=(10_000,), show_default=True)
@click.option("--rounds", default=5, show_default=True, type=click.IntRange(1, 50))
@click.option("--requests", default=600, show_default=True, type=click.IntRange(10, bench_scan.CARDS))
@postgresql_option
def everything(visits: tuple[int, ...], rounds: int, requests: int, postgresql: str | None) -> None:
    """Every budget in one table: what is allowed, what is aimed at, what came out."""
    bench_all.run(postgresql, visits=visits, rounds=rounds, requests=requests, write=click.echo)
    _tell_left_out(postgresql)


@bench.command()
@click.option("--minutes", default=30, show_default=True, type=click.IntRange(1, 24 * 60))
@click.option("--scans", default=3.0, show_default=True, type=click.FloatRange(0.1, 100), help="Scans a second.")
@postgresql_option
@click.pass_context
def soak(context: click.Context, minutes: int, scans: float, postgresql: str | None) -> None:
    """Scans, cards handed out, dashboards and exports at once: p95 and memory by the minute, and whether they grow.

    On PostgreSQL where a server is named, else on SQLite.
    """
    engine, database = bench_databases.engines(postgresql)[-1]
    click.echo(f"{engine}, {minutes} minutes, {scans:g} scans a second")
    if not bench_soak.run(database, minutes=minutes, write=click.echo, scans_a_second=scans).is_flat:
        context.exit(1)


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


@bench.command()
@click.option("--postgresql", metavar="URL", required=True, help="A database that is filled; nothing in it is changed.")
@click.option("--each", is_flag=True, help="Every statement too, without its values.")
@click.pass_context
def plans(context: click.Context, postgresql: str, each: bool) -> None:
    """Plans of the calls that are made all day: times, pages, rows; fails where a large table is read end to end."""
    if not postgresql.startswith("postgresql"):
        raise click.ClickException("Name a PostgreSQL database: postgresql+psycopg://user@host/name.")
    try:
        is_good = bench_plans.run(postgresql, write=click.echo, each=each)
    except bench_hotcalls.NothingThere:
        raise click.ClickException("No tablet's visit or no card in use is there: name a filled database.") from None
    if not is_good:
        context.exit(1)


@bench.command(name="statistics")
@click.option("--large", is_flag=True, help="10 million visits too: some 20 minutes and 10 GB of disk for each engine.")
@click.option("--visits", multiple=True, type=click.IntRange(1_000, 100_000_000), help="Other numbers of visits.")
@postgresql_option
def figures(large: bool, visits: tuple[int, ...], postgresql: str | None) -> None:
    """Dashboards, freezing and filling at 10 thousand and 1 million visits: CPU, memory, cost of a doubling."""
    sizes = visits or (SIZES if large else SIZES[:-1])
    for engine, database in bench_databases.engines(postgresql):
        click.echo(engine)
        results = []
        for size in sizes:
            click.echo(f" {size:,} visits")
            with database() as settings:
                results.append(bench_statistics.run(settings, size, write=click.echo))
        bench_statistics.compare(results, write=click.echo)
    _tell_left_out(postgresql)


def _scan(postgresql: str | None, *, clients: tuple[int, ...], rounds: int, requests: int, workers: int) -> None:
    for engine, database in bench_databases.engines(postgresql):
        processes = 1 if engine == bench_databases.SQLITE else workers
        click.echo(f"Scan + register ({engine}, durable; processes of 8 threads: {processes}; medians)")
        bench_scan.run(
            database, clients=clients, rounds=rounds, requests=requests, workers=processes, write=click.echo
        )
    _tell_left_out(postgresql)


def _tell_left_out(postgresql: str | None) -> None:
    if postgresql is None:
        click.echo("PostgreSQL is left out: name a server with --postgresql.")


def _sheet(count: int) -> None:
    speed = bench_cards.sheet_speed(cards=count)
    click.echo(
        f"Card sheet: {speed.cards} cards, both sides, in {speed.seconds:.2f} s ="
        f" {speed.cards_per_second:.0f} cards/s, {speed.size / 1_000_000:.2f} MB"
    )
