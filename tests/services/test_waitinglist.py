"""Who waits for a place: offered in the order of asking, judged by time, handed on when nobody takes it."""

from datetime import timedelta

import pytest
import sqlalchemy as sa

from kaikukortti.db import db
from kaikukortti.errors import NotFound
from kaikukortti.models.bookings import Booking
from kaikukortti.rules.access import Role
from kaikukortti.rules.booking import BookedBy, BookingState
from kaikukortti.rules.counting import Counts
from kaikukortti.rules.quota import Quota
from tests import factories
from tests.factories import DAY, NOW
from venues import bookinglists, bookings, dates, waitinglist
from venues.waitinglist import OfferGone

HOUR = timedelta(hours=1)
SHOW_AT = NOW + 5 * DAY
BOOKED, WAITING, OFFERED = BookingState.BOOKED, BookingState.WAITING, BookingState.OFFERED
EXPIRED = BookingState.EXPIRED


@pytest.fixture
def venue():
    return factories.make_venue()


@pytest.fixture
def full(venue):
    """Return an event with two places."""
    return factories.make_occurrence(venue=venue, quota=2, starts_at=SHOW_AT)


@pytest.fixture
def ask(venue):
    """Return a function that books or waits, and returns the ref."""
    staff = factories.make_actor(Role.VENUE_STAFF, venue)

    def by_phone(occurrence, *, children=0, now=NOW) -> str:
        booked = bookings.book(
            factories.make_issued_card(children=children).number,
            occurrence_id=occurrence.id,
            counts=Counts(adult=1, child=children),
            booked_by=BookedBy.VENUE,
            venue_id=venue.id,
            area_id=venue.area_id,
            actor=staff,
            may_wait=True,
            now=now,
        )
        return booked.ref

    return by_phone


def state(ref: str) -> BookingState:
    db.session.rollback()
    return db.session.execute(sa.select(Booking.state).where(Booking.ref == ref)).scalar_one()


def until(ref: str):
    return db.session.scalar(sa.select(Booking.offered_until).where(Booking.ref == ref))


def cancel(ref: str, venue, *, now=NOW) -> None:
    bookings.cancel(ref, venue_id=venue.id, now=now)


def test_a_place_that_comes_free_is_offered_for_a_day(ask, full, venue):
    first, second, third, fourth = (ask(full, now=NOW + n * HOUR) for n in range(4))
    assert [state(ref) for ref in (first, second, third, fourth)] == [BOOKED, BOOKED, WAITING, WAITING]
    cancel(first, venue, now=NOW + 5 * HOUR)
    assert (state(third), until(third)) == (OFFERED, NOW + 5 * HOUR + DAY)
    assert state(fourth) is WAITING
    bookings.accept_offer(third, venue_id=venue.id, now=NOW + 6 * HOUR)
    assert (state(third), until(third)) == (BOOKED, None)


def test_an_offer_ends_two_hours_before_the_start_at_the_latest(ask, full, venue):
    first, _, third = (ask(full) for _ in range(3))
    cancel(first, venue, now=SHOW_AT - 3 * HOUR)
    assert until(third) == SHOW_AT - 2 * HOUR


def test_less_than_two_hours_before_the_start_the_place_goes_to_the_door(ask, full, venue):
    first, _, third = (ask(full) for _ in range(3))
    cancel(first, venue, now=SHOW_AT - 2 * HOUR)
    assert state(third) is WAITING
    assert state(ask(full, now=SHOW_AT - 2 * HOUR)) is BOOKED, "who asks now gets it"


def test_what_nobody_takes_goes_to_the_next(ask, full, venue):
    first, _, third, fourth = (ask(full, now=NOW + n * HOUR) for n in range(4))
    cancel(first, venue, now=NOW + 4 * HOUR)
    gone = NOW + 4 * HOUR + DAY
    assert bookinglists.list_tonight(venue.id, on_day=full.on_day, now=gone - HOUR / 60)[-1] is not None
    listed = {line.ref: line.state for line in bookinglists.list_tonight(venue.id, on_day=full.on_day, now=gone)}
    assert third not in listed, "an offer has run out though nobody has written it down"
    with pytest.raises(OfferGone):
        bookings.accept_offer(third, venue_id=venue.id, now=gone)
    waitinglist.settle(venue_id=venue.id, now=gone)
    assert (state(third), state(fourth), until(fourth)) == (EXPIRED, OFFERED, gone + DAY)


def test_letting_go_of_an_offer_hands_it_on(ask, full, venue):
    first, _, third, fourth = (ask(full, now=NOW + n * HOUR) for n in range(4))
    cancel(first, venue)
    cancel(third, venue)
    assert (state(third), state(fourth)) == (BookingState.CANCELLED, OFFERED)


def test_an_offer_keeps_its_place_against_everybody_else(ask, full, venue):
    first, _, third = (ask(full) for _ in range(3))
    cancel(first, venue)
    assert state(ask(full)) is WAITING
    assert dates.read(full.id, actor=factories.make_actor(Role.VENUE_MANAGER, venue), now=NOW).left == 0
    gone = NOW + DAY
    assert state(ask(full, now=gone)) is WAITING, "those who waited longer come first"
    assert state(third) is EXPIRED


def test_who_needs_more_than_is_free_is_passed_over(ask, full, venue):
    first, _ = ask(full), ask(full)
    family, alone = ask(full, children=1), ask(full, now=NOW + HOUR)
    cancel(first, venue)
    assert (state(family), state(alone)) == (WAITING, OFFERED)


def test_more_places_are_offered_at_once(ask, full, venue):
    manager = factories.make_actor(Role.VENUE_MANAGER, venue)
    _, _, third, fourth, fifth = (ask(full, now=NOW + n * HOUR) for n in range(5))
    dates.set_places(full.id, given=Quota(4), sold_out=False, actor=manager, now=NOW + 6 * HOUR)
    assert [state(ref) for ref in (third, fourth, fifth)] == [OFFERED, OFFERED, WAITING]
    dates.set_places(full.id, given=Quota(), sold_out=False, actor=manager, now=NOW + 6 * HOUR)
    assert state(fifth) is OFFERED, "without a limit there is room for everybody"


def test_nothing_is_offered_of_a_date_that_is_sold_out(ask, full, venue):
    manager = factories.make_actor(Role.VENUE_MANAGER, venue)
    first, _, third = (ask(full) for _ in range(3))
    dates.set_places(full.id, given=Quota(2), sold_out=True, actor=manager, now=NOW)
    cancel(first, venue)
    assert state(third) is WAITING
    dates.set_places(full.id, given=Quota(2), sold_out=False, actor=manager, now=NOW)
    assert state(third) is OFFERED


def test_only_who_made_the_booking_takes_the_offer(full, venue, ask):
    worker = factories.make_actor()
    theirs = bookings.book(
        factories.make_issued_card(factories.unit_of(worker)).number,
        occurrence_id=full.id,
        counts=Counts(adult=1),
        booked_by=BookedBy.UNIT,
        venue_id=venue.id,
        area_id=venue.area_id,
        actor=worker,
        unit_id=worker.unit_id,
        now=NOW,
    )
    with pytest.raises(OfferGone):
        bookings.accept_offer(theirs.ref, unit_id=worker.unit_id, actor=worker, now=NOW)
    db.session.execute(sa.update(Booking).values(state=OFFERED, offered_until=NOW + HOUR))
    db.session.commit()
    staff = factories.make_actor(Role.VENUE_STAFF, venue)
    with pytest.raises(NotFound):
        bookings.accept_offer(theirs.ref, venue_id=venue.id, actor=staff, now=NOW)
    assert worker.unit_id is not None and bookinglists.count_news(worker.unit_id, now=NOW) == 1
    bookings.accept_offer(theirs.ref, unit_id=worker.unit_id, actor=worker, now=NOW)
    assert state(theirs.ref) is BOOKED


def test_who_waits_in_vain_has_run_out_after_the_event(ask, full, venue):
    ask(full), ask(full)
    third = ask(full)
    lines = bookinglists.list_tonight(venue.id, on_day=full.on_day, now=SHOW_AT + 2 * HOUR)
    assert third not in {line.ref for line in lines} and len(lines) == 2
