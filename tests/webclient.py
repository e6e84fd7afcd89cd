"""The tests' stand-in for a browser: fills in forms as a person does, checks each page's style on the way."""

import re
from collections.abc import Mapping
from typing import Any
from xml.etree import ElementTree

import sqlalchemy as sa
from flask import Flask
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from kaikukortti import clock
from kaikukortti.db import db
from kaikukortti.models.network import User
from kaikukortti.signin import sessions
from tests import pagestyle, secondfactors

# Forms of the frame, on every page: chosen only when they are asked for by name.
EVERYWHERE = {"/preferences", "/sign-out"}


class Web:
    """A browser without script. `web.get(path)` returns the response; the newest stays in `web.response`."""

    def __init__(self, app: Flask) -> None:
        self.app = app
        self.client: FlaskClient = app.test_client()
        self.response: TestResponse | None = None

    def get(self, path: str, **options: Any) -> TestResponse:
        """Fetch a page, a file or JSON."""
        return self.open(path, method="GET", **options)

    def post(self, path: str, **options: Any) -> TestResponse:
        """Send something as it is: `data={…}` or `json={…}`. `submit` is what a person does."""
        return self.open(path, method="POST", **options)

    def open(self, path: str, **options: Any) -> TestResponse:
        """Send any request; an HTML page must keep the house style."""
        self.response = self.client.open(path, buffered=True, **options)
        redirects = 300 <= self.response.status_code < 400
        if self.response.mimetype == "text/html" and not redirects:
            pagestyle.check(self.response)
        return self.response

    def submit(self, page: str, values: Mapping[str, object] | None = None, *, form: str | None = None) -> TestResponse:
        """Open a page, fill in its form and send it; hidden and ready-filled fields go along as in a browser.

        `values` are by field name; a list chooses several, None leaves a field out. `form` is the address
        that the form is sent to, where a page has several. Redirects are followed.
        Raises AssertionError for a field that the form has not.
        """
        answer = self.get(page, follow_redirects=True)
        assert answer.status_code == 200, f"{page} answered {answer.status_code}"
        return self.go_on(values, form=form)

    def go_on(
        self, values: Mapping[str, object] | None = None, *, form: str | None = None, to: str | None = None
    ) -> TestResponse:
        """Fill in a form of the newest page and send it, as `submit` does; `to` is a button's own address."""
        assert self.response is not None
        where = self.response.request.full_path.rstrip("?")
        found = posting_forms(pagestyle.parse(self.response), where, form)
        assert found, f"{where} has no form to send"
        assert form is not None or len(found) == 1, f"{where} has several forms: say which of {sorted(found)}"
        action = form or next(iter(found))
        fields = filled(found[action], dict(values or {}))
        return self.post(to or action, data=fields, follow_redirects=True)

    def sign_in(self, email: str, password: str, *, page: str = "/sign-in") -> TestResponse:
        """Sign in and arrive at the first page, with the code of the app that `secondfactors` has made."""
        answer = self.submit(page, {"email": email, "password": password})
        if answer.request.path != "/sign-in/code" or answer.status_code != 200:
            return answer
        with self.app.app_context():
            user_id = db.session.scalars(sa.select(User.id).where(User.email == email)).one()
            code = secondfactors.next_code(user_id, now=clock.now())
        return self.go_on({"code": code})

    def begin(self, user_id: int) -> "Web":
        """Begin a session as the end of a sign-in does, without its pages and without the work of a password."""
        with self.app.app_context():
            token = sessions.begin(user_id, browser="a test", now=clock.now())
        with self.client.session_transaction() as cookie:
            cookie.clear()
            cookie.permanent = True
            cookie["_user_id"] = token
        return self

    def language(self, code: str) -> None:
        """Choose the interface language as the switch on the page does: fi, sv or en."""
        self.client.set_cookie("kaiku_language", code)

    @property
    def text(self) -> str:
        """Return the newest page's words, white space made single, for `assert "…" in web.text`."""
        assert self.response is not None
        body = pagestyle.parse(self.response).find("body")
        assert body is not None
        return re.sub(r"\s+", " ", " ".join(body.itertext())).strip()


def posting_forms(page: ElementTree.Element, where: str, form_named: str | None) -> dict[str, ElementTree.Element]:
    """Return a page's forms by where they are sent to; those of the frame only when asked for by name."""
    forms = (form for form in page.iter("form") if form.get("method", "get").lower() == "post")
    found = {form.get("action") or where: form for form in forms}
    if form_named in found:
        return found
    return {action: form for action, form in found.items() if action not in EVERYWHERE}


def filled(form: ElementTree.Element, values: dict[str, object]) -> dict[str, object]:
    """Return what a form sends when a person has put values in. Raises AssertionError for a field that it has not."""
    known = {
        field.get("name"): field for field in form.iter() if field.tag in {"input", "select", "textarea", "button"}
    }
    unknown = values.keys() - known.keys()
    assert not unknown, f"the form has no field {sorted(unknown)}, it has {sorted(name for name in known if name)}"
    ready: dict[str, list[str]] = {}
    for field in form.iter():
        for value in _ready_values(field):
            ready.setdefault(field.get("name", ""), []).append(value)
    merged: dict[str, object] = {**ready, **values}
    return {name: value for name, value in merged.items() if name and value is not None}


def _ready_values(field: ElementTree.Element) -> list[str]:
    if field.tag == "input":
        kind = field.get("type", "text").lower()
        if kind in {"submit", "button", "image", "reset", "file"}:
            return []
        if kind in {"checkbox", "radio"}:
            return [field.get("value", "on")] if field.get("checked") is not None else []
        return [field.get("value", "")]
    if field.tag == "textarea":
        return ["".join(field.itertext())]
    if field.tag == "select":
        options = list(field.iter("option"))
        chosen = [option for option in options if option.get("selected") is not None]
        if not chosen and field.get("multiple") is None:
            chosen = options[:1]
        return [option.get("value", "".join(option.itertext()).strip()) for option in chosen]
    return []
