"""An undo is a scan of its own: it takes the tickets of its venue's scan back, in whatever order the two arrive."""

from datetime import timedelta

import pytest
import sqlalchemy as sa

from kaikukortti import cards, statistics
from kaikukortti.db import db
from kaikukortti.models.ledger import Scan
from kaikukortti.rules.access import Role
from kaikukortti.rules.flag import Flag
from kaikukortti.usecounts import Uses
from tests import factories
from tests.factories import DAY, NOW, TODAY, TONIGHT
from venues import sync
from venues.sync import Result


@pytest.fixture
def venue():
    return factories.make_venue()


@pytest.fixture
def tablet(venue):
    return factories.make_tablet(venue).known


@pytest.fixture
def uses(venue):
    """Return a function that says what counts at the venue over all days."""
    return lambda: statistics.venue_total(venue.id, first_on=TODAY - 400 * DAY, last_on=TODAY + 400 * DAY)


def send(tablet, *bodies) -> list[sync.Answer]:
    items = [factories.item_of(body) for body in bodies]
    return sync.accept(items, device=tablet, received_at=NOW + timedelta(seconds=20))


def test_an_undone_visit_does_not_count(tablet, uses):
    worker = factories.make_actor(Role.WORKER)
    card = factories.make_issued_card(factories.unit_of(worker), children=2)
    body = factories.scan_body(card, child=2, assistant=1)
    send(tablet, body)
    assert uses() == Uses(1, 2) and cards.look(card.id, actor=worker, now=NOW).is_used
    answer = send(tablet, factories.undo_body(body))[0]
    assert (answer.result, answer.use, answer.flags) == (Result.ACCEPTED, None, ())
    assert uses() == Uses()
    assert not cards.look(card.id, actor=worker, now=NOW).is_used
    figures = statistics.evening(tablet.venue_id, on_day=TODAY)
    assert (figures.uses, figures.helpers) == (Uses(), 0)
    assert db.session.scalar(sa.select(sa.func.count(Scan.scan_id))) == 2, "both stay in the ledger"


def test_after_an_undo_the_visit_may_be_registered_anew(tablet, uses):
    card = factories.make_issued_card(children=1)
    body = factories.scan_body(card, child=1)
    answers = send(tablet, body, factories.undo_body(body), factories.scan_body(card))
    assert [answer.result for answer in answers] == [Result.ACCEPTED] * 3
    assert uses() == Uses(1, 0)


def test_an_undo_that_arrives_before_its_scan_is_applied_on_arrival(tablet, uses):
    body = factories.scan_body(factories.make_issued_card())
    first, second = send(tablet, factories.undo_body(body), body)
    assert (first.result, first.flags) == (Result.FLAGGED, (Flag.UNDO_WITHOUT_SCAN,))
    assert (second.result, second.flags) == (Result.ACCEPTED, ())
    assert uses() == Uses()


def test_a_repeated_undo_changes_nothing(tablet, uses):
    body = factories.scan_body(factories.make_issued_card())
    undo = factories.undo_body(body)
    send(tablet, body, undo)
    assert [answer.result for answer in send(tablet, undo, factories.undo_body(body))] == [
        Result.REPLAY,
        Result.ACCEPTED,
    ]
    assert uses() == Uses()


def test_an_undo_of_another_venue_has_no_effect(tablet, uses):
    body = factories.scan_body(factories.make_issued_card())
    send(tablet, body)
    stranger = factories.make_tablet().known
    answer = send(stranger, factories.undo_body(body))[0]
    assert answer.flags == (Flag.UNDO_WITHOUT_SCAN,), "at that venue there is no such visit"
    assert uses() == Uses(1, 0)
    assert statistics.venue_total(stranger.venue_id, first_on=TODAY, last_on=TODAY) == Uses()


def test_another_tablet_s_undo_waits_for_the_venue(tablet, venue, uses):
    body = factories.scan_body(factories.make_issued_card())
    send(tablet, body)
    answer = send(factories.make_tablet(venue).known, factories.undo_body(body))[0]
    assert (answer.flags, uses()) == ((Flag.UNDO_LATE,), Uses(1, 0))


@pytest.mark.parametrize(("minutes", "flags", "counted"), [(15, (), Uses()), (16, (Flag.UNDO_LATE,), Uses(1, 0))])
def test_a_quarter_of_an_hour_is_time_enough(tablet, uses, minutes, flags, counted):
    body = factories.scan_body(factories.make_issued_card(), occurred=NOW - timedelta(minutes=minutes))
    send(tablet, body)
    answer = send(tablet, factories.undo_body(body))[0]
    assert (answer.flags, answer.use, uses()) == (flags, None, counted)


def test_an_undo_with_tickets_adds_none(tablet, uses):
    """A fault of the program, then: an undo carries no tickets."""
    body = factories.scan_body(factories.make_issued_card())
    send(tablet, body)
    answer = send(tablet, {**factories.undo_body(body), "counts": {"adult": 1}})[0]
    assert (answer.result, answer.use, uses()) == (Result.ACCEPTED, None, Uses())


def test_undoing_an_undo_does_not_bring_the_visit_back(tablet, uses):
    body = factories.scan_body(factories.make_issued_card())
    undo = factories.undo_body(body)
    send(tablet, body, undo, factories.undo_body(undo))
    assert uses() == Uses()


def test_a_ticket_in_advance_that_is_returned_does_not_count(tablet, venue, uses):
    coming = factories.make_occurrence(venue=venue, starts_at=TONIGHT + 9 * DAY)
    body = factories.scan_body(factories.make_issued_card(), occurrence=coming)
    send(tablet, body)
    assert uses() == Uses(1, 0)
    assert statistics.evening(venue.id, on_day=TODAY + 9 * DAY).uses == Uses(1, 0)
    send(tablet, factories.undo_body(body))
    assert uses() == Uses()


def test_an_undo_of_an_unknown_card_works_as_well(tablet, uses):
    body = factories.scan_body("VA12345")
    send(tablet, body, factories.undo_body(body))
    assert uses() == Uses()
