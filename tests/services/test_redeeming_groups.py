"""A group at the door: one code for the planned heads, corrected by who came; own cards are read one by one."""

from datetime import timedelta

import pytest
import sqlalchemy as sa

from kaikukortti.db import db
from kaikukortti.models.ledger import Scan
from kaikukortti.rules.card import CardKind
from kaikukortti.rules.counting import Counts
from kaikukortti.rules.verdict import Reason
from tests import factories
from tests.doorbookings import make_booking, word_body
from tests.factories import NOW
from venues import scanning, sync
from venues.sync import Answer, Result


@pytest.fixture
def venue():
    return factories.make_venue()


@pytest.fixture
def tablet(venue):
    return factories.make_tablet(venue).known


@pytest.fixture
def send(tablet):
    def one(body) -> Answer:
        return sync.accept([factories.item_of(body)], device=tablet, received_at=NOW + timedelta(seconds=1))[0]

    return one


def check(tablet, *, occurrence, **named):
    return scanning.check(**named, occurrence=occurrence.id, device=tablet, now=NOW)


def counts_of(scan_id: str) -> Counts:
    scan = db.session.get_one(Scan, scan_id)
    return Counts(scan.adult, scan.child, scan.assistant, scan.interpreter, scan.worker, scan.under16)


def test_a_group_comes_with_fewer_than_planned(tablet, venue, send):
    tonight = factories.make_occurrence(venue=venue, quota=20)
    group = factories.make_issued_card(kind=CardKind.COMMUNITY)
    booking = make_booking(group, tonight, own_cards=4, access_needs=["step_free"])
    checked = check(tablet, code=group.number, occurrence=tonight)
    assert (checked.booked.counts, checked.own_read) == (Counts(worker=2, under16=6), 0)
    body = factories.scan_body(group, occurrence=tonight, adult=0, worker=2, under16=4)
    assert send(body).result is Result.ACCEPTED
    assert counts_of(body["scan_id"]).uses == 6 and booking.worker + booking.under16 == 8


def test_own_cards_take_the_places_that_the_group_keeps_for_them(venue, tablet, send):
    small = factories.make_occurrence(venue=venue, quota=10)
    unit = factories.make_unit()
    group = factories.make_issued_card(unit, kind=CardKind.COMMUNITY)
    booking = make_booking(group, small, own_cards=2)
    stranger, *own = factories.make_issued_card(), *(factories.make_issued_card(unit) for _ in range(2))
    assert check(tablet, code=stranger.number, occurrence=small).verdict.reason is Reason.FULL
    assert send(factories.scan_body(own[0], occurrence=small)).flags == ()
    assert check(tablet, booking=booking.ref, occurrence=small).own_read == 1
    assert send(word_body(booking, adult=0, worker=2, under16=6)).flags == ()
    assert check(tablet, code=stranger.number, occurrence=small).verdict.reason is Reason.FULL
    assert send(factories.scan_body(own[1], occurrence=small)).flags == ()
    assert check(tablet, code=group.number, occurrence=small).own_read == 2
    uses = sum(counts_of(scan_id).uses for scan_id in db.session.scalars(sa.select(Scan.scan_id)))
    assert uses == 10, "eight of the group and two with cards of their own"
