"""Bookings between tablet and server: what travels with the list, what a check tells, and what is never told."""

import json
from datetime import timedelta

import pytest

from kaikukortti.db import db
from kaikukortti.models.bookings import Booking
from kaikukortti.rules.access import Role
from kaikukortti.rules.booking import BookingState
from tests import factories, onpage
from tests.doorbookings import make_booking, word_body
from tests.factories import DAY, NOW, TODAY, TONIGHT
from tests.webclient import Web

SNAPSHOT = "/door/api/snapshot"


@pytest.fixture
def door(app, network) -> Web:
    """Return the venue's tablet, enrolled."""
    tablet = Web(app)
    tablet.client.set_cookie("kaiku_device", network.tablet.credential)
    return tablet


def fetch(door: Web):
    return onpage.json_of(door.get(SNAPSHOT))


def tonight_of(door: Web, network):
    return next(one for one in fetch(door)["occurrences"] if one["id"] == network.tonight.id)["bookings"]


def test_bookings_travel_by_their_words_and_tell_of_nobody(app, door, network):
    with app.app_context():
        booked = make_booking(network.card, network.tonight, word="Orava", child=2)
        group = make_booking(
            network.community,
            network.tonight,
            word="Metsä",
            own_cards=4,
            access_needs=["step_free"],
            arrives_at=NOW + timedelta(minutes=20),
        )
    assert tonight_of(door, network) == [
        {
            "ref": group.ref,
            "word": "Metsä",
            "kind": "group",
            "counts": {"worker": 2, "under16": 6},
            "own_cards": 4,
            "needs": ["step_free"],
            "arrives": "2026-11-20T16:50:00.000Z",
            "redeemed": False,
            "redeemed_at": None,
        },
        {
            "ref": booked.ref,
            "word": "Orava",
            "kind": "single",
            "counts": {"adult": 1, "child": 2},
            "own_cards": 0,
            "needs": [],
            "arrives": None,
            "redeemed": False,
            "redeemed_at": None,
        },
    ]
    said = json.dumps(fetch(door))
    for secret in (network.card, network.community):
        assert not any(word in said for word in (secret.number, secret.line, secret.ref))
    assert network.unit.name_fi not in said


@pytest.mark.parametrize("state", list(BookingState))
def test_only_what_keeps_places_or_was_redeemed_travels(app, door, network, state):
    with app.app_context():
        make_booking("KUO-2231", network.tonight, state=state, offered_until=NOW + DAY)
    is_told = state in (BookingState.BOOKED, BookingState.OFFERED, BookingState.REDEEMED)
    assert [one["word"] for one in tonight_of(door, network)] == (["Omena"] if is_told else [])


def test_an_offer_that_has_run_out_and_days_that_are_far_do_not_travel(app, door, network):
    with app.app_context():
        make_booking("KUO-1", network.tonight, word="Tammi", state=BookingState.OFFERED, offered_until=NOW)
        days = {
            days: factories.make_occurrence(venue=network.venue, starts_at=TONIGHT + days * DAY) for days in (14, 15)
        }
        for ahead, occurrence in days.items():
            make_booking("KUO-2", occurrence, word=f"Kuusi {ahead}")
        make_booking("KUO-3", network.venue, word="Talo")
        make_booking("KUO-4", network.other_occurrence, word="Muualla")
    snapshot = fetch(door)
    words = {one["id"]: [booked["word"] for booked in one["bookings"]] for one in snapshot["occurrences"]}
    assert words == {network.tonight.id: [], days[14].id: ["Kuusi 14"]}
    assert [(one["word"], one["day"]) for one in snapshot["house_bookings"]] == [("Talo", TODAY.isoformat())]


def test_a_new_booking_is_news_to_a_tablet_and_nothing_else_is(app, door, network):
    first = door.get(SNAPSHOT)
    same = {"If-None-Match": first.headers["ETag"]}
    assert door.get(SNAPSHOT, headers=same).status_code == 304
    with app.app_context():
        make_booking(network.card, network.tonight)
    assert door.get(SNAPSHOT, headers=same).status_code == 200


def test_a_check_tells_the_booking_of_a_card_and_of_a_word(app, door, network):
    with app.app_context():
        booked = make_booking(network.card, network.tonight, child=2)
        group = make_booking(network.community, network.tonight, word="Metsä", own_cards=1)
    there = {"occurrence": network.tonight.id}
    by_card = onpage.json_of(door.post("/door/api/checks", json={"code": network.card.number, **there}))
    assert (by_card["booking"]["ref"], by_card["booking"]["own_read"]) == (booked.ref, None)
    assert by_card["verdict"]["card"]["ref"] == network.card.ref
    by_word = onpage.json_of(door.post("/door/api/checks", json={"booking": group.ref, **there}))
    assert (by_word["booking"]["word"], by_word["booking"]["own_read"]) == ("Metsä", 0)
    assert by_word["verdict"]["class"] == "counts" and by_word["verdict"]["card"] is None
    assert network.community.ref not in json.dumps(by_word)


def test_a_word_is_registered_and_then_shows_as_redeemed(app, door, network):
    with app.app_context():
        booked = make_booking(network.card, network.tonight)
        body = word_body(booked)
    answer = door.post("/door/api/scans", json={"items": [body]})
    assert onpage.json_of(answer)["answers"][0]["result"] == "accepted"
    (told,) = tonight_of(door, network)
    assert (told["redeemed"], told["redeemed_at"]) == (True, "2026-11-20T16:30:00.000Z")
    assert onpage.json_of(door.post("/door/api/scans", json={"items": [body]}))["answers"][0]["result"] == "replay"
    with app.app_context():
        assert db.session.get_one(Booking, booked.id).scan_id == body["scan_id"]


@pytest.mark.parametrize(
    "named",
    [
        {},
        {"code": "KUO-2231", "booking": "0" * 16},
        {"ref": "r", "booking": "0" * 16},
        {"booking": "0" * 15},
        {"booking": "G" * 16},
        {"booking": 7},
    ],
)
def test_one_thing_names_the_card(door, network, named):
    assert door.post("/door/api/checks", json=named).status_code == 400
    body = {**word_body("0" * 16), "booking": None, **named}
    answers = onpage.json_of(door.post("/door/api/scans", json={"items": [body]}))["answers"]
    assert [answer["result"] for answer in answers] == ["parked"]


def test_another_venues_booking_is_told_in_words(app, door, network):
    with app.app_context():
        booked = make_booking("KUO-2231", network.other_occurrence)
        body = word_body(booked, occurrence=network.tonight)
    answer = door.post("/door/api/checks", json={"booking": booked.ref, "occurrence": network.tonight.id})
    assert answer.status_code == 404 and onpage.json_of(answer)["error"]["code"] == "booking_elsewhere"
    (parked,) = onpage.json_of(door.post("/door/api/scans", json={"items": [body]}))["answers"]
    assert parked["result"] == "parked" and "another venue" in parked["say"]["en"]


def test_the_paper_list_of_an_evening_has_its_bookings_beside_it(app, enter, network):
    with app.app_context():
        make_booking(network.community, network.tonight, word="Metsä", own_cards=4, access_needs=["step_free"])
        make_booking(network.card, network.tonight, word="Orava", child=2)
        make_booking("KUO-1", network.tonight, word="Tammi", state=BookingState.REDEEMED)
        make_booking("KUO-2", network.venue, word="Talo")
    staff = enter(network.people[Role.VENUE_STAFF])
    staff.get(f"/venue/paper/print?event={network.tonight.id}")
    assert onpage.table(staff, "Tonight's bookings") == {
        "Metsä": ["2 workers, 6 clients under 16", "4 more with own cards, A way in without steps", ""],
        "Orava": ["1 adult, 2 children", "", ""],
    }
    for secret in (network.card.number, network.community.number, network.unit.name_en):
        assert secret not in staff.text
    staff.get("/venue/paper/print?event=house")
    assert "Talo" in staff.text and "Orava" not in staff.text
    staff.get("/venue/paper/print")
    assert "Talo" not in staff.text
