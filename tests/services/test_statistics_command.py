"""`kaikukortti statistics freeze` and what `init` makes for it: the store, the rounding key."""

from datetime import UTC, date, datetime

import pytest
import sqlalchemy as sa
import time_machine
from click.testing import CliRunner

from kaikukortti import cli, config
from kaikukortti.config import ConfigError
from kaikukortti.db import db
from kaikukortti.profiles import Profile
from tests import factories
from tests.cubeledger import Ledger
from tests.factories import ROUNDING_KEY, SECRET_KEY

NOW = datetime(2026, 11, 20, tzinfo=UTC)


@pytest.fixture
def run(engine_url, tmp_path, monkeypatch):
    """Return a function that runs a command in November 2026 on the test's database."""
    monkeypatch.setenv("KAIKU_SECRET_KEY", SECRET_KEY)
    monkeypatch.setenv("KAIKU_ROUNDING_KEY", ROUNDING_KEY)
    monkeypatch.setenv("KAIKU_DATABASE_URL", engine_url)

    def command(*words):
        db.session.remove()
        with time_machine.travel(NOW):
            return CliRunner().invoke(cli.kaikukortti, [*words, "--instance", str(tmp_path)])

    return command


@pytest.fixture
def ledger(run):
    """Return an area with 100 cards in use since August, of which 20 went once."""
    made = Ledger()
    venue = factories.make_venue(made.area)
    for holder in made.cards(100, first_on=date(2026, 8, 3))[:20]:
        made.visit(holder, venue, date(2026, 9, 10))
    made.save()
    return made


def test_freezes_once_with_plain_lines_where_there_is_no_terminal(run, ledger):
    planned = run("statistics", "freeze", "--dry-run")
    assert planned.exit_code == 0 and "EK 2026-09 (revision)" in planned.output, planned.output
    assert "4 periods to count. Nothing was changed." in planned.output
    frozen = run("statistics", "freeze")
    assert frozen.exit_code == 0 and "periods: 4 of 4" in frozen.output, frozen.output
    assert "4 periods frozen, 3 of them with their revision" in frozen.output
    assert "Nothing has closed since the last run." in run("statistics", "freeze").output


def test_through_and_area_bound_the_work(run, ledger):
    assert "1 period frozen" in run("statistics", "freeze", "--area", "EK", "--through", "2026-08").output
    assert "2 periods frozen" in run("statistics", "freeze", "--through", "2026-Q3").output
    for words in (("--through", "August"), ("--area", "ZZ")):
        refused = run("statistics", "freeze", *words)
        assert refused.exit_code == 2 and words[0] in refused.output


def test_recompute_is_silent_about_the_same_and_fails_on_a_difference(run, ledger):
    run("statistics", "freeze")
    same = run("statistics", "freeze", "--recompute")
    assert same.exit_code == 0 and "4 periods counted again: all as frozen." in same.output, same.output
    db.session.execute(sa.update(Profile).values(birth_year=2005))
    db.session.commit()
    differs = run("statistics", "freeze", "--recompute")
    assert differs.exit_code == 1 and "EK 2026-Q3 cards_by_age differs" in differs.output, differs.output


def test_another_key_is_refused_in_one_line(run, ledger, monkeypatch):
    run("statistics", "freeze", "--through", "2026-08")
    monkeypatch.setenv("KAIKU_ROUNDING_KEY", ROUNDING_KEY + "x")
    for words in (("freeze",), ("freeze", "--recompute")):
        refused = run("statistics", *words)
        assert refused.exit_code == 1 and "KAIKU_ROUNDING_KEY" in refused.output
    refused = run("init")
    assert isinstance(refused.exception, ConfigError) and "rounded with another key" in str(refused.exception)


def test_init_makes_the_key_once(run, tmp_path, monkeypatch):
    monkeypatch.delenv("KAIKU_ROUNDING_KEY")
    refused = run("statistics", "freeze")
    assert isinstance(refused.exception, ConfigError) and "kaikukortti init" in str(refused.exception)
    assert run("init").exit_code == 0
    key = config.read_setting(tmp_path, "rounding_key")
    assert len(key) >= config.SHORTEST_SECRET
    assert run("init").exit_code == 0 and config.read_setting(tmp_path, "rounding_key") == key


def test_a_lost_key_is_not_made_anew(run, ledger, tmp_path, monkeypatch):
    run("statistics", "freeze")
    monkeypatch.delenv("KAIKU_ROUNDING_KEY")
    lost = run("init")
    assert isinstance(lost.exception, ConfigError) and "put it back" in str(lost.exception)
    assert config.read_setting(tmp_path, "rounding_key") == ""
