"""For machines: is the process alive, can it serve. Asked without a sign-in, so the answers are codes and no more."""

from flask import current_app, jsonify
from werkzeug.wrappers import Response

from kaikukortti.running import health
from kaikukortti.running.health import Part
from kaikukortti.web import guard

COME_AGAIN = {"Retry-After": "10"}
_PARTS = "kaikukortti.parts"

blueprint = guard.guarded_blueprint("status", __name__, word=guard.PUBLIC)


def stand_on(parts: list[Part]) -> None:
    """Name the databases that the application cannot do without."""
    current_app.extensions[_PARTS] = parts


def parts() -> list[Part]:
    """Return the databases that the application cannot do without."""
    named: list[Part] = current_app.extensions[_PARTS]
    return named


@blueprint.get("/healthz")
def alive() -> Response:
    """Answer as long as the process runs; no database is asked."""
    return jsonify(status="ok")


@blueprint.get("/readyz")
def ready() -> tuple[Response, int, dict[str, str]]:
    """Answer 200 when every database answers and has our schema, 503 with the reasons otherwise."""
    reasons = health.find_reasons(parts())
    if reasons:
        return jsonify(status="not ready", reasons=reasons), 503, COME_AGAIN
    return jsonify(status="ok"), 200, {}
