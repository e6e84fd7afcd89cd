"""The last place, asked for by many at once: booked once; bookings, checks and walk-ins together stay in the quota."""

import functools
from datetime import timedelta

import pytest
import sqlalchemy as sa

from kaikukortti.db import db
from kaikukortti.models.bookings import Booking
from kaikukortti.models.ledger import Scan, ScanDecision
from kaikukortti.models.programme import Hold
from kaikukortti.rules.access import Role
from kaikukortti.rules.booking import KEEPING, BookedBy, BookingState
from kaikukortti.rules.counting import Counts
from tests import factories, patience
from tests.factories import NOW
from venues import bookings, quotas, scanning, sync, waitinglist
from venues.bookingchecks import AlreadyBooked, NoPlacesLeft
from venues.bookings import Booked

ASKING = 100
HOUR = timedelta(hours=1)


@pytest.fixture
def venue():
    return factories.make_venue()


@pytest.fixture
def ask(venue):
    """Return a function that makes one call of a booking by telephone, ready to be made in a thread of its own."""
    staff = factories.make_actor(Role.VENUE_STAFF, venue)
    where = {"venue_id": venue.id, "area_id": venue.area_id}

    def one(code: str, occurrence_id: int, *, may_wait: bool = False):
        book = functools.partial(
            bookings.book,
            code,
            occurrence_id=occurrence_id,
            counts=Counts(adult=1),
            booked_by=BookedBy.VENUE,
            actor=staff,
            may_wait=may_wait,
            now=NOW,
            **where,
        )
        return functools.partial(patience.until_let_in, book)

    return one


def make_codes() -> list[str]:
    unit = factories.make_unit()
    return [factories.make_issued_card(unit).number for _ in range(ASKING)]


def count(state: BookingState) -> int:
    db.session.rollback()
    return db.session.scalar(sa.select(sa.func.count(Booking.id)).where(Booking.state == state)) or 0


def test_a_hundred_bookings_of_the_last_place(together, ask, venue):
    tonight = factories.make_occurrence(venue=venue, quota=1, starts_at=NOW + 9 * HOUR).id
    answers = together(*(ask(code, tonight) for code in make_codes()))
    assert [type(answer) for answer in answers].count(NoPlacesLeft) == ASKING - 1
    (booked,) = [answer for answer in answers if isinstance(answer, Booked)]
    assert booked.state is BookingState.BOOKED and count(BookingState.BOOKED) == 1


def test_a_hundred_with_a_waiting_list(together, ask, venue):
    tonight = factories.make_occurrence(venue=venue, quota=3, starts_at=NOW + 9 * HOUR).id
    answers = together(*(ask(code, tonight, may_wait=True) for code in make_codes()))
    assert (count(BookingState.BOOKED), count(BookingState.WAITING)) == (3, ASKING - 3)
    assert len({answer.word for answer in answers}) == ASKING, "a word for each"


def test_the_same_card_a_hundred_times(together, ask, venue):
    tonight = factories.make_occurrence(venue=venue, starts_at=NOW + 9 * HOUR).id
    code, *_ = make_codes()
    answers = together(*(ask(code, tonight) for _ in range(ASKING)))
    assert [type(answer) for answer in answers].count(AlreadyBooked) == ASKING - 1
    assert count(BookingState.BOOKED) == 1


def test_words_of_two_events_of_one_day_never_meet(together, ask, venue):
    evenings = [factories.make_occurrence(venue=venue, starts_at=NOW + n * HOUR).id for n in (8, 9)]
    answers = together(*(ask(code, evenings[place % 2]) for place, code in enumerate(make_codes())))
    assert len({answer.word for answer in answers}) == ASKING


def test_bookings_checks_and_walk_ins_together_stay_in_the_quota(together, ask, venue):
    tonight = factories.make_occurrence(venue=venue, quota=37, starts_at=NOW + HOUR).id
    tablet = factories.make_tablet(venue).known

    def walk_in(code: str) -> bool:
        check = scanning.check(code=code, ref=None, occurrence=tonight, device=tablet, now=NOW)
        if check.verdict.admits:
            item = factories.make_item(code, occurrence=tonight)
            assert sync.accept([item], device=tablet, received_at=NOW)[0].flags == ()
        return check.verdict.admits

    codes = make_codes()
    calls = [ask(code, tonight) if place % 2 else functools.partial(walk_in, code) for place, code in enumerate(codes)]
    answers = together(*calls)
    unexpected = [one for one in answers if isinstance(one, Exception) and not isinstance(one, NoPlacesLeft)]
    assert unexpected == []
    inside = db.session.scalar(sa.select(sa.func.count(Scan.scan_id)))
    assert inside == answers.count(True) and db.session.scalar(sa.select(sa.func.count(ScanDecision.id))) == 0
    assert inside + count(BookingState.BOOKED) == 37 == quotas.count_given(tonight, now=NOW)
    assert db.session.scalar(sa.select(sa.func.count(Hold.id)).where(Hold.used_at.is_(None))) == 0


def test_a_place_that_comes_free_is_offered_once(together, ask, venue):
    tonight = factories.make_occurrence(venue=venue, quota=1, starts_at=NOW + 9 * HOUR).id
    first, *rest = make_codes()
    ref = ask(first, tonight)().ref
    for code in rest[:5]:
        ask(code, tonight, may_wait=True)()
    settle = functools.partial(waitinglist.settle, venue_id=venue.id, now=NOW)
    cancel = functools.partial(bookings.cancel, ref, venue_id=venue.id, now=NOW)
    answers = together(cancel, *(ask(code, tonight) for code in rest[5:60]), *[settle] * 10)
    assert [type(answer) for answer in answers[1:56]].count(NoPlacesLeft) == 55
    assert (count(BookingState.OFFERED), count(BookingState.WAITING)) == (1, 4)
    kept = sa.select(sa.func.count(Booking.id)).where(Booking.state.in_(KEEPING))
    assert db.session.scalar(kept) == 1
