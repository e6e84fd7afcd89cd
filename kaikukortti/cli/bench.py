"""`kaikukortti bench`: a scan beside a bare floor, how fast cards are printed and how well they are read, the door."""

import click

from kaikukortti.cli import bench_cards, bench_door, bench_offer, bench_scan


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


def _scan(*, clients: tuple[int, ...], rounds: int, requests: int) -> None:
    click.echo("Scan + register (SQLite, WAL, synchronous=FULL; one process, 8 threads; medians)")
    bench_scan.run(clients=clients, rounds=rounds, requests=requests, write=click.echo)


def _sheet(count: int) -> None:
    speed = bench_cards.sheet_speed(cards=count)
    click.echo(
        f"Card sheet: {speed.cards} cards, both sides, in {speed.seconds:.2f} s ="
        f" {speed.cards_per_second:.0f} cards/s, {speed.size / 1_000_000:.2f} MB"
    )
