"""The tablet's own pages: the door, its enrolment, and the decoder worker under a policy of its own."""

from typing import Any
from urllib.parse import quote

from flask import Response, current_app, render_template, send_from_directory, url_for

from kaikukortti.web import guard, headers, language
from venues import doortexts

blueprint = guard.guarded_blueprint("tablet", __name__, word=guard.PUBLIC, url_prefix="/door")


@blueprint.get("/")
def door() -> str:
    """Show the page that reads cards; who is not enrolled is told so by the page."""
    return render_template("door/tablet.html", **context(language.language_now()))


@blueprint.get("/enrol")
def enrol_page() -> str:
    """Show the page that takes an enrolment code, which stands after the number sign of the address."""
    return render_template("door/enrol.html", **context(language.language_now()))


@blueprint.get("/decoder-worker.js")
def decoder_worker() -> Response:
    """Send the decoder's worker: WASM compiles under this response's policy, on no page."""
    response = send_from_directory(f"{current_app.static_folder}/door", "decoder-worker.js", max_age=0)
    response.headers["Content-Security-Policy"] = headers.WORKER_POLICY
    response.headers["Cache-Control"] = "no-cache"
    return response


def context(code: str) -> dict[str, Any]:
    """Return what the door's templates need, for a page that begins in one language."""
    texts = language.in_each_language(doortexts.door_texts)
    return {"texts": texts, "language": code, "urls": addresses()}


def addresses() -> dict[str, str]:
    """Return the addresses that the door's scripts call."""
    return {
        "api": url_for("tablet.door") + "api/",
        "door": url_for("tablet.door"),
        "enrol": url_for("tablet.enrol_page"),
        "worker": f"{url_for('tablet.decoder_worker')}?static={quote(url_for('static', filename=''))}",
        "offline": url_for("offline.service_worker"),
    }
