"""Under which names the service answers: a forged name reaches no link, and door and pages can live apart."""

import dataclasses

import pytest
from flask import request

from kaikukortti.rules.access import Role
from kaikukortti.web import hosts
from tests import onpage
from tests.network import make_network
from tests.web.pagelists import PUBLIC
from tests.webclient import Web

STAFF, DOOR = "kortti.example.fi", "ovi.example.fi"
FORGED = [
    {"Host": "evil.example"},
    {"Host": "localhost.evil.example"},
    {"Host": "localhost@evil.example"},
    {"X-Forwarded-Host": "evil.example", "X-Forwarded-Proto": "gopher", "X-Forwarded-Port": "1"},
    {"X-Forwarded-Prefix": "/evil.example"},
    {"Forwarded": "host=evil.example;proto=https", "X-Host": "evil.example", "X-Original-URL": "/evil.example"},
]


@pytest.fixture
def apart(make_app):
    """Return the application with a host for the pages and one for the door."""
    return make_app(staff_host=STAFF, door_host=DOOR)


def at(host: str) -> dict[str, str]:
    return {"base_url": f"http://{host}"}


def signed_in(app, person, host: str) -> Web:
    """Return a browser with a session under a host."""
    web = Web(app)
    web.language("en")
    web.begin(person.actor.user_id)
    cookie = web.client.get_cookie("kaiku")
    assert cookie is not None
    web.client.set_cookie("kaiku", cookie.value, domain=host)
    web.client.set_cookie("kaiku_language", "en", domain=host)
    return web


@pytest.mark.parametrize("headers", FORGED)
def test_a_forged_name_reaches_no_link(make_app, now, headers):
    app = make_app(public_url="https://kaiku.example")
    with app.app_context():
        network = make_network()
    web = signed_in(app, network.people[Role.COORDINATOR], "kaiku.example")
    place = f"/partners/units/{network.unit.id}/people"
    web.get("/help", **at("kaiku.example"))
    sent = {"csrf_token": onpage.token(web), "name": "Uusi", "email": "uusi@example.fi", "role": "worker"}
    if "Host" in headers:
        assert web.post(place, data=sent, headers=headers).status_code == 400
        assert "evil" not in web.text
        return
    for page in [*PUBLIC, place]:
        method = "POST" if page == place else "GET"
        answer = web.open(
            page, method=method, data=sent if page == place else None, headers=headers, **at("kaiku.example")
        )
        assert answer.status_code < 500
        assert b"evil.example" not in answer.data and "evil" not in str(answer.headers), page


def test_another_name_is_refused_but_for_questions_of_health(make_app):
    app = make_app(public_url="https://kaiku.example")
    web = Web(app)
    assert web.get("/help", base_url="https://kaiku.example").status_code == 200
    assert web.get("/help", base_url="https://kaiku.example:443").status_code == 200
    for host in ("10.0.0.7", "kaiku.example.evil.example", "localhost", "kaiku.example:8443"):
        for page in ("/help", "/sign-in", "/static/css/base.css", "/door/", "/api/openapi.json", "/nothing"):
            assert web.get(page, **at(host)).status_code == 400, (host, page)
        assert web.get("/healthz", **at(host)).status_code == 200
        assert web.get("/readyz", **at(host)).status_code == 200


def test_without_a_setting_any_name_works(app):
    assert Web(app).get("/help", **at("10.0.0.7")).status_code == 200


def test_only_so_many_proxies_are_believed(make_app):
    """What a caller writes before the proxy's own word counts for nothing."""
    app = make_app(proxy_count=1, public_url="https://kaiku.example")
    seen = {}

    @app.before_request
    def remember() -> None:
        seen["address"] = request.remote_addr

    forged = {"X-Forwarded-For": "203.0.113.9, 198.51.100.7", "X-Forwarded-Host": "evil.example, kaiku.example"}
    assert Web(app).get("/help", headers=forged).status_code == 200
    assert seen["address"] == "198.51.100.7"
    app = make_app(public_url="https://kaiku.example")
    answer = Web(app).get("/help", headers=forged, **at("kaiku.example"))
    assert answer.status_code == 200


def test_door_and_pages_live_apart(apart):
    web = Web(apart)
    for page in ("/door/", "/door/enrol", "/door/shell", "/door/service-worker.js", "/door/manifest.webmanifest"):
        assert web.get(page, **at(DOOR)).status_code == 200, page
        assert web.get(page, **at(STAFF)).status_code == 404, page
    assert web.get("/door/api/status", **at(DOOR)).status_code == 401
    assert web.get("/door/api/status", **at(STAFF)).status_code == 404
    for page in [page for page in PUBLIC if not page.startswith(("/door/", "/own/"))] + ["/api/openapi.json"]:
        assert web.get(page, **at(STAFF)).status_code == 200, page
        assert web.get(page, **at(DOOR)).status_code == 404, page
    for page in ("/static/css/base.css", "/door/decoder-worker.js", "/healthz"):
        assert {web.get(page, **at(host)).status_code for host in (STAFF, DOOR)} == {200}, page
    assert web.get("/help", **at("localhost")).status_code == 400


def test_a_tablet_s_cookie_opens_nothing_among_the_pages(apart, now):
    with apart.app_context():
        network = make_network()
    web = Web(apart)
    for host in (STAFF, DOOR):
        web.client.set_cookie("kaiku_device", network.tablet.credential, domain=host)
    assert web.get("/door/api/status", **at(DOOR)).status_code == 200
    assert web.get("/door/api/status", **at(STAFF)).status_code == 404


def test_links_lead_to_the_right_host(apart, now):
    with apart.app_context():
        network = make_network()
    web = signed_in(apart, network.people[Role.VENUE_MANAGER], STAFF)
    web.get("/venue/tablets/", **at(STAFF))
    web.post("/venue/tablets/enrolment", data={"csrf_token": onpage.token(web)}, **at(STAFF))
    assert web.response is not None and f"http://{DOOR}/door/enrol#" in web.response.text
    web = Web(apart)
    web.get("/", **at(STAFF))
    assert f"http://{DOOR}/door/" in {link.get("href") for link in onpage.tree(web).iter("a")}
    document = onpage.json_of(web.get("/api/openapi.json", **at(STAFF)))
    assert document["servers"] == [{"url": f"http://{STAFF}"}]
    door = {path: item["servers"] for path, item in document["paths"].items() if "servers" in item}
    assert {path for path in document["paths"] if path.startswith("/door/")} == set(door)
    assert all(servers == [{"url": f"http://{DOOR}"}] for servers in door.values())


@pytest.mark.parametrize(("secure", "scheme"), [(True, "https"), (False, "http")])
def test_our_addresses_have_the_scheme_that_the_cookies_need(make_app, secure, scheme):
    app = make_app(staff_host=STAFF, door_host=DOOR, secure_cookies=secure)
    with app.test_request_context(base_url=f"http://{STAFF}"):
        assert (hosts.staff_url(), hosts.door_url()) == (f"{scheme}://{STAFF}", f"{scheme}://{DOOR}")
        assert hosts.door_page() == f"{scheme}://{DOOR}/door/"
    settings = dataclasses.replace(app.config["KAIKU"], public_url=f"https://{STAFF}")
    app.config["KAIKU"] = settings
    with app.test_request_context(base_url=f"http://{STAFF}"):
        assert (hosts.staff_url(), hosts.door_url()) == (f"https://{STAFF}", f"https://{DOOR}")
