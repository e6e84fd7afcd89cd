"""A short fault run: all is kept under kills and cuts, and a tablet that forgets or counts anew is found out."""

from pathlib import Path

import pytest

from tests import engines
from tests.faults.run import Outcome, run_on

SEED = 7


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
