"""Marks of months under real concurrency: no change is lost between a count and what is written meanwhile.

SQLite has one writer at a time; there the same calls only have to end and agree.
"""

import threading
from collections.abc import Callable
from datetime import date
from typing import Any

import pytest
import sqlalchemy as sa

from kaikukortti import ledgercounts, monthcounts
from kaikukortti.db import db
from kaikukortti.models.figures import StaleMonth
from kaikukortti.models.ledger import Scan
from tests import factories
from tests.factories import DAY, NOW, TODAY
from venues import scanning

FIRST, LAST = date(2025, 1, 1), date(2027, 12, 31)
PATIENCE = 10


@pytest.fixture
def venue():
    return factories.make_venue()


@pytest.fixture
def tablet(venue):
    return factories.make_tablet(venue).known


def record(tablet, body: dict[str, Any]) -> None:
    item = factories.item_of(body)
    scanning.record(item, device=tablet, received_at=item.occurred)


def total(venue) -> int:
    return sum(row.adults for row in monthcounts.of_venue(venue.id, first_on=FIRST, last_on=LAST))


def counted_in_ledger(venue) -> int:
    rows = ledgercounts.count_days(venue_id=venue.id, first_on=FIRST, last_on=LAST)
    return sum(row.adults for row in rows)


def marks() -> int:
    return db.session.scalar(sa.select(sa.func.count()).select_from(StaleMonth)) or 0


def test_counting_while_scans_come_in(venue, tablet, together):
    """Six doors and three readers at once: in the end nothing is missing and no mark is left."""
    cards = [factories.make_issued_card(first_on=TODAY - 100 * DAY) for _ in range(6)]
    bodies = [[factories.scan_body(card, occurred=NOW - days * DAY) for days in range(0, 80, 8)] for card in cards]

    def send(mine: list[dict[str, Any]]) -> Callable[[], None]:
        def one_after_another() -> None:
            for body in mine:
                record(tablet, body)

        return one_after_another

    def read() -> None:
        for _ in range(12):
            monthcounts.refresh(venue.area_id)

    answers = together(*(send(mine) for mine in bodies), read, read, read)
    assert answers == [None] * 9
    assert total(venue) == counted_in_ledger(venue) == 60
    assert not marks()


@pytest.mark.parametrize("engine_name", [pytest.param("postgresql", marks=pytest.mark.postgresql)])
class TestOnPostgreSQL:
    """What is written by a transaction that has not ended is not seen, and must not be forgotten."""

    def test_a_scan_that_commits_after_the_count(self, inside, venue, tablet):
        card = factories.make_issued_card(first_on=TODAY - 100 * DAY)
        record(tablet, factories.scan_body(card, occurred=NOW - DAY))
        pending = self._pending(venue)
        assert total(venue) == 1 and not marks(), "the mark of the pending scan is not to be seen, and not to be taken"
        pending.commit()
        pending.close()
        assert marks() == 1 and total(venue) == 2

    def test_an_undo_and_its_scan_cross(self, inside, venue):
        """The undo was written first and ends last; a count comes between. Its mark knows no month of the scan's."""
        undo, scan = db.engine.connect(), db.engine.connect()
        body = self._row(venue, on_day=TODAY - 60 * DAY)
        undo.execute(sa.insert(Scan), {**self._row(venue, on_day=TODAY), "undoes": body["scan_id"], "adult": 0})
        scan.execute(sa.insert(Scan), body)
        scan.commit()
        assert total(venue) == 1
        undo.commit()
        assert total(venue) == 0 == counted_in_ledger(venue)
        undo.close()
        scan.close()

    def test_two_counts_do_not_overtake_each_other(self, inside, venue, tablet):
        """While one counts, the other waits for the area, and so counts the later state."""
        record(tablet, factories.scan_body(factories.make_issued_card(first_on=TODAY - 100 * DAY)))
        first = db.engine.connect()
        first.execute(sa.text("SELECT id FROM areas WHERE id = :id FOR NO KEY UPDATE"), {"id": venue.area_id})
        done = threading.Event()

        def count() -> None:
            with inside.app_context():
                monthcounts.refresh(venue.area_id)
                done.set()

        other = threading.Thread(target=count)
        other.start()
        assert not done.wait(0.5), "it counted beside another count"
        first.commit()
        first.close()
        assert done.wait(PATIENCE)
        other.join(PATIENCE)
        assert total(venue) == 1

    def test_a_scan_waits_for_no_count(self, inside, venue, tablet):
        """The area's row is locked so that the foreign keys of scans and cards go on."""
        lock = db.engine.connect()
        lock.execute(sa.text("SELECT id FROM areas WHERE id = :id FOR NO KEY UPDATE"), {"id": venue.area_id})
        with db.engine.begin() as connection:
            connection.execute(sa.text("SET LOCAL lock_timeout = '1s'"))
            connection.execute(sa.insert(Scan), self._row(venue, on_day=TODAY))
        lock.rollback()
        lock.close()

    def _pending(self, venue) -> sa.Connection:
        connection = db.engine.connect()
        connection.execute(sa.insert(Scan), self._row(venue, on_day=TODAY))
        return connection

    @staticmethod
    def _row(venue, *, on_day: date) -> dict[str, Any]:
        body = factories.scan_body("VA12345")
        return {
            "scan_id": body["scan_id"],
            "venue_id": venue.id,
            "user_id": factories.make_user().id,
            "occurred_at": NOW,
            "received_at": NOW,
            "on_day": on_day,
            "entry": "typed",
            "verdict": "welcome",
            "adult": 1,
            "body_hash": b"0" * 32,
        }
