"""Flags: what the door did and the register does not agree with is a question for a person, never a refusal."""

from datetime import timedelta

import pytest
import sqlalchemy as sa

from kaikukortti import statistics
from kaikukortti.db import db
from kaikukortti.models.ledger import ScanDecision
from kaikukortti.rules.card import Action, State
from kaikukortti.rules.flag import Flag
from kaikukortti.rules.programme import EventKind, Planned
from kaikukortti.usecounts import Uses
from tests import factories
from tests.factories import DAY, NOW, TODAY
from venues import sync
from venues.sync import Answer, Result


@pytest.fixture
def venue():
    return factories.make_venue()


@pytest.fixture
def tablet(venue):
    return factories.make_tablet(venue).known


@pytest.fixture
def send(tablet, venue):
    """Return a function that sends one scan from the venue and returns its answer."""

    def one(card, *, device=tablet, received_at=NOW + timedelta(seconds=2), **fields) -> Answer:
        item = factories.make_item(card, **fields)
        return sync.accept([item], device=device, received_at=received_at)[0]

    return one


@pytest.fixture
def counted(venue):
    """Return a function that says what counts: in the venue's own figures, and in the network's."""

    def count(day=TODAY) -> tuple[Uses, Uses]:
        first_on, last_on = day - 400 * DAY, day + 400 * DAY
        network = statistics.overview(venue.area_id, first_on=first_on, last_on=last_on).uses
        return statistics.venue_total(venue.id, first_on=first_on, last_on=last_on), network

    return count


ONE, NONE, BOTH = Uses(1, 0), Uses(), (Uses(1, 0), Uses(1, 0))


def test_a_plain_visit_raises_nothing_and_counts(send, counted):
    assert send(factories.make_issued_card()).result is Result.ACCEPTED
    assert db.session.scalars(sa.select(ScanDecision)).all() == []
    assert counted() == BOTH


@pytest.mark.parametrize("code", ["VA12345", "1234"])
def test_elsewhere_counts_for_the_venue_alone(send, counted, code):
    answer = send(code)
    assert (answer.result, answer.flags, answer.use) == (Result.FLAGGED, (Flag.ELSEWHERE,), answer.scan_id)
    assert counted() == (ONE, NONE)


@pytest.mark.parametrize("what", ["stock", "never printed", "destroyed", "malformed", "strange ref"])
def test_a_card_that_nobody_registered_counts_for_the_venue_alone(send, counted, what):
    card = factories.make_stock_card()
    if what == "destroyed":
        card.state = State.DESTROYED
        db.session.commit()
    codes = {"never printed": factories.make_number(), "malformed": "EK3F8M2X9T5", "strange ref": None}
    ref = {"ref": "f" * 16} if what == "strange ref" else {}
    answer = send(codes.get(what, card.number), **ref)
    assert (answer.result, answer.flags) == (Result.FLAGGED, (Flag.UNREGISTERED,))
    assert counted() == (ONE, NONE)


def test_a_card_registered_after_the_visit_counts_everywhere(send, counted):
    """Stock was scanned offline on Thursday, registered on Friday, and the queue came in on Friday evening."""
    card = factories.make_issued_card(first_on=TODAY)
    answer = send(card, occurred=NOW - DAY)
    assert answer.flags == (Flag.UNREGISTERED,)
    assert counted() == BOTH


def test_an_ended_card_counts(send, counted):
    answer = send(factories.make_issued_card(first_on=TODAY - 400 * DAY, last_on=TODAY - DAY))
    assert (answer.result, answer.flags) == (Result.FLAGGED, (Flag.ENDED,))
    assert counted() == BOTH


def test_an_end_after_the_visit_raises_nothing(send):
    card = factories.make_issued_card(first_on=TODAY - 100 * DAY, last_on=TODAY - DAY)
    assert send(card, occurred=NOW - DAY).result is Result.ACCEPTED


def test_a_block_before_the_visit_is_asked_about_and_counts(send, counted):
    answer = send(factories.make_issued_card(blocked_at=NOW - timedelta(minutes=1)))
    assert (answer.result, answer.flags) == (Result.FLAGGED, (Flag.BLOCKED,))
    assert counted() == BOTH


def test_a_block_after_the_visit_raises_nothing(send, counted):
    card = factories.make_issued_card(blocked_at=NOW + timedelta(minutes=1))
    assert send(card, received_at=NOW + timedelta(hours=1)).result is Result.ACCEPTED
    assert counted() == BOTH


def test_a_block_that_was_lifted_before_the_upload_is_still_asked_about(send):
    card = factories.make_issued_card(blocked_at=NOW - timedelta(hours=2))
    card.state = State.ACTIVE
    factories.add_card_event(card, Action.UNBLOCK, State.ACTIVE, at=NOW + timedelta(hours=1))
    late = NOW + timedelta(hours=3)
    visits = [send(card, occurred=NOW + timedelta(hours=hour), received_at=late).flags for hour in (-3, -1, 2)]
    assert visits == [(), (Flag.BLOCKED, Flag.AGAIN), (Flag.AGAIN,)]


def test_the_same_visit_on_two_tablets_counts_once(send, venue, counted):
    card, other = factories.make_issued_card(), factories.make_tablet(venue).known
    assert send(card, occurred=NOW - timedelta(minutes=9)).result is Result.ACCEPTED
    answer = send(card, device=other)
    assert (answer.result, answer.flags) == (Result.FLAGGED, (Flag.DOUBLE,))
    assert counted() == BOTH


def test_a_second_visit_waits_for_an_answer(send, counted):
    card = factories.make_issued_card()
    send(card)
    answer = send(card, occurred=NOW + timedelta(minutes=1))
    assert (answer.result, answer.flags) == (Result.FLAGGED, (Flag.AGAIN,))
    assert counted() == BOTH


def test_tickets_added_when_the_door_said_already_count(send, counted):
    card = factories.make_issued_card(children=2)
    send(card)
    answer = send(card, occurred=NOW + timedelta(minutes=1), shown="already", adult=0, child=2)
    assert (answer.result, answer.flags) == (Result.ACCEPTED, ())
    assert counted() == (Uses(1, 2), Uses(1, 2))


def test_two_house_visits_a_day_are_asked_about_two_days_are_not(send, counted):
    card = factories.make_issued_card()
    flags = [send(card, occurred=NOW + delta).flags for delta in (-DAY, timedelta(hours=-8), timedelta())]
    assert flags == [(), (), (Flag.AGAIN,)]
    assert counted() == (Uses(2, 0), Uses(2, 0))


def test_a_house_visit_and_an_event_of_the_same_day_are_two_visits(send, venue):
    card, tonight = factories.make_issued_card(), factories.make_occurrence(venue=venue)
    assert [send(card).flags, send(card, occurrence=tonight).flags] == [(), ()]


def test_a_replacement_card_of_the_same_line_is_the_same_visitor(send):
    old = factories.make_issued_card(state=State.REPLACED)
    factories.add_card_event(old, Action.BLOCK, State.REPLACED, at=NOW - DAY)
    new = factories.make_issued_card(line=old.line or "")
    assert send(old, occurred=NOW - timedelta(hours=1)).flags == (Flag.BLOCKED,)
    assert send(new).flags == (Flag.AGAIN,)


def test_more_children_than_registered_are_kept_as_scanned(send, counted):
    answer = send(factories.make_issued_card(children=1), child=3)
    assert (answer.result, answer.flags) == (Result.FLAGGED, (Flag.CHILDREN,))
    assert counted() == (Uses(1, 3), Uses(1, 3))


def test_children_on_a_course_are_asked_about(send, venue):
    course = factories.make_occurrence(venue=venue, kind=EventKind.COURSE)
    assert send(factories.make_issued_card(children=1), occurrence=course, child=1).flags == (Flag.CHILDREN,)


def test_a_cancelled_event_counts_and_is_asked_about(send, venue, counted):
    cancelled = factories.make_occurrence(venue=venue, state=Planned.CANCELLED)
    answer = send(factories.make_issued_card(), occurrence=cancelled)
    assert (answer.result, answer.flags) == (Result.FLAGGED, (Flag.CANCELLED,))
    assert counted() == BOTH


@pytest.mark.parametrize(
    ("fields", "is_doubtful"),
    [
        ({"occurred": NOW + timedelta(minutes=5)}, False),
        ({"occurred": NOW + timedelta(minutes=5, seconds=3)}, True),
        ({"occurred": NOW - 30 * DAY + timedelta(minutes=1)}, False),
        ({"occurred": NOW - 30 * DAY - timedelta(minutes=1)}, True),
        ({"jumped": True}, True),
        ({"occurred": NOW + DAY, "offset_ms": 24 * 3600 * 1000}, False),
    ],
)
def test_a_time_that_cannot_be_believed_waits_for_an_answer(send, counted, fields, is_doubtful):
    answer = send(factories.make_issued_card(first_on=TODAY - 200 * DAY), **fields)
    assert answer.flags == ((Flag.TIME,) if is_doubtful else ())
    assert counted() == ((NONE, NONE) if is_doubtful else BOTH)


def test_an_answer_decides_and_the_newest_one_stands(send, counted):
    card = factories.make_issued_card()
    send(card)
    asked = send(card, occurred=NOW + timedelta(minutes=1))
    for verdict, uses in ((True, Uses(2, 0)), (False, ONE), (None, ONE), (True, Uses(2, 0))):
        db.session.add(
            ScanDecision(scan_id=asked.scan_id, flag=Flag.AGAIN, counted=verdict, decided_at=NOW, decided_by=None)
        )
        db.session.commit()
        assert counted() == (uses, uses)
