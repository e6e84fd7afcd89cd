"""What every page shares: errors as pages or JSON, the menu, the context of templates."""

from collections.abc import Callable, Mapping
from contextlib import suppress
from dataclasses import dataclass
from typing import Any

import sqlalchemy as sa
from flask import Flask, Response, current_app, jsonify, render_template, request, url_for
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from flask_wtf.csrf import CSRFError
from werkzeug.exceptions import HTTPException
from werkzeug.routing import IntegerConverter, Map

from kaikukortti.db import db
from kaikukortti.errors import DomainError
from kaikukortti.rules import number as number_rules
from kaikukortti.rules.access import Role
from kaikukortti.running import metrics, requestids, trouble
from kaikukortti.running.trouble import Trouble
from kaikukortti.web import guard, hosts, language
from kaikukortti.web.sentences import sentence_of, status_of

Answer = tuple[str | Response, int]
ToldAnswer = tuple[str | Response, int, dict[str, str]]
Link = tuple[str, Any]
"""An endpoint and what a menu calls it."""
_MORE_LINKS = "kaikukortti.menu"
TOLD_BY_HEADERS = {"Allow", "Retry-After"}  # what an error says to a program beside its words
COME_AGAIN = {"Retry-After": "10"}  # seconds: twice as long as a lock is waited for (db.engine_options)

ROLE_NAMES = {
    Role.WORKER: _l("Card issuer"),
    Role.VENUE_STAFF: _l("Venue staff"),
    Role.VENUE_MANAGER: _l("Venue manager"),
    Role.COORDINATOR: _l("Coordinator"),
    Role.VIEWER: _l("Statistics viewer"),
    Role.ADMINISTRATOR: _l("Administrator"),
}

MENU: Mapping[Role, tuple[tuple[str, Any], ...]] = {
    Role.WORKER: (
        ("cards.desk", _l("Cards")),
        ("handout.new", _l("Hand out a card")),
        ("freeplaces.index", _l("Free places")),
        ("unitbookings.index", _l("Bookings")),
        ("ourpart.index", _l("Our part")),
    ),
    Role.VENUE_STAFF: (
        ("programme.evening", _l("Today")),
        ("bookings.tonight", _l("Bookings")),
        ("paperlist.day", _l("Paper list")),
        ("ourpart.index", _l("Our part")),
    ),
    Role.VENUE_MANAGER: (
        ("programme.evening", _l("Today")),
        ("bookings.tonight", _l("Bookings")),
        ("programme.index", _l("Programme")),
        ("venuefigures.index", _l("Our figures")),
        ("ourplace.facts", _l("Our place")),
        ("tablets.index", _l("Tablets")),
        ("paperlist.day", _l("Paper list")),
        ("questions.of_venue", _l("Questions")),
        ("ourpart.index", _l("Our part")),
    ),
    Role.COORDINATOR: (
        ("network.index", _l("The network")),
        ("statistics.index", _l("Figures")),
        ("partners.index", _l("Units and venues")),
        ("stock.index", _l("Stock of cards")),
        ("areacards.find", _l("Look at a card")),
        ("questions.of_area", _l("Questions")),
        ("areas.settings", _l("Settings")),
    ),
    Role.VIEWER: (("networkfigures.index", _l("Figures")),),
    Role.ADMINISTRATOR: (),
}

HTTP_WORDS = {
    400: (_l("The request could not be read"), _l("Go back and try again.")),
    401: (_l("You are not signed in"), _l("Sign in and try again.")),
    403: (_l("You cannot open this page"), _l("Your role does not include this. Nothing was changed.")),
    404: (_l("The page was not found"), _l("It may have moved, or it is not yours to see.")),
    405: (_l("This cannot be done here"), _l("Go back and try again.")),
    409: (_l("This cannot be done now"), _l("Somebody may have changed the same thing. Look again and try anew.")),
    410: (_l("This link works no more"), _l("Ask for a new one.")),
    411: (_l("The request could not be read"), _l("Go back and try again.")),
    415: (_l("The request could not be read"), _l("Go back and try again.")),
    413: (_l("Too much was sent at once"), _l("Send a smaller amount.")),
    429: (_l("Too many requests came from this place"), _l("Wait a minute and try again.")),
    500: (_l("Something broke here"), _l("It is not your fault. Try again in a moment.")),
    503: (_l("The service is not available now"), _l("Try again in a moment.")),
}


@dataclass(frozen=True)
class MenuItem:
    """One line of the main menu."""

    label: str
    url: str
    current: bool


@dataclass(frozen=True)
class ActorView:
    """The signed-in person as the page's head shows it."""

    name: str
    organisation_name: str
    role_label: str
    has_several: bool


class RowNumber(IntegerConverter):
    """The number of a row in an address. One that no row can have is a page that does not exist, not a fault."""

    def __init__(self, url_map: Map) -> None:
        super().__init__(url_map, max=2**31 - 1)


def init_app(app: Flask) -> None:
    """Register error handlers, row numbers in addresses, the template context and the filter `grouped`."""
    app.url_map.converters["int"] = RowNumber
    app.register_error_handler(DomainError, _domain_error)
    app.register_error_handler(sa.exc.SQLAlchemyError, _database_error)
    app.register_error_handler(CSRFError, _csrf_error)
    app.register_error_handler(HTTPException, _http_error)
    app.register_error_handler(Exception, _bug)
    app.context_processor(_context)
    app.jinja_env.filters["grouped"] = number_rules.grouped


def extend_menu(app: Flask, links: Callable[[], list[Link]]) -> None:
    """Let a part of the service add its links to the menu of the person who asks; asked once a page."""
    app.extensions.setdefault(_MORE_LINKS, []).append(links)


def home_url() -> str:
    """Return the first page of the signed-in person's role, or the front page."""
    membership = guard.find_membership()
    if guard.lacks_factor():
        return url_for("factors.index")
    menu = MENU[membership.role] if membership else ()
    return url_for(menu[0][0]) if menu else url_for("public.about" if membership else "public.front")


def organisation_name() -> str:
    """Return the name of the organisation that the person acts for, or nothing."""
    membership = guard.find_membership()
    if membership is None:
        return ""
    home = membership.unit or membership.venue or membership.area
    return language.name(home) if home else ""


def json_error(code: str, message: str, status: int) -> Answer:
    """Return the one JSON shape of errors."""
    return jsonify(error={"code": code, "message": message}), status


def wants_json() -> bool:
    """Return whether the caller is a program."""
    return "/api/" in request.path


def public_url() -> str:
    """Return the address of the pages as the outside sees it, without a slash at the end."""
    return hosts.staff_url()


def _context() -> dict[str, Any]:
    membership = guard.find_membership()
    may_go = membership is not None and not guard.lacks_factor()
    menu = [*MENU[membership.role], *_more_links()] if membership is not None and may_go else []
    return {
        "locale": language.language_now(),
        "address_here": guard.address_here(),
        "text_size": language.text_size(),
        "languages": language.LANGUAGES,
        "demo": current_app.config["KAIKU"].demo,
        "home_url": home_url(),
        "nav": [MenuItem(str(label), url_for(endpoint), _is_current(endpoint)) for endpoint, label in menu],
        "actor": _actor_view(),
    }


def _more_links() -> list[Link]:
    return [link for links in current_app.extensions.get(_MORE_LINKS, ()) for link in links()]


def _is_current(endpoint: str) -> bool:
    """Return whether a menu item is where the reader is; the steps of handing out a card are one place."""
    here = request.endpoint or ""
    return here == endpoint or (endpoint == "handout.new" and here.startswith("handout."))


def _actor_view() -> ActorView | None:
    user, membership = guard.find_user(), guard.find_membership()
    if user is None or membership is None:
        return None
    return ActorView(user.name, organisation_name(), str(ROLE_NAMES[membership.role]), len(user.open_memberships) > 1)


def _domain_error(error: DomainError) -> ToldAnswer:
    status, sentence = status_of(error), sentence_of(error)
    told = COME_AGAIN if status == 503 else {}
    if wants_json():
        return *json_error(error.code, sentence, status), told
    title, what_next = HTTP_WORDS.get(status, HTTP_WORDS[409])
    return *_page(str(title), sentence, str(what_next), status), told


def _database_error(error: sa.exc.SQLAlchemyError) -> ToldAnswer | Answer:
    found = trouble.find(error)
    return _bug(error) if found is None else _trouble(error, found)


def _trouble(error: BaseException, found: Trouble) -> ToldAnswer:
    """Answer for a database that is locked, full or away: nothing was changed, and it may work in a moment."""
    current_app.logger.error("no database at endpoint %s: %s, %s", request.endpoint, found.kind, type(error).__name__)
    metrics.count_trouble(found.kind)
    with suppress(sa.exc.SQLAlchemyError):
        db.session.rollback()
    told, (title, text) = {"Retry-After": str(found.again_in)}, HTTP_WORDS[503]
    if wants_json():
        return *json_error("http_503", str(title), 503), told
    return *_page(str(title), str(text), "", 503), told


def _csrf_error(error: CSRFError) -> Answer:
    return _page(
        _("The page was open for too long"),
        _("For safety a form works for some hours only. Nothing was changed."),
        _("Go back, open the page again and send the form."),
        400,
    )


def _http_error(error: HTTPException) -> ToldAnswer:
    original = getattr(error, "original_exception", None)  # of a fault after the view: a session that is not written
    if (found := trouble.find(original)) is not None:
        return _trouble(error, found)
    status = error.code or 500
    title, text = HTTP_WORDS.get(status, HTTP_WORDS[500])
    told = {name: value for name, value in error.get_headers() if name in TOLD_BY_HEADERS}
    if wants_json():
        return *json_error("http_" + str(status), str(title), status), told
    return *_page(str(title), str(text), "", status), told


def _bug(error: Exception) -> Answer | ToldAnswer:
    if (found := trouble.find(error)) is not None:  # a full disk, no memory: not the database's alone
        return _trouble(error, found)
    current_app.logger.exception("unhandled error at endpoint %s", request.endpoint)
    if current_app.testing:
        raise error
    title, text = HTTP_WORDS[500]
    if wants_json():
        return json_error("internal", str(title), 500)
    return _page(str(title), str(text), "", 500)


def _page(title: str, text: str, what_next: str, status: int) -> Answer:
    """Return an error page, in plain words where the frame of a page cannot be drawn: it asks the database too."""
    said = {"title": title, "text": text, "what_next": what_next, "code": status}
    reference = requestids.now() if status >= 500 else None  # of use only where the log tells more than the page
    try:
        return render_template("errors/error.html", **said, request_id=reference), status
    except sa.exc.SQLAlchemyError:
        with suppress(sa.exc.SQLAlchemyError):
            db.session.rollback()
        return Response(f"{title}. {text}\n", mimetype="text/plain"), status
