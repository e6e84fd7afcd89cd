"""`python -m tests.faults.run`: the catalogue and its options. Ends with 1 where anything was lost, doubled, wrong."""

import argparse
import random
import subprocess
import sys
import tempfile
import time
import traceback
from collections.abc import Iterable
from pathlib import Path

from tests.faults import catalogue
from tests.faults.catalogue import Fault
from tests.faults.finding import Finding, Scene

MINUTES = 60.0
ENGINES = ("sqlite", "postgresql")


def main() -> int:
    """Break everything that is asked for, and print what held."""
    options = _read_options()
    faults = catalogue.find(options.only)
    share = options.minutes / MINUTES
    print(f"faults, seed {options.seed}, about {options.minutes:g} minutes for all", flush=True)
    if options.list:
        print(*(_named(fault) for fault in faults), sep="\n")
        return 0
    failed = [fault.number for fault in faults if not _show(fault, options.engine, seed=options.seed, share=share)]
    print("FAILED: " + ", ".join(failed) if failed else "everything held")
    return 1 if failed else 0


def _show(fault: Fault, engine: str, *, seed: int, share: float) -> bool:
    """Break one thing on the engines that it is about, print what came of it; return whether all held."""
    print(_named(fault), flush=True)
    if fault.why_not:
        return True
    if fault.run is None:
        return _run_tests(fault.tests, engine)
    names = [name for name in fault.engines if engine in (name, "both")]
    return all([_break(fault, name, seed=seed, share=share) for name in names])


def _break(fault: Fault, engine: str, *, seed: int, share: float) -> bool:
    begun = time.monotonic()
    found: Finding | None = None
    with tempfile.TemporaryDirectory(prefix="kaikukortti-faults-") as folder:
        try:
            assert fault.run is not None
            found = fault.run(Scene(engine, Path(folder), seed, share))
        except Exception:  # one fault that cannot be tried must not keep the others from being tried
            traceback.print_exc()
    is_sound = found is not None and found.is_sound
    told = found.lines() if found else ["it could not be tried"]
    print(f"   {engine}: {'held' if is_sound else 'FAILED'}, {time.monotonic() - begun:.0f} s")
    print(*(f"      {line}" for line in told), sep="\n", flush=True)
    return is_sound


def _run_tests(tests: Iterable[str], engine: str) -> bool:
    """Run the tests that show a fault, in a process of their own."""
    chosen = [] if engine == "both" else ["-m", f"not {ENGINES[1 - ENGINES.index(engine)]}"]
    command = [sys.executable, "-m", "pytest", "-q", "--no-header", "-rN", *chosen, *tests]
    done = subprocess.run(command, check=False, capture_output=True, text=True)
    lines = done.stdout.strip().splitlines() or done.stderr.strip().splitlines() or ["nothing was said"]
    print(*(f"   {test}" for test in tests), sep="\n")
    print(f"   {'held' if done.returncode == 0 else 'FAILED'}: {lines[-1]}", flush=True)
    if done.returncode:
        print(done.stdout[-3000:])
    return done.returncode == 0


def _named(fault: Fault) -> str:
    """Return a fault's line: number, what breaks, what must hold."""
    return f"{fault.number}  {fault.breaks}: {fault.holds or fault.why_not}"


def _read_options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="make faults", description="Break everything around tablets and service.")
    parser.add_argument("--only", type=lambda text: text.upper().split(","), default=[])
    parser.add_argument("--minutes", type=float, default=MINUTES, help="about how long for all (%(default)g)")
    parser.add_argument("--seed", type=int, default=random.randrange(10**6), help="for the same plan again")
    parser.add_argument("--engine", choices=(*ENGINES, "both"), default="both")
    parser.add_argument("--list", action="store_true", help="only say what there is")
    return parser.parse_args()


if __name__ == "__main__":
    sys.exit(main())
