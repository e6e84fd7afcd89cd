"""The description of the API: sound OpenAPI 3.1, every call and error in it, and true to what is answered."""

import re
from typing import Any

import pytest

from kaikukortti.rules.verdict import VerdictClass
from kaikukortti.web import sentences
from tests import factories, onpage
from tests.webclient import Web
from venues.web import doorpaths, schemas, sellerpaths


@pytest.fixture
def document(web) -> dict[str, Any]:
    answer = web.get("/api/openapi.json")
    assert (answer.status_code, answer.mimetype) == (200, "application/json")
    return dict(onpage.json_of(answer))


def references(part: Any) -> list[str]:
    if isinstance(part, dict):
        inner = [reference for value in part.values() for reference in references(value)]
        return [part["$ref"], *inner] if "$ref" in part else inner
    return [reference for value in part for reference in references(value)] if isinstance(part, list) else []


def test_it_has_the_shape_of_openapi_3_1(document):
    assert re.fullmatch(r"3\.1\.\d+", document["openapi"])
    assert set(document["info"]) >= {"title", "version"}
    assert set(document) <= {"openapi", "info", "paths", "components", "security", "servers", "tags"}
    for path, calls in document["paths"].items():
        assert path.startswith("/") and set(calls) <= {"get", "post", "parameters"}
        for call in calls_of(document["paths"], path).values():
            assert call["summary"] and call["responses"] and call["tags"]
            for status, answer in call["responses"].items():
                assert re.fullmatch(r"[1-5]\d\d", status) and answer["description"]
                assert status == "304" or "schema" in answer["content"]["application/json"]
            body = call.get("requestBody")
            assert body is None or set(body["content"]["application/json"]) == {"schema"}
    device, key = (document["components"]["securitySchemes"][name] for name in ("device", "apiKey"))
    assert (device["type"], device["in"], device["name"]) == ("apiKey", "cookie", "kaiku_device")
    assert (key["type"], key["scheme"]) == ("http", "bearer")


def calls_of(paths: dict[str, Any], path: str) -> dict[str, Any]:
    """Return the calls of an address by method."""
    return {method: call for method, call in paths[path].items() if method != "parameters"}


def test_every_reference_leads_somewhere(document):
    named = set(references(document))
    assert len(named) > 8
    for reference in named:
        part: Any = document
        for step in reference.removeprefix("#/").split("/"):
            part = part[step]
        assert part


def test_every_call_is_in_it(app, document):
    paths = document["paths"]
    described = {(re.sub(r"{\w+}", "{}", path), method) for path in paths for method in calls_of(paths, path)}
    served = {
        (re.sub(r"<[^>]+>", "{}", rule.rule), method.lower())
        for rule in app.url_map.iter_rules()
        if rule.rule.startswith(("/door/api/", "/api/v1/"))
        for method in (rule.methods or set()) - {"HEAD", "OPTIONS"}
    }
    assert described == served


def test_every_error_is_documented_with_its_status(document):
    for meanings in (doorpaths.MEANINGS, sellerpaths.MEANINGS):
        for code, (status, _words) in meanings.items():
            told = sentences.STATUS.get(code, 409)
            # What a page calls 422 is a no of the rules to a program: 409.
            assert code.startswith("http_") or status in (told, 409), code
    for path in document["paths"]:
        for call in calls_of(document["paths"], path).values():
            for status, answer in call["responses"].items():
                if status >= "400" and call["tags"] != ["Published figures"]:
                    examples = answer["content"]["application/json"]["examples"]
                    assert examples and all(
                        set(one["value"]["error"]) == {"code", "message"} for one in examples.values()
                    )


def test_examples_are_what_is_taken_and_answered(document):
    shapes = {shape.__name__: shape for shape in sellerpaths.SHAPES}
    seen = 0
    for path in document["paths"]:
        if not path.startswith("/api/v1/") or "statistics" in path:
            continue
        for call in calls_of(document["paths"], path).values():
            for answer in call["responses"].values():
                content = answer["content"]["application/json"]
                if "example" in content:
                    shapes[content["schema"]["$ref"].rpartition("/")[2]].model_validate(content["example"])
                    seen += 1
    for name in ("SellerCheckBody", "UseBody", "BookingBody"):
        for example in document["components"]["schemas"][name]["examples"]:
            shapes[name].model_validate(example)
            seen += 1
    assert seen > 8


def test_it_names_the_bounds_that_are_kept(document):
    shapes = document["components"]["schemas"]
    batch = document["paths"]["/door/api/scans"]["post"]["requestBody"]["content"]["application/json"]["schema"]
    items = batch["properties"]["items"]
    assert (items["minItems"], items["maxItems"]) == (1, 100)
    assert items["items"]["anyOf"][0]["$ref"] == "#/components/schemas/ScanBody"
    assert set(shapes["ScanBody"]["required"]) == {"scan_id", "occurred", "counts"}
    assert shapes["ScanBody"]["additionalProperties"] is False
    counts = shapes["CountsBody"]["properties"]
    assert set(counts) == {"adult", "child", "assistant", "interpreter", "worker", "under16"}
    assert {(count["minimum"], count["maximum"]) for count in counts.values()} == {(0, 99)}
    assert shapes["VerdictClass"]["enum"] == [klass.value for klass in VerdictClass]
    assert set(shapes["AnswerView"]["properties"]["result"]["enum"]) == {
        "accepted",
        "flagged",
        "replay",
        "conflict",
        "parked",
    }


def test_real_answers_have_the_described_shapes(app, network):
    door = Web(app)
    door.client.set_cookie("kaiku_device", network.tablet.credential)
    for code in (network.card.number, network.stock.number, network.community.number, "VA12345", "EK"):
        verdict = onpage.json_of(door.post("/door/api/checks", json={"code": code}))["verdict"]
        schemas.VerdictView.model_validate(verdict)
    body = factories.scan_body(network.card)
    items = [body, body, {**body, "seq": 1}, factories.scan_body("VA12345"), {"scan_id": "x"}]
    for answer in onpage.json_of(door.post("/door/api/scans", json={"items": items}))["answers"]:
        schemas.AnswerView.model_validate(answer)
    verdict = onpage.json_of(door.post("/door/api/checks", json={"code": network.card.number}))["verdict"]
    assert schemas.VerdictView.model_validate(verdict).already is not None
