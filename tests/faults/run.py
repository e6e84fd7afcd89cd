"""`python -m tests.faults.run`: the fault run and its options. Ends with 1 where anything was lost, doubled, wrong."""

import argparse
import random
import sys
import tempfile
import uuid
from dataclasses import dataclass
from pathlib import Path

from tests import engines
from tests.faults import tally, world
from tests.faults.storm import Storm
from tests.faults.tally import Tally

MINUTES = 10.0
TABLETS = 4
KILL_EVERY_S = 4.0
FLAWS = ("forgetful", "renumbering")


@dataclass(frozen=True)
class Outcome:
    """A run on one engine: the tally, and what was done to everybody in `told`, a line each."""

    tally: Tally
    server_errors: int
    told: list[str]

    @property
    def is_sound(self) -> bool:
        """Return whether every promise was kept, and no call was answered with a fault of the program."""
        return self.tally.is_sound and not self.server_errors


def run_on(
    engine: engines.Engine, folder: Path, *, seconds: float, seed: int, flaw: str = "", kill_every: float = KILL_EVERY_S
) -> Outcome:
    """Run on an engine's database, which is emptied first. `flaw` gives the tablets a fault that must be found."""
    engine.empty()
    with world.made(engine.url, folder, tablets=TABLETS) as ground:
        storm = Storm(ground, engine.url, folder, seed=seed, flaw=flaw)
        try:
            storm.rage(seconds, kill_every=kill_every)
            healed = storm.heal()
        finally:
            storm.end()
        with ground.app.app_context():
            found = tally.take(storm.history, quota_evening=ground.quota_evening, quota=world.QUOTA)
    return Outcome(found, sum(wire.statuses[500] for wire in storm.wires), _told(storm, found, healed))


def main() -> int:
    """Run on the engines in turn and print what came of it."""
    options = _read_options()
    names = ["sqlite", "postgresql"] if options.engine == "both" else [options.engine]
    print(f"fault run, seed {options.seed}, {options.minutes:g} minutes, {TABLETS} tablets", flush=True)
    is_sound = True
    with tempfile.TemporaryDirectory(prefix="kaikukortti-faults-") as folder:
        for name in names:
            outcome = _run(name, Path(folder), options, seconds=options.minutes * 60 / len(names))
            print(f"{name}:", *outcome.told, sep="\n  ", flush=True)
            is_sound = is_sound and outcome.is_sound
    print("nothing lost, nothing doubled" if is_sound else "FAILED: what is named above must be nothing")
    return 0 if is_sound else 1


def _run(name: str, folder: Path, options: argparse.Namespace, *, seconds: float) -> Outcome:
    home = folder / name
    home.mkdir()
    if name == "sqlite":
        return run_on(engines.SQLite(home), home, seconds=seconds, seed=options.seed, flaw=options.flaw)
    server = engines.Server(f"faults-{uuid.uuid4().hex}")
    try:
        engine = engines.PostgreSQL(server.url, "kaikukortti_faults")
        return run_on(engine, home, seconds=seconds, seed=options.seed, flaw=options.flaw)
    finally:
        server.stop()


def _told(storm: Storm, found: Tally, healed: float) -> list[str]:
    kills = f"{storm.victim.killed_workers} of workers, {storm.victim.killed_masters} of the service"
    kills += f", {sum(tablet.kills for tablet in storm.tablets)} of tablets"
    fates = sum((wire.fates for wire in storm.wires[1:]), storm.wires[0].fates)
    calls, cuts = fates.total(), sum(wire.cuts for wire in storm.wires)
    harm = ", ".join(f"{fate.value} {times}" for fate, times in sorted(fates.items(), key=lambda item: item[0].value))
    turns = sum(tablet.turns for tablet in storm.tablets)
    errors = sum(wire.statuses[500] for wire in storm.wires)
    return [
        *found.lines(),
        f"kills: {kills}; outages: {storm.outages}; clocks turned: {turns}; cards blocked: {len(storm.world.blocked)}",
        f"calls: {calls}, cut: {cuts} ({harm}); server errors: {errors}; healed in {healed:.0f} s",
        *sorted(set(storm.victim.faults)),
    ]


def _read_options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="make faults", description="Break everything between tablets and service.")
    parser.add_argument("--minutes", type=float, default=MINUTES, help="how long in all (%(default)g)")
    parser.add_argument("--seed", type=int, default=random.randrange(10**6), help="for the same plan again")
    parser.add_argument("--engine", choices=("sqlite", "postgresql", "both"), default="both")
    parser.add_argument(
        "--break",
        dest="flaw",
        choices=FLAWS,
        default="",
        help="give the tablets a fault that must be found: forgetting what was not answered, new ids at each try",
    )
    return parser.parse_args()


if __name__ == "__main__":
    sys.exit(main())
