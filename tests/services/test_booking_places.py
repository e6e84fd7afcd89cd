"""Places of a quota with bookings: kept against everybody else, free for their own card, never given twice."""

from collections.abc import Callable

import pytest
import sqlalchemy as sa

from kaikukortti.db import db
from kaikukortti.models.bookings import Booking
from kaikukortti.models.programme import Occurrence
from kaikukortti.rules.access import Role
from kaikukortti.rules.booking import BookedBy, BookingState
from kaikukortti.rules.card import CardKind
from kaikukortti.rules.counting import Counts
from kaikukortti.rules.flag import Flag
from kaikukortti.rules.quota import Quota
from kaikukortti.rules.verdict import Reason
from tests import factories
from tests.factories import NOW
from venues import bookingchecks, bookings, dates, quotas, scanning, sync
from venues.bookings import Booked


@pytest.fixture
def venue():
    return factories.make_venue()


@pytest.fixture
def tablet(venue):
    return factories.make_tablet(venue).known


@pytest.fixture
def plan(venue) -> Callable[..., Occurrence]:
    return lambda quota, **facts: factories.make_occurrence(venue=venue, quota=quota, **facts)


@pytest.fixture
def book(venue):
    staff = factories.make_actor(Role.VENUE_STAFF, venue)

    def by_phone(card, occurrence, **counts) -> Booked:
        return bookings.book(
            card.number,
            occurrence_id=occurrence.id,
            counts=Counts(**{"adult": 1} | counts),
            booked_by=BookedBy.VENUE,
            venue_id=venue.id,
            area_id=venue.area_id,
            actor=staff,
            now=NOW,
        )

    return by_phone


@pytest.fixture
def check(tablet):
    def ask(card, occurrence):
        return scanning.check(code=card.number, ref=None, occurrence=occurrence.id, device=tablet, now=NOW)

    return ask


@pytest.fixture
def send(tablet):
    def one(card, occurrence, **fields):
        item = factories.make_item(card, occurrence=occurrence, **fields)
        return sync.accept([item], device=tablet, received_at=NOW)[0]

    return one


def given(occurrence) -> int:
    return quotas.count_given(occurrence.id, now=NOW)


def test_a_booked_place_is_kept_against_walk_ins_and_free_for_its_card(book, check, send, plan):
    tonight, card = plan(1), factories.make_issued_card()
    book(card, tonight)
    stranger = factories.make_issued_card()
    assert check(stranger, tonight).verdict.reason is Reason.FULL
    with pytest.raises(bookingchecks.NoPlacesLeft) as refused:
        book(stranger, tonight)
    assert refused.value.details == {"left": 0}
    assert check(card, tonight).verdict.admits
    assert send(card, tonight).flags == ()
    assert given(tonight) == 1 and send(stranger, tonight).flags == (Flag.OVER,)


def test_a_check_of_a_booked_card_keeps_no_place_twice(book, check, plan):
    tonight, family = plan(4), factories.make_issued_card(children=2)
    book(family, tonight, child=1)
    assert given(tonight) == 2
    assert check(family, tonight).hold.places == 3
    assert given(tonight) == 3, "the hold keeps one more than was booked"
    assert check(factories.make_issued_card(), tonight).verdict.admits
    assert check(factories.make_issued_card(), tonight).verdict.reason is Reason.FULL


def test_who_came_with_fewer_frees_the_rest(book, send, check, plan):
    tonight, family = plan(3), factories.make_issued_card(children=2)
    book(family, tonight, child=2)
    send(family, tonight)
    assert given(tonight) == 1 and check(factories.make_issued_card(), tonight).verdict.admits


@pytest.mark.parametrize(("takes_children", "places"), [(True, 3), (False, 1)])
def test_helpers_take_no_place_and_children_by_the_venue_s_rule(book, plan, venue, takes_children, places):
    venue.children_take_places = takes_children
    db.session.commit()
    tonight = plan(5)
    book(factories.make_issued_card(children=2), tonight, child=2, assistant=1, interpreter=1)
    assert given(tonight) == places
    left = quotas.list_left(venue.id, from_on=tonight.on_day, children_take_places=takes_children, now=NOW)
    assert left == {tonight.id: 5 - places}
    assert [free.places for free in quotas.list_free(venue.area_id, now=NOW)] == [5 - places]


def test_cancelling_frees_the_place_at_once(book, check, plan, venue):
    tonight = plan(1)
    booked = book(factories.make_issued_card(), tonight)
    bookings.cancel(booked.ref, venue_id=venue.id, now=NOW)
    assert check(factories.make_issued_card(), tonight).verdict.admits


def test_sold_out_lets_in_who_has_booked(book, check, send, plan):
    for quota in (5, None):
        tonight, card = plan(quota), factories.make_issued_card()
        book(card, tonight)
        tonight.sold_out = True
        db.session.commit()
        assert check(factories.make_issued_card(), tonight).verdict.reason is Reason.FULL
        assert check(card, tonight).verdict.admits and send(card, tonight).flags == ()


def test_a_hold_of_the_own_check_can_be_booked(check, book, plan):
    tonight, card = plan(1), factories.make_issued_card()
    check(card, tonight)
    assert book(card, tonight).state is BookingState.BOOKED
    assert given(tonight) == 1


def test_a_quota_is_not_lowered_below_what_is_booked(book, plan, venue):
    tonight, manager = plan(5), factories.make_actor(Role.VENUE_MANAGER, venue)
    book(factories.make_issued_card(children=2), tonight, child=2)
    with pytest.raises(dates.QuotaBelowGiven) as refused:
        dates.set_places(tonight.id, given=Quota(2), sold_out=False, actor=manager, now=NOW)
    assert refused.value.details["given"] == 3
    assert dates.set_places(tonight.id, given=Quota(3), sold_out=False, actor=manager, now=NOW) == 1


def make_group(occurrence, unit, *, own_cards: int, **fields) -> None:
    """Write a group's booking as it stands once the venue has accepted it."""
    values = {
        "ref": f"{own_cards:016x}",
        "venue_id": occurrence.venue_id,
        "occurrence_id": occurrence.id,
        "on_day": occurrence.on_day,
        "word": "orava",
        "kind": "group",
        "booked_by": "unit",
        "state": "booked",
        "holder": factories.make_issued_card(unit, kind=CardKind.COMMUNITY).line,
        "unit_id": unit.id,
        "access_needs": [],
        "created_at": NOW,
        "changed_at": NOW,
    }
    db.session.execute(sa.insert(Booking), values | {"own_cards": own_cards} | fields)
    db.session.commit()


def test_own_cards_of_a_group_take_the_places_that_it_keeps(plan, check, send):
    tonight, unit = plan(4), factories.make_unit()
    make_group(tonight, unit, own_cards=3, worker=1)
    own, others = [factories.make_issued_card(unit) for _ in range(4)], factories.make_issued_card()
    assert given(tonight) == 4 and check(others, tonight).verdict.reason is Reason.FULL
    for count, card in enumerate(own[:3], start=1):
        assert check(card, tonight).verdict.admits and given(tonight) == 4, count
        assert send(card, tonight).flags == () and given(tonight) == 4, count
    assert check(own[3], tonight).verdict.reason is Reason.FULL, "the fourth was not announced"


def test_places_for_own_cards_outlast_the_reading_of_the_group_s_code(plan, check):
    tonight, unit = plan(2), factories.make_unit()
    make_group(tonight, unit, own_cards=2, state="redeemed")
    assert check(factories.make_issued_card(), tonight).verdict.reason is Reason.FULL
    assert check(factories.make_issued_card(unit), tonight).verdict.admits


def test_places_of_a_group_cannot_be_booked_by_its_members(plan, book):
    tonight, unit = plan(2), factories.make_unit()
    make_group(tonight, unit, own_cards=1, worker=1)
    with pytest.raises(bookingchecks.NoPlacesLeft):
        book(factories.make_issued_card(unit), tonight)


def test_who_has_booked_alone_takes_no_place_of_the_group(plan, book, send, check):
    tonight, unit = plan(3), factories.make_unit()
    make_group(tonight, unit, own_cards=2)
    alone = factories.make_issued_card(unit)
    book(alone, tonight)
    send(alone, tonight)
    assert given(tonight) == 3
    assert [check(factories.make_issued_card(unit), tonight).verdict.admits for _ in range(3)] == [True, True, False]


def test_a_group_that_only_asks_keeps_nothing(plan, check):
    tonight = plan(1)
    make_group(tonight, factories.make_unit(), own_cards=1, state="asked")
    assert given(tonight) == 0 and check(factories.make_issued_card(), tonight).verdict.admits
