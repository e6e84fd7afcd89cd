"""Places booked for a card: who may book what, what is refused and how, cancelled, redeemed, judged a no-show."""

from collections.abc import Callable
from datetime import timedelta

import pytest
import sqlalchemy as sa

from kaikukortti import cardregister
from kaikukortti.db import db
from kaikukortti.errors import NotFound
from kaikukortti.models.bookings import Booking
from kaikukortti.models.network import PartnerState, Venue
from kaikukortti.rules.access import Role
from kaikukortti.rules.booking import BookedBy, BookingKind, BookingState
from kaikukortti.rules.card import CardKind
from kaikukortti.rules.programme import EventKind, Planned
from tests import bookingsteps, factories
from tests.bookingsteps import book_as_unit, entries, row
from tests.factories import DAY, NOW, TODAY
from venues import bookingchecks, bookinglists, bookings, lookup

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


def test_a_booking_by_telephone_has_a_word_and_no_unit(book, show):
    card = factories.make_issued_card(children=2)
    booked = book(card.number.lower(), show, child=2, assistant=1)
    stored = row(booked)
    assert (booked.state, stored.state, stored.word) == (BookingState.BOOKED, BookingState.BOOKED, booked.word)
    assert (stored.adult, stored.child, stored.assistant, stored.kind) == (1, 2, 1, BookingKind.SINGLE)
    assert (stored.holder, stored.card_id, stored.raw_code, stored.unit_id) == (card.line, card.id, None, None)
    assert stored.on_day == TODAY + DAY and len(booked.ref) == 16
    (entry,) = entries("booking.made")
    assert entry.card_ref and entry.organisation == f"venue:{show.venue_id}" and card.number not in str(entry.detail)


def test_a_code_from_elsewhere_is_booked_with_its_code(book, show):
    stored = row(book("VA12345", show))
    assert (stored.raw_code, stored.card_id) == ("VA12345", None)
    with pytest.raises(bookingchecks.AlreadyBooked):
        book("va 12345", show)


def test_words_are_one_and_the_same_once_a_day(book, venue):
    evenings = [factories.make_occurrence(venue=venue, starts_at=TOMORROW + n * HOUR) for n in range(3)]
    words = [book(factories.make_issued_card(), evening).word for evening in evenings for _ in range(5)]
    assert len(set(words)) == 15


@pytest.mark.parametrize(
    "make",
    [
        lambda: factories.make_stock_card().number,
        lambda: factories.make_issued_card(blocked_at=NOW - DAY).number,
        lambda: factories.make_issued_card(last_on=TODAY).number,
        lambda: factories.make_issued_card(first_on=TODAY + 2 * DAY).number,
        factories.make_number,
    ],
)
def test_cards_that_cannot_be_used_then_are_refused_alike(book, show, make):
    code = make()
    with pytest.raises(bookingchecks.CardRefused):
        book(code, show)
    (entry,) = entries("booking.refused")
    assert entry.detail == {"occurrence": show.id, "reason": "booking_card_refused"}
    assert db.session.scalar(sa.select(sa.func.count(Booking.id))) == 0


def test_a_slip_of_the_tongue_is_told(book, show):
    with pytest.raises(cardregister.NumberMalformed) as refused:
        book("EK1234", show)
    assert refused.value.details["problem"] == "length"


def test_a_card_is_judged_on_the_day_of_the_event(book, venue, show):
    ends_today = factories.make_issued_card(last_on=TODAY)
    later = factories.make_occurrence(venue=venue, starts_at=NOW + HOUR, opens_at=NOW + HOUR / 2)
    assert book(ends_today, later).state is BookingState.BOOKED, "the doors need not be open to book"


@pytest.mark.parametrize(
    ("counts", "adults", "children"),
    [({"adult": 2}, 1, 2), ({"child": 3}, 1, 2), ({"worker": 1}, 1, 2)],
)
def test_a_card_brings_no_more_than_the_register_says(book, show, counts, adults, children):
    with pytest.raises(bookingchecks.TooManyTickets) as refused:
        book(factories.make_issued_card(children=2), show, **counts)
    assert refused.value.details == {"adults": adults, "children": children}


def test_no_children_on_courses_and_somebody_has_to_come(book, venue, show):
    card = factories.make_issued_card(children=2)
    course = factories.make_occurrence(venue=venue, starts_at=TOMORROW, kind=EventKind.COURSE)
    with pytest.raises(bookingchecks.TooManyTickets):
        book(card, course, child=1)
    with pytest.raises(bookingchecks.NobodyComes):
        book(card, show, adult=0, assistant=1)


def test_a_community_card_brings_workers_and_clients(book, show):
    card = factories.make_issued_card(kind=CardKind.COMMUNITY)
    stored = row(book(card, show, adult=2, child=9))
    assert (stored.kind, stored.adult, stored.worker, stored.under16) == (BookingKind.GROUP, 0, 2, 9)


def test_one_card_has_one_booking_of_a_date(book, show, venue):
    card = factories.make_issued_card()
    first = book(card, show)
    with pytest.raises(bookingchecks.AlreadyBooked):
        book(card, show)
    bookings.cancel(first.ref, venue_id=venue.id, now=NOW)
    assert book(card, show).state is BookingState.BOOKED


def test_dates_that_cannot_be_booked(book, venue):
    card = factories.make_issued_card()
    past = factories.make_occurrence(venue=venue, starts_at=NOW - 3 * HOUR)
    called_off = factories.make_occurrence(venue=venue, starts_at=TOMORROW, state=Planned.CANCELLED)
    closed = factories.make_occurrence(venue=venue, starts_at=NOW - HOUR, closes_at=NOW)
    elsewhere = factories.make_occurrence(starts_at=TOMORROW)
    for occurrence, no in (
        (past, bookingchecks.OccurrenceOver),
        (called_off, bookingchecks.OccurrenceCancelled),
        (closed, bookingchecks.BookingClosed),
        (elsewhere, lookup.OccurrenceElsewhere),
    ):
        with pytest.raises(no):
            book(card, occurrence)
    venue.state = PartnerState.PAUSED
    db.session.commit()
    with pytest.raises(bookingchecks.BookingClosed):
        book(card, factories.make_occurrence(venue=venue, starts_at=TOMORROW))


def test_only_the_venue_s_own_people_book_at_its_desk(book, show, worker):
    for actor in (worker, factories.make_actor(Role.VENUE_STAFF), factories.make_actor(Role.COORDINATOR)):
        with pytest.raises(NotFound):
            book(factories.make_issued_card(), show, actor=actor)


def test_a_unit_books_for_its_own_holders_alone(worker, show):
    unit = factories.unit_of(worker)
    stored = row(book_as_unit(worker, factories.make_issued_card(unit), show))
    assert (stored.unit_id, stored.booked_by) == (worker.unit_id, BookedBy.UNIT)
    with pytest.raises(cardregister.NumberUnknown):
        book_as_unit(worker, factories.make_issued_card(), show)
    with pytest.raises(cardregister.NumberUnknown):
        book_as_unit(worker, factories.make_stock_card(unit), show)
    with pytest.raises(cardregister.IsCommunityCard):
        book_as_unit(worker, factories.make_issued_card(unit, kind=CardKind.COMMUNITY), show)


def test_a_booking_of_one_is_not_there_for_others(worker, show, staff, book):
    theirs = book_as_unit(worker, factories.make_issued_card(factories.unit_of(worker)), show)
    phoned = book(factories.make_issued_card(), show)
    stranger, elsewhere = factories.make_actor(), factories.make_actor(Role.VENUE_STAFF)
    for ref, whose in (
        (theirs.ref, {"unit_id": stranger.unit_id, "actor": stranger}),
        (theirs.ref, {"unit_id": worker.unit_id, "actor": stranger}),
        (theirs.ref, {"venue_id": elsewhere.venue_id, "actor": elsewhere}),
        (theirs.ref, {"venue_id": show.venue_id, "actor": elsewhere}),
        (phoned.ref, {"unit_id": worker.unit_id, "actor": worker}),
        ("0" * 16, {"venue_id": show.venue_id, "actor": staff}),
    ):
        with pytest.raises(NotFound):
            bookings.cancel(ref, now=NOW, **whose)
    with pytest.raises(NotFound):
        bookinglists.read_of_unit(theirs.ref, actor=stranger, now=NOW)
    with pytest.raises(NotFound):
        bookinglists.read_of_unit(phoned.ref, actor=worker, now=NOW)
    with pytest.raises(NotFound):
        bookinglists.read_tonight(theirs.ref, actor=elsewhere, now=NOW)


def test_what_is_cancelled_stays_so(book, show, venue, staff):
    booked = book(factories.make_issued_card(), show)
    cancelled = bookings.cancel(booked.ref, venue_id=venue.id, actor=staff, now=NOW)
    assert cancelled.state is BookingState.CANCELLED and entries("booking.cancelled")
    with pytest.raises(bookingchecks.BookingEnded):
        bookings.cancel(booked.ref, venue_id=venue.id, actor=staff, now=NOW)
    over = book(factories.make_issued_card(), show)
    with pytest.raises(bookingchecks.BookingEnded):
        bookings.cancel(over.ref, venue_id=venue.id, actor=staff, now=TOMORROW + 3 * HOUR)
