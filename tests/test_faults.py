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
        return run_on(engines.SQLite(tmp_path), tmp_path, seconds=seconds, seed=SEED, flaw=flaw, kill_every=2)

    return run


def test_nothing_is_lost_or_doubled(storm):
    outcome = storm(12)
    assert outcome.is_sound, outcome.told
    assert outcome.tally.acknowledged > 40


@pytest.mark.parametrize(("flaw", "symptom"), [("forgetful", "lost"), ("renumbering", "doubled")])
def test_a_flaw_of_the_tablets_is_found(storm, flaw, symptom):
    outcome = storm(6, flaw)
    assert not outcome.is_sound
    assert getattr(outcome.tally, symptom) > 0, outcome.told
