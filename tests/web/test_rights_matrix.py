"""Every route × everybody × own and strangers' things, from the table rights.csv: who gets in, who does not, and that
what belongs to another unit, venue or area answers like what is not there.
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass

import pytest
from flask import Flask
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from kaikukortti.rules.access import Role
from tests import askers, bothsides, leaves, rights, sellers, tree
from tests.bothsides import Things
from tests.rights import Line
from tests.webclient import Web

NAMES = {
    Role.WORKER: "worker",
    Role.VENUE_STAFF: "staff",
    Role.VENUE_MANAGER: "manager",
    Role.COORDINATOR: "coordinator",
    Role.VIEWER: "viewer",
    Role.ADMINISTRATOR: "administrator",
}
LET_IN = {200, 204, 302, 303, 304, 400, 409, 410, 415, 422}
"""What somebody gets who may be there; a form that says too little or a thing in another state is a no of its own."""
LINES = rights.read()


@dataclass
class Caller:
    """Somebody at a browser, a tablet or a ticket system. `again` lets them in anew after a route that shows out."""

    name: str
    client: FlaskClient
    token: str
    again: Callable[[], "Caller"]
    headers: dict[str, str]

    def call(self, line: Line, method: str, things: Things) -> TestResponse:
        """Send a request with all that a sound one has."""
        address = line.address(things, self.name)
        if "/api/" in address and method == "POST":
            return self.client.post(address, json={}, headers=self.headers)
        sent = {"csrf_token": self.token, **line.form} if method == "POST" else None
        return self.client.open(address, method=method, data=sent, headers=self.headers)


@pytest.fixture
def sides(app: Flask, network) -> tuple[Things, Things]:
    """Return what is the own people's and what is the strangers'."""
    with app.app_context():
        return bothsides.make(network)


@pytest.fixture
def callers(app: Flask, network, enter, sides) -> dict[str, Callable[[], Caller]]:
    """Return a function for everybody that lets them begin."""

    def person(role: Role) -> Callable[[], Caller]:
        def begin() -> Caller:
            web = enter(network.people[role])
            return Caller(NAMES[role], web.client, _token(web), begin, {})

        return begin

    def nobody() -> Caller:
        web = Web(app)
        return Caller("nobody", web.client, _token(web), nobody, {})

    def tablet() -> Caller:
        made = nobody()
        made.client.set_cookie("kaiku_device", network.tablet.credential)
        return made

    def holder() -> Caller:
        made = nobody()
        with app.app_context():
            made.client.set_cookie("kaiku_own", leaves.opened_token(network.card))
        return made

    with app.app_context():
        key = sellers.make_seller(network.venue).token

    def system() -> Caller:
        made = nobody()
        return Caller("seller", made.client, made.token, system, {"Authorization": f"Bearer {key}"})

    people = {name: person(role) for role, name in NAMES.items()}
    # A worker who makes a new own key closes what a holder has open.
    return {"nobody": nobody, "holder": holder, "device": tablet, "seller": system, **people}


def _token(web: Web) -> str:
    page = web.client.get("/help").get_data(as_text=True)
    return page.partition('name="csrf_token" value="')[2].partition('"')[0]


def _calls(lines: list[Line]) -> Iterator[tuple[Line, str]]:
    yield from ((line, method) for line in lines for method in line.methods)


def test_every_route_has_its_line_and_every_line_its_route(app):
    routes = {
        (method, rule.rule) for rule in app.url_map.iter_rules() for method in (rule.methods or set()) & {"GET", "POST"}
    }
    lines = [(method, line.rule) for line, method in _calls(LINES)]
    missing = [f"{method} {rule}" for method, rule in sorted(routes - set(lines))]
    gone = [f"{method} {rule}" for method, rule in sorted(set(lines) - routes)]
    assert not missing, tree.listing(missing, "Say in tests/web/rights.csv who may do this:")
    assert not gone, tree.listing(gone, "tests/web/rights.csv has lines for what is no more:")
    assert len(lines) == len(set(lines))
    assert all(line.who and line.who <= {*rights.ROLES, *rights.OTHERS} for line in LINES)


def test_no_other_method_is_served(app):
    known = {"GET", "HEAD", "OPTIONS", "POST"}
    assert {method for rule in app.url_map.iter_rules() for method in rule.methods or ()} == known


def test_who_may_not_is_kept_out(app, callers, sides):
    """Everybody at every route that is not theirs, asking for what is there."""
    odd = []
    for name, begin in callers.items():
        caller = begin()
        for line, method in _calls(LINES):
            if not _may(line, name):
                askers.forget(app)
                answer = caller.call(line, method, sides[0])
                if not _is_kept_out(line, name, answer):
                    odd.append(f"{name}: {method} {line.rule} answered {answer.status_code}")
    assert not odd, tree.listing(odd, "These doors are open to who may not enter:")


def test_strangers_things_are_nowhere(app, callers, sides):
    """Whoever may open a page of the own things gets 404 for another unit's, venue's or area's."""
    odd = []
    for name, begin in callers.items():
        caller = begin()
        for line, method in _calls(LINES):
            if line.belongs and name in line.who:
                askers.forget(app)
                answer = caller.call(line, method, sides[1])
                if answer.status_code != 404:
                    odd.append(f"{name}: {method} {line.rule} answered {answer.status_code}")
    assert not odd, tree.listing(odd, "What belongs to strangers is found:")


def test_what_is_not_in_use_is_nowhere(callers, network, sides):
    """A stock card and a number that names nothing answer like another unit's card."""
    worker, odd = callers["worker"](), []
    for line, method in _calls([line for line in LINES if line.names.get("card_id") == "card"]):
        for card_id in (network.stock.id, 999_999):
            answer = worker.call(line, method, {**sides[0], "card": card_id})
            if answer.status_code != 404:
                odd.append(f"{method} {line.rule} answered {answer.status_code}")
    assert not odd, tree.listing(odd, "These find a card that is not in use:")


def test_who_may_gets_in(app, callers, sides):
    """The table is about something: everybody gets in where it says so, to what is theirs. Looks come first."""
    odd = []
    for name, begin in callers.items():
        caller = begin()
        for line, method in sorted(_calls(LINES), key=_ends):
            if _may(line, name) and (line.belongs or line.is_for_roles):
                askers.forget(app)
                answer = caller.call(line, method, sides[0])
                if answer.status_code not in LET_IN or "/sign-in" in answer.headers.get("Location", ""):
                    odd.append(f"{name}: {method} {line.rule} answered {answer.status_code}")
                    caller = caller.again()
    assert not odd, tree.listing(odd, "These doors are shut to who may enter:")


def _ends(call: tuple[Line, str]) -> tuple[str, bool]:
    """Return where a call has its place: after every look, and after the changes that end nothing."""
    line, method = call
    return method, line.rule.endswith(("/end", "/remove", "/stop", "/key", "/close", "/leave"))


def _may(line: Line, name: str) -> bool:
    return bool(line.who & ({name, "anybody"} | ({"everybody"} if name in rights.ROLES else set())))


def _is_kept_out(line: Line, name: str, answer: TestResponse) -> bool:
    """Return whether an answer is the right no: programs are told, people are led to where they say who they are."""
    to = answer.headers.get("Location", "")
    if line.who & {"device", "seller"}:
        return answer.status_code == 401
    if "holder" in line.who:
        return answer.status_code == 303 and to.startswith("/own/")
    if name in rights.ROLES:
        return answer.status_code == 403
    return answer.status_code in (302, 303) and to.startswith("/sign-in")
