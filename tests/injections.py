"""`python -m tests.injections`: sqlmap on a demo of its own, over every address with its parameters and every form, as
each role, signed in. A part of `make audit`; one finding fails it, and so does not finding a planted one.
"""

import argparse
import base64
import http.server
import re
import sqlite3
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import parse_qs, urlencode, urlsplit

import sqlalchemy as sa
from flask import Flask

from kaikukortti import config
from kaikukortti.app import create_app
from kaikukortti.db import db
from kaikukortti.models.network import User
from tests import rights, tree
from tests.serving import Demo
from tests.web.test_abuse import parameters
from tests.webclient import Web

SQLMAP = [str(Path(sys.executable).with_name("sqlmap")), "--batch", "--disable-coloring", "--flush-session"]
HOW = ["--level=1", "--risk=2", "--dbms=sqlite", "--time-sec=2", "--threads=4", "--timeout=15", "--retries=0"]
SKIPPED = "--skip=csrf_token,kaiku,Host,Referer,User-Agent"
FOUND = re.compile(r"identified the following injection point|is vulnerable|appears to be .* injectable", re.IGNORECASE)
TESTED = re.compile(r"testing URL '|URL:\n(?:GET|POST) ")
FIELD = re.compile(r'<(?:input|select|textarea|button)[^>]*\bname="([^"]+)"')
ROLES = {
    "worker": "worker",
    "venue_staff": "staff",
    "venue_manager": "manager",
    "coordinator": "coordinator",
    "viewer": "viewer",
    "administrator": "administrator",
}
# What ends the session, sends files or needs a card of one's own has nothing to ask a database.
LEFT_OUT = re.compile(r"^/(?:static|sign-out|own|door/api|api/v1/(?!statistics)|account)|\.pdf$|<path:filename>")


@dataclass(frozen=True)
class Target:
    """One request with something in it to bend."""

    method: str
    path: str
    body: str = ""

    def raw(self, host: str, cookie: str) -> bytes:
        """Return it as a browser sends it."""
        lines = [f"{self.method} {self.path} HTTP/1.1", f"Host: {host}", f"Cookie: kaiku={cookie}"]
        if self.method == "POST":
            lines += ["Content-Type: application/x-www-form-urlencoded", f"Content-Length: {len(self.body)}"]
        return "\r\n".join([*lines, "", self.body]).encode()


class Weak(http.server.BaseHTTPRequestHandler):
    """A page that puts a parameter into a statement: what sqlmap has to find."""

    rows = sqlite3.connect(":memory:", check_same_thread=False)

    def do_GET(self) -> None:
        """Answer with the rows that the parameter asks for, or with the database's complaint."""
        asked = parse_qs(urlsplit(self.path).query).get("id", ["1"])[0]
        try:
            said = str(self.rows.execute(f"SELECT 'row', {asked}").fetchall())  # nosec B608  # weak on purpose
        except sqlite3.Error as error:
            said = f"SQLite error: {error}"
        self.send_response(200)
        self.end_headers()
        self.wfile.write(said.encode())

    def log_message(self, format: str, *args: object) -> None:
        """Say nothing."""


def main() -> int:
    """Attack for so many minutes; return 1 where something was found, or the planted weakness was not."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--minutes", type=float, default=20.0, help="for all roles together")
    minutes = parser.parse_args().minutes
    with tempfile.TemporaryDirectory() as folder:
        if not finds_what_is_planted(Path(folder)):
            print("sqlmap does not find what was planted: its silence says nothing.")
            return 1
        demo = Demo.start(
            Path(sys.executable).with_name("kaikukortti"), instance=Path(folder) / "demo", folder=Path(folder)
        )
        try:
            return attack(demo, Path(folder), until=time.monotonic() + minutes * 60)
        finally:
            demo.stop()


def attack(demo: Demo, folder: Path, *, until: float) -> int:
    """Let sqlmap go through the requests of each role; print what was done and found."""
    app, found = create_app(config.load(demo.instance)), []
    people = {sign_in["role"]: sign_in["email"] for sign_in in demo.said["sign_ins"]}
    for place, (role, email) in enumerate(people.items()):
        with app.app_context():
            cookie = session_of(app, email)
        targets = list(targets_of(app, role, cookie))
        left = (until - time.monotonic()) / (len(people) - place)
        log = folder / f"{role}.xml"
        log.write_bytes(burp_log(demo.url, cookie, targets))
        said, is_whole = sqlmap(["-l", str(log), SKIPPED], folder, seconds=max(left, 30))
        hits = [line for line in said.splitlines() if FOUND.search(line)]
        found += hits
        end = "all" if is_whole else "until the time was over"
        print(f"{role}: {len(targets)} requests, {len(TESTED.findall(said))} begun, {end}; {len(hits)} findings")
    print("\n".join(found) or "No finding.")
    return 1 if found else 0


def session_of(app: Flask, email: str) -> str:
    """Begin a session as the end of a sign-in does, and return its cookie."""
    user_id = db.session.scalars(sa.select(User.id).where(User.email == email)).one()
    cookie = Web(app).begin(user_id).client.get_cookie("kaiku")
    assert cookie is not None
    return cookie.value


def targets_of(app: Flask, role: str, cookie: str) -> Iterator[Target]:
    """Yield the requests that a role may send: each page with what it reads of its address, each form."""
    client = app.test_client()
    client.set_cookie("kaiku", cookie)
    views = {rule.rule: app.view_functions[rule.endpoint].__module__ for rule in app.url_map.iter_rules()}
    for line in rights.read():
        if not line.who & {ROLES[role], "anybody", "everybody"} or LEFT_OUT.search(line.rule):
            continue
        path = re.sub(r"<(?:any\((\w+)[^>]*|([a-z]+):[^>]*|\w+)>", _some, line.rule)
        names = parameters(tree.ROOT / (views[line.rule].replace(".", "/") + ".py"))
        if "GET" in line.methods and (names or "*" in path):
            yield Target("GET", f"{path}?{urlencode(dict.fromkeys(sorted(names), '1'))}".rstrip("?"))
        if "POST" in line.methods:
            shown = client.get(path.replace("*", ""), buffered=True).get_data(as_text=True)
            token = re.search(r'name="csrf_token" value="([^"]+)"', shown or client.get("/help").get_data(as_text=True))
            fields = dict.fromkeys([*FIELD.findall(shown), *line.form], "1")
            yield Target("POST", path, urlencode({**fields, "csrf_token": token[1] if token else "", "confirmed": "1"}))


def _some(part: re.Match[str]) -> str:
    """Return a value for a part of an address; a free word is marked as a place to try."""
    known = {"int": "1", "uuid": "01937d6e-2b1a-7c3e-9f00-000000000000"}
    return part[1] or known.get(part[2] or "", "x*")


def burp_log(url: str, cookie: str, targets: list[Target]) -> bytes:
    """Return the requests in the form of Burp's log, which sqlmap reads."""
    parts = urlsplit(url)
    items = "".join(
        f'<item><port>{parts.port}</port><request base64="true"><![CDATA['
        f"{base64.b64encode(target.raw(parts.netloc, cookie)).decode()}]]></request></item>"
        for target in targets
    )
    return f'<?xml version="1.0"?><items burpVersion="1">{items}</items>'.encode()


def sqlmap(words: list[str], folder: Path, *, seconds: float) -> tuple[str, bool]:
    """Run sqlmap for so long at most; return what it said, and whether it came to its end."""
    command = [*SQLMAP, *HOW, *words, f"--output-dir={folder / 'sqlmap'}"]
    try:
        done = subprocess.run(command, capture_output=True, text=True, timeout=seconds, check=False)
    except subprocess.TimeoutExpired as over:
        return (over.stdout or b"").decode(errors="replace"), False
    return done.stdout, True


def finds_what_is_planted(folder: Path) -> bool:
    """Return whether sqlmap finds a weakness that is there."""
    server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Weak)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    try:
        address = f"http://127.0.0.1:{server.server_port}/?id=1"
        return bool(FOUND.search(sqlmap(["-u", address, "-p", "id"], folder, seconds=120)[0]))
    finally:
        server.shutdown()
        server.server_close()


if __name__ == "__main__":
    raise SystemExit(main())
