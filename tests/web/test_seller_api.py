"""The calls of a ticket seller's system over HTTP: what is answered, to whom, once, and in which shape."""

import logging
from typing import Any

import pytest
import sqlalchemy as sa
from werkzeug.test import TestResponse

from kaikukortti.db import db
from kaikukortti.models.bookings import Booking
from kaikukortti.models.ledger import Scan
from kaikukortti.models.programme import Occurrence
from kaikukortti.models.sellers import ApiAnswer, ApiKey
from tests import askers, factories, onpage
from tests import sellers as selling
from tests.factories import DAY, NOW, TONIGHT
from tests.sellers import Seller, make_seller
from tests.webclient import Web
from venues import keycare, practice
from venues.apikeys import Scope
from venues.web import apicalls, sellerschemas

DECK = {card.key: card.number for card in practice.deck()}
WRITING = (
    "/uses",
    "/uses/00000000-0000-4000-8000-000000000000/return",
    "/bookings",
    "/bookings/0000000000000000/cancel",
)


class Caller:
    """A ticket system that calls with a key."""

    def __init__(self, web: Web, token: str) -> None:
        self.web, self.token, self.requests = web, token, 0

    def get(self, path: str) -> TestResponse:
        """Read something."""
        return self.web.get("/api/v1" + path, headers=self._headers())

    def post(self, path: str, name: str | None = "", language: str = "en", **body: Any) -> TestResponse:
        """Send a body, with a new Idempotency-Key, the one given, or none."""
        self.requests += 1
        named = f"request-{self.requests:012d}" if name == "" else name
        headers = {**self._headers(), "Accept-Language": language} | ({"Idempotency-Key": named} if named else {})
        return self.web.post("/api/v1" + path, json=body, headers=headers)

    def _headers(self) -> dict[str, str]:
        return {"Authorization": f"Bearer {self.token}"}


@pytest.fixture
def seller(app, network) -> Seller:
    """Return a key of the network's venue; nobody has called before."""
    askers.forget(app)
    with app.app_context():
        return make_seller(network.venue)


@pytest.fixture
def caller(web, seller) -> Caller:
    """Return the ticket system with that key."""
    return Caller(web, seller.token)


def refused(answer: TestResponse, status: int, code: str) -> str:
    """Check the one shape of errors and return its message."""
    assert (answer.status_code, answer.mimetype) == (status, "application/json"), answer.text
    assert set(onpage.json_of(answer)) == {"error"} and set(onpage.json_of(answer)["error"]) == {"code", "message"}
    assert onpage.json_of(answer)["error"]["code"] == code
    assert answer.headers["Cache-Control"] == "no-store"
    return str(onpage.json_of(answer)["error"]["message"])


def rows(app, table: type[Any]) -> int:
    """Return how many rows a table has."""
    with app.app_context():
        return selling.count(table)


def test_a_whole_sale(app, network, caller):
    listed = onpage.json_of(caller.get("/occurrences"))
    sellerschemas.OccurrenceList.model_validate(listed)
    (event,) = listed["occurrences"]
    assert (event["id"], event["title"]["sv"], listed["next"]) == (network.tonight.id, "Lumikuningatar", None)
    asked = {"code": network.card.number, "occurrence": event["id"]}
    checked = onpage.json_of(caller.post("/checks", name=None, **asked))
    sellerschemas.CheckAnswer.model_validate(checked)
    assert (checked["class"], checked["most"]["child"]) == ("counts", 2)
    assert checked["card"] == {"kind": "personal", "valid_until": network.card.last_valid_on.isoformat(), "children": 2}
    assert set(checked["say"]) == {"fi", "sv", "en"} and len(set(checked["say"].values())) == 3
    answer = caller.post("/uses", **asked, tickets={"adult": 1, "child": 2})
    used = onpage.json_of(answer)
    sellerschemas.UseAnswer.model_validate(used)
    assert (answer.status_code, used["result"], used["flags"]) == (201, "accepted", [])
    earlier = onpage.json_of(caller.post("/checks", name=None, **asked))
    assert (earlier["class"], earlier["earlier"]) == ("already", {"at": "2026-11-20T16:30:00.000Z"})
    taken = caller.post(f"/uses/{used['use']}/return")
    sellerschemas.ReturnAnswer.model_validate(onpage.json_of(taken))
    assert (taken.status_code, onpage.json_of(taken)["result"]) == (200, "returned")
    assert rows(app, Scan) == 2


def test_a_whole_booking(app, network, caller):
    asked = {"code": network.card.number, "occurrence": network.tonight.id, "tickets": {"adult": 1, "child": 1}}
    answer = caller.post("/bookings", **asked)
    made = onpage.json_of(answer)
    sellerschemas.BookingAnswer.model_validate(made)
    assert (answer.status_code, made["state"], made["tickets"]["child"]) == (201, "booked", 1)
    refused(caller.post("/bookings", **asked), 409, "already_booked")
    assert onpage.json_of(caller.get(f"/bookings/{made['booking']}")) == made
    refused(caller.post(f"/bookings/{made['booking']}/accept"), 409, "offer_gone")
    ended = caller.post(f"/bookings/{made['booking']}/cancel")
    assert (ended.status_code, onpage.json_of(ended)["state"]) == (200, "cancelled")
    refused(caller.post(f"/bookings/{made['booking']}/cancel"), 409, "booking_ended")
    with app.app_context():
        booking = db.session.scalars(sa.select(Booking)).one()
        assert (booking.api_key_id, booking.booked_by.value, booking.ref) == (1, "seller", made["booking"])


def test_the_waiting_list_of_a_seller(app, network, caller):
    with app.app_context():
        event = db.session.get_one(Occurrence, network.tonight.id).event
        coming = factories.make_occurrence(event, quota=1, starts_at=TONIGHT + 9 * DAY).id
    asked = {"occurrence": coming, "tickets": {"adult": 1}}
    first = onpage.json_of(caller.post("/bookings", code=network.card.number, **asked))
    refused(caller.post("/bookings", code=network.other_card.number, **asked), 409, "no_places_left")
    waits = onpage.json_of(caller.post("/bookings", code=network.other_card.number, may_wait=True, **asked))
    assert (waits["state"], waits["offered_until"]) == ("waiting", None)
    refused(caller.post(f"/bookings/{waits['booking']}/accept"), 409, "offer_gone")
    caller.post(f"/bookings/{first['booking']}/cancel")
    offered = onpage.json_of(caller.get(f"/bookings/{waits['booking']}"))
    assert (offered["state"], offered["offered_until"]) == ("offered", "2026-11-21T16:30:00.000Z")
    taken = onpage.json_of(caller.post(f"/bookings/{waits['booking']}/accept"))
    assert (taken["state"], taken["offered_until"]) == ("booked", None)


def test_the_same_again_gets_the_same(app, network, caller):
    asked = {"code": network.card.number, "occurrence": network.tonight.id, "tickets": {"adult": 1}}
    first, again = (caller.post("/uses", name="order-0000000001", **asked) for _ in range(2))
    assert (again.status_code, again.text) == (201, first.text)
    assert "Idempotent-Replayed" not in first.headers and again.headers["Idempotent-Replayed"] == "true"
    spelt_out = {**asked, "again": False, "tickets": {"adult": 1, "child": 0}}
    assert caller.post("/uses", name="order-0000000001", **spelt_out).text == first.text, "the same in more words"
    other = {**asked, "tickets": {"adult": 1, "child": 1}}
    refused(caller.post("/uses", name="order-0000000001", **other), 422, "idempotency_mismatch")
    refused(caller.post("/bookings", name="order-0000000001", **asked), 422, "idempotency_mismatch")
    assert (rows(app, Scan), rows(app, Booking)) == (1, 0)


def test_a_refusal_is_an_answer_too(app, network, caller):
    asked = {"code": network.stock.number, "occurrence": network.tonight.id, "tickets": {"adult": 1}}
    message = refused(caller.post("/uses", name="order-0000000002", **asked), 409, "not_admitted")
    assert message == "The card has not been taken into use yet."
    again = caller.post("/uses", name="order-0000000002", language="fi", **asked)
    assert refused(again, 409, "not_admitted") == message and again.headers["Idempotent-Replayed"] == "true"
    said = {refused(caller.post("/uses", language=code, **asked), 409, "not_admitted") for code in ("fi", "sv", "en")}
    assert len(said) == 3


def test_a_fault_of_ours_is_forgotten(app, network, caller, monkeypatch):
    asked = {"code": network.card.number, "occurrence": network.tonight.id, "tickets": {"adult": 1}}
    app.testing = False
    try:
        with monkeypatch.context() as patched:
            patched.setattr("venues.sellers.scanning.record_from", lambda *_args, **_kwargs: 1 / 0)
            refused(caller.post("/uses", name="order-0000000003", **asked), 500, "internal")
    finally:
        app.testing = True
    assert rows(app, ApiAnswer) == 0
    assert caller.post("/uses", name="order-0000000003", **asked).status_code == 201


def test_wrong_keys_are_all_answered_alike(app, network, web, seller):
    with app.app_context():
        over = make_seller(network.venue)
        keycare.revoke(over.known.key_id, actor=over.manager, now=NOW)
        ended = keycare.make(
            "E", actor=over.manager, venue_id=network.venue.id, scopes=set(Scope), last_on=NOW.date(), now=NOW - DAY
        )
        ended.key.expires_at = NOW
        db.session.merge(ended.key)
        db.session.commit()
    said = set()
    for token in ("", "x", over.token, ended.token, seller.token[:-1] + ("0" if seller.token[-1] != "0" else "1")):
        answer = Caller(web, token).get("/occurrences")
        said.add((refused(answer, 401, "api_key_unknown"), answer.headers["WWW-Authenticate"]))
    assert len(said) == 1
    basic = web.get("/api/v1/occurrences", headers={"Authorization": f"Basic {seller.token}"})
    refused(basic, 401, "api_key_unknown")
    refused(web.get(f"/api/v1/occurrences?key={seller.token}"), 401, "api_key_unknown")


def test_a_key_does_what_it_is_made_for(app, network, web, seller):
    body = {"code": network.card.number, "occurrence": network.tonight.id, "tickets": {"adult": 1}}
    calls = {Scope.CHECKS: "/checks", Scope.USES: "/uses", Scope.BOOKINGS: "/bookings"}
    for scope in Scope:
        with app.app_context():
            caller = Caller(web, make_seller(network.venue, scopes={scope}).token)
        assert caller.get("/occurrences").status_code == 200
        for needed, path in calls.items():
            if needed is not scope:
                sent = {name: value for name, value in body.items() if path != "/checks" or name != "tickets"}
                refused(caller.post(path, **sent), 403, "scope_missing")
    refused(caller.post("/uses/00000000-0000-4000-8000-000000000000/return"), 403, "scope_missing")
    assert rows(app, Scan) == 0


def test_another_venue_s_things_are_nowhere(app, network, web, caller):
    there = {"code": network.card.number, "occurrence": network.other_occurrence.id}
    refused(caller.post("/checks", **there), 404, "occurrence_elsewhere")
    refused(caller.post("/uses", **there, tickets={"adult": 1}), 404, "occurrence_elsewhere")
    refused(caller.post("/bookings", **there, tickets={"adult": 1}), 404, "occurrence_elsewhere")
    here = {"code": network.card.number, "occurrence": network.tonight.id, "tickets": {"adult": 1}}
    use = onpage.json_of(caller.post("/uses", **here))["use"]
    booking = onpage.json_of(caller.post("/bookings", **{**here, "code": network.other_card.number}))["booking"]
    for venue in (network.venue, network.other_venue):
        with app.app_context():
            stranger = Caller(web, make_seller(venue).token)
        refused(stranger.post(f"/uses/{use}/return"), 404, "not_found")
        refused(stranger.get(f"/bookings/{booking}"), 404, "not_found")
        refused(stranger.post(f"/bookings/{booking}/cancel"), 404, "not_found")


def test_a_sandbox_key_leaves_nothing_in_the_figures(app, network, web, seller):
    with app.app_context():
        caller = Caller(web, make_seller(network.venue, is_sandbox=True).token)
    asked = {"occurrence": network.tonight.id, "tickets": {"adult": 1}}
    refused(caller.post("/uses", code=network.card.number, **asked), 409, "sandbox_card")
    refused(caller.post("/bookings", code=network.card.number, **asked), 409, "sandbox_card")
    refused(caller.post("/uses", code=DECK["ended"], **asked), 409, "not_admitted")
    refused(caller.post("/uses", code=DECK["already"], **asked), 409, "already_used")
    refused(caller.post("/uses", code=DECK["welcome"], **{**asked, "tickets": {"adult": 2}}), 409, "too_many_tickets")
    used = onpage.json_of(caller.post("/uses", code=DECK["counts"], **asked))
    assert onpage.json_of(caller.post(f"/uses/{used['use']}/return"))["result"] == "returned"
    refused(caller.post(f"/uses/{used['use']}/return"), 409, "use_returned")
    made = onpage.json_of(caller.post("/bookings", code=DECK["counts"], **asked))
    assert onpage.json_of(caller.get(f"/bookings/{made['booking']}")) == made
    assert onpage.json_of(caller.post(f"/bookings/{made['booking']}/cancel"))["state"] == "cancelled"
    assert onpage.json_of(caller.get(f"/bookings/{made['booking']}"))["state"] == "cancelled"
    assert (rows(app, Scan), rows(app, Booking)) == (0, 0)


def test_a_tablet_is_no_ticket_seller(app, network, web):
    web.client.set_cookie("kaiku_device", network.tablet.credential)
    for entry in ("seller", "imported"):
        item = factories.scan_body(network.card, entry=entry)
        (answer,) = onpage.json_of(web.post("/door/api/scans", json={"items": [item]}))["answers"]
        assert answer["result"] == "parked"
    assert rows(app, Scan) == 0


def test_last_use_shows(app, caller):
    caller.get("/occurrences")
    with app.app_context():
        assert db.session.scalars(sa.select(ApiKey.last_used_at)).one() == NOW


@pytest.mark.parametrize("path", ["/checks", *WRITING])
def test_nothing_that_was_sent_is_in_the_log(network, caller, caplog, path):
    with caplog.at_level(logging.DEBUG):
        for body in (
            {"code": network.card.number, "occurrence": 1, "tickets": {"adult": 1}},
            {"code": network.card.number},
            {},
        ):
            caller.post(path, name="a-secret-name-0001", **body)
    for secret in (network.card.number, caller.token, caller.token.split("_")[2], "a-secret-name"):
        assert secret not in caplog.text


def test_every_view_is_made_by_the_two(app):
    """A new call cannot forget to ask what its key may do: reads() and writes() wrap every view."""
    views = {name: view for name, view in app.view_functions.items() if name.startswith("seller_api.")}
    assert len(views) > 7
    assert all(getattr(view, "__wrapped__", None) for view in views.values())
    assert apicalls.LARGEST_BODY == 16 * 1024
