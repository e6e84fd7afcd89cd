"""The pages about an event and its dates: planned by the manager, with a word beside every field that will not do."""

import pytest
import sqlalchemy as sa

from kaikukortti.db import db
from kaikukortti.models.programme import Event, Occurrence
from kaikukortti.rules.access import Role
from kaikukortti.rules.programme import Planned
from tests import onpage
from tests.webclient import Web

SERIES = {
    "pace": "weekly",
    "weekdays": ["1", "3"],
    "starts": "19:00",
    "ends": "21:00",
    "first_on": "2026-12-01",
    "until_on": "2026-12-31",
    "left_out": "24.12.2026",
    "place": "Sali 2",
    "opens_before": "45",
    "closes_after": "",
}
HOURS = {"opens_1": "10:00", "closes_1": "18:00", "opens_5": "11:00", "closes_5": "16:00"}
HOURS |= {"first_on": "2026-12-01", "until_on": "2026-12-13", "left_out": "", "place": ""}
DATE = {"on_day": "2026-12-05", "starts": "18:00", "ends": "20:00", "place": ""}
FACTS = {
    "title_fi": "Peer Gynt",
    "title_sv": "Per Gynt",
    "title_en": "",
    "kind": "course",
    "category": "education",
    "place": "Sali 3",
    "step_free": "yes",
    "hearing_loop": "no",
    "bus_stop": "Kirkko",
    "calm_from": "10:00",
    "calm_until": "12:00",
    "first_on": "2026-12-01",
    "last_on": "2027-02-28",
    "places": "12",
    "own_share": "25,50",
}


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


def test_a_series_is_planned_in_people_s_words(app, manager, network, event):
    manager.submit(f"{event}/series", SERIES)
    assert "9 dates were added" in manager.text and "Thu 3 Dec" in manager.text and "24 Dec" not in manager.text
    rows = found(app, of_event(network))[1:]
    assert [row.on_day.day for row in rows] == [1, 3, 8, 10, 15, 17, 22, 29, 31]
    assert {row.place for row in rows} == {"Sali 2"} and all(row.opens_at for row in rows)
    manager.submit(f"{event}/series", SERIES)
    assert "0 dates were added" in manager.text and "9 dates were there already" in manager.text


def test_the_hour_that_does_not_exist_is_told(manager, event):
    night = {"weekdays": ["6"], "starts": "03:30", "ends": "", "first_on": "2027-03-21", "until_on": "2027-04-04"}
    manager.submit(f"{event}/series", {**SERIES, **night})
    assert "2 dates were added" in manager.text
    assert "28 Mar 2027 was left out: the clocks go forward" in manager.text


@pytest.mark.parametrize(
    ("slip", "said"),
    [
        ({"pace": "hourly"}, "Not a valid choice"),
        ({"weekdays": []}, "Choose at least one day of the week"),
        ({"weekdays": ["9"]}, "valid choice"),
        ({"starts": ""}, "Choose a time"),
        ({"starts": "25:00"}, "Not a valid time"),
        ({"ends": "18:00"}, "The end must be after the start"),
        ({"first_on": ""}, "Choose a day"),
        ({"first_on": "2026-11-19"}, "The day is over already"),
        ({"until_on": "2026-11-25"}, "No day fits"),
        ({"until_on": "2030-01-01"}, "Choose a day within 3 years"),
        ({"until_on": "9999-12-31"}, "Check the year"),
        ({"weekdays": list("0123456"), "until_on": "2028-12-01"}, "more than 400 coming dates"),
        ({"left_out": "joulu"}, "Write days as 24.12.2026"),
        ({"left_out": "31.2.2027"}, "Write days as 24.12.2026"),
        ({"left_out": "131052-308T"}, "personal identity code"),
        ({"opens_before": "-1"}, "at most 1,440"),
        ({"closes_after": "x"}, "Write a whole number"),
        ({"opens_before": "1441"}, "at most 1,440"),
        ({"place": "x" * 121}, "longer than 120"),
    ],
)
def test_a_series_that_will_not_do_keeps_what_was_typed(app, manager, network, event, slip, said):
    answer = manager.submit(f"{event}/series", {**SERIES, **slip})
    assert answer.status_code == 422 and said in manager.text
    kept = onpage.fields(manager)
    typed = {**SERIES, **slip}
    assert {name: kept[name] for name in ("starts", "until_on", "left_out", "place")} == {
        name: typed[name] for name in ("starts", "until_on", "left_out", "place")
    }
    assert len(found(app, of_event(network))) == 1


def test_opening_hours_make_a_date_of_each_open_day(app, manager, network, event):
    manager.submit(f"{event}/hours", HOURS)
    assert "4 dates were added" in manager.text
    rows = found(app, of_event(network))[1:]
    assert [(row.on_day.day, row.starts_at.hour + 2, row.ends_at.hour + 2) for row in rows] == [
        (1, 10, 18),
        (5, 11, 16),
        (8, 10, 18),
        (12, 11, 16),
    ]


@pytest.mark.parametrize(
    ("slip", "said"),
    [
        ({"opens_1": ""}, "Write both hours"),
        ({"closes_5": ""}, "Write both hours"),
        (dict.fromkeys(("opens_1", "closes_1", "opens_5", "closes_5"), ""), "at least one day of the week"),
        ({"closes_1": "09:00"}, "The end must be after the start"),
        ({"opens_0": "x"}, "Not a valid time"),
        ({"until_on": ""}, "Choose a day"),
        ({"left_out": "x"}, "Write days as"),
    ],
)
def test_opening_hours_that_will_not_do(app, manager, network, event, slip, said):
    answer = manager.submit(f"{event}/hours", {**HOURS, **slip})
    assert answer.status_code == 422 and said in manager.text
    assert len(found(app, of_event(network))) == 1


def test_one_more_date(manager, event):
    manager.submit(f"{event}/date", DATE)
    assert "1 date was added" in manager.text and "Sat 5 Dec" in manager.text


@pytest.mark.parametrize("page", ["{event}/date", "{tonight}/move"])
@pytest.mark.parametrize(
    ("slip", "said"),
    [
        ({"on_day": "2026-11-19"}, "The day is over already"),
        ({"on_day": "2040-01-01"}, "Choose a day within 3 years"),
        ({"on_day": "9999-12-31", "starts": "22:00", "ends": "01:00"}, "Check the year"),
        ({"on_day": ""}, "Choose a day"),
        ({"starts": ""}, "Choose a time"),
        ({"ends": "17:00"}, "The end must be after the start"),
        ({"on_day": "2027-03-28", "starts": "03:30", "ends": ""}, "this hour does not exist"),
    ],
)
def test_a_date_that_will_not_do(app, manager, network, event, tonight, page, slip, said):
    answer = manager.submit(page.format(event=event, tonight=tonight), {**DATE, **slip})
    assert answer.status_code == 422 and said in manager.text
    assert [row.starts_at for row in found(app, of_event(network))] == [network.tonight.starts_at]


def test_a_date_is_moved(manager, tonight):
    manager.get(f"{tonight}/move")
    assert {name: onpage.fields(manager)[name] for name in ("on_day", "starts")} == {
        "on_day": "2026-11-20",
        "starts": "19:00",
    }
    manager.go_on({"on_day": "2026-11-27", "starts": "18:30"})
    assert "Moved" in manager.text and "Fri 27 Nov" in manager.text and "18.30–21.00" in manager.text


def test_an_event_is_changed(manager, event):
    manager.submit(f"{event}/change", FACTS)
    for words in ("Saved", "Course", "Sali 3", "Kirkko", "10.00–12.00", "25,50 €", "1 Dec 2026–28 Feb 2027", "12"):
        assert words in manager.text, words
    manager.get(f"{event}/change")
    kept = onpage.fields(manager)
    assert {name: kept[name] for name in ("own_share", "calm_from", "last_on")} == {
        "own_share": "25,50",
        "calm_from": "10:00",
        "last_on": "2027-02-28",
    }


@pytest.mark.parametrize(
    ("slip", "said"),
    [
        ({"title_fi": ""}, "This is needed"),
        ({"title_fi": "x" * 161}, "longer than 160"),
        ({"kind": "circus"}, "Not a valid choice"),
        ({"category": "food"}, "Not a valid choice"),
        ({"step_free": "perhaps"}, "Not a valid choice"),
        ({"calm_until": ""}, "Calm hours need"),
        ({"calm_from": "13:00"}, "Calm hours need"),
        ({"last_on": ""}, "Write both the first and the last day"),
        ({"last_on": "2026-11-30"}, "Write both the first and the last day"),
        ({"last_on": "9999-12-31"}, "Check the year"),
        ({"places": "0"}, "between 1 and 1"),
        ({"own_share": "-1"}, "Write euros"),
        ({"own_share": "9999"}, "at most 1,000 euros"),
        ({"bus_stop": "131052-308T"}, "personal identity code"),
    ],
)
def test_facts_that_will_not_do(app, manager, event, slip, said):
    answer = manager.submit(f"{event}/change", {**FACTS, **slip})
    assert answer.status_code == 422 and said in manager.text
    assert not found(app, sa.select(Event).where(Event.bus_stop != ""))


def test_the_rest_is_called_off(app, manager, network, event):
    manager.submit(f"{event}/series", SERIES)
    manager.submit(event, {"from_on": ""})
    assert manager.response is not None and manager.response.status_code == 422 and "Choose a day" in manager.text
    manager.submit(event, {"from_on": "2026-12-10"})
    assert "dates are called off" in manager.text
    states = [row.state for row in found(app, of_event(network))]
    assert states[:4] == [Planned.ON] * 4 and set(states[4:]) == {Planned.CANCELLED}


def test_other_venues_find_nothing(network, enter, event, tonight):
    stranger = enter(network.strangers[Role.VENUE_MANAGER])
    staff = enter(network.people[Role.VENUE_STAFF])
    for page in ("", "/change", "/date", "/series", "/hours"):
        assert stranger.get(event + page).status_code == 404
        assert staff.get(event + page).status_code == 403
    for page in ("", "/move", "/doors", "/places"):
        assert stranger.get(tonight + page).status_code == 404
        assert staff.get(tonight + page).status_code == 403
    token = {"csrf_token": onpage.token(stranger) if stranger.get("/venue/programme") else ""}
    for page in (f"{event}/rest-off", f"{event}/change", f"{tonight}/move", f"{tonight}/places"):
        assert stranger.post(page, data=token).status_code == 404
