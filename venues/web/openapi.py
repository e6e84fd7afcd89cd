"""The description of the whole API, OpenAPI 3.1, made from the schemas that validate it; and a page for its users."""

from typing import Any

from flask import Response, jsonify, render_template
from pydantic.json_schema import models_json_schema

from kaikukortti.web import guard, hosts, language, pages, ratelimit
from kaikukortti.web.figures import tablepaths
from venues import practice, practicedeck
from venues.web import credential, doorpaths, sellerpaths
from venues.web.describing import REF, error_shape

blueprint = guard.guarded_blueprint("openapi", __name__, word=guard.PUBLIC, url_prefix="/api")

INTRODUCTION = """Three rooms: what a tablet at a venue's door calls (`/door/api/`), what a ticket seller's system calls
with a venue's key (`/api/v1/`), and the published figures (`/api/v1/statistics/`). Times are UTC. An error is always
`{"error": {"code", "message"}}`. For people: `/api/`."""


@blueprint.get("/openapi.json")
def document() -> Response:
    """Return the OpenAPI document."""
    document = describe(cookie=credential.cookie_name(), server=pages.public_url())
    if hosts.are_apart():
        for path, item in document["paths"].items():
            if path.startswith(hosts.DOOR):
                item["servers"] = [{"url": hosts.door_url()}]
    return jsonify(document)


@blueprint.get("/")
def guide() -> str:
    """Explain the ticket sellers' calls to who builds a ticket system."""
    ratelimit.check("api-guide")
    place = language.CODES.index(language.language_now())
    words = {key: said[place] for key, said in practicedeck.REHEARSES.items()}
    return render_template("apikeys/guide.html", address=pages.public_url(), deck=practice.deck(), words=words)


def describe(*, cookie: str = "__Host-kaiku-device", server: str = "") -> dict[str, Any]:
    """Return the OpenAPI document as plain values; `cookie` is the name of the tablet's cookie."""
    shapes = (*doorpaths.SHAPES, *sellerpaths.SHAPES)
    _modes, definitions = models_json_schema([(shape, "validation") for shape in shapes], ref_template=REF)
    components = {**definitions.get("$defs", {}), "Error": error_shape()}
    doorpaths.complete(components)
    document: dict[str, Any] = {
        "openapi": "3.1.0",
        "info": {"title": "Kaikukortti", "version": "1", "description": INTRODUCTION},
        "tags": [{"name": "Ticket sellers"}, {"name": "Door"}, {"name": "Published figures"}],
        "paths": {**doorpaths.describe(), **sellerpaths.describe(), **tablepaths.describe()},
        "components": {
            "schemas": components,
            "securitySchemes": {
                "device": {"type": "apiKey", "in": "cookie", "name": cookie},
                "apiKey": {"type": "http", "scheme": "bearer", "description": "`kaiku_<prefix>_<secret>`"},
            },
        },
    }
    return {**document, "servers": [{"url": server}]} if server else document
