"""The `kaikukortti` command. Thin: parse, make one call, print; exits non-zero with one line that says what to do.

audit        check that the trail is whole, write its heads into a file
backup       take a backup, check the files, say how they stand, make keys
bench        the benchmark commands
bench_all    every budget in one table
bench_cards  how well printed cards are read, how fast sheets are drawn
bench_databases  empty databases for benchmarks, on both engines
bench_cpu    CPU and memory of a server's processes, by the kernel
bench_desk   a member of staff as a browser
bench_door   the tablets' list, uploads, the tablet's own verdict
bench_floor  the bare Flask application that a scan is measured against
bench_hotcalls  the calls that are made all day, for bench_plans
bench_load   a server in a process of its own, and clients that keep it busy
bench_network  the network that the whole service is measured on
bench_offer  the public offer with many places and dates
bench_plans  how PostgreSQL goes about them in a filled database
bench_scan   check and scan beside the floor
bench_served  `kaikukortti serve` in a process of its own: start and memory
bench_soak   everything at once, by the minute
bench_statistics  dashboards and freezing at any size of ledger
card_camera  a made-up camera for bench_cards
databases    an instance's databases, made or upgraded
demo         the Lappeenranta network, made up, served on both loopbacks
mail         send e-mail, put digests in, list what went
lazy         commands that are imported when they are asked for
livefigures  figures that are asked for when they are read
mailsender   the thread that sends, beside the pages or alone
followup     freeze the indicators of closed quarters and years
network      init, area add, user add, openapi
people       user list, reset, disable, enable, second-factor-reset
questions    settle what nobody has answered in time
progress     how far a long command is
restore      put a backup back where nothing is, or prove that it could be
retention    let go what has been kept long enough, erase again after a restore
schemas      which steps of the schema this program knows
serve        the production server
simulate     a made-up network of any size
startup      what a start asserts of its databases, how many processes it takes
statistics   freeze the figures of closed months and quarters
service      what commands share: the instance, the application, the server
stock        print stock cards, take in codes printed elsewhere
transfer     import and export of cards and uses; transferwords says what is wrong with a row
workers      what happens beside the answering in each process of the server
verify       check that what an instance holds is whole
"""

import sys

import click

from kaikukortti.backup.problem import BackupProblem
from kaikukortti.cli.lazy import LazyGroup
from kaikukortti.config import ConfigError
from kaikukortti.db import DatabaseProblem

PLACES = {
    "area": "network:area",
    "audit": "audit:audit_group",
    "backup": "backup:backup_group",
    "bench": "bench:bench",
    "demo": "demo:demo",
    "export": "transfer:export_group",
    "followup": "followup:followup_group",
    "import": "transfer:import_group",
    "init": "network:init",
    "mail": "mail:mail_group",
    "openapi": "network:openapi",
    "questions": "questions:questions_group",
    "restore": "restore:restore",
    "retention": "retention:retention_group",
    "serve": "serve:serve",
    "simulate": "simulate:simulate_network",
    "statistics": "statistics:statistics_group",
    "stock": "stock:stock_group",
    "user": "people:user",
    "verify": "verify:verify",
}


@click.group(cls=LazyGroup, places={name: f"{__name__}.{place}" for name, place in PLACES.items()})
def kaikukortti() -> None:
    """Issue QR-coded culture cards, register their use, see the figures."""


def main() -> None:
    """Run the command; a problem with settings or database is one line, not a stack trace."""
    try:
        kaikukortti(prog_name="kaikukortti")
    except (BackupProblem, ConfigError, DatabaseProblem) as problem:
        click.echo(f"kaikukortti: {problem}", err=True)
        sys.exit(1)
