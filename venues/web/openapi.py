"""The description of the tablet's API, OpenAPI 3.1, made from the schemas that validate it."""

from typing import Any

from flask import Response, jsonify
from pydantic import BaseModel
from pydantic.json_schema import models_json_schema

from kaikukortti.web import guard
from venues.web import rescue, schemas

blueprint = guard.guarded_blueprint("openapi", __name__, word=guard.PUBLIC)

REF = "#/components/schemas/{model}"
SHAPES: tuple[type[BaseModel], ...] = (
    schemas.EnrolBody,
    schemas.CheckBody,
    schemas.PractisedBody,
    schemas.ScanBody,
    schemas.BatchBody,
    schemas.VerdictView,
    schemas.HoldView,
    schemas.AnswerView,
    rescue.RescueBody,
)


@blueprint.get("/api/openapi.json")
def document() -> Response:
    """Return the OpenAPI document."""
    return jsonify(describe())


def describe() -> dict[str, Any]:
    """Return the OpenAPI document as plain values."""
    _modes, definitions = models_json_schema([(shape, "validation") for shape in SHAPES], ref_template=REF)
    components = definitions.get("$defs", {})
    components["Error"] = _error_shape()
    components["BatchBody"]["properties"]["items"]["items"] = {"$ref": REF.format(model="ScanBody")}
    verdict = _object(verdict=_ref("VerdictView"), hold={"anyOf": [_ref("HoldView"), {"type": "null"}]})
    answers = _object(answers={"type": "array", "items": _ref("AnswerView")})
    owner = _object(id={"type": "string"}, name={"type": "string"})
    rescued = _object(device=owner, answers={"type": "array", "items": _ref("AnswerView")})
    new_key = _object(list_key={"type": "string"}, key_number={"type": "integer"})
    instructed = _object(instructed_on={"type": "string", "format": "date"})
    return {
        "openapi": "3.1.0",
        "info": {"title": "Kaikukortti door", "version": "1"},
        "paths": {
            "/door/api/enrol": {"post": _call("Enrol a tablet", "EnrolBody", {"type": "object"}, ok="201")},
            "/door/api/snapshot": {"get": _call("What the tablet keeps", None, {"type": "object"})},
            "/door/api/checks": {"post": _call("Judge a card", "CheckBody", verdict)},
            "/door/api/scans": {"post": _call("Take in a batch of scans", "BatchBody", answers)},
            "/door/api/rescue": {"post": _call("Take in another tablet's rescue file", "RescueBody", rescued)},
            "/door/api/key": {"post": _call("A new list key", None, new_key)},
            "/door/api/practised": {"post": _call("The practice deck was gone through", "PractisedBody", instructed)},
            "/door/api/status": {"get": _call("The server's time", None, {"type": "object"})},
        },
        "components": {
            "schemas": components,
            "securitySchemes": {"device": {"type": "apiKey", "in": "cookie", "name": "kaiku_device"}},
        },
        "security": [{"device": []}],
    }


def _call(summary: str, body: str | None, answer: dict[str, Any], *, ok: str = "200") -> dict[str, Any]:
    call: dict[str, Any] = {
        "summary": summary,
        "responses": {
            ok: {"description": "Done", "content": {"application/json": {"schema": answer}}},
            "4XX": {"description": "Refused", "content": {"application/json": {"schema": _ref("Error")}}},
        },
    }
    if body is not None:
        call["requestBody"] = {"required": True, "content": {"application/json": {"schema": _ref(body)}}}
    return call


def _ref(model: str) -> dict[str, str]:
    return {"$ref": REF.format(model=model)}


def _object(**properties: dict[str, Any]) -> dict[str, Any]:
    return {"type": "object", "properties": properties, "required": sorted(properties)}


def _error_shape() -> dict[str, Any]:
    inner = _object(code={"type": "string"}, message={"type": "string"})
    return _object(error=inner)
