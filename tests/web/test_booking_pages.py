"""Bookings at the venue's desk: by telephone, the list of a day, one booking; and what nobody may learn there."""

import re
from datetime import timedelta

import pytest
import sqlalchemy as sa

from kaikukortti.db import db
from kaikukortti.models.bookings import Booking
from kaikukortti.models.cards import Card
from kaikukortti.models.trail import AuditEntry
from kaikukortti.rules.access import Role
from kaikukortti.rules.booking import BookedBy, BookingState
from kaikukortti.rules.counting import Counts
from kaikukortti.rules.programme import EventKind, Planned
from tests import factories, onpage
from tests.factories import NOW
from venues import bookings

HOUR = timedelta(hours=1)


@pytest.fixture
def staff(network, enter):
    return enter(network.people[Role.VENUE_STAFF])


@pytest.fixture
def show(app, network) -> int:
    """Return the date of a performance with two places, tomorrow."""
    with app.app_context():
        return factories.make_occurrence(venue=network.venue, starts_at=NOW + 24 * HOUR, quota=2).id


def stored(app) -> list[Booking]:
    with app.app_context():
        return list(db.session.scalars(sa.select(Booking).order_by(Booking.id)))


def ask(web, occurrence_id: int, **values):
    return web.submit(f"/venue/bookings/dates/{occurrence_id}", values, form=f"/venue/bookings/dates/{occurrence_id}")


def test_a_booking_by_telephone_shows_its_word(app, network, staff, show):
    staff.get("/venue/bookings/dates")
    assert "Tähtien tarina" in staff.text and "2 places left" in staff.text
    answer = ask(staff, show, number=network.card.number.lower().replace("0", "o"), children="1")
    (booking,) = stored(app)
    assert answer.status_code == 200 and answer.request.path == f"/venue/bookings/{booking.ref}"
    assert booking.word in staff.text and f"Your word is {booking.word}" in staff.text
    assert "1 adult, 1 child" in staff.text
    assert network.card.number not in answer.text and "Aikuissosiaalityö" not in answer.text
    staff.get(f"/venue/bookings/?day={booking.on_day}")
    assert onpage.table(staff, "Bookings") == {booking.word: ["1 adult, 1 child", "Booked"]}


@pytest.mark.parametrize("kind", ["blocked", "unknown", "ended", "stock"])
def test_a_refusal_never_says_why(app, network, staff, show, kind):
    with app.app_context():
        code = {
            "blocked": lambda: factories.make_issued_card(blocked_at=NOW).number,
            "unknown": factories.make_number,
            "ended": lambda: factories.make_issued_card(last_on=factories.TODAY).number,
            "stock": lambda: factories.make_stock_card().number,
        }[kind]()
    answer = ask(staff, show, number=code, adults="1")
    assert answer.status_code == 422 and stored(app) == []
    assert "This code cannot be booked for this date." in staff.text
    assert onpage.fields(staff)["number"] == code, "what was typed stays"
    said = staff.text.lower()
    assert not [word for word in ("blocked", "ended", "lost", "unknown", "not in use") if word in said]
    with app.app_context():
        refused = db.session.scalars(sa.select(AuditEntry).where(AuditEntry.action == "booking.refused")).all()
    assert len(refused) == 1


@pytest.mark.parametrize(
    ("values", "words"),
    [
        ({"children": "3"}, "The card brings at most 1 adult and 2 children to this date."),
        ({"adults": "0", "assistants": "1"}, "at least one adult or child"),
        ({"adults": "2"}, "at most 1 adult"),
        ({"adults": "41"}, "between 0 and 40"),
        ({"children": "two"}, "Write a whole number."),
        ({"number": ""}, "Write the code of the card."),
        ({"number": "EK12"}, "A card number has 11 symbols."),
        ({"number": "131052-308T"}, "personal identity code"),
    ],
)
def test_what_cannot_be_booked_is_told_beside_its_field(app, network, staff, show, values, words):
    answer = ask(staff, show, **{"number": network.card.number, "adults": "1"} | values)
    assert answer.status_code == 422 and words in staff.text and stored(app) == []
    if "131052" not in str(values):
        assert "131052" not in staff.text


def test_no_children_on_a_course(app, network, staff):
    with app.app_context():
        kind = EventKind.COURSE
        course = factories.make_occurrence(venue=network.venue, starts_at=NOW + HOUR, kind=kind).id
    ask(staff, course, number=network.card.number, children="1")
    assert "at most 1 adult and no children" in staff.text


def test_dates_that_cannot_be_booked_any_more(app, network, staff):
    with app.app_context():
        past = factories.make_occurrence(venue=network.venue, starts_at=NOW - 5 * HOUR).id
        off = factories.make_occurrence(venue=network.venue, state=Planned.CANCELLED).id
    for occurrence_id, words in ((past, "This date is over already."), (off, "This date has been called off.")):
        answer = ask(staff, occurrence_id, number=network.card.number)
        assert answer.status_code == 422 and words in staff.text
    assert staff.get(f"/venue/bookings/dates/{network.other_occurrence.id}").status_code == 404


def test_full_means_the_waiting_list_and_a_cancellation_offers_the_place(app, network, staff, show):
    with app.app_context():
        codes = [factories.make_issued_card().number for _ in range(3)]
    for code in codes[:2]:
        ask(staff, show, number=code)
    answer = ask(staff, show, number=codes[2], wait=None)
    assert answer.status_code == 422 and "No places with the card are left" in staff.text
    staff.go_on({"wait": "1"})
    assert "On the waiting list" in staff.text and "call again" in staff.text
    first, _, third = stored(app)
    staff.submit(f"/venue/bookings/{first.ref}")
    assert "Its places are free." in staff.text
    assert onpage.table(staff, "Bookings")[third.word][1].startswith("A place is offered until 21 Nov 2026")
    staff.submit(f"/venue/bookings/{third.ref}", form=f"/venue/bookings/{third.ref}/accept")
    assert "The place is booked." in staff.text and stored(app)[2].state is BookingState.BOOKED


def test_a_card_is_booked_once(app, network, staff, show):
    for _ in range(2):
        answer = ask(staff, show, number=network.card.number)
    assert answer.status_code == 422 and "has a booking for this date already" in staff.text


def book_yesterday(app, network) -> str:
    with app.app_context():
        evening = factories.make_occurrence(venue=network.venue, starts_at=NOW - 24 * HOUR).id
        actor = network.people[Role.VENUE_STAFF].actor
        booked = bookings.book(
            db.session.get_one(Card, network.card.id).number,
            occurrence_id=evening,
            counts=Counts(adult=1),
            booked_by=BookedBy.VENUE,
            venue_id=network.venue.id,
            area_id=network.area.id,
            actor=actor,
            now=NOW - 30 * HOUR,
        )
        return booked.ref


def test_who_did_not_come_and_came_after_all(app, network, staff):
    ref = book_yesterday(app, network)
    staff.get("/venue/bookings/?day=2026-11-19")
    assert "Did not come" in staff.text and stored(app)[0].state is BookingState.NO_SHOW
    staff.submit(f"/venue/bookings/{ref}")
    assert "The visit is registered as it was booked." in staff.text
    assert stored(app)[0].state is BookingState.REDEEMED
    assert staff.post(f"/venue/bookings/{ref}/came", data={"csrf_token": onpage.token(staff)}).status_code == 409


def test_the_printed_list_has_words_and_numbers_alone(app, network, staff, show):
    ask(staff, show, number=network.card.number, children="1")
    (booking,) = stored(app)
    answer = staff.get(f"/venue/bookings/print?day={booking.on_day}")
    assert booking.word in staff.text and "1 adult, 1 child" in staff.text
    assert "Destroy this paper after the evening." in staff.text
    main = re.search(r"<main.*</main>", answer.text, re.DOTALL)
    assert main and network.card.number not in main[0] and network.card.line not in main[0]


def test_other_venues_bookings_are_not_there(app, network, staff, enter, show):
    ask(staff, show, number=network.card.number)
    (booking,) = stored(app)
    stranger = enter(network.strangers[Role.VENUE_STAFF])
    assert stranger.get(f"/venue/bookings/{booking.ref}").status_code == 404
    stranger.get("/venue/bookings/")
    for act in ("cancel", "accept", "came"):
        answer = stranger.post(f"/venue/bookings/{booking.ref}/{act}", data={"csrf_token": onpage.token(stranger)})
        assert answer.status_code == 404, act
    assert staff.post(f"/venue/bookings/{booking.ref}/cancel").status_code == 400, "no token"
    assert staff.client.get("/venue/bookings/%00").status_code == 404
    assert stored(app)[0].state is BookingState.BOOKED
