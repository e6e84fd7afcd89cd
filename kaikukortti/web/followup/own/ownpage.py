"""What every page of the holder shares: a blueprint without sign-in, sealed answers, the frame with its five readings.

A page of an open card is made with `blueprint`, asks `opened()` who holds it, and is drawn by `render` in a template
that extends followup/own/_frame.html. Nothing of whoever may be signed in as staff is in it.
"""

import math
from typing import Any

from flask import Response, abort, current_app, g, make_response, redirect, render_template, request, url_for
from werkzeug.wrappers import Response as AnyResponse

from kaikukortti import clock
from kaikukortti.followup import ownsessions
from kaikukortti.followup.ownsessions import OpenCard
from kaikukortti.web import guard, ratelimit
from kaikukortti.web.followup import ownsession
from kaikukortti.web.followup.own import ownreading, ownwords
from kaikukortti.web.followup.own.ownshape import OwnWords
from kaikukortti.web.guard import GuardedBlueprint

ROOMS = (("owncard.show", "my_card"), ("owngoals.index", "my_goals"), ("ownshared.index", "my_shares"))


def blueprint(name: str, import_name: str, *, url_prefix: str = "/own", needs_open: bool = True) -> GuardedBlueprint:
    """Return a blueprint of the holder's pages: there only where an area has own cards on, and with `needs_open` only
    while the browser holds a card open; it goes to the entry otherwise.
    """
    made = guard.guarded_blueprint(name, import_name, word=guard.PUBLIC, url_prefix=url_prefix)

    def let_in() -> AnyResponse | None:
        ratelimit.check("own", ratelimit.OFTEN)
        if not ownsessions.is_in_use():
            abort(404)
        if not needs_open:
            return None
        g.own_card = ownsession.current()
        if g.own_card is None:
            return redirect(entry("time" if ownsession.is_held() else None), 303)
        return None

    made.before_request(let_in)
    made.after_request(ownreading.remember)
    made.after_request(_seal)
    return made


def opened() -> OpenCard:
    """Return the card that this browser holds open, in a blueprint that needs one; 403 without."""
    found: OpenCard | None = g.get("own_card")
    return found or abort(403)


def entry(closed: str | None = None) -> str:
    """Return the address of the entry; `closed` says why the card is not open any more: time, pressed or forgotten."""
    return url_for("ownentry.enter", closed=closed)


def render(template: str, status: int = 200, **facts: Any) -> Response:
    """Draw a page of the holder in its reading, with the frame's words, rooms and hour of closing."""
    card: OpenCard | None = g.get("own_card")
    with ownreading.spoken() as reading:
        words = ownwords.words(reading)
        page = render_template(
            template,
            **{
                "words": words,
                "reading": reading,
                "readings": ownreading.READINGS.values(),
                "reading_address": _reading_address,
                "rooms": _rooms(words) if card else [],
                "open_card": card,
                "closes_at": card and reading.clock(card.ends_at),
                "closes_in": card and max(0, math.ceil((card.ends_at - clock.now()).total_seconds())),
                "entry": entry,
                **facts,
            },
        )
    return make_response(page, status)


def _rooms(words: OwnWords) -> list[tuple[str, str, bool]]:
    """Return the pages that there are: their words, their addresses, and which one is open."""
    there = [(endpoint, word) for endpoint, word in ROOMS if endpoint in current_app.view_functions]
    here = _blueprint_now()
    return [
        (getattr(words.frame, word), url_for(endpoint), endpoint.partition(".")[0] == here) for endpoint, word in there
    ]


def _reading_address(code: str) -> str:
    """Return the address of this page in another reading; of its room where the page answers something sent."""
    kept = {name: value for name, value in request.args.items() if name == "dates"}
    query: dict[str, Any] = {ownreading.PARAMETER: code, **kept}
    rule = request.url_rule
    if rule is not None and "GET" in (rule.methods or ()):
        return url_for(rule.endpoint, **(request.view_args or {}), **query)
    here = _blueprint_now()
    room = next((endpoint for endpoint, _word in ROOMS if endpoint.partition(".")[0] == here), "ownentry.enter")
    return url_for(room, **query)


def _blueprint_now() -> str:
    return (request.endpoint or "").partition(".")[0]


def _seal(response: Response) -> Response:
    """Tell everybody in between to keep nothing, find nothing and pass no address on."""
    response.headers["Cache-Control"] = "no-store"
    response.headers["Referrer-Policy"] = "no-referrer"
    response.headers["X-Robots-Tag"] = "noindex, nofollow, noarchive"
    return response
