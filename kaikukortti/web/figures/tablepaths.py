"""The calls of the published tables as OpenAPI 3.1 describes them; the document of all calls takes them in."""

from typing import Any

from kaikukortti.cube.tables import TABLES, VARIABLES, Audience
from kaikukortti.web import language
from kaikukortti.web.figures import exports

Part = dict[str, Any]

ROOT = "/api/v1/statistics/"
LANGUAGE = "en"
"""The language of an answer where none is asked for: codes are what a program needs."""
MOST_PERIODS = 120
PERIOD = r"^20\d\d-((0[1-9]|1[0-2])|Q[1-4])$"
MEANINGS = {
    "400": "`parameter_impossible`: a parameter has no such value. `crossing_not_published`: these are never shown by"
    " each other; the message says why.",
    "404": "`not_found`: no such table, network or period. `period_not_closed`: not frozen yet; the message says when."
    " `network_too_small`: the network has too few valid cards for this table.",
    "429": "`http_429`: too many requests; the header Retry-After says when to come back.",
}


def describe() -> Part:
    """Return the paths of the published tables."""
    listed = _object(networks={"type": "array", "items": _network()}, tables={"type": "array", "items": _table()})
    crossing = _query(
        "by", {"type": "array", "items": {"type": "string"}}, "Only tables that show these by each other."
    )
    crossing["schema"]["examples"] = [list(VARIABLES[:2])]
    codes = [table.code.replace("_", "-") for table in TABLES if table.audience is Audience.PUBLIC]
    code = {"name": "table", "in": "path", "required": True, "schema": {"type": "string", "enum": codes}}
    data = {exports.TYPES[one].partition(";")[0]: {"schema": {"type": "string"}} for one in exports.Format}
    data["application/json"] = {"schema": _dataset()}
    return {
        ROOT: {
            "get": _call(
                "The networks, their frozen periods, the tables",
                [crossing],
                {"application/json": {"schema": listed}},
                ("400", "429"),
            )
        },
        ROOT + "{table}": {"get": _call("A published table", [code, *_choices()], data, tuple(MEANINGS))},
    }


def _choices() -> list[Part]:
    period = {"type": "array", "maxItems": MOST_PERIODS, "items": {"type": "string", "pattern": PERIOD}}
    forms = {"type": "string", "enum": [one.value for one in exports.Format], "default": exports.Format.JSONSTAT.value}
    return [
        _query("network", {"type": "string"}, "Prefix of a network's cards; needed where there are several networks."),
        _query("period", period, "Months (2026-10) or quarters (2026-Q4); the newest year where none is given."),
        _query(exports.PARAMETER, forms, "JSON-stat 2.0, CSV for a Finnish Excel, or XLSX."),
    ]


def _call(summary: str, parameters: list[Part], content: Part, errors: tuple[str, ...]) -> Part:
    spoken = {"type": "string", "enum": list(language.CODES), "default": LANGUAGE}
    headers = {"ETag": {"description": "Made of the revisions of the periods.", "schema": {"type": "string"}}}
    return {
        "summary": summary,
        "tags": ["Published figures"],
        "security": [],
        "parameters": [*parameters, _query("language", spoken, "Language of labels; codes are the same in all.")],
        "responses": {
            "200": {"description": "Done", "content": content, "headers": headers},
            "304": {"description": "As before."},
            **{status: _error(status) for status in errors},
        },
    }


def _error(status: str) -> Part:
    found: Part = {
        "description": MEANINGS[status],
        "content": {"application/json": {"schema": {"$ref": "#/components/schemas/Error"}}},
    }
    if status == "429":
        seconds = {"type": "integer", "minimum": 1}
        found["headers"] = {"Retry-After": {"description": "Seconds to wait.", "required": True, "schema": seconds}}
    return found


def _query(name: str, schema: Part, description: str) -> Part:
    return {"name": name, "in": "query", "required": False, "schema": schema, "description": description}


def _object(**properties: Part) -> Part:
    return {"type": "object", "properties": properties, "required": sorted(properties)}


def _texts() -> Part:
    return {"type": "array", "items": {"type": "string"}}


def _network() -> Part:
    return _object(network={"type": "string"}, name={"type": "string"}, months=_texts(), quarters=_texts())


def _table() -> Part:
    names = ("table", "title", "definition", "measure", "grain", "href")
    return _object(**{name: {"type": "string"} for name in names}, by=_texts())


def _dataset() -> Part:
    """Describe a JSON-stat 2.0 dataset as far as a reader of ours needs it."""
    values = {"type": "array", "items": {"type": ["number", "null"]}}
    return _object(
        **{name: {"type": "string"} for name in ("version", "class", "label", "source", "updated")},
        id=_texts(),
        size={"type": "array", "items": {"type": "integer"}},
        role={"type": "object"},
        dimension={"type": "object"},
        value=values,
        status={"type": "object", "additionalProperties": {"type": "string"}},
        note=_texts(),
        extension={"type": "object"},
    )
