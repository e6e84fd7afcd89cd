"""A freeze that is killed at any statement leaves periods whole or not there, and the next one goes on."""

import dataclasses
import os
import signal
from datetime import UTC, date, datetime

import pytest
import sqlalchemy as sa

from kaikukortti.app import create_app
from kaikukortti.cube import counting, freezing, reading, store
from kaikukortti.cube.freezing import Due
from kaikukortti.cube.periods import Grain, parse
from kaikukortti.db import db
from tests import factories
from tests.cubeledger import Ledger
from tests.factories import ROUNDING_KEY

NOW = datetime(2026, 5, 1, tzinfo=UTC)
THROUGH = parse("2026-02")
PERIODS = {"2026-01", "2026-02"}


@pytest.fixture
def area():
    """Return an area with 100 cards and a few visits in each month; no connection stays open."""
    ledger = Ledger()
    venue = factories.make_venue(ledger.area)
    for place, holder in enumerate(ledger.cards(100)):
        ledger.visit(holder, venue, date(2026, 1 + place % 3, 10))
    ledger.save()
    return ledger.area


def freeze_and_die(app, statement):
    """Freeze in a process of its own, which is killed before its n-th statement to the store; return whether it was."""
    db.session.remove()
    for engine in db.engines.values():
        engine.dispose()
    child = os.fork()
    if child == 0:
        _freeze_until(app, statement)
    _, status = os.waitpid(child, 0)
    assert os.WIFSIGNALED(status) or os.WEXITSTATUS(status) == 0
    return os.WIFSIGNALED(status)


def _freeze_until(app, statement):
    """Freeze in this process and end it, one way or another."""
    seen, done = [0], 1
    try:
        own = create_app(dataclasses.replace(app.config["KAIKU"]))
        with own.app_context():

            @sa.event.listens_for(store.writer(), "before_cursor_execute")
            def count(*_args):
                seen[0] += 1
                if seen[0] == statement:
                    os.kill(os.getpid(), signal.SIGKILL)

            freezing.freeze(now=NOW, through=THROUGH, secret=ROUNDING_KEY)
        done = 0
    finally:
        os._exit(done)


def stored(area):
    """Return the cells of every frozen period, as a page reads them."""
    frozen = [one.period for grain in Grain for one in reading.list_periods(area.id, grain)]
    return {one.period.code: one.cells for one in store.read(store.reader(), area.id, frozen)}


def test_killed_at_every_statement(app, area):
    wanted = {}
    for code in PERIODS:
        counted = freezing.count(Due(area.id, area.prefix, parse(code), 0))
        wanted[code] = counting.publish(counted, secret=ROUNDING_KEY.encode())
    kills, numbers = 0, set()
    for statement in range(1, 60):
        if not freeze_and_die(app, statement):
            break
        kills += 1
        found = stored(area)
        numbers.add(len(found))
        assert {code: wanted[code] for code in found} == found, f"killed before statement {statement}"
    assert stored(area) == wanted and kills > 7 and {0, 1} <= numbers
