"""The mobile card as its holder sees it. Nobody signs in: who has the long address has the page."""

from typing import Any

from flask import Response, current_app, jsonify, make_response, render_template, request, send_from_directory, url_for
from flask_babel import force_locale

from kaikukortti import cardcodes, clock, mobilecards
from kaikukortti.errors import NotFound
from kaikukortti.rules import period
from kaikukortti.web import guard, language, sheetpage

blueprint = guard.guarded_blueprint("mobile", __name__, word=guard.PUBLIC, url_prefix="/mobile")


@blueprint.get("/<token>")
def card(token: str) -> Response:
    """Show the code of a card in use, that a card is not in use, that the page was withdrawn, or that there is none."""
    now = clock.now()
    with force_locale(language.locale_name(_chosen_language())):
        try:
            shown = mobilecards.open(token, today=period.day_of(now))
        except NotFound:
            return _gone(404)
        if shown is None:
            return _gone(410)
        code = None if shown.number is None else sheetpage.drawing(cardcodes.qr_matrix(shown.number))
        return _page("mobile/card.html", 200, shown=shown, code=code, token=token, now=now)


@blueprint.get("/<token>/manifest.json")
def manifest(token: str) -> Response:
    """Describe the page to a telephone that puts it on its first screen; the name tells nothing. Raises NotFound."""
    if mobilecards.open(token, today=period.day_of(clock.now())) is None:
        raise NotFound()
    answer = jsonify(
        name="Kaikukortti",
        short_name="Kaikukortti",
        start_url=url_for("mobile.card", token=token),
        scope=url_for("mobile.card", token=""),
        display="standalone",
        background_color="white",
        theme_color="white",
        icons=[{"src": url_for("static", filename="icons/favicon.svg"), "sizes": "any", "type": "image/svg+xml"}],
    )
    answer.mimetype = "application/manifest+json"
    return _sealed(answer)


@blueprint.get("/service-worker.js")
def service_worker() -> Response:
    """Send the script that keeps the page for times without a network; from here it may do so under /mobile/ alone."""
    response = send_from_directory(f"{current_app.static_folder}/mobile", "service-worker.js", max_age=0)
    response.headers["Cache-Control"] = "no-cache"
    return response


def _gone(status: int) -> Response:
    return _page("mobile/gone.html", status)


def _page(template: str, status: int, **values: Any) -> Response:
    page = render_template(template, page_language=language.language_now(), **values)
    return _sealed(make_response(page, status))


def _sealed(response: Response) -> Response:
    """Tell everybody between us and the telephone to keep nothing, find nothing and pass the address to nobody."""
    response.headers["Referrer-Policy"] = "no-referrer"
    response.headers["X-Robots-Tag"] = "noindex, nofollow, noarchive"
    response.headers["Cache-Control"] = "no-store"
    return response


def _chosen_language() -> str:
    wanted = request.args.get("language", "")
    return wanted if wanted in language.CODES else language.language_now()
