"""`kaikukortti simulate`: says how large, fills an empty instance, leaves every other alone."""

from collections.abc import Callable

import pytest
from click.testing import CliRunner, Result
from sqlalchemy import create_engine, text

from kaikukortti import cli

SIZE = "--areas 2 --units 4 --venues 8 --cards 100 --years 1 --visits 400".split()


@pytest.fixture(autouse=True)
def inside(monkeypatch) -> None:
    """Stay outside of any application."""
    for name in ("INSTANCE", "DATABASE_URL", "PUBLIC_URL", "DEMO"):
        monkeypatch.delenv(f"KAIKU_{name}", raising=False)
    monkeypatch.setenv("KAIKU_SECRET_KEY", "only-for-tests-" + "0" * 32)


@pytest.fixture
def run(tmp_path) -> Callable[..., Result]:
    """Return a function that runs a command on an instance of the test's own."""
    return lambda *words: CliRunner().invoke(cli.kaikukortti, [*words, "--instance", str(tmp_path)])


def visits(folder) -> int:
    engine = create_engine(f"sqlite:///{folder / 'kaikukortti.db'}")
    with engine.connect() as connection:
        found = connection.execute(text("SELECT count(*) FROM scans WHERE undoes IS NULL")).scalar_one()
    engine.dispose()
    return int(found)


def test_a_network_is_made_once(run, tmp_path):
    result = run("simulate", *SIZE)
    assert result.exit_code == 0, result.output
    assert visits(tmp_path) == 400
    assert "cards: 100 of 100\n" in result.output and "visits: 400 of 400\n" in result.output, "plain lines, no bar"
    assert "\r" not in result.output and "400 visits with 100 cards in" in result.output
    again = run("simulate", *SIZE)
    assert again.exit_code == 1 and "holds an area already" in again.output and "--instance" in again.output
    assert visits(tmp_path) == 400


def test_a_dry_run_makes_nothing(run, tmp_path):
    result = run("simulate", "--visits", "1000000", "--cards", "60000", "--years", "5", "--dry-run")
    assert result.exit_code == 0 and "1,000,000 visits in 5 years: about" in result.output and "MB" in result.output
    assert not (tmp_path / "kaikukortti.db").exists()


def test_an_impossible_size_is_told_in_one_line(run, tmp_path):
    result = run("simulate", "--cards", "10", "--visits", "1000000")
    assert result.exit_code == 1 and result.output == "Error: 1,000,000 visits: from 0 to 800 are possible here\n"
    assert not (tmp_path / "kaikukortti.db").exists()
