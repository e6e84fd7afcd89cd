"""Each request leaves one record with its id and the pattern of its address; trail and error pages know the id."""

import logging
import re
from typing import Any

import pytest
import sqlalchemy as sa
from flask import Flask

from kaikukortti.db import db
from kaikukortti.models.trail import AuditEntry
from kaikukortti.rules.access import Role
from kaikukortti.running import logs
from tests import onpage
from tests.webclient import Web

FROM_PROXY = "0123456789abcdef0123456789abcdef"
SHORT = re.compile("[0-9a-f]{16}")


@pytest.fixture(autouse=True)
def listening(caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.INFO, logger=logs.__name__)


def noted(caplog: pytest.LogCaptureFixture) -> list[dict[str, Any]]:
    """Return what was noted of requests since this was asked last, and how the lines read."""
    found = [record for record in caplog.records if record.message == logs.REQUEST]
    told = [{**vars(record)["fields"], "line": logs.JsonLines().format(record)} for record in found]
    caplog.clear()
    return told


def test_of_an_address_only_the_pattern_is_told(network, enter, caplog):
    web = enter(network.people[Role.WORKER])
    noted(caplog)
    web.get(f"/cards/{network.card.id}?number={network.card.number}&from=maija")
    (told,) = noted(caplog)
    assert (told["method"], told["route"], told["status"]) == ("GET", "/cards/<int:card_id>", 200)
    assert 0 < told["ms"] < 60_000
    assert network.card.number not in told["line"] and "maija" not in told["line"] and "127.0.0.1" not in told["line"]


@pytest.mark.parametrize(
    ("method", "path", "route", "status"),
    [
        ("GET", "/maija/mallikas", "none", 404),
        ("GET", "/static/css/tokens.css", "/static/<path:filename>", 200),
        ("POST", "/door/api/scans", "/door/api/scans", 401),
        ("MAIJA", "/help", "none", 405),
        ("GET", "/healthz", "/healthz", 200),
    ],
)
def test_every_answer_is_noted(app, caplog, method, path, route, status):
    answer = app.test_client().open(path, method=method)
    answer.close()
    (told,) = noted(caplog)
    assert (told["route"], told["status"], answer.status_code) == (route, status, status)
    assert "maija" not in told["line"].lower()
    assert SHORT.fullmatch(answer.headers["X-Request-ID"])


def test_a_fault_is_noted_under_its_request(app, monkeypatch, caplog):
    def broken(*_args: object, **_kwargs: object) -> None:
        raise ZeroDivisionError

    monkeypatch.setattr("kaikukortti.web.public.render_template", broken)
    app.testing = False
    try:
        web = Web(app)
        web.language("en")
        noted(caplog)
        answer = web.get("/help")
    finally:
        app.testing = True
    reference = answer.headers["X-Request-ID"]
    assert reference in onpage.words(onpage.tree(web)), "who asks for help can name it"
    assert [told["status"] for told in noted(caplog)] == [500]


def test_the_trail_tells_the_request_that_the_log_tells(app, network, enter):
    web = enter(network.people[Role.WORKER])
    answer = web.get(f"/cards/{network.card.id}")
    with app.app_context():
        entry = db.session.scalars(sa.select(AuditEntry).order_by(AuditEntry.id.desc()).limit(1)).one()
    assert entry.request_id == answer.headers["X-Request-ID"]


@pytest.mark.parametrize(
    ("proxies", "given", "is_taken"),
    [(1, FROM_PROXY, True), (0, FROM_PROXY, False), (1, "maija@example.fi", False), (1, "EK3F8M2X9TS", False)],
)
def test_an_id_is_taken_from_a_proxy_alone(make_app, proxies, given, is_taken):
    app: Flask = make_app(proxy_count=proxies)
    said = app.test_client().get("/healthz", headers={"X-Request-ID": given}).headers["X-Request-ID"]
    assert (said == given) is is_taken
    assert is_taken or SHORT.fullmatch(said)
