"""The venue's own pages: its evening rises by exactly the tickets, its programme is changed by its manager."""

from datetime import date

import pytest
import sqlalchemy as sa

from kaikukortti.db import db
from kaikukortti.models.programme import Event, Occurrence
from kaikukortti.rules.access import Role
from kaikukortti.rules.programme import Category, EventKind, Planned
from tests import factories, onpage
from tests.factories import DAY, TONIGHT
from tests.webclient import Web

EVENT = {
    "title_fi": "Peer Gynt",
    "title_sv": "Per Gynt",
    "title_en": "",
    "kind": "performance",
    "category": "culture",
    "on_day": "2026-12-05",
    "starts": "18:00",
    "ends": "20:30",
    "place": "Pieni näyttämö",
}


@pytest.fixture
def manager(network, enter) -> Web:
    return enter(network.people[Role.VENUE_MANAGER])


@pytest.fixture
def door(app, network) -> Web:
    """Return the venue's tablet."""
    tablet = Web(app)
    tablet.client.set_cookie("kaiku_device", network.tablet.credential)
    return tablet


def register(door: Web, *bodies) -> None:
    answer = door.post("/door/api/scans", json={"items": list(bodies)})
    assert answer.status_code == 200
    assert {one["result"] for one in onpage.json_of(answer)["answers"]} <= {"accepted", "flagged"}


def evening(web: Web, day: str = "") -> tuple[dict[str, int], dict[str, list[str]]]:
    web.get(f"/venue/{day}")
    return onpage.figures(web), onpage.table(web, "Registered by event")


def test_the_evening_rises_by_exactly_the_tickets(manager, door, network):
    rows = {"19.00 Lumikuningatar": ["0", "0", "0"], "House visits": ["0", "0", "0"], "Total": ["0", "0", "0"]}
    figures = {"Uses today": 0, "Assistants and interpreters": 0, "Uses this month": 0, "Uses this year": 0}
    assert evening(manager) == (figures, rows)
    tonight = factories.scan_body(network.card, occurrence=network.tonight, child=2, assistant=1)
    house = factories.scan_body(network.community, adult=0, worker=1, under16=4)
    last_month = factories.scan_body(network.card, occurred=factories.NOW - 21 * DAY)
    register(door, tonight, house, last_month, factories.scan_body("VA12345", occurrence=network.tonight))
    with_helper = "19.00 Lumikuningatar 1 assistant or interpreter"
    rows = {with_helper: ["2", "2", "4"], "House visits": ["1", "4", "5"], "Total": ["3", "6", "9"]}
    figures = {"Uses today": 9, "Assistants and interpreters": 1, "Uses this month": 9, "Uses this year": 10}
    assert evening(manager) == (figures, rows)
    register(door, factories.undo_body(tonight))
    assert evening(manager)[0] == {**figures, "Uses today": 6, "Assistants and interpreters": 0} | {
        "Uses this month": 6,
        "Uses this year": 7,
    }


def test_another_day_is_opened_by_its_date(manager, door, network):
    register(door, factories.scan_body(network.card, occurred=factories.NOW - DAY))
    figures, rows = evening(manager, "?day=2026-11-19")
    assert (figures["Uses on this day"], rows) == (1, {"House visits": ["1", "0", "1"], "Total": ["1", "0", "1"]})
    assert "19 Nov 2026" in manager.text


@pytest.mark.parametrize("day", ["9999-12-31", "0001-01-01", "2026-02-30", "x", "", "2026-11-20T00:00", "\x00"])
def test_a_day_that_is_none_is_today(manager, day):
    answer = manager.get("/venue/", query_string={"day": day})
    assert answer.status_code == 200
    assert "Uses today" in onpage.figures(manager)


def test_other_venues_see_nothing_of_it(app, door, network, enter):
    register(door, factories.scan_body(network.card, occurrence=network.tonight), factories.scan_body(network.card))
    other = enter(network.strangers[Role.VENUE_STAFF])
    figures, rows = evening(other)
    assert set(figures.values()) == {0} and "19.00 Lumikuningatar" not in rows


def test_an_event_is_added(app, manager, network):
    answer = manager.submit("/venue/programme", EVENT, form="/venue/programme")
    assert answer.request.path == "/venue/programme" and "The event is in the programme" in manager.text
    assert "Peer Gynt" in manager.text and "Sat 5 Dec" in manager.text and "18.00–20.30" in manager.text
    with app.app_context():
        event = db.session.scalars(sa.select(Event).where(Event.title_fi == "Peer Gynt")).one()
        occurrence = event.occurrences[0]
    assert (event.venue_id, event.kind, event.category) == (network.venue.id, EventKind.PERFORMANCE, Category.CULTURE)
    assert (occurrence.on_day, occurrence.place) == (date(2026, 12, 5), "Pieni näyttämö")
    assert occurrence.starts_at.isoformat() == "2026-12-05T16:00:00+00:00", "18.00 in Helsinki"
    assert occurrence.ends_at is not None and occurrence.ends_at.isoformat() == "2026-12-05T18:30:00+00:00"
    manager.language("sv")
    manager.get("/venue/programme")
    assert "Per Gynt" in manager.text


def test_an_event_may_end_after_midnight(app, manager):
    manager.submit("/venue/programme", {**EVENT, "starts": "22:00", "ends": "01:30"}, form="/venue/programme")
    assert "The event is in the programme" in manager.text and "22.00–1.30" in manager.text
    with app.app_context():
        event = db.session.scalars(sa.select(Event).where(Event.title_fi == "Peer Gynt")).one()
        occurrence = event.occurrences[0]
    assert occurrence.on_day == date(2026, 12, 5)
    assert occurrence.ends_at is not None and occurrence.ends_at.isoformat() == "2026-12-05T23:30:00+00:00"


@pytest.mark.parametrize(
    ("slip", "said"),
    [
        ({"title_fi": ""}, "This is needed"),
        ({"on_day": "2026-11-19"}, "The day is over already"),
        ({"on_day": ""}, "Choose a day"),
        ({"on_day": "2026-02-30"}, "Not a valid date"),
        ({"ends": "18:00"}, "The end must be after the start"),
        ({"ends": "17:00"}, "The end must be after the start"),
        ({"starts": ""}, "Choose a time"),
        ({"starts": "25:00"}, "Not a valid time"),
        ({"on_day": "2027-03-28", "starts": "03:30", "ends": ""}, "this hour does not exist"),
        ({"kind": "circus"}, "Not a valid choice"),
    ],
)
def test_an_event_that_will_not_do_keeps_what_was_typed(app, manager, slip, said):
    answer = manager.submit("/venue/programme", {**EVENT, **slip}, form="/venue/programme")
    assert answer.status_code == 422 and said in manager.text
    kept = onpage.fields(manager)
    typed = {name: value for name, value in {**EVENT, **slip}.items() if name != "kind"}
    assert {name: kept[name] for name in typed} == typed
    with app.app_context():
        assert db.session.scalars(sa.select(Event).where(Event.title_fi == EVENT["title_fi"])).all() == []


def test_an_evening_is_called_off(app, manager, network):
    cancel = f"/venue/programme/{network.tonight.id}/cancel"
    manager.submit("/venue/programme", form=cancel)
    assert "The event is cancelled" in manager.text and "Cancelled" in manager.text
    with app.app_context():
        assert db.session.get_one(Occurrence, network.tonight.id).state is Planned.CANCELLED


def test_the_programme_lists_what_is_to_come(app, manager, network):
    with app.app_context():
        event = db.session.get_one(Event, network.tonight.event_id)
        for days in (-1, 30):
            factories.make_occurrence(event, starts_at=TONIGHT + days * DAY)
    manager.get("/venue/programme")
    assert "Fri 20 Nov" in manager.text and "Sun 20 Dec" in manager.text
    assert "Thu 19 Nov" not in manager.text
