"""`kaikukortti followup freeze`: what is due, plain lines, one area, counting again, another key."""

from datetime import UTC, date, datetime

import pytest
import sqlalchemy as sa
import time_machine
from click.testing import CliRunner

from kaikukortti import cli
from kaikukortti.db import db
from kaikukortti.followup import switches
from kaikukortti.models.cards import CardPeriod
from kaikukortti.rules.access import Role
from tests import factories
from tests.cubeledger import Ledger
from tests.factories import ROUNDING_KEY, SECRET_KEY

NOW = datetime(2026, 11, 20, tzinfo=UTC)


@pytest.fixture
def run(engine_url, tmp_path, monkeypatch):
    """Return a function that runs a command in November 2026 on the test's databases."""
    monkeypatch.setenv("KAIKU_SECRET_KEY", SECRET_KEY)
    monkeypatch.setenv("KAIKU_ROUNDING_KEY", ROUNDING_KEY)
    monkeypatch.setenv("KAIKU_DATABASE_URL", engine_url)

    def command(*words):
        db.session.remove()
        with time_machine.travel(NOW):
            return CliRunner().invoke(cli.kaikukortti, ["followup", "freeze", *words, "--instance", str(tmp_path)])

    return command


@pytest.fixture
def ledger():
    """Return an area with follow-up on and 20 cards since May."""
    made = Ledger()
    coordinator = factories.make_actor(Role.COORDINATOR, made.area)
    switches.set_area(actor=coordinator, area_id=made.area.id, followup=True, own_card=True, now=NOW)
    made.cards(20, first_on=date(2026, 5, 4))
    return made


def test_freezes_what_has_closed_once(run, ledger):
    planned = run("--dry-run")
    assert planned.exit_code == 0 and "EK 2026-Q2 (count 3)\nEK 2026-Q3 (count 2)" in planned.output, planned.output
    assert "2 periods to count. Nothing was changed." in planned.output
    frozen = run()
    assert frozen.exit_code == 0 and "periods: 2 of 2" in frozen.output, frozen.output
    assert "2 periods frozen, in" in frozen.output
    assert "Nothing has closed since the last run" in run().output


def test_one_area_alone_and_none_where_follow_up_is_off(run, ledger):
    factories.make_issued_card(factories.make_unit(factories.make_area("HX")), first_on=date(2026, 5, 4))
    assert "Nothing has closed" in run("--area", "HX").output
    assert "2 periods frozen" in run("--area", "EK").output
    refused = run("--area", "ZZ")
    assert refused.exit_code == 2 and "no area has the prefix ZZ" in refused.output


def test_recompute_is_silent_about_the_same_and_fails_on_a_difference(run, ledger):
    run()
    assert "2 periods to count" in run("--recompute", "--dry-run").output
    same = run("--recompute")
    assert same.exit_code == 0 and "2 periods counted again: all as frozen." in same.output, same.output
    db.session.execute(sa.update(CardPeriod).values(last_on=date(2026, 6, 1)))
    db.session.commit()
    differs = run("--recompute")
    assert differs.exit_code == 1 and "EK 2026-Q3 I-01 differs" in differs.output, differs.output


def test_another_key_is_refused_in_one_line(run, ledger, monkeypatch):
    run()
    monkeypatch.setenv("KAIKU_ROUNDING_KEY", ROUNDING_KEY + "x")
    for words in ((), ("--recompute",)):
        refused = run(*words)
        assert refused.exit_code == 1 and "KAIKU_ROUNDING_KEY" in refused.output
