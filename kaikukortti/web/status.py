"""For machines: is the process alive, can it serve."""

import sqlalchemy as sa
from flask import jsonify
from werkzeug.wrappers import Response

from kaikukortti.db import db
from kaikukortti.web import guard

blueprint = guard.guarded_blueprint("status", __name__, word=guard.PUBLIC)


@blueprint.get("/healthz")
def alive() -> Response:
    """Answer as long as the process runs."""
    return jsonify(status="ok")


@blueprint.get("/readyz")
def ready() -> tuple[Response, int]:
    """Answer 200 when the database answers, 503 otherwise."""
    try:
        db.session.execute(sa.text("SELECT 1"))
    except sa.exc.DBAPIError:
        return jsonify(status="database unreachable"), 503
    return jsonify(status="ok"), 200
