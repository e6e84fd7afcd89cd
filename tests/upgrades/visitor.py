"""A browser without script, over real HTTP: cookies, forms, redirects. Every call is noted, with how it ended."""

import http.client
import json
import random
import re
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlencode, urlsplit

import html5lib

from tests.upgrades.calls import NO_ANSWER, Calls
from tests.webclient import filled, posting_forms

PATIENCE_S = 120.0  # for a busy machine; what it took is told
MOST_REDIRECTS = 5
FORM = "application/x-www-form-urlencoded"


class NoAnswer(Exception):
    """The service did not answer, or with a fault of its own."""


@dataclass(frozen=True)
class Answer:
    """What came back, after redirects."""

    path: str
    status: int
    body: bytes

    @property
    def text(self) -> str:
        """Return a page's words, without what stands on every page before its main part."""
        main = self.body.decode(errors="replace").partition("<main")[2]
        return re.sub(r"(?:<[^>]*>|\s)+", " ", main).strip()

    def json(self) -> dict[str, Any]:
        """Return the JSON object of the body."""
        read: dict[str, Any] = json.loads(self.body)
        return read

    def page(self) -> Any:
        """Return the page as a tree."""
        return html5lib.parse(self.body.decode(), namespaceHTMLElements=False)


class Visitor:
    """Somebody with cookies. Each call goes to one of the hosts' ports, drawn anew, on a connection of its own."""

    def __init__(self, ports: Sequence[int], calls: Calls, chance: random.Random) -> None:
        self._ports, self._calls, self._chance = ports, calls, chance
        self._cookies: dict[str, str] = {}
        self.answer = Answer("", 0, b"")

    def get(self, path: str, *, what: str = "page") -> Answer:
        """Fetch something. Raises NoAnswer."""
        return self._open("GET", path, None, {}, what)

    def post_json(self, path: str, body: Mapping[str, Any], *, what: str) -> Answer:
        """Send JSON as a tablet does. Raises NoAnswer."""
        return self._open("POST", path, json.dumps(body).encode(), {"Content-Type": "application/json"}, what)

    def submit(self, page: str, values: Mapping[str, object], *, form: str | None = None) -> Answer:
        """Open a page, fill in its form and send it. Raises NoAnswer."""
        self.get(page)
        return self.go_on(values, form=form)

    def go_on(self, values: Mapping[str, object], *, form: str | None = None) -> Answer:
        """Fill in the form of the newest page and send it. Raises NoAnswer."""
        found = posting_forms(self.answer.page(), self.answer.path, form)
        action = form or next(iter(found), "")
        where = f"{self.answer.path} answered {self.answer.status}"
        assert action in found, f"{where}, without {action}: {self.answer.text}"
        fields = urlencode(filled(found[action], dict(values)), doseq=True)
        return self._open("POST", action, fields.encode(), {"Content-Type": FORM}, "form")

    def leave(self) -> None:
        """Forget all cookies."""
        self._cookies = {}

    def _open(self, method: str, path: str, body: bytes | None, headers: dict[str, str], what: str) -> Answer:
        for _ in range(MOST_REDIRECTS):
            status, goal, read = self._call(method, path, body, headers, what)
            self.answer = Answer(path, status, read)
            if not goal:
                return self.answer
            place = urlsplit(goal)
            path, method, body, headers = place.path + ("?" + place.query if place.query else ""), "GET", None, {}
        raise NoAnswer(f"{path} leads in a circle")

    def _call(
        self, method: str, path: str, body: bytes | None, headers: dict[str, str], what: str
    ) -> tuple[int, str | None, bytes]:
        began = time.monotonic()
        said = "; ".join(f"{name}={value}" for name, value in self._cookies.items())
        port = self._chance.choice(self._ports)
        connection = http.client.HTTPConnection("127.0.0.1", port, timeout=PATIENCE_S)
        try:
            connection.request(method, path, body, {**headers, "Cookie": said, "Connection": "close"})
            answer = connection.getresponse()
            read = answer.read()
        except (OSError, http.client.HTTPException) as error:
            self._calls.note(f"{what} {path}: {error!r}", began=began, status=NO_ANSWER)
            raise NoAnswer(f"{method} {path}: {error!r}") from error
        finally:
            connection.close()
        self._calls.note(what if answer.status < 500 else f"{what} {path}", began=began, status=answer.status)
        if answer.status >= 500:
            raise NoAnswer(f"{method} {path}: {answer.status}")
        self._keep(answer.headers.get_all("Set-Cookie") or [])
        return answer.status, answer.getheader("Location") if 300 <= answer.status < 400 else None, read

    def _keep(self, cookies: list[str]) -> None:
        for cookie in cookies:
            name, _, value = cookie.partition(";")[0].partition("=")
            if value:
                self._cookies[name] = value
            else:
                self._cookies.pop(name, None)
