"""When something is wrong: a page in the house's style and the reader's language, or JSON for a program."""

import pytest
import sqlalchemy as sa

from kaikukortti.rules.access import Role
from tests import onpage
from tests.webclient import Web


def test_a_missing_page(web):
    titles = set()
    for language in ("fi", "sv", "en"):
        web.language(language)
        assert web.get("/nothing/here").status_code == 404
        assert onpage.tree(web).get("lang") == language
        titles.add(onpage.words(next(onpage.tree(web).iter("h1"))))
    assert len(titles) == 3 and "The page was not found" in titles
    links = {link.get("href") for link in onpage.tree(web).iter("a")}
    assert {"/", "/help"} <= links


@pytest.mark.parametrize(
    ("method", "address", "status", "title"),
    [
        ("GET", "/stock/", 403, "You cannot open this page"),
        ("GET", "/cards/999999", 404, "The page was not found"),
        ("POST", "/sign-out", 400, "The page was open for too long"),
        ("GET", "/invitation/x", 410, "This link works no more"),
        ("GET", "/cards/find", 405, "This cannot be done here"),
    ],
)
def test_each_kind_of_no_has_its_page(network, enter, method, address, status, title):
    web = enter(network.people[Role.WORKER])
    answer = web.open(address, method=method)
    assert (answer.status_code, answer.mimetype) == (status, "text/html")
    assert onpage.words(next(onpage.tree(web).iter("h1"))) == title
    assert f"Error {status}" in web.text
    assert network.people[Role.WORKER].actor.name in web.text, "the person is still signed in"


def test_too_much_at_once(network, enter):
    web = enter(network.people[Role.WORKER])
    web.get("/cards/new")
    answer = web.post("/cards/new", data={"csrf_token": onpage.token(web), "number": "x" * (1024 * 1024 + 10)})
    assert answer.status_code == 413
    assert "Too much was sent at once" in web.text


def test_a_fault_of_ours_is_said_and_nothing_of_it_shown(app, web, monkeypatch, caplog):
    def broken(*_args, **_kwargs):
        raise ZeroDivisionError("the number EK3F8M2X9TS and a password")

    monkeypatch.setattr("kaikukortti.web.public.render_template", broken)
    monkeypatch.setattr("venues.web.api.devices.recognise", broken)
    app.testing = False
    try:
        web.language("en")
        answer = web.get("/help")
        assert (answer.status_code, answer.mimetype) == (500, "text/html")
        assert "It is not your fault" in web.text
        assert "ZeroDivision" not in web.text and "EK3F8M2X9TS" not in web.text
        answer = web.get("/door/api/status")
        assert (answer.status_code, answer.mimetype) == (500, "application/json")
        assert onpage.json_of(answer)["error"]["code"] == "internal" and "Zero" not in answer.text
        assert "public.help" in caplog.text, "for whoever runs it"
    finally:
        app.testing = True


def test_a_fault_in_the_page_about_faults_is_answered_too(make_app, monkeypatch, caplog):
    """Whatever else is broken: a few words, no trace of the inside, and nothing of the address in the log."""
    app = make_app(testing=False)

    def broken(*_args, **_kwargs):
        raise ZeroDivisionError("inside")

    monkeypatch.setattr("kaikukortti.web.public.render_template", broken)
    monkeypatch.setattr("kaikukortti.web.pages.render_template", broken)
    answer = app.test_client().get("/help?kanarialintu=1")
    assert (answer.status_code, answer.mimetype) == (500, "text/plain")
    assert b"inside" not in answer.data and b"Traceback" not in answer.data
    assert answer.headers["Cache-Control"] == "no-store" and "default-src" in answer.headers["Content-Security-Policy"]
    assert "error in the answer to an error" in caplog.text and "kanarialintu" not in caplog.text


def test_alive_and_ready(web):
    for page in ("/healthz", "/readyz"):
        answer = web.get(page)
        assert (answer.status_code, onpage.json_of(answer)) == (200, {"status": "ok"})


def test_not_ready_without_its_database(app, monkeypatch):
    def gone(*_args, **_kwargs):
        raise sa.exc.OperationalError("SELECT 1", {}, OSError("no server"))

    monkeypatch.setattr("kaikukortti.web.status.db.session.execute", gone)
    web = Web(app)
    answer = web.get("/readyz")
    assert answer.status_code == 503
    assert web.get("/healthz").status_code == 200
