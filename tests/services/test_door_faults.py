"""Clocks, outages and repeats at the server: every acknowledged visit is in the ledger once, with the time it had."""

from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest
import sqlalchemy as sa

from kaikukortti import cards
from kaikukortti.db import db
from kaikukortti.models.ledger import Device, Scan
from kaikukortti.rules.access import Role
from kaikukortti.rules.card import CardReason
from kaikukortti.rules.flag import Flag
from tests import factories
from tests.factories import DAY, NOW
from venues import devicecare, devices, sync
from venues.sync import Result

HOUR, YEAR = timedelta(hours=1), timedelta(days=365)
QUEUE = 40


@pytest.fixture
def venue():
    return factories.make_venue()


@pytest.fixture
def tablet(venue):
    return factories.make_tablet(venue)


@pytest.fixture
def send(tablet):
    """Return a function that sends bodies as the tablet does: the credential is looked at, the answer may be lost."""

    def deliver(*bodies, received_at=NOW) -> list[sync.Answer]:
        device = devices.recognise_sender(tablet.credential, now=received_at)
        return sync.accept([factories.item_of(body) for body in bodies], device=device, received_at=received_at)

    return deliver


def ledger() -> dict[str, Scan]:
    db.session.rollback()
    return {scan.scan_id: scan for scan in db.session.scalars(sa.select(Scan))}


def queue(size: int = QUEUE, **fields) -> list[dict[str, Any]]:
    """Return visits of one minute after another, as they wait on a tablet without a network."""
    begun = NOW - timedelta(hours=3)
    return [
        factories.scan_body(f"LAP-{place:04d}", occurred=begun + place * timedelta(minutes=1), **fields)
        for place in range(size)
    ]


def milliseconds(span: timedelta) -> int:
    return span // timedelta(milliseconds=1)


@pytest.mark.parametrize("wrong", [HOUR, -HOUR, YEAR, -YEAR], ids=["+1h", "-1h", "+1y", "-1y"])
def test_a_clock_that_is_wrong_all_along_changes_no_time(send, wrong):
    card = factories.make_issued_card(first_on=factories.TODAY - 30 * DAY)
    happened = NOW - timedelta(minutes=10)
    body = factories.scan_body(card, occurred=happened + wrong, offset_ms=milliseconds(wrong))
    assert send(body)[0].result is Result.ACCEPTED
    assert ledger()[body["scan_id"]].occurred_at == happened


@pytest.mark.parametrize("wrong", [HOUR, -HOUR, YEAR, -YEAR], ids=["+1h", "-1h", "+1y", "-1y"])
def test_a_clock_that_jumps_keeps_the_visit_and_asks(send, wrong):
    body = factories.scan_body("LAP-0001", occurred=NOW + wrong, jumped=True)
    (answer,) = send(body)
    assert Flag.TIME in answer.flags
    assert [one.result for one in send(body, received_at=NOW + HOUR)] == [Result.REPLAY]
    assert ledger().keys() == {body["scan_id"]}


@pytest.mark.parametrize(
    ("night", "hours"),
    [
        (datetime(2026, 10, 25, tzinfo=UTC), [(0, 30), (1, 30)]),  # 3.30 twice in Helsinki
        (datetime(2027, 3, 28, tzinfo=UTC), [(0, 59), (1, 1)]),  # 2.59, then 4.01
    ],
    ids=["autumn", "spring"],
)
def test_the_night_when_the_clocks_change(send, night, hours):
    moments = [night + timedelta(hours=hour, minutes=minute) for hour, minute in hours]
    bodies = [factories.scan_body(f"LAP-{place:04d}", occurred=moment) for place, moment in enumerate(moments)]
    answers = send(*bodies, received_at=moments[-1] + HOUR)
    assert {answer.flags for answer in answers} == {(Flag.ELSEWHERE,)}
    kept = ledger()
    assert [kept[body["scan_id"]].occurred_at for body in bodies] == moments
    assert {scan.on_day for scan in kept.values()} == {night.date()}


@pytest.mark.parametrize(
    ("moment", "day"),
    [
        (datetime(2026, 10, 24, 20, 59, tzinfo=UTC), date(2026, 10, 24)),  # 23.59, three hours ahead
        (datetime(2026, 10, 24, 21, 0, tzinfo=UTC), date(2026, 10, 25)),
        (datetime(2026, 10, 25, 21, 59, tzinfo=UTC), date(2026, 10, 25)),  # 23.59, two hours ahead
        (datetime(2026, 10, 25, 22, 0, tzinfo=UTC), date(2026, 10, 26)),
    ],
)
def test_a_house_visit_about_midnight_is_on_its_helsinki_day(send, moment, day):
    body = factories.scan_body("LAP-0001", occurred=moment)
    send(body, received_at=moment + HOUR)
    assert ledger()[body["scan_id"]].on_day == day


def test_an_answer_that_never_arrives_costs_nothing(send):
    """The server has committed a part, then the whole; the tablet knows of neither and sends all again."""
    bodies = queue()
    send(*bodies[:17])
    send(*bodies)
    answers = send(*bodies, received_at=NOW + DAY)
    assert {answer.result for answer in answers} == {Result.REPLAY}
    kept = ledger()
    assert len(kept) == QUEUE
    assert [kept[body["scan_id"]].occurred_at.isoformat() for body in bodies] == [body["occurred"] for body in bodies]


def test_a_queue_of_a_revoked_tablet_arrives_once_within_its_time(send, tablet, venue):
    bodies = queue()
    manager = factories.make_actor(Role.VENUE_MANAGER, venue)
    devicecare.revoke(tablet.known.device_id, actor=manager, now=NOW)
    late = NOW + devices.MAY_SEND - timedelta(seconds=1)
    assert all(Flag.DEVICE in answer.flags for answer in send(*bodies, received_at=late))
    send(*bodies, received_at=late)
    with pytest.raises(devices.DeviceRevoked):
        send(*bodies, received_at=late + timedelta(seconds=1))
    assert ledger().keys() == {body["scan_id"] for body in bodies}
    assert len(db.session.scalars(sa.select(Device)).all()) == 1


def test_a_card_that_is_blocked_during_the_outage_is_judged_by_the_moment_of_each_visit(send):
    card = factories.make_issued_card()
    coordinator = factories.make_actor(Role.COORDINATOR)
    cards.block(card.id, actor=coordinator, reason=CardReason.LOST, now=NOW - HOUR)
    before = factories.scan_body(card, occurred=NOW - DAY)
    after = factories.scan_body(card, occurred=NOW - timedelta(minutes=30))
    answers = send(before, after)
    assert [answer.flags for answer in answers] == [(), (Flag.BLOCKED,)]
    assert ledger().keys() == {before["scan_id"], after["scan_id"]}


def test_two_tablets_with_one_card_are_both_kept_and_counted_once(send, venue):
    card, tonight = factories.make_issued_card(), factories.make_occurrence(venue=venue)
    other = factories.make_tablet(venue).known
    bodies = [factories.scan_body(card, occurrence=tonight) for _ in range(2)]
    first = send(bodies[0])
    second = sync.accept([factories.item_of(bodies[1])], device=other, received_at=NOW)
    assert [answer.flags for answer in (*first, *second)] == [(), (Flag.DOUBLE,)]
    assert ledger().keys() == {body["scan_id"] for body in bodies}
