"""How one call of an API is described in OpenAPI 3.1: its parameters, its body, its answers, its errors."""

from collections.abc import Mapping, Sequence
from typing import Any

Part = dict[str, Any]

REF = "#/components/schemas/{model}"
JSON = "application/json"


def ref(model: str) -> Part:
    """Return a reference to a shape."""
    return {"$ref": REF.format(model=model)}


def record(**properties: Part) -> Part:
    """Return an object with these properties, every one of which is there."""
    return {"type": "object", "properties": properties, "required": sorted(properties)}


def parameter(name: str, where: str, schema: Part, description: str) -> Part:
    """Return a parameter of the address, which must be there in a path and may be in a query."""
    return {"name": name, "in": where, "required": where == "path", "schema": schema, "description": description}


def body(model: str, *, required: bool = True) -> Part:
    """Return a JSON body."""
    return {"required": required, "content": {JSON: {"schema": ref(model)}}}


def answer(description: str, schema: Part, *, example: Any = None, headers: Mapping[str, str] | None = None) -> Part:
    """Return a good answer; `headers` are names with what they say."""
    content: Part = {"schema": schema}
    if example is not None:
        content["example"] = example
    told: Part = {"description": description, "content": {JSON: content}}
    if headers:
        told["headers"] = {name: {"description": text, "schema": {"type": "string"}} for name, text in headers.items()}
    return told


def errors(codes: Sequence[str], meanings: Mapping[str, tuple[int, str]]) -> Part:
    """Return the answers of errors by status; each code is an example of its own. `meanings` are status and words."""
    by_status: dict[int, list[str]] = {}
    for code in codes:
        by_status.setdefault(meanings[code][0], []).append(code)
    return {str(status): _error(by_status[status], meanings) for status in sorted(by_status)}


def error_shape() -> Part:
    """Return the one shape of errors."""
    inner = record(code={"type": "string"}, message={"type": "string"})
    return {**record(error=inner), "description": "`code` is for programs and stays; `message` is for people."}


def _error(codes: Sequence[str], meanings: Mapping[str, tuple[int, str]]) -> Part:
    examples = {code: {"value": {"error": {"code": code, "message": meanings[code][1]}}} for code in codes}
    description = " ".join(f"`{code}`: {meanings[code][1]}" for code in codes)
    told: Part = {"description": description, "content": {JSON: {"schema": ref("Error"), "examples": examples}}}
    if meanings[codes[0]][0] == 429:
        seconds = {"type": "integer", "minimum": 1}
        told["headers"] = {"Retry-After": {"description": "Seconds to wait.", "required": True, "schema": seconds}}
    return told
