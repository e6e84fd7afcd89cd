"""The pages about one date: doors, places for card holders, the venue's own rule, the free places that units see."""

import pytest
import sqlalchemy as sa

from kaikukortti.db import db
from kaikukortti.models.network import Venue
from kaikukortti.models.programme import Occurrence
from kaikukortti.rules.access import Role
from tests import factories, onpage
from tests.webclient import Web

DATE = {"on_day": "2026-12-05", "starts": "18:00", "ends": "20:00", "place": ""}
SHARE = {"limit": "percent", "number": "", "percent": "5", "capacity": "120"}


@pytest.fixture
def manager(network, enter) -> Web:
    return enter(network.people[Role.VENUE_MANAGER])


@pytest.fixture
def event(network) -> str:
    return f"/venue/programme/events/{network.tonight.event_id}"


@pytest.fixture
def tonight(network) -> str:
    return f"/venue/programme/{network.tonight.id}"


def found(app, query):
    with app.app_context():
        return db.session.scalars(query).all()


def of_event(network):
    return sa.select(Occurrence).where(Occurrence.event_id == network.tonight.event_id).order_by(Occurrence.starts_at)


def test_doors_in_minutes_and_by_the_clock(manager, tonight):
    manager.submit(f"{tonight}/doors", {"opens_before": "60", "closes": "19:15"})
    assert "Saved for 1 date" in manager.text and "18.00–19.15" in manager.text
    manager.submit(f"{tonight}/doors", {"opens_before": "", "closes_after": ""})
    assert "At any time" in manager.text


@pytest.mark.parametrize(
    ("slip", "said"),
    [
        ({"opens_before": "60", "opens": "18:00"}, "not both"),
        ({"opens": "19:30", "closes": "19:15"}, "open before they close"),
        ({"opens_before": "x"}, "Write a whole number"),
        ({"closes_after": "1441"}, "at most 1,440"),
        ({"closes": "x"}, "Not a valid time"),
    ],
)
def test_doors_that_will_not_do(app, manager, network, tonight, slip, said):
    answer = manager.submit(f"{tonight}/doors", slip)
    assert answer.status_code == 422 and said in manager.text
    (row,) = found(app, of_event(network))
    assert (row.opens_at, row.closes_at) == (None, None)


def test_places_of_a_date_and_its_page(app, manager, network, tonight):
    manager.submit(f"{tonight}/places", SHARE)
    assert "6 places (5 % of 120 seats)" in manager.text and "Places left 6" in manager.text
    manager.submit(f"{tonight}/places", {"sold_out": "y"})
    assert "sold out" in manager.text and "Places left 0" in manager.text


PLACE_SLIPS = [
    ({"limit": "many"}, "Not a valid choice"),
    ({"limit": "number"}, "Write how many"),
    ({"percent": ""}, "Write how many"),
    ({"percent": "0"}, "between 1 and 100"),
    ({"percent": "101"}, "between 1 and 100"),
    ({"capacity": "0"}, "between 1 and 100,000"),
    ({"capacity": ""}, "how many seats there are"),
    ({"limit": "number", "number": "0"}, "between 1 and 100,000"),
    ({"limit": "number", "number": "121"}, "at most the number of seats"),
]


@pytest.mark.parametrize("page", ["{tonight}/places", "/venue/programme/places/"])
@pytest.mark.parametrize(("slip", "said"), PLACE_SLIPS)
def test_places_that_will_not_do(app, manager, network, tonight, page, slip, said):
    answer = manager.submit(page.format(tonight=tonight), {**SHARE, **slip})
    assert answer.status_code == 422 and said in manager.text
    assert [row.quota for row in found(app, of_event(network))] == [None]


def test_fewer_places_than_given_out(app, manager, network, tonight):
    door = Web(app)
    door.client.set_cookie("kaiku_device", network.tablet.credential)
    door.post(
        "/door/api/scans", json={"items": [factories.scan_body(network.card, occurrence=network.tonight, child=2)]}
    )
    number = {"limit": "number", "number": "2"}
    answer = manager.submit(f"{tonight}/places", number)
    assert answer.status_code == 422 and "3 places have been given out or booked already" in manager.text
    manager.get(tonight)
    assert "Registered 1 adult, 2 children" in manager.text


def test_the_house_rule_is_for_new_dates(app, manager, network, event):
    manager.submit("/venue/programme/places/", {**SHARE, "children_take_places": None})
    with app.app_context():
        venue = db.session.get_one(Venue, network.venue.id)
        assert (venue.capacity, venue.quota_percent, venue.children_take_places) == (120, 5, False)
    manager.submit(f"{event}/date", DATE)
    assert [row.quota for row in found(app, of_event(network))] == [None, 6]


def test_units_see_the_free_places(app, manager, network, enter, tonight):
    manager.submit(f"{tonight}/places", SHARE)
    worker = enter(network.people[Role.WORKER])
    worker.get("/places/")
    assert "Lumikuningatar" in worker.text and "19.00–21.00" in worker.text
    assert onpage.table(worker, "Free places") == {"Fri 20 Nov 19.00–21.00": [onpage_event(network), "6"]}
    far = enter(network.strangers[Role.COORDINATOR])
    assert far.get("/places/").status_code == 403


def onpage_event(network) -> str:
    return f"Lumikuningatar {network.venue.name_en or network.venue.name_fi}"
