"""Requests that come twice, at once, or after a crash: one is done, and every try gets its answer."""

import hashlib
import json
import threading
import urllib.error
import urllib.request
from collections import Counter
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from typing import Any

import pytest
import sqlalchemy as sa
from flask import Flask

from kaikukortti import clock
from kaikukortti.db import db
from kaikukortti.models.bookings import Booking
from kaikukortti.models.ledger import Scan
from kaikukortti.models.sellers import ApiAnswer
from kaikukortti.rules.counting import Counts
from tests import factories
from tests import sellers as selling
from tests.factories import DAY, NOW, SECRET_KEY
from tests.sellers import make_seller
from tests.serving import Service
from venues import idempotency, sellerbookings, sellers
from venues.idempotency import KEPT, Attempt, Kept, Mismatch, StillAtWork
from venues.scanrows import ScanConflict
from venues.sellers import Sale

AT_ONCE = 50
NAME = "order-2026-000123"
BODY, OTHER = hashlib.sha256(b"body").digest(), hashlib.sha256(b"other").digest()


@pytest.fixture
def key_id() -> int:
    """Return the id of a seller's key."""
    return make_seller().known.key_id


def begin(key_id, *, body=BODY, name=NAME, now=NOW):
    return idempotency.begin(name, body, api_key_id=key_id, now=now)


def test_a_request_gets_its_answer_again(key_id):
    attempt = begin(key_id)
    assert isinstance(attempt, Attempt)
    idempotency.keep(attempt, status=201, answer='{"use": "ä"}')
    assert begin(key_id, now=NOW + 29 * DAY) == Kept(201, '{"use": "ä"}')
    with pytest.raises(Mismatch):
        begin(key_id, body=OTHER)
    assert begin(make_seller().known.key_id).id != attempt.id, "another seller's name is another's"


def test_after_thirty_days_the_answer_is_gone_and_its_id_stays(key_id):
    attempt = begin(key_id)
    idempotency.keep(attempt, status=201, answer="{}")
    anew = begin(key_id, now=NOW + KEPT)
    assert isinstance(anew, Attempt) and anew.id == attempt.id
    assert selling.count(ApiAnswer) == 1


def test_while_one_is_at_work_others_wait(key_id):
    attempt = begin(key_id)
    with pytest.raises(StillAtWork):
        begin(key_id, now=NOW + timedelta(seconds=119))
    with pytest.raises(Mismatch):
        begin(key_id, body=OTHER, now=NOW + timedelta(seconds=119))
    idempotency.give_up(attempt)
    assert begin(key_id) == attempt, "a fault of ours leaves nothing behind"


def test_one_that_died_is_taken_over_by_one(key_id, together):
    attempt = begin(key_id)
    later = NOW + timedelta(minutes=2)
    answers = together(*[lambda: begin(key_id, now=later)] * 5)
    assert sorted(type(answer).__name__ for answer in answers) == ["Attempt"] + ["StillAtWork"] * 4
    assert attempt in answers


def test_nothing_of_what_the_caller_chose_is_kept(key_id):
    begin(key_id, name="Maija-131052-308T")
    assert "131052" not in str(db.session.execute(sa.text("SELECT * FROM api_answers")).all())


def test_a_use_that_was_done_before_the_crash_is_not_done_again():
    seller, card = make_seller(), factories.make_issued_card()
    sale, attempt = Sale(card.number, None, Counts(adult=1)), selling.begin(seller)
    first = sellers.use(sale, key=seller.known, attempt=attempt, now=NOW)
    again = sellers.use(sale, key=seller.known, attempt=attempt, now=NOW + timedelta(minutes=3))
    assert (first.use, again.use, again.is_replay) == (str(attempt.id), str(attempt.id), True)
    assert selling.count(Scan) == 1
    other = Attempt(attempt.api_key_id, attempt.name, OTHER)
    with pytest.raises(ScanConflict):
        sellers.use(sale, key=seller.known, attempt=other, now=NOW)


def test_a_booking_that_was_made_before_the_crash_is_found():
    seller, card = make_seller(), factories.make_issued_card()
    venue = selling.venue_of(seller)
    tonight = factories.make_occurrence(venue=venue, quota=1)
    asked: dict[str, Any] = {
        "occurrence": tonight.id,
        "counts": Counts(adult=1),
        "may_wait": False,
        "key": seller.known,
    }
    attempt = selling.begin(seller)
    made = [sellerbookings.book(card.number, attempt=attempt, now=NOW, **asked) for _ in range(2)]
    assert made[0] == made[1] and selling.count(Booking) == 1


@pytest.fixture
def service(app: Flask, tmp_path) -> Iterator[Service]:
    """Serve the test's own database as in production: several processes on PostgreSQL."""
    url = db.engine.url.render_as_string(hide_password=False)
    served = Service.start(url, instance=tmp_path, secret_key=SECRET_KEY)
    yield served
    served.stop()


def send(
    service: Service, path: str, body: dict[str, object], *, token: str, name: str
) -> tuple[int, dict[str, Any], str]:
    """Send a seller's request and return status, answer, and whether it says that it came before."""
    headers = {"Authorization": f"Bearer {token}", "Content-Type": "application/json", "Idempotency-Key": name}
    request = urllib.request.Request(service.url + path, json.dumps(body).encode(), headers)
    try:
        answer = urllib.request.urlopen(request, timeout=60)
    except urllib.error.HTTPError as refused:
        answer = refused
    with answer:
        return answer.status, json.load(answer), answer.headers.get("Idempotent-Replayed", "")


@pytest.mark.parametrize("path", ["/api/v1/uses", "/api/v1/bookings"])
def test_fifty_at_once_over_http_are_done_once(service, path):
    seller, card = make_seller(now=clock.now()), factories.make_issued_card(first_on=clock.now().date() - 9 * DAY)
    venue = selling.venue_of(seller)
    tomorrow = factories.make_occurrence(venue=venue, quota=100, starts_at=clock.now() + DAY)
    body = {"code": card.number, "occurrence": tomorrow.id, "tickets": {"adult": 1}}
    start = threading.Barrier(AT_ONCE)

    def one(_number: int) -> tuple[int, dict[str, Any], str]:
        start.wait(30)
        return send(service, path, body, token=seller.token, name=NAME)

    with ThreadPoolExecutor(AT_ONCE) as pool:
        answers = list(pool.map(one, range(AT_ONCE)))
    said = Counter((status, answer.get("error", {}).get("code"), replayed) for status, answer, replayed in answers)
    assert said[201, None, ""] == 1
    assert set(said) <= {(201, None, ""), (201, None, "true"), (409, "idempotency_at_work", "")}, said
    assert selling.count(Scan if path.endswith("uses") else Booking) == 1
    status, last, replayed = send(service, path, body, token=seller.token, name=NAME)
    assert (status, replayed) == (201, "true")
    assert [answer for status, answer, _ in answers if status == 201] == [last] * sum(
        status == 201 for status, _, _ in answers
    )
    log = "".join(service.complaints)
    assert card.number not in log and seller.token.split("_")[2] not in log and NAME not in log
