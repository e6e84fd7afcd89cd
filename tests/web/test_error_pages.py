"""When something is wrong: a page in the house's style and the reader's language, or JSON for a program."""

import errno

import pytest
import sqlalchemy as sa

from kaikukortti.db import db
from kaikukortti.rules.access import Role
from tests import onpage


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


@pytest.mark.parametrize(
    ("fault", "again_in"),
    [(OSError(errno.ENOSPC, "EK3F8M2X9TS"), "60"), (MemoryError(), "5"), (sa.exc.TimeoutError("EK3F8M2X9TS"), "5")],
)
def test_what_passes_by_itself_is_not_called_a_fault(app, web, monkeypatch, caplog, fault, again_in):
    """A full disk, no memory, no connection: also where a testing application would raise a fault."""

    def broken(*_args, **_kwargs):
        raise fault

    monkeypatch.setattr("kaikukortti.web.public.render_template", broken)
    monkeypatch.setattr("venues.web.api.devices.recognise", broken)
    web.language("en")
    answer = web.get("/help")
    assert (answer.status_code, answer.headers["Retry-After"]) == (503, again_in)
    assert "not available now" in web.text and "EK3F8M2X9TS" not in web.text
    answer = web.get("/door/api/status")
    assert (answer.status_code, answer.headers["Retry-After"]) == (503, again_in)
    assert onpage.json_of(answer)["error"]["code"] == "http_503"
    assert caplog.text.count("no database at endpoint") == 2 and "EK3F8M2X9TS" not in caplog.text


def test_alive_and_ready(web):
    for page in ("/healthz", "/readyz"):
        answer = web.get(page)
        assert (answer.status_code, onpage.json_of(answer)) == (200, {"status": "ok"})


def test_not_ready_without_its_schema(app, web):
    with app.app_context():
        engine = db.engine
    with engine.begin() as connection:
        connection.execute(sa.text("ALTER TABLE alembic_version RENAME TO away"))
    try:
        answer = web.get("/readyz")
        assert (answer.status_code, answer.headers["Retry-After"]) == (503, "10")
        assert onpage.json_of(answer) == {"status": "not ready", "reasons": ["database_empty"]}
        assert web.get("/healthz").status_code == 200
    finally:
        with engine.begin() as connection:
            connection.execute(sa.text("ALTER TABLE away RENAME TO alembic_version"))
    assert web.get("/readyz").status_code == 200


@pytest.mark.parametrize(("step", "reasons"), [("0001", ["database_schema_older"]), ("9999", [])])
def test_an_older_schema_is_not_ready_and_a_newer_one_is(app, web, step, reasons):
    """The last version runs on the next one's schema, while an upgrade goes on and when it is taken back."""
    with app.app_context():
        engine = db.engine
    with engine.begin() as connection:
        known = connection.execute(sa.text("SELECT version_num FROM alembic_version")).scalar_one()
        connection.execute(sa.text("UPDATE alembic_version SET version_num = :step"), {"step": step})
    try:
        answer = web.get("/readyz")
        assert onpage.json_of(answer).get("reasons", []) == reasons
        assert answer.status_code == (503 if reasons else 200)
    finally:
        with engine.begin() as connection:
            connection.execute(sa.text("UPDATE alembic_version SET version_num = :step"), {"step": known})
