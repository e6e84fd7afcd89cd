"""What a ticket seller's system may send wrongly: each mistake has its answer, and nothing is half done."""

import json
from datetime import timedelta

import pytest
import time_machine

from kaikukortti.models.ledger import Scan
from kaikukortti.models.sellers import ApiAnswer
from tests import askers, onpage
from tests.factories import NOW
from tests.sellers import make_seller
from tests.web.test_seller_api import Caller, refused, rows
from venues.web import apicalls

GOOD = {"code": "EK00000000", "occurrence": None, "tickets": {"adult": 1}}
NAME = {"Idempotency-Key": "order-2026-000123"}


@pytest.fixture
def caller(app, web, network) -> Caller:
    """Return a ticket system with a key of the network's venue; nobody has called before."""
    askers.forget(app)
    with app.app_context():
        return Caller(web, make_seller(network.venue).token)


def send(caller, data, path="/uses", **headers):
    """Send a body as it is."""
    sent = {"Authorization": f"Bearer {caller.token}", "Content-Type": "application/json", **NAME, **headers}
    return caller.web.post("/api/v1" + path, data=data, headers={k: v for k, v in sent.items() if v})


@pytest.mark.parametrize(
    "change",
    [
        {"code": None},
        {"code": ""},
        {"code": 5},
        {"code": "x" * 257},
        {"occurrence": 0},
        {"occurrence": 2**31},
        {"occurrence": "1"},
        {"occurrence": True},
        {"occurrence": 1.5},
        {"tickets": {}},
        {"tickets": {"adult": 0}},
        {"tickets": {"adult": -1, "child": 2}},
        {"tickets": {"adult": 100}},
        {"tickets": {"adult": "1"}},
        {"tickets": {"grown": 1}},
        {"tickets": []},
        {"sold_at": "yesterday"},
        {"sold_at": "2026-11-20T16:00:00"},
        {"sold_at": 1763654400},
        {"sold_at": "2026-02-31T16:00:00Z"},
        {"again": "yes"},
        {"again": 1},
        {"unit": 4},
        {"entry": "camera"},
    ],
)
def test_an_impossible_field(app, caller, change):
    message = refused(send(caller, json.dumps({**GOOD, **change})), 422, "request_invalid")
    assert next(iter(change)) in message
    assert (rows(app, Scan), rows(app, ApiAnswer)) == (0, 0)


def test_what_was_sent_is_not_said_again(caller):
    answer = send(caller, json.dumps({**GOOD, "sold_at": "EK3F8M2X9TS", "131052-308T": "x" * 300}))
    assert "EK3F8M2X9TS" not in refused(answer, 422, "request_invalid") and "xxx" not in answer.text


@pytest.mark.parametrize("data", ["", "{", "[" * 3000, "\xff", "{'a': 1}", '{"a": "\\ud800"}'])
def test_no_json(app, caller, data):
    refused(send(caller, data.encode("latin-1")), 400, "request_unreadable")
    assert rows(app, ApiAnswer) == 0


@pytest.mark.parametrize("data", ['{"code": NaN}', "null", "[]", "3", '"x"', "true"])
def test_json_that_is_no_object(caller, data):
    refused(send(caller, data), 422, "request_invalid")


@pytest.mark.parametrize("kind", ["", "text/plain", "application/x-www-form-urlencoded", "application/jsonp"])
def test_another_media_type(caller, kind):
    refused(send(caller, json.dumps(GOOD), **{"Content-Type": kind}), 415, "request_not_json")


def test_a_body_that_is_too_large(caller):
    padded = json.dumps({**GOOD, "code": "x" * apicalls.LARGEST_BODY})
    refused(send(caller, padded), 413, "http_413")


@pytest.mark.parametrize("name", ["", "x" * 15, "x" * 65, "with a space in it", "ääääääääääääääää"])
def test_an_impossible_idempotency_key(app, caller, name):
    for path, body in (
        ("/uses", GOOD),
        ("/bookings", {**GOOD, "occurrence": 1}),
        ("/bookings/0123456789abcdef/cancel", {}),
    ):
        answer = send(caller, json.dumps(body), path, **{"Idempotency-Key": name.encode().decode("latin-1")})
        refused(answer, 400, "idempotency_key_needed")
    assert rows(app, ApiAnswer) == 0


@pytest.mark.parametrize(
    ("method", "path", "status"),
    [
        ("GET", "/api/v1", 404),
        ("GET", "/api/v1/", 404),
        ("GET", "/api/v1/nothing", 404),
        ("POST", "/api/nothing", 404),
        ("GET", "/api/v1/uses", 405),
        ("DELETE", "/api/v1/bookings", 405),
        ("PATCH", "/api/v1/checks", 405),
        ("POST", "/api/openapi.json", 405),
        ("POST", "/api/", 405),
        ("GET", "/api/v1/uses/x/return", 404),
    ],
)
def test_what_there_is_not(caller, method, path, status):
    answer = caller.web.open(path, method=method, headers={"Authorization": f"Bearer {caller.token}"})
    refused(answer, status, f"http_{status}")
    assert ("Allow" in answer.headers) == (status == 405)


@pytest.mark.parametrize(
    "query",
    ["from=0", "from=20261120", "until=x", "after=0", "after=x", "limit=0", "limit=101", "page=2", "limit=1&limit=2"],
)
def test_an_impossible_list(caller, query):
    assert query.split("=")[0] in refused(caller.get(f"/occurrences?{query}"), 422, "request_invalid")


def test_days_in_the_wrong_order(caller):
    refused(caller.get("/occurrences?from=2026-11-21&until=2026-11-20"), 409, "days_impossible")


def test_a_key_calls_so_often_and_no_more(app, network, caller):
    for _ in range(300):
        assert caller.get("/occurrences?limit=1").status_code == 200
    answer = caller.get("/occurrences?limit=1")
    refused(answer, 429, "http_429")
    assert 1 <= int(answer.headers["Retry-After"]) <= 61
    with app.app_context():
        other = Caller(caller.web, make_seller(network.venue).token)
    assert other.get("/occurrences").status_code == 200, "each key has its own count"
    with time_machine.travel(NOW + timedelta(seconds=61), tick=False):
        assert caller.get("/occurrences").status_code == 200


def test_guessing_keys_is_slow(caller):
    stranger = Caller(caller.web, "kaiku_" + "0" * 12 + "_" + "0" * 64)
    for _ in range(20):
        refused(stranger.get("/occurrences"), 401, "api_key_unknown")
    answer = stranger.get("/occurrences")
    refused(answer, 429, "http_429")
    assert int(answer.headers["Retry-After"]) >= 1
    assert caller.get("/occurrences").status_code == 200, "whoever has a key is not kept out by another's guesses"


def test_a_page_of_another_site_cannot_call(caller):
    answer = send(caller, json.dumps(GOOD), **{"Sec-Fetch-Site": "cross-site"})
    refused(answer, 403, "http_403")
    assert "Access-Control-Allow-Origin" not in answer.headers


def test_a_signed_in_manager_is_no_ticket_system(network, enter, caller):
    assert caller.get("/occurrences").status_code == 200
    web = enter(next(iter(network.people.values())))
    assert onpage.json_of(web.get("/api/v1/occurrences"))["error"]["code"] == "api_key_unknown"
