"""Headers of every answer, and what keeps another site from writing here with somebody's cookies."""

import pytest
import sqlalchemy as sa

from kaikukortti.db import db
from kaikukortti.models.cards import Card
from kaikukortti.models.network import User
from kaikukortti.rules.access import Role
from kaikukortti.rules.card import State
from tests import factories, onpage
from tests.web.pagelists import PAGES
from tests.web.test_pages import addresses
from tests.webclient import Web

POLICY = {
    "default-src": "'none'",
    "script-src": "'self'",
    "style-src": "'self'",
    "img-src": "'self'",
    "font-src": "'self'",
    "connect-src": "'self'",
    "media-src": "'self'",
    "worker-src": "'self'",
    "manifest-src": "'self'",
    "form-action": "'self'",
    "base-uri": "'none'",
    "frame-ancestors": "'none'",
    "require-trusted-types-for": "'script'",
    "trusted-types": "kaiku",
    "report-uri": "/csp-reports",
}
OTHERS = {
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "no-referrer",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Permissions-Policy": "camera=(), microphone=(), geolocation=()",
}
CAMERA = "camera=(self), microphone=(), geolocation=()"


def policy_of(answer) -> dict[str, str]:
    parts = (part.strip().partition(" ") for part in answer.headers["Content-Security-Policy"].split(";"))
    return {name: value for name, _, value in parts}


def test_every_kind_of_answer_carries_them(network, enter):
    web = enter(network.people[Role.WORKER])
    answers = {
        "page": web.get("/help"),
        "picture": web.get(f"/cards/{network.card.id}/card.png"),
        "not found": web.get("/nothing"),
        "forbidden": web.get("/stock/"),
        "json": web.get("/healthz"),
        "api": web.get("/door/api/status"),
        "redirect": web.get("/"),
        "script": web.get("/static/js/page.mjs"),
        "gone": web.get("/invitation/x"),
    }
    for name, answer in answers.items():
        assert policy_of(answer) == POLICY, name
        assert {header: answer.headers.get(header) for header in OTHERS} == OTHERS, name
        assert "Strict-Transport-Security" not in answer.headers, "plain loopback in a test"
        if name != "script":
            assert answer.headers["Cache-Control"] == "no-store", name


def test_pages_that_read_cards_may_ask_for_the_camera_and_no_other(network, enter):
    web = enter(network.people[Role.WORKER])
    for page in ("/cards/new", "/renewals/cards", "/stockroom", "/door/", "/door/enrol", "/door/shell"):
        assert web.get(page).headers["Permissions-Policy"] == CAMERA, page
    for page in ("/help", "/places/", f"/cards/{network.card.id}", "/renewals/", "/", "/door/manifest.webmanifest"):
        assert web.get(page).headers["Permissions-Policy"] == OTHERS["Permissions-Policy"], page


def test_the_camera_s_words_and_its_leave_come_together(network, enter):
    """A page with the camera's words has its leave, and no page has one without the other."""
    seen = set()
    for role, pages in PAGES.items():
        web = enter(network.people[role])
        for page in addresses(pages, network):
            answer = web.get(page, follow_redirects=True)
            has_words = b"data-card-texts" in answer.data
            seen.add(has_words)
            assert (answer.headers["Permissions-Policy"] == CAMERA) == has_words, page
    assert seen == {True, False}


def test_the_worker_alone_may_compile(web):
    answer = web.get("/door/decoder-worker.js")
    assert answer.status_code == 200 and "javascript" in answer.content_type
    assert policy_of(answer) == {
        "default-src": "'none'",
        "script-src": "'self' 'wasm-unsafe-eval'",
        "connect-src": "'self'",
        "require-trusted-types-for": "'script'",
        "trusted-types": "kaiku",
    }
    assert answer.headers["Cache-Control"] == "no-cache"
    assert "wasm-unsafe-eval" not in web.get("/static/door/decoder-worker.js").headers["Content-Security-Policy"]


def test_https_is_insisted_on_where_cookies_are_secure(make_app):
    web = Web(make_app(secure_cookies=True))
    answer = web.get("/help", base_url="https://localhost")
    assert answer.headers["Strict-Transport-Security"] == "max-age=31536000; includeSubDomains"
    cookie = answer.headers["Set-Cookie"]
    assert (
        cookie.startswith("__Host-kaiku=") and "Secure" in cookie and "HttpOnly" in cookie and "SameSite=Lax" in cookie
    )


def test_signing_out_clears_what_the_browser_kept(network, enter):
    web = enter(network.people[Role.WORKER])
    web.get("/help")
    answer = web.post("/sign-out", data={"csrf_token": onpage.token(web)})
    assert answer.headers["Clear-Site-Data"] == '"cache"'


def writes(network) -> list[tuple[Role | None, str, dict[str, str]]]:
    """Return one writing call of each blueprint, with what a person would send."""
    new_unit = {"name_fi": "Uusi", "state": "active"}
    event = {"title_fi": "Uusi", "kind": "match", "category": "sport", "on_day": "2026-12-05", "starts": "18:00"}
    return [
        (None, "/preferences", {"language": "sv"}),
        (None, "/sign-in", {"email": network.people[Role.WORKER].email, "password": factories.PASSWORD}),
        (Role.WORKER, "/sign-out", {}),
        (Role.WORKER, "/organisation", {"membership": "1"}),
        (Role.WORKER, f"/cards/{network.card.id}/block", {"reason": "lost", "confirmed": "1"}),
        (Role.WORKER, "/cards/find", {"number": network.card.number}),
        (Role.COORDINATOR, "/partners/units/new", new_unit),
        (Role.COORDINATOR, "/stock/", {"unit": str(network.unit.id), "kind": "personal", "count": "1"}),
        (Role.VENUE_MANAGER, "/venue/programme", event),
        (Role.VENUE_MANAGER, f"/venue/programme/{network.tonight.id}/cancel", {}),
        (Role.VENUE_MANAGER, "/venue/tablets/enrolment", {}),
        (Role.VENUE_MANAGER, f"/venue/tablets/{network.tablet.known.device_id}/revoke", {}),
    ]


@pytest.mark.parametrize("forged", [None, "", "x", "another's"])
def test_a_form_without_its_token_changes_nothing(app, network, enter, forged):
    other = Web(app)
    other.get("/sign-in")
    token = {"another's": onpage.token(other)}.get(str(forged), forged)
    browsers: dict[Role | None, Web] = {None: Web(app)}
    browsers[None].language("en")
    for role, address, fields in writes(network):
        web = browsers.setdefault(
            role, enter(network.people[role]) if role and role not in browsers else browsers[None]
        )
        before = state(app)
        answer = web.post(address, data=fields if token is None else {**fields, "csrf_token": token})
        assert answer.status_code == 400, address
        assert "Nothing was changed" in web.text
        assert state(app) == before, address


@pytest.mark.parametrize("site", ["cross-site", "same-site"])
def test_another_site_writes_nothing_even_with_the_token(app, network, enter, site):
    browsers: dict[Role | None, Web] = {None: Web(app)}
    for role, address, fields in writes(network):
        web = browsers.setdefault(
            role, enter(network.people[role]) if role and role not in browsers else browsers[None]
        )
        web.get("/help")
        before = state(app)
        data = {**fields, "csrf_token": onpage.token(web)}
        answer = web.post(address, data=data, headers={"Sec-Fetch-Site": site})
        assert answer.status_code == 403, address
        assert state(app) == before, address


@pytest.mark.parametrize("site", ["cross-site", "same-site"])
def test_another_site_uses_no_tablet(app, network, site):
    door = Web(app)
    door.client.set_cookie("kaiku_device", network.tablet.credential)
    for call, body in (
        ("scans", {"items": [factories.scan_body(network.card)]}),
        ("checks", {"code": network.card.number}),
        ("enrol", {"code": "X", "name": "X"}),
    ):
        answer = door.post(f"/door/api/{call}", json=body, headers={"Sec-Fetch-Site": site})
        assert (answer.status_code, onpage.json_of(answer)["error"]["code"]) == (403, "http_403")
    for own in ("same-origin", "none"):
        answer = door.post("/door/api/checks", json={"code": "VA12345"}, headers={"Sec-Fetch-Site": own})
        assert answer.status_code == 200


@pytest.mark.parametrize("origin", ["https://evil.example", "http://localhost.evil.example", "http://localhost:1", "x"])
def test_a_browser_that_names_another_origin_writes_nothing(app, network, enter, origin):
    """Browsers without Sec-Fetch-Site say where a call is from in Origin."""
    browsers: dict[Role | None, Web] = {None: Web(app)}
    for role, address, fields in writes(network):
        web = browsers.setdefault(
            role, enter(network.people[role]) if role and role not in browsers else browsers[None]
        )
        web.get("/help")
        before = state(app)
        answer = web.post(address, data={**fields, "csrf_token": onpage.token(web)}, headers={"Origin": origin})
        assert answer.status_code == 403, address
        assert state(app) == before, address


@pytest.mark.parametrize("origin", ["http://localhost", "null"])
def test_the_own_origin_and_one_unsaid_are_taken(app, origin):
    """Our pages tell the browser to say nothing of where it comes from: the token decides then."""
    web = Web(app)
    web.get("/help")
    sent = {"csrf_token": onpage.token(web), "language": "sv"}
    assert web.post("/preferences", data=sent, headers={"Origin": origin}).status_code == 303
    assert web.post("/preferences", data={"language": "sv"}, headers={"Origin": origin}).status_code == 400


def state(app) -> tuple[object, ...]:
    """Return what the forged calls would change."""
    with app.app_context():
        return (
            db.session.scalars(sa.select(User.language).order_by(User.id)).all(),
            db.session.scalars(sa.select(Card.state).order_by(Card.id)).all().count(State.BLOCKED),
            [
                db.session.scalar(sa.text(f"SELECT count(*) FROM {table}"))
                for table in ("units", "cards", "events", "enrolments")
            ],
            db.session.scalars(sa.text("SELECT state FROM occurrences ORDER BY id")).all(),
            db.session.scalars(sa.text("SELECT state FROM devices ORDER BY id")).all(),
        )
