"""Nothing that people send reaches a log: thirty canaries through every input of the served program, also where it
breaks, and then a search through all that it has written. And nobody writes a record into the log but the program.
"""

import io
import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest
import requests
import sqlalchemy as sa
from flask import Flask

from kaikukortti.db import db
from kaikukortti.models.trail import AuditEntry
from kaikukortti.rules.access import Role
from tests import factories, rights, sellers
from tests.factories import SECRET_KEY
from tests.network import Network, make_network
from tests.serving import Service
from tests.webclient import Web

CANARIES = [f"Kanarialintu{number:02d}Q{number * 7919 % 97:02d}" for number in range(30)]
HEADERS = ("User-Agent", "Referer", "X-Forwarded-For", "X-Request-Id", "Authorization", "Idempotency-Key", "Accept")
ROLES = {
    "worker": Role.WORKER,
    "staff": Role.VENUE_STAFF,
    "manager": Role.VENUE_MANAGER,
    "coordinator": Role.COORDINATOR,
    "viewer": Role.VIEWER,
    "administrator": Role.ADMINISTRATOR,
}
FORMS = ("email", "password", "number", "name", "name_fi", "words", "next", "text", "code", "postcode")
FORGED = "x\r\n[2026-01-01 00:00:00,000] ERROR in forged: somebody's own record"


@dataclass
class Walk:
    """Somebody who goes through the service with a canary in all that can be said; `seen` counts answers by status."""

    service: Service
    session: requests.Session
    token: str = ""
    seen: dict[int, int] = field(default_factory=dict)
    next: Iterator[str] = field(default_factory=lambda: iter(CANARIES * 10_000))

    def send(self, method: str, path: str, **options: Any) -> None:
        """Send a request with canaries in its query and its headers."""
        query = {next(self.next): next(self.next), "next": next(self.next), "day": FORGED}
        headers = {name: next(self.next) for name in HEADERS} | options.pop("headers", {})
        headers |= {"Sec-Fetch-Site": "same-origin", "Connection": "close"}
        answer = self.session.request(
            method, self.service.url + path, params=query, headers=headers, allow_redirects=False, timeout=30, **options
        )
        self.seen[answer.status_code] = self.seen.get(answer.status_code, 0) + 1

    def form(self, path: str, known: dict[str, Any] | None = None) -> None:
        """Send a form with canaries in fields that some forms have, and in one that none has."""
        fields = dict.fromkeys(FORMS, "") if known is None else known
        told = {name: next(self.next) for name in fields} | {"words": FORGED}
        self.send("POST", path, data={"csrf_token": self.token, **told})


@pytest.fixture
def network(app: Flask) -> Network:
    """Return the network of the web tests."""
    return make_network()


@pytest.fixture
def service(app: Flask, network: Network, tmp_path) -> Iterator[Service]:
    """Serve the test's own database as in production."""
    url = db.engine.url.render_as_string(hide_password=False)
    served = Service.start(url, instance=tmp_path, secret_key=SECRET_KEY, KAIKU_SECURE_COOKIES="0")
    yield served
    served.stop()


def walker(service: Service, app: Flask, person: factories.Person | None = None) -> Walk:
    """Return a browser at the served program, with a person's session or nobody's."""
    walk, made = Walk(service, requests.Session()), Web(app)
    if person is not None:
        assert person.actor.user_id is not None
        made.begin(person.actor.user_id)
        cookie = made.client.get_cookie("kaiku")
        assert cookie is not None
        walk.session.cookies.set("kaiku", cookie.value)
    page = walk.session.get(f"{service.url}/help", timeout=30).text
    walk.token = page.partition('name="csrf_token" value="')[2].partition('"')[0]
    assert walk.token
    return walk


def address(line: rights.Line, walk: Walk) -> str:
    """Return an address in which a canary stands wherever a word may stand."""

    def value(part: re.Match[str]) -> str:
        kind, name = part[1] or "", part[2]
        if kind.startswith("any("):
            return re.split(r"\W+", kind)[1]
        known = {"int": "1", "uuid": "01937d6e-2b1a-7c3e-9f00-000000000000"}
        return known.get(kind.rstrip(":"), next(walk.next)) if name else ""

    return re.sub(r"<(?:([^:<>]+):)?(\w+)>", value, line.rule)


def go_everywhere(walk: Walk, who: str) -> None:
    """Open every page of somebody, and send something to every form."""
    for line in rights.read():
        if line.who & {who, "anybody", "everybody"} and not line.rule.startswith(("/sign-out", "/static")):
            if "GET" in line.methods:
                walk.send("GET", address(line, walk))
            if "POST" in line.methods:
                walk.form(address(line, walk))


def use_programs(walk: Walk, network: Network, credential: str, key: str) -> None:
    """Call the interfaces of tablets and ticket systems."""
    walk.session.cookies.set("kaiku_device", credential)
    for call, body in (
        ("checks", {"code": None}),
        ("scans", {"items": [{**factories.scan_body(network.card), "shift": "x"}, {"scan_id": "x", "odd": "x"}]}),
        ("scans", {"items": [{**factories.scan_body(network.card), "code": None}]}),
        ("enrol", {"code": None, "name": None}),
        ("rescue", {"format": None, "ciphertext": None}),
    ):
        walk.send("POST", f"/door/api/{call}", json=filled(body, walk))
        walk.send("POST", f"/door/api/{call}", data=next(walk.next), headers={"Content-Type": "application/json"})
    held = {"Authorization": f"Bearer {key}", "Idempotency-Key": next(walk.next) + "-" * 8}
    for call in ("checks", "uses", "bookings"):
        walk.send("POST", f"/api/v1/{call}", json=filled({"code": None, "odd": None}, walk), headers=held)


def filled(body: Any, walk: Walk) -> Any:
    """Return a body with canaries in place of what is left open."""
    match body:
        case dict():
            return {name: filled(value, walk) for name, value in body.items()}
        case list():
            return [filled(value, walk) for value in body]
        case None | "x":
            return next(walk.next)
        case _:
            return body


def make_errors(walk: Walk, app: Flask) -> None:
    """Ask for every kind of error, and for faults of ours: a table that everything needs is away for a moment."""
    walk.send("GET", f"/{next(walk.next)}/{next(walk.next)}")
    walk.send("DELETE", "/cards/find")
    walk.send("GET", "/stock/")
    walk.send("GET", "/door/api/status", cookies={"kaiku_device": next(walk.next)})
    walk.send("GET", "/api/v1/occurrences")
    walk.send("POST", "/preferences", data={"csrf_token": next(walk.next)})
    walk.send("POST", "/preferences", data={"x": next(walk.next) * 100_000})
    walk.send("POST", "/stock/import", files={"file": (next(walk.next), io.BytesIO(next(walk.next).encode()))})
    walk.send("POST", "/csp-reports", json={"csp-report": {"violated-directive": next(walk.next)}})
    with app.app_context():
        for there, away in (("cards", "cards_away"), ("users", "users_away")):
            rename(there, away)
            walk.form("/cards/find", {"number": ""})
            walk.form("/sign-in", {"email": "", "password": ""})
            walk.send("POST", "/door/api/checks", json={"code": next(walk.next)})
            walk.send("GET", f"/mobile/{next(walk.next)}")
            rename(away, there)


def rename(before: str, after: str) -> None:
    with db.engine.begin() as connection:
        connection.execute(sa.text(f"ALTER TABLE {before} RENAME TO {after}"))


def test_no_canary_is_in_any_log(app, network, service, tmp_path: Path):
    with app.app_context():
        key = sellers.make_seller(network.venue).token
    walks = [walker(service, app)]
    go_everywhere(walks[0], "nobody")
    for who, role in ROLES.items():
        walks.append(walker(service, app, network.people[role]))
        go_everywhere(walks[-1], who)
    use_programs(walks[0], network, network.tablet.credential, key)
    worker = walker(service, app, network.people[Role.WORKER])
    worker.session.cookies.set("kaiku_device", network.tablet.credential)
    make_errors(worker, app)
    service.stop()
    seen = [status for walk in (*walks, worker) for status in walk.seen]
    assert {200, 302, 400, 401, 403, 404, 405, 410, 413, 422} <= set(seen), sorted(set(seen))
    said = "".join(service.complaints)
    assert len(re.findall("(?:unhandled error|no database) at endpoint", said)) >= 3, "faults were made and written"
    assert [line for line in said.splitlines() if found_in(line)] == []
    beside = [path for path in tmp_path.rglob("*") if path.is_file() and ".db" not in path.name]
    assert {path.name: found for path in beside if (found := found_in(path.read_text(errors="replace")))} == {}
    assert "forged" not in said, "nobody writes a record but the program"
    with app.app_context():
        trail = " ".join(f"{entry.action} {entry.detail}" for entry in db.session.scalars(sa.select(AuditEntry)))
    assert found_in(trail) == set(), "the audit log says what was done, never what was typed"


def found_in(text: str) -> set[str]:
    return {canary for canary in CANARIES if canary.lower() in text.lower()}
