"""A form that came too late: after its session had ended, or without a fresh proof. Nothing of it was kept, and the
page says so; a long text stands there again, to be copied.
"""

from flask import Flask, current_app, render_template, request, url_for
from flask_babel import gettext as _
from werkzeug.exceptions import HTTPException
from werkzeug.routing import MapAdapter, RoutingException

from kaikukortti.web import pages
from kaikukortti.web.guard import ProofMissing, SessionEnded

WORTH_KEEPING = 20  # symbols: a text that somebody thought about, rather than an answer that is quick to give again
SECRET_FIELDS = {"csrf_token", "password", "old", "response", "sealed", "recovery", "code"}


def init_app(app: Flask) -> None:
    """Register both pages."""
    app.register_error_handler(SessionEnded, _ended)
    app.register_error_handler(ProofMissing, _unproved)


def _ended(error: HTTPException) -> pages.Answer:
    if pages.wants_json():
        return pages.json_error("http_401", _("You are not signed in"), 401)
    return _page("signin/late_ended.html", url_for("accounts.sign_in", next=_way_back()))


def _unproved(error: HTTPException) -> pages.Answer:
    return _page("signin/late_unproved.html", url_for("confirming.confirm", next=_way_back()))


def _page(template: str, go_on: str) -> pages.Answer:
    typed = [
        text.strip()
        for name, texts in request.form.lists()
        if name not in SECRET_FIELDS
        for text in texts
        if len(text.strip()) >= WORTH_KEEPING and " " in text.strip()  # what a page carries along is one long word
    ]
    return render_template(template, go_on=go_on, typed=typed), 401


def _way_back() -> str | None:
    """Return the page that the form was on: its own address, or the nearest one above that can be opened."""
    adapter, path = current_app.url_map.bind(""), request.path
    while path.strip("/"):
        for page in (path, f"{path}/"):
            if _can_be_opened(adapter, page):
                return page
        path = path.rpartition("/")[0]
    return None


def _can_be_opened(adapter: MapAdapter, page: str) -> bool:
    try:
        adapter.match(page, method="GET")
    except (HTTPException, RoutingException):
        return False
    return True
