"""The last place of a quota: a hundred ask at once, one gets it; from threads, and over HTTP from a served process."""

import threading
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest
import sqlalchemy as sa
from flask import Flask

from kaikukortti import clock
from kaikukortti.db import db
from kaikukortti.models.cards import Card
from kaikukortti.models.ledger import Scan, ScanDecision
from kaikukortti.models.programme import Hold, Occurrence
from kaikukortti.rules.flag import Flag
from kaikukortti.rules.period import day_of
from tests import factories, patience
from tests.factories import DAY, NOW, SECRET_KEY, Tablet
from tests.serving import Service
from venues import scanning, sync
from venues.sync import Answer

ASKING = 100


@pytest.fixture
def at_once(app: Flask) -> Callable[[Callable[[int], Any]], list[Any]]:
    """Return a function that calls another one a hundred times at once, a thread each, with their numbers."""

    def run(call: Callable[[int], Any]) -> list[Any]:
        start = threading.Barrier(ASKING)

        def one(place: int) -> Any:
            with app.app_context():
                start.wait(30)
                return patience.until_let_in(lambda: call(place))

        with ThreadPoolExecutor(ASKING) as pool:
            return list(pool.map(one, range(ASKING)))

    return run


def make_evening(starts_at=factories.TONIGHT, *, quota: int) -> tuple[Occurrence, list[Tablet], list[Card]]:
    venue = factories.make_venue()
    tonight = factories.make_occurrence(venue=venue, quota=quota, starts_at=starts_at)
    unit = factories.make_unit()
    first_on = day_of(starts_at) - 30 * DAY
    cards = [factories.make_issued_card(unit, first_on=first_on) for _ in range(ASKING)]
    return tonight, [factories.make_tablet(venue) for _ in range(4)], cards


def count(query: sa.Select[Any]) -> int:
    db.session.rollback()
    return db.session.scalar(query) or 0


def test_a_hundred_checks_for_the_last_place(at_once):
    tonight, tablets, cards = make_evening(quota=1)
    numbers, occurrence_id = [card.number for card in cards], tonight.id

    def ask(place: int) -> bool:
        device = tablets[place % 4].known
        checked = scanning.check(code=numbers[place], ref=None, occurrence=occurrence_id, device=device, now=NOW)
        assert (checked.hold is not None) == checked.verdict.admits
        return checked.verdict.admits

    assert sum(at_once(ask)) == 1
    assert count(sa.select(sa.func.sum(Hold.places))) == 1


def test_a_hundred_registrations_for_the_last_place(at_once):
    """What has happened is kept; exactly one of them is within the quota."""
    tonight, tablets, cards = make_evening(quota=1)
    items = [factories.make_item(card, occurrence=tonight) for card in cards]

    def send(place: int) -> Answer:
        return sync.accept([items[place]], device=tablets[place % 4].known, received_at=NOW)[0]

    answers = at_once(send)
    assert sorted(answer.flags for answer in answers) == [(), *[(Flag.OVER,)] * (ASKING - 1)]
    assert count(sa.select(sa.func.count(Scan.scan_id))) == ASKING
    over = sa.select(sa.func.count(ScanDecision.id)).where(ScanDecision.flag == Flag.OVER)
    assert count(over) == ASKING - 1


def test_places_are_given_out_to_the_last(at_once):
    tonight, tablets, cards = make_evening(quota=37)
    numbers, occurrence_id = [card.number for card in cards], tonight.id

    def ask(place: int) -> bool:
        device = tablets[place % 4].known
        check = scanning.check(code=numbers[place], ref=None, occurrence=occurrence_id, device=device, now=NOW)
        if not check.verdict.admits:
            return False
        item = factories.make_item(numbers[place], occurrence=occurrence_id)
        return sync.accept([item], device=device, received_at=NOW)[0].flags == ()

    assert sum(at_once(ask)) == 37
    assert count(sa.select(sa.func.count(Scan.scan_id))) == 37


@pytest.fixture
def service(app: Flask, tmp_path) -> Iterator[Service]:
    """Serve the test's own database, as in production."""
    url = db.engine.url.render_as_string(hide_password=False)
    served = Service.start(url, instance=tmp_path, secret_key=SECRET_KEY)
    yield served
    served.stop()


def test_a_hundred_over_http_ask_for_the_last_place(service, at_once):
    tonight, tablets, cards = make_evening(clock.now(), quota=1)
    numbers, occurrence_id = [card.number for card in cards], tonight.id

    def ask(place: int) -> dict[str, Any]:
        body = {"code": numbers[place], "occurrence": occurrence_id}
        return service.post("/door/api/checks", body, credential=tablets[place % 4].credential)

    answers = at_once(ask)
    assert sorted(answer["verdict"]["class"] for answer in answers) == ["not_now"] * (ASKING - 1) + ["welcome"]
    assert {answer["verdict"]["reason"] for answer in answers} == {None, "full"}
    (hold,) = [answer["hold"] for answer in answers if answer["hold"]]
    assert hold["places"] == 1
    assert count(sa.select(sa.func.sum(Hold.places))) == 1
