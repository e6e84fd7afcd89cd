"""The tablet's own pages: the door, its enrolment, and the decoder worker under a policy of its own."""

from typing import Any

from flask import Response, current_app, render_template, send_from_directory

from kaikukortti.web import guard, headers, language
from venues import doortexts

blueprint = guard.guarded_blueprint("tablet", __name__, word=guard.PUBLIC, url_prefix="/door")


@blueprint.get("/")
def door() -> str:
    """Show the page that reads cards; who is not enrolled is told so by the page."""
    return render_template("door/tablet.html", **_context())


@blueprint.get("/enrol")
def enrol_page() -> str:
    """Show the page that takes an enrolment code, which stands after the number sign of the address."""
    return render_template("door/enrol.html", **_context())


@blueprint.get("/decoder-worker.js")
def decoder_worker() -> Response:
    """Send the decoder's worker: WASM compiles under this response's policy, on no page."""
    response = send_from_directory(f"{current_app.static_folder}/door", "decoder-worker.js", max_age=0)
    response.headers["Content-Security-Policy"] = headers.WORKER_POLICY
    response.headers["Cache-Control"] = "no-cache"
    return response


def _context() -> dict[str, Any]:
    texts = language.in_each_language(doortexts.door_texts)
    return {"texts": texts, "language": language.language_now()}
