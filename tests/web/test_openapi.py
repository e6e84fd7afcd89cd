"""The description of the tablet's interface: sound OpenAPI 3.1, every call in it, and true to what is answered."""

import re
from typing import Any

import pytest

from kaikukortti.rules.verdict import VerdictClass
from tests import factories, onpage
from tests.webclient import Web
from venues.web import schemas


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
        assert path.startswith("/") and set(calls) <= {"get", "post"}
        for call in calls.values():
            assert call["summary"] and call["responses"]
            for status, answer in call["responses"].items():
                assert re.fullmatch(r"[1-5](\d\d|XX)|default", status) and answer["description"]
                assert set(answer["content"]["application/json"]) == {"schema"}
            body = call.get("requestBody")
            assert body is None or set(body["content"]["application/json"]) == {"schema"}
    for scheme in document["components"]["securitySchemes"].values():
        assert scheme["type"] == "apiKey" and scheme["in"] == "cookie" and scheme["name"]


def test_every_reference_leads_somewhere(document):
    named = set(references(document))
    assert len(named) > 8
    for reference in named:
        part: Any = document
        for step in reference.removeprefix("#/").split("/"):
            part = part[step]
        assert part


def test_every_call_of_the_tablet_is_in_it(app, document):
    described = {(path, method) for path, calls in document["paths"].items() for method in calls}
    served = {
        (rule.rule, method.lower())
        for rule in app.url_map.iter_rules()
        if rule.rule.startswith("/door/api/")
        for method in (rule.methods or set()) - {"HEAD", "OPTIONS"}
    }
    assert described == served


def test_it_names_the_bounds_that_are_kept(document):
    shapes = document["components"]["schemas"]
    items = shapes["BatchBody"]["properties"]["items"]
    assert (items["minItems"], items["maxItems"], items["items"]["$ref"]) == (1, 100, "#/components/schemas/ScanBody")
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
