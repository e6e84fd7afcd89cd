"""The tablet's calls: enrolment, snapshot, check, status; every no in one shape and in the reader's language."""

import re
from datetime import UTC, datetime, timedelta

import pytest
import sqlalchemy as sa
import time_machine

from kaikukortti.db import db
from kaikukortti.models.ledger import Device, Scan
from kaikukortti.rules.access import Actor, Role
from kaikukortti.rules.programme import EventKind
from tests import factories, onpage
from tests.factories import DAY, NOW, TODAY, TONIGHT
from tests.webclient import Web
from venues import devices

LANGUAGES = ("fi", "sv", "en")


@pytest.fixture
def door(app, network) -> Web:
    """Return the venue's tablet, enrolled."""
    tablet = Web(app)
    tablet.client.set_cookie("kaiku_device", network.tablet.credential)
    return tablet


@pytest.fixture
def code(app, network) -> str:
    """Return a fresh enrolment code of the venue."""
    manager = Actor(None, "test", Role.VENUE_MANAGER, venue_id=network.venue.id)
    with app.app_context():
        return devices.plan_enrolment(actor=manager, venue_id=network.venue.id, now=NOW)


def refused(answer, status: int, code: str) -> str:
    """Check the one shape of errors and return its message."""
    assert (answer.status_code, answer.mimetype) == (status, "application/json")
    assert set(onpage.json_of(answer)) == {"error"} and set(onpage.json_of(answer)["error"]) == {"code", "message"}
    assert onpage.json_of(answer)["error"]["code"] == code
    return str(onpage.json_of(answer)["error"]["message"])


def test_a_code_becomes_a_credential(app, web, network, code):
    answer = web.post("/door/api/enrol", json={"code": code.lower(), "name": "  Kassa  "})
    assert answer.status_code == 201
    with app.app_context():
        device = db.session.scalars(sa.select(Device).where(Device.name == "Kassa")).one()
    assert onpage.json_of(answer)["device"] == {"id": str(device.id), "name": "Kassa"}
    names = {f"name_{language}": getattr(network.venue, f"name_{language}") for language in LANGUAGES}
    assert onpage.json_of(answer)["venue"] == {"id": network.venue.id, **names}
    assert re.fullmatch(r"[\w-]{43}", onpage.json_of(answer)["list_key"]), "256 bits, base64url"
    cookie = web.client.get_cookie("kaiku_device")
    assert cookie is not None and (cookie.http_only, cookie.same_site, cookie.path) == (True, "Strict", "/")
    assert cookie.max_age == 400 * 24 * 3600
    assert cookie.value not in answer.get_data(as_text=True)
    assert web.get("/door/api/status").status_code == 200


def test_behind_https_the_credential_is_bound_to_the_host(make_app, app):
    secure = Web(make_app(secure_cookies=True))
    assert secure.get("/door/api/status", base_url="https://localhost").status_code == 401
    with secure.app.app_context():
        venue = factories.make_venue()
        code = devices.plan_enrolment(
            actor=Actor(None, "t", Role.VENUE_MANAGER, venue_id=venue.id),
            venue_id=venue.id,
            now=NOW,
        )
    answer = secure.post("/door/api/enrol", json={"code": code, "name": "Ovi"}, base_url="https://localhost")
    cookie = answer.headers["Set-Cookie"]
    assert cookie.startswith("__Host-kaiku-device=") and "Secure" in cookie and "Path=/" in cookie
    assert "Domain" not in cookie


def test_an_enrolment_that_fails_says_why(web, code):
    said = set()
    for language in LANGUAGES:
        web.language(language)
        said.add(refused(web.post("/door/api/enrol", json={"code": "0" * 16, "name": "X"}), 404, "enrolment_unknown"))
    assert web.post("/door/api/enrol", json={"code": code, "name": "X"}).status_code == 201
    for language in LANGUAGES:
        web.language(language)
        said.add(refused(web.post("/door/api/enrol", json={"code": code, "name": "X"}), 409, "enrolment_used"))
    assert len(said) == 6, "two reasons in three languages"


def test_an_enrolment_that_comes_late_says_so(app, web, code):
    with time_machine.travel(NOW + timedelta(minutes=15), tick=False):
        refused(web.post("/door/api/enrol", json={"code": code, "name": "X"}), 410, "enrolment_expired")
    with app.app_context():
        assert db.session.scalar(sa.select(sa.func.count(Device.id)).where(Device.name == "X")) == 0


def test_without_a_credential_nothing_is_answered(app, network):
    calls = [("GET", "snapshot"), ("GET", "status"), ("POST", "checks"), ("POST", "scans")]
    for credential in (None, "nobody's", ""):
        web = Web(app)
        web.language("en")
        if credential is not None:
            web.client.set_cookie("kaiku_device", credential)
        for method, call in calls:
            answer = web.open(f"/door/api/{call}", method=method, json={} if method == "POST" else None)
            assert "not enrolled" in refused(answer, 401, "device_unknown")


def test_a_signed_in_person_is_no_tablet(enter, network):
    web = enter(network.people[Role.VENUE_MANAGER])
    refused(web.get("/door/api/snapshot"), 401, "device_unknown")


BROKEN = [
    "",
    "{",
    "null",
    "[]",
    '"x"',
    "{}",
    '{"items": {}}',
    '{"code": 1}',
    '{"items": []}',
    "\x00",
    '{"a": NaN}',
    "[" * 2000,
]


@pytest.mark.parametrize("call", ["enrol", "checks", "scans"])
@pytest.mark.parametrize("language", LANGUAGES)
def test_a_broken_body_is_answered_in_words(app, door, call, language):
    door.language(language)
    said = set()
    for body in BROKEN:
        said.add(refused(door.post(f"/door/api/{call}", data=body), 400, "request_unreadable"))
    assert len(said) == 1
    assert ("could not read" in said.pop()) == (language == "en")
    with app.app_context():
        assert db.session.scalar(sa.select(sa.func.count(Scan.scan_id))) == 0


@pytest.mark.parametrize(
    ("call", "body"),
    [
        ("enrol", {"code": "X", "name": "N", "extra": 1}),
        ("enrol", {"code": "", "name": "N"}),
        ("enrol", {"code": "X", "name": "N" * 61}),
        ("enrol", {"code": "X", "name": "\x00"}),
        ("checks", {"code": "X", "occurence": 1}),
        ("checks", {"code": "X", "ref": "Y"}),
        ("checks", {"occurrence": 1}),
        ("checks", {"code": "X" * 257}),
        ("checks", {"code": "X", "occurrence": 10**30}),
        ("checks", {"code": "X", "occurrence": 0}),
        ("checks", {"ref": "\x00"}),
        ("scans", {"items": [{}] * 101}),
        ("scans", {"items": [{}], "extra": 1}),
        ("scans", {"items": [1]}),
    ],
)
def test_a_body_of_another_shape_is_refused(door, call, body):
    refused(door.post(f"/door/api/{call}", json=body), 400, "request_unreadable")


def test_too_much_at_once_is_refused(door):
    refused(door.post("/door/api/scans", data=b" " * (1024 * 1024 + 1)), 413, "http_413")


def test_wrong_addresses_and_methods_are_answered_in_the_same_shape(door):
    refused(door.get("/door/api/nothing"), 404, "http_404")
    refused(door.get("/door/api/scans"), 405, "http_405")


def test_the_snapshot_holds_two_weeks_of_the_own_programme(app, door, network):
    with app.app_context():
        course = factories.make_event(network.venue, kind=EventKind.COURSE, title="Savipaja")
        factories.make_occurrence(course, starts_at=TONIGHT + 14 * DAY)
        factories.make_occurrence(course, starts_at=TONIGHT + 15 * DAY)
    snapshot = onpage.json_of(door.get("/door/api/snapshot"))
    assert snapshot["generated_at"] == "2026-11-20T16:30:00.000Z"
    assert snapshot["device"] == {"id": str(network.tablet.known.device_id), "name": "Pääovi"}
    assert snapshot["venue"]["name_sv"] == "Stadsteatern" and snapshot["venue"]["category"] == "culture"
    assert snapshot["prefixes"] == ["EK", "HX"]
    assert [one["title_fi"] for one in snapshot["occurrences"]] == ["Lumikuningatar", "Savipaja"]
    assert snapshot["occurrences"][0] == {
        "id": network.tonight.id,
        "title_fi": "Lumikuningatar",
        "title_sv": "Lumikuningatar",
        "title_en": "Lumikuningatar",
        "category": "culture",
        "kind": "performance",
        "starts_at": "2026-11-20T17:00:00.000Z",
        "ends_at": "2026-11-20T19:00:00.000Z",
        "opens_at": None,
        "closes_at": None,
        "places_left": None,
        "children_take_places": True,
        "counted": {},
        "day": "2026-11-20",
        "place": "",
        "bookings": [],
    }


def test_status_tells_the_server_s_time(door):
    answer = door.get("/door/api/status")
    assert onpage.json_of(answer)["time"] == "2026-11-20T16:30:00.000Z"
    assert answer.headers["Cache-Control"] == "no-store"


def test_contact_is_noted(app, door, network):
    later = NOW + timedelta(hours=1)
    with time_machine.travel(later, tick=False):
        door.get("/door/api/status")
    with app.app_context():
        assert db.session.get_one(Device, network.tablet.known.device_id).last_contact_at == later


def check(door: Web, code: str, **fields):
    answer = door.post("/door/api/checks", json={"code": code, **fields})
    assert answer.status_code == 200 and onpage.json_of(answer)["hold"] is None
    return onpage.json_of(answer)["verdict"]


def test_a_verdict_says_what_the_door_may_know(door, network):
    verdict = check(door, network.card.number, occurrence=network.tonight.id)
    assert verdict == {
        "class": "counts",
        "reason": None,
        "say": verdict["say"],
        "next": None,
        "card": {
            "kind": "personal",
            "ref": network.card.ref,
            "valid_until": network.card.last_valid_on.isoformat(),
            "children": 2,
        },
        "limits": {"adult": 1, "child": 2, "assistant": 9, "interpreter": 9, "worker": 0, "under16": 0},
        "already": None,
    }
    assert verdict["say"]["en"] == "Valid. How many tickets?"
    assert len(set(verdict["say"].values())) == 3


def test_every_reason_has_a_sentence_in_three_languages(app, door, network):
    with app.app_context():
        ended = factories.make_issued_card(first_on=TODAY - 400 * DAY, last_on=TODAY - DAY)
        blocked = factories.make_issued_card(blocked_at=NOW - DAY)
        plain = factories.make_issued_card()
    cases = {
        (ended.number, "not_now", "ended"): "19 Nov 2026",
        (blocked.number, "not_now", "not_in_use"): "not in use",
        (network.stock.number, "not_now", "not_yet"): "not been taken into use",
        (plain.number, "welcome", None): "Welcome",
        ("VA12345", "check", "elsewhere"): "may let the visitor in",
        ("EK3F8M2X9T5", "technical", "malformed"): "One symbol is wrong",
    }
    for (code, klass, reason), words in cases.items():
        verdict = check(door, code)
        assert (verdict["class"], verdict["reason"]) == (klass, reason)
        assert set(verdict["say"]) == set(LANGUAGES) and len(set(verdict["say"].values())) == 3
        assert words in verdict["say"]["en"]
        if klass == "not_now":
            assert verdict["card"] is None and "05 000 0000" in verdict["next"]["en"].replace("\xa0", " ")
            assert set(verdict["limits"].values()) == {0}


def test_already_says_when_in_helsinki_time(door, network):
    at = datetime(2026, 11, 20, 16, 12, tzinfo=UTC)
    body = factories.scan_body(network.card, occurrence=network.tonight, occurred=at)
    door.post("/door/api/scans", json={"items": [body]})
    verdict = check(door, network.card.number, occurrence=network.tonight.id)
    assert (verdict["class"], verdict["already"]) == ("already", {"at": "2026-11-20T16:12:00.000Z"})
    assert all("18.12" in said for said in verdict["say"].values())


def test_an_event_of_another_venue_is_told(door, network):
    for language in LANGUAGES:
        door.language(language)
        body = {"code": network.card.number, "occurrence": network.other_occurrence.id}
        message = refused(door.post("/door/api/checks", json=body), 404, "occurrence_elsewhere")
        assert ("another venue" in message) == (language == "en")


def test_no_word_at_the_door_hints_at_poverty_or_social_services(door, network):
    """The whole queue sees the screen."""
    hints = re.compile(
        "sosiaal|social|köyh|fattig|poor|poverty|tulot|inkomst|income|asiakas|klient|client", re.IGNORECASE
    )
    cards = (network.card, network.stock, network.community)
    for code in (*(card.number for card in cards), "VA12345", "EK", factories.make_number()):
        verdict = check(door, code)
        for said in [*verdict["say"].values(), *(verdict["next"] or {}).values()]:
            assert not hints.search(said), said
