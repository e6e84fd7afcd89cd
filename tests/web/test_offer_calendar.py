"""The calendar of a place: what the icalendar library reads back from it."""

from datetime import UTC, datetime, time, timedelta
from typing import Any

import pytest
import sqlalchemy as sa
from icalendar import Calendar

from kaikukortti.db import db
from kaikukortti.models.programme import Event, Occurrence
from kaikukortti.rules import period
from kaikukortti.rules.programme import Planned
from tests import factories
from tests.factories import DAY, TONIGHT

TRICKY = "Ääni; pilkku, \\kenoviiva\nrivi " + "pitkä " * 18


@pytest.fixture
def address(network) -> str:
    return f"/offer/venues/{network.venue.id}.ics"


def entries(web, address: str) -> dict[str, Any]:
    answer = web.get(address)
    assert answer.status_code == 200
    return {str(entry["uid"]): entry for entry in Calendar.from_ical(answer.data).walk("VEVENT")}


def test_a_calendar_is_read_back(app, network, web, address):
    answer = web.get(address)
    assert answer.content_type == "text/calendar; charset=utf-8"
    assert "Set-Cookie" not in answer.headers and answer.cache_control.public and answer.cache_control.max_age == 900
    calendar = Calendar.from_ical(answer.data)
    assert not calendar.errors
    assert str(calendar["x-wr-calname"]) == "Kaupunginteatteri" and str(calendar["version"]) == "2.0"
    (zone,) = calendar.walk("VTIMEZONE")
    assert str(zone["tzid"]) == "Europe/Helsinki"
    (entry,) = calendar.walk("VEVENT")
    assert b"DTSTART;TZID=Europe/Helsinki:20261120T190000" in answer.data
    assert entry.decoded("dtstart") == TONIGHT and entry.decoded("dtend") == TONIGHT + timedelta(hours=2)
    assert (str(entry["summary"]), str(entry["status"])) == ("Lumikuningatar", "CONFIRMED")
    assert str(entry["url"]) == f"http://localhost/offer/venues/{network.venue.id}"
    assert "Pyydä lippu" in str(entry["description"]) or "Ask for a ticket" in str(entry["description"])


def test_its_numbers_stay_and_a_cancelled_date_says_so(app, web, network, address):
    (before,) = entries(web, address)
    with app.app_context():
        db.session.execute(
            sa.update(Occurrence)
            .where(Occurrence.id == network.tonight.id)
            .values(state=Planned.CANCELLED, starts_at=TONIGHT + DAY, ends_at=None, on_day=period.day_of(TONIGHT + DAY))
        )
        db.session.commit()
    ((uid, entry),) = entries(web, address).items()
    assert uid == before == f"occurrence-{network.tonight.id}@offer.kaikukortti"
    assert str(entry["status"]) == "CANCELLED" and entry.decoded("dtstart") == TONIGHT + DAY
    assert "dtend" not in entry


def test_hours_hold_over_the_change_to_summer_time(app, web, network, address):
    days = [datetime(2027, 3, day, tzinfo=UTC).date() for day in (27, 28, 29)]
    with app.app_context():
        event = factories.make_event(network.venue, title="Kevät")
        for day in days:
            factories.make_occurrence(event, starts_at=period.moment_of(day, time(18)))
    spring = [entry for entry in entries(web, address).values() if str(entry["summary"]) == "Kevät"]
    assert [(entry.decoded("dtstart").date(), entry.decoded("dtstart").hour) for entry in spring] == [
        (day, 18) for day in days
    ]
    assert {entry.decoded("dtstart").utcoffset() for entry in spring} == {timedelta(hours=2), timedelta(hours=3)}


def test_any_title_comes_back_as_it_is(app, web, network, address):
    with app.app_context():
        db.session.execute(sa.update(Event).where(Event.venue_id == network.venue.id).values(title_fi=TRICKY))
        db.session.commit()
    answer = web.get(address)
    assert all(len(line) <= 75 for line in answer.data.split(b"\r\n"))
    (entry,) = Calendar.from_ical(answer.data).walk("VEVENT")
    assert str(entry["summary"]) == TRICKY


def test_titles_are_in_the_language_asked_for(app, web, network, address):
    with app.app_context():
        db.session.execute(sa.update(Event).values(title_sv="Snödrottningen"))
        db.session.commit()
    for language, title in (("sv", "Snödrottningen"), ("en", "Lumikuningatar"), ("xx", "Lumikuningatar")):
        (entry,) = entries(web, f"{address}?language={language}").values()
        assert str(entry["summary"]) == title


def test_a_calendar_that_has_not_changed_is_not_sent_again(app, web, network, address):
    mark = web.get(address).headers["ETag"]
    again = web.get(address, headers={"If-None-Match": mark})
    assert (again.status_code, again.data, again.headers["ETag"]) == (304, b"", mark)
    with app.app_context():
        db.session.execute(sa.update(Occurrence).values(sold_out=True))
        db.session.commit()
    assert web.get(address, headers={"If-None-Match": mark}).status_code == 200


def test_an_empty_calendar_is_one(web, network):
    answer = web.get(f"/offer/venues/{network.far_venue.id}.ics")
    assert Calendar.from_ical(answer.data).walk("VEVENT") == []
