"""A booking at the door: found by its card or its word, redeemed once, flagged and never refused."""

from datetime import timedelta

import pytest
import sqlalchemy as sa

from kaikukortti.db import db
from kaikukortti.models.bookings import Booking
from kaikukortti.models.ledger import Scan, ScanCard
from kaikukortti.rules import flag
from kaikukortti.rules.access import Role
from kaikukortti.rules.booking import BookingState
from kaikukortti.rules.card import State
from kaikukortti.rules.counting import Counts
from kaikukortti.rules.flag import Flag, WithdrawalReason
from kaikukortti.rules.verdict import Reason, VerdictClass
from tests import cardlives, factories
from tests.doorbookings import make_booking, word_body
from tests.factories import DAY, NOW, TONIGHT
from venues import decisions, reconcile, redeeming, scanning, sync
from venues.decisions import Given
from venues.sync import Answer, Result

MINUTE = timedelta(minutes=1)


@pytest.fixture
def venue():
    return factories.make_venue()


@pytest.fixture
def tablet(venue):
    return factories.make_tablet(venue).known


@pytest.fixture
def tonight(venue):
    return factories.make_occurrence(venue=venue, quota=20)


@pytest.fixture
def send(tablet):
    def one(body, *, after=timedelta(), device=tablet) -> Answer:
        return sync.accept([factories.item_of(body)], device=device, received_at=NOW + after)[0]

    return one


def check(tablet, *, occurrence, **named):
    return scanning.check(**named, occurrence=occurrence and occurrence.id, device=tablet, now=NOW)


def state_of(booking) -> tuple[BookingState, str | None]:
    db.session.expire_all()
    found = db.session.get_one(Booking, booking.id)
    return found.state, found.scan_id


def counts_of(scan_id: str) -> Counts:
    scan = db.session.get_one(Scan, scan_id)
    return Counts(scan.adult, scan.child, scan.assistant, scan.interpreter, scan.worker, scan.under16)


def card_of(scan_id: str) -> int | None:
    return db.session.scalar(sa.select(ScanCard.card_id).where(ScanCard.scan_id == scan_id))


# --- By its card


def test_a_card_brings_its_booking_along(tablet, tonight, send):
    card = factories.make_issued_card(children=3)
    booking = make_booking(card, tonight, child=2)
    checked = check(tablet, code=card.number, occurrence=tonight)
    assert checked.booked is not None and (checked.booked.word, checked.booked.counts) == ("Omena", Counts(1, 2))
    assert (checked.ref, checked.own_read) == (card.ref, None)
    body = factories.scan_body(card, occurrence=tonight, child=1)
    assert send(body).result is Result.ACCEPTED
    assert state_of(booking) == (BookingState.REDEEMED, body["scan_id"])
    assert counts_of(body["scan_id"]) == Counts(1, 1), "who came, not who was planned"
    assert (booking.adult, booking.child) == (1, 2), "what was planned stays"


@pytest.mark.parametrize("elsewhere", ["other date", "other card", "cancelled", "offer over", "declined"])
def test_a_booking_that_is_none_is_not_told(tablet, venue, tonight, elsewhere):
    card = factories.make_issued_card()
    later = factories.make_occurrence(tonight.event, starts_at=TONIGHT + DAY)
    ends = {
        "cancelled": BookingState.CANCELLED,
        "declined": BookingState.DECLINED,
        "offer over": BookingState.OFFERED,
    }
    make_booking(
        factories.make_issued_card() if elsewhere == "other card" else card,
        later if elsewhere == "other date" else tonight,
        state=ends.get(elsewhere, BookingState.BOOKED),
        offered_until=NOW,
    )
    assert check(tablet, code=card.number, occurrence=tonight).booked is None


def test_a_code_from_elsewhere_redeems_too(tablet, tonight, send):
    booking = make_booking("KUO-2231", tonight)
    assert check(tablet, code="KUO-2231", occurrence=tonight).booked.word == "Omena"
    assert send(factories.scan_body("KUO-2231", occurrence=tonight)).flags == (Flag.ELSEWHERE,)
    assert state_of(booking)[0] is BookingState.REDEEMED


def test_a_day_at_the_house_can_be_booked(tablet, venue, send):
    card = factories.make_issued_card()
    booking = make_booking(card, venue)
    assert check(tablet, code=card.number, occurrence=None).booked.word == "Omena"
    assert send(factories.scan_body(card, occurred=NOW - DAY)).result is Result.ACCEPTED
    assert state_of(booking)[0] is BookingState.BOOKED, "yesterday is another day"
    send(factories.scan_body(card))
    assert state_of(booking)[0] is BookingState.REDEEMED


@pytest.mark.parametrize("before", [BookingState.OFFERED, BookingState.WAITING, BookingState.NO_SHOW])
def test_who_comes_in_has_redeemed_what_was_open(tonight, send, before):
    card = factories.make_issued_card()
    booking = make_booking(card, tonight, state=before, offered_until=NOW + MINUTE)
    send(factories.scan_body(card, occurrence=tonight))
    assert state_of(booking)[0] is BookingState.REDEEMED


def test_tickets_that_are_none_redeem_nothing(tonight, send):
    card = factories.make_issued_card()
    booking = make_booking(card, tonight)
    send(factories.scan_body(card, occurrence=tonight, adult=0))
    assert state_of(booking)[0] is BookingState.BOOKED


def test_an_event_without_bookings_costs_no_statement_more(tablet, venue):
    card, booked_card = factories.make_issued_card(), factories.make_issued_card()
    tonight, booked = (factories.make_occurrence(venue=venue) for _ in range(2))
    make_booking(booked_card, booked)
    spent = []
    for one, there in ((card, tonight), (card, booked), (booked_card, booked), (card, None)):
        item = factories.make_item(one, occurrence=there)
        with cardlives.counted_statements() as sent:
            scanning.record(item, device=tablet, received_at=NOW)
        spent.append(len(sent))
    plain, looked, redeemed, house = spent
    assert (looked, house) == (plain + 1, plain - 1), "an event is read, and where it has bookings they are"
    assert redeemed <= plain + 3


# --- By its word


def test_a_word_is_judged_by_its_card_and_tells_nothing_of_it(tablet, tonight, send):
    card = factories.make_issued_card(children=3)
    booking = make_booking(card, tonight, child=2)
    checked = check(tablet, booking=booking.ref, occurrence=tonight)
    assert (checked.verdict.klass, checked.verdict.limits.child) == (VerdictClass.COUNTS, 3)
    assert (checked.kind, checked.ref, checked.valid_until, checked.children) == (None, None, None, 0)
    body = word_body(booking, child=2)
    assert send(body).result is Result.ACCEPTED
    assert state_of(booking) == (BookingState.REDEEMED, body["scan_id"])
    assert card_of(body["scan_id"]) == card.id, "the ledger knows whose visit it was"
    assert check(tablet, code=card.number, occurrence=tonight).verdict.klass is VerdictClass.ALREADY


def test_a_card_that_was_replaced_since_is_the_new_one(tonight, send, tablet):
    old = factories.make_issued_card()
    booking = make_booking(old, tonight)
    new = factories.make_issued_card(line=old.line or "")
    old.state = State.REPLACED
    db.session.commit()
    assert check(tablet, booking=booking.ref, occurrence=tonight).verdict.klass is VerdictClass.WELCOME
    body = word_body(booking)
    assert send(body).flags == ()
    assert card_of(body["scan_id"]) == new.id


def test_a_card_that_was_blocked_since_is_not_let_in_online_and_flagged_afterwards(tablet, tonight, send):
    card = factories.make_issued_card(blocked_at=NOW - DAY)
    booking = make_booking(card, tonight)
    checked = check(tablet, booking=booking.ref, occurrence=tonight)
    assert (checked.verdict.reason, checked.booked) == (Reason.NOT_IN_USE, None)
    assert Flag.BLOCKED in send(word_body(booking)).flags


@pytest.mark.parametrize("first", ["card", "word"])
@pytest.mark.parametrize("second", ["card", "word"])
def test_a_second_redemption_is_flagged_and_not_counted_twice(venue, tonight, send, first, second):
    card = factories.make_issued_card()
    booking = make_booking(card, tonight)
    bodies = {"card": factories.scan_body(card, occurrence=tonight, shown="welcome"), "word": word_body(booking)}
    again = {"card": factories.scan_body(card, occurrence=tonight, shown="welcome"), "word": word_body(booking)}
    assert send(bodies[first]).result is Result.ACCEPTED
    other = factories.make_tablet(venue, name="Sivuovi").known
    answer = send(again[second], after=MINUTE, device=other)
    assert (answer.result, answer.flags) == (Result.FLAGGED, (Flag.DOUBLE,))
    assert state_of(booking) == (BookingState.REDEEMED, bodies[first]["scan_id"])


def test_cancelled_meanwhile_is_taken_in_and_asked_about(venue, tonight, send):
    booking = make_booking(factories.make_issued_card(), tonight, state=BookingState.CANCELLED)
    body = word_body(booking)
    answer = send(body)
    assert (answer.result, answer.use, answer.flags) == (Result.FLAGGED, body["scan_id"], (Flag.BOOKING,))
    assert state_of(booking) == (BookingState.CANCELLED, None)
    manager = factories.make_actor(Role.VENUE_MANAGER, venue)
    decisions.answer(body["scan_id"], Given(Flag.BOOKING, flag.Answer.COUNT), actor=manager, now=NOW)
    assert reconcile.SUGGESTED[Flag.BOOKING] is flag.Answer.COUNT and Flag.BOOKING not in reconcile.HOLDS_BACK


def test_the_word_of_another_date_is_asked_about(tonight, send):
    later = factories.make_occurrence(tonight.event, starts_at=TONIGHT + DAY)
    booking = make_booking(factories.make_issued_card(), later)
    assert send(word_body(booking, occurrence=tonight)).flags == (Flag.BOOKING,)
    assert state_of(booking)[0] is BookingState.BOOKED


def test_an_unknown_booking_is_not_lost(tonight, tablet, send):
    assert check(tablet, booking="0" * 16, occurrence=tonight).verdict.klass is VerdictClass.CHECK
    body = word_body("0" * 16, occurrence=tonight)
    answer = send(body)
    assert (answer.result, set(answer.flags)) == (Result.FLAGGED, {Flag.ELSEWHERE, Flag.BOOKING})
    assert card_of(body["scan_id"]) is None and counts_of(body["scan_id"]) == Counts(1)


def test_a_booking_whose_card_link_was_cut_still_comes_in(tonight, send):
    card = factories.make_issued_card()
    booking = make_booking(card, tonight)
    booking.card_id, booking.holder = None, "0" * 32
    db.session.commit()
    assert send(word_body(booking)).flags == (Flag.ELSEWHERE,)
    assert state_of(booking)[0] is BookingState.REDEEMED


def test_another_venues_booking_is_parked(tablet, tonight, send):
    elsewhere = factories.make_occurrence()
    booking = make_booking(factories.make_issued_card(), elsewhere)
    answer = send(word_body(booking, occurrence=tonight))
    assert (answer.result, answer.problem) == (Result.PARKED, "booking_elsewhere")
    with pytest.raises(redeeming.BookingElsewhere):
        check(tablet, booking=booking.ref, occurrence=tonight)
    assert state_of(booking)[0] is BookingState.BOOKED


# --- Undone


@pytest.mark.parametrize("how", ["card", "word"])
def test_an_undo_keeps_the_places_again(tonight, send, how):
    card = factories.make_issued_card()
    booking = make_booking(card, tonight)
    body = word_body(booking) if how == "word" else factories.scan_body(card, occurrence=tonight)
    send(body)
    undo = {**body, "scan_id": "0" * 8 + body["scan_id"][8:], "undoes": body["scan_id"], "counts": {"adult": 0}}
    assert send(undo).result is Result.ACCEPTED
    assert state_of(booking) == (BookingState.BOOKED, None)
    send(word_body(booking), after=MINUTE)
    assert state_of(booking)[0] is BookingState.REDEEMED


def test_a_registration_that_a_manager_takes_back_keeps_the_places_again(venue, tonight, send):
    booking = make_booking(factories.make_issued_card(), tonight)
    body = word_body(booking)
    send(body)
    manager = factories.make_actor(Role.VENUE_MANAGER, venue)
    decisions.withdraw(body["scan_id"], reason=WithdrawalReason.MISTAKE, actor=manager, now=NOW + MINUTE)
    assert state_of(booking) == (BookingState.BOOKED, None)


def test_an_undo_that_arrives_first_and_one_that_is_late(venue, tonight, send):
    booking = make_booking(factories.make_issued_card(), tonight)
    body = word_body(booking)
    undo = {**body, "scan_id": "0" * 8 + body["scan_id"][8:], "undoes": body["scan_id"], "counts": {"adult": 0}}
    send(undo)
    send(body)
    assert state_of(booking) == (BookingState.BOOKED, None)
    other = word_body(booking)
    send(other)
    late = {**other, "scan_id": "1" * 8 + body["scan_id"][8:], "undoes": other["scan_id"], "counts": {"adult": 0}}
    late["occurred"] = (NOW + 16 * MINUTE).isoformat()
    assert send(late, after=16 * MINUTE).flags == (Flag.UNDO_LATE,)
    assert state_of(booking) == (BookingState.REDEEMED, other["scan_id"])
