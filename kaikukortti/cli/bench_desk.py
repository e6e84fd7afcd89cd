"""A member of staff at the desk, as a browser without scripts: pages are read, forms filled in and sent."""

import http.client
import re
import time
from collections.abc import Mapping
from html.parser import HTMLParser
from urllib.parse import urlencode, urlsplit

from kaikukortti import app as application
from kaikukortti.cli import bench_statistics
from kaikukortti.cli.bench_load import Refused
from kaikukortti.config import Config
from kaikukortti.rules.access import Role

COOKIE = "kaiku"
ANSWERS = {"birth_year": "1984", "postcode": "53100", "children": "1"}
TICKS = {"is_client": "y", "is_local": "y", "is_tight": "y"}


class Browser:
    """One signed-in person on one connection. `took` are the seconds of each request so far, newest last."""

    def __init__(self, port: int, cookie: str) -> None:
        self._connection = http.client.HTTPConnection("127.0.0.1", port, timeout=60)
        self._cookie = cookie
        self.page = ""
        self.took: list[float] = []

    def close(self) -> None:
        """Let go of the connection."""
        self._connection.close()

    def get(self, path: str) -> str:
        """Read a page and return it. Raises Refused."""
        return self._send("GET", path, None)

    def submit(self, action: str, values: Mapping[str, str]) -> str:
        """Send the form of the newest page that goes to an address, with what it carries; return the page behind it.

        Raises Refused.
        """
        forms = _Forms()
        forms.feed(self.page)
        if action not in forms.fields:
            raise Refused(f"no form to {action}, only to {sorted(forms.fields)}")
        return self._send("POST", action, {**forms.fields[action], **values})

    def issue(self, card_number: str) -> str:
        """Hand out a card in its three steps, and return the page that says so. Raises Refused."""
        self.get("/cards/new")
        self.submit("/cards/new", {"number": card_number})
        self.submit("/cards/new/answers", ANSWERS)
        page = self.submit("/cards/new/hand-out", TICKS)
        if not re.search(r'href="/cards/\d+', page):
            raise Refused("the card was not handed out")
        return page

    def _send(self, method: str, path: str, fields: Mapping[str, str] | None) -> str:
        headers = {"Cookie": self._cookie, "Sec-Fetch-Site": "same-origin"}
        if fields is not None:
            headers["Content-Type"] = "application/x-www-form-urlencoded"
        begun = time.perf_counter()
        self._connection.request(method, path, None if fields is None else urlencode(fields), headers)
        answer = self._connection.getresponse()
        body = answer.read()
        self.took.append(time.perf_counter() - begun)
        given = (answer.getheader("Set-Cookie") or "").partition(";")[0]
        self._cookie = given if given.startswith(COOKIE) else self._cookie  # it holds what forms are checked by
        if answer.status in (302, 303):
            where = urlsplit(answer.headers["Location"])
            return self._send("GET", f"{where.path}?{where.query}" if where.query else where.path, None)
        if answer.status != 200:
            raise Refused(f"{method} {path} was answered {answer.status}")
        self.page = body.decode()
        return self.page


def cookie_of(settings: Config, role: Role) -> str:
    """Return the Cookie header of the person with a role, whom bench_statistics.fill made: signed in now."""
    kept = bench_statistics.signed_in(application.create_app(settings), role).get_cookie(COOKIE)
    if kept is None:
        raise RuntimeError("nobody was signed in")
    return f"{COOKIE}={kept.value}"


class _Forms(HTMLParser):
    """What each form of a page carries, by its address: hidden fields and what is filled in or chosen already."""

    def __init__(self) -> None:
        super().__init__()
        self.fields: dict[str, dict[str, str]] = {}
        self._open: dict[str, str] = {}

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = dict(attrs)
        if tag == "form":
            self._open = self.fields.setdefault(given.get("action") or "", {})
        name, kind = given.get("name"), given.get("type")
        is_left_out = kind in ("submit", "button") or (kind in ("radio", "checkbox") and "checked" not in given)
        if tag == "input" and name and not is_left_out:
            self._open[name] = given.get("value") or ""
