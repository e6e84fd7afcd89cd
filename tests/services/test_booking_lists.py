"""Bookings to read: an evening's list, a unit's own, dates that can be booked; who did not come, or came after all."""

from collections.abc import Callable
from datetime import timedelta

import pytest
import sqlalchemy as sa

from kaikukortti.db import db
from kaikukortti.errors import NotFound
from kaikukortti.models.ledger import Entry, Scan, ScanCard, ScanDecision
from kaikukortti.models.network import Venue
from kaikukortti.rules.access import Role
from kaikukortti.rules.booking import BookingNews, BookingState
from kaikukortti.rules.counting import Counts
from kaikukortti.rules.programme import Planned
from tests import bookingsteps, factories
from tests.bookingsteps import book_as_unit, entries, row
from tests.factories import DAY, NOW, TODAY
from venues import bookabledates, bookingchecks, bookinglists, bookings, noshows, paperday, sync

TOMORROW = NOW + DAY
HOUR = timedelta(hours=1)


@pytest.fixture
def venue() -> Venue:
    return factories.make_venue()


@pytest.fixture
def staff(venue):
    return factories.make_actor(Role.VENUE_STAFF, venue)


@pytest.fixture
def worker():
    return factories.make_actor()


@pytest.fixture
def show(venue):
    """Return tomorrow's event without a limit."""
    return factories.make_occurrence(venue=venue, starts_at=TOMORROW)


@pytest.fixture
def book(venue, staff) -> Callable[..., bookings.Booked]:
    return bookingsteps.phone_of(venue, staff)


def test_a_unit_reads_that_the_venue_cancelled(worker, show, staff):
    booked = book_as_unit(worker, factories.make_issued_card(factories.unit_of(worker)), show)
    bookings.cancel(booked.ref, venue_id=show.venue_id, actor=staff, now=NOW)
    assert bookinglists.count_news(worker.unit_id, now=NOW) == 1
    assert bookinglists.note_read(booked.ref, actor=worker, now=NOW) is BookingNews.CALLED_OFF
    assert bookinglists.note_read(booked.ref, actor=worker, now=NOW) is None
    assert bookinglists.count_news(worker.unit_id, now=NOW) == 0


def test_the_list_of_an_evening_names_no_card_and_no_unit(book, worker, show, venue):
    card = factories.make_issued_card(factories.unit_of(worker), children=1)
    theirs, phoned = book_as_unit(worker, card, show, child=1), book("VA12345", show)
    cancelled = book(factories.make_issued_card(), show)
    bookings.cancel(cancelled.ref, venue_id=venue.id, now=NOW)
    lines = bookinglists.list_tonight(venue.id, on_day=show.on_day, now=NOW)
    assert {line.ref: line.counts for line in lines} == {
        theirs.ref: Counts(adult=1, child=1),
        phoned.ref: Counts(adult=1),
    }
    assert [line.word for line in lines] == sorted(line.word for line in lines)
    told = " ".join(str(value) for line in lines for value in vars(line).values())
    assert card.number not in told and str(card.line) not in told and "VA12345" not in told
    assert {line.ref: line.is_ours for line in lines} == {theirs.ref: False, phoned.ref: True}


def test_a_unit_lists_its_own_with_their_cards(book, worker, show):
    card = factories.make_issued_card(factories.unit_of(worker))
    booked = book_as_unit(worker, card, show)
    book(factories.make_issued_card(factories.unit_of(worker)), show)
    coming, over = bookinglists.list_of_unit(actor=worker, now=NOW)
    assert [(one.booking.ref, one.number, one.state) for one in coming] == [
        (booked.ref, card.number, BookingState.BOOKED)
    ]
    assert over == [] and entries("bookings.listed")[0].organisation == f"unit:{worker.unit_id}"
    coming, over = bookinglists.list_of_unit(actor=worker, now=NOW + 2 * DAY)
    assert coming == [] and [one.state for one in over] == [BookingState.NO_SHOW]
    assert entries("booking.looked_at") == []
    bookinglists.read_of_unit(booked.ref, actor=worker, now=NOW)
    assert entries("booking.looked_at")[0].card_ref


def test_who_did_not_come_is_judged_by_time_and_written_down(book, show, venue):
    came, missed = factories.make_issued_card(), factories.make_issued_card()
    booked, other = book(came, show), book(missed, show)
    item = factories.make_item(came, occurrence=show, occurred=TOMORROW)
    sync.accept([item], device=factories.make_tablet(venue).known, received_at=TOMORROW)
    during, after = TOMORROW + HOUR, TOMORROW + 2 * HOUR
    assert bookings.mark_no_shows(venue.id, on_day=show.on_day, now=during) == 0
    listed = {line.ref: line.state for line in bookinglists.list_tonight(venue.id, on_day=show.on_day, now=after)}
    assert listed == {booked.ref: BookingState.REDEEMED, other.ref: BookingState.NO_SHOW}
    assert row(other).state is BookingState.BOOKED
    assert bookings.mark_no_shows(venue.id, on_day=show.on_day, now=after) == 1
    assert (row(other).state, row(booked).state) == (BookingState.NO_SHOW, BookingState.REDEEMED)
    late = factories.make_item(missed, occurrence=show, occurred=TOMORROW)
    sync.accept([late], device=factories.make_tablet(venue).known, received_at=after)
    assert row(other).state is BookingState.REDEEMED, "a tablet without a network tells late"


def test_they_came_after_all(book, show, venue, staff):
    card = factories.make_issued_card(children=2)
    booked, after = book(card, show, child=2), TOMORROW + 3 * HOUR
    with pytest.raises(bookingchecks.BookingEnded):
        noshows.came_after_all(booked.ref, actor=staff, now=NOW)
    bookings.mark_no_shows(venue.id, on_day=show.on_day, now=after)
    noshows.came_after_all(booked.ref, actor=staff, now=after)
    stored = row(booked)
    scan = db.session.get_one(Scan, stored.scan_id)
    assert stored.state is BookingState.REDEEMED
    assert (scan.adult, scan.child, scan.occurrence_id, scan.on_day) == (1, 2, show.id, show.on_day)
    assert (scan.entry, scan.user_id) == (Entry.BACKLOG, staff.user_id)
    assert db.session.scalar(sa.select(ScanCard.line).where(ScanCard.scan_id == scan.scan_id)) == card.line
    assert db.session.scalar(sa.select(sa.func.count(ScanDecision.id))) == 0, "nothing to ask about"
    with pytest.raises(bookingchecks.BookingEnded):
        noshows.came_after_all(booked.ref, actor=staff, now=after)
    with pytest.raises(NotFound):
        noshows.came_after_all(booked.ref, actor=factories.make_actor(Role.VENUE_STAFF), now=after)


def test_they_came_after_all_for_thirty_days(book, show, staff):
    booked = book(factories.make_issued_card(), show)
    with pytest.raises(paperday.DayTooOld):
        noshows.came_after_all(booked.ref, actor=staff, now=TOMORROW + 31 * DAY)


def test_dates_that_can_be_booked(venue, show, book):
    full = factories.make_occurrence(venue=venue, starts_at=TOMORROW + HOUR, quota=1)
    book(factories.make_issued_card(), full)
    factories.make_occurrence(venue=venue, starts_at=TOMORROW, state=Planned.CANCELLED)
    factories.make_occurrence(venue=venue, starts_at=NOW - 3 * HOUR)
    sold = factories.make_occurrence(venue=venue, starts_at=TOMORROW + 2 * HOUR, sold_out=True)
    other = factories.make_occurrence(starts_at=TOMORROW + 3 * HOUR, quota=5)
    far = factories.make_venue(factories.make_area("HX"))
    abroad = factories.make_occurrence(venue=far, starts_at=TOMORROW)
    ours = bookabledates.Choice(TODAY, venue_id=venue.id)
    of_area = bookabledates.Choice(TODAY, area_id=venue.area_id)
    found = [(one.occurrence.id, one.left) for one in bookabledates.list_them(ours, now=NOW)]
    assert found == [(show.id, None), (full.id, 0), (sold.id, 0)] and bookabledates.count(ours, now=NOW) == 3
    assert [one.left for one in bookabledates.list_them(of_area, now=NOW)] == [None, 0, 0, 5]
    assert bookabledates.find(other.id, area_id=venue.area_id, now=NOW).left == 5
    for occurrence_id, whose in ((other.id, {"venue_id": venue.id}), (abroad.id, {"area_id": venue.area_id})):
        with pytest.raises(NotFound):
            bookabledates.find(occurrence_id, now=NOW, **whose)
