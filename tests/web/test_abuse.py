"""Abuse that no page invites: known secrets, odd methods, paths out of the folders, hostile parameters."""

import re
from pathlib import Path

import pytest

from kaikukortti import config
from kaikukortti.rules.access import Role
from tests import askers, bothsides, cardlives, leaves, onpage, rights, tree
from tests.webclient import Web

KNOWN_SECRETS = """/.env /.git/config /.git/HEAD /.svn/entries /.htaccess /.htpasswd /.DS_Store /.vscode/settings.json
/.aws/credentials /.ssh/id_rsa /.well-known/security.txt.bak /admin /admin/ /administrator /backup.sql /backup.zip
/config.php /console /debug /debug/pprof/ /db.sqlite3 /dump.sql
/instance/kaikukortti.cfg /instance/kaikukortti.db /kaikukortti.cfg
/metrics /phpinfo.php /phpmyadmin/
/server-status /server-info /actuator/env /actuator/health /graphql /swagger.json
/setup.cfg /requirements.txt /Makefile /static/ /static/js/ /static/../setup.cfg /wp-login.php /wp-admin/ /trace.axd
/web.config /xmlrpc.php /__debug__/ /_profiler /templates/base.html /tests/factories.py""".split()
CLIMBS = [
    f"{before}{step}{after}"
    for before in ("/static/", "/static/css/", "/mobile/", "/found/", "/door/", "/offer/venues/")
    for step in ("../", "..%2f", "%2e%2e/", "..%5c", "....//", "%252e%252e/", "..;/", "/etc/../")
    for after in ("../../../etc/passwd", "setup.cfg", "kaikukortti/config.py", "instance/kaikukortti.cfg", "%00.css")
]
INJECTIONS = (
    "1'",
    "1 OR 1=1",
    "1;DROP TABLE cards;--",
    "' UNION SELECT password_hash FROM users--",
    "1) AND (SELECT 1 FROM pg_sleep(9))--",
    "%27%20AND%201=1",
    "\\",
    "\x00",
    "[]",
    "-1",
    "9" * 40,
    "NaN",
    "é" * 300,
    "2026-02-30",
    "9999-12-31",
    "0001-01-01",
    "﷽",
)


@pytest.mark.parametrize("role", [None, Role.COORDINATOR, Role.ADMINISTRATOR])
def test_well_known_secrets_are_not_there(app, network, enter, role):
    assert len(KNOWN_SECRETS) >= 40
    web = enter(network.people[role]) if role else Web(app)
    found = {path: web.client.get(path, buffered=True).status_code for path in KNOWN_SECRETS}
    assert {path: status for path, status in found.items() if status not in (404, 308)} == {}


def test_no_path_leads_out_of_the_static_folder(app, network, enter):
    web = enter(network.people[Role.COORDINATOR])
    inside = []
    for path in CLIMBS:
        askers.forget(app)
        answer = web.client.get(path, follow_redirects=True, buffered=True)
        if answer.status_code < 400 and re.search(rb"root:|\[metadata\]|SHORTEST_SECRET|secret_key", answer.data):
            inside.append(path)
        assert answer.status_code in (200, 400, 404, 410), path
    assert inside == []


@pytest.mark.parametrize("method", ["TRACE", "TRACK", "CONNECT", "PUT", "PATCH", "DELETE", "PROPFIND", "DEBUG"])
def test_odd_methods_are_refused(web, method):
    for path in ("/", "/sign-in", "/cards/", "/door/api/scans", "/api/v1/uses", "/static/css/base.css"):
        answer = web.client.open(path, method=method, headers={"X-Canary": "seen"})
        assert answer.status_code in (403, 405) and b"seen" not in answer.data, path


def test_no_other_origin_is_let_in(app, network):
    """The published figures alone are for any page anywhere: they are everybody's, and no cookie goes along."""
    for origin in ("https://evil.example", "null", "http://localhost"):
        for path in ("/", "/api/openapi.json", "/sign-in", "/door/api/status", "/api/v1/occurrences"):
            asked = {"Origin": origin, "Access-Control-Request-Method": "POST"}
            for method in ("GET", "OPTIONS"):
                answer = Web(app).client.open(path, method=method, headers=asked)
                assert not [name for name, _value in answer.headers if name.startswith("Access-Control")], path


def test_no_look_changes_anything(app, network, enter):
    """Every page of every role: what is kept is the same before and after, but for who looked and was there."""
    with app.app_context():
        own, _theirs = bothsides.make(network)
        holder = Web(app)
        holder.client.set_cookie("kaiku_own", leaves.opened_token(network.card))
    people = {"worker": Role.WORKER, "staff": Role.VENUE_STAFF, "manager": Role.VENUE_MANAGER}
    people |= {"coordinator": Role.COORDINATOR, "viewer": Role.VIEWER, "administrator": Role.ADMINISTRATOR}
    browsers = {name: enter(network.people[role]) for name, role in people.items()} | {"holder": holder, "": Web(app)}
    looks = [line for line in rights.read() if "GET" in line.methods and "/api/" not in line.rule]
    for name, web in browsers.items():
        before = kept(app)
        for line in looks:
            if line.who & {name, "anybody", "everybody"}:
                askers.forget(app)
                web.client.get(line.address(own, name), buffered=True)
        assert kept(app) == before, name


def kept(app) -> dict[str, object]:
    looks = {"audit_entries", "audit_heads", "audit_keys", "staff_sessions", "throttles", "challenges"}
    looks |= {"request_counts", "stale_months", "month_counts", "announcement_reads"}  # counted for the next look
    with app.app_context():
        return {table: rows for table, rows in cardlives.dump().items() if table not in looks}


@pytest.mark.parametrize("role", [Role.WORKER, Role.VENUE_MANAGER, Role.COORDINATOR])
def test_no_parameter_reaches_a_statement(app, network, enter, role):
    """Every parameter that any page reads, on every page of a role, with what would bend a statement: never a fault."""
    names = sorted({name for path in tree.code() for name in parameters(path)})
    assert len(names) > 20
    with app.app_context():
        own, _theirs = bothsides.make(network)
    web = enter(network.people[role])
    word = {Role.WORKER: "worker", Role.VENUE_MANAGER: "manager", Role.COORDINATOR: "coordinator"}[role]
    lines = [line for line in rights.read() if "GET" in line.methods and line.who & {word, "anybody", "everybody"}]
    odd = []
    for number, line in enumerate(line for line in lines if not line.rule.endswith((".pdf", "<path:filename>"))):
        for text in INJECTIONS[number % 3 :: 3]:
            askers.forget(app)
            address = line.address(own, word).partition("?")[0]
            answer = web.client.get(address, query_string=dict.fromkeys(names, text), buffered=True)
            if answer.status_code >= 500:
                odd.append(f"{line.rule} {text!r} answered {answer.status_code}")
    assert not odd, tree.listing(odd, "These break by a parameter:")


def parameters(path: Path) -> set[str]:
    """Return the names of query parameters that a file reads; what several pages share is read in another one."""
    text = path.read_text(encoding="utf-8")
    named = set(re.findall(r"request\.args(?:\.get(?:list)?)?[(\[]\"(\w+)\"", text))
    shared = {"format", "page", "by", "year", "compare", "period", "venue", "day", "when", "area"}
    return named | shared if "request.args" in text or "figures" in path.parts else named


def test_a_parameter_twice_does_no_harm(app, network, enter):
    web = enter(network.people[Role.COORDINATOR])
    web.get("/partners/units/new")
    token = onpage.token(web)
    twice = {"csrf_token": [token, "x"], "name_fi": ["Yksi", "Kaksi"], "state": ["active", "left"]}
    assert web.post("/partners/units/new", data=twice).status_code in (302, 303, 422)
    assert web.client.get("/sign-in?next=/a&next=//evil.example").status_code in (200, 302)
    assert web.client.get("/figures/?year=2026&year=2025").status_code == 200


@pytest.mark.parametrize("head", ["Transfer-Encoding: chunked", "Content-Length: 0", "Content-Length: 5, 6"])
def test_a_smuggled_request_is_none(app, head):
    """What a proxy and we might read in two ways is refused."""
    name, _colon, value = head.partition(": ")
    answer = Web(app).client.post(
        "/preferences", data=b"x=1", headers={name: value, "Content-Type": "application/x-www-form-urlencoded"}
    )
    assert answer.status_code in (400, 411)


def test_there_is_no_debug_mode(make_app):
    app = make_app(testing=False)
    assert app.debug is False and app.testing is False and not app.config.get("PROPAGATE_EXCEPTIONS")


def test_the_settings_file_is_its_owner_s_alone(tmp_path):
    config.write_file(tmp_path, {"secret_key": "x" * 40})
    assert (tmp_path / config.SETTINGS_FILE).stat().st_mode & 0o777 == 0o600
