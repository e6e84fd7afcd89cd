"""A hundred at the desk book the last place over HTTP, in as many served processes as the engine allows."""

import re
import urllib.error
import urllib.parse
import urllib.request
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass

import pytest
import sqlalchemy as sa
from flask import Flask

from kaikukortti import clock
from kaikukortti.db import db
from kaikukortti.models.bookings import Booking
from kaikukortti.models.trail import AuditEntry
from kaikukortti.rules.access import Role
from kaikukortti.rules.booking import BookingState
from tests import factories
from tests.factories import DAY, PASSWORD, SECRET_KEY
from tests.serving import Service

ASKING = 100
TOKEN = re.compile(r'name="csrf_token"[^>]*value="([^"]+)"')


class NoRedirect(urllib.request.HTTPRedirectHandler):
    """Leaves a redirect to who asked."""

    def redirect_request(self, *_args):
        return None


OPENER = urllib.request.build_opener(NoRedirect)


@dataclass
class Desk:
    """A signed-in person: the service's address, the cookie, the token of its forms."""

    url: str
    cookie: str = ""
    token: str = ""

    @classmethod
    def sign_in(cls, url: str, email: str) -> "Desk":
        """Sign in as the page does."""
        desk = cls(url)
        desk.ask("/sign-in")
        desk.ask("/sign-in", {"email": email, "password": PASSWORD})
        desk.ask("/help")
        return desk

    def ask(self, path: str, fields: dict[str, str] | None = None) -> int:
        """Send a page's form, or fetch the page; return the status. Remembers cookie and token."""
        body = None if fields is None else urllib.parse.urlencode({**fields, "csrf_token": self.token}).encode()
        request = urllib.request.Request(self.url + path, body, {"Cookie": self.cookie})
        try:
            answer = OPENER.open(request, timeout=120)
        except urllib.error.HTTPError as refused:
            answer = refused
        with answer:
            cookies = [line.split(";")[0] for line in answer.headers.get_all("Set-Cookie") or []]
            self.cookie = next((one for one in cookies if "kaiku=" in one), self.cookie)
            found = TOKEN.search(answer.read().decode())
            self.token = found[1] if found else self.token
            return int(answer.status)


@pytest.fixture
def desks(app: Flask, tmp_path, engine_name) -> Iterator[list[Desk]]:
    """Serve the test's own database and sign in: two processes on PostgreSQL, the one that SQLite allows."""
    venue = factories.make_venue()
    factories.make_occurrence(venue=venue, starts_at=clock.now() + DAY, quota=1)
    email = factories.make_person(Role.VENUE_STAFF, venue).email
    url = db.engine.url.render_as_string(hide_password=False)
    served = []
    for number in range(2 if engine_name == "postgresql" else 1):
        instance = tmp_path / str(number)
        instance.mkdir()
        served.append(Service.start(url, instance=instance, secret_key=SECRET_KEY))
    yield [Desk.sign_in(service.url, email) for service in served]
    for service in served:
        service.stop()


def test_a_hundred_over_http_book_the_last_place(desks):
    (occurrence_id,) = db.session.execute(sa.text("select id from occurrences")).one()
    unit = factories.make_unit()
    first_on = clock.now().date() - 30 * DAY
    numbers = [factories.make_issued_card(unit, first_on=first_on).number for _ in range(ASKING)]
    party = {"adults": "1", "children": "0", "assistants": "0", "interpreters": "0"}

    def ask(place: int) -> int:
        desk = desks[place % len(desks)]
        path = f"/venue/bookings/dates/{occurrence_id}"
        return Desk(desk.url, desk.cookie, desk.token).ask(path, {**party, "number": numbers[place]})

    with ThreadPoolExecutor(ASKING) as pool:
        answers = list(pool.map(ask, range(ASKING)))
    assert sorted(answers) == [303, *[422] * (ASKING - 1)]
    db.session.rollback()
    states = list(db.session.scalars(sa.select(Booking.state)))
    assert states == [BookingState.BOOKED]
    refused = sa.select(sa.func.count(AuditEntry.id)).where(AuditEntry.action == "booking.refused")
    assert db.session.scalar(refused) == ASKING - 1, "each look is in the log"
