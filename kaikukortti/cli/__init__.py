"""The `kaikukortti` command. Thin: parse, make one call, print; exits non-zero with one line that says what to do.

audit        check that the trail is whole, write its heads into a file
bench        the benchmark commands
bench_cards  how well printed cards are read, how fast sheets are drawn
bench_databases  empty databases for benchmarks, on both engines
bench_door   the tablets' list, uploads, the tablet's own verdict
bench_floor  the bare Flask application that a scan is measured against
bench_load   a server in a process of its own, and clients that keep it busy
bench_offer  the public offer with many places and dates
bench_scan   check and scan beside the floor
bench_statistics  dashboards and freezing at any size of ledger
card_camera  a made-up camera for bench_cards
demo         the Lappeenranta network, made up, served on both loopbacks
mail         send e-mail, put digests in, list what went
mailsender   the thread that sends, beside the pages or alone
followup     freeze the indicators of closed quarters and years
network      init, area add, user add, openapi
people       user list, reset, disable, enable, second-factor-reset
questions    settle what nobody has answered in time
progress     how far a long command is
retention    let go what has been kept long enough, erase again after a restore
serve        the production server
simulate     a made-up network of any size
statistics   freeze the figures of closed months and quarters
service      what commands share: the instance, the application, the server
stock        print stock cards, take in codes printed elsewhere
transfer     import and export of cards and uses; transferwords says what is wrong with a row
"""

import sys

import click

from kaikukortti.cli import (
    audit,
    bench,
    demo,
    followup,
    mail,
    network,
    people,
    questions,
    retention,
    serve,
    simulate,
    statistics,
    stock,
    transfer,
)
from kaikukortti.config import ConfigError
from kaikukortti.db import DatabaseProblem


@click.group()
def kaikukortti() -> None:
    """Issue QR-coded culture cards, register their use, see the figures."""


kaikukortti.add_command(audit.audit_group)
kaikukortti.add_command(demo.demo)
kaikukortti.add_command(serve.serve)
kaikukortti.add_command(stock.stock_group)
kaikukortti.add_command(questions.questions_group)
kaikukortti.add_command(network.init)
kaikukortti.add_command(network.area)
kaikukortti.add_command(people.user)
kaikukortti.add_command(network.openapi)
kaikukortti.add_command(simulate.simulate_network)
kaikukortti.add_command(transfer.import_group)
kaikukortti.add_command(transfer.export_group)
kaikukortti.add_command(statistics.statistics_group)
kaikukortti.add_command(followup.followup_group)
kaikukortti.add_command(mail.mail_group)
kaikukortti.add_command(retention.retention_group)
kaikukortti.add_command(bench.bench)


def main() -> None:
    """Run the command; a problem with settings or database is one line, not a stack trace."""
    try:
        kaikukortti(prog_name="kaikukortti")
    except (ConfigError, DatabaseProblem) as problem:
        click.echo(f"kaikukortti: {problem}", err=True)
        sys.exit(1)
