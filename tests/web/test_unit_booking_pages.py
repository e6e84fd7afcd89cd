"""A unit books for its clients: from the card's page and the free places, the slip, the list, what became of a date."""

from typing import Any

import pytest
import sqlalchemy as sa

from kaikukortti.db import db
from kaikukortti.models.bookings import Booking
from kaikukortti.rules.access import Role
from kaikukortti.rules.booking import BookedBy, BookingState
from kaikukortti.rules.recurrence import Slot
from tests import factories, onpage
from tests.factories import DAY, NOW
from venues import dates, events


@pytest.fixture
def worker(network, enter):
    return enter(network.people[Role.WORKER])


@pytest.fixture
def show(app, network) -> int:
    with app.app_context():
        venue = network.venue
        return factories.make_occurrence(venue=venue, starts_at=NOW + DAY, quota=3, place="Iso näyttämö").id


def stored(app) -> Any:
    with app.app_context():
        return db.session.scalars(sa.select(Booking).order_by(Booking.id.desc())).first()


def book(web, occurrence_id: int, card_id: int, **values):
    page = f"/bookings/dates/{occurrence_id}?card={card_id}"
    return web.submit(page, values, form=page)


def test_from_the_card_to_the_slip(app, network, worker, show):
    answer = worker.get(f"/cards/{network.card.id}")
    assert f"/bookings/dates?card={network.card.id}" in answer.text
    answer = worker.get(f"/bookings/dates?card={network.card.id}")
    assert f"/bookings/dates/{show}?card={network.card.id}" in answer.text and "3 places left" in worker.text
    answer = book(worker, show, network.card.id, children="2")
    booking = stored(app)
    assert answer.request.path == f"/bookings/{booking.ref}" and booking.word in worker.text
    assert (booking.booked_by, booking.unit_id) == (BookedBy.UNIT, network.unit.id)
    answer = worker.get(f"/bookings/{booking.ref}/slip")
    assert all(part in worker.text for part in (booking.word, "Iso näyttämö", "City theatre", "1 adult, 2 children"))
    paper = next(part for part in onpage.tree(worker).iter("article"))
    said = onpage.words(paper)
    assert "card" not in said.lower() and "Kaikukortti" not in said and "social" not in said
    assert network.card.number not in answer.text


def test_from_the_free_places_by_the_number(app, network, worker):
    with app.app_context():
        tonight = factories.make_occurrence(venue=network.venue, quota=2).id
    assert f"/bookings/dates/{tonight}" in worker.get("/places/").text
    worker.submit(f"/bookings/dates/{tonight}", {"number": network.card.number})
    assert stored(app).state is BookingState.BOOKED


def test_only_the_unit_s_own_holders_cards(app, network, worker, show):
    page = f"/bookings/dates/{show}"
    for number in (network.other_card.number, network.stock.number):
        answer = worker.submit(page, {"number": number})
        assert answer.status_code == 422 and "There is no such card here." in worker.text
    worker.submit(page, {"number": network.community.number})
    assert "This is a community card." in worker.text and stored(app) is None
    for card_id in (network.other_card.id, network.community.id, 9999, 2**31, -1):
        assert worker.get(f"{page}?card={card_id}").status_code == 404
    with app.app_context():
        far = factories.make_occurrence(venue=network.far_venue).id
    assert worker.get(f"/bookings/dates/{far}").status_code == 404, "a venue of another area"


def test_a_chosen_card_that_is_refused(app, network, worker, show):
    with app.app_context():
        blocked = factories.make_issued_card(network.unit, blocked_at=NOW).id
    answer = book(worker, show, blocked)
    assert answer.status_code == 422 and "This code cannot be booked for this date." in worker.text
    answer = book(worker, show, network.card.id, children="3")
    assert answer.status_code == 422 and "at most 1 adult and 2 children" in worker.text


def test_the_list_finds_dates_by_day_and_place(network, worker, show):
    worker.get(f"/bookings/dates?venue={network.venue.id}&day=2026-11-21")
    assert "City theatre" in worker.text and "Uimahalli" not in str(onpage.table(worker, "Coming dates"))
    assert worker.get("/bookings/dates?venue=x").status_code == 422
    assert worker.get("/bookings/dates?day=x").status_code == 422
    assert worker.get(f"/bookings/dates?venue={network.far_venue.id}").status_code == 422


def test_a_waiting_client_is_offered_the_place(app, network, worker, enter):
    with app.app_context():
        full = factories.make_occurrence(venue=network.venue, starts_at=NOW + DAY, quota=1).id
        second = factories.make_issued_card(network.unit).id
    book(worker, full, network.card.id)
    first = stored(app)
    assert "Full: waiting list" in worker.get("/bookings/dates").text
    book(worker, full, second, wait="1")
    waiting = stored(app)
    assert waiting.state is BookingState.WAITING and "On the waiting list" in worker.text
    worker.submit(f"/bookings/{first.ref}")
    assert stored(app).state is BookingState.OFFERED
    worker.get("/cards/")
    assert "1 booking has news" in worker.text
    worker.submit(f"/bookings/{waiting.ref}", form=f"/bookings/{waiting.ref}/accept")
    assert stored(app).state is BookingState.BOOKED
    worker.get("/cards/")
    assert "has news" not in worker.text


def test_news_of_a_date_stay_until_they_are_read(app, network, worker, show):
    book(worker, show, network.card.id)
    with app.app_context():
        manager = network.people[Role.VENUE_MANAGER].actor
        dates.move(show, slot=Slot(NOW + 3 * DAY), place="", actor=manager, now=NOW)
    booking = stored(app)
    worker.get("/cards/")
    assert "1 booking has news" in worker.text
    worker.get("/bookings/")
    assert "Moved" in worker.text and "Mon 23 Nov" in worker.text
    worker.go_on(form=f"/bookings/{booking.ref}/read")
    assert stored(app).news is None and worker.response.request.path == f"/bookings/{booking.ref}"
    with app.app_context():
        events.cancel(show, actor=manager, now=NOW)
    worker.get("/bookings/")
    assert "Called off" in worker.text
    worker.go_on(form=f"/bookings/{booking.ref}/read")
    worker.get("/bookings/")
    assert "Called off" not in worker.text and "Cancelled" in worker.text


def test_another_unit_s_bookings_are_not_there(app, network, worker, enter, show):
    book(worker, show, network.card.id)
    booking = stored(app)
    stranger = enter(network.strangers[Role.WORKER])
    for page in (f"/bookings/{booking.ref}", f"/bookings/{booking.ref}/slip"):
        assert stranger.get(page).status_code == 404
    stranger.get("/bookings/")
    assert booking.word not in stranger.text
    for act in ("cancel", "accept", "read"):
        answer = stranger.post(f"/bookings/{booking.ref}/{act}", data={"csrf_token": onpage.token(stranger)})
        assert answer.status_code == 404, act
        assert worker.post(f"/bookings/{booking.ref}/{act}").status_code == 400, "no token"
    assert stored(app).state is BookingState.BOOKED
