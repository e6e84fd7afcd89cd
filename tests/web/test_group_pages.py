"""Pages of group visits and company: a unit asks, the venue answers without learning which unit, company is seen."""

from datetime import timedelta

import pytest
import sqlalchemy as sa

from kaikukortti.db import db
from kaikukortti.models.bookings import Booking, CompanyWish
from kaikukortti.rules import period
from kaikukortti.rules.access import Role
from kaikukortti.rules.booking import BookingState
from tests import factories, onpage
from tests.factories import NOW

TOMORROW = NOW + timedelta(days=1)


@pytest.fixture
def worker(network, enter):
    return enter(network.people[Role.WORKER])


@pytest.fixture
def staff(network, enter):
    return enter(network.people[Role.VENUE_STAFF])


@pytest.fixture
def show(app, network) -> int:
    """Return tomorrow's date with six places."""
    with app.app_context():
        return factories.make_occurrence(venue=network.venue, starts_at=TOMORROW, quota=6).id


@pytest.fixture
def ask(worker, show, network):
    """Return a function that asks for a group's visit."""

    def one(**values):
        sent = {"workers": "1", "under16": "3", "own_cards": "2", "needs": ["step_free"]} | values
        address = f"/groups/dates/{show}"
        return worker.submit(address, sent, form=address)

    return one


def stored(app) -> Booking:
    with app.app_context():
        return db.session.scalars(sa.select(Booking)).one()


def count_stored(app) -> int:
    with app.app_context():
        return db.session.scalar(sa.select(sa.func.count(Booking.id))) or 0


def test_a_unit_asks_and_the_venue_welcomes(app, worker, staff, ask, network):
    assert ask().request.path == "/groups/"
    assert "1 worker, 3 clients under 16, 2 with own cards" in worker.text and "Asked, not answered yet" in worker.text
    asked = stored(app)
    staff.get("/venue/bookings/")
    assert "Groups: 1 waits for an answer" in staff.text
    staff.get("/venue/groups/")
    assert "1 worker, 3 clients under 16, 2 with own cards" in staff.text and "A way in without steps" in staff.text
    for secret in (network.unit.name_fi, network.unit.name_en, network.community.number):
        assert secret not in staff.text
    assert staff.submit("/venue/groups/", {}, form=f"/venue/groups/{asked.ref}/accept").status_code == 200
    assert asked.word in staff.text
    worker.get("/groups/")
    assert "The group is welcome" in worker.text and asked.word in worker.text


def test_the_venue_says_not_this_time(app, worker, staff, ask):
    ask()
    ref = stored(app).ref
    staff.submit("/venue/groups/", {}, form=f"/venue/groups/{ref}/decline")
    worker.get("/groups/")
    assert "Not this time" in worker.text
    worker.submit("/groups/", {}, form=f"/bookings/{ref}/read")
    assert stored(app).news is None


def test_a_group_that_does_not_fit_is_told_so(app, staff, ask):
    ask(under16="5")
    ref = stored(app).ref
    answer = staff.submit("/venue/groups/", {}, form=f"/venue/groups/{ref}/accept")
    assert answer.status_code == 409 and "Only 6 places are left for this date." in staff.text
    assert stored(app).state is BookingState.ASKED


@pytest.mark.parametrize(
    "values, sentence",
    [
        ({"workers": "0"}, "A worker comes along"),
        ({"under16": "0", "own_cards": "0"}, "A group has one client at least"),
        ({"under16": "41"}, "Write a number between 0 and 40."),
        ({"under16": "31"}, "at most 9 workers, 30 clients under 16"),
        ({"workers": "many"}, "Write a whole number."),
        ({"arrives": ""}, "Choose a time."),
    ],
)
def test_mistakes_keep_what_was_written(app, worker, ask, values, sentence):
    answer = ask(**values)
    assert answer.status_code == 422 and sentence in worker.text
    assert count_stored(app) == 0
    kept = onpage.fields(worker)
    assert kept["own_cards"] == values.get("own_cards", "2") and kept["workers"] == values.get("workers", "1")


def test_a_visit_to_the_house(app, worker, network):
    day = (NOW + timedelta(days=9)).date().isoformat()
    values = {"venue": str(network.other_venue.id), "day": day, "arrives": "13:30", "under16": "2"}
    worker.submit("/groups/house", values, form="/groups/house")
    booking = stored(app)
    assert (booking.occurrence_id, booking.venue_id) == (None, network.other_venue.id)
    assert (
        booking.arrives_at is not None
        and booking.arrives_at.astimezone(period.HELSINKI).isoformat()[:16] == f"{day}T13:30"
    )


def test_a_visit_is_cancelled(app, worker, ask):
    ask()
    ref = stored(app).ref
    worker.submit("/groups/", {}, form=f"/bookings/{ref}/cancel")
    assert stored(app).state is BookingState.CANCELLED


def test_without_a_community_card_the_page_says_what_to_do(enter, network, show):
    other = enter(network.strangers[Role.WORKER])
    assert other.get(f"/groups/dates/{show}").status_code == 200
    assert "needs a community card" in other.text
    assert other.get("/groups/house").status_code == 200


def test_company_is_seen_by_another_unit(app, worker, enter, network, show):
    other, address = enter(network.strangers[Role.WORKER]), f"/groups/dates/{show}/company"
    other.get("/groups/dates")
    assert "Company available" not in other.text
    worker.submit(f"/groups/dates/{show}", {"people": "2"}, form=address)
    other.get("/groups/dates")
    assert "Company available" in other.text and network.unit.name_en not in other.text
    other.get(f"/groups/dates/{show}")
    assert "Company available" in other.text
    worker.get("/groups/dates")
    assert "2 of ours would like company" in worker.text and "Company available" not in worker.text
    worker.submit(f"/groups/dates/{show}", {"people": "0"}, form=address)
    with app.app_context():
        assert db.session.scalars(sa.select(CompanyWish)).all() == []


@pytest.mark.parametrize("people", ["", "51", "-1", "two"])
def test_impossible_company(app, worker, show, people):
    answer = worker.submit(f"/groups/dates/{show}", {"people": people}, form=f"/groups/dates/{show}/company")
    assert answer.status_code == 422
    with app.app_context():
        assert db.session.scalars(sa.select(CompanyWish)).all() == []


def test_another_venue_cannot_answer(app, enter, network, ask):
    ask()
    stranger = enter(network.strangers[Role.VENUE_MANAGER])
    stranger.get("/venue/groups/")
    sent = {"csrf_token": onpage.token(stranger)}
    assert stranger.post(f"/venue/groups/{stored(app).ref}/accept", data=sent).status_code == 404
    assert stored(app).state is BookingState.ASKED
