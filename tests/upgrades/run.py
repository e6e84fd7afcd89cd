"""`python -m tests.upgrades.run`: the upgrade and the way back under load, and how long a large ledger is held up."""

import argparse
import random
import sys
import tempfile
import uuid
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import sqlalchemy as sa

from tests import engines
from tests.upgrades import ground, ledger, tally, versions
from tests.upgrades.ledger import Held
from tests.upgrades.rehearsal import FAILED_SHARE, HEADING, Rehearsal
from tests.upgrades.tally import Tally

MINUTES = 2.0
VISITS = 1_000_000
PHASES = 9
HOSTS = {"sqlite": 1, "postgresql": 2}


@dataclass(frozen=True)
class Outcome:
    """A rehearsal on one engine and the tally after it."""

    run: Rehearsal
    tally: Tally

    @property
    def is_sound(self) -> bool:
        """Return whether every promise was kept and fewer calls failed than may."""
        return self.tally.is_sound and self.run.failed_few

    @property
    def told(self) -> list[str]:
        """Return what came of it in lines: a table of the phases, what failed, the tally."""
        failed, desk = self.run.failed, self.run.desk
        return [
            HEADING,
            *(phase.line() for phase in self.run.phases),
            *(f"failed: {call.what}, {call.status or 'no answer'}, {call.seconds:.1f} s" for call in failed),
            f"failed: {len(failed)} of {self.run.called} calls; {100 * FAILED_SHARE:g} % may",
            f"staff signed in {desk.sign_ins} times, met {len(desk.surprises)} pages of the other version",
            *self.tally.lines(),
        ]


def rehearse(
    engine_name: str, folder: Path, *, seconds: float, seed: int, postgresql: str | None = None, is_short: bool = False
) -> Outcome:
    """Upgrade and go back on an engine, each phase so many seconds at least; `postgresql` is an empty database's
    address.
    """
    (folder / "earlier").mkdir(parents=True)
    old, new = versions.earlier(folder / "earlier"), versions.present()
    made = ground.make(old, folder / "instance", postgresql=postgresql)
    before = tally.count_visits(made)
    run = Rehearsal(made, old, new, HOSTS[engine_name], seed, is_short)
    run.run(seconds)
    return Outcome(run, tally.take(run, before=before))


def hold_up(folder: Path, *, visits: int, postgresql: str | None = None) -> Held:
    """Migrate a ledger of so many visits while its tables are read and written."""
    (folder / "earlier").mkdir(parents=True)
    old, new = versions.earlier(folder / "earlier"), versions.present()
    return ledger.migrate(old, new, folder / "instance", visits=visits, postgresql=postgresql)


def main() -> int:
    """Rehearse on the engines in turn and print what came of it."""
    options = _read_options()
    names = list(HOSTS) if options.engine == "both" else [options.engine]
    print(f"upgrade from {versions.EARLIER_TAG} and back, seed {options.seed}, {options.minutes:g} minutes", flush=True)
    with tempfile.TemporaryDirectory(prefix="kaikukortti-upgrades-") as folder:
        are_sound = [_run(name, Path(folder), options, seconds=options.minutes * 60 / len(names)) for name in names]
    print("sound" if all(are_sound) else "FAILED: see above")
    return 0 if all(are_sound) else 1


def _run(name: str, folder: Path, options: argparse.Namespace, *, seconds: float) -> bool:
    is_sound = True
    if seconds:
        with _database(name) as url:
            outcome = rehearse(name, folder / name, seconds=seconds / PHASES, seed=options.seed, postgresql=url)
        print(f"{name}:", *outcome.told, sep="\n  ", flush=True)
        is_sound = outcome.is_sound
    if options.visits:
        with _database(name) as url:
            held = hold_up(folder / f"{name}-ledger", visits=options.visits, postgresql=url)
        print(f"{name}, {options.visits:,} visits: {held.line()}", flush=True)
        is_sound = is_sound and held.is_short
    return is_sound


@contextmanager
def _database(engine_name: str) -> Iterator[str | None]:
    """Make an empty database on a PostgreSQL server of our own; on SQLite nothing has to be there."""
    if engine_name == "sqlite":
        yield None
        return
    server = engines.Server(f"upgrades-{uuid.uuid4().hex}")
    try:
        yield new_database(server.url, "kaikukortti_upgrades")
    finally:
        server.stop()


def new_database(server: sa.URL, name: str) -> str:
    """Make an empty database on a server, in place of one of that name, and return its address."""
    engine = sa.create_engine(server, poolclass=sa.NullPool, isolation_level="AUTOCOMMIT")
    with engine.connect() as connection:
        connection.exec_driver_sql(f'DROP DATABASE IF EXISTS "{name}" WITH (FORCE)')
        connection.exec_driver_sql(f'CREATE DATABASE "{name}"')
    return server.set(database=name).render_as_string(hide_password=False)


def _read_options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="make upgrades", description="Upgrade under load, and go back.")
    parser.add_argument("--minutes", type=float, default=MINUTES, help="how long in all (%(default)g)")
    parser.add_argument("--seed", type=int, default=random.randrange(10**6), help="for the same visits again")
    parser.add_argument("--visits", type=int, default=VISITS, help="in a migrated ledger (%(default)d); 0: none")
    parser.add_argument("--engine", choices=(*HOSTS, "both"), default="both")
    return parser.parse_args()


if __name__ == "__main__":
    sys.exit(main())
