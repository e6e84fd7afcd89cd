"""The programme as files, page by page: taken along, examined, confirmed; and what a file may not do."""

import csv
import io

import pytest
import sqlalchemy as sa
from icalendar import Calendar

from kaikukortti.db import db
from kaikukortti.models.programme import Event, Occurrence
from kaikukortti.rules.access import Role
from tests import onpage
from tests.webclient import Web
from venues.programmecells import Column

PAGE = "/venue/programme/files"
ROWS = "title_fi;starts;ends;huomio\nKeikka;1.12.2026 19.00;1.12.2026 21.00;x\nVanha;1.12.2020 19.00;;\nOuto;joskus;;\n"
ZONED = (
    "BEGIN:VCALENDAR\r\nVERSION:2.0\r\nPRODID:x\r\nBEGIN:VEVENT\r\nUID:1\r\nSUMMARY:<b>Iso</b>\r\n"
    "DTSTART;TZID=Ei/Ole:20261201T190000\r\nEND:VEVENT\r\nEND:VCALENDAR\r\n"
)


@pytest.fixture
def manager(network, enter) -> Web:
    return enter(network.people[Role.VENUE_MANAGER])


def send(web: Web, data: bytes | str, name: str = "ohjelma.csv"):
    content = data.encode() if isinstance(data, str) else data
    return web.submit(PAGE, {"file": (io.BytesIO(content), name)})


def titles(app, network) -> list[str]:
    with app.app_context():
        query = sa.select(Event.title_fi).where(Event.venue_id == network.venue.id)
        return list(db.session.scalars(query.order_by(Event.id)))


def reported(web: Web) -> dict[str, list[str]]:
    return onpage.table(web, "Row by row")


def test_a_file_is_examined_and_confirmed(app, network, manager):
    assert send(manager, ROWS).status_code == 200
    rows = reported(manager)
    assert rows["2"][0].startswith("Keikka") and rows["2"][1] == "New 1 new date."
    assert rows["3"][1] == "Left out It is over already."
    assert rows["4"][1].startswith("Cannot be taken starts: “joskus” is not a time.")
    assert "Columns that are not read huomio" in manager.text and titles(app, network) == ["Lumikuningatar"]
    answer = manager.go_on()
    assert answer.request.path == "/venue/programme" and "The file is in the programme. 1 new date." in manager.text
    assert titles(app, network) == ["Lumikuningatar", "Keikka"]
    send(manager, ROWS)
    assert reported(manager)["2"][1] == "Unchanged" and "Nothing to take in" in manager.text
    assert "examined" not in onpage.fields(manager)


def test_confirmed_twice_it_is_there_once(app, network, manager):
    send(manager, ROWS)
    examined = onpage.fields(manager)
    manager.go_on()
    examined["csrf_token"] = onpage.token(manager)
    manager.post(PAGE + "/confirm", data=examined, follow_redirects=True)
    assert "The programme has all of this already" in manager.text and len(titles(app, network)) == 2


def test_what_is_confirmed_is_what_was_examined(app, network, manager, enter):
    send(manager, ROWS)
    sealed = onpage.fields(manager)["examined"]
    stranger = enter(network.strangers[Role.VENUE_MANAGER])
    stranger.get(PAGE)
    for web, text in ((manager, sealed[:-1] + "x"), (manager, "x" + sealed), (manager, ""), (stranger, sealed)):
        data = {"examined": text, "csrf_token": onpage.token(web)}
        web.post(PAGE + "/confirm", data=data, follow_redirects=True)
        assert "Choose it again. Nothing was taken in." in web.text
    assert titles(app, network) == ["Lumikuningatar"]


def test_a_time_zone_that_is_not_known(manager):
    answer = send(manager, ZONED, "ohjelma.ics")
    assert "The time zone “Ei/Ole” is not known." in reported(manager)["1"][1]
    assert b"<b>Iso" not in answer.data and "Nothing to take in" in manager.text


@pytest.mark.parametrize(
    ("data", "words"),
    [
        (b"", "There is no event in the file."),
        (b"%PDF-1.7", "This is neither a calendar (.ics) nor a table"),
        ("nimi;aika\nA;B\n", "The first row has to name the column “title_fi” once."),
        (ZONED.replace("Iso", "ää").encode("latin-1"), "Save it in UTF-8."),
        (b"BEGIN:VCALENDAR\r\nmuuta\r\nEND:VCALENDAR", "The file is broken or only a part of it arrived."),
    ],
)
def test_a_file_that_cannot_be_read_is_answered_beside_the_field(app, network, manager, data, words):
    assert send(manager, data).status_code == 422 and words in manager.text
    assert titles(app, network) == ["Lumikuningatar"]


def test_without_a_file(manager):
    manager.get(PAGE)
    assert manager.post(PAGE, data={"csrf_token": onpage.token(manager)}).status_code == 422
    assert "Choose a file." in manager.text


def test_far_too_large_a_body_is_not_read(manager):
    answer = manager.post(PAGE, data=b"x" * 11_000_000, content_type="multipart/form-data; boundary=x")
    assert answer.status_code == 413


def test_the_programme_is_taken_along(app, network, manager):
    answer = manager.get(PAGE + "/programme.csv")
    assert answer.content_type == "text/csv; charset=utf-8"
    assert answer.headers["Content-Disposition"] == 'attachment; filename="programme.csv"'
    head, row = csv.reader(io.StringIO(answer.data.decode("utf-8-sig")), delimiter=";")
    assert head == [column.value for column in Column] and row[1] == "Lumikuningatar"
    answer = manager.get(PAGE + "/programme.ics")
    assert answer.content_type == "text/calendar; charset=utf-8"
    (entry,) = Calendar.from_ical(answer.data).walk("VEVENT")
    assert str(entry["summary"]) == "Lumikuningatar" and answer.cache_control.no_store


def test_another_venue_s_programme_stays_there(app, network, enter, manager):
    data = manager.get(PAGE + "/programme.csv").data
    stranger = enter(network.strangers[Role.VENUE_MANAGER])
    send(stranger, data)
    stranger.go_on()
    with app.app_context():
        found = db.session.scalars(sa.select(Occurrence.venue_id).order_by(Occurrence.id)).all()
    assert found == [network.venue.id, network.other_venue.id, network.other_venue.id]


@pytest.mark.parametrize("role", [Role.VENUE_STAFF, Role.WORKER, Role.COORDINATOR])
def test_others_may_not(network, enter, role):
    web = enter(network.people[role])
    for path in ("", "/programme.csv", "/programme.ics"):
        assert web.get(PAGE + path).status_code == 403


def test_every_column_is_on_the_page(manager):
    manager.get(PAGE)
    assert list(onpage.table(manager, "All columns")) == [column.value for column in Column]
