"""A little of the catalogue of faults, and that it is whole. `make faults` runs all of it, and for longer."""

import re
import tempfile
from pathlib import Path

import pytest

from tests import engines, tree
from tests.faults import catalogue
from tests.faults.catalogue import Fault
from tests.faults.finding import Scene
from tests.faults.stormrun import Outcome, run_on

SEED = 7
LITTLE = 0.01
BREAKABLE = (
    ("F4", "sqlite"),
    ("F10", "sqlite"),
    ("F14", "postgresql"),
    ("F16", "sqlite"),
    ("F18", "sqlite"),
    ("F19", "sqlite"),
)


@pytest.fixture
def storm(tmp_path: Path):
    """Return a function that runs on a database of its own, so many seconds."""

    def run(seconds: float, flaw: str = "") -> Outcome:
        folder = tmp_path / f"{seconds:.0f}-seconds"
        folder.mkdir()
        return run_on(engines.SQLite(folder), folder, seconds=seconds, seed=SEED, flaw=flaw, kill_every=2)

    return run


def test_nothing_is_lost_or_doubled(storm):
    outcome = storm(12)
    assert outcome.is_sound, outcome.told
    assert outcome.tally.acknowledged > 40


@pytest.mark.parametrize(("flaw", "symptom"), [("forgetful", "lost"), ("renumbering", "doubled")])
def test_a_flaw_of_the_tablets_is_found(storm, flaw, symptom):
    """A flaw shows when a kill meets it: a slow machine, where few calls are made, gets a longer storm."""
    for seconds in (6, 15, 40):
        outcome = storm(seconds, flaw)
        if getattr(outcome.tally, symptom) > 0:
            break
    assert getattr(outcome.tally, symptom) > 0, outcome.told
    assert not outcome.is_sound


@pytest.mark.parametrize(("number", "engine"), BREAKABLE, ids=[number for number, _ in BREAKABLE])
def test_it_holds(number, engine):
    """These need no root: processes of ours at their limits, lost answers, a server that stops, a lock that is held."""
    (fault,) = catalogue.find([number])
    assert fault.run is not None
    # pytest closes its own folders to other users, whenever it starts; PostgreSQL's is another user's.
    with tempfile.TemporaryDirectory(prefix="kaikukortti-faults-") as folder:
        found = fault.run(Scene(engine, Path(folder), SEED, LITTLE))
    assert found.is_sound, found.lines()


def test_every_fault_is_there_and_shown():
    numbers = [int(found[1]) for fault in catalogue.CATALOGUE if (found := re.fullmatch(r"F(\d+)", fault.number))]
    assert set(range(1, 27)) <= set(numbers)
    assert len(numbers) == len(set(numbers))
    assert not [
        fault.number for fault in catalogue.CATALOGUE if bool(fault.run) + bool(fault.tests) + bool(fault.why_not) != 1
    ]


@pytest.mark.parametrize(
    "fault", [fault for fault in catalogue.CATALOGUE if fault.tests], ids=lambda fault: fault.number
)
def test_the_tests_that_show_a_fault_are_there(fault: Fault):
    for named in fault.tests:
        path, _, function = named.partition("::")
        text = (tree.ROOT / path).read_text(encoding="utf-8")
        assert re.search(rf"^def {function}\(" if function else "^def test_", text, re.MULTILINE), named


def test_a_fault_that_is_not_there_is_named():
    with pytest.raises(ValueError, match="F99"):
        catalogue.find(["F99"])
