"""Everything that somebody reaches over HTTP by following links and trying parameters, and the figures in it."""

import http.client
import itertools
import json
import re
from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import urlencode, urljoin, urlsplit

LINK = re.compile(rb'(?:href|src)="([^"#]+)')
TOKEN = re.compile(rb'name="csrf_token"[^>]*value="([^"]+)"')
CHANGING = re.compile(rb'(name="csrf_token"[^>]*value="|nonce=")[^"]+"')
LEFT_OUT = re.compile(r"^/(static|sign-out|preferences|healthz|door)")
ALIKE = 8
"""Addresses of one kind that are followed: the programme has hundreds of pages that hold no figure."""
PATIENCE = 40
"""Requests from one of the attacker's addresses; the service lets each ask sixty times a minute."""
TIMEOUT = 60

Cell = tuple[str, ...]
"""A table's code, a period's, and classes."""


@dataclass(frozen=True)
class Answer:
    """What came back, without what is drawn anew at every look by design: the token of forms, the mark of a request."""

    status: int
    headers: tuple[tuple[str, str], ...]
    body: bytes

    @property
    def kind(self) -> str:
        """Return the media type."""
        return dict(self.headers).get("content-type", "").partition(";")[0]


@dataclass
class Attacker:
    """Somebody with a browser, many network addresses and, perhaps, a sign-in."""

    url: str
    cookie: str = ""
    token: str = ""
    asked: int = 0
    found: dict[str, Answer] = field(default_factory=dict)

    def sign_in(self, email: str, password: str, code: Callable[[], str]) -> "Attacker":
        """Sign in as the pages do, with a code where they ask for one."""
        self.get("/sign-in")
        answer = self._send("/sign-in", email=email, password=password)
        if dict(answer.headers).get("location") == "/sign-in/code":
            self.get("/sign-in/code")
            answer = self._send("/sign-in/code", code=code())
        assert answer.status == 303 and self.get("/account/").status == 200, answer
        return self

    def get(self, path: str) -> Answer:
        """Fetch an address."""
        return self._ask("GET", path)

    def crawl(self, *starts: str, within: str = "/") -> dict[str, Answer]:
        """Follow every link from these addresses on, in a room of the site, and return all answers by address."""
        waiting, kinds = list(starts), Counter[str]()
        while waiting:
            path = waiting.pop(0)
            if path in self.found:
                continue
            answer = self.found[path] = self.get(path)
            for link in sorted(_links(path, answer)):
                kind = re.sub(r"\d+", "0", re.sub(r"=[^&]*(?=&|$)", "=", link))
                if link.startswith(within) and link not in self.found and link not in waiting and kinds[kind] < ALIKE:
                    kinds[kind] += 1
                    waiting.append(link)
        return self.found

    def _send(self, path: str, **fields: str) -> Answer:
        sent = urlencode({**fields, "csrf_token": self.token})
        return self._ask("POST", path, sent, {"Content-Type": "application/x-www-form-urlencoded"})

    def _ask(self, method: str, path: str, body: str | None = None, headers: dict[str, str] | None = None) -> Answer:
        place = urlsplit(self.url)
        self.asked += 1
        sender = (f"127.{1 + self.asked // PATIENCE // 250 % 250}.7.{1 + self.asked // PATIENCE % 250}", 0)
        connection = http.client.HTTPConnection(
            place.hostname or "", place.port, timeout=TIMEOUT, source_address=sender
        )
        cookies = "; ".join(filter(None, [self.cookie, "kaiku_language=en"]))
        try:
            connection.request(method, path, body, {"Cookie": cookies, **(headers or {})})
            answer = connection.getresponse()
            content = answer.read()
        finally:
            connection.close()
        for name, value in answer.getheaders():
            if name.lower() == "set-cookie" and "kaiku=" in value:
                self.cookie = value.partition(";")[0]
        token = TOKEN.search(content)
        self.token = token[1].decode() if token else self.token
        kept = sorted((name.lower(), value) for name, value in answer.getheaders())
        varying = {"date", "set-cookie", "content-security-policy", "x-request-id"}
        return Answer(
            answer.status, tuple(pair for pair in kept if pair[0] not in varying), CHANGING.sub(rb'\1"', content)
        )


def every_public_query(attacker: Attacker) -> list[str]:
    """Return the address of each published table by each of its periods, of all of them and in each form."""
    index = json.loads(attacker.get("/api/v1/statistics/").body)
    found = []
    for table, network in itertools.product(index["tables"], index["networks"]):
        periods = network["months" if table["grain"] == "month" else "quarters"]
        stem = f"{table['href']}?network={network['network']}"
        found += [stem, *(f"{stem}&period={code}" for code in periods)]
        for start in range(0, len(periods), 12):
            several = "".join(f"&period={code}" for code in periods[start : start + 12])
            found += [f"{stem}{several}&format={form}" for form in ("csv", "xlsx", "jsonstat")]
    return found


def every_quarter(quarters: Sequence[str]) -> list[str]:
    """Return the address of each quarter of a network, alone, beside each other one, and in each form."""
    stem = "/figures/network/?period="
    pairs = [f"{stem}{one}&compare={other}" for one, other in itertools.permutations(quarters, 2)]
    forms = [f"{stem}{one}&format={form}" for one in quarters for form in ("jsonstat", "csv", "xlsx")]
    crossings = [f"{stem}{quarters[-1]}&by=age&by={other}" for other in ("unit", "venue", "situation")]
    return [*forms, *pairs, *(f"{one}&format=jsonstat" for one in pairs), *crossings]


def datasets(found: dict[str, Answer]) -> list[dict[str, Any]]:
    """Return every JSON-stat dataset among answers, those of collections one by one."""
    made = []
    for answer in found.values():
        if answer.status == 200 and answer.kind == "application/json":
            said = json.loads(answer.body)
            some = said.get("link", {}).get("item", []) if said.get("class") == "collection" else [said]
            made += [one for one in some if one.get("class") == "dataset"]
    return made


def cells_of(dataset: dict[str, Any]) -> dict[Cell, int | str]:
    """Return a dataset's figures by the table's code and its classes; where there is none, the word for why."""
    shown = [name for name in dataset["id"] if name != "measure"]
    codes = [
        sorted(dataset["dimension"][name]["category"]["index"], key=dataset["dimension"][name]["category"]["index"].get)
        for name in shown
    ]
    table, values, why = dataset["extension"]["table"], dataset["value"], dataset["status"]
    keys = itertools.product(*codes)
    return {
        (table.replace("-", "_"), *key): why[str(place)] if value is None else value
        for place, (key, value) in enumerate(zip(keys, values, strict=True))
    }


def _links(path: str, answer: Answer) -> set[str]:
    if answer.status in (301, 302, 303, 308):
        links = [dict(answer.headers)["location"]]
    elif answer.status == 200 and answer.kind == "text/html":
        links = [link.decode().replace("&amp;", "&") for link in LINK.findall(answer.body)]
    else:
        links = []
    joined = {urlsplit(urljoin(f"http://here{path}", link)) for link in links}
    kept = {
        f"{one.path}?{one.query}" if one.query else one.path for one in joined if one.hostname in ("here", "127.0.0.1")
    }
    return {link for link in kept if not LEFT_OUT.match(link)}
