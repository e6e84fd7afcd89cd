"""Two at once, in real threads: one card is handed out once, one scan is written once, one chain stays one.

A gate in the middle of the use case holds the first until the second has come as far, or can come no further.
"""

import threading
from collections.abc import Callable
from typing import Any

import pytest
import sqlalchemy as sa

from kaikukortti import audit, issuing
from kaikukortti.auditing import verification
from kaikukortti.db import db, transactional
from kaikukortti.models.cards import Card, CardPeriod
from kaikukortti.models.ledger import Device, Scan, ScanDecision
from kaikukortti.models.trail import AuditEntry
from kaikukortti.profiles import Profile
from kaikukortti.rules import card as card_rules
from kaikukortti.rules.access import Actor, Role
from kaikukortti.rules.flag import Flag
from tests import factories
from tests.factories import NOW
from venues import devices, lookup, sync
from venues.sync import Answer, Result

PATIENCE = 0.4


@pytest.fixture
def gate(monkeypatch) -> Callable[[Any, str], None]:
    """Return a function that puts a gate behind another one: whoever passes waits a moment for company."""

    def put(module: Any, name: str) -> None:
        original, barrier = getattr(module, name), threading.Barrier(2)

        def gated(*args: Any, **kwargs: Any) -> Any:
            answer = original(*args, **kwargs)
            try:
                barrier.wait(PATIENCE)
            except threading.BrokenBarrierError:
                pass  # the other one is held up by a lock, which is what should happen
            return answer

        monkeypatch.setattr(module, name, gated)

    return put


def count(table: type) -> int:
    db.session.rollback()  # what the threads wrote lies behind the moment at which this thread began to read
    return db.session.scalar(sa.select(sa.func.count()).select_from(table)) or 0


def test_two_workers_hand_out_the_same_card(together, gate):
    unit = factories.make_unit()
    workers = [factories.make_actor(Role.WORKER, unit) for _ in range(2)]
    card = factories.make_stock_card(unit)
    gate(issuing, "check_answers")

    def hand_out(worker: Actor, birth_year: int) -> Card:
        return issuing.register(
            card.number,
            actor=worker,
            answers=issuing.Answers(birth_year=birth_year, postcode="53100", children=0),
            is_eligible=True,
            accepts_other_unit=False,
            now=NOW,
        )

    outcomes = together(lambda: hand_out(workers[0], 1970), lambda: hand_out(workers[1], 1990))
    assert sorted(type(outcome).__name__ for outcome in outcomes) == ["AlreadyRegistered", "Card"]
    assert isinstance(next(one for one in outcomes if not isinstance(one, Card)), card_rules.AlreadyRegistered)
    winner = next(one for one in outcomes if isinstance(one, Card))
    assert (count(CardPeriod), count(Profile), count(AuditEntry)) == (1, 1, 1)
    db.session.expire_all()
    kept = db.session.scalars(sa.select(Card)).one()
    assert db.session.scalars(sa.select(Profile.line)).one() == kept.line == winner.line


def test_the_same_scan_arrives_twice_at_once(together, gate):
    venue = factories.make_venue()
    tablet = factories.make_tablet(venue).known
    item = factories.make_item(factories.make_issued_card(), occurrence=factories.make_occurrence(venue=venue))
    gate(lookup, "find_place")

    def send() -> Answer:
        return sync.accept([item], device=tablet, received_at=NOW)[0]

    outcomes = together(send, send)
    assert sorted(answer.result for answer in outcomes) == [Result.ACCEPTED, Result.REPLAY]
    assert {answer.use for answer in outcomes} == {item.scan_id}
    assert count(Scan) == 1


def test_the_same_card_on_two_tablets_at_once_counts_once(together, gate):
    venue = factories.make_venue()
    card, tonight = factories.make_issued_card(), factories.make_occurrence(venue=venue)
    tablets = [factories.make_tablet(venue).known for _ in range(2)]
    items = [factories.make_item(card, occurrence=tonight) for _ in tablets]
    gate(lookup, "find_visits")

    def send(place: int) -> Answer:
        return sync.accept([items[place]], device=tablets[place], received_at=NOW)[0]

    outcomes = together(lambda: send(0), lambda: send(1))
    assert sorted(answer.flags for answer in outcomes) == [(), (Flag.DOUBLE,)]
    assert count(Scan) == 2
    assert db.session.scalars(sa.select(ScanDecision.counted)).all() == [False]


def test_two_tablets_use_the_same_enrolment_code(together, gate):
    manager = factories.make_actor(Role.VENUE_MANAGER)
    assert manager.venue_id
    code = devices.plan_enrolment(actor=manager, venue_id=manager.venue_id, now=NOW)
    gate(devices, "seal")
    calls = [lambda: devices.enrol(code=code, name="Ovi", secret_key="s" * 32, now=NOW)] * 2
    outcomes = together(*calls)
    assert sorted(type(outcome).__name__ for outcome in outcomes) == ["Enrolled", "EnrolmentUsed"]
    assert count(Device) == 1


def test_two_threads_append_to_one_chain(together):
    worker = factories.make_actor(Role.WORKER)

    @transactional
    def append(place: int) -> None:
        audit.record("card.looked_at", actor=worker, now=NOW, card_number="EK3F8M2X9TS", detail={"place": place})

    def many() -> None:
        for place in range(12):
            append(place)

    assert together(many, many) == [None, None]
    assert sorted(db.session.scalars(sa.select(AuditEntry.seq))) == list(range(1, 25))
    assert verification.find_break(worker.organisation) is None
